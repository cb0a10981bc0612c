//! The dates of a demo competition: it has begun and runs for four weeks from the day it is opened.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use chrono::{Days, NaiveDate, Utc};

const RUNS_DAYS: u64 = 28;

/// Puts today's dates in place of those in the folder's `competition.toml`.
pub(crate) fn open_now(manifest: &Path) -> Result<()> {
    let text = fs::read_to_string(manifest).with_context(|| format!("cannot read {}", manifest.display()))?;
    fs::write(manifest, dated(&text, Utc::now().date_naive())?)?;
    Ok(())
}

/// Replaces the lines `start = …` and `end = …`. Yesterday has begun in every zone of the world.
fn dated(manifest: &str, today: NaiveDate) -> Result<String> {
    let yesterday = today - Days::new(1);
    let last = today + Days::new(RUNS_DAYS);
    let mut replaced = 0;
    let mut text = String::with_capacity(manifest.len());
    for line in manifest.lines() {
        let line = match line.split_once(" = ") {
            Some(("start", _)) => format!("start = {yesterday}T00:00:00"),
            Some(("end", _)) => format!("end = {last}T18:00:00"),
            _ => {
                text.push_str(line);
                text.push('\n');
                continue;
            }
        };
        replaced += 1;
        text.push_str(&line);
        text.push('\n');
    }
    ensure!(replaced == 2, "competition.toml: found {replaced} of the lines 'start = …' and 'end = …'");
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::dated;

    #[test]
    fn a_demo_competition_begins_yesterday_and_ends_in_four_weeks() {
        let manifest =
            "slug = \"x\"\n\n[dates]\nzone = \"Asia/Seoul\"\nstart = 2026-12-01T09:00:00\nend = 2026-12-21T18:00:00\n";
        let today = chrono::NaiveDate::from_ymd_opt(2027, 3, 1).unwrap();
        assert_eq!(
            dated(manifest, today).unwrap(),
            "slug = \"x\"\n\n[dates]\nzone = \"Asia/Seoul\"\nstart = 2027-02-28T00:00:00\nend = 2027-03-29T18:00:00\n"
        );
    }

    #[test]
    fn a_manifest_without_dates_is_refused() {
        assert!(dated("slug = \"x\"\n", chrono::NaiveDate::from_ymd_opt(2027, 3, 1).unwrap()).is_err());
    }
}
