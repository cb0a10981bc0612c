//! Tests of the workspace as a whole: what may depend on what, and that the documents say what is there.
#![expect(clippy::unwrap_used, reason = "a failed expectation is a failed test")]

mod asvs;
mod dependencies;
mod documents;
mod edges;
mod examples;
mod incidents;
mod workspace;
