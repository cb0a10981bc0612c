use tch::Kind;

use super::*;

/// 1 x 1 x 3 x 3 with the numbers 0 to 8.
fn square() -> Tensor {
    Tensor::arange(9, (Kind::Float, tch::Device::Cpu)).view([1, 1, 3, 3])
}

fn numbers(images: &Tensor) -> Vec<f32> {
    Vec::<f32>::try_from(images.contiguous().view(-1)).unwrap()
}

fn seen(view: &str) -> Vec<f32> {
    numbers(&view.parse::<View>().unwrap().apply(&square()))
}

#[test]
fn views_are_what_their_names_say() {
    assert_eq!(seen("identity"), [0., 1., 2., 3., 4., 5., 6., 7., 8.]);
    assert_eq!(seen("flip-horizontal"), [2., 1., 0., 5., 4., 3., 8., 7., 6.]);
    assert_eq!(seen("flip-vertical"), [6., 7., 8., 3., 4., 5., 0., 1., 2.]);
    assert_eq!(seen("rotate-180"), [8., 7., 6., 5., 4., 3., 2., 1., 0.]);
    assert_eq!(seen("transpose"), [0., 3., 6., 1., 4., 7., 2., 5., 8.]);
    assert_eq!(seen("rotate-90"), [2., 5., 8., 1., 4., 7., 0., 3., 6.]);
    assert_eq!(seen("rotate-270"), [6., 3., 0., 7., 4., 1., 8., 5., 2.]);
    assert_eq!(seen("anti-transpose"), [8., 5., 2., 7., 4., 1., 6., 3., 0.]);
}

#[test]
fn a_shift_repeats_the_edge() {
    assert_eq!(seen("shift(1,0)"), [0., 0., 1., 3., 3., 4., 6., 6., 7.]);
    assert_eq!(seen("shift(-1,0)"), [1., 2., 2., 4., 5., 5., 7., 8., 8.]);
    assert_eq!(seen("shift(0,1)"), [0., 1., 2., 0., 1., 2., 3., 4., 5.]);
    assert_eq!(seen("shift(0,0)"), seen("identity"));
}

#[test]
fn a_zoom_keeps_size_and_middle() {
    let zoomed = "zoom(2)".parse::<View>().unwrap().apply(&square());
    assert_eq!(zoomed.size(), [1, 1, 3, 3]);
    assert_eq!(seen("zoom(1)"), seen("identity"));
}

#[test]
fn a_view_is_written_as_it_is_read() {
    for text in ["identity", "anti-transpose", "shift(-1,2)", "zoom(1.15)", "0.5*shift(1,0)"] {
        assert_eq!(text.parse::<Weighted>().unwrap().to_string(), text);
    }
}

#[test]
fn what_is_no_view_is_refused_with_the_list() {
    for text in
        ["flip", "shift(1)", "shift(a,b)", "zoom(0.5)", "zoom(inf)", "0*identity", "-1*identity", "x*identity", ""]
    {
        let error = text.parse::<Weighted>().unwrap_err().to_string();
        assert!(error.contains("flip-horizontal"), "{text}: {error}");
    }
}
