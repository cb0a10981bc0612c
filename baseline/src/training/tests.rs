use super::*;

#[test]
fn stages_thaw_from_the_head_down() {
    let gradual = Freeze::Gradual { head_epochs: 2, stages: 3 };
    let frozen: Vec<usize> = (0..6).map(|epoch| gradual.stages(epoch, 8)).collect();
    assert_eq!(frozen, [8, 8, 5, 2, 0, 0]);
    assert_eq!(Freeze::Body.stages(9, 8), 8);
    assert_eq!(Freeze::Nothing.stages(0, 8), 0);
}
