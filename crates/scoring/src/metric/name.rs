//! Names of metrics, both ways: `f1_macro`, `ndcg@10`, `worst_group:roc_auc`.

use std::str::FromStr;

use super::{Average, Distance, Gain, Metric};

/// A name that is no metric.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownMetric {
    /// No such name.
    #[error("'{name}' is not a metric{}", .suggestion.as_ref().map(|near| format!("; did you mean '{near}'?")).unwrap_or_default())]
    Name {
        /// What was asked for.
        name: String,
        /// The nearest name, if one is near.
        suggestion: Option<String>,
    },
    /// The `@` part is missing, not allowed, or out of range.
    #[error("'{name}': {problem}")]
    Parameter {
        /// What was asked for.
        name: String,
        /// What is wrong with its parameter.
        problem: &'static str,
    },
    /// A group metric of a group metric.
    #[error("'{0}': worst_group takes a metric that is not itself about groups")]
    NestedGroups(String),
}

/// Every metric as the documentation lists it, `@k` and `@q` standing for parameters.
pub fn patterns() -> Vec<String> {
    let mut names: Vec<String> = PLAIN.iter().map(|(name, _)| (*name).to_owned()).collect();
    names.extend(WITH_PLACE.iter().flat_map(|(name, make, _)| {
        let whole = make(None).map(|_| (*name).to_owned());
        whole.into_iter().chain([format!("{name}@k")])
    }));
    names.push("pinball@q".to_owned());
    names.push("worst_group:<metric>".to_owned());
    names
}

use Average::{Binary, Macro, Micro, Samples, Weighted};

const PLAIN: &[(&str, Metric)] = &[
    ("accuracy", Metric::Accuracy),
    ("balanced_accuracy", Metric::BalancedAccuracy),
    ("mcc", Metric::Mcc),
    ("kappa", Metric::Kappa(Distance::Unit)),
    ("kappa_linear", Metric::Kappa(Distance::Linear)),
    ("kappa_quadratic", Metric::Kappa(Distance::Quadratic)),
    ("f1_micro", Metric::F1(Micro)),
    ("f1_macro", Metric::F1(Macro)),
    ("f1_weighted", Metric::F1(Weighted)),
    ("f1_binary", Metric::F1(Binary)),
    ("precision_micro", Metric::Precision(Micro)),
    ("precision_macro", Metric::Precision(Macro)),
    ("precision_weighted", Metric::Precision(Weighted)),
    ("precision_binary", Metric::Precision(Binary)),
    ("recall_micro", Metric::Recall(Micro)),
    ("recall_macro", Metric::Recall(Macro)),
    ("recall_weighted", Metric::Recall(Weighted)),
    ("recall_binary", Metric::Recall(Binary)),
    ("jaccard_micro", Metric::Jaccard(Micro)),
    ("jaccard_macro", Metric::Jaccard(Macro)),
    ("jaccard_weighted", Metric::Jaccard(Weighted)),
    ("jaccard_binary", Metric::Jaccard(Binary)),
    ("roc_auc", Metric::RocAuc),
    ("average_precision", Metric::AveragePrecision),
    ("log_loss", Metric::LogLoss),
    ("brier", Metric::Brier),
    ("roc_auc_ovr_macro", Metric::RocAucOvr(Macro)),
    ("roc_auc_ovr_weighted", Metric::RocAucOvr(Weighted)),
    ("roc_auc_ovo_macro", Metric::RocAucOvo),
    ("mae", Metric::Mae),
    ("mse", Metric::Mse),
    ("rmse", Metric::Rmse),
    ("rmsle", Metric::Rmsle),
    ("mape", Metric::Mape),
    ("smape", Metric::Smape),
    ("median_ae", Metric::MedianAe),
    ("r2", Metric::R2),
    ("multilabel_f1_micro", Metric::MultilabelF1(Micro)),
    ("multilabel_f1_macro", Metric::MultilabelF1(Macro)),
    ("multilabel_f1_weighted", Metric::MultilabelF1(Weighted)),
    ("multilabel_f1_samples", Metric::MultilabelF1(Samples)),
    ("exact_match", Metric::ExactMatch),
    ("hamming_loss", Metric::HammingLoss),
    ("jaccard_samples", Metric::JaccardSamples),
    ("bias_auc", Metric::BiasAuc),
];

/// Makes the metric from its place `k`, if it exists with (or without) one.
type WithPlace = fn(Option<u32>) -> Option<Metric>;
/// Reads the place back.
type PlaceOf = fn(&Metric) -> Option<Option<u32>>;

macro_rules! place_of {
    ($($pattern:pat => $place:expr),+) => {
        |metric| match metric { $($pattern => Some($place),)+ _ => None }
    };
}

