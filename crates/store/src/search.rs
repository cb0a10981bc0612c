//! Full-text search in a competition's discussion: the same results on both databases, for Korean and for English.
//!
//! Own terms in an own table, because the databases' searches differ and neither knows Korean. Hangul, Han and Kana become
//! pairs of neighbouring characters, so that particles ("모델을", "모델은") and spacing ("데이터증강", "데이터 증강") do not
//! hide a word; other words lose their English endings. Ranked by BM25 (k1 = 1.2, b = 0.75), the title counted three times.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use unicode_normalization::UnicodeNormalization;

use crate::schema::{post_terms, posts, threads};
use crate::types::{CompetitionId, PostId, Text, ThreadId};
use crate::{Conn, StoreError};

/// Different terms of a post that are indexed: a text of 64 KiB has about 3,000.
const MOST_TERMS: usize = 4_000;
/// Different terms of a query that are looked up.
const MOST_QUERY_TERMS: usize = 40;
/// What a word of the title counts.
const TITLE_WEIGHT: usize = 3;
const LONGEST_WORD: usize = 40;
const K1: f64 = 1.2;
const B: f64 = 0.75;

/// A post that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The post.
    pub post: PostId,
    /// Where it is.
    pub thread: ThreadId,
    /// How well it fits: BM25.
    pub score: f64,
}

/// Whether a script is written without reliable blanks between words.
fn is_packed(c: char) -> bool {
    matches!(c, '가'..='힣' | 'ᄀ'..='ᇿ' | 'ㄱ'..='ㆎ' | '぀'..='ヿ' | '㐀'..='䶿' | '一'..='鿿')
}

/// The runs of letters and digits of `text`, folded; each either all packed or all not.
fn runs(text: &str) -> Vec<Vec<char>> {
    let mut runs: Vec<Vec<char>> = vec![Vec::new()];
    let mut packed = false;
    for c in text.nfkc().flat_map(char::to_lowercase) {
        let joins = c.is_alphanumeric();
        if let Some(run) = runs.last_mut()
            && joins
            && (run.is_empty() || packed == is_packed(c))
        {
            run.push(c);
        } else if joins {
            runs.push(vec![c]);
        } else if runs.last().is_some_and(|run| !run.is_empty()) {
            runs.push(Vec::new());
        }
        packed = is_packed(c);
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// An English word without its commonest endings: "models", "trained", "training" and "train" are one.
fn stem(word: &str) -> String {
    let cut = |ending: &str, least: usize| word.strip_suffix(ending).filter(|rest| rest.len() >= least);
    let undouble = |rest: &str| {
        let mut last = rest.chars().rev();
        match (last.next(), last.next()) {
            (Some(a), Some(b)) if a == b && !"lsz".contains(a) => rest[..rest.len() - 1].to_owned(),
            _ => rest.to_owned(),
        }
    };
    if !word.is_ascii() || word.bytes().any(|b| b.is_ascii_digit()) {
        return word.to_owned();
    }
    let stemmed = if let Some(rest) = cut("ies", 2) {
        format!("{rest}y")
    } else if let Some(rest) = cut("sses", 2).or_else(|| cut("xes", 2)).or_else(|| cut("ches", 2)) {
        word[..rest.len() + word.len() - rest.len() - 2].to_owned()
    } else if let Some(rest) = cut("ing", 3).or_else(|| cut("ed", 3)) {
        undouble(rest)
    } else if word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") {
        word.to_owned()
    } else {
        cut("s", 3).unwrap_or(word).to_owned()
    };
    // "score" and "scor(ing)" meet without their last e.
    stemmed.strip_suffix('e').filter(|rest| rest.len() >= 3).map_or(stemmed.clone(), str::to_owned)
}

/// The terms of a text, as they are indexed: pairs and single characters of packed runs, stems of others.
fn terms(text: &str) -> Vec<String> {
    let mut terms = Vec::new();
    for run in runs(text) {
        if run.first().copied().is_some_and(is_packed) {
            terms.extend(run.iter().map(char::to_string));
            terms.extend(run.windows(2).map(String::from_iter));
        } else {
            let word: String = run.into_iter().take(LONGEST_WORD).collect();
            terms.push(stem(&word));
        }
    }
    terms
}

/// The terms to look up: of packed runs the pairs, and a single character only where it stands alone.
fn query_terms(text: &str) -> Vec<String> {
    let mut terms: Vec<String> = Vec::new();
    let mut add = |term: String| {
        if !terms.contains(&term) {
            terms.push(term);
        }
    };
    for run in runs(text) {
        match (run.first().copied().is_some_and(is_packed), run.len()) {
            (true, 1) => add(String::from_iter(run)),
            (true, _) => run.windows(2).for_each(|pair| add(String::from_iter(pair))),
            (false, _) => add(stem(&run.into_iter().take(LONGEST_WORD).collect::<String>())),
        }
    }
    terms.truncate(MOST_QUERY_TERMS);
    terms
}

/// Indexes a post anew. `title` is that of the thread, for its first post.
pub(crate) fn index(
    conn: &mut Conn,
    competition: CompetitionId,
    post: PostId,
    title: Option<&Text>,
    markdown: &Text,
) -> Result<(), StoreError> {
    forget(conn, post)?;
    let mut counts: BTreeMap<String, i32> = BTreeMap::new();
    let mut total = 0;
    let title = title.map(Text::as_str).unwrap_or_default();
    for text in std::iter::repeat_n(title, TITLE_WEIGHT).chain([markdown.as_str()]) {
        for term in terms(text) {
            total += 1;
            if counts.len() < MOST_TERMS || counts.contains_key(&term) {
                *counts.entry(term).or_insert(0) += 1;
            }
        }
    }
    for (term, count) in &counts {
        diesel::insert_into(post_terms::table)
            .values((
                post_terms::post_id.eq(post),
                post_terms::term.eq(term),
                post_terms::competition_id.eq(competition),
                post_terms::count.eq(count),
            ))
            .execute(conn)?;
    }
    diesel::update(posts::table.find(post)).set(posts::terms.eq(total)).execute(conn)?;
    Ok(())
}

/// Takes a post out of the index.
pub(crate) fn forget(conn: &mut Conn, post: PostId) -> Result<(), StoreError> {
    diesel::delete(post_terms::table.filter(post_terms::post_id.eq(post))).execute(conn)?;
    diesel::update(posts::table.find(post)).set(posts::terms.eq(0)).execute(conn)?;
    Ok(())
}

/// The posts that fit `query` best, best first; newer ones first where they fit alike.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, competition: CompetitionId, query: &str, limit: usize) -> Result<Vec<Hit>, StoreError> {
    let wanted = query_terms(query);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let indexed = threads::competition_id.eq(competition).and(threads::deleted_at.is_null()).and(posts::terms.gt(0));
    let lengths: Vec<(PostId, ThreadId, i64)> = posts::table
        .inner_join(threads::table)
        .filter(indexed)
        .select((posts::id, posts::thread_id, posts::terms))
        .load(conn)?;
    let found: Vec<(PostId, String, i32)> = post_terms::table
        .filter(post_terms::competition_id.eq(competition).and(post_terms::term.eq_any(wanted)))
        .select((post_terms::post_id, post_terms::term, post_terms::count))
        .load(conn)?;
    Ok(rank(&lengths, &found, limit))
}

