//! Who is named in a text: `@name`, or `@"name with blanks"`.

use diesel::prelude::*;

use crate::schema::users;
use crate::types::{UserId, UserState, fold_name};
use crate::{Conn, StoreError};

/// People that one text names at most.
const MOST: usize = 10;
/// Characters after a name that may belong to the sentence: a Korean title with its particle ("님께서").
const LONGEST_SUFFIX: usize = 4;

/// The accounts that `text` names, each once, at most ten.
pub(crate) fn find(conn: &mut Conn, text: &str) -> Result<Vec<UserId>, StoreError> {
    let mut found: Vec<UserId> = Vec::new();
    for forms in names(text).into_iter().take(MOST) {
        let keys: Vec<String> = forms.iter().map(|form| fold_name(form)).collect();
        let rows: Vec<(UserId, String)> = users::table
            .filter(users::name_key.eq_any(keys.clone()).and(users::state.eq(UserState::Active)))
            .select((users::id, users::name_key))
            .load(conn)?;
        // The longest name that there is.
        let best = keys.iter().find_map(|key| rows.iter().find(|(_, of)| of == key));
        if let Some((id, _)) = best
            && !found.contains(id)
        {
            found.push(*id);
        }
    }
    Ok(found)
}

/// For each `@` the names it may mean, longest first.
fn names(text: &str) -> Vec<Vec<String>> {
    let mut names = Vec::new();
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let previous = std::mem::replace(&mut before, c);
        // `a@b` is an address, and `` `@x` `` is code.
        if c != '@' || previous.is_alphanumeric() || previous == '`' {
            continue;
        }
        let rest = text.get(at + 1..).unwrap_or_default();
        if let Some(quoted) = rest.strip_prefix('"') {
            if let Some((name, _)) = quoted.split_once('"').filter(|(name, _)| name.chars().count() <= 40) {
                names.push(vec![name.to_owned()]);
            }
            continue;
        }
        let end = rest.find(|c: char| !(c.is_alphanumeric() || "._-".contains(c))).unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or_default().trim_end_matches(['.', '-', '_']);
        let chars: Vec<char> = word.chars().take(40 + LONGEST_SUFFIX).collect();
        let is_hangul = |c: &char| ('가'..='힣').contains(c);
        let suffix = chars.iter().rev().take_while(|c| is_hangul(c)).count().min(LONGEST_SUFFIX);
        let shortest = chars.len().saturating_sub(suffix).max(2);
        let forms: Vec<String> =
            (shortest..=chars.len()).rev().filter_map(|length| chars.get(..length)).map(String::from_iter).collect();
        if !forms.is_empty() {
            names.push(forms);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_where_the_sentence_goes_on() {
        let first = |text: &str| names(text).into_iter().map(|forms| forms[0].clone()).collect::<Vec<_>>();
        assert_eq!(first("@ada, and @bob.smith! mail a@b.org `@code`"), ["ada", "bob.smith"]);
        assert_eq!(first("thanks @\"Ada Lovelace\" and @x"), ["Ada Lovelace"]);
        assert_eq!(names("@민수님께 물어보세요")[0], ["민수님께", "민수님", "민수"]);
        assert!(names("@ @@").is_empty());
    }
}
