//! The baseline from outside: whole commands on the small example competition, and its networks against their originals.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod after_training;
mod parity;
mod resume;
mod whole_way;
