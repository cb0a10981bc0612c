//! `podium score SOLUTION SUBMISSION`: a task made from options and two files, scored in one go.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{Revealed, score};
use crate::columns::Kind;
use crate::fast;
use crate::metric::{Metric, Undefined};
use crate::rejection::{Code, Faults, Refusal, Rejection};
use crate::solution::Solution;
use crate::spec::{OneOrMany, Task, TaskError, fold};
use crate::split::SplitRule;
use crate::table::{Limits, Next, Table, Wanted};

/// What to score and how.
#[derive(Clone, Debug)]
pub struct ScoreRequest {
    /// The metric that decides.
    pub metric: Metric,
    /// Metrics shown beside it.
    pub also: Vec<Metric>,
    /// The closed set of classes, if there is one.
    pub classes: Option<Vec<String>>,
    /// The positive class, if labels are not 0 and 1.
    pub positive: Option<String>,
    /// Name of the id column, if it is not the solution's first.
    pub id: Option<String>,
    /// Name of the target column, or names parted by commas, if it is not the solution's next.
    pub target: Option<String>,
    /// The solution.
    pub solution: PathBuf,
    /// The submission.
    pub submission: PathBuf,
}

/// Why there is no score.
#[derive(Debug, thiserror::Error)]
pub enum ScoreError {
    /// A file cannot be opened or read.
    #[error("{path}: {error}", path = .path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The options contradict each other.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Task(Vec<TaskError>),
    /// The metrics belong to different kinds of tasks.
    #[error("{also} cannot be shown beside {metric}: it is for another kind of target")]
    MixedMetrics {
        /// The metric that decides.
        metric: Metric,
        /// The one that does not fit.
        also: Metric,
    },
    /// The solution cannot be used.
    #[error("the solution cannot be used:\n{}", messages(.0))]
    Solution(Vec<Rejection>),
    /// The submission is refused.
    #[error("{}", messages(.0))]
    Submission(Vec<Rejection>),
    /// The deciding metric has no value.
    #[error("{0}")]
    Undefined(Undefined),
}

fn messages(rejections: &[Rejection]) -> String {
    rejections.iter().map(|rejection| rejection.message.as_str()).collect::<Vec<_>>().join("\n")
}

/// `{"errors": […]}` as `podium score --json` prints it.
#[derive(Debug, Serialize)]
pub struct ErrorList {
    errors: Vec<Rejection>,
}

impl ScoreError {
    /// The exit status of `podium score`: 1 for a submission without a score, 2 for wrong usage or an unusable solution.
    pub const fn exit_status(&self) -> u8 {
        match self {
            Self::Submission(_) | Self::Undefined(_) => 1,
            Self::File { .. } | Self::Task(_) | Self::MixedMetrics { .. } | Self::Solution(_) => 2,
        }
    }

    /// The faults for `--json`; none where the request itself is wrong.
    pub fn json(&self) -> Option<ErrorList> {
        let errors = match self {
            Self::Solution(errors) | Self::Submission(errors) => errors.clone(),
            Self::Undefined(reason) => vec![Rejection {
                code: match reason {
                    Undefined::NotFinite(_) => Code::ScoreNotFinite,
                    _ => Code::MetricUndefined,
                },
                line: None,
                column: None,
                name: None,
                value: None,
                message: reason.to_string(),
                count: 1,
            }],
            Self::File { .. } | Self::Task(_) | Self::MixedMetrics { .. } => return None,
        };
        Some(ErrorList { errors })
    }
}

impl ScoreRequest {
    /// Reads both files and scores.
    ///
    /// # Errors
    /// [`ScoreError`], with the exit status that fits it.
    pub fn run(&self) -> Result<Revealed, ScoreError> {
        let (kind, other) = self.kinds()?;
        match (self.run_as(kind), other) {
            // A solution that is none for one kind may be one for the other.
            (Err(ScoreError::Solution(rejections)), Some(other)) => match self.run_as(other) {
                Err(ScoreError::Solution(_)) => Err(ScoreError::Solution(rejections)),
                result => result,
            },
            (result, _) => result,
        }
    }

