//! Which photographs train and which validate. By a hash of id and seed: the same on every machine, whatever the order of
//! rows. Knows what folds part that belongs together; which photographs look alike, it asks [`duplicates`].

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};

use crate::competition::{Competition, CompetitionError};
use crate::duplicates;
use crate::image::decode::DecodeError;

/// `[split]`.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Config {
    /// One part validates: quick, and enough while the differences sought are large. Stratified by class.
    HoldOut {
        /// Share of the photographs that validate.
        share: f64,
        /// Another seed, another split.
        seed: u64,
    },
    /// `folds` parts, each of which validates once.
    KFold {
        /// How many, at least 2.
        folds: usize,
        /// Another seed, another split.
        seed: u64,
    },
    /// The same, every class spread evenly: the usual choice.
    Stratified {
        /// How many, at least 2.
        folds: usize,
        /// Another seed, another split.
        seed: u64,
    },
    /// The same, no group in two folds: where several photographs show one thing, person or shop visit.
    Group {
        /// How many, at least 2.
        folds: usize,
        /// What makes a group.
        group: GroupBy,
        /// Another seed, another split.
        seed: u64,
    },
    /// No group in two folds, and every class spread as evenly as the groups allow.
    StratifiedGroup {
        /// How many, at least 2.
        folds: usize,
        /// What makes a group.
        group: GroupBy,
        /// Another seed, another split.
        seed: u64,
    },
}

/// What photographs of one group have in common.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum GroupBy {
    /// The value of a column of `train.csv`: `group = { column = "patient" }`.
    Column(String),
    /// They look nearly the same: `group = "near-duplicates"`.
    NearDuplicates,
}

/// Positions of photographs in `train.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// To learn from, in ascending order.
    pub train: Vec<usize>,
    /// To be judged by, in ascending order.
    pub validation: Vec<usize>,
}

/// Why a split cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SplitError {
    /// Too few or too many folds.
    #[error("split.folds = {folds}: there must be at least 2, and no more than the {photos} photographs")]
    Folds {
        /// How many were wanted.
        folds: usize,
        /// How many photographs there are.
        photos: usize,
    },
    /// A share that leaves nothing.
    #[error("split.share = {share}: a share between 0 and 1 (both excluded) must validate")]
    Share {
        /// What was wanted.
        share: f64,
    },
    /// A fold that is not there.
    #[error("fold {fold} does not exist: the split has {folds}, counted from 0")]
    NoFold {
        /// Which was wanted.
        fold: usize,
        /// How many there are.
        folds: usize,
    },
    /// Fewer groups than folds.
    #[error("there are {groups} groups, too few for {folds} folds")]
    FewGroups {
        /// How many there are.
        groups: usize,
        /// How many folds were wanted.
        folds: usize,
    },
    /// A column that is not there.
    #[error(transparent)]
    Column(#[from] CompetitionError),
    /// A photograph that could not be compared with the others.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Groups were not given.
    #[error("the split is by group, but no groups were given")]
    NoGroups,
}

/// A competition's folds, and the near-duplicates that they part.
#[derive(Clone, Debug, PartialEq)]
pub struct Folds {
    config: Config,
    /// Fold of each photograph in which it validates; `None` if it never does.
    assigned: Vec<Option<usize>>,
    /// Photographs that look nearly the same and lie on two sides: whoever validates on one has trained on the other.
    pub parted: Vec<(usize, usize)>,
}

impl Folds {
    /// Looks at every training photograph once (about 2 ms each), whatever the kind: near-duplicates that lie on two
    /// sides of a fold are the usual reason why validation promises more than the test keeps.
    ///
    /// # Errors
    /// [`SplitError`]
    pub fn of(competition: &Competition, config: &Config) -> Result<Self, SplitError> {
        let photos: Vec<_> = competition.train.iter().collect();
        let pairs = duplicates::near(&duplicates::fingerprints(&photos)?, duplicates::CORRELATION);
        let groups = match config.group() {
            None => None,
            Some(GroupBy::Column(column)) => Some(numbered(competition.train_values(column)?)),
            Some(GroupBy::NearDuplicates) => Some(duplicates::clusters(photos.len(), &pairs)),
        };
        let ids: Vec<String> = photos.iter().map(|photo| photo.id.clone()).collect();
        let photos = Photos { ids: &ids, labels: &competition.labels(), groups: groups.as_deref() };
        let assigned = config.assign(photos)?;
        let pairs: Vec<_> = pairs.iter().map(|pair| vec![pair.first, pair.second]).collect();
        Ok(Self { config: config.clone(), parted: crossing(&assigned, &pairs), assigned })
    }

    /// One fold.
    ///
    /// # Errors
    /// [`SplitError::NoFold`]
    pub fn fold(&self, fold: usize) -> Result<Fold, SplitError> {
        self.config.exists(fold)?;
        Ok(fold_of(&self.assigned, fold))
    }

