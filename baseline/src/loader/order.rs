//! In which order, and how often, an epoch shows the photographs.

use std::collections::BTreeMap;

use crate::random::Random;

/// Which photographs an epoch of training has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sampling {
    /// Each once.
    Shuffled,
    /// As many as there are, but every class equally often (give or take one): photographs of small classes come several
    /// times, of large ones not in every epoch. For macro-averaged metrics on unbalanced classes.
    Balanced,
}

impl Sampling {
    pub(crate) fn order(
        self,
        samples: &[usize],
        label: impl Fn(usize) -> Option<usize>,
        random: &mut Random,
    ) -> Vec<usize> {
        match self {
            Sampling::Shuffled => {
                let mut order = samples.to_vec();
                random.shuffle(&mut order);
                order
            }
            Sampling::Balanced => {
                let mut classes: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
                for &sample in samples {
                    classes.entry(label(sample)).or_default().push(sample);
                }
                let mut classes: Vec<Vec<usize>> = classes.into_values().collect();
                // Which classes get one more is drawn anew each epoch.
                random.shuffle(&mut classes);
                let (each, more) = (samples.len() / classes.len(), samples.len() % classes.len());
                let mut order = Vec::with_capacity(samples.len());
                for (position, class) in classes.iter_mut().enumerate() {
                    random.shuffle(class);
                    order.extend(class.iter().cycle().take(each + usize::from(position < more)));
                }
                random.shuffle(&mut order);
                order
            }
        }
    }
}

#[cfg(test)]
mod tests;
