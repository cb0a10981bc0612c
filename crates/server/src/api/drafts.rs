//! A draft competition from a host's CSV files: the wizard behind "Create a competition".
//!
//! Owns the form and the steps from uploaded files to rows. What is guessed, and why, is `podium_bundle::scaffold`'s; what
//! is wrong with the result is `podium_bundle::check`'s: a draft made here is the folder that `podium new` makes. The
//! files lie in a workspace among the sealed blobs meanwhile, because some of them hold the labels.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use actix_multipart::Multipart;
use actix_web::{HttpRequest, HttpResponse, post, web};
use futures_util::TryStreamExt;
use podium_bundle::Sentence;
use podium_bundle::check::{self, Options, Report, Summary};
use podium_bundle::finding::Finding;
use podium_bundle::folder::{LANGUAGES, SAMPLE_FILE, SOLUTION_FILE, STANDARD_PAGES, page_file};
use podium_bundle::manifest::Manifest;
use podium_bundle::scaffold::{self, NewError, Sources};
use podium_store::competitions::{self, SaveError, Settings};
use podium_store::data_files::NewDataFile;
use podium_store::solutions::{NewSolution, SolutionError};
use podium_store::types::{Language, Slug, SlugError, Text, UserId, UtcTime};
use podium_store::{Conn, StoreError, data_files, pages, solutions};
use serde::Serialize;
use utoipa::ToSchema;

use super::submissions::receive::{bad_form, broken, refuse_encoding, text};
use crate::app::AppState;
use crate::auth;
use crate::auth::extract::Publisher;
use crate::blobs::{PublicBlobs, SealedBlobs, Workspace};
use crate::problem::{ApiError, ApiResult, Code, Fault, Problem};
use crate::site;
use crate::upload::{self, disk_error};

/// Longest word of the form, in bytes.
const MAX_WORD: usize = 1_000;

/// The form of a new draft.
#[derive(ToSchema)]
#[expect(dead_code, reason = "documents the form; the parts are read as they come")]
pub struct DraftForm {
    /// Its name in addresses.
    slug: String,
    /// English title.
    title: String,
    /// One English sentence for the list.
    summary: Option<String>,
    /// Licence of the data, like `CC-BY-4.0`.
    licence: Option<String>,
    /// IANA time zone of the dates; UTC unless said.
    zone: Option<String>,
    /// Name of the id column, where the guess is wrong.
    id: Option<String>,
    /// Name of the column to predict, where the guess is wrong.
    target: Option<String>,
    /// CSV of rows with labels, to learn from.
    #[schema(format = Binary)]
    train: Option<String>,
    /// CSV of the rows to predict, with their labels unless there is a solution.
    #[schema(format = Binary)]
    test: Option<String>,
    /// CSV of a submission as participants shall send it.
    #[schema(format = Binary)]
    sample: Option<String>,
    /// CSV of ids and hidden labels.
    #[schema(format = Binary)]
    solution: Option<String>,
}

/// A draft that was made, and how.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftView {
    /// Its name in addresses.
    #[schema(value_type = String)]
    slug: Slug,
    /// What was understood, as `PUT /competitions/{slug}` takes it.
    manifest: Manifest,
    /// Each guess and its reason, a sentence each.
    decisions: Vec<String>,
    /// Rows of the solution that are scored.
    rows: Option<u64>,
    /// Rows of the public leaderboard.
    public_rows: Option<u64>,
    /// Half-width of the 95 % interval of a score on the public rows: a share of 1, or of the score for metrics without
    /// an upper end. What is closer than that cannot be told apart.
    public_half_width: Option<f64>,
    /// What keeps it from being published, and what is doubtful.
    findings: Vec<Finding>,
}

/// Makes a draft from CSV files
///
/// Finds the id, the columns to predict, the kind of task, the classes and a metric that suits them, and says why. A
/// test file with labels is parted: the labels become the hidden solution. The draft is seen by its hosts only; its
/// pages are templates with questions to answer.
#[utoipa::path(
    tag = "hosting",
    request_body(content = DraftForm, content_type = "multipart/form-data"),
    responses((status = 201, body = DraftView), Problem),
)]
#[post("/competitions")]
pub(crate) async fn create_draft(
    state: web::Data<AppState>,
    publisher: Publisher,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    let user = publisher.0.user;
    site::require_creator(&state, &user).await?;
    refuse_encoding(&request)?;
    state.check_space()?;
    let form = receive(&state, &request, payload).await?;
    let slug = form.slug.clone();
    let taken = state.db.read::<_, StoreError, _>(move |conn| competitions::find(conn, &slug)).await?.is_some();
    if taken {
        return Err(slug_taken(&form.slug));
    }

    let (now, key) = (state.clock.now(), auth::random()?);
    let (blobs, sealed) = (state.blobs.clone(), state.sealed.clone());
    let made = tokio::task::spawn_blocking(move || make(form, &blobs, &sealed, now, key));
    let Made { draft, decisions, manifest, report } = made.await.map_err(ApiError::internal)??;
    let slug = draft.settings.slug.clone();
    let save = move |conn: &mut Conn| save(conn, &draft, user.id, now);
    state.db.write::<_, DraftError, _>(save).await?;
    tracing::info!(user = user.id.0, competition = slug.as_str(), "made a draft from CSV files");
    let Summary { rows, public_rows, public_half_width, .. } = report.summary;
    let view = DraftView { slug, manifest, decisions, rows, public_rows, public_half_width, findings: report.findings };
    Ok(HttpResponse::Created().json(view))
}

