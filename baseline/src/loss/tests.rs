use tch::Device;

use super::*;

fn loss(function: Function, smoothing: f64, class_weights: ClassWeights) -> Loss {
    let config = Config { function, smoothing, class_weights, reduction: Reduction::Mean };
    Loss::new(&config, &[1, 4, 16], Device::Cpu)
}

fn logits() -> Tensor {
    Tensor::from_slice(&[1.0f32, 2.0, -1.0, 0.5, 0.0, 3.0, -2.0, 0.25]).narrow(0, 0, 6).view([2, 3])
}

fn value(loss: &Loss) -> f64 {
    loss.of(&logits(), &one_hot(&Tensor::from_slice(&[1i64, 0]), 3)).double_value(&[])
}

/// torch.nn.functional on the same numbers, computed by hand: softmax rows are (.2595, .7054, .0351), (.0725, .0440,
/// .8835).
#[test]
fn cross_entropy_equals_torchs() {
    let by_hand = |target: [usize; 2], weights: [f64; 3], smoothing: f64| -> f64 {
        let rows = [[1.0f64, 2.0, -1.0], [0.5, 0.0, 3.0]];
        let (mut sum, mut total) = (0.0, 0.0);
        for (row, target) in rows.iter().zip(target) {
            let normaliser = row.iter().map(|x| x.exp()).sum::<f64>().ln();
            total += weights[target];
            for (class, x) in row.iter().enumerate() {
                let share = smoothing / 3.0 + if class == target { 1.0 - smoothing } else { 0.0 };
                sum -= weights[class] * share * (x - normaliser);
            }
        }
        sum / total
    };
    let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-6, "{a} {b}");
    near(value(&loss(Function::CrossEntropy, 0.0, ClassWeights::None)), by_hand([1, 0], [1.0; 3], 0.0));
    near(value(&loss(Function::CrossEntropy, 0.1, ClassWeights::None)), by_hand([1, 0], [1.0; 3], 0.1));
    let weights = [1.0, 0.5, 0.25].map(|w| w / (1.75 / 3.0));
    near(value(&loss(Function::CrossEntropy, 0.1, ClassWeights::RootInverse)), by_hand([1, 0], weights, 0.1));
}

#[test]
fn focal_loss_without_focus_is_cross_entropy_and_with_it_less() {
    let plain = value(&loss(Function::CrossEntropy, 0.0, ClassWeights::None));
    assert!((value(&loss(Function::Focal { gamma: 0.0 }, 0.0, ClassWeights::None)) - plain).abs() < 1e-6);
    assert!(value(&loss(Function::Focal { gamma: 2.0 }, 0.0, ClassWeights::None)) < plain);
}

#[test]
fn every_loss_falls_when_the_right_class_becomes_likelier() {
    let targets = one_hot(&Tensor::from_slice(&[1i64, 0]), 3);
    for function in [Function::CrossEntropy, Function::Focal { gamma: 2.0 }, Function::F1, Function::BinaryCrossEntropy]
    {
        for class_weights in [ClassWeights::None, ClassWeights::Inverse] {
            let loss = loss(function, 0.0, class_weights);
            let better = loss.of(&(logits() + &targets), &targets).double_value(&[]);
            assert!(better < loss.of(&logits(), &targets).double_value(&[]), "{function:?}");
        }
    }
}

#[test]
fn binary_cross_entropy_survives_large_logits() {
    let loss = loss(Function::BinaryCrossEntropy, 0.0, ClassWeights::None);
    let targets = one_hot(&Tensor::from_slice(&[1i64, 0]), 3);
    assert!(loss.of(&(logits() * 1e4), &targets).double_value(&[]).is_finite());
}
