//! The competition folder, from outside.

mod document;
mod manifest;
