//! `podium new`: a competition folder from nothing, or from the CSV files that a host has. Writes a new folder and
//! never changes a file that is there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate, NaiveTime};
use podium_scoring::columns::Kind;
use podium_scoring::metric::Metric;

use crate::csv_file::{CsvError, CsvFile};
use crate::folder::{DATA_DIR, LANGUAGES, SAMPLE_FILE, SOLUTION_FILE, STANDARD_PAGES, page_file};
use crate::rules::{fold, slug_from};
use crate::{LocalTime, Sentence, document};

mod guess;
mod new_error;
mod survey;
mod words;

use guess::{Choice, Columns, Given};
pub use new_error::NewError;
use survey::Survey;

/// What a host has.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Rows with labels, for participants to learn from.
    pub train: Option<PathBuf>,
    /// Rows to predict; with labels, unless there is a solution.
    pub test: Option<PathBuf>,
    /// A submission as participants shall send it.
    pub sample: Option<PathBuf>,
    /// Ids and hidden labels.
    pub solution: Option<PathBuf>,
    /// Name of the id column, where the guess is wrong.
    pub id: Option<String>,
    /// Name of the column to predict, where the guess is wrong.
    pub target: Option<String>,
    /// English title; else made of the folder's name.
    pub title: Option<String>,
    /// English summary; else a question.
    pub summary: Option<String>,
    /// Licence of the data; else a question.
    pub licence: Option<String>,
    /// IANA zone of the dates.
    pub zone: Option<String>,
}

/// What was made, for the host to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// Files, in the order in which to look at them.
    pub files: Vec<String>,
    /// Each guess and its reason, a sentence each.
    pub decisions: Vec<String>,
}

/// Days from the start to the end that a new competition has.
const DAYS: u64 = 21;

/// Makes the folder `dir`. `today` is the date from which the dates of the competition are counted.
///
/// # Errors
/// [`NewError`]; the folder is then not there.
pub fn create(dir: &Path, sources: &Sources, today: NaiveDate) -> Result<Created, NewError> {
    let is_empty = |dir: &Path| fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_none());
    if fs::symlink_metadata(dir).is_ok() && !is_empty(dir) {
        return Err(NewError::Exists(dir.to_owned()));
    }
    let name = dir.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let slug = slug_from(&name).ok_or_else(|| NewError::Name(dir.to_owned()))?;
    let plan = Plan::make(slug, sources, today)?;

    // Everything is written beside the folder and renamed at last: a run that fails leaves nothing half done.
    let draft = dir.with_file_name(format!(".{name}.new"));
    let _ = fs::remove_dir_all(&draft);
    let written = plan.write(&draft, sources).and_then(|created| {
        if dir.exists() {
            fs::remove_dir(dir).map_err(io_error(dir))?;
        }
        fs::rename(&draft, dir).map_err(io_error(dir))?;
        Ok(created)
    });
    if written.is_err() {
        let _ = fs::remove_dir_all(&draft);
    }
    written
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> NewError {
    let path = path.to_owned();
    move |error| NewError::Io { path, error }
}

/// Everything that goes into the folder, decided before anything is written.
struct Plan {
    slug: String,
    title: String,
    summary: Option<String>,
    licence: Option<String>,
    zone: String,
    start: LocalTime,
    end: LocalTime,
    given: Given,
    columns: Option<Columns>,
    choice: Choice,
}

fn survey(path: Option<&PathBuf>) -> Result<Option<(String, Survey)>, NewError> {
    let Some(path) = path else { return Ok(None) };
    let file = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let survey = Survey::read(path).map_err(|error| csv_error(&file, &error))?;
    if survey.rows == 0 {
        let message = Sentence::new("the file has a header but no rows", "머리글만 있고 행이 없습니다.");
        return Err(NewError::Csv { file, line: None, message });
    }
    Ok(Some((file, survey)))
}

fn csv_error(file: &str, error: &CsvError) -> NewError {
    NewError::Csv { file: file.to_owned(), line: error.line(), message: error.sentence() }
}

