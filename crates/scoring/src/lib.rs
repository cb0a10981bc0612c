//! What a submission is and what it is worth: reading, validating and scoring files. Knows no HTTP, SQL, clock or torch.

pub mod columns;
pub mod exact_sum;
pub mod metric;
pub mod rank;
pub mod uncertainty;
