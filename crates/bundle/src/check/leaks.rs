//! Labels that can be guessed from what should not tell: the id, the order of the rows, the size or time of a file.
//!
//! For each such feature and each class the area under the ROC curve of "is it this class?" is computed exactly. It
//! warns above 0.6 (or below 0.4: the reverse order tells as much), and only when chance cannot do that: a set of 50
//! rows reaches 0.6 by luck alone. The order of the rows is also put to a runs test (Wald and Wolfowitz 1940, in its
//! form for several classes), which sees blocks and alternation that leave no trace in the area.

/// Area under the curve from which a feature tells too much.
const AUC_LIMIT: f64 = 0.6;
/// Standard deviations that chance may reach. About 30 comparisons a competition, so 20 clean sets stay below one
/// false warning with a wide margin (3e-7 for each comparison at 5).
const SIGMAS: f64 = 5.0;
/// Fewest rows with and without a class that are looked at.
const ROWS_MIN: usize = 8;
/// Classes that are looked at, the largest first.
const CLASSES_MAX: usize = 100;

use crate::sentence::Sentence;

/// Labels of rows as small numbers, and how many there are of each.
pub(crate) struct Classes {
    of_row: Vec<u32>,
    counts: Vec<usize>,
    /// What a class is called in a finding.
    names: Vec<Sentence>,
}

impl Classes {
    /// Class labels as they are; numbers as "above the median" or not; nothing to compare when all are equal.
    pub(crate) fn new(labels: &[u32], names: &[Box<str>], are_numbers: bool) -> Option<Self> {
        let (of_row, names) = if are_numbers {
            let values: Vec<f64> = names.iter().map(|name| name.parse().unwrap_or(f64::NAN)).collect();
            let of = |label: &u32| values.get(*label as usize).copied().unwrap_or(f64::NAN);
            let mut sorted: Vec<f64> = labels.iter().map(of).collect();
            sorted.sort_by(f64::total_cmp);
            let median = *sorted.get(sorted.len() / 2)?;
            let side = |label: &u32| u32::from(of(label) >= median);
            let names = [("below the median", "중앙값 아래"), ("above the median", "중앙값 위")];
            (labels.iter().map(side).collect(), names.map(|(en, ko)| Sentence::new(en, ko)).to_vec())
        } else {
            let name = |name: &str| Sentence::new(format!("'{name}'"), format!("‘{name}’"));
            (labels.to_vec(), names.iter().map(|class| name(class)).collect())
        };
        let mut counts = vec![0; names.len()];
        for label in &of_row {
            if let Some(count) = counts.get_mut(*label as usize) {
                *count += 1;
            }
        }
        let classes = Self { of_row, counts, names };
        (classes.counts.iter().filter(|count| **count > 0).count() > 1).then_some(classes)
    }

    /// The label of a row.
    pub(crate) fn of(&self, row: usize) -> Option<u32> {
        self.of_row.get(row).copied()
    }
}

/// A class that a feature gives away.
#[derive(Debug, PartialEq)]
pub(crate) struct Tell {
    /// The class, as it is called in a finding.
    pub(crate) class: Sentence,
    /// Area under the curve, above 0.5 whichever way the feature points.
    pub(crate) auc: f64,
}

