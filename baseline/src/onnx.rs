//! Networks as ONNX files, for programs without libtorch. The graph is written from the architecture and the weights; the
//! input is what the network sees (`images`: N x C x H x W, normalised), the output its `logits`, N x classes.
//!
//! Each architecture's way through its layers is in [`networks`], in ONNX's terms; [`proto`] is the file format.

mod networks;
mod proto;

use std::collections::{BTreeMap, BTreeSet};

use prost::Message as _;
use tch::{Kind, Tensor};

use crate::model::Architecture;
use proto::{Attribute, Graph as GraphProto, Model, Node, Operators, Property, Tensor as TensorProto, ValueInfo};

/// Why a network cannot be exported.
#[derive(Debug, thiserror::Error)]
pub enum OnnxError {
    /// A weight is not there.
    #[error("the weights have no '{0}', so they are not those of this architecture")]
    Missing(String),
    /// Weights that the graph did not use.
    #[error("the weights have {count} more than the architecture uses, for example '{name}'")]
    Left {
        /// How many.
        count: usize,
        /// One of them.
        name: String,
    },
    /// A tensor that cannot be read.
    #[error("'{name}' cannot be read: {error}")]
    Tensor {
        /// Its name.
        name: String,
        /// Why.
        error: tch::TchError,
    },
}

/// Operators as of version 20, the first with `Gelu`.
const OPERATORS: i64 = 20;
/// The version of the format that belongs to it.
const FORMAT: i64 = 9;

/// The bytes of an `.onnx` file. `input` is C, H, W of the images; `notes` are kept beside the graph, for example the classes
/// and the normalisation.
///
/// # Errors
/// [`OnnxError`] where the weights are not those of the architecture.
pub fn export(
    architecture: &Architecture,
    state: &BTreeMap<String, Tensor>,
    input: [i64; 3],
    notes: &[(&str, String)],
) -> Result<Vec<u8>, OnnxError> {
    let mut graph = Graph::new(state);
    let logits = networks::build(&mut graph, architecture)?;
    let classes = graph.classes;
    graph.finish(architecture, &logits, input, classes, notes)
}

/// A graph while it is built. A value is named by the node that made it, a weight as in the checkpoint.
struct Graph<'a> {
    state: &'a BTreeMap<String, Tensor>,
    used: BTreeSet<String>,
    nodes: Vec<Node>,
    weights: Vec<TensorProto>,
    classes: i64,
}

/// A value that flows through the graph.
type Value = String;

/// Padding of a convolution.
#[derive(Clone, Copy)]
enum Padding {
    /// So many pixels on all sides.
    Even(i64),
    /// As little as the stride needs, the odd pixel right and below.
    Same,
}

impl<'a> Graph<'a> {
    fn new(state: &'a BTreeMap<String, Tensor>) -> Self {
        Self { state, used: BTreeSet::new(), nodes: Vec::new(), weights: Vec::new(), classes: 0 }
    }

    fn has(&self, name: &str) -> bool {
        self.state.contains_key(name)
    }

    /// Shape of a weight.
    fn shape(&self, name: &str) -> Result<Vec<i64>, OnnxError> {
        self.state.get(name).map(Tensor::size).ok_or_else(|| OnnxError::Missing(name.to_owned()))
    }

    /// Puts a weight of the checkpoint into the file, once.
    fn weight(&mut self, name: &str) -> Result<Value, OnnxError> {
        let tensor = self.state.get(name).ok_or_else(|| OnnxError::Missing(name.to_owned()))?;
        if self.used.insert(name.to_owned()) {
            let flat = tensor.to_kind(Kind::Float).contiguous().view(-1);
            let values =
                Vec::<f32>::try_from(flat).map_err(|error| OnnxError::Tensor { name: name.to_owned(), error })?;
            self.weights.push(TensorProto::floats(name, tensor.size(), &values));
        }
        Ok(name.to_owned())
    }

    fn constant(&mut self, name: &str, value: f32) -> Value {
        if self.used.insert(name.to_owned()) {
            self.weights.push(TensorProto::floats(name, Vec::new(), &[value]));
        }
        name.to_owned()
    }

    fn node(&mut self, operator: &str, inputs: &[&str], attributes: Vec<Attribute>) -> Value {
        let output = format!("{}_{}", operator.to_lowercase(), self.nodes.len());
        self.nodes.push(Node {
            input: inputs.iter().map(|&input| input.to_owned()).collect(),
            output: vec![output.clone()],
            name: output.clone(),
            op_type: operator.to_owned(),
            attribute: attributes,
        });
        output
    }