    /// What to say before anybody believes a score of these folds; nothing where they part no near-duplicates.
    pub fn warning(&self) -> Option<String> {
        let judged = |photo: &usize| self.assigned[*photo].is_some();
        let known: HashSet<usize> = self.parted.iter().flat_map(|&(a, b)| [a, b]).filter(judged).collect();
        if known.is_empty() {
            return None;
        }
        let all = (0..self.assigned.len()).filter(judged).count();
        let cure = match &self.config {
            Config::Group { group: GroupBy::Column(column), .. }
            | Config::StratifiedGroup { group: GroupBy::Column(column), .. } => {
                format!("The column '{column}' does not keep them together: `baseline eda` shows the pairs.")
            }
            config => format!(
                "Keep them together: --set split=\"{{kind='stratified-group',folds={},group='near-duplicates',seed={}}}\"; \
                 `baseline eda` shows the pairs.",
                config.usual_folds(),
                config.seed()
            ),
        };
        Some(format!(
            "{} of the {all} photographs that validate look nearly like one that trains, so the score of validation will \
             be too good. {cure}",
            known.len()
        ))
    }
}

/// Equal values by equal numbers, counted from 0 in the order of their first.
fn numbered<'a>(values: Vec<&'a str>) -> Vec<usize> {
    let mut numbers: HashMap<&'a str, usize> = HashMap::new();
    let number = |value| {
        let next = numbers.len();
        *numbers.entry(value).or_insert(next)
    };
    values.into_iter().map(number).collect()
}

/// What a split is made from, one entry per photograph.
#[derive(Clone, Copy, Debug)]
pub struct Photos<'a> {
    /// Ids.
    pub ids: &'a [String],
    /// Classes.
    pub labels: &'a [usize],
    /// Groups, for the kinds that keep them together; photographs of equal value belong together.
    pub groups: Option<&'a [usize]>,
}

impl Config {
    /// How many folds there are; a hold-out is one.
    pub fn folds(&self) -> usize {
        match *self {
            Config::HoldOut { .. } => 1,
            Config::KFold { folds, .. }
            | Config::Stratified { folds, .. }
            | Config::Group { folds, .. }
            | Config::StratifiedGroup { folds, .. } => folds,
        }
    }

    /// What must stay together, if anything.
    pub fn group(&self) -> Option<&GroupBy> {
        match self {
            Config::Group { group, .. } | Config::StratifiedGroup { group, .. } => Some(group),
            Config::HoldOut { .. } | Config::KFold { .. } | Config::Stratified { .. } => None,
        }
    }

    /// Fold of each photograph in which it validates; `None` if it never does.
    pub fn assign(&self, photos: Photos) -> Result<Vec<Option<usize>>, SplitError> {
        let folds = self.folds();
        let count = photos.ids.len();
        if !matches!(self, Config::HoldOut { .. }) && !(2..=count).contains(&folds) {
            return Err(SplitError::Folds { folds, photos: count });
        }
        let groups = || photos.groups.ok_or(SplitError::NoGroups);
        match *self {
            Config::HoldOut { share, seed } => hold_out(photos, share, seed),
            Config::KFold { seed, .. } => Ok(dealt(&order(photos.ids, seed), folds, count)),
            Config::Stratified { seed, .. } => {
                let mut order = order(photos.ids, seed);
                order.sort_by_key(|&photo| photos.labels[photo]);
                // Dealt on from class to class, so that the remainders do not all fall into the first folds.
                Ok(dealt(&order, folds, count))
            }
            Config::Group { seed, .. } => grouped(photos, groups()?, folds, seed, false),
            Config::StratifiedGroup { seed, .. } => {
                let groups = groups()?;
                // Where nothing belongs together, the folds are those of `stratified`, which are more even.
                let distinct: HashSet<usize> = groups.iter().copied().collect();
                if distinct.len() == count {
                    return Config::Stratified { folds, seed }.assign(photos);
                }
                grouped(photos, groups, folds, seed, true)
            }
        }
    }

    /// One fold.
    pub fn fold(&self, photos: Photos, fold: usize) -> Result<Fold, SplitError> {
        self.exists(fold)?;
        Ok(fold_of(&self.assign(photos)?, fold))
    }

    fn exists(&self, fold: usize) -> Result<(), SplitError> {
        if fold < self.folds() { Ok(()) } else { Err(SplitError::NoFold { fold, folds: self.folds() }) }
    }

    /// Folds that are about as large as what validates here.
    fn usual_folds(&self) -> usize {
        match *self {
            Config::HoldOut { share, .. } => ((1.0 / share).round() as usize).max(2),
            _ => self.folds(),
        }
    }

    fn seed(&self) -> u64 {
        match *self {
            Config::HoldOut { seed, .. }
            | Config::KFold { seed, .. }
            | Config::Stratified { seed, .. }
            | Config::Group { seed, .. }
            | Config::StratifiedGroup { seed, .. } => seed,
        }
    }
}

