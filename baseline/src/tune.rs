//! Hyperparameter search: which trial to run next, and which to give up. Trains nothing itself: `command::tune` runs each
//! trial as a process of its own, so that memory, threads and a crash end with it.
//!
//! The study lives in an Optuna journal and nowhere else: `optuna` itself can continue it, `optuna-dashboard` shows it.
//!
//! Why not the crate `optimizer` 1.0.1, which has many samplers: its multivariate TPE takes parameters without their
//! logarithm, so that a learning rate from 1e-4 to 1e-1 is nearly always above 1e-2; it draws categorical parameters apart
//! from the rest; its mixture has neither a prior nor truncation at the bounds; and its studies live in a journal of its
//! own that nothing else opens. The estimator here is Optuna's, about 200 lines.

use serde::{Deserialize, Serialize};

pub mod journal;
pub mod parzen;
pub mod pruner;
pub mod sampler;
pub mod space;
pub mod study;

/// Which values are better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Less is better.
    Minimize,
    /// More is better.
    Maximize,
}

impl Direction {
    /// A number that is smaller for a better value.
    pub fn loss(self, value: f64) -> f64 {
        match self {
            Self::Minimize => value,
            Self::Maximize => -value,
        }
    }
}
