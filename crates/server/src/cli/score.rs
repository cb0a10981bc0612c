//! `podium score`: scores a file as the site would.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use podium_bundle::check::example_split;
use podium_bundle::document::{Document, MANIFEST_FILE};
use podium_bundle::finding::{Finding, Severity};
use podium_bundle::folder::{self, SOLUTION_FILE};
use podium_scoring::metric::Metric;
use podium_scoring::rejection::Rejection;
use podium_scoring::report::{self, Revealed, ScoreError, ScoreRequest};
use podium_scoring::table::Limits;

/// Score a submission against a solution
#[derive(clap::Args)]
#[command(
    override_usage = "podium score --metric NAME [--also NAME]… [--classes A,B,…] [--positive LABEL] [--id NAME] \
                      [--target NAME] SOLUTION.csv SUBMISSION.csv [--json]\n       \
                      podium score --competition DIR SUBMISSION.csv [--json]",
    after_help = "\
Rows are matched by id, never by position. The id is the first column of the solution, the target its next column that
is not Usage, weight or groups. `podium docs metrics` lists the metrics.

Exit status: 0 scored; 1 the submission is refused, or the metric has no value; 2 wrong usage, or an unusable solution.

Examples:
  podium score --metric f1_macro --also accuracy solution.csv submission.csv
  podium score --metric roc_auc --positive yes solution.csv submission.csv --json
  podium score --competition my-competition my-competition/sample_submission.csv"
)]
pub struct Args {
    /// The metric that decides
    #[arg(long, value_name = "NAME", required_unless_present = "competition", conflicts_with = "competition")]
    metric: Option<Metric>,
    /// A metric shown beside it; may be repeated
    #[arg(long, value_name = "NAME", conflicts_with = "competition")]
    also: Vec<Metric>,
    /// The closed set of classes; other labels are refused
    #[arg(long, value_name = "A,B,…", value_delimiter = ',', conflicts_with = "competition")]
    classes: Option<Vec<String>>,
    /// The positive class, where labels are not 0 and 1
    #[arg(long, value_name = "LABEL", conflicts_with = "competition")]
    positive: Option<String>,
    /// Name of the id column
    #[arg(long, value_name = "NAME", conflicts_with = "competition")]
    id: Option<String>,
    /// Name of the target column; several numbers parted by commas
    #[arg(long, value_name = "NAME", conflicts_with = "competition")]
    target: Option<String>,
    /// A competition folder, whose competition.toml and solution.csv say how to score
    #[arg(long, value_name = "DIR")]
    competition: Option<PathBuf>,
    /// Print nothing but JSON, also for a refused file
    #[arg(long)]
    json: bool,
    /// The solution (not with --competition) and the submission
    #[arg(value_name = "FILE", required = true, num_args = 1..=2)]
    files: Vec<PathBuf>,
}

/// Scores, and prints the score as JSON.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let json = args.json;
    match scored(args) {
        Ok(revealed) => {
            let text = if json { serde_json::to_string(&revealed)? } else { serde_json::to_string_pretty(&revealed)? };
            say!("{text}")?;
            if !json {
                revealed.notices.iter().for_each(|notice| eprintln!("note: {}", notice.message));
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(Refused::Usage(message)) => {
            eprintln!("podium: {message}");
            Ok(ExitCode::from(2))
        }
        Err(Refused::Folder(findings)) => {
            findings.iter().for_each(|finding| eprintln!("{finding}"));
            Ok(ExitCode::from(2))
        }
        Err(Refused::Score(error)) => {
            match error.json().filter(|_| json) {
                Some(errors) => say!("{}", serde_json::to_string(&errors)?)?,
                None => explain(&error),
            }
            Ok(ExitCode::from(error.exit_status()))
        }
    }
}

enum Refused {
    Usage(String),
    Folder(Vec<Finding>),
    Score(ScoreError),
}

impl From<ScoreError> for Refused {
    fn from(error: ScoreError) -> Self {
        Self::Score(error)
    }
}

fn scored(args: Args) -> Result<Revealed, Refused> {
    let json = args.json;
    let mut files = args.files.into_iter();
    match (args.competition, args.metric, files.next(), files.next()) {
        (Some(dir), _, Some(submission), None) => in_folder(&dir, &submission, json),
        (Some(_), ..) => Err(Refused::Usage(
            "with --competition only the submission is named; the folder has the solution".to_owned(),
        )),
        (None, Some(metric), Some(solution), Some(submission)) => {
            let Args { also, classes, positive, id, target, .. } =
                Args { competition: None, metric: None, files: Vec::new(), ..args };
            let request = ScoreRequest { metric, also, classes, positive, id, target, solution, submission };
            Ok(request.run()?)
        }
        _ => Err(Refused::Usage("name two files: the solution, then the submission".to_owned())),
    }
}

fn in_folder(dir: &Path, submission: &Path, json: bool) -> Result<Revealed, Refused> {
    let file = dir.join(MANIFEST_FILE);
    let text = std::fs::read_to_string(&file).map_err(|error| {
        Refused::Usage(format!("{}: {error}; is {} a competition folder?", file.display(), dir.display()))
    })?;
    let (document, manifest, form) = Document::parse(&text);
    let Some(manifest) = manifest else { return Err(Refused::Folder(form)) };
    let errors: Vec<Finding> = manifest
        .faults()
        .into_iter()
        .filter(|fault| {
            fault.severity == Severity::Error && (fault.key.starts_with("task") || fault.key.starts_with("split"))
        })
        .map(|fault| document.locate(Finding::error(fault.code, MANIFEST_FILE, fault.message), &fault.key))
        .collect();
    if !errors.is_empty() {
        return Err(Refused::Folder(errors));
    }
    let solution = dir.join(SOLUTION_FILE);
    if !json && !folder::has_usage_column(&solution) {
        eprintln!(
            "note: solution.csv has no Usage column, so public and private are an example with the shares of the split; \
             the site draws its own"
        );
    }
    let limits = Limits { file_bytes: manifest.limits.file_bytes, ..Limits::default() };
    Ok(report::run(&manifest.task, Some(&example_split(&manifest)), &solution, submission, &limits)?)
}

fn explain(error: &ScoreError) {
    match error {
        ScoreError::Submission(rejections) => explain_all(rejections),
        ScoreError::Solution(rejections) => {
            eprintln!("The solution cannot be used.");
            explain_all(rejections);
        }
        error => eprintln!("podium: {error}"),
    }
}

fn explain_all(rejections: &[Rejection]) {
    for rejection in rejections {
        match rejection.count {
            0 | 1 => eprintln!("{}", rejection.message),
            count => eprintln!("{} ({count} such)", rejection.message),
        }
    }
}
