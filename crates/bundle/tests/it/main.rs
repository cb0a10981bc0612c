//! The competition folder, from outside.

mod manifest;
