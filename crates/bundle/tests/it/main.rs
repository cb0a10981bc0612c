//! The competition folder, from outside.

#![expect(clippy::unwrap_used, reason = "a test stops at the first thing that is not as it should be")]

mod check;
mod docs;
mod document;
mod manifest;
mod rules;
mod scaffold;
mod sentences;
mod sets;
