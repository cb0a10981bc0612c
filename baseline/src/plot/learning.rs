//! Learning curves from a run's log. Any key `part/quantity` of its lines becomes a line: one chart for each quantity, one
//! line for each part, so that training and validation lie over each other.

use serde_json::Value;

use super::{Chart, Line};

/// The charts of a log of JSON lines, over `x`, a key that the lines carry (`"epoch"`, `"step"`). Lines without it, and the
/// torn last line of a running or killed run, are passed over. Quantities stand in the order in which they first appear.
pub fn charts_of_log(log: &str, x: &str) -> Vec<Chart> {
    let mut charts: Vec<Chart> = Vec::new();
    for entry in log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        let Some(place) = entry.get(x).and_then(Value::as_f64) else { continue };
        for (key, value) in entry.as_object().into_iter().flatten() {
            let (Some((part, quantity)), Some(value)) = (key.split_once('/'), value.as_f64()) else { continue };
            let known = charts.iter().position(|chart| chart.title == quantity).unwrap_or_else(|| {
                charts.push(Chart { title: quantity.to_owned(), x: x.to_owned(), lines: Vec::new(), unit: false });
                charts.len() - 1
            });
            let lines = &mut charts[known].lines;
            let line = lines.iter().position(|line| line.name == part).unwrap_or_else(|| {
                lines.push(Line { name: part.to_owned(), points: Vec::new() });
                lines.len() - 1
            });
            lines[line].points.push((place, value));
        }
    }
    charts
}

#[cfg(test)]
mod tests;
