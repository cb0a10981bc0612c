use proptest::prelude::*;

use super::number;

/// What `number` makes of a text that is followed by a comma; must be nothing or exactly what std makes of it.
fn read(text: &str) -> Option<f64> {
    let padded = format!("{text},{}", "7".repeat(64));
    let (value, end) = number(padded.as_bytes(), 0)?;
    assert_eq!(end, text.len(), "{text}");
    assert_eq!(value.to_bits(), text.parse::<f64>().unwrap().to_bits(), "{text}");
    Some(value)
}

#[test]
fn the_usual_forms_are_read() {
    for text in ["0", "1", "0.", "1.0", "0.5", "0.1", "0.12345678", "0.123456789012345678", "1.5e-05", "9.999999e-10"] {
        assert!(read(text).is_some(), "{text}");
    }
}

#[test]
fn other_forms_are_left_to_the_exact_reader() {
    for text in ["", "-0.5", "+1", ".5", "1e5", "1e+5", "nan", "1_0", "1e-", "1e-9999", "0.00000000000000000000000001"]
    {
        let padded = format!("{text},{}", "x".repeat(64));
        assert!(number(padded.as_bytes(), 0).is_none_or(|(_, end)| end != text.len()), "{text}");
    }
}

#[test]
fn halfway_cases_go_to_even() {
    // 2^53 + 1 is halfway between two floats.
    for text in ["9.007199254740993", "9.007199254740993e-3", "9.0071992547409925", "9.00719925474099349"] {
        assert!(read(text).is_some(), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn shortest_floats_come_back(value in 0.0_f64..=1.0) {
        read(&value.to_string());
        read(&format!("{value:e}"));
        read(&(value as f32).to_string());
    }

    #[test]
    fn every_probability_between_a_thousandth_and_one_is_read(value in 0.001_f64..1.0) {
        prop_assert!(read(&value.to_string()).is_some());
    }

    #[test]
    fn any_digits_are_read_exactly_or_not_at_all(text in "[0-9]\\.[0-9]{0,24}(e-[0-9]{1,3})?") {
        read(&text);
    }
}
