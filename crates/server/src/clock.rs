//! The time. Nothing else in the server asks the system for it, so that tests decide what time it is.

use std::sync::{Arc, Mutex, PoisonError};

use podium_store::types::UtcTime;

/// Where the server reads the time of day.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// Stands still until it is set.
    Manual(Arc<Mutex<UtcTime>>),
}

impl Clock {
    /// A clock that shows `start` until it is set.
    pub fn manual(start: UtcTime) -> Self {
        Self::Manual(Arc::new(Mutex::new(start)))
    }

    /// The instant, cut to microseconds.
    pub fn now(&self) -> UtcTime {
        match self {
            Self::System => system_time(),
            Self::Manual(time) => *time.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Moves a manual clock; the machine's clock stays as it is.
    pub fn set(&self, to: UtcTime) {
        if let Self::Manual(time) = self {
            *time.lock().unwrap_or_else(PoisonError::into_inner) = to;
        }
    }
}

#[expect(clippy::expect_used, reason = "a machine's clock stays within the years 1 to 9999")]
fn system_time() -> UtcTime {
    UtcTime::new(chrono::Utc::now()).expect("a year of four digits")
}
