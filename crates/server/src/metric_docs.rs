//! The catalogue of metrics as a page of the documentation, made from the code that computes them.

use podium_scoring::columns::Kind;
use podium_scoring::metric::{self, Direction, Metric};

/// A metric of this pattern: `map@k` with 10 places, `pinball@q` at 0.9, `worst_group:<metric>` of accuracy.
pub fn example(pattern: &str) -> Result<Metric, podium_scoring::metric::UnknownMetric> {
    pattern.replace("@k", "@10").replace("@q", "@0.9").replace("<metric>", "accuracy").parse()
}

/// The catalogue as Markdown, `docs/metrics.md`.
pub fn markdown() -> Result<String, podium_scoring::metric::UnknownMetric> {
    let mut text = String::from(
        "# Metrics\n\nA competition ranks by one metric and may show others beside it. `@k` and `@q` stand for a \
         parameter (`ndcg@10`, `pinball@0.9`), `<metric>` for another metric. Values equal those of scikit-learn 1.9, \
         and of ranx 0.3 for rankings, to 1e-12. Written by `podium docs metrics`.\n",
    );
    for kind in Kind::ALL {
        text += &format!("\n## {}\n", heading(kind));
        for pattern in metric::patterns() {
            let metric = example(&pattern)?;
            // A metric of several kinds of task stands under the first.
            if Kind::ALL.into_iter().find(|kind| metric.applies_to(*kind)) != Some(kind) {
                continue;
            }
            let better = match metric.direction() {
                Direction::Maximize => "larger is better",
                Direction::Minimize => "smaller is better",
            };
            let explanation = metric.explanation().en;
            text += &format!("\n### `{pattern}`\n\n{better}, {}\n\n{explanation}\n", range(&metric));
        }
    }
    Ok(text)
}

fn heading(kind: Kind) -> &'static str {
    match kind {
        Kind::Labels => "One class a row (`labels`)",
        Kind::Probability => "The probability of a class (`probability`)",
        Kind::Probabilities => "A probability for each class (`probabilities`)",
        Kind::Numbers => "Numbers (`numbers`)",
        Kind::Ranking => "Rankings (`ranking`)",
        Kind::Multilabel => "Several labels a row (`multilabel`)",
    }
}

fn range(metric: &Metric) -> String {
    let (least, largest) = metric.range();
    match (least.is_finite(), largest.is_finite()) {
        (true, true) => format!("from {least} to {largest}"),
        (true, false) => format!("from {least} upwards"),
        (false, true) => format!("up to {largest}"),
        (false, false) => "unbounded".to_owned(),
    }
}
