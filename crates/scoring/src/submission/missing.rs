//! What can be said only at the end: which ids are missing, and which of them an unknown id was meant to be.

use crate::expected::Expected;
use crate::ids::Ids;
use crate::rejection::{Code, Fault, Faults, shown};
use crate::suggest::{BUDGET, Slip, WrongId, cost};

/// Ids that a message names.
const NAMED: usize = 5;

/// What became of the unknown ids that are listed.
pub(super) struct Meant {
    /// Missing rows that were suggested.
    pub(super) rows: Vec<usize>,
    /// Whether each listed unknown id was meant to be another.
    pub(super) all: bool,
}

/// Adds suggestions to the unknown ids that are listed.
pub(super) fn suggest(ids: &Ids, is_seen: impl Fn(usize) -> bool, faults: &mut Faults) -> Meant {
    let mut budget = BUDGET;
    let mut meant = Meant { rows: Vec::new(), all: true };
    for code in [Code::IdUnknown, Code::IdCharacter] {
        faults.reword(code, |fault| {
            let text = fault.value.as_deref().unwrap_or("");
            let Some((row, slip)) = nearest(text, ids, &is_seen, &mut budget) else {
                meant.all &= code != Code::IdUnknown;
                return;
            };
            if !is_seen(row) && !meant.rows.contains(&row) {
                meant.rows.push(row);
            }
            let right = shown(ids.get(row));
            if code == Code::IdUnknown {
                fault.text = format!("id '{}' is unknown; {}did you mean '{right}'?", shown(text), slip.words());
            }
        });
    }
    meant
}

/// The right id that an unknown one comes from by the most plausible slip. Where it is one letter, there must be only
/// one such id, and no row of its own.
fn nearest(text: &str, ids: &Ids, is_seen: impl Fn(usize) -> bool, budget: &mut usize) -> Option<(usize, Slip)> {
    let wrong = WrongId::new(text);
    for candidate in wrong.candidates(ids.get(0)) {
        if let Some(row) = ids.find(&candidate)
            && let Some(slip) = wrong.slip(&candidate).filter(|slip| *slip != Slip::Letter)
        {
            return Some((row as usize, slip));
        }
    }
    let mut best: Option<(usize, Slip)> = None;
    let mut is_tied = false;
    for (row, right) in ids.iter().enumerate() {
        *budget = budget.checked_sub(cost(right))?;
        let Some(slip) = wrong.slip(right) else { continue };
        if slip == Slip::Letter && is_seen(row) {
            continue;
        }
        match best {
            Some((_, other)) if other < slip => {}
            Some((_, other)) if other == slip => is_tied = true,
            _ => {
                best = Some((row, slip));
                is_tied = false;
            }
        }
    }
    best.filter(|_| !is_tied)
}

/// Reports ids without a row.
pub(super) fn report(expected: &Expected, is_there: impl Fn(usize) -> bool, absent: usize, faults: &mut Faults) {
    let all = expected.ids.len();
    let names: Vec<String> = (0..all)
        .filter(|&row| !is_there(row))
        .take(NAMED)
        .map(|row| format!("'{}'", shown(expected.ids.get(row))))
        .collect();
    let listed = names.join(", ");
    let text = match absent {
        1 => format!("1 of {all} ids has no row: {listed}."),
        absent if absent > names.len() => format!("{absent} of {all} ids have no row, the first: {listed}."),
        absent => format!("{absent} of {all} ids have no row: {listed}."),
    };
    let first = (0..all).find(|&row| !is_there(row)).map_or("", |row| expected.ids.get(row));
    faults.add(Code::IdsMissing, || Fault::of_file(text).named(&expected.id).value(first));
    faults.count_more(Code::IdsMissing, absent as u64 - 1);
}
