//! TensorBoard's view of a run, in `tensorboard/` of its folder: what the log has, how weights are spread, the confusion
//! matrix. Times are in it, so unlike the log it is not the same twice.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use tch::{Kind, Tensor};

use crate::plot::confusion::Confusion;
use crate::predictions::Predictions;
use crate::tensorboard::{Picture, Writer};

/// Weights of a tensor that its histogram takes: of larger ones every so many-th.
const WEIGHTS: i64 = 20_000;

pub(super) struct Board(Writer);

impl Board {
    /// `resumed_at` is the step of the first event of a run that was resumed: whatever an earlier file says from there on is
    /// computed again.
    pub(super) fn open(run: &Path, resumed_at: Option<u64>) -> Result<Self> {
        let folder = run.join("tensorboard");
        let writer = Writer::create(&folder, now(), resumed_at);
        Ok(Self(writer.with_context(|| format!("cannot write to {}", folder.display()))?))
    }

    /// An epoch's numbers (those with a `/` in their name), the weights, and the validation photographs' confusions.
    pub(super) fn epoch(
        &mut self,
        step: u64,
        numbers: &[(&str, f64)],
        weights: &BTreeMap<String, Tensor>,
        validation: &Predictions,
    ) -> Result<()> {
        let time = now();
        for (name, value) in numbers.iter().filter(|(name, _)| name.contains('/')) {
            self.0.scalar(name, step, time, *value)?;
        }
        for (name, tensor) in weights.iter().filter(|(_, tensor)| tensor.dim() > 1) {
            let flat = tensor.detach().contiguous().view(-1).to_kind(Kind::Float);
            let some = flat.slice(0, 0, flat.numel() as i64, (flat.numel() as i64 / WEIGHTS).max(1));
            self.0.histogram(&format!("weights/{name}"), step, time, &Vec::<f32>::try_from(some)?)?;
        }
        if let Some(labels) = &validation.labels {
            let (width, height, png) = Confusion::count(&validation.classes, labels, &validation.most_probable()).png();
            self.0.image("validation/confusion", step, time, Picture { width, height, encoded: &png })?;
        }
        Ok(self.0.flush()?)
    }
}

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |time| time.as_secs_f64())
}
