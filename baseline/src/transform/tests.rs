use super::*;

fn plan(text: &str) -> Result<Plan, TransformError> {
    let config: Config = toml::from_str(&format!("evaluate = []\n{text}")).unwrap();
    Plan::train(&config.train)
}

#[test]
fn the_file_names_every_transform() {
    let text = r#"
        [[train]]
        kind = "resize"
        size = [256, 256]
        fit = "cover"
        filter = "bilinear"
        [[train]]
        kind = "random-resized-crop"
        size = [224, 224]
        scale = [0.3, 1.0]
        ratio = [0.75, 1.3333]
        filter = "bicubic"
        [[train]]
        kind = "random-crop"
        size = [224, 224]
        [[train]]
        kind = "centre-crop"
        size = [224, 224]
        [[train]]
        kind = "pad"
        size = [228, 228]
        border = "reflect"
        [[train]]
        kind = "pad"
        size = [228, 228]
        border = 0
        [[train]]
        kind = "flip"
        axis = "vertical"
        probability = 0.5
        [[train]]
        kind = "alternating-flip"
        [[train]]
        kind = "transpose"
        probability = 0.5
        [[train]]
        kind = "rotation"
        degrees = 10
        fill = 0
        [[train]]
        kind = "affine"
        probability = 0.5
        degrees = 10
        translate = [0.1, 0.1]
        scale = [0.9, 1.1]
        shear = 5
        fill = 0
        [[train]]
        kind = "colour-jitter"
        brightness = 0.4
        contrast = 0.4
        saturation = 0.4
        hue = 0.1
        [[train]]
        kind = "grayscale"
        probability = 0.1
        [[train]]
        kind = "blur"
        probability = 0.1
        sigma = [0.1, 2.0]
        [[train]]
        kind = "cutout"
        size = [16, 16]
        fill = 127
        [[train]]
        kind = "random-erasing"
        probability = 0.1
        area = [0.02, 0.33]
        ratio = [0.3, 3.3]
        fill = "noise"
        [[train]]
        kind = "trivial-augment"
        fill = 0
        [[train]]
        kind = "rand-augment"
        count = 2
        magnitude = 9
        fill = 0
        [[train]]
        kind = "mixup"
        probability = 0.5
        alpha = 0.2
        [[train]]
        kind = "cutmix"
        probability = 0.5
        alpha = 1.0
    "#;
    let plan = plan(text).unwrap();
    assert_eq!((plan.picture().len(), plan.mix().len()), (18, 2));
    let names: std::collections::BTreeSet<_> = plan.picture().iter().map(Transform::kind).collect();
    assert_eq!(names.len(), 17);
    for transform in plan.picture() {
        assert!(text.contains(&format!("kind = \"{}\"", transform.kind())));
    }
}

#[test]
fn an_unknown_field_is_refused() {
    let text = "evaluate = []\n[[train]]\nkind = \"flip\"\naxis = \"horizontal\"\nprobability = 0.5\nchance = 1";
    let error = toml::from_str::<Config>(text).unwrap_err().to_string();
    assert!(error.contains("unknown field `chance`"), "{error}");
}

#[test]
fn numbers_out_of_range_are_named_with_their_place() {
    let text = "[[train]]\nkind = \"alternating-flip\"\n[[train]]\nkind = \"grayscale\"\nprobability = 1.5";
    let error = plan(text).unwrap_err().to_string();
    assert_eq!(error, "transform 2 (grayscale): probability = 1.5 is not between 0 and 1");
    let text = "[[train]]\nkind = \"blur\"\nprobability = 1\nsigma = [2.0, 1.0]";
    assert_eq!(plan(text).unwrap_err().to_string(), "transform 1 (blur): sigma = [2, 1] is not in order");
    let text = "[[train]]\nkind = \"centre-crop\"\nsize = [0, 5]";
    assert_eq!(
        plan(text).unwrap_err().to_string(),
        "transform 1 (centre-crop): size = [0, 5]: each must be between 1 and 8192"
    );
}

#[test]
fn mixes_stand_last_and_only_in_training() {
    let mixup = Transform::Mixup(mix::Mixup { probability: 1.0, alpha: 1.0 });
    let flip = Transform::AlternatingFlip(flip::AlternatingFlip {});
    let error = Plan::train(&[mixup.clone(), flip.clone()]).unwrap_err().to_string();
    assert_eq!(
        error,
        "transform 2 (alternating-flip) works on one picture, but stands after mixup, which works on a batch: put mixup last"
    );
    assert_eq!(Plan::evaluate(&[flip, mixup]).unwrap_err(), TransformError::MixInEvaluation { kind: "mixup" });
}

#[test]
fn the_order_of_the_list_is_the_order_of_the_work() {
    let crop = Transform::CentreCrop(crop::CentreCrop { size: [2, 2] });
    let pad = Transform::Pad(crop::Pad { size: [4, 4], border: crop::Border::Value(9) });
    let run = |list: &[Transform]| {
        let mut picture = Picture::filled(3, 3, &[1]);
        let mut draw = Draw { random: Random::new(&[1]), sample: 0, epoch: 0, seed: 0 };
        for transform in list {
            transform.apply(&mut picture, &mut Desk::default(), &mut draw);
        }
        picture
    };
    assert_eq!(run(&[crop.clone(), pad.clone()]).pixels.iter().filter(|&&byte| byte == 9).count(), 12);
    assert_eq!(run(&[pad, crop]).pixels.iter().filter(|&&byte| byte == 9).count(), 0);
}

#[test]
fn a_crop_after_a_resize_is_one_cut_with_it() {
    let mut noise = Random::new(&[5]);
    let pixels = (0..90 * 60 * 3).map(|_| noise.below(256) as u8).collect();
    let picture = Picture { width: 90, height: 60, channels: 3, pixels };
    let resize = crop::Resize { size: [40, 40], fit: crop::Fit::Cover, filter: crate::image::resize::Filter::Bilinear };
    let flip = Transform::Flip(flip::Flip { axis: flip::Axis::Horizontal, probability: 1.0 });
    for after in [
        Transform::CentreCrop(crop::CentreCrop { size: [24, 20] }),
        Transform::RandomCrop(crop::RandomCrop { size: [24, 20] }),
    ] {
        let plan = Plan::train(&[Transform::Resize(resize), after, flip.clone()]).unwrap();
        let draw = Draw { random: Random::new(&[1]), sample: 0, epoch: 0, seed: 0 };
        let (mut one, mut other, mut desk) = (Picture::default(), picture.clone(), Desk::default());
        let (cut, rest) = plan.leading_cut(90, 60, &mut draw.clone()).unwrap();
        assert_eq!(rest, std::slice::from_ref(&flip));
        desk.cut_into(&picture, &cut, &mut one);
        for transform in &plan.picture()[..2] {
            transform.apply(&mut other, &mut desk, &mut draw.clone());
        }
        assert_eq!((one.width, one.height), (20, 24));
        // The outermost pixels lack what lies beyond the crop.
        for (x, y) in (1..19).flat_map(|x| (1..23).map(move |y| (x, y))) {
            let near = one.pixel(x, y).iter().zip(other.pixel(x, y)).all(|(a, b)| a.abs_diff(*b) <= 1);
            assert!(near, "{x}, {y}: {:?} instead of {:?}", one.pixel(x, y), other.pixel(x, y));
        }
    }
}
