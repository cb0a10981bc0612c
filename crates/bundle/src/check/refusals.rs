//! What the scorer says about a solution or a sample, in Korean too. The scorer writes English, for participants' programs;
//! the Korean sentence is composed from the code, the value and the column beside it, and from what it proposes.

use podium_scoring::metric::Undefined;
use podium_scoring::rejection::{Code, Rejection};

use crate::sentence::Sentence;

/// A fault of a file, with how often it is there.
pub(crate) fn sentence(rejection: &Rejection) -> Sentence {
    let (times, times_ko) = match rejection.count {
        0 | 1 => (String::new(), String::new()),
        count => (format!(" ({count} such rows)"), format!(" 모두 {count}건입니다.")),
    };
    Sentence::new(
        format!("{}{times}", rejection.message),
        format!("{}{}{times_ko}", korean(rejection), advice(&rejection.message)),
    )
}

/// `did you mean 'mask'?` of a sentence of the scorer.
fn advice(message: &str) -> String {
    let meant = message.split_once("did you mean '").and_then(|(_, rest)| rest.split_once("'?"));
    meant.map_or_else(String::new, |(meant, _)| format!(" 혹시 ‘{meant}’입니까?"))
}

fn korean(rejection: &Rejection) -> String {
    let value = rejection.value.as_deref().map(|value| format!("‘{value}’: ")).unwrap_or_default();
    let column = rejection.name.as_deref().map(|name| format!("‘{name}’ 열: ")).unwrap_or_default();
    let both = format!("{column}{value}");
    match rejection.code {
        Code::FileTooLarge => "파일이 크기 한도를 넘었습니다.".to_owned(),
        Code::EmptyFile => "파일에 내용이 없습니다. 머리글 한 줄과 행을 적어 주십시오.".to_owned(),
        Code::NotCsv => "CSV로 읽을 수 없습니다. 쉼표로 구분한 텍스트로 저장해 주십시오.".to_owned(),
        Code::NotUtf8 => "UTF-8이 아닌 글자가 있습니다. UTF-8로 다시 저장해 주십시오.".to_owned(),
        Code::CutOff => "파일이 중간에 끊겼습니다. 다시 저장해 주십시오.".to_owned(),
        Code::ControlCharacter => "텍스트 파일에 있을 수 없는 제어 문자가 있습니다. 지워 주십시오.".to_owned(),
        Code::LineTooLong => "줄이 너무 깁니다. 줄바꿈이 빠졌는지 확인해 주십시오.".to_owned(),
        Code::ValueTooLong => format!("{column}값이 너무 깁니다."),
        Code::BadQuote => "큰따옴표의 위치가 잘못되었습니다. 지우거나, 값 전체를 감싸고 안의 큰따옴표는 두 번 적어 \
                           주십시오."
            .to_owned(),
        Code::QuoteNotClosed => "큰따옴표가 닫히지 않았습니다. 닫거나 지워 주십시오.".to_owned(),
        Code::WrongSeparator => "쉼표가 아닌 문자로 열을 구분했습니다. 쉼표로 구분해 주십시오.".to_owned(),
        Code::NoHeader => "첫 줄은 열 이름을 적은 머리글이어야 합니다.".to_owned(),
        Code::ColumnMissing => format!("{column}있어야 할 열이 없습니다."),
        Code::ColumnUnexpected => format!("{column}필요하지 않은 열입니다. 지워 주십시오."),
        Code::ColumnRepeated => format!("{column}같은 열이 두 번 나옵니다. 하나만 남겨 주십시오."),
        Code::ColumnName => "열 이름이 비어 있거나 보이지 않는 문자가 들어 있습니다. 이름을 고쳐 주십시오.".to_owned(),
        Code::PandasIndex => "pandas가 붙인 인덱스 열입니다. to_csv(..., index=False)로 저장해 주십시오.".to_owned(),
        Code::RowWidth => "값의 개수가 머리글과 다릅니다. 이 줄의 쉼표와 따옴표를 고쳐 주십시오.".to_owned(),
        Code::NoRows => "머리글만 있고 행이 없습니다. 저장이 중간에 끝났는지 확인해 주십시오.".to_owned(),
        Code::TooManyRows => "필요한 것보다 행이 훨씬 많습니다. 다른 파일이 아닌지 확인해 주십시오.".to_owned(),
        Code::HeaderRepeated => "머리글이 다시 나옵니다. 파일을 이어 붙였다면 첫 머리글만 남겨 주십시오.".to_owned(),
        Code::IdEmpty => "id가 비어 있습니다.".to_owned(),
        Code::IdUnknown => format!("{value}정답에 없는 id입니다."),
        Code::IdRewritten => format!(
            "{value}스프레드시트가 id를 바꾼 것 같습니다. id 열을 텍스트 형식으로 두거나 코드로 저장해 주십시오."
        ),
        Code::IdCharacter => "id에 보이지 않는 문자나 줄바꿈이 들어 있습니다. 지워 주십시오.".to_owned(),
        Code::IdRepeated => format!("{value}id가 두 번 나옵니다. id마다 한 행만 남겨 주십시오."),
        Code::IdsMissing => {
            let first = rejection.value.as_deref().map(|id| format!("(첫 번째: ‘{id}’)")).unwrap_or_default();
            format!("행이 없는 id가 있습니다{first}. 정답의 모든 id에 한 행씩 적어 주십시오.")
        }
        Code::ValueEmpty => format!("{column}값이 비어 있습니다."),
        Code::ValueMissing => format!("{both}결측값입니다. 저장하기 전에 채워 주십시오."),
        Code::ValueCharacter => format!("{column}값에 보이지 않는 문자나 줄바꿈이 들어 있습니다. 지워 주십시오."),
        Code::LabelUnknown => format!("{value}정해진 클래스가 아닙니다."),
        Code::LabelFormat => format!("{value}클래스로 읽을 수 없습니다. 클래스 이름을 그대로 적어 주십시오."),
        Code::TooManyLabels => {
            "서로 다른 라벨이 너무 많습니다. 숫자를 예측하는 문제가 아닌지 확인해 주십시오.".to_owned()
        }
        Code::NumberFormat => format!("{both}숫자가 아닙니다."),
        Code::NumberNotFinite => format!("{both}유한한 수가 아닙니다."),
        Code::NumberTooLong => format!("{column}숫자가 너무 깁니다. 자릿수를 줄여 주십시오."),
        Code::ProbabilityRange => format!("{both}0과 1 사이의 확률이 아닙니다."),
        Code::ProbabilitySum => "한 행의 확률을 모두 더하면 1이어야 합니다.".to_owned(),
        Code::ItemRepeated => format!("{value}한 목록에 같은 항목이 두 번 나옵니다. 하나만 남겨 주십시오."),
        Code::SolutionValue => format!("{both}{}", solution_value(rejection)),
        Code::MetricUndefined => "이 행들로는 평가 지표를 계산할 수 없습니다.".to_owned(),
        Code::ScoreNotFinite => "점수가 무한대입니다. 값의 범위를 확인해 주십시오.".to_owned(),
    }
}

