//! Probabilities of a model for some photographs, as one `.safetensors` file: what `train` leaves for the validation
//! photographs, `predict` for the test, and what blending, calibration and thresholds work on.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs;
use std::path::Path;

use safetensors::tensor::{Dtype, TensorView, serialize};
use safetensors::{SafeTensorError, SafeTensors};

/// Probabilities, a row for each photograph and a column for each class.
#[derive(Clone, Debug, PartialEq)]
pub struct Predictions {
    /// Of the photographs, as in the competition's files.
    pub ids: Vec<String>,
    /// In the order of the columns.
    pub classes: Vec<String>,
    /// The true classes where they are known (validation), as columns.
    pub labels: Option<Vec<usize>>,
    /// Row after row, `ids.len() * classes.len()`.
    pub probabilities: Vec<f32>,
}

/// Why a file of predictions cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PredictionsError {
    /// It cannot be read or written.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// It is something else.
    #[error("{path} is not a file of predictions, as `train` and `predict` write: {why}")]
    Format {
        /// The file.
        path: String,
        /// Why.
        why: String,
    },
}

impl Predictions {
    /// Probabilities of one photograph.
    pub fn row(&self, photograph: usize) -> &[f32] {
        &self.probabilities[photograph * self.classes.len()..(photograph + 1) * self.classes.len()]
    }

    /// The most probable class of each photograph; of equals the first.
    pub fn most_probable(&self) -> Vec<usize> {
        (0..self.ids.len())
            .map(|photograph| {
                let row = self.row(photograph);
                (1..row.len()).fold(0, |best, class| if row[class] > row[best] { class } else { best })
            })
            .collect()
    }

    /// Writes the file.
    ///
    /// # Errors
    /// [`PredictionsError::File`]
    pub fn write(&self, path: &Path) -> Result<(), PredictionsError> {
        let format = |error: SafeTensorError| PredictionsError::Format {
            path: path.display().to_string(),
            why: error.to_string(),
        };
        let floats: Vec<u8> = self.probabilities.iter().flat_map(|value| value.to_le_bytes()).collect();
        let shape = vec![self.ids.len(), self.classes.len()];
        let mut tensors = vec![("probabilities", TensorView::new(Dtype::F32, shape, &floats).map_err(format)?)];
        let labels: Option<Vec<u8>> =
            self.labels.as_ref().map(|labels| labels.iter().flat_map(|label| (*label as i64).to_le_bytes()).collect());
        if let Some(labels) = &labels {
            let view = TensorView::new(Dtype::I64, vec![self.ids.len()], labels).map_err(format)?;
            tensors.push(("labels", view));
        }
        // One entry, because the order of several would be another every time.
        let names = Names { ids: Cow::Borrowed(&self.ids), classes: Cow::Borrowed(&self.classes) };
        let names = serde_json::to_string(&names).unwrap_or_default();
        let names = HashMap::from([(NAMES.to_owned(), names)]);
        let bytes = serialize(tensors, Some(names)).map_err(format)?;
        fs::write(path, bytes).map_err(|error| PredictionsError::File { path: path.display().to_string(), error })
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`PredictionsError`]
    pub fn read(path: &Path) -> Result<Self, PredictionsError> {
        let shown = path.display().to_string();
        let bytes = fs::read(path).map_err(|error| PredictionsError::File { path: shown.clone(), error })?;
        Self::parse(&bytes).map_err(|why| PredictionsError::Format { path: shown, why })
    }

    fn parse(bytes: &[u8]) -> Result<Self, String> {
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| error.to_string())?;
        let names =
            header.metadata().as_ref().and_then(|entries| entries.get(NAMES)).ok_or("it names no photographs")?;
        let names: Names = serde_json::from_str(names).map_err(|error| error.to_string())?;
        let (ids, classes) = (names.ids.into_owned(), names.classes.into_owned());
        let file = SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?;
        let tensor = file.tensor("probabilities").map_err(|error| error.to_string())?;
        if tensor.dtype() != Dtype::F32 || tensor.shape() != [ids.len(), classes.len()] {
            return Err(format!("probabilities have the shape {:?}", tensor.shape()));
        }
        let probabilities = tensor.data().as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        let labels = match file.tensor("labels") {
            Err(_) => None,
            Ok(tensor) => {
                let labels: Vec<usize> =
                    tensor.data().as_chunks::<8>().0.iter().map(|bytes| i64::from_le_bytes(*bytes) as usize).collect();
                if labels.len() != ids.len() || labels.iter().any(|label| *label >= classes.len()) {
                    return Err("labels do not fit the photographs".into());
                }
                Some(labels)
            }
        };
        Ok(Self { ids, classes, labels, probabilities })
    }
}

/// The entry of the file's header with the names of rows and columns.
const NAMES: &str = "names";

#[derive(serde::Serialize, serde::Deserialize)]
struct Names<'a> {
    ids: Cow<'a, [String]>,
    classes: Cow<'a, [String]>,
}

#[cfg(test)]
mod tests;
