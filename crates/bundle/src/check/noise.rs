//! How far chance moves a score: the half-width of its 95 % interval at a number of rows, before there is any
//! submission. Formulas of textbooks at a plausible score; the board later shows the errors of real scores.

/// z of a 95 % interval.
const Z95: f64 = 1.96;
/// Score at which the error is computed: the usual one of a first good model.
const TYPICAL: f64 = 0.8;

/// How the metric gathers its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gathering {
    /// A mean over rows of something between 0 and 1 (accuracy, a rank measure per query).
    Rows,
    /// A mean over classes, each with its own rows (macro averages, balanced accuracy).
    Classes,
    /// Pairs of rows of two classes (ROC AUC).
    Pairs,
    /// An error in units of its own (RMSE, log loss): the half-width is relative.
    Unbounded,
}

/// Half-width of the 95 % interval on `rows` rows, `rows[c]` of class c; a share of 1 for bounded metrics, relative to
/// the score for unbounded ones. Infinite without rows.
#[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^52")]
pub(crate) fn half_width(gathering: Gathering, rows: &[u64]) -> f64 {
    let n: f64 = rows.iter().sum::<u64>() as f64;
    let p = TYPICAL;
    let variance = match gathering {
        Gathering::Rows => p * (1.0 - p) / n,
        Gathering::Classes => {
            let classes = rows.len() as f64;
            rows.iter().map(|rows| p * (1.0 - p) / *rows as f64).sum::<f64>() / (classes * classes)
        }
        // Hanley and McNeil 1982; the rarest class against the others is what limits the precision.
        Gathering::Pairs => {
            let rarest = rows.iter().copied().min().unwrap_or(0) as f64;
            let others = n - rarest;
            let q1 = p / (2.0 - p);
            let q2 = 2.0 * p * p / (1.0 + p);
            (p * (1.0 - p) + (rarest - 1.0) * (q1 - p * p) + (others - 1.0) * (q2 - p * p)) / (rarest * others)
        }
        // A root of a mean of squares of normal errors.
        Gathering::Unbounded => 1.0 / (2.0 * n),
    };
    if variance.is_finite() { Z95 * variance.sqrt() } else { f64::INFINITY }
}