/// The class that `feature` separates best from the others, if it does so beyond [`AUC_LIMIT`] and chance. `rows` are
/// pairs of a label and the feature of the same row.
#[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^52")]
pub(crate) fn tell(rows: &[(u32, f64)], classes: &Classes) -> Option<Tell> {
    let mut order: Vec<(f64, u32)> = rows.iter().map(|(label, feature)| (*feature, *label)).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut counts = vec![0_usize; classes.counts.len()];
    let mut rank_sums = vec![0.0_f64; classes.counts.len()];
    let mut start = 0;
    for tie in order.chunk_by(|a, b| a.0 == b.0) {
        let middle = start as f64 + (tie.len() as f64 + 1.0) / 2.0;
        for (_, label) in tie {
            if let (Some(count), Some(sum)) = (counts.get_mut(*label as usize), rank_sums.get_mut(*label as usize)) {
                *count += 1;
                *sum += middle;
            }
        }
        start += tie.len();
    }
    let all = order.len();
    let mut largest: Vec<usize> = (0..counts.len()).collect();
    largest.sort_by_key(|class| std::cmp::Reverse(counts.get(*class).copied()));
    largest
        .into_iter()
        .take(CLASSES_MAX)
        .filter_map(|class| {
            let with = *counts.get(class)?;
            let without = all - with;
            if with < ROWS_MIN || without < ROWS_MIN {
                return None;
            }
            let (p, n) = (with as f64, without as f64);
            let area = (*rank_sums.get(class)? - p * (p + 1.0) / 2.0) / (p * n);
            let auc = area.max(1.0 - area);
            let by_chance = ((p + n + 1.0) / (12.0 * p * n)).sqrt();
            let class = classes.names.get(class)?;
            (auc > AUC_LIMIT && auc - 0.5 > SIGMAS * by_chance).then(|| Tell { class: class.clone(), auc })
        })
        .max_by(|a, b| a.auc.total_cmp(&b.auc))
}

/// How far the number of runs of equal labels in `order` is from what shuffled rows have, in standard deviations:
/// negative when equal labels stand together, positive when they avoid each other.
#[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^52")]
pub(crate) fn runs(order: &[u32], classes: &Classes) -> Option<f64> {
    if order.len() < 2 * ROWS_MIN {
        return None;
    }
    let mut counts = vec![0.0_f64; classes.counts.len()];
    for label in order {
        *counts.get_mut(*label as usize)? += 1.0;
    }
    let n = order.len() as f64;
    let squares: f64 = counts.iter().map(|count| count * count).sum();
    let cubes: f64 = counts.iter().map(|count| count * count * count).sum();
    let expected = (n * (n + 1.0) - squares) / n;
    let variance = (squares * (squares + n * (n + 1.0)) - 2.0 * n * cubes - n * n * n) / (n * n * (n - 1.0));
    if variance <= 0.0 {
        return None;
    }
    let found = 1.0 + order.windows(2).filter(|pair| pair[0] != pair[1]).count() as f64;
    Some((found - expected) / variance.sqrt())
}

/// Whether [`runs`] is beyond chance.
pub(crate) fn is_telling(runs: f64) -> bool {
    runs.abs() > SIGMAS
}

/// What the features of an id are called in a finding, in English and Korean.
pub(crate) const ID_FEATURES: [(&str, &str); 4] = [
    ("the number in the id", "id 속의 수"),
    ("whether the number in the id is odd", "id 속의 수가 홀수인지"),
    ("the beginning of the id", "id의 앞부분"),
    ("the length of the id", "id의 길이"),
];

/// Features of an id, in the order of [`ID_FEATURES`].
pub(crate) fn id_features(id: &str) -> [f64; 4] {
    let digits_end = id.rfind(|c: char| c.is_ascii_digit()).map_or(0, |end| end + 1);
    let before = id.get(..digits_end).unwrap_or_default();
    let digits_start = before
        .rfind(|c: char| !c.is_ascii_digit())
        .map_or(0, |place| place + before.get(place..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
    let digits = before.get(digits_start..).unwrap_or_default();
    let number = digits.get(..digits.len().min(18)).and_then(|digits| digits.parse::<f64>().ok()).unwrap_or(-1.0);
    let parity = digits.bytes().last().map_or(-1.0, |digit| f64::from((digit - b'0') % 2));
    // The beginning as a number, so that ids that begin with the class sort together.
    let beginning = id.bytes().take(6).fold(0.0, |sum, byte| sum * 256.0 + f64::from(byte));
    #[expect(clippy::cast_precision_loss, reason = "the length of an id")]
    let length = id.len() as f64;
    [number, parity, beginning, length]
}
