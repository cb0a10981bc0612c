//! Limits on guessing: failures within a sliding window, by account and by address.
//!
//! Only failures count, so that a class behind one address can sign in at once. An attempt takes its place before the
//! password is looked at and gives it back when it was right; many guesses at the same time get no further than one
//! after another. Kept in memory: a restart forgets, which costs an attacker more than it gives.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use chrono::TimeDelta;
use podium_store::types::UtcTime;

use crate::problem::{ApiError, Code};

/// Length of the window.
const WINDOW: TimeDelta = TimeDelta::minutes(5);
/// Keys after which old ones are swept out, to bound the memory.
const SWEEP_AT: usize = 50_000;

/// Whose attempts are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// The folded name that was tried, whether or not there is such an account.
    Account(String),
    /// An IPv4 address, or the /64 network of an IPv6 address.
    Address(IpAddr),
}

impl Key {
    /// The key of a client's address; a person usually has a whole /64 of IPv6.
    pub fn address(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(v6) => Self::Address(IpAddr::V6((v6.to_bits() & !u128::from(u64::MAX)).into())),
            v4 @ IpAddr::V4(_) => Self::Address(v4),
        }
    }
}

/// A limit of attempts for each key.
pub struct Throttle {
    limit: usize,
    attempts: Mutex<HashMap<Key, VecDeque<UtcTime>>>,
}

/// Places that an attempt took; kept when it fails, given back when it succeeds.
#[must_use]
pub struct Attempt<'a> {
    throttle: &'a Throttle,
    keys: Vec<Key>,
    at: UtcTime,
}

impl Throttle {
    /// At most `limit` failures of a key within the window.
    pub fn new(limit: u32) -> Self {
        Self { limit: limit as usize, attempts: Mutex::default() }
    }

    /// Takes a place under each key, or says how long to wait.
    pub fn attempt(&self, keys: Vec<Key>, now: UtcTime) -> Result<Attempt<'_>, ApiError> {
        let mut attempts = self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
        let begin = now.plus(-WINDOW);
        if attempts.len() > SWEEP_AT {
            attempts.retain(|_, times| times.back().is_some_and(|last| *last > begin));
        }
        for key in &keys {
            let Some(times) = attempts.get_mut(key) else { continue };
            while times.front().is_some_and(|time| *time <= begin) {
                times.pop_front();
            }
            if let (true, Some(oldest)) = (times.len() >= self.limit, times.front()) {
                let micros = oldest.plus(WINDOW).micros() - now.micros();
                let secs = u64::try_from(micros).unwrap_or(0).div_ceil(1_000_000).max(1);
                let detail = format!("Too many failed attempts. Try again in {} minutes.", secs.div_ceil(60));
                return Err(ApiError::new(Code::TooManyAttempts, detail).retry_after_secs(secs));
            }
        }
        for key in &keys {
            attempts.entry(key.clone()).or_default().push_back(now);
        }
        Ok(Attempt { throttle: self, keys, at: now })
    }
}

impl Attempt<'_> {
    /// Gives the places back; earlier failures stay counted.
    pub fn succeeded(self) {
        let mut attempts = self.throttle.attempts.lock().unwrap_or_else(PoisonError::into_inner);
        for key in &self.keys {
            let Some(times) = attempts.get_mut(key) else { continue };
            if let Some(place) = times.iter().rposition(|time| *time == self.at) {
                times.remove(place);
            }
            if times.is_empty() {
                attempts.remove(key);
            }
        }
    }
}

#[cfg(test)]
mod tests;
