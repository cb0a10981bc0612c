//! The commands of the program: each has `Options`, whose documentation is its `--help`, and `run`.

pub mod bench;
pub mod eda;
