//! The hidden labels: a host's upload. They go into a sealed blob and never come out of one; what comes back are counts.

use actix_web::{HttpRequest, HttpResponse, get, put, web};
use podium_bundle::Sentence;
use podium_bundle::manifest::Manifest;
use podium_scoring::rejection::Refusal;
use podium_scoring::solution::Solution as Labels;
use podium_scoring::split::SplitKey;
use podium_store::audit::{self, Action, Entry};
use podium_store::solutions::{self, NewSolution, Report, Solution, SolutionError};
use podium_store::types::{Sha256, UtcTime};
use podium_store::{StoreError, solutions as rows};
use serde::Serialize;
use utoipa::ToSchema;

use super::submissions::receive::refuse_encoding;
use crate::app::AppState;
use crate::auth::extract::Host;
use crate::blobs::Writer;
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
    rows: i64,
    /// Rows of the public leaderboard.
    public: i64,
    /// Rows of the private one.
    private: i64,
    /// Rows that are not scored; none for a version from before they were counted.
    ignored: Option<i64>,
    /// Rows of each class, for the kinds that have classes.
    classes: Vec<ClassRows>,
    /// When it came.
    #[schema(value_type = String, format = DateTime)]
    uploaded_at: UtcTime,
}

impl SolutionView {
    fn new(solution: Solution) -> ApiResult<Self> {
        let report = solution.report().map_err(ApiError::internal)?;
        Ok(Self {
            version: solution.version,
            sha256: solution.sha256,
            rows: solution.rows_all + report.as_ref().map_or(0, |report| report.ignored),
            public: solution.rows_public,
            private: solution.rows_private,
            ignored: report.as_ref().map(|report| report.ignored),
            classes: report
                .map(|report| report.classes.into_iter().map(|(name, rows)| ClassRows { name, rows }).collect())
                .unwrap_or_default(),
            uploaded_at: solution.created_at,
        })
    }
}

/// A class with its rows.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClassRows {
    /// The class.
    name: String,
    /// How many rows have it.
    rows: i64,
}

/// Shows the counts of the solution that entries count by; for hosts
///
/// No label of any row: those never come back.
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path)),
    responses((status = 200, body = SolutionView), Problem)
)]
#[get("/competitions/{slug}/solution")]
pub(crate) async fn find_solution(state: web::Data<AppState>, host: Host) -> ApiResult<web::Json<SolutionView>> {
    let id = host.competition.id;
    let found = state.db.read::<_, StoreError, _>(move |conn| rows::in_use(conn, id)).await?;
    let found = found.ok_or_else(|| ApiError::new(Code::NotFound, "There is no solution yet; upload one."))?;
    SolutionView::new(found).map(web::Json)
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
    let latest = state.db.read::<_, StoreError, _>(move |conn| rows::in_use(conn, id)).await?;
    // The key stays when the file changes, so that a row that is not changed stays on its side.
    let key = match latest.and_then(|latest| <[u8; 32]>::try_from(latest.split_key.0).ok()) {
        Some(key) => key,
        None => crate::auth::random()?,
    };
    let manifest: Manifest = serde_json::from_str(competition.manifest.as_str()).map_err(ApiError::internal)?;
    let taken = tokio::task::spawn_blocking(move || take(file, &manifest, key));
    let new = taken.await.map_err(ApiError::internal)??;
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
    let view = SolutionView::new(solution)?;
    Ok(if is_new { HttpResponse::Created() } else { HttpResponse::Ok() }.json(view))
}

/// Reads a solution and, if it can be used, makes it durable and counts its rows. Blocks.
pub(super) fn take(file: Writer, manifest: &Manifest, key: [u8; 32]) -> ApiResult<NewSolution> {
    let faulty = |faults| ApiError::new(Code::InvalidInput, "The solution has faults.").with_errors(faults);
    let rule = cache::split_rule(manifest, SplitKey::new(key));
    let reader = file.reader().map_err(disk_error)?;
    let summary = match Labels::from_reader(reader, &manifest.task, Some(&rule)) {
        Ok(solution) => solution.summary(),
        Err(Refusal::Rejected(rejections)) => return Err(faulty(rejections.iter().map(verdict::fault).collect())),
        Err(Refusal::Io(error)) => return Err(disk_error(error)),
    };
    let (public, private) = summary.split.map_or((summary.rows, 0), |split| (split.public, split.private));
    if public == 0 {
        let sentence = Sentence::new(
            "The split leaves no row for the public leaderboard.",
            "공개 리더보드에 쓸 행이 하나도 남지 않습니다. 공개 비율을 늘리거나 Usage 열을 고쳐 주십시오.",
        );
        return Err(faulty(vec![Fault::told("split.public", sentence)]));
    }
    let blob = file.store().map_err(disk_error)?;
    let count = |rows: u64| i64::try_from(rows).unwrap_or(i64::MAX);
    let row = NewSolution {
        sha256: blob.sha256,
        split_key: solutions::SplitKey(key.to_vec()),
        rows_all: count(public + private),
        rows_public: count(public),
        rows_private: count(private),
        report: Some(Report {
            ignored: count(summary.split.map_or(0, |split| split.ignored)),
            classes: summary.classes.iter().map(|(name, rows)| (name.clone(), count(*rows))).collect(),
        }),
    };
    Ok(row)
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
