//! The competition folder, from outside.

#![expect(clippy::unwrap_used, reason = "a test stops at the first thing that is not as it should be")]

mod check;
mod document;
mod manifest;
mod scaffold;
mod sets;
