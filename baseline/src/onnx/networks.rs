//! The way through each architecture's layers, in evaluation: no dropout, normalisation by running statistics. The sizes of
//! layers, and which there are, are read from the weights; only strides are not in them.

use super::{Graph, IMAGES, OnnxError, Padding, Value};
use crate::model::{Architecture, efficientnet, layers::deepen, mobilenet};

pub(super) fn build(graph: &mut Graph<'_>, architecture: &Architecture) -> Result<Value, OnnxError> {
    match architecture {
        Architecture::Small { .. } => small(graph),
        Architecture::Resnet { .. } => resnet(graph),
        Architecture::MobilenetV2 { depth, .. } => mobilenet_v2(graph, *depth),
        Architecture::EfficientnetB0 { depth, .. } => {
            efficientnet(graph, *depth, Padding::Even(0), 1e-5, |graph, maps| graph.silu(maps))
        }
        Architecture::EfficientnetLite0 { depth, .. } => {
            efficientnet(graph, *depth, Padding::Same, 1e-3, |graph, maps| graph.relu6(maps))
        }
    }
}

type Activation = fn(&mut Graph<'_>, &str) -> Value;

fn small(graph: &mut Graph<'_>) -> Result<Value, OnnxError> {
    let maps = graph.convolve(IMAGES, "whiten", 1, Padding::Even(0), 1)?;
    let mut maps = graph.gelu(&maps);
    for block in (0..).map(|block| format!("block{block}")) {
        if !graph.has(&format!("{block}.conv1.weight")) {
            break;
        }
        maps = graph.convolve(&maps, &format!("{block}.conv1"), 1, Padding::Even(1), 1)?;
        maps = graph.largest_of(&maps, 2, 2, 0);
        maps = graph.normalise(&maps, &format!("{block}.norm1"), 1e-5)?;
        maps = graph.gelu(&maps);
        maps = graph.convolve(&maps, &format!("{block}.conv2"), 1, Padding::Even(1), 1)?;
        maps = graph.normalise(&maps, &format!("{block}.norm2"), 1e-5)?;
        maps = graph.gelu(&maps);
    }
    let largest = graph.node("GlobalMaxPool", &[&maps], Vec::new());
    let features = graph.node("Flatten", &[&largest], Vec::new());
    graph.classify(&features, "head", 1.0 / 9.0)
}

fn resnet(graph: &mut Graph<'_>) -> Result<Value, OnnxError> {
    let maps = convolve_normalise(graph, IMAGES, ("conv1", "bn1"), 2, Padding::Even(3), 1, 1e-5)?;
    let maps = graph.relu(&maps);
    let mut maps = graph.largest_of(&maps, 3, 2, 1);
    for layer in 1..=4 {
        for block in (0..).map(|block| (block, format!("layer{layer}.{block}"))) {
            if !graph.has(&format!("{}.conv1.weight", block.1)) {
                break;
            }
            let stride = if block.0 == 0 && layer > 1 { 2 } else { 1 };
            maps = resnet_block(graph, &maps, &block.1, stride)?;
        }
    }
    mean_and_classify(graph, &maps, "fc")
}

fn resnet_block(graph: &mut Graph<'_>, maps: &str, block: &str, stride: i64) -> Result<Value, OnnxError> {
    let mut correction = maps.to_owned();
    let layers = (1..).take_while(|layer| graph.has(&format!("{block}.conv{layer}.weight"))).count();
    let mut is_strided = false;
    for layer in 1..=layers {
        let (convolution, norm) = (format!("{block}.conv{layer}"), format!("{block}.bn{layer}"));
        let kernel = graph.shape(&format!("{convolution}.weight"))?[2];
        // The first convolution that sees neighbours steps over some of them.
        let stride = if kernel == 3 && !is_strided { stride } else { 1 };
        is_strided |= kernel == 3;
        let padding = Padding::Even((kernel - 1) / 2);
        correction = convolve_normalise(graph, &correction, (&convolution, &norm), stride, padding, 1, 1e-5)?;
        if layer < layers {
            correction = graph.relu(&correction);
        }
    }
    let (convolution, norm) = (format!("{block}.downsample.0"), format!("{block}.downsample.1"));
    let shortcut = if graph.has(&format!("{convolution}.weight")) {
        convolve_normalise(graph, maps, (&convolution, &norm), stride, Padding::Even(0), 1, 1e-5)?
    } else {
        maps.to_owned()
    };
    let sum = graph.add(&correction, &shortcut);
    Ok(graph.relu(&sum))
}

fn mobilenet_v2(graph: &mut Graph<'_>, depth: f64) -> Result<Value, OnnxError> {
    let stem = convolve_normalise(graph, IMAGES, ("features.0.0", "features.0.1"), 2, Padding::Even(1), 1, 1e-5)?;
    let mut maps = graph.relu6(&stem);
    let mut position = 1;
    for (_, _, blocks, first_stride) in mobilenet::GROUPS {
        for block in 0..deepen(blocks, depth) {
            let stride = if block == 0 { first_stride } else { 1 };
            maps = mobilenet_block(graph, &maps, &format!("features.{position}.conv"), stride)?;
            position += 1;
        }
    }
    let last = (format!("features.{position}.0"), format!("features.{position}.1"));
    let maps = convolve_normalise(graph, &maps, (&last.0, &last.1), 1, Padding::Even(0), 1, 1e-5)?;
    let maps = graph.relu6(&maps);
    mean_and_classify(graph, &maps, "classifier.1")
}

fn mobilenet_block(graph: &mut Graph<'_>, maps: &str, block: &str, stride: i64) -> Result<Value, OnnxError> {
    let mut out = maps.to_owned();
    // Two convolutions with a normalisation inside them, or one where the block does not widen, then the narrowing one.
    let wrapped = (0..).take_while(|layer| graph.has(&format!("{block}.{layer}.0.weight"))).count();
    for layer in 0..wrapped {
        let (convolution, norm) = (format!("{block}.{layer}.0"), format!("{block}.{layer}.1"));
        out = if layer + 1 == wrapped {
            let channels = graph.shape(&format!("{convolution}.weight"))?[0];
            convolve_normalise(graph, &out, (&convolution, &norm), stride, Padding::Even(1), channels, 1e-5)?
        } else {
            convolve_normalise(graph, &out, (&convolution, &norm), 1, Padding::Even(0), 1, 1e-5)?
        };
        out = graph.relu6(&out);
    }
    let (narrowing, norm) = (format!("{block}.{wrapped}"), format!("{block}.{}", wrapped + 1));
    out = convolve_normalise(graph, &out, (&narrowing, &norm), 1, Padding::Even(0), 1, 1e-5)?;
    let inputs = inputs_of(graph, &format!("{block}.0.0.weight"))?;
    let outputs = graph.shape(&format!("{narrowing}.weight"))?[0];
    Ok(if stride == 1 && inputs == outputs { graph.add(&out, maps) } else { out })
}

/// `padding` is "same" or "even", then of half the kernel.
fn efficientnet(
    graph: &mut Graph<'_>,
    depth: f64,
    padding: Padding,
    epsilon: f32,
    activation: Activation,
) -> Result<Value, OnnxError> {
    let padded = |kernel: i64| match padding {
        Padding::Even(_) => Padding::Even((kernel - 1) / 2),
        Padding::Same => Padding::Same,
    };
    let stem = convolve_normalise(graph, IMAGES, ("conv_stem", "bn1"), 2, padded(3), 1, epsilon)?;
    let mut maps = activation(graph, &stem);
    for (group, (blocks, kernel, first_stride, expansion, _)) in efficientnet::GROUPS.into_iter().enumerate() {
        for block in 0..deepen(blocks, depth) {
            let stride = if block == 0 { first_stride } else { 1 };
            let name = |part: &str| format!("blocks.{group}.{block}.{part}");
            let mut out = maps.clone();
            let mut norms = (1..).map(|norm| name(&format!("bn{norm}")));
            let mut norm = || norms.next().unwrap_or_default();
            if expansion != 1 {
                out = convolve_normalise(graph, &out, (&name("conv_pw"), &norm()), 1, Padding::Even(0), 1, epsilon)?;
                out = activation(graph, &out);
            }
            let depthwise = name("conv_dw");
            let hidden = graph.shape(&format!("{depthwise}.weight"))?[0];
            out = convolve_normalise(graph, &out, (&depthwise, &norm()), stride, padded(kernel), hidden, epsilon)?;
            out = activation(graph, &out);
            if graph.has(&name("se.conv_reduce.weight")) {
                out = weigh(graph, &out, &name("se"))?;
            }
            let narrowing = name(if expansion == 1 { "conv_pw" } else { "conv_pwl" });
            out = convolve_normalise(graph, &out, (&narrowing, &norm()), 1, Padding::Even(0), 1, epsilon)?;
            let inputs = hidden / expansion;
            let outputs = graph.shape(&format!("{narrowing}.weight"))?[0];
            maps = if stride == 1 && inputs == outputs { graph.add(&out, &maps) } else { out };
        }
    }
    let top = convolve_normalise(graph, &maps, ("conv_head", "bn2"), 1, Padding::Even(0), 1, epsilon)?;
    let maps = activation(graph, &top);
    mean_and_classify(graph, &maps, "classifier")
}

/// Squeeze and excitation.
fn weigh(graph: &mut Graph<'_>, maps: &str, name: &str) -> Result<Value, OnnxError> {
    let means = graph.node("GlobalAveragePool", &[maps], Vec::new());
    let squeezed = graph.convolve(&means, &format!("{name}.conv_reduce"), 1, Padding::Even(0), 1)?;
    let squeezed = graph.silu(&squeezed);
    let excited = graph.convolve(&squeezed, &format!("{name}.conv_expand"), 1, Padding::Even(0), 1)?;
    let weights = graph.node("Sigmoid", &[&excited], Vec::new());
    Ok(graph.node("Mul", &[maps, &weights], Vec::new()))
}

/// Channels that a block takes: those of its first convolution, where a filter of a depthwise one sees only its own.
fn inputs_of(graph: &Graph<'_>, weight: &str) -> Result<i64, OnnxError> {
    let shape = graph.shape(weight)?;
    Ok(if shape[1] == 1 { shape[0] } else { shape[1] })
}

fn convolve_normalise(
    graph: &mut Graph<'_>,
    maps: &str,
    (convolution, norm): (&str, &str),
    stride: i64,
    padding: Padding,
    groups: i64,
    epsilon: f32,
) -> Result<Value, OnnxError> {
    let maps = graph.convolve(maps, convolution, stride, padding, groups)?;
    graph.normalise(&maps, norm, epsilon)
}

fn mean_and_classify(graph: &mut Graph<'_>, maps: &str, head: &str) -> Result<Value, OnnxError> {
    let means = graph.node("GlobalAveragePool", &[maps], Vec::new());
    let features = graph.node("Flatten", &[&means], Vec::new());
    graph.classify(&features, head, 1.0)
}