    /// A convolution with the weights `name.weight` and, where there is one, `name.bias`; as many groups as channels make it
    /// depthwise.
    fn convolve(
        &mut self,
        maps: &str,
        name: &str,
        stride: i64,
        padding: Padding,
        groups: i64,
    ) -> Result<Value, OnnxError> {
        let weight = self.weight(&format!("{name}.weight"))?;
        let kernel = self.shape(&weight)?[2..].to_vec();
        let mut attributes = vec![
            Attribute::ints("kernel_shape", kernel),
            Attribute::ints("strides", vec![stride; 2]),
            Attribute::int("group", groups),
        ];
        attributes.push(match padding {
            Padding::Even(pixels) => Attribute::ints("pads", vec![pixels; 4]),
            Padding::Same => Attribute::text("auto_pad", "SAME_UPPER"),
        });
        let bias = format!("{name}.bias");
        if !self.has(&bias) {
            return Ok(self.node("Conv", &[maps, &weight], attributes));
        }
        let bias = self.weight(&bias)?;
        Ok(self.node("Conv", &[maps, &weight, &bias], attributes))
    }

    fn normalise(&mut self, maps: &str, name: &str, epsilon: f32) -> Result<Value, OnnxError> {
        let mut inputs = vec![maps.to_owned()];
        for part in ["weight", "bias", "running_mean", "running_var"] {
            inputs.push(self.weight(&format!("{name}.{part}"))?);
        }
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        Ok(self.node("BatchNormalization", &inputs, vec![Attribute::float("epsilon", epsilon)]))
    }

    fn relu(&mut self, maps: &str) -> Value {
        self.node("Relu", &[maps], Vec::new())
    }

    fn relu6(&mut self, maps: &str) -> Value {
        let (zero, six) = (self.constant("zero", 0.0), self.constant("six", 6.0));
        self.node("Clip", &[maps, &zero, &six], Vec::new())
    }

    fn silu(&mut self, maps: &str) -> Value {
        let gate = self.node("Sigmoid", &[maps], Vec::new());
        self.node("Mul", &[maps, &gate], Vec::new())
    }

    fn gelu(&mut self, maps: &str) -> Value {
        self.node("Gelu", &[maps], vec![Attribute::text("approximate", "tanh")])
    }

    fn add(&mut self, one: &str, other: &str) -> Value {
        self.node("Add", &[one, other], Vec::new())
    }

    fn largest_of(&mut self, maps: &str, kernel: i64, stride: i64, pixels: i64) -> Value {
        let attributes = vec![
            Attribute::ints("kernel_shape", vec![kernel; 2]),
            Attribute::ints("strides", vec![stride; 2]),
            Attribute::ints("pads", vec![pixels; 4]),
        ];
        self.node("MaxPool", &[maps], attributes)
    }

    /// The head: logits, `scale` times a linear function of flat features, which some networks standardise first.
    fn classify(&mut self, features: &str, name: &str, scale: f32) -> Result<Value, OnnxError> {
        let mut features = features.to_owned();
        if self.has("standard.mean") {
            let (mean, scale) = (self.weight("standard.mean")?, self.weight("standard.scale")?);
            features = self.node("Sub", &[&features, &mean], Vec::new());
            features = self.node("Mul", &[&features, &scale], Vec::new());
        }
        let features = features.as_str();
        let weight = self.weight(&format!("{name}.weight"))?;
        self.classes = self.shape(&weight)?[0];
        let attributes = vec![Attribute::int("transB", 1), Attribute::float("alpha", scale)];
        let bias = format!("{name}.bias");
        if !self.has(&bias) {
            return Ok(self.node("Gemm", &[features, &weight], attributes));
        }
        let bias = self.weight(&bias)?;
        Ok(self.node("Gemm", &[features, &weight, &bias], attributes))
    }

    fn finish(
        mut self,
        architecture: &Architecture,
        logits: &str,
        [channels, height, width]: [i64; 3],
        classes: i64,
        notes: &[(&str, String)],
    ) -> Result<Vec<u8>, OnnxError> {
        let left =
            self.state.keys().filter(|name| !self.used.contains(*name) && !name.ends_with("num_batches_tracked"));
        let left: Vec<&String> = left.collect();
        if let Some(name) = left.first() {
            return Err(OnnxError::Left { count: left.len(), name: (*name).clone() });
        }
        self.nodes.push(Node {
            input: vec![logits.to_owned()],
            output: vec![LOGITS.to_owned()],
            name: LOGITS.to_owned(),
            op_type: "Identity".to_owned(),
            attribute: Vec::new(),
        });
        let graph = GraphProto {
            node: self.nodes,
            name: architecture.name(),
            initializer: self.weights,
            input: vec![ValueInfo::floats(IMAGES, &[None, Some(channels), Some(height), Some(width)])],
            output: vec![ValueInfo::floats(LOGITS, &[None, Some(classes)])],
        };
        let model = Model {
            ir_version: FORMAT,
            producer_name: "baseline".to_owned(),
            graph: Some(graph),
            opset_import: vec![Operators { domain: String::new(), version: OPERATORS }],
            metadata_props: notes
                .iter()
                .map(|(key, value)| Property { key: (*key).to_owned(), value: value.clone() })
                .collect(),
        };
        Ok(model.encode_to_vec())
    }
}

const IMAGES: &str = "images";
const LOGITS: &str = "logits";

#[cfg(test)]
mod tests;