const WITH_PLACE: &[(&str, WithPlace, PlaceOf)] = &[
    ("top_k_accuracy", |k| k.map(Metric::TopKAccuracy), place_of!(Metric::TopKAccuracy(k) => Some(*k))),
    ("mrr", |k| Some(Metric::Mrr(k)), place_of!(Metric::Mrr(k) => *k)),
    ("ndcg", |k| Some(Metric::Ndcg(Gain::Linear, k)), place_of!(Metric::Ndcg(Gain::Linear, k) => *k)),
    ("ndcg_exp", |k| Some(Metric::Ndcg(Gain::Exponential, k)), place_of!(Metric::Ndcg(Gain::Exponential, k) => *k)),
    ("map", |k| Some(Metric::Map(k)), place_of!(Metric::Map(k) => *k)),
    ("map_capped", |k| k.map(Metric::MapCapped), place_of!(Metric::MapCapped(k) => Some(*k))),
    ("precision", |k| k.map(Metric::PrecisionAt), place_of!(Metric::PrecisionAt(k) => Some(*k))),
    ("recall", |k| k.map(Metric::RecallAt), place_of!(Metric::RecallAt(k) => Some(*k))),
    ("hit_rate", |k| k.map(Metric::HitRate), place_of!(Metric::HitRate(k) => Some(*k))),
];

pub(super) fn of(metric: &Metric) -> String {
    match metric {
        Metric::WorstGroup(inner) => return format!("worst_group:{}", of(inner)),
        Metric::Pinball(quantile) => return format!("pinball@{quantile}"),
        _ => {}
    }
    for (name, _, place_of) in WITH_PLACE {
        match place_of(metric) {
            Some(Some(k)) => return format!("{name}@{k}"),
            Some(None) => return (*name).to_owned(),
            None => {}
        }
    }
    PLAIN.iter().find(|(_, plain)| plain == metric).map_or_else(String::new, |(name, _)| (*name).to_owned())
}

impl FromStr for Metric {
    type Err = UnknownMetric;

    fn from_str(name: &str) -> Result<Self, UnknownMetric> {
        let parameter = |problem| UnknownMetric::Parameter { name: name.to_owned(), problem };
        if let Some(inner) = name.strip_prefix("worst_group:") {
            let inner: Self = inner.parse()?;
            return if inner.needs_groups() {
                Err(UnknownMetric::NestedGroups(name.to_owned()))
            } else {
                Ok(Self::WorstGroup(Box::new(inner)))
            };
        }
        let (base, place) = name.split_once('@').map_or((name, None), |(base, place)| (base, Some(place)));
        if base == "pinball" {
            let quantile = place.and_then(|place| place.parse().ok()).filter(|q| (0.0..=1.0).contains(q));
            return quantile.map(Self::Pinball).ok_or_else(|| parameter("write the quantile, as in pinball@0.9"));
        }
        if let Some((_, plain)) = PLAIN.iter().find(|(plain, _)| *plain == base) {
            return if place.is_none() { Ok(plain.clone()) } else { Err(parameter("this metric takes no '@'")) };
        }
        let Some((_, make, _)) = WITH_PLACE.iter().find(|(known, ..)| *known == base) else {
            return Err(UnknownMetric::Name { name: name.to_owned(), suggestion: nearest(base) });
        };
        let place = match place {
            None => None,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0') => {
                Some(digits.parse().map_err(|_| parameter("the number after '@' is too large or missing"))?)
            }
            Some(_) => return Err(parameter("write a positive whole number after '@', as in ndcg@10")),
        };
        make(place).ok_or_else(|| parameter("write how many places count, as in precision@5"))
    }
}

/// The known name nearest to `name`, within two edits or by spelling variants such as `f1-macro` and `AUC`.
fn nearest(name: &str) -> Option<String> {
    let folded = name.to_lowercase().replace(['-', ' '], "_");
    let common = match folded.as_str() {
        "auc" | "auroc" | "rocauc" => Some("roc_auc"),
        "f1" | "f1_score" | "macro_f1" | "f_score" => Some("f1_macro"),
        "acc" => Some("accuracy"),
        "logloss" | "cross_entropy" => Some("log_loss"),
        "qwk" => Some("kappa_quadratic"),
        "ap" | "pr_auc" => Some("average_precision"),
        _ => None,
    };
    if let Some(known) = common {
        return Some(known.to_owned());
    }
    let known = PLAIN.iter().map(|(known, _)| *known).chain(WITH_PLACE.iter().map(|(known, ..)| *known));
    known
        .map(|known| (strsim::damerau_levenshtein(known, &folded), known))
        .min()
        .filter(|(distance, _)| *distance <= 2)
        .map(|(_, known)| known.to_owned())
}
