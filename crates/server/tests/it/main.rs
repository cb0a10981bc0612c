//! The API as its callers meet it: whole requests against the whole application, on a database of each test's own.

mod harness;

mod accounts;
mod tokens;