impl Plan {
    fn make(slug: String, sources: &Sources, today: NaiveDate) -> Result<Self, NewError> {
        let given = Given {
            train: survey(sources.train.as_ref())?,
            test: survey(sources.test.as_ref())?,
            sample: survey(sources.sample.as_ref())?,
            solution: survey(sources.solution.as_ref())?,
            id: sources.id.clone(),
            target: sources.target.clone(),
        };
        let has_files =
            given.train.is_some() || given.test.is_some() || given.sample.is_some() || given.solution.is_some();
        let columns = if has_files { Some(guess::columns(&given)?) } else { None };
        let choice = match &columns {
            Some(columns) => choose(&given, columns)?,
            None => words::example_choice(),
        };
        let title = sources.title.clone().unwrap_or_else(|| title_from(&slug));
        let at =
            |date: NaiveDate, hour| LocalTime(date.and_time(NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default()));
        let start = today.checked_add_days(Days::new(1)).unwrap_or(today);
        let end = start.checked_add_days(Days::new(DAYS)).unwrap_or(start);
        Ok(Self {
            slug,
            title,
            summary: sources.summary.clone(),
            licence: sources.licence.clone(),
            zone: sources.zone.clone().unwrap_or_else(|| "UTC".to_owned()),
            start: at(start, 9),
            end: at(end, 18),
            given,
            columns,
            choice,
        })
    }

    fn write(&self, dir: &Path, sources: &Sources) -> Result<Created, NewError> {
        let data = dir.join(DATA_DIR);
        fs::create_dir_all(&data).map_err(io_error(&data))?;
        let mut files = vec![document::MANIFEST_FILE.to_owned()];
        let put = |name: &str, text: String| fs::write(dir.join(name), text).map_err(io_error(&dir.join(name)));
        put(document::MANIFEST_FILE, words::manifest(self))?;
        for page in STANDARD_PAGES {
            for language in LANGUAGES {
                let file = page_file(page, language);
                put(&file, words::page(self, page, language))?;
                files.push(file);
            }
        }
        if let Some(columns) = &self.columns {
            self.write_tables(dir, sources, columns, &mut files)?;
        }
        Ok(Created { files, decisions: self.decisions() })
    }

    fn write_tables(
        &self,
        dir: &Path,
        sources: &Sources,
        columns: &Columns,
        files: &mut Vec<String>,
    ) -> Result<(), NewError> {
        let copy = |from: &Path, to: &str, files: &mut Vec<String>| {
            fs::copy(from, dir.join(to)).map_err(io_error(from))?;
            files.push(to.to_owned());
            Ok(())
        };
        if let Some(train) = &sources.train {
            copy(train, &format!("{DATA_DIR}/train.csv"), files)?;
        }
        let hidden: Vec<String> =
            columns.targets.iter().cloned().chain(guess::RESERVED.map(str::to_owned)).map(|name| fold(&name)).collect();
        if let Some(test) = &sources.test {
            let to = format!("{DATA_DIR}/test.csv");
            project(test, &dir.join(&to), |name| !hidden.contains(&fold(name)))?;
            files.push(to);
        }
        match (&sources.solution, &sources.test) {
            (Some(solution), _) => copy(solution, SOLUTION_FILE, files)?,
            (None, Some(test)) => {
                // The id first: it is the id because it is first.
                let mut order = vec![columns.id.clone()];
                order.extend(columns.targets.iter().cloned());
                if let Some((_, survey)) = &self.given.test {
                    let reserved = survey.columns.iter().map(|column| column.name.clone());
                    order.extend(reserved.filter(|name| guess::RESERVED.contains(&fold(name).as_str())));
                }
                project_in_order(test, &dir.join(SOLUTION_FILE), &order)?;
                files.push(SOLUTION_FILE.to_owned());
            }
            (None, None) => {}
        }
        match &sources.sample {
            Some(sample) => copy(sample, SAMPLE_FILE, files),
            None => {
                self.write_sample(dir, columns)?;
                files.push(SAMPLE_FILE.to_owned());
                Ok(())
            }
        }
    }

