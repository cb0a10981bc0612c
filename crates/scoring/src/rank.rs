//! From scores to ranks: which of a team's scores counts, and who stands where. Knows teams as the caller's keys; no
//! clock, no database.

use crate::metric::Direction;

/// One score of a team.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored<T> {
    /// The team.
    pub team: T,
    /// The score. Non-finite scores never rank.
    pub score: f64,
    /// When the submission was accepted, in microseconds; earlier wins a tie.
    pub accepted_at: i64,
}

/// How teams with equal scores share the ranks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ties {
    /// The earlier submission stands higher: 1, 2, 3, 4.
    EarlierFirst,
    /// Equal scores share a rank and the next one is skipped: 1, 2, 2, 4.
    Shared,
}

/// A team's place on the board.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked<T> {
    /// From 1.
    pub rank: usize,
    /// The score that counts.
    pub entry: Scored<T>,
}

/// Each team's best finite score; of equal ones the earlier. Teams without a finite score are left out.
pub fn best_of_each<T: Clone + Ord>(
    direction: Direction,
    entries: impl IntoIterator<Item = Scored<T>>,
) -> Vec<Scored<T>> {
    let mut entries: Vec<Scored<T>> = entries.into_iter().filter(|entry| entry.score.is_finite()).collect();
    entries.sort_by(|a, b| a.team.cmp(&b.team).then(order(direction, a, b)));
    entries.dedup_by(|later, first| later.team == first.team);
    entries
}

/// The finals of a team: those it selected, filled up to `count` by its best `shown` scores, earlier first. Returns the
/// positions in `shown` that count.
pub fn finals<T>(direction: Direction, shown: &[Scored<T>], selected: &[usize], count: usize) -> Vec<usize> {
    let mut finals: Vec<usize> = Vec::with_capacity(count);
    for &place in selected {
        if place < shown.len() && !finals.contains(&place) && finals.len() < count {
            finals.push(place);
        }
    }
    let mut rest: Vec<usize> = (0..shown.len()).filter(|place| !finals.contains(place)).collect();
    rest.retain(|&place| shown[place].score.is_finite());
    rest.sort_by(|&a, &b| order(direction, &shown[a], &shown[b]));
    finals.extend(rest.into_iter().take(count - finals.len()));
    finals
}

/// Ranks one score a team, best first. Non-finite scores are left out. The order of equal scores at equal times is by
/// team, so that it never depends on the order given.
pub fn rank<T: Clone + Ord>(
    direction: Direction,
    ties: Ties,
    entries: impl IntoIterator<Item = Scored<T>>,
) -> Vec<Ranked<T>> {
    let mut entries: Vec<Scored<T>> = entries.into_iter().filter(|entry| entry.score.is_finite()).collect();
    entries.sort_by(|a, b| order(direction, a, b).then_with(|| a.team.cmp(&b.team)));
    let mut ranked: Vec<Ranked<T>> = Vec::with_capacity(entries.len());
    for (before, entry) in entries.into_iter().enumerate() {
        let rank = match (ties, ranked.last()) {
            (Ties::Shared, Some(last)) if last.entry.score == entry.score => last.rank,
            _ => before + 1,
        };
        ranked.push(Ranked { rank, entry });
    }
    ranked
}

/// Better scores first, then earlier ones; -0 equals 0.
fn order<T>(direction: Direction, a: &Scored<T>, b: &Scored<T>) -> std::cmp::Ordering {
    let (x, y) = (a.score + 0.0, b.score + 0.0);
    let by_score = match direction {
        Direction::Maximize => y.total_cmp(&x),
        Direction::Minimize => x.total_cmp(&y),
    };
    by_score.then(a.accepted_at.cmp(&b.accepted_at))
}

#[cfg(test)]
mod tests;
