//! `podium check`: everything that is wrong with a competition folder, at once.

use std::path::PathBuf;
use std::process::ExitCode;

use podium_bundle::Language;
use podium_bundle::check::{self, Options, Report};
use podium_bundle::finding::Severity;

use super::language::Reader;

/// Say everything that is wrong with a competition folder
#[derive(clap::Args)]
#[command(after_help = "\
Reads competition.toml, the pages, data/, solution.csv and sample_submission.csv, and changes nothing. Errors keep a
competition from being published; warnings do not.

Exit status: 0 no errors; 1 errors; 2 there is no such folder.")]
pub struct Args {
    /// The competition folder
    dir: PathBuf,
    /// The competition is published already, so dates of the past are no fault
    #[arg(long)]
    published: bool,
    /// Print JSON: findings with code, file, line, column and message in both languages, and what was counted
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reader: Reader,
}

/// Checks and prints what was found.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    if !args.dir.is_dir() {
        eprintln!("podium: there is no folder {}; `podium new {0}` makes one", args.dir.display());
        return Ok(ExitCode::from(2));
    }
    let report = check::check(&args.dir, Options { now: chrono::Utc::now(), is_published: args.published });
    if args.json {
        say!("{}", serde_json::to_string(&report)?)?;
    } else {
        super::print(format_args!("{}", words(&report, args.reader.language())))?;
    }
    Ok(if report.is_publishable() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The findings, one a line, and a last line that counts them.
pub(crate) fn words(report: &Report, language: Language) -> String {
    let findings: String = report.findings.iter().map(|finding| finding.in_language(language) + "\n").collect();
    let (errors, warnings) = (report.count(Severity::Error), report.count(Severity::Warning));
    let (rows, public) = (report.summary.rows, report.summary.public_rows);
    let half_width = report.summary.public_half_width;
    match language {
        Language::En => {
            let counted = rows.zip(public).map_or_else(String::new, |(rows, public)| {
                let chance = half_width.map_or_else(String::new, |half_width| {
                    format!(", where chance moves a score by about ±{half_width:.3} (95 %)")
                });
                format!("{rows} rows are scored, {public} of them on the public leaderboard{chance}\n")
            });
            let count = |n, name: &str| if n == 1 { format!("1 {name}") } else { format!("{n} {name}s") };
            let ready = if report.is_publishable() { "; ready to publish" } else { "" };
            format!("{findings}{counted}{}, {}{ready}\n", count(errors, "error"), count(warnings, "warning"))
        }
        Language::Ko => {
            let counted = rows.zip(public).map_or_else(String::new, |(rows, public)| {
                let chance = half_width.map_or_else(String::new, |half_width| {
                    format!(" 우연에 따라 공개 점수가 약 ±{half_width:.3}(95 %) 달라질 수 있습니다.")
                });
                format!("{rows}행을 채점하며 그중 {public}행을 공개 리더보드에 씁니다.{chance}\n")
            });
            let ready = if report.is_publishable() { ". 공개할 준비가 되었습니다." } else { "" };
            format!("{findings}{counted}오류 {errors}건, 주의 {warnings}건{ready}\n")
        }
    }
}
