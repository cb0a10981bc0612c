//! The client against a server that stumbles. Against a real one it is tested where that server lives.

#![expect(clippy::unwrap_used, reason = "a failed expectation is a failed test")]

mod retries;
mod stumbling;
