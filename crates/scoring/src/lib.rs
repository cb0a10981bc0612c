//! What a submission is and what it is worth: reading, validating and scoring files. Knows no HTTP, SQL, clock or torch.

mod characters;
pub mod columns;
pub mod exact_sum;
pub mod expected;
pub mod fast;
pub mod ids;
pub mod metric;
pub mod rejection;
pub mod report;
pub mod sealed;
pub mod solution;
pub mod spec;
pub mod split;
pub mod submission;
mod suggest;
pub mod table;
pub mod uncertainty;
mod values;
