use super::*;

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn the_nearest_class_is_meant_only_when_it_is_near_and_alone() {
    let classes = names(&["mask", "no mask", "incorrect", "mono-0", "mono-33"]);
    assert_eq!(class("maask", &classes), Some("mask"));
    assert_eq!(class("MASK", &classes), Some("mask"));
    assert_eq!(class("ｍａｓｋ", &classes), Some("mask"));
    assert_eq!(class("incorect", &classes), Some("incorrect"));
    assert_eq!(class("zebra", &classes), None);
    assert_eq!(class("mono-1", &names(&["mono-0", "mono-3"])), None, "two are as near");
    assert_eq!(class("1", &names(&["0", "2"])), None, "one letter says nothing");
}

#[test]
fn an_id_is_suggested_by_the_most_plausible_slip() {
    let table = [
        ("A004", "a004", Some(Slip::Case)),
        ("4", "0004", Some(Slip::Zeros)),
        ("4.0", "0004", Some(Slip::Zeros)),
        ("4.0", "4", Some(Slip::Zeros)),
        ("a4", "a004", Some(Slip::Zeros)),
        ("0004", "4", Some(Slip::Zeros)),
        ("a004.jpg", "a004", Some(Slip::Extension)),
        ("a004", "a004.jpg", Some(Slip::Extension)),
        ("a004.png", "a004.jpg", Some(Slip::Extension)),
        ("images/a004.jpg", "a004.jpg", Some(Slip::Extension)),
        ("aOO4", "a004", Some(Slip::LookAlike)),
        ("b004", "a004", Some(Slip::Letter)),
        ("a0004", "a004", Some(Slip::Letter)),
        ("xa004", "a004", Some(Slip::Letter)),
        ("a040", "a004", Some(Slip::Letter)),
        ("a400", "a004", None),
        ("kitten", "a004", None),
        ("1.5", "1.7", Some(Slip::Letter)),
    ];
    for (wrong, right, slip) in table {
        assert_eq!(WrongId::new(wrong).slip(right), slip, "{wrong} for {right}");
    }
}

#[test]
fn spreadsheet_writings_are_recognised() {
    for text in ["1-Jan", "Jan-04", "4-jan", "01/02/2024", "2024-01-04", "3-September-2024"] {
        assert!(looks_like_date(text), "{text}");
    }
    for text in ["a-1", "1-2", "2024", "mono-33", "1.2.3", "10-20-30", "x/y/2024"] {
        assert!(!looks_like_date(text), "{text}");
    }
    assert!(looks_like_scientific("1.00E+05") && looks_like_scientific("1,2e-3"));
    assert!(!looks_like_scientific("1e5") && !looks_like_scientific("E+5") && !looks_like_scientific("abcE+5"));
}

#[test]
fn the_form_of_a_byte_is_the_form_of_its_character() {
    for byte in 0..128_u8 {
        let form = look_alike_form(char::from(byte).encode_utf8(&mut [0; 4]));
        assert_eq!(form.as_bytes(), [look_alike_byte(byte)], "{byte}");
    }
}
