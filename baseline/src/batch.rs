//! What the loader hands to the training loop: bytes, not tensors. A worker thread never touches libtorch, whose
//! allocations and thread pools belong to the main thread; a quarter of the memory traffic of floats goes to the device.

use tch::{Device, Kind, Tensor};

use crate::loader::Pixels;

/// Some photographs, ready for the model but for normalisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Bytes in order N, H, W, C without gaps.
    pub pixels: Pixels,
    /// N, H, W, C.
    pub size: [usize; 4],
    /// Class of each photograph; -1 where there is none.
    pub labels: Vec<i64>,
    /// Positions of the photographs in the data set.
    pub samples: Vec<usize>,
}

impl Batch {
    /// Number of photographs.
    pub fn len(&self) -> usize {
        self.size[0]
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Uploads the bytes and makes floats of them there: N x C x H x W, in memory order N, H, W, C (channels last,
    /// which convolutions on a CPU take 1.3 to 2 times as fast).
    pub fn images(&self, normalisation: &Normalisation, device: Device) -> Tensor {
        let size = self.size.map(|n| n as i64);
        let bytes = Tensor::from_slice(&self.pixels).view(size).to_device(device);
        normalisation.apply(&bytes).permute([0, 3, 1, 2])
    }

    /// The classes, N integers.
    pub fn targets(&self, device: Device) -> Tensor {
        Tensor::from_slice(&self.labels).to_device(device)
    }
}

/// How bytes become floats: (byte / 255 - mean) / std for each channel. Three means on grey photographs repeat the one
/// channel three times, for models that were pretrained on colour.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Normalisation {
    /// Mean of each channel, of pixels in 0 to 1.
    pub mean: Vec<f32>,
    /// Standard deviation of each channel.
    pub std: Vec<f32>,
}

impl Normalisation {
    /// What torchvision's models were trained with.
    pub fn imagenet() -> Self {
        Self { mean: vec![0.485, 0.456, 0.406], std: vec![0.229, 0.224, 0.225] }
    }

    /// What the Lite models were trained with: (byte - 127) / 128.
    pub fn lite() -> Self {
        Self { mean: vec![127.0 / 255.0; 3], std: vec![128.0 / 255.0; 3] }
    }

    /// Bytes N x H x W x C to floats N x H x W x (number of means).
    pub fn apply(&self, bytes: &Tensor) -> Tensor {
        // scale * byte - mean * 255 * scale
        let (device, size) = (bytes.device(), bytes.size());
        let means = self.mean.len() as i64;
        let scale = 1.0 / (Tensor::from_slice(&self.std).to_device(device) * 255.0);
        let shift = Tensor::from_slice(&self.mean).to_device(device) * -255.0 * &scale;
        let floats = bytes.to_kind(Kind::Float);
        if size[3] != means {
            return shift.addcmul(&floats, &scale);
        }
        // The numbers repeated for each pixel of a row, and in place: libtorch is fast where the innermost dimension is
        // long and no memory is new (55 us for a photograph of 224 x 224 instead of 285).
        let mut rows = floats.view([-1, size[2] * means]);
        let _ = rows.g_mul_(&scale.repeat([size[2]])).g_add_(&shift.repeat([size[2]]));
        rows.view(size.as_slice())
    }
}

#[cfg(test)]
mod tests;
