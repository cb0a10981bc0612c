//! The two sides of a score once the files are understood: the hidden targets and a submission's values, row beside
//! row. Owns their shape; reads no file and computes nothing. Row `i` of every column is row `i` of the solution.

use std::fmt;
use std::str::FromStr;

/// What a competition asks for; decides the shape of the files and which metrics apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// One class a row.
    Labels,
    /// The probability of the positive class.
    Probability,
    /// A probability for each class.
    Probabilities,
    /// One or several numbers a row.
    Numbers,
    /// Items of a query, best first.
    Ranking,
    /// A set of labels a row.
    Multilabel,
}

impl Kind {
    /// Every kind, in the order of the documentation.
    pub const ALL: [Self; 6] =
        [Self::Labels, Self::Probability, Self::Probabilities, Self::Numbers, Self::Ranking, Self::Multilabel];

    /// The name used in `competition.toml`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Labels => "labels",
            Self::Probability => "probability",
            Self::Probabilities => "probabilities",
            Self::Numbers => "numbers",
            Self::Ranking => "ranking",
            Self::Multilabel => "multilabel",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(|| UnknownKind(name.to_owned()))
    }
}

/// No kind of task has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a kind of task; choose one of labels, probability, probabilities, numbers, ranking, multilabel")]
pub struct UnknownKind(pub String);

/// A column of lists, stored flat: one allocation whatever the number of rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Lists<T> {
    ends: Vec<u32>,
    items: Vec<T>,
}

impl<T> Lists<T> {
    /// A column with no row.
    pub const fn new() -> Self {
        Self { ends: Vec::new(), items: Vec::new() }
    }

    /// Appends one row.
    pub fn push(&mut self, row: impl IntoIterator<Item = T>) {
        self.items.extend(row);
        // A file of 4 billion items is far beyond every size limit; saturating keeps `get` in bounds regardless.
        self.ends.push(u32::try_from(self.items.len()).unwrap_or(u32::MAX));
    }

    /// The list of row `row`, empty when there is no such row.
    pub fn get(&self, row: usize) -> &[T] {
        let start = if row == 0 { 0 } else { self.ends.get(row - 1).copied().unwrap_or(0) as usize };
        let end = self.ends.get(row).copied().unwrap_or(0) as usize;
        self.items.get(start..end).unwrap_or(&[])
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Every item of every row.
    pub fn items(&self) -> &[T] {
        &self.items
    }
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> FromIterator<Vec<T>> for Lists<T> {
    fn from_iter<I: IntoIterator<Item = Vec<T>>>(rows: I) -> Self {
        let mut lists = Self::new();
        for row in rows {
            lists.push(row);
        }
        lists
    }
}

/// The hidden targets, one entry per row of the solution. Not `Serialize`, and `Debug` prints counts only.
#[derive(Clone, PartialEq)]
pub enum Targets {
    /// One class a row: an index into `names`. Serves the kinds "class labels" and "class probabilities".
    Classes {
        /// Class of each row.
        index: Vec<u32>,
        /// Names of the classes, in the order of [`class_order`].
        names: Vec<String>,
    },
    /// Whether the row belongs to the positive class (kind "binary probability").
    Binary(Vec<bool>),
    /// Row-major numbers, all finite.
    Numbers {
        /// Targets a row.
        columns: usize,
        /// `rows * columns` values.
        values: Vec<f64>,
    },
    /// One query a row: its relevant items (interned) with their relevance, which is finite and above 0.
    Ranking(Lists<(u32, f64)>),
    /// A set of labels a row, each list without repetition.
    Sets {
        /// Labels of each row: indexes into `names`.
        rows: Lists<u32>,
        /// Names of the labels, in the order of [`class_order`].
        names: Vec<String>,
    },
}

impl Targets {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Classes { index, .. } => index.len(),
            Self::Binary(rows) => rows.len(),
            Self::Numbers { columns, values } => values.len() / (*columns).max(1),
            Self::Ranking(rows) => rows.len(),
            Self::Sets { rows, .. } => rows.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl fmt::Debug for Targets {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Classes { .. } => "Classes",
            Self::Binary(_) => "Binary",
            Self::Numbers { .. } => "Numbers",
            Self::Ranking(_) => "Ranking",
            Self::Sets { .. } => "Sets",
        };
        write!(out, "{kind}({} rows)", self.len())
    }
}

/// Names parted by spaces in the solution's `groups` column, for group metrics.
#[derive(Clone, PartialEq)]
pub struct Groups {
    /// Groups of each row: indexes into `names`, without repetition.
    pub rows: Lists<u32>,
    /// Names of the groups.
    pub names: Vec<String>,
}

/// Everything hidden that a metric reads. `Debug` prints counts only.
#[derive(Clone, PartialEq)]
pub struct Truth {
    /// The targets.
    pub targets: Targets,
    /// Weight of each row, finite and not negative; used by the metrics that take weights.
    pub weights: Option<Vec<f64>>,
    /// Groups of each row.
    pub groups: Option<Groups>,
    /// Name of the class that the `_binary` averages call positive; `1` unless the task names another.
    pub positive: String,
}

impl Truth {
    /// Targets with neither weights nor groups, class `1` being the positive one.
    pub fn new(targets: Targets) -> Self {
        Self { targets, weights: None, groups: None, positive: "1".to_owned() }
    }
}

impl fmt::Debug for Truth {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Truth")
            .field("targets", &self.targets)
            .field("weighted", &self.weights.is_some())
            .field("groups", &self.groups.as_ref().map_or(0, |groups| groups.names.len()))
            .finish()
    }
}

