use super::*;

#[test]
fn only_an_interval_without_0_is_a_gap() {
    let of = |lower, upper| verdict(&Gain { gain: (lower + upper) / 2.0, lower, upper, better: 0.9 });
    assert!(of(0.01, 0.03).contains("variance"));
    assert!(of(-0.01, 0.25).contains("luck"));
    assert!(of(-0.2, -0.1).contains("easier"));
}
