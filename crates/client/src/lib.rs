//! The API of Podium from the outside: a blocking, typed HTTP client for the command line, for programs that submit,
//! and for load tests. Knows no files of competitions and no scoring; what it sends it was given.
//!
//! ```no_run
//! let client = podium_client::Client::new("https://podium.example.org", Some("pdm_…".into()))?;
//! let entry = client.submit("solar-cells", "submission.csv".as_ref(), &Default::default(), &mut |_| {})?;
//! println!("{}", client.wait_for_score(entry.id, std::time::Duration::from_secs(60), &mut |_| {})?.state);
//! # Ok::<(), podium_client::ClientError>(())
//! ```

mod competitions;
mod data;
mod hosting;
mod http;
mod problem;
mod submissions;

pub use competitions::{Competition, LocalFile, Membership, Quota, RemoteFile, SolutionCounts, Team, Uploaded, User};
pub use hosting::EntryFilter;
pub use http::{Client, ClientError, Progress};
pub use problem::{FieldError, Problem};
pub use submissions::{CheckedFile, Notice, Page, Row, ScoreView, Standings, State, Submission, SubmitOptions};
