//! The hidden labels: a host's upload. They go into a sealed blob and never come out of one; what comes back are counts.

use std::io;

use actix_web::{HttpRequest, HttpResponse, put, web};
use podium_bundle::manifest::Manifest;
use podium_scoring::rejection::{Refusal, Rejection};
use podium_scoring::solution::{Solution, Summary};
use podium_scoring::split::SplitKey;
use podium_store::audit::{self, Action, Entry};
use podium_store::solutions::{self, NewSolution, SolutionError};
use podium_store::types::Sha256;
use podium_store::{StoreError, solutions as rows};
use serde::Serialize;
use utoipa::ToSchema;

use super::submissions::receive::refuse_encoding;
use crate::app::AppState;
use crate::auth::extract::Host;
use crate::blobs::{Stored, Writer};
use crate::problem::{ApiError, ApiResult, Code, Fault, Problem};
use crate::upload::{self, disk_error};
use crate::{solutions as cache, verdict};

/// Counts about a solution, for the host.
#[derive(Debug, Serialize, ToSchema)]
pub struct SolutionView {
    /// 1, 2, … within the competition.
    version: i32,
    /// SHA-256 of the file.
    #[schema(value_type = String)]
    sha256: Sha256,
    /// Rows of the file (queries, for a ranking).
    rows: u64,
    /// Rows of the public leaderboard.
    public: u64,
    /// Rows of the private one.
    private: u64,
    /// Rows that are not scored.
    ignored: u64,
    /// Rows of each class, for the kinds that have classes.
    classes: Vec<ClassRows>,
}

/// A class with its rows.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClassRows {
    /// The class.
    name: String,
    /// How many rows have it.
    rows: u64,
}

/// Uploads the solution; the same file again is the same version
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path)),
    request_body(content = String, content_type = "text/csv", description = "The solution file"),
    responses((status = 200, body = SolutionView), (status = 201, body = SolutionView), Problem)
)]
#[put("/competitions/{slug}/solution")]
pub(crate) async fn save_solution(
    state: web::Data<AppState>,
    host: Host,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    refuse_encoding(&request)?;
    state.check_space()?;
    let competition = host.competition;
    let writer = state.sealed.create().map_err(disk_error)?;
    let file = upload::receive(payload, writer, state.upload_limits(state.config.data_limit_bytes)).await?;

    let id = competition.id;
    let latest = state.db.read::<_, StoreError, _>(move |conn| rows::latest(conn, id)).await?;
    // The key stays when the file changes, so that a row that is not changed stays on its side.
    let key = match latest.and_then(|latest| <[u8; 32]>::try_from(latest.split_key.0).ok()) {
        Some(key) => key,
        None => crate::auth::random()?,
    };
    let manifest: Manifest = serde_json::from_str(competition.manifest.as_str()).map_err(ApiError::internal)?;
    let read = tokio::task::spawn_blocking(move || read(file, &manifest, key));
    let (blob, summary) = match read.await.map_err(ApiError::internal)?.map_err(disk_error)? {
        Ok(read) => read,
        Err(rejections) => {
            let faults: Vec<Fault> = rejections.iter().map(verdict::fault).collect();
            return Err(ApiError::new(Code::InvalidInput, "The solution has faults.").with_errors(faults));
        }
    };
    let (public, private, ignored) = match summary.split {
        Some(split) => (split.public, split.private, split.ignored),
        None => (summary.rows, 0, 0),
    };
    if public == 0 {
        let fault = Fault::field("split.public", "The split leaves no row for the public leaderboard.");
        return Err(ApiError::new(Code::InvalidInput, "The solution has faults.").with_errors(vec![fault]));
    }
    let count = |rows: u64| i64::try_from(rows).unwrap_or(i64::MAX);
    let new = NewSolution {
        sha256: blob.sha256,
        split_key: solutions::SplitKey(key.to_vec()),
        rows_all: count(public + private),
        rows_public: count(public),
        rows_private: count(private),
    };
    let now = state.clock.now();
    let entry = Entry::new(host.user.actor(), Action::SolutionSaved, competition.slug.as_str()).of(id);
    let add = state.db.write::<_, SolutionError, _>(move |conn| {
        let (solution, is_new) = solutions::add(conn, id, &new, now)?;
        if is_new {
            let entry = entry.clone().with("version", solution.version).with("rows", new.rows_all);
            audit::record(conn, &entry, now)?;
        }
        Ok((solution, is_new))
    });
    let (solution, is_new) = add.await?;
    state.boards.forget(id);
    tracing::info!(user = host.user.user.id.0, competition = id.0, version = solution.version, "saved a solution");
    let view = SolutionView {
        version: solution.version,
        sha256: solution.sha256,
        rows: summary.rows,
        public,
        private,
        ignored,
        classes: summary.classes.into_iter().map(|(name, rows)| ClassRows { name, rows }).collect(),
    };
    Ok(if is_new { HttpResponse::Created() } else { HttpResponse::Ok() }.json(view))
}

/// Reads a solution and makes it durable if it can be used.
fn read(file: Writer, manifest: &Manifest, key: [u8; 32]) -> io::Result<Result<(Stored, Summary), Vec<Rejection>>> {
    let rule = cache::split_rule(manifest, SplitKey::new(key));
    match Solution::from_reader(file.reader()?, &manifest.task, Some(&rule)) {
        Ok(solution) => Ok(Ok((file.store()?, solution.summary()))),
        Err(Refusal::Rejected(rejections)) => Ok(Err(rejections)),
        Err(Refusal::Io(error)) => Err(error),
    }
}

impl From<SolutionError> for ApiError {
    fn from(error: SolutionError) -> Self {
        match error {
            SolutionError::InUse { version, entries } => {
                let detail = format!(
                    "{entries} entries use version {version} of the solution; it cannot be replaced while they count."
                );
                ApiError::new(Code::SolutionInUse, detail).with("version", version).with("entries", entries)
            }
            SolutionError::Store(error) => error.into(),
        }
    }
}
