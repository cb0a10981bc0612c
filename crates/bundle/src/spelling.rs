//! "Did you mean …?": the nearest known name to a misspelt one.

/// The candidate nearest to `word`, when it is near enough to be worth saying: the same word in other case, a
/// part of it, or at most a third of its letters wrong. Ties go to the first candidate.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(word);
    let limit = (folded.chars().count() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let name = fold(candidate);
            let distance = if name == folded {
                0
            } else {
                let part = folded.len().min(name.len()) >= 4 && (name.contains(&folded) || folded.contains(&name));
                strsim::osa_distance(&folded, &name).min(if part { limit } else { usize::MAX })
            };
            (distance <= limit).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// As [`nearest`], for zones: people write the city alone (`Seoul`), which counts as the whole name.
pub(crate) fn zone<'a>(word: &str, names: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let city = fold(word);
    names
        .clone()
        .find(|name| name.rsplit('/').next().is_some_and(|last| fold(last) == city))
        .or_else(|| nearest(word, names))
}

fn fold(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, ' ' | '-' | '_')).flat_map(char::to_lowercase).collect()
}
