//! The launch checklist: what keeps a competition from being published and what is doubtful about it, leaks of labels
//! among it. The rules are those of `podium check`: what is stored becomes a folder again, which the same check reads. The
//! folder lies among the sealed blobs, because the hidden labels are in it; data files are linked, not copied.

use std::fs::{self, File};
use std::io;
use std::path::{Component, Path};

use actix_web::{get, web};
use podium_bundle::Sentence;
use podium_bundle::check::{self, Options, Report};
use podium_bundle::finding::{Finding, Severity};
use podium_bundle::folder::{DATA_DIR, SAMPLE_FILE, SOLUTION_FILE, page_file};
use podium_bundle::manifest::Manifest;
use podium_store::competitions::{Competition, CompetitionState};
use podium_store::data_files::{self, DataFile};
use podium_store::pages::{self, Page};
use podium_store::solutions::{self, Solution};
use podium_store::{Conn, StoreError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::auth::extract::Host;
use crate::blobs::{PublicBlobs, SealedBlobs};
use crate::problem::{ApiError, ApiResult, Problem};
use crate::upload::disk_error;

/// What stands on a line of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemStatus {
    /// Keeps the competition from being published.
    Red,
    /// For the host to judge.
    Yellow,
    /// In order.
    Green,
}

/// A line of the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChecklistItem {
    /// What was looked at, stable: `labels_in_data`, `missing_page`, … and `ready` where nothing is wrong.
    code: String,
    /// How it stands.
    status: ItemStatus,
    /// Which file, as in a competition folder.
    file: Option<String>,
    /// Line of the file, from 1.
    line: Option<u64>,
    /// What is wrong and what to do.
    text: Sentence,
    /// Of a question of a page's template that is not answered: the question, in the language of the page.
    question: Option<String>,
}

/// The launch checklist.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChecklistView {
    /// Whether nothing is red.
    is_ready: bool,
    /// Red first.
    items: Vec<ChecklistItem>,
    /// Rows of the public leaderboard.
    public_rows: Option<u64>,
    /// Half-width of the 95 % interval of a score on the public rows. What is closer cannot be told apart.
    public_half_width: Option<f64>,
}

/// Checks a competition as it is stored: pages, dates, files, the solution, and leaks of its labels; for hosts
///
/// Reads every data file, so it takes as long as `podium check`.
#[utoipa::path(tag = "hosting", params(("slug" = String, Path)), responses((status = 200, body = ChecklistView), Problem))]
#[get("/competitions/{slug}/checklist")]
pub(crate) async fn find_checklist(state: web::Data<AppState>, host: Host) -> ApiResult<web::Json<ChecklistView>> {
    let report = examine(&state, host.competition).await?;
    let mut items: Vec<ChecklistItem> = report.findings.into_iter().map(Into::into).collect();
    items.sort_by_key(|item| item.status);
    let is_ready = items.iter().all(|item| item.status != ItemStatus::Red);
    if items.is_empty() {
        items.push(ChecklistItem {
            code: "ready".into(),
            status: ItemStatus::Green,
            file: None,
            line: None,
            text: Sentence::new(
                "nothing is missing, and no label was found where it should not be",
                "빠진 것이 없고, 라벨이 드러난 곳도 없습니다.",
            ),
            question: None,
        });
    }
    let (public_rows, public_half_width) = (report.summary.public_rows, report.summary.public_half_width);
    Ok(web::Json(ChecklistView { is_ready, items, public_rows, public_half_width }))
}

/// Checks a competition as it is stored.
pub(super) async fn examine(state: &AppState, competition: Competition) -> ApiResult<Report> {
    let (id, now) = (competition.id, state.clock.now());
    let look = move |conn: &mut Conn| {
        Ok::<_, StoreError>(Stored {
            pages: pages::list(conn, id)?,
            files: data_files::all(conn, id)?,
            solution: solutions::in_use(conn, id)?,
        })
    };
    let stored = state.db.read(look).await?;
    let options = Options {
        now: chrono::DateTime::<chrono::Utc>::from(now),
        is_published: competition.state(now) != CompetitionState::Draft,
    };
    let (blobs, sealed) = (state.blobs.clone(), state.sealed.clone());
    let _turn = state.previews.acquire().await.map_err(ApiError::internal)?;
    let checked = tokio::task::spawn_blocking(move || {
        let workspace = sealed.workspace()?;
        let dir = workspace.path().join(competition.slug.as_str());
        unfold(&dir, &competition, &stored, &blobs, &sealed)?;
        Ok::<_, io::Error>(check::check(&dir, options))
    });
    checked.await.map_err(ApiError::internal)?.map_err(disk_error)
}

/// The word of a code.
pub(super) fn word(code: podium_bundle::finding::Code) -> String {
    let word = serde_json::to_value(code).ok();
    word.and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

impl From<Finding> for ChecklistItem {
    fn from(finding: Finding) -> Self {
        Self {
            code: word(finding.code),
            status: match finding.severity {
                Severity::Error => ItemStatus::Red,
                Severity::Warning => ItemStatus::Yellow,
            },
            file: Some(finding.file),
            line: finding.line,
            text: finding.message,
            question: finding.question,
        }
    }
}

/// What the database has of a competition.
struct Stored {
    pages: Vec<Page>,
    files: Vec<DataFile>,
    solution: Option<Solution>,
}

/// Writes a competition as the folder that it could have come from. Blocks.
fn unfold(
    dir: &Path,
    competition: &Competition,
    stored: &Stored,
    blobs: &PublicBlobs,
    sealed: &SealedBlobs,
) -> io::Result<()> {
    fs::create_dir_all(dir.join(DATA_DIR))?;
    let manifest: Manifest = serde_json::from_str(competition.manifest.as_str()).map_err(io::Error::other)?;
    fs::write(dir.join("competition.toml"), toml::to_string(&manifest).map_err(io::Error::other)?)?;
    for page in &stored.pages {
        fs::write(dir.join(page_file(page.name.as_str(), page.language.as_str())), page.markdown.as_str())?;
    }
    for file in &stored.files {
        let path = Path::new(file.path.as_str());
        // Paths were checked when they came in; a file that leads out of the folder must not be written all the same.
        if !path.components().all(|part| matches!(part, Component::Normal(_))) {
            continue;
        }
        let to = if file.path.as_str() == SAMPLE_FILE { dir.join(path) } else { dir.join(DATA_DIR).join(path) };
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        blobs.link(&file.sha256, &to)?;
    }
    if let Some(solution) = &stored.solution {
        let mut to = File::create(dir.join(SOLUTION_FILE))?;
        sealed.with_reader(&solution.sha256, |mut from| io::copy(&mut from, &mut to))??;
    }
    Ok(())
}
