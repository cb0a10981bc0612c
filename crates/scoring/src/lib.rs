//! What a submission is and what it is worth: reading, validating and scoring files. Knows no HTTP, SQL, clock or torch.

pub mod columns;
