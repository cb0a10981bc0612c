//! The solution and the sample submission as the scorer sees them.

use std::path::Path;

use podium_scoring::metric::Metric;

use super::Summary;
use super::noise::Gathering;
use crate::finding::Finding;
use crate::manifest::{Manifest, TaskKind};

/// Whether each row has one class.
pub(crate) fn has_class_labels(manifest: &Manifest) -> bool {
    matches!(manifest.task.kind, TaskKind::Labels | TaskKind::Probability | TaskKind::Probabilities)
}

/// Whether each row has a number.
pub(crate) fn has_numbers(manifest: &Manifest) -> bool {
    manifest.task.kind == TaskKind::Numbers
}

/// How the ranking metric gathers its rows.
pub(crate) fn gathering(manifest: &Manifest) -> Gathering {
    match manifest.task.metric.parse::<Metric>() {
        Ok(metric) => gathering_of(&metric),
        Err(_) => Gathering::Rows,
    }
}

fn gathering_of(metric: &Metric) -> Gathering {
    use podium_scoring::metric::Average;
    match metric {
        Metric::RocAuc | Metric::BiasAuc => Gathering::Pairs,
        Metric::BalancedAccuracy
        | Metric::F1(Average::Macro)
        | Metric::Precision(Average::Macro)
        | Metric::Recall(Average::Macro)
        | Metric::Jaccard(Average::Macro)
        | Metric::RocAucOvr(Average::Macro)
        | Metric::RocAucOvo => Gathering::Classes,
        Metric::WorstGroup(inner) => gathering_of(inner),
        metric if metric.range().0.is_infinite() || metric.range().1.is_infinite() => Gathering::Unbounded,
        _ => Gathering::Rows,
    }
}

pub(crate) fn check(_dir: &Path, _manifest: &Manifest, _findings: &mut Vec<Finding>, _summary: &mut Summary) {}
