//! Tests of the crate through its public interface, one module a subject.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod golden_csv;
mod golden_metrics;
mod reader_cases;
mod score_files;