    fn run_as(&self, kind: Kind) -> Result<Revealed, ScoreError> {
        let target = self.target.as_deref().map(|target| match target.split_once(',') {
            Some(_) if kind == Kind::Numbers => {
                OneOrMany::Many(target.split(',').map(|name| name.trim().to_owned()).collect())
            }
            _ => OneOrMany::One(target.to_owned()),
        });
        let task = Task {
            kind,
            id: self.id.clone(),
            target,
            classes: self.classes.clone(),
            positive: self.positive.clone(),
            metric: self.metric.clone(),
            show: self.also.clone(),
        };
        task.check().map_err(ScoreError::Task)?;
        run(&task, None, &self.solution, &self.submission, &Limits::for_hosts())
    }

    /// The kind of task that all metrics are for, and a less likely one if there are two. Log loss is for two: for one probability the
    /// submission has the solution's target column, for several a column for each class.
    fn kinds(&self) -> Result<(Kind, Option<Kind>), ScoreError> {
        let fits = |kind: &Kind| std::iter::once(&self.metric).chain(&self.also).all(|metric| metric.applies_to(*kind));
        let mut kinds = Kind::ALL.into_iter().filter(fits);
        match (kinds.next(), kinds.next()) {
            (Some(kind), None) => Ok((kind, None)),
            (Some(single), Some(several)) => {
                let of = |path: &Path| header(path).map_err(|error| ScoreError::File { path: path.to_owned(), error });
                let (solution, submission) = (of(&self.solution)?, of(&self.submission)?);
                let target = match &self.target {
                    Some(target) => Some(fold(target)),
                    None => target_of(&solution, self.id.as_deref()),
                };
                let is_single = target.is_some_and(|target| submission.contains(&target)) || submission.len() <= 2;
                Ok(if is_single { (single, Some(several)) } else { (several, Some(single)) })
            }
            (None, _) => {
                let of = |metric: &Metric| Kind::ALL.into_iter().find(|kind| metric.applies_to(*kind));
                let also = self.also.iter().find(|also| of(also) != of(&self.metric)).unwrap_or(&self.metric).clone();
                Err(ScoreError::MixedMetrics { metric: self.metric.clone(), also })
            }
        }
    }
}

/// The target column of a solution when none is named.
fn target_of(header: &[String], id: Option<&str>) -> Option<String> {
    let is_free = |name: &&String| !crate::spec::RESERVED.contains(&name.as_str());
    let mut free = header.iter().filter(is_free);
    match id {
        None => free.nth(1).cloned(),
        Some(id) => free.find(|name| **name != fold(id)).cloned(),
    }
}

/// The folded column names of a file; empty when it has no readable header.
fn header(path: &Path) -> io::Result<Vec<String>> {
    let limits = Limits::for_hosts();
    let mut faults = Faults::new(&limits);
    let mut table = Table::new(File::open(path)?, limits, false);
    table.open(&Wanted { header: String::new(), rows: None }, &mut faults)?;
    Ok(match table.next(&mut faults)? {
        Next::Record(record) => record.values().map(fold).collect(),
        Next::Unreadable | Next::End => Vec::new(),
    })
}

/// Scores one file against another by a task, for the command line: `podium score --competition` comes here with the
/// task and the split of the folder.
///
/// # Errors
/// [`ScoreError`], with the exit status that fits it.
pub fn run(
    task: &Task,
    rule: Option<&SplitRule>,
    solution: &Path,
    submission: &Path,
    limits: &Limits,
) -> Result<Revealed, ScoreError> {
    let file = |path: &Path, error| ScoreError::File { path: path.to_owned(), error };
    let open = |path: &Path| File::open(path).map_err(|error| file(path, error));
    let (mut solution_file, mut submission_file) = (open(solution)?, open(submission)?);
    let fast = fast::score_files(&mut solution_file, &mut submission_file, task, rule, limits);
    let report = match fast {
        Ok(Some(report)) => report,
        // The exact readers say what is wrong, also with a file that cannot be read.
        Ok(None) | Err(_) => {
            let read = Solution::from_reader(open(solution)?, task, rule).map_err(|refusal| match refusal {
                Refusal::Rejected(rejections) => ScoreError::Solution(rejections),
                Refusal::Io(error) => file(solution, error),
            })?;
            score(open(submission)?, &read, limits).map_err(|refusal| match refusal {
                Refusal::Rejected(rejections) => ScoreError::Submission(rejections),
                Refusal::Io(error) => file(submission, error),
            })?
        }
    };
    let revealed = report.reveal();
    match revealed.metrics.first().map(|metric| metric.all.clone()) {
        Some(Err(reason)) => Err(ScoreError::Undefined(reason)),
        _ => Ok(revealed),
    }
}