/// A submission's values, row `i` answering row `i` of the solution.
///
/// Where a task leaves the class set open, a submission may name classes (labels, items) that the solution does not
/// have. They follow the solution's: index `names.len() + k` is `extra[k]`.
#[derive(Clone, Debug, PartialEq)]
pub enum Predictions {
    /// Answers [`Targets::Classes`] with a class.
    Classes {
        /// Class of each row.
        index: Vec<u32>,
        /// Names of the classes that the solution does not have.
        extra: Vec<String>,
    },
    /// Answers [`Targets::Binary`]: probability of the positive class, finite.
    Scores(Vec<f64>),
    /// Answers [`Targets::Classes`] with probabilities: row-major, `names.len() + extra.len()` columns in that order,
    /// all finite.
    Probabilities {
        /// `rows * columns` values.
        values: Vec<f64>,
        /// Names of the columns that are no class of the solution.
        extra: Vec<String>,
    },
    /// Answers [`Targets::Numbers`] with as many columns, row-major and finite.
    Numbers(Vec<f64>),
    /// Answers [`Targets::Ranking`]: items best first, without repetition. An item relevant nowhere has an index that
    /// no target uses.
    Rankings(Lists<u32>),
    /// Answers [`Targets::Sets`], each list without repetition.
    Sets {
        /// Labels of each row.
        rows: Lists<u32>,
        /// Names of the labels that the solution does not have.
        extra: Vec<String>,
    },
}

/// The places of `names` in class order: by value when all are integers, else by bytes. The order matters to
/// distance-weighted kappa and to ties in top-k accuracy.
pub fn class_order<S: AsRef<str>>(names: &[S]) -> Vec<u32> {
    let integers: Option<Vec<i64>> = names.iter().map(|name| name.as_ref().parse().ok()).collect();
    let mut order: Vec<u32> = (0..u32::try_from(names.len()).unwrap_or(u32::MAX)).collect();
    match integers {
        Some(values) => order.sort_by_key(|&place| values[place as usize]),
        None => order.sort_by(|&a, &b| names[a as usize].as_ref().cmp(names[b as usize].as_ref())),
    }
    order
}
