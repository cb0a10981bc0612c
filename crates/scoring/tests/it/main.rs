//! Tests of the crate through its public interface, one module a subject.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod fuzz_corpus;
mod golden_csv;
mod golden_metrics;
mod reader_cases;
mod reader_properties;
mod score_files;
