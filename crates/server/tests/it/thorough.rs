//! Long tests: a few rounds each, all of them with `PODIUM_THOROUGH=1`.

mod backup;
mod chaos;
mod season;

/// How many rounds of a test that does `full` in the thorough step.
fn rounds(name: &str, few: usize, full: usize) -> usize {
    match std::env::var(name).ok().and_then(|rounds| rounds.parse().ok()) {
        Some(rounds) => rounds,
        None if std::env::var("PODIUM_THOROUGH").is_ok_and(|value| value == "1") => full,
        None => few,
    }
}
