use super::*;

fn whole(text: &str) -> Option<(&str, Writing)> {
    // The texts are few; leaking one makes the table below readable.
    whole_number(text).map(|(number, writing)| (&*number.leak(), writing))
}

#[test]
fn a_label_is_whole_when_its_digits_say_so() {
    use Writing::{Exponent, NegativeZero, NegativeZeroPoint, Plain, Plus, Point, Zeros};
    let table = [
        ("1", Some(("1", Plain))),
        ("-1", Some(("-1", Plain))),
        ("1.0", Some(("1", Point))),
        ("1.", Some(("1", Point))),
        ("+1", Some(("1", Plus))),
        ("01", Some(("1", Zeros))),
        ("-0", Some(("0", NegativeZero))),
        ("-0.0", Some(("0", NegativeZeroPoint))),
        ("-0e5", Some(("0", Exponent))),
        ("0e999999999999", Some(("0", Exponent))),
        ("1.000000000000000000e+00", Some(("1", Exponent))),
        ("120e-1", Some(("12", Exponent))),
        ("1.2e2", Some(("120", Exponent))),
        ("12345678901234567890", Some(("12345678901234567890", Plain))),
        ("0.99999999999999999999", None),
        ("1.00000000000000000000000001", None),
        ("1e-1", None),
        ("1e400", None),
        ("1e99999999999999999999", None),
        ("1.5", None),
        ("", None),
        (".", None),
        ("1_0", None),
        ("0x1", None),
        ("inf", None),
        ("١", None),
    ];
    for (text, expected) in table {
        assert_eq!(whole(text), expected, "{text}");
    }
}

#[test]
fn numbers_follow_the_grammar_and_are_finite() {
    for (text, value) in [("1", 1.0), ("-.5", -0.5), ("5.", 5.0), ("+1.5e+0", 1.5), ("1e-400", 0.0), ("1e308", 1e308)] {
        assert_eq!(number(text, 64), Some(value), "{text}");
    }
    let refused = [
        "",
        "inf",
        "-Infinity",
        "NaN",
        "1e400",
        "1e",
        "e1",
        "1e+",
        ".",
        "+",
        "1 ",
        " 1",
        "1,0",
        "0x1",
        "1_0",
        "1f",
        "1.0.0",
    ];
    for text in refused {
        assert_eq!(number(text, 64), None, "{text}");
    }
    assert_eq!(number(&"1".repeat(64), 64), Some("1".repeat(64).parse().unwrap()));
    assert_eq!(number(&"1".repeat(65), 64), None);
}

#[test]
fn marks_of_missing_values_are_known_in_any_case() {
    for mark in ["nan", "NaN", "NULL", "None", "#N/A", "<NA>", "n/a", "NaT", "#VALUE!", "#DIV/0!"] {
        assert!(is_missing_mark(mark), "{mark}");
    }
    for text in ["", "0", "nano", "na na", "nothing"] {
        assert!(!is_missing_mark(text), "{text}");
    }
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_finite_float_is_read_back(value in any::<f64>().prop_filter("finite", |value| value.is_finite())) {
            prop_assert_eq!(number(&format!("{value:?}"), 64).map(f64::to_bits), Some(value.to_bits()));
        }

        #[test]
        fn every_integer_is_whole_in_each_writing(value in any::<i64>(), zeros in 0_usize..5) {
            let canonical = value.to_string();
            for text in [canonical.clone(), format!("{canonical}.{}", "0".repeat(zeros)), format!("{canonical}{}e-{zeros}", "0".repeat(zeros))] {
                prop_assert_eq!(whole_number(&text).unwrap().0, canonical.clone());
            }
        }

        #[test]
        fn any_text_gets_an_answer_and_words(text in any::<String>()) {
            let classes = crate::spec::Classes::new(["0", "1", "2"].map(str::to_owned), true);
            let named = crate::spec::Classes::new(["cat", "개", "dog"].map(str::to_owned), true);
            for words in [
                explain::number(&text, 64, true).1,
                explain::label(&text, &classes, true).1,
                explain::label(&text, &named, true).1,
            ] {
                prop_assert!(words.ends_with(['.', '?', ',']) && words.len() < 1_000);
            }
        }
    }
}
