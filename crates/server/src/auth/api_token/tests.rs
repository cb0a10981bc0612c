use super::*;

#[test]
fn a_token_parses_to_its_stored_form() {
    let new = issue().unwrap();
    assert_eq!(new.text.len(), 4 + 64 + 8);
    assert_eq!(parse(&new.text), Some(new.hash));
    assert_ne!(issue().unwrap().hash, new.hash);
}

#[test]
fn a_mistyped_token_is_refused_without_a_look_at_the_database() {
    let new = issue().unwrap().text;
    for (at, digit) in new.char_indices().skip(4) {
        let other = if digit == '0' { '1' } else { '0' };
        let mut wrong = new.clone();
        wrong.replace_range(at..=at, &other.to_string());
        assert_eq!(parse(&wrong), None, "digit {at}");
    }
    for wrong in ["", "pdm_", &new[4..], &new.to_uppercase(), &format!("{new}0"), &format!(" {new}"), "pdm_é"] {
        assert_eq!(parse(wrong), None, "{wrong}");
    }
}
