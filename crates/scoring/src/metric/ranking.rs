//! Metrics of rankings: each is a mean over the queries of a value that a query has alone. The formulas are ranx's.

use super::row_means::mean;
use super::{Estimate, Gain, Metric, Undefined};
use crate::columns::{Kind, Lists};

pub(super) fn evaluate(
    metric: &Metric,
    relevant: &Lists<(u32, f64)>,
    ranked: &Lists<u32>,
    rows: &[u32],
) -> Result<Estimate, Undefined> {
    if !metric.applies_to(Kind::Ranking) {
        return Err(Undefined::WrongKind(metric.to_string()));
    }
    let mut by_item = Vec::new();
    mean(rows, None, |row| {
        by_item.clear();
        by_item.extend(relevant.get(row).iter().filter(|(_, relevance)| *relevance > 0.0));
        by_item.sort_unstable_by_key(|(item, _)| *item);
        Query { relevant: &by_item, ranked: ranked.get(row) }.value(metric)
    })
}

struct Query<'a> {
    /// The relevant items, sorted by item.
    relevant: &'a [(u32, f64)],
    /// The answer, best first.
    ranked: &'a [u32],
}

impl Query<'_> {
    fn value(&self, metric: &Metric) -> f64 {
        if self.relevant.is_empty() {
            return 0.0;
        }
        let all = self.relevant.len() as f64;
        match *metric {
            Metric::Mrr(k) => self.hits(k).next().map_or(0.0, |(place, _)| 1.0 / place as f64),
            Metric::HitRate(k) => f64::from(u8::from(self.hits(Some(k)).next().is_some())),
            Metric::PrecisionAt(k) => self.hits(Some(k)).count() as f64 / f64::from(k),
            Metric::RecallAt(k) => self.hits(Some(k)).count() as f64 / all,
            Metric::Map(k) => self.precisions(k) / all,
            Metric::MapCapped(k) => self.precisions(Some(k)) / all.min(f64::from(k)),
            Metric::Ndcg(gain, k) => self.ndcg(gain, k),
            _ => 0.0,
        }
    }

    /// Place (from 1) and relevance of the relevant items among the first `k` of the answer.
    fn hits(&self, k: Option<u32>) -> impl Iterator<Item = (usize, f64)> {
        let first = self.ranked.iter().take(k.map_or(usize::MAX, |k| k as usize)).enumerate();
        first.filter_map(|(before, item)| {
            let found = self.relevant.binary_search_by_key(item, |(item, _)| *item).ok()?;
            Some((before + 1, self.relevant[found].1))
        })
    }

    /// Sum over the hits of the precision at their place.
    fn precisions(&self, k: Option<u32>) -> f64 {
        self.hits(k).enumerate().map(|(before, (place, _))| (before + 1) as f64 / place as f64).sum()
    }

    /// Discounted gain over that of the best possible order.
    fn ndcg(&self, gain: Gain, k: Option<u32>) -> f64 {
        let discounted = |(place, relevance): (usize, f64)| {
            let gain = match gain {
                Gain::Linear => relevance,
                Gain::Exponential => relevance.exp2() - 1.0,
            };
            gain / (place as f64 + 1.0).log2()
        };
        let mut ideal: Vec<f64> = self.relevant.iter().map(|(_, relevance)| *relevance).collect();
        ideal.sort_unstable_by(|a, b| b.total_cmp(a));
        ideal.truncate(k.map_or(usize::MAX, |k| k as usize));
        let best: f64 =
            ideal.into_iter().enumerate().map(|(before, relevance)| discounted((before + 1, relevance))).sum();
        self.hits(k).map(discounted).sum::<f64>() / best
    }
}
