//! What would give a label away without looking at the picture, and what makes a score too good. A model that finds such a
//! hint learns it instead of the thing; a host who finds one mends the data.

use crate::competition::Competition;
use crate::duplicates::Fingerprint;
use crate::random::Random;

use super::Analysis;

/// Something that deserves a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// In a few words.
    pub title: String,
    /// What was counted, and what it means.
    pub evidence: String,
}

/// From so many standard deviations on, neighbours that share labels are no accident.
const SURPRISING: f64 = 5.0;

/// How often neighbours in some order have the same label.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Agreement {
    /// Share of neighbours with the same label.
    pub(super) observed: f64,
    /// Share if the order said nothing.
    pub(super) expected: f64,
    /// How many standard deviations lie between them.
    pub(super) surprise: f64,
}

impl Agreement {
    /// Labels in the order that is suspected.
    pub(super) fn of(labels: &[usize], classes: usize) -> Self {
        let mut counts = vec![0usize; classes];
        for &label in labels {
            counts[label] += 1;
        }
        let count = labels.len() as f64;
        let pairs = (count - 1.0).max(1.0);
        let same: f64 = counts.iter().map(|&class| class as f64 * (class as f64 - 1.0)).sum();
        let expected = same / (count * (count - 1.0)).max(1.0);
        let agreeing = labels.array_windows().filter(|[a, b]| a == b).count();
        let observed = agreeing as f64 / pairs;
        let deviation = (expected * (1.0 - expected) / pairs).sqrt().max(1e-9);
        Self { observed, expected, surprise: (observed - expected) / deviation }
    }

    fn hint(self, title: &str, order: &str) -> Option<Hint> {
        (self.surprise > SURPRISING).then(|| Hint {
            title: title.to_owned(),
            evidence: format!(
                "In the order of {order}, {:.1} % of neighbours have the same label; by chance {:.1} % would. ({:.0} standard \
                 deviations)",
                100.0 * self.observed,
                100.0 * self.expected,
                self.surprise
            ),
        })
    }
}

/// Hints that need the training photographs only.
pub(super) fn find(competition: &Competition, train: &[Fingerprint], labels: &[usize]) -> Vec<Hint> {
    let classes = competition.classes.len();
    let agreement =
        |order: Vec<usize>| Agreement::of(&order.into_iter().map(|photo| labels[photo]).collect::<Vec<_>>(), classes);
    // Equal keys are put into a random order: otherwise the order of rows would speak through them.
    let mut shuffled: Vec<usize> = (0..labels.len()).collect();
    Random::new(&[0xEDA]).shuffle(&mut shuffled);
    let by = |key: &dyn Fn(usize) -> (u64, u64)| {
        let mut order = shuffled.clone();
        order.sort_by_key(|&photo| key(photo));
        agreement(order)
    };
    let mut by_name: Vec<usize> = (0..labels.len()).collect();
    by_name.sort_by_key(|&photo| natural(&competition.train[photo].id));
    let orders = [
        agreement((0..labels.len()).collect()).hint("The order of rows tells the label", "train.csv"),
        agreement(by_name).hint("The name tells the label", "the ids"),
        by(&|photo| (train[photo].size.0 as u64, train[photo].size.1 as u64))
            .hint("The picture's size tells the label", "width and height"),
        by(&|photo| (train[photo].file_bytes as u64, 0)).hint(
            "The file's size tells something about the label",
            "bytes in the file (how busy a picture is, so not always a leak)",
        ),
    ];
    orders.into_iter().flatten().chain(named_by_class(competition, labels)).collect()
}

/// Whether files are called after their class.
fn named_by_class(competition: &Competition, labels: &[usize]) -> Option<Hint> {
    let fold = |text: &str| text.to_lowercase().replace(|letter: char| !letter.is_alphanumeric(), "");
    let telling = |class: &str| fold(class).len() > 2 && fold(class).chars().any(char::is_alphabetic);
    let named = competition.train.iter().zip(labels).filter(|&(photo, &label)| {
        let path = photo.path.strip_prefix(&competition.folder).unwrap_or(&photo.path);
        let path = fold(&path.to_string_lossy());
        [&competition.classes[label], &competition.class_names[label]]
            .into_iter()
            .any(|class| telling(class) && path.contains(&fold(class)))
    });
    let count = named.count();
    (count * 20 > labels.len()).then(|| Hint {
        title: "Files are called after their class".to_owned(),
        evidence: format!("{count} of {} paths contain the name of the photograph's class.", labels.len()),
    })
}

/// Hints from photographs that are there twice.
pub(super) fn of_duplicates(analysis: &Analysis) -> Vec<Hint> {
    let mut hints = Vec::new();
    let train = analysis.competition.train.len();
    let across = analysis.exact.iter().filter(|group| group[0] < train && group.iter().any(|&at| at >= train)).count();
    if across > 0 {
        hints.push(Hint {
            title: "The same picture is on both sides".to_owned(),
            evidence: format!("{across} pictures are in train and in test with exactly the same pixels."),
        });
    }
    let torn = analysis.exact.iter().filter(|group| {
        let mut labels: Vec<_> = group.iter().filter_map(|&at| analysis.photo(at).label).collect();
        labels.dedup();
        labels.len() > 1
    });
    let torn = torn.count();
    if torn > 0 {
        hints.push(Hint {
            title: "The same picture has different labels".to_owned(),
            evidence: format!("{torn} pictures are in train more than once, with different labels."),
        });
    }
    let places = analysis.places();
    if places.across > 0 {
        hints.push(Hint {
            title: "Nearly the same picture is on both sides".to_owned(),
            evidence: format!(
                "{} pairs of near-duplicates lie across train and test. Look at them: one scene photographed twice lets a \
                 model remember instead of recognise.",
                places.across
            ),
        });
    }
    if analysis.parted_by_folds > 0 {
        hints.push(Hint {
            title: "Near-duplicates would fall into different folds".to_owned(),
            evidence: format!(
                "Five stratified folds part {} pairs, so validation would be too good. Keep them together: [split] kind = \
                 \"stratified-group\", group = \"near-duplicates\".",
                analysis.parted_by_folds
            ),
        });
    }
    hints
}

/// Ids with their numbers in the order of numbers: `img2` before `img10`.
fn natural(id: &str) -> Vec<(u64, String)> {
    let mut parts = Vec::new();
    let mut rest = id;
    while !rest.is_empty() {
        let text = rest.find(|letter: char| letter.is_ascii_digit()).unwrap_or(rest.len());
        let digits = rest[text..].find(|letter: char| !letter.is_ascii_digit()).map_or(rest.len(), |end| text + end);
        parts.push((rest[text..digits].parse().unwrap_or(0), rest[..text].to_owned()));
        rest = &rest[digits..];
    }
    parts
}

#[cfg(test)]
mod tests;