/// What a column of a solution may hold.
fn solution_value(rejection: &Rejection) -> &'static str {
    match (rejection.name.as_deref(), rejection.line, &rejection.value) {
        (Some("Usage"), _, Some(_)) => "Public, Private, Ignored 중 하나를 적어 주십시오.",
        (Some("Usage"), _, None) => "한 질의의 행에는 모두 같은 값을 적어 주십시오.",
        (Some("weight"), ..) => "가중치는 0 이상의 수여야 합니다.",
        (Some(_), ..) => "공개 비율을 나누는 그룹이 비어 있습니다. 적어 주십시오.",
        (None, Some(_), Some(_)) => "항목에는 공백 없는 이름이 있어야 합니다.",
        (None, Some(_), None) => "관련도는 0 이상의 수여야 합니다.",
        (None, None, _) => {
            "양성 클래스를 알 수 없습니다. 라벨 중 하나를 [task]의 positive에 적거나, 양성을 1, 나머지를 0으로 적어 주십시오."
        }
    }
}

/// Why a metric has no value, as [`Undefined`] says it in English.
pub(crate) fn why_undefined(reason: &Undefined) -> String {
    match reason {
        Undefined::NoRows => "채점할 행이 없습니다.".to_owned(),
        Undefined::NoWeight => "채점할 행의 가중치가 모두 0입니다.".to_owned(),
        Undefined::OneClass(_) => "채점할 행에 클래스가 둘 이상 있어야 합니다.".to_owned(),
        Undefined::MissingClass(_) => "채점할 행에 모든 클래스가 한 번 이상 있어야 합니다.".to_owned(),
        Undefined::NoVariation(_) => "정답과 예측이 모두 한 클래스뿐입니다.".to_owned(),
        Undefined::NotBinary(_, positive) => {
            format!("클래스가 정확히 둘이고 그중 하나가 양성 클래스여야 합니다(양성 클래스: ‘{positive}’).")
        }
        Undefined::AtOrBelowMinusOne => "-1 이하의 값에는 쓸 수 없습니다.".to_owned(),
        Undefined::TooFewRows => "행이 둘 이상 있어야 합니다.".to_owned(),
        Undefined::NoLabels(_) => "정답이나 예측에 라벨이 하나 이상 있어야 합니다.".to_owned(),
        Undefined::NoGroups(_) => "그룹에 속한 행이 있어야 하는데 정답에 그런 행이 없습니다.".to_owned(),
        Undefined::InGroup { reason, .. } => format!("한 그룹 안에서 계산할 수 없습니다. {}", why_undefined(reason)),
        Undefined::WrongKind(_) => "이 유형의 문제에 쓰는 지표가 아닙니다.".to_owned(),
        Undefined::NotFinite(_) => "값이 너무 커서 수로 나타낼 수 없습니다. 값의 크기를 확인해 주십시오.".to_owned(),
    }
}