/// The form, its files in the workspace.
struct Form {
    slug: Slug,
    sources: Sources,
    workspace: Workspace,
}

async fn receive(state: &AppState, request: &HttpRequest, payload: web::Payload) -> ApiResult<Form> {
    let workspace = state.sealed.workspace().map_err(disk_error)?;
    let (mut slug, mut sources) = (None, Sources::default());
    let mut form = Multipart::new(request.headers(), payload);
    while let Some(mut field) = form.try_next().await.map_err(|error| broken(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        let file = match name.as_str() {
            "train" => &mut sources.train,
            "test" => &mut sources.test,
            "sample" => &mut sources.sample,
            "solution" => &mut sources.solution,
            _ => {
                let word = text(&mut field, MAX_WORD).await?.trim().to_owned();
                let word = (!word.is_empty()).then_some(word);
                match name.as_str() {
                    "slug" => slug = word,
                    "title" => sources.title = word,
                    "summary" => sources.summary = word,
                    "licence" => sources.licence = word,
                    "zone" => sources.zone = word,
                    "id" => sources.id = word,
                    "target" => sources.target = word,
                    _ => return Err(bad_form(format!("The form has no part '{name}'."))),
                }
                continue;
            }
        };
        if file.is_some() {
            return Err(bad_form(format!("The form has the part '{name}' twice.")));
        }
        let writer = state.sealed.create().map_err(disk_error)?;
        let writer = upload::receive(&mut field, writer, state.upload_limits(state.config.data_limit_bytes)).await?;
        // Under the name of its part, which is what a fault calls it.
        let path = workspace.path().join(format!("{name}.csv"));
        let to = path.clone();
        let copy = move || io::copy(&mut writer.reader()?, &mut File::create_new(to)?);
        tokio::task::spawn_blocking(copy).await.map_err(ApiError::internal)?.map_err(disk_error)?;
        *file = Some(path);
    }
    let slug = slug.ok_or_else(|| {
        let en = "Say what it is called in addresses, like solar-cells.";
        ApiError::told("slug", Sentence::new(en, "solar-cells처럼 주소에 쓸 이름을 적어 주십시오."))
    })?;
    let slug = slug.parse::<Slug>().map_err(|fault| bad_slug(&fault))?;
    if sources.title.is_none() {
        return Err(ApiError::told("title", Sentence::new("Give it a title.", "영어 제목을 적어 주십시오.")));
    }
    if let Some(zone) = &sources.zone
        && zone.parse::<chrono_tz::Tz>().is_err()
    {
        let en = format!("'{zone}' is not a time zone like Asia/Seoul.");
        let ko = format!("‘{zone}’: 시간대가 아닙니다. Asia/Seoul처럼 적어 주십시오.");
        return Err(ApiError::told("zone", Sentence::new(en, ko)));
    }
    if [&sources.train, &sources.test, &sources.sample, &sources.solution].iter().all(|file| file.is_none()) {
        let en = "Send at least the rows to predict, with their labels.";
        return Err(ApiError::told("test", Sentence::new(en, "예측할 행을 라벨과 함께 보내 주십시오.")));
    }
    Ok(Form { slug, sources, workspace })
}

/// A name that cannot stand in addresses.
pub(super) fn bad_slug(fault: &SlugError) -> ApiError {
    let ko = "주소에 쓸 수 없는 이름입니다. solar-cells처럼 영문 소문자, 숫자, 하이픈으로 적어 주십시오.";
    ApiError::told("slug", Sentence::new(format!("{fault}."), ko))
}

/// Everything that becomes rows.
struct Draft {
    settings: Settings,
    pages: Vec<(Text, Language, Text)>,
    files: Vec<NewDataFile>,
    solution: Option<NewSolution>,
}

/// A draft whose files are durable.
struct Made {
    draft: Draft,
    decisions: Vec<String>,
    manifest: Manifest,
    report: Report,
}

/// From files to a competition folder to blobs. Blocks.
fn make(form: Form, blobs: &PublicBlobs, sealed: &SealedBlobs, now: UtcTime, key: [u8; 32]) -> ApiResult<Made> {
    let Form { slug, sources, workspace } = form;
    let dir = workspace.path().join(slug.as_str());
    let zone = sources.zone.as_deref().and_then(|zone| zone.parse().ok()).unwrap_or(chrono_tz::UTC);
    let instant = chrono::DateTime::<chrono::Utc>::from(now);
    let created = scaffold::create(&dir, &sources, instant.with_timezone(&zone).date_naive())?;
    let mut report = check::check(&dir, Options { now: instant, is_published: false });
    let manifest = report.manifest.take().ok_or_else(|| {
        let faults = report.findings.iter().map(|finding| finding.message.en.as_str());
        ApiError::internal(io::Error::other(faults.collect::<Vec<_>>().join("; ")))
    })?;
    let draft = Draft {
        settings: super::publication::settings(manifest.clone(), slug)?,
        pages: read_pages(&dir).map_err(disk_error)?,
        files: store_files(&dir, &report, blobs).map_err(disk_error)?,
        solution: store_solution(&dir.join(SOLUTION_FILE), &manifest, sealed, key)?,
    };
    Ok(Made { draft, decisions: created.decisions, manifest, report })
}

fn read_pages(dir: &Path) -> io::Result<Vec<(Text, Language, Text)>> {
    let mut written = vec![];
    for page in STANDARD_PAGES {
        for (language, name) in [Language::En, Language::Ko].into_iter().zip(LANGUAGES) {
            let markdown = fs::read_to_string(dir.join(page_file(page, name)))?;
            written.push((Text::lossy(page.to_owned()), language, Text::lossy(markdown)));
        }
    }
    Ok(written)
}

fn store_files(dir: &Path, report: &Report, blobs: &PublicBlobs) -> io::Result<Vec<NewDataFile>> {
    let mut files: Vec<(String, PathBuf)> =
        report.files.iter().map(|file| (file.path.clone(), file.location.clone())).collect();
    files.push((SAMPLE_FILE.to_owned(), dir.join(SAMPLE_FILE)));
    let writers = files.iter().map(|(_, location)| {
        let mut writer = blobs.create()?;
        io::copy(&mut File::open(location)?, &mut writer)?;
        Ok(writer)
    });
    let stored = blobs.store_all(writers.collect::<io::Result<Vec<_>>>()?)?;
    let files = files.into_iter().zip(stored).map(|((path, _), blob)| NewDataFile {
        path: Text::lossy(path),
        bytes: i64::try_from(blob.bytes).unwrap_or(i64::MAX),
        sha256: blob.sha256,
        visible_from: None,
    });
    Ok(files.collect())
}

/// The solution as a sealed blob; `None` where nobody gave labels.
fn store_solution(
    path: &Path,
    manifest: &Manifest,
    sealed: &SealedBlobs,
    key: [u8; 32],
) -> ApiResult<Option<NewSolution>> {
    let mut writer = sealed.create().map_err(disk_error)?;
    let copied = File::open(path).and_then(|mut file| io::copy(&mut file, &mut writer));
    match copied {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        copied => copied.map_err(disk_error)?,
    };
    super::solutions::take(writer, manifest, key).map(Some)
}

/// Why a draft is not written.
#[derive(Debug, thiserror::Error)]
enum DraftError {
    #[error("there is a competition '{0}'")]
    Taken(Slug),
    #[error(transparent)]
    Settings(#[from] SaveError),
    #[error(transparent)]
    Solution(#[from] SolutionError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn save(conn: &mut Conn, draft: &Draft, by: UserId, now: UtcTime) -> Result<(), DraftError> {
    let Draft { settings, pages: written, files, solution } = draft;
    if competitions::find(conn, &settings.slug)?.is_some() {
        return Err(DraftError::Taken(settings.slug.clone()));
    }
    let id = competitions::save(conn, settings, by, now)?.competition().id;
    for (name, language, markdown) in written {
        pages::save(conn, id, (name, *language), markdown, None, Some(by), now)?;
    }
    for file in files {
        data_files::put(conn, id, file, now)?;
    }
    if let Some(solution) = solution {
        solutions::add(conn, id, solution, now)?;
    }
    Ok(())
}

fn slug_taken(slug: &Slug) -> ApiError {
    ApiError::new(Code::SlugTaken, format!("There is a competition '{slug}' already; choose another address."))
}

impl From<DraftError> for ApiError {
    fn from(error: DraftError) -> Self {
        match error {
            DraftError::Taken(slug) => slug_taken(&slug),
            DraftError::Settings(error) => error.into(),
            DraftError::Solution(error) => error.into(),
            DraftError::Store(error) => error.into(),
        }
    }
}

impl From<NewError> for ApiError {
    fn from(error: NewError) -> Self {
        let sentence = error.sentence().with_stop();
        let fault = match error {
            NewError::Csv { file, line, message } => {
                let name = file.trim_end_matches(".csv");
                Fault { line, ..Fault::told(name, message.with_stop()) }
            }
            NewError::NoTest | NewError::NoLabels { .. } => Fault::told("test", sentence),
            NewError::NoColumn { .. } | NewError::NoTarget { .. } => Fault::told("target", sentence),
            NewError::NoSharedId { .. } | NewError::NoId { .. } => Fault::told("id", sentence),
            NewError::Name(_) => Fault::told("slug", sentence),
            NewError::Io { error, .. } => return disk_error(error),
            NewError::Exists(_) => return ApiError::internal(io::Error::from(io::ErrorKind::AlreadyExists)),
        };
        ApiError::new(Code::InvalidInput, "No competition can be made of these files.").with_errors(vec![fault])
    }
}
