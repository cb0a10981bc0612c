//! Everything a contributor runs: set-up, demo, tests, generated files, benchmarks. Depends on none of our crates; it calls their programs.

fn main() {}