fn fold_of(assigned: &[Option<usize>], fold: usize) -> Fold {
    let (validation, train) = (0..assigned.len()).partition(|&photo| assigned[photo] == Some(fold));
    Fold { train, validation }
}

/// Photographs in the order of SHA-256 of seed and id.
fn order(ids: &[String], seed: u64) -> Vec<usize> {
    let mut keyed: Vec<([u8; 32], usize)> = ids
        .iter()
        .enumerate()
        .map(|(photo, id)| (Sha256::digest(format!("{seed}:{id}").as_bytes()).into(), photo))
        .collect();
    keyed.sort();
    keyed.into_iter().map(|(_, photo)| photo).collect()
}

fn dealt(order: &[usize], folds: usize, count: usize) -> Vec<Option<usize>> {
    let mut assigned = vec![None; count];
    for (position, &photo) in order.iter().enumerate() {
        assigned[photo] = Some(position % folds);
    }
    assigned
}

/// Of each class the rounded share, in the order of the hash.
fn hold_out(photos: Photos, share: f64, seed: u64) -> Result<Vec<Option<usize>>, SplitError> {
    if !(share > 0.0 && share < 1.0) {
        return Err(SplitError::Share { share });
    }
    let mut order = order(photos.ids, seed);
    order.sort_by_key(|&photo| photos.labels[photo]);
    let mut assigned = vec![None; order.len()];
    for class in order.chunk_by(|&a, &b| photos.labels[a] == photos.labels[b]) {
        for &photo in &class[..(class.len() as f64 * share).round() as usize] {
            assigned[photo] = Some(0);
        }
    }
    Ok(assigned)
}

/// Groups, largest first, each to the fold that it fits best: with the fewest photographs, or, stratified, so that the
/// shares of every class differ least between the folds (scikit-learn's rules for the same names).
fn grouped(
    photos: Photos,
    groups: &[usize],
    folds: usize,
    seed: u64,
    stratified: bool,
) -> Result<Vec<Option<usize>>, SplitError> {
    let classes = photos.labels.iter().max().map_or(0, |most| most + 1);
    let mut order = order(photos.ids, seed);
    let mut first_place = HashMap::new();
    for (place, &photo) in order.iter().enumerate() {
        first_place.entry(groups[photo]).or_insert(place);
    }
    order.sort_by_key(|&photo| first_place[&groups[photo]]);
    let mut members: Vec<(Vec<usize>, Vec<usize>)> = order
        .chunk_by(|&a, &b| groups[a] == groups[b])
        .map(|group| {
            let mut counts = vec![0; classes];
            for &photo in group {
                counts[photos.labels[photo]] += 1;
            }
            (group.to_vec(), counts)
        })
        .collect();
    if members.len() < folds {
        return Err(SplitError::FewGroups { groups: members.len(), folds });
    }
    // The sort is stable: groups of equal size stay in the order of the hash.
    members.sort_by_key(|(group, _)| std::cmp::Reverse(group.len()));
    let mut totals = vec![0usize; classes];
    for &label in photos.labels {
        totals[label] += 1;
    }
    let mut held: Vec<Vec<usize>> = vec![vec![0; classes]; folds];
    let mut sizes = vec![0usize; folds];
    let mut assigned = vec![None; photos.ids.len()];
    for (group, counts) in &members {
        let cost = |fold: usize| if stratified { unevenness(&held, fold, counts, &totals) } else { 0.0 };
        let costs: Vec<f64> = (0..folds).map(cost).collect();
        let best = (0..folds).min_by(|&a, &b| costs[a].total_cmp(&costs[b]).then(sizes[a].cmp(&sizes[b]))).unwrap_or(0);
        for (held, count) in held[best].iter_mut().zip(counts) {
            *held += count;
        }
        sizes[best] += group.len();
        for &photo in group {
            assigned[photo] = Some(best);
        }
    }
    Ok(assigned)
}

/// Mean over the classes of the variance between folds of the class's share, if the group went to `fold`.
fn unevenness(held: &[Vec<usize>], fold: usize, counts: &[usize], totals: &[usize]) -> f64 {
    let folds = held.len() as f64;
    totals
        .iter()
        .enumerate()
        .filter(|&(_, &total)| total > 0)
        .map(|(class, &total)| {
            let share = |at: usize| {
                let added = if at == fold { counts[class] } else { 0 };
                (held[at][class] + added) as f64 / total as f64
            };
            let mean = (0..held.len()).map(share).sum::<f64>() / folds;
            (0..held.len()).map(|at| (share(at) - mean).powi(2)).sum::<f64>() / folds
        })
        .sum()
}

/// Pairs of photographs that belong together but fall into different folds: whoever validates on one has trained on the
/// other.
pub fn crossing(assigned: &[Option<usize>], together: &[Vec<usize>]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for cluster in together {
        for (position, &first) in cluster.iter().enumerate() {
            for &second in &cluster[position + 1..] {
                if assigned[first] != assigned[second] {
                    pairs.push((first, second));
                }
            }
        }
    }
    pairs
}

#[cfg(test)]
mod tests;
