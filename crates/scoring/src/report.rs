//! One submission scored against one solution: every metric, on all, public and private rows, with standard errors. The
//! JSON of `podium score --json` is [`Revealed`]; nothing else here can be serialised.

use std::io::{Read, Seek, SeekFrom};

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::metric::{Estimate, Metric, Undefined, evaluate};
use crate::rejection::{Notice, Refusal};
use crate::sealed::Sealed;
use crate::solution::{Part, Solution};
use crate::submission::{Checked, Submission};
use crate::table::Limits;

mod request;

pub use request::{ErrorList, ScoreError, ScoreRequest, run};

/// The score of one part of the rows.
pub type Outcome = Result<Estimate, Undefined>;

/// What a submission is worth. What participants may see now is `public`; the rest is sealed.
#[derive(Debug)]
pub struct Report {
    /// The ranking metric, then those shown beside it.
    pub metrics: Vec<MetricReport>,
    /// Scored rows: those of the solution without the ignored ones.
    pub rows: u64,
    /// What the reader tidied up.
    pub notices: Vec<Notice>,
}

/// One metric's scores.
#[derive(Clone, Debug)]
pub struct MetricReport {
    /// The metric.
    pub metric: Metric,
    /// On the public rows; none where there is no split.
    pub public: Option<Outcome>,
    /// On the private rows; none where there is no split.
    pub private: Option<Sealed<Outcome>>,
    /// On both together. Sealed, because with the public score it tells the private one.
    pub all: Sealed<Outcome>,
}

/// Reads a submission and scores it.
///
/// # Errors
/// [`Refusal`] when the file is not a valid submission. An undefined metric is no error here: it stands in the report.
pub fn score(file: impl Read, solution: &Solution, limits: &Limits) -> Result<Report, Refusal> {
    let submission = Submission::from_reader(file, &solution.expected, limits)?;
    Ok(score_read(submission, solution))
}

/// As [`score`], for a file that can be read twice: a plain one is scored on the fast path, with the same result.
///
/// # Errors
/// As [`score`].
pub fn score_file(mut file: impl Read + Seek, solution: &Solution, limits: &Limits) -> Result<Report, Refusal> {
    if let Some(index) = solution.index()
        && let Some(report) = index.score(&mut file, limits)?
    {
        return Ok(report);
    }
    file.seek(SeekFrom::Start(0))?;
    score(file, solution, limits)
}

/// Checks a file that can be read twice without scoring it, on the fast path where that understands it.
///
/// # Errors
/// As [`score`].
pub fn check_file(mut file: impl Read + Seek, solution: &Solution, limits: &Limits) -> Result<Checked, Refusal> {
    if let Some(index) = solution.index()
        && let Some(checked) = index.check(&mut file, limits)?
    {
        return Ok(checked);
    }
    file.seek(SeekFrom::Start(0))?;
    Submission::from_reader(file, &solution.expected, limits).map(Checked::from)
}

/// Scores a submission that was read against this solution's [`expected`](Solution::expected).
pub fn score_read(submission: Submission, solution: &Solution) -> Report {
    let on = |metric: &Metric, rows: &[u32]| evaluate(metric, &solution.truth, &submission.predictions, rows);
    let all = solution.rows(Part::All);
    let split = solution.is_split().then(|| (solution.rows(Part::Public), solution.rows(Part::Private)));
    let report = |metric: &Metric| MetricReport {
        metric: metric.clone(),
        public: split.as_ref().map(|(public, _)| on(metric, public)),
        private: split.as_ref().map(|(_, private)| Sealed::new(on(metric, private))),
        all: Sealed::new(on(metric, &all)),
    };
    let metrics = solution.task().metrics().map(report).collect();
    Report { metrics, rows: all.len() as u64, notices: submission.notices }
}

impl Report {
    /// Everything in the open, for the host's command line and for after the end.
    pub fn reveal(self) -> Revealed {
        let metrics = self.metrics.into_iter().map(|metric| RevealedMetric {
            metric: metric.metric,
            all: metric.all.reveal(),
            parts: metric.public.zip(metric.private.map(Sealed::reveal)),
        });
        Revealed { metrics: metrics.collect(), rows: self.rows, notices: self.notices }
    }
}

/// A report without seals. Serialises as `podium score --json` prints it.
#[derive(Debug, Serialize)]
pub struct Revealed {
    /// The ranking metric, then those shown beside it.
    #[serde(serialize_with = "by_name")]
    pub metrics: Vec<RevealedMetric>,
    /// Scored rows.
    pub rows: u64,
    /// What the reader tidied up.
    pub notices: Vec<Notice>,
}

/// One metric's scores without seals.
#[derive(Clone, Debug)]
pub struct RevealedMetric {
    /// The metric.
    pub metric: Metric,
    /// On all scored rows.
    pub all: Outcome,
    /// On the public and the private rows, where there is a split.
    pub parts: Option<(Outcome, Outcome)>,
}

impl RevealedMetric {
    /// Each part by its name.
    fn outcomes(&self) -> impl Iterator<Item = (&'static str, &Outcome)> {
        let parts = self.parts.iter().flat_map(|(public, private)| [("public", public), ("private", private)]);
        std::iter::once(("all", &self.all)).chain(parts)
    }

    /// The first reason why a part has no score.
    pub fn undefined(&self) -> Option<(&'static str, &Undefined)> {
        self.outcomes().find_map(|(part, outcome)| Some((part, outcome.as_ref().err()?)))
    }
}

fn by_name<S: Serializer>(metrics: &[RevealedMetric], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(metrics.iter().map(|metric| (metric.metric.to_string(), metric)))
}

impl Serialize for RevealedMetric {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Reason {
            code: &'static str,
            message: String,
        }
        struct Errors<'a>(&'a RevealedMetric);
        impl Serialize for Errors<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let error = |outcome: &Outcome| outcome.as_ref().ok().and_then(|estimate| estimate.standard_error);
                serializer.collect_map(self.0.outcomes().map(|(part, outcome)| (part, error(outcome))))
            }
        }
        let mut map = serializer.serialize_map(None)?;
        for (part, outcome) in self.outcomes() {
            map.serialize_entry(part, &outcome.as_ref().ok().map(|estimate| estimate.value))?;
        }
        map.serialize_entry("standard_error", &Errors(self))?;
        if let Some((part, reason)) = self.undefined() {
            let message = match part {
                "all" => reason.to_string(),
                part => format!("on the {part} rows: {reason}"),
            };
            map.serialize_entry("error", &Reason { code: reason.code(), message })?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests;
