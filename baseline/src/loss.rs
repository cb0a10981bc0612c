//! Losses: what training makes small. Each takes logits (N x K) and targets as shares of classes (N x K, rows sum to 1),
//! so that mixed pictures and smoothed labels need no second version; each is computed in f32, outside autocast.

use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

/// `[loss]` of an experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The formula.
    pub function: Function,
    /// Share of each target that is spread over all classes.
    pub smoothing: f64,
    /// Weights of the classes.
    pub class_weights: ClassWeights,
    /// Mean over the batch, or its sum (the fast recipe's rates are made for the sum).
    pub reduction: Reduction,
}

/// A loss.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Function {
    /// -log of the probability of the true class; with soft targets, their mean.
    CrossEntropy,
    /// Cross entropy times (1 - probability)^gamma: less for what is easy (Lin and others 2017).
    Focal {
        /// How much less.
        gamma: f64,
    },
    /// 1 - mean F1 over the classes, counts replaced by probabilities: what the metric wants, smooth. Needs batches in
    /// which most classes occur.
    F1,
    /// A yes-or-no question for each class.
    BinaryCrossEntropy,
}

/// How classes are weighted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClassWeights {
    /// All alike.
    None,
    /// By 1 / count.
    Inverse,
    /// By 1 / root of count: between the two.
    RootInverse,
}

/// What becomes of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reduction {
    /// The mean; weighted, where classes are.
    Mean,
    /// The sum.
    Sum,
}

/// A loss for some classes.
#[derive(Debug)]
pub struct Loss {
    function: Function,
    smoothing: f64,
    weights: Option<Tensor>,
    reduction: Reduction,
}

impl Loss {
    /// `counts` are the training photographs of each class.
    pub fn new(config: &Config, counts: &[usize], device: tch::Device) -> Self {
        let weight = |count: &usize| match config.class_weights {
            ClassWeights::None => 1.0,
            ClassWeights::Inverse => 1.0 / (*count).max(1) as f64,
            ClassWeights::RootInverse => 1.0 / ((*count).max(1) as f64).sqrt(),
        };
        let weights: Vec<f64> = counts.iter().map(weight).collect();
        let mean = weights.iter().sum::<f64>() / weights.len().max(1) as f64;
        let weights: Vec<f32> = weights.iter().map(|weight| (weight / mean) as f32).collect();
        Self {
            function: config.function,
            smoothing: config.smoothing,
            weights: (config.class_weights != ClassWeights::None)
                .then(|| Tensor::from_slice(&weights).to_device(device)),
            reduction: config.reduction,
        }
    }

    /// The loss of a batch, a tensor of one number.
    pub fn of(&self, logits: &Tensor, targets: &Tensor) -> Tensor {
        let logits = logits.to_kind(Kind::Float);
        let classes = logits.size()[1] as f64;
        let smooth = targets * (1.0 - self.smoothing) + self.smoothing / classes;
        // As torch does it: the weight of a photograph is that of its unsmoothed target.
        let weigh = |terms: Tensor| match &self.weights {
            Some(weights) => (terms * weights, (targets * weights).sum(Kind::Float)),
            None => (terms, targets.sum(Kind::Float)),
        };
        let (terms, total) = match self.function {
            Function::CrossEntropy => weigh(-smooth * logits.log_softmax(-1, Kind::Float)),
            Function::Focal { gamma } => {
                let logs = logits.log_softmax(-1, Kind::Float);
                let hard = (-logs.exp() + 1.0).clamp_min(1e-6).pow_tensor_scalar(gamma);
                weigh(-smooth * hard * logs)
            }
            Function::BinaryCrossEntropy => {
                // log(1 + exp(x)) - x y, in the form that does not overflow.
                let terms = logits.clamp_min(0.0) - &logits * smooth + (-logits.abs()).exp().log1p();
                weigh(terms)
            }
            Function::F1 => return self.f1(&logits, &smooth),
        };
        match self.reduction {
            Reduction::Mean => terms.sum(Kind::Float) / total,
            Reduction::Sum => terms.sum(Kind::Float),
        }
    }

    fn f1(&self, logits: &Tensor, targets: &Tensor) -> Tensor {
        let chances = logits.softmax(-1, Kind::Float);
        let dims = [0i64].as_slice();
        let hits = (&chances * targets).sum_dim_intlist(dims, false, Kind::Float);
        let sums = (chances + targets).sum_dim_intlist(dims, false, Kind::Float);
        let scores = hits * 2.0 / (sums + 1e-6);
        let loss = match &self.weights {
            Some(weights) => 1.0 - (scores * weights).mean(Kind::Float),
            None => 1.0 - scores.mean(Kind::Float),
        };
        match self.reduction {
            Reduction::Mean => loss,
            Reduction::Sum => loss * logits.size()[0] as f64,
        }
    }
}

/// Labels (N integers) as shares of classes.
pub fn one_hot(labels: &Tensor, classes: i64) -> Tensor {
    labels.one_hot(classes).to_kind(Kind::Float)
}

#[cfg(test)]
mod tests;