#[expect(clippy::cast_precision_loss, reason = "counts of terms and posts are far below 2^52")]
fn rank(lengths: &[(PostId, ThreadId, i64)], found: &[(PostId, String, i32)], limit: usize) -> Vec<Hit> {
    let all = lengths.len() as f64;
    let mean = lengths.iter().map(|(_, _, terms)| *terms).sum::<i64>() as f64 / all.max(1.0);
    let places: HashMap<PostId, (ThreadId, f64)> =
        lengths.iter().map(|(post, thread, terms)| (*post, (*thread, *terms as f64))).collect();
    let mut frequency: HashMap<&str, f64> = HashMap::new();
    for (post, term, _) in found {
        if places.contains_key(post) {
            *frequency.entry(term).or_insert(0.0) += 1.0;
        }
    }
    let mut scores: BTreeMap<i64, f64> = BTreeMap::new();
    for (post, term, count) in found {
        let (Some((_, length)), Some(df)) = (places.get(post), frequency.get(term.as_str())) else { continue };
        let rarity = (1.0 + (all - df + 0.5) / (df + 0.5)).ln();
        let count = f64::from(*count);
        let weight = count * (K1 + 1.0) / (count + K1 * (1.0 - B + B * length / mean.max(1.0)));
        *scores.entry(post.0).or_insert(0.0) += rarity * weight;
    }
    let mut hits: Vec<Hit> = scores
        .into_iter()
        .filter_map(|(post, score)| {
            let (thread, _) = places.get(&PostId(post))?;
            Some(Hit { post: PostId(post), thread: *thread, score })
        })
        .collect();
    hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(b.post.cmp(&a.post)));
    hits.truncate(limit);
    hits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_endings_do_not_hide_a_word() {
        for forms in [
            &["model", "models"][..],
            &["train", "trained", "training", "trains"],
            &["score", "scores", "scored", "scoring"],
            &["category", "categories"],
            &["overfit", "overfitting", "overfitted"],
            &["class", "classes"],
            &["box", "boxes"],
            &["batch", "batches"],
        ] {
            let stems: Vec<String> = forms.iter().map(|form| stem(form)).collect();
            assert!(stems.windows(2).all(|pair| pair[0] == pair[1]), "{forms:?}: {stems:?}");
        }
        assert_eq!(stem("resnet50s"), "resnet50s");
        assert_eq!(stem("loss"), "loss");
    }

    #[test]
    fn korean_words_are_found_with_particles_and_without_blanks() {
        let shares = |text: &str, query: &str| {
            let terms = terms(text);
            query_terms(query).iter().all(|term| terms.contains(term))
        };
        assert!(shares("모델을 학습하는 방법", "모델"));
        assert!(shares("데이터증강으로 점수가 올랐다", "데이터 증강"));
        assert!(shares("태양전지셀 사진", "셀"));
        assert!(shares("ResNet50으로 학습", "resnet50"));
        assert!(shares("Ａｂｃ 模型評価", "abc 模型"));
        assert!(!shares("모형을 만든다", "모델"));
    }

    #[test]
    fn a_text_without_words_has_no_terms() {
        assert!(terms("… !? \u{200b}").is_empty());
        assert!(query_terms("").is_empty());
    }
}
