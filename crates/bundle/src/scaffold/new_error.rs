//! Why no folder came of a host's files, and what would help.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::Sentence;

/// Why no folder was made. Nothing is left behind.
#[derive(Debug)]
pub enum NewError {
    /// The folder is there and not empty.
    Exists(PathBuf),
    /// A CSV file cannot be read.
    Csv {
        /// The file.
        file: String,
        /// Its line, from 1.
        line: Option<u64>,
        /// What is wrong and what to do.
        message: Sentence,
    },
    /// Train without test, or sample alone.
    NoTest,
    /// The test file has no labels.
    NoLabels {
        /// The test file.
        test: String,
        /// What is predicted.
        target: String,
    },
    /// A column that was asked for is not there.
    NoColumn {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// Those there are.
        columns: String,
    },
    /// No column of the sample is the id of the test file.
    NoSharedId {
        /// The sample and its columns.
        sample: String,
        /// The test file and its columns.
        test: String,
        /// What would help.
        advice: Sentence,
    },
    /// No column can be the id.
    NoId {
        /// The file.
        file: String,
        /// Its columns.
        columns: String,
    },
    /// No column is left to predict.
    NoTarget {
        /// The file.
        file: String,
        /// Its columns.
        columns: String,
    },
    /// The folder's name has nothing that an address can hold.
    Name(PathBuf),
    /// The disk refused.
    Io {
        /// What could not be written.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl NewError {
    /// What is wrong and what to do.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Exists(dir) => {
                let dir = dir.display();
                Sentence::new(
                    format!("{dir} is there already and not empty; choose another folder, nothing was changed"),
                    format!(
                        "{dir}: 이미 있으며 비어 있지 않은 폴더입니다. 다른 폴더를 골라 주십시오. 바꾼 것은 없습니다."
                    ),
                )
            }
            Self::Csv { file, line: None, message } => {
                Sentence::new(format!("{file}: {}", message.en), format!("{file}: {}", message.ko))
            }
            Self::Csv { file, line: Some(line), message } => Sentence::new(
                format!("{file}, line {line}: {}", message.en),
                format!("{file}, {line}번째 줄: {}", message.ko),
            ),
            Self::NoTest => Sentence::new(
                "there is no file with the rows to predict; give it as --test FILE (with the labels), \
                 or give the hidden labels as --solution FILE",
                "예측할 행이 든 파일이 없습니다. 라벨이 있는 테스트 파일(--test FILE)이나 숨긴 라벨(--solution FILE)을 주십시오.",
            ),
            Self::NoLabels { test, target } => Sentence::new(
                format!(
                    "{test} has no column '{target}', so nobody knows the right answers; give a test file with that \
                     column, or the answers alone as --solution FILE with the columns of the id and '{target}'"
                ),
                format!(
                    "{test} 파일에 ‘{target}’ 열이 없어서 정답을 알 수 없습니다. 그 열이 있는 테스트 파일을 주거나, id 열과 \
                     ‘{target}’ 열만 담은 정답 파일(--solution FILE)을 주십시오."
                ),
            ),
            Self::NoColumn { file, column, columns } => Sentence::new(
                format!("{file} has no column '{column}'; its columns are {columns}"),
                format!("{file} 파일에 ‘{column}’ 열이 없습니다. 있는 열: {columns}."),
            ),
            Self::NoSharedId { sample, test, advice } => Sentence::new(
                format!(
                    "{sample} and {test} share no column with another value in each row, so rows cannot be matched by \
                     id; {}",
                    advice.en
                ),
                format!(
                    "두 파일에 함께 있으면서 행마다 값이 다른 열이 없어 id로 행을 맞출 수 없습니다: {sample}, {test}. {}",
                    advice.ko
                ),
            ),
            Self::NoId { file, columns } => Sentence::new(
                format!(
                    "no column of {file} ({columns}) has another value in each row; add a column 'id' to it and to the \
                     sample"
                ),
                format!(
                    "{file} 파일에 행마다 값이 다른 열이 없습니다(있는 열: {columns}). 이 파일과 제출 예시에 ‘id’ 열을 추가해 \
                     주십시오."
                ),
            ),
            Self::NoTarget { file, columns } => Sentence::new(
                format!("{file} ({columns}) has no column to predict beside the id; name one with --target"),
                format!(
                    "{file} 파일에 id 말고 예측할 열이 없습니다(있는 열: {columns}). 예측할 열을 정해 주십시오(--target)."
                ),
            ),
            Self::Name(dir) => {
                let dir = dir.display();
                Sentence::new(
                    format!(
                        "the name of the folder {dir} cannot be part of an address; use letters and digits, like \
                         solar-cells"
                    ),
                    format!(
                        "{dir}: 폴더의 이름을 주소에 쓸 수 없습니다. solar-cells처럼 영문자와 숫자로 지어 주십시오."
                    ),
                )
            }
            Self::Io { path, error } => {
                let said = format!("{}: {error}", path.display());
                Sentence::new(said.clone(), said)
            }
        }
    }
}

/// In English, as logs are.
impl fmt::Display for NewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}

impl std::error::Error for NewError {}
