//! Metrics over the groups of the solution's `groups` column.

use super::probability::Ordered;
use super::{Estimate, Metric, Scored, Undefined};
use crate::columns::{Predictions, Targets};
use crate::uncertainty;

/// The scored rows of each group that has any, in the order of the groups' names: the order in which the solution
/// first names them must not show in the last bit.
fn members(scored: &Scored<'_>, metric: &Metric) -> Result<Vec<Vec<u32>>, Undefined> {
    let none = || Undefined::NoGroups(metric.to_string());
    let groups = scored.truth.groups.as_ref().ok_or_else(none)?;
    let mut members = vec![Vec::new(); groups.names.len()];
    for &row in scored.rows {
        for &group in groups.rows.get(row as usize) {
            members[group as usize].push(row);
        }
    }
    let mut order: Vec<usize> = (0..members.len()).filter(|&group| !members[group].is_empty()).collect();
    order.sort_unstable_by_key(|&group| &groups.names[group]);
    let members: Vec<Vec<u32>> = order.into_iter().map(|group| std::mem::take(&mut members[group])).collect();
    if members.is_empty() { Err(none()) } else { Ok(members) }
}

/// The worst value of `inner` over the groups, with the standard error that it has on that group.
pub(super) fn worst(scored: &Scored<'_>, metric: &Metric, inner: &Metric) -> Result<Estimate, Undefined> {
    let mut worst: Option<Estimate> = None;
    for rows in members(scored, metric)? {
        let estimate = Scored { rows: &rows, ..*scored }
            .evaluate(inner)
            .map_err(|reason| Undefined::InGroup { metric: metric.to_string(), reason: Box::new(reason) })?;
        if worst.is_none_or(|worst| metric.direction().better(worst.value, estimate.value)) {
            worst = Some(estimate);
        }
    }
    worst.ok_or_else(|| Undefined::NoGroups(metric.to_string()))
}

/// Exponent of the power mean: near the minimum, but moved by every group.
const POWER: f64 = -5.0;

/// A quarter each of the overall AUC and the power means over groups of three AUCs: inside the group (subgroup),
/// background positives against the group's negatives (BPSN), background negatives against the group's positives
/// (BNSP). Borkan et al. 2019, "Nuanced metrics for measuring unintended bias".
pub(super) fn bias_auc(scored: &Scored<'_>) -> Result<Estimate, Undefined> {
    let metric = Metric::BiasAuc;
    let (Targets::Binary(truth), Predictions::Scores(scores)) = (&scored.truth.targets, scored.predictions) else {
        return Err(Undefined::WrongKind(metric.to_string()));
    };
    let members = members(scored, &metric)?;
    let one_class = || Undefined::OneClass(metric.to_string());
    let mut influences = vec![0.0; scored.rows.len()];
    let overall = Ordered::new(scored.rows, |row| scores[row], |row| truth[row], None);
    let mut value = overall.roc_auc(0.25, &mut influences).ok_or_else(one_class)? / 4.0;
    let in_group =
        |rows: &[u32]| -> Vec<bool> { scored.rows.iter().map(|row| rows.binary_search(row).is_ok()).collect() };
    let sorted: Vec<Vec<u32>> = members
        .into_iter()
        .map(|mut rows| {
            rows.sort_unstable();
            rows
        })
        .collect();
    // Rows of an AUC by their place among the scored rows.
    let keeps: [fn(bool, bool) -> bool; 3] =
        [|inside, _| inside, |inside, positive| inside != positive, |inside, positive| inside == positive];
    for keep in keeps {
        let mut curves = Vec::with_capacity(sorted.len());
        for rows in &sorted {
            let inside = in_group(rows);
            let truth_at = |place: usize| truth[scored.rows[place] as usize];
            let kept = |place: &u32| keep(inside[*place as usize], truth_at(*place as usize));
            let places: Vec<u32> = (0..scored.rows.len() as u32).filter(kept).collect();
            let curve = Ordered::new(&places, |place| scores[scored.rows[place] as usize], truth_at, None);
            let area = curve
                .roc_auc(1.0, &mut [])
                .ok_or_else(|| Undefined::InGroup { metric: metric.to_string(), reason: Box::new(one_class()) })?;
            curves.push((area, curve, places));
        }
        let groups = curves.len() as f64;
        let mut powers: Vec<f64> = curves.iter().map(|(area, ..)| area.powf(POWER)).collect();
        powers.sort_unstable_by(f64::total_cmp);
        let power_mean = (powers.iter().sum::<f64>() / groups).powf(1.0 / POWER);
        value += power_mean / 4.0;
        if scored.with_error {
            for (area, curve, places) in &curves {
                let slope = (area / power_mean).powf(POWER - 1.0) / groups / 4.0;
                let mut part = vec![0.0; places.len()];
                curve.roc_auc(slope, &mut part);
                places.iter().zip(part).for_each(|(&place, influence)| influences[place as usize] += influence);
            }
        }
    }
    let standard_error = if scored.with_error { uncertainty::from_influences(influences) } else { None };
    Ok(Estimate { value, standard_error })
}
