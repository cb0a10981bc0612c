//! How likely a flight is late, from how often flights with the same value in one column, or in a few, were late.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result};

use super::{Entry, Table, write_pairs};

/// Flights of the average rate that each value's rate is mixed with, so that rare values say little.
const SHRINK: f64 = 50.0;

pub(super) fn entries(data: &Path, out: &Path) -> Result<Vec<Entry>> {
    let train = Table::read(&data.join("train.csv"))?;
    let test = Table::read(&data.join("test.csv"))?;
    let ids = test.column("id")?;
    let late: Vec<f64> =
        train.column("late")?.iter().map(|late| late.parse().context("late")).collect::<Result<_>>()?;
    let average = late.iter().sum::<f64>() / late.len() as f64;

    let submit = |person, note, file: &str, columns: &[&str]| -> Result<Entry> {
        let predictions = predict(&train, &test, &late, average, columns)?;
        let rows = ids.iter().map(String::as_str).zip(predictions.iter().map(|p| format!("{p:.6}")));
        Ok(Entry { person, note, file: write_pairs(&out.join(file), ["id", "late"], rows)? })
    };
    Ok(vec![
        submit("theo", "The same chance for every flight", "constant.csv", &[])?,
        submit("sora", "How often the carrier is late", "carrier.csv", &["carrier"])?,
        submit("haneul", "How often flights of that hour are late", "hour.csv", &["hour"])?,
        submit("amara", "How often flights are late at that visibility", "visibility.csv", &["visib"])?,
        submit("theo", "Hour, carrier and destination as if independent", "three.csv", &["hour", "carrier", "dest"])?,
        submit(
            "sora",
            "Hour, carrier, destination, visibility, rain and dew point as if independent",
            "six.csv",
            &["hour", "carrier", "dest", "visib", "precip", "dewp"],
        )?,
    ])
}

/// Naive Bayes: the log odds of the average and what each column's value adds to them.
fn predict(train: &Table, test: &Table, late: &[f64], average: f64, columns: &[&str]) -> Result<Vec<f64>> {
    let mut log_odds = vec![logit(average); test.column("id")?.len()];
    for name in columns {
        let mut seen: HashMap<&str, (f64, f64)> = HashMap::new();
        for (value, late) in train.column(name)?.iter().zip(late) {
            let (count, sum) = seen.entry(value).or_default();
            *count += 1.0;
            *sum += late;
        }
        for (log_odds, value) in log_odds.iter_mut().zip(test.column(name)?) {
            let (count, sum) = seen.get(value.as_str()).copied().unwrap_or_default();
            *log_odds += logit((sum + SHRINK * average) / (count + SHRINK)) - logit(average);
        }
    }
    Ok(log_odds.into_iter().map(|value| 1.0 / (1.0 + (-value).exp())).collect())
}

fn logit(probability: f64) -> f64 {
    (probability / (1.0 - probability)).ln()
}
