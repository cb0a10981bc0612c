//! The baseline: every step of an image-classification competition, from the first look at the pictures to a submission
//! with a score, on libtorch. Made to be read from the training loop outwards.
//!
//! Choices are enums with `match`; there is no trainer class, no callback, no registry.

pub mod average;
pub mod batch;
pub mod checkpoint;
pub mod command;
pub mod competition;
pub mod config;
pub mod curves;
pub mod dataset;
pub mod device;
pub mod duplicates;
pub mod eda;
pub mod ensemble;
pub mod image;
pub mod loader;
pub mod log;
pub mod loss;
pub mod model;
pub mod onnx;
pub mod optim;
pub mod plot;
pub mod predictions;
pub mod progress;
pub mod random;
pub mod report;
pub mod schedule;
pub mod source;
pub mod split;
pub mod submission;
pub mod tensorboard;
pub mod training;
pub mod transform;
pub mod tune;
pub mod weights;
