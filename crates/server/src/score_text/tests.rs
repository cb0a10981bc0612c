use super::*;

#[test]
fn scores_are_written_with_five_digits() {
    for (value, text) in [
        (0.812_345_6, "0.81235"),
        (1.0, "1.00000"),
        (-0.25, "-0.25000"),
        (123_456.789, "123456.78900"),
        (0.000_004_9, "0.00000"),
        (-0.000_004_9, "0.00000"),
        (-0.0, "0.00000"),
    ] {
        assert_eq!(ScoreText(value).to_string(), text);
    }
    assert_eq!(serde_json::to_string(&ScoreText(0.5)).unwrap(), "\"0.50000\"");
}