    /// A constant answer for each id of the solution.
    fn write_sample(&self, dir: &Path, columns: &Columns) -> Result<(), NewError> {
        let path = dir.join(SOLUTION_FILE);
        let mut solution = CsvFile::open(&path).map_err(|error| csv_error(SOLUTION_FILE, &error))?;
        let id = solution.column(&columns.id).unwrap_or(0);
        let (header, answers) = words::constant_answer(self, columns);
        let to = dir.join(SAMPLE_FILE);
        let mut writer = csv::Writer::from_path(&to).map_err(|error| write_error(&to, error))?;
        let mut record = header;
        writer.write_record(&record).map_err(|error| write_error(&to, error))?;
        let mut last = String::new();
        while let Some(row) = solution.next().map_err(|error| csv_error(SOLUTION_FILE, &error))? {
            if self.choice.kind == Kind::Ranking && row.get(id) == last {
                continue; // the next item of the same query
            }
            row.get(id).clone_into(&mut last);
            record.clear();
            record.push(last.clone());
            record.extend(answers.iter().cloned());
            writer.write_record(&record).map_err(|error| write_error(&to, error))?;
        }
        writer.flush().map_err(io_error(&to))
    }

    fn decisions(&self) -> Vec<String> {
        let Some(columns) = &self.columns else {
            return vec!["no files were given, so competition.toml is an example; replace what it says".to_owned()];
        };
        let targets = columns.targets.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ");
        let mut decisions = vec![
            format!("id: '{}', because it has another value in each row", columns.id),
            format!("to predict: {targets}"),
            format!("kind: {}, because {}", self.choice.kind, self.choice.kind_reason),
            format!("metric: {}, because {}", self.choice.metric, self.choice.metric_reason),
        ];
        if let (Some((name, survey)), None) = (&self.given.test, &self.given.solution) {
            decisions.push(format!(
                "{name}: its {} answers went to {SOLUTION_FILE}, the other columns to {DATA_DIR}/test.csv",
                survey.rows
            ));
        }
        if self.given.sample.is_none() {
            decisions.push(format!("{SAMPLE_FILE}: a constant answer for each id"));
        }
        decisions
    }

    fn metric(&self) -> Option<Metric> {
        self.choice.metric.parse().ok()
    }
}

fn choose(given: &Given, columns: &Columns) -> Result<Choice, NewError> {
    let (name, answers) = given.solution.as_ref().or(given.test.as_ref()).ok_or(NewError::NoTest)?;
    if answers.column("relevance").is_some() && answers.columns.len() >= 3 && given.target.is_none() {
        return Ok(words::ranking_choice());
    }
    let target = columns.targets.first().map(String::as_str).unwrap_or_default();
    let labels = answers.column(target).ok_or_else(|| NewError::NoColumn {
        file: name.clone(),
        column: target.to_owned(),
        columns: answers.names(),
    })?;
    let train = given.train.as_ref().and_then(|(_, survey)| survey.column(target));
    let sample = given.sample.as_ref().and_then(|(_, survey)| survey.column(target));
    Ok(guess::choice(columns, labels, train, sample))
}

fn title_from(slug: &str) -> String {
    let mut title = slug.replace('-', " ");
    if let Some(first) = title.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    title
}

fn write_error(path: &Path, error: csv::Error) -> NewError {
    io_error(path)(error.into())
}

/// Copies the columns whose name is kept.
fn project(from: &Path, to: &Path, keep: impl Fn(&str) -> bool) -> Result<(), NewError> {
    let file = CsvFile::open(from).map_err(|error| csv_error(&from.display().to_string(), &error))?;
    let kept: Vec<String> = file.header().iter().filter(|name| keep(name)).cloned().collect();
    project_in_order(from, to, &kept)
}

/// Copies the named columns in this order; the first copy of a name counts.
fn project_in_order(from: &Path, to: &Path, names: &[String]) -> Result<(), NewError> {
    let shown = from.display().to_string();
    let mut file = CsvFile::open(from).map_err(|error| csv_error(&shown, &error))?;
    let places: Vec<usize> = names.iter().filter_map(|name| file.column(name)).collect();
    let mut writer = csv::Writer::from_path(to).map_err(|error| write_error(to, error))?;
    writer.write_record(names).map_err(|error| write_error(to, error))?;
    while let Some(row) = file.next().map_err(|error| csv_error(&shown, &error))? {
        writer.write_record(places.iter().map(|place| row.raw(*place))).map_err(|error| write_error(to, error))?;
    }
    writer.flush().map_err(io_error(to))
}
