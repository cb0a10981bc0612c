//! A member of a blend: what one experiment left behind, in one run or one for each fold.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::EnsembleError;
use crate::predictions::{Predictions, PredictionsError};

/// What `train` writes beside the best checkpoint: predictions for the photographs that the run did not train on.
const OUT_OF_FOLD: &str = "best/validation.safetensors";
/// What `predict` writes into a run's folder.
const TEST: &str = "test.safetensors";

/// Predictions of one experiment.
#[derive(Clone, Debug)]
pub struct Member {
    /// Name of its folder.
    pub name: String,
    /// For photographs that the predicting model did not train on, with their true classes. Folds are put together; where
    /// several runs predict the same photograph, their mean.
    pub out_of_fold: Option<Predictions>,
    /// For the test photographs: the mean over folds and views.
    pub test: Option<Predictions>,
}

/// Why a folder is no member.
#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    /// It cannot be read.
    #[error("{path}: {error}")]
    Folder {
        /// The folder.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// A file in it cannot be read.
    #[error(transparent)]
    Predictions(#[from] PredictionsError),
    /// Files in it do not fit together.
    #[error(transparent)]
    Ensemble(#[from] EnsembleError),
    /// There is nothing in it.
    #[error(
        "{member} holds no predictions, in it or in its folders: neither {out_of_fold} (`baseline train` writes it, for a \
         view `baseline predict --validation --each-view`) nor {test} (`baseline predict`)"
    )]
    Nothing {
        /// What was asked for.
        member: String,
        /// The file that is not there.
        out_of_fold: String,
        /// The other.
        test: String,
    },
}

impl Member {
    /// Reads a run's folder, or the folder of its folds. `runs/first@flip-horizontal` is one view of it, as `predict
    /// --each-view` writes them: `test-flip-horizontal.safetensors` and, with `--validation`,
    /// `validation-flip-horizontal.safetensors`.
    ///
    /// # Errors
    /// [`MemberError`]
    pub fn read(member: &str) -> Result<Self, MemberError> {
        let (folder, view) = match member.split_once('@') {
            Some((folder, view)) => (Path::new(folder), Some(view)),
            None => (Path::new(member), None),
        };
        let mut runs = vec![folder.to_owned()];
        runs.extend(entries(folder)?.into_iter().filter(|path| path.is_dir()));
        let (out_of_fold, test) = match view {
            None => (OUT_OF_FOLD.to_owned(), TEST.to_owned()),
            Some(view) => (format!("validation-{view}.safetensors"), format!("test-{view}.safetensors")),
        };
        let files = |name: &str| runs.iter().map(|run| run.join(name)).filter(|path| path.is_file()).collect();
        let name = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy();
        let name = view.map_or_else(|| name.clone().into_owned(), |view| format!("{name}@{view}"));
        let member = Self { name, out_of_fold: pooled(files(&out_of_fold))?, test: pooled(files(&test))? };
        if member.out_of_fold.is_none() && member.test.is_none() {
            return Err(MemberError::Nothing { member: member.name, out_of_fold, test });
        }
        Ok(member)
    }
}

/// What is in a folder, by name, so that sums do not depend on the file system's order.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, MemberError> {
    let failed = |error| MemberError::Folder { path: folder.display().to_string(), error };
    let entries = fs::read_dir(folder).map_err(failed)?;
    let mut paths =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>().map_err(failed)?;
    paths.sort();
    Ok(paths)
}

fn pooled(paths: Vec<PathBuf>) -> Result<Option<Predictions>, MemberError> {
    let files = paths.iter().map(|path| Ok((path.display().to_string(), Predictions::read(path)?)));
    let files = files.collect::<Result<Vec<_>, MemberError>>()?;
    Ok(pool(&files)?)
}

/// All rows of several files; a photograph that several predict gets the mean. None without a file.
///
/// # Errors
/// Where classes differ or true classes contradict each other.
pub fn pool(files: &[(String, Predictions)]) -> Result<Option<Predictions>, EnsembleError> {
    let Some((first_name, first)) = files.first() else { return Ok(None) };
    let classes = first.classes.len();
    let has_labels = files.iter().all(|(_, file)| file.labels.is_some());
    let mut places: HashMap<&str, usize> = HashMap::new();
    let (mut ids, mut labels, mut sums, mut files_of) = (Vec::new(), Vec::new(), Vec::<f64>::new(), Vec::<f64>::new());
    for (name, file) in files {
        if file.classes != first.classes {
            return Err(EnsembleError::Classes { first: first_name.clone(), second: name.clone() });
        }
        for (row, id) in file.ids.iter().enumerate() {
            let label = file.labels.as_ref().map_or(0, |labels| labels[row]);
            let place = *places.entry(id).or_insert_with(|| {
                ids.push(id.clone());
                labels.push(label);
                sums.resize(sums.len() + classes, 0.0);
                files_of.push(0.0);
                ids.len() - 1
            });
            if labels[place] != label {
                return Err(EnsembleError::Labels {
                    member: name.clone(),
                    id: id.clone(),
                    says: file.classes[label].clone(),
                    other: file.classes[labels[place]].clone(),
                });
            }
            files_of[place] += 1.0;
            let sum = &mut sums[place * classes..(place + 1) * classes];
            sum.iter_mut().zip(file.row(row)).for_each(|(sum, &value)| *sum += f64::from(value));
        }
    }
    let mean = |(place, sum): (usize, f64)| (sum / files_of[place / classes]) as f32;
    let probabilities = sums.into_iter().enumerate().map(mean).collect();
    let labels = has_labels.then_some(labels);
    Ok(Some(Predictions { ids, classes: first.classes.clone(), labels, probabilities }))
}

#[cfg(test)]
mod tests;
