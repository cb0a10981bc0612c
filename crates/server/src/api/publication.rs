//! What hosts do with a competition: write its settings, publish it, let the private scores out.

use actix_web::{HttpResponse, get, post, put, web};
use podium_bundle::Sentence;
use podium_bundle::dates::ReleaseAt;
use podium_bundle::finding::{Finding, Severity};
use podium_bundle::manifest::{self as wire, Manifest};
use podium_bundle::participation;
use podium_scoring::metric::Direction;
use podium_store::audit::{self, Action, Entry};
use podium_store::competitions::{self, CompetitionState, PrivateRelease, ReleaseError, SaveError, Saved, Settings};
use podium_store::notifications::{About, NotificationKind, To, notify};
use podium_store::ranking::{BoardRules, Names, Ties};
use podium_store::types::{Admission, Json, Language, Sha256, Slug, Text, UtcTime, Visibility};
use podium_store::{Conn, StoreError, data_files, pages, reminders, solutions};
use serde::Deserialize;
use sha2::Digest as _;
use utoipa::IntoParams;

use super::checklist;
use super::competitions::{CompetitionView, view};
use crate::app::AppState;
use crate::auth::extract::{CurrentUser, Host, Publisher, Seen};
use crate::problem::{ApiError, ApiResult, Code, Fault, Problem};
use crate::site;

/// Points of the checklist that an answer names.
const FAULTS_LISTED: usize = 20;

/// Creates a competition, as a draft, or changes its settings
///
/// The body is the manifest of a competition folder, `competition.toml`, as JSON. The same manifest again changes
/// nothing. 201 when it was created. Once it is published, changed dates, limits and ways of ranking are listed in
/// `GET /competitions/{slug}/changes` with the reason.
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), SaveQuery),
    request_body = Manifest,
    responses((status = 200, body = CompetitionView), (status = 201, body = CompetitionView), Problem),
)]
#[put("/competitions/{slug}")]
pub(crate) async fn save_competition(
    state: web::Data<AppState>,
    publisher: Publisher,
    path: web::Path<String>,
    query: web::Query<SaveQuery>,
    body: web::Json<serde_json::Value>,
) -> ApiResult<HttpResponse> {
    let slug: Slug = path.parse().map_err(|_| Code::NotFound)?;
    let user = publisher.0;
    let known = slug.clone();
    let (id, is_admin) = (user.user.id, user.is_admin());
    let is_host = state.db.read::<_, ApiError, _>(move |conn| {
        Ok(match competitions::find(conn, &known)? {
            Some(competition) => Some(is_admin || competitions::is_host(conn, competition.id, id)?),
            None => None,
        })
    });
    match is_host.await? {
        Some(true) => {}
        Some(false) => {
            return Err(ApiError::new(Code::HostOnly, format!("'{slug}' is a competition that others run.")));
        }
        None => site::require_creator(&state, &user.user).await?,
    }
    let manifest = manifest(body.into_inner(), &slug)?;
    let settings = settings(manifest, slug)?;
    let reason = query.into_inner().reason.unwrap_or_default();
    let saved = save_settings(&state, &user, settings, reason).await?;
    let created = matches!(saved, Saved::Created(_));
    let competition = saved.competition();
    tracing::info!(user = id.0, competition = competition.slug.as_str(), created, "saved a competition");
    let view = seen_by_host(&state, competition, user).await?;
    Ok(if created { HttpResponse::Created() } else { HttpResponse::Ok() }.json(view))
}

/// The manifest of a competition, as it can be sent back with changes
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path)),
    responses((status = 200, body = Manifest), Problem),
)]
#[get("/competitions/{slug}/manifest")]
pub(crate) async fn find_manifest(host: Host) -> ApiResult<web::Json<Manifest>> {
    serde_json::from_str(host.competition.manifest.as_str()).map(web::Json).map_err(ApiError::internal)
}

/// Why a published competition changes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct SaveQuery {
    /// What participants read about the change.
    reason: Option<String>,
}

/// Writes settings, with what of them changed and why.
pub(super) async fn save_settings(
    state: &AppState,
    user: &CurrentUser,
    settings: Settings,
    reason: String,
) -> ApiResult<Saved> {
    let (actor, id, now) = (user.actor(), user.user.id, state.clock.now());
    let saved = state.db.write::<_, SaveError, _>(move |conn| {
        let saved = competitions::save(conn, &settings, id, now)?;
        let (action, of, changes) = match &saved {
            Saved::Created(of) => (Action::CompetitionCreated, of, [].as_slice()),
            Saved::Updated(of, changes) => (Action::CompetitionSaved, of, changes.as_slice()),
            Saved::Unchanged(_) => return Ok(saved),
        };
        audit::record(conn, &Entry::new(actor, action, of.slug.as_str()).of(of.id), now)?;
        if of.dates.published_at.is_some() && !changes.is_empty() {
            let changes: Vec<serde_json::Value> = changes
                .iter()
                .map(|c| serde_json::json!({ "key": c.key, "before": c.before, "after": c.after }))
                .collect();
            let entry = Entry::new(actor, Action::RulesChanged, of.slug.as_str()).of(of.id);
            audit::record(conn, &entry.with("reason", reason.as_str()).with("changes", changes), now)?;
            let about = About::competition(of.id).by(id);
            notify(conn, &To::Participants(of.id), NotificationKind::RulesChanged, &about, now)?;
        }
        Ok(saved)
    });
    let saved = saved.await?;
    let competition = match &saved {
        Saved::Created(of) | Saved::Updated(of, _) | Saved::Unchanged(of) => of,
    };
    // The board's heading and the files that are held back follow the manifest.
    state.boards.forget(competition.id);
    state.live.wake();
    super::data_files::apply_visibility(state, competition).await?;
    Ok(saved)
}

pub(super) async fn seen_by_host(
    state: &AppState,
    competition: competitions::Competition,
    user: CurrentUser,
) -> ApiResult<CompetitionView> {
    let now = state.clock.now();
    let id = competition.id;
    let look = move |conn: &mut Conn| {
        let seen = Seen::find(conn, id, Some(user), now)?;
        view(conn, seen, now)
    };
    state.db.read(look).await
}

/// Reads the manifest and says everything that is wrong with it.
pub(super) fn manifest(body: serde_json::Value, slug: &Slug) -> ApiResult<Manifest> {
    let refused = |errors: Vec<Fault>| ApiError::from(Code::InvalidManifest).with_errors(errors);
    let manifest: Manifest = serde_json::from_value(body).map_err(|fault| {
        let message_ko = Some(format!("대회 설명을 읽을 수 없습니다: {fault}."));
        refused(vec![Fault {
            code: "syntax".into(),
            message: fault.to_string(),
            message_ko,
            count: 1,
            ..Fault::default()
        }])
    })?;
    let mut faults: Vec<Fault> = manifest
        .faults()
        .into_iter()
        .filter(|fault| fault.severity == Severity::Error)
        .map(|fault| Fault::told(&fault.key, fault.message))
        .collect();
    if manifest.slug != slug.as_str() {
        let sentence = Sentence::new(
            format!("'{}' does not fit the address, which says '{slug}'.", manifest.slug),
            format!("‘{}’: 이 대회의 주소와 다릅니다. ‘{slug}’처럼 주소와 똑같이 적어 주십시오.", manifest.slug),
        );
        faults.push(Fault::told("slug", sentence));
    }
    if faults.is_empty() { Ok(manifest) } else { Err(refused(faults)) }
}

/// The rows of a manifest. Its form is right; whether its rules hold is [`manifest`]'s question.
pub(super) fn settings(manifest: Manifest, slug: Slug) -> ApiResult<Settings> {
    // The form of the document does not matter: it is written again from what was understood.
    let document = serde_json::to_string(&manifest).map_err(ApiError::internal)?;
    let instants = manifest.dates.instants().map_err(|faults| {
        let errors = faults.iter().map(|fault| Fault::told(&format!("dates.{}", fault.key()), fault.sentence()));
        ApiError::from(Code::InvalidManifest).with_errors(errors.collect())
    })?;
    let text = |name: &str, text: String| {
        Text::new(text).map_err(|fault| {
            let sentence = Sentence::new(fault.to_string(), "쓸 수 없는 문자(NUL)가 들어 있습니다. 지워 주십시오.");
            ApiError::from(Code::InvalidManifest).with_errors(vec![Fault::told(name, sentence)])
        })
    };
    let time = |time| UtcTime::new(time).map_err(ApiError::internal);
    let number = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
    Ok(Settings {
        title_ko: text("title", manifest.title.ko_or_en().to_owned())?,
        title_en: text("title", manifest.title.en)?,
        summary_ko: text("summary", manifest.summary.ko_or_en().to_owned())?,
        summary_en: text("summary", manifest.summary.en)?,
        licence: text("licence", manifest.licence)?,
        zone: instants.zone.name().parse().map_err(ApiError::internal)?,
        starts_at: time(instants.starts_at)?,
        ends_at: time(instants.ends_at)?,
        private_release: match instants.release {
            ReleaseAt::Host => PrivateRelease::ByHost,
            ReleaseAt::At(instant) => PrivateRelease::At(time(instant)?),
        },
        joins_until: instants.joins_until.map(time).transpose()?,
        merges_until: instants.merges_until.map(time).transpose()?,
        freezes_at: instants.freezes_at.map(time).transpose()?,
        board: Json::new(&board_rules(&manifest.board)).map_err(ApiError::internal)?,
        manifest_sha256: Sha256(sha2::Sha256::digest(&document).into()),
        manifest: text("manifest", document)?,
        metric: text("metric", manifest.task.metric.to_string())?,
        higher_is_better: manifest.task.metric.direction() == Direction::Maximize,
        entries_per_day: number(manifest.limits.entries_per_day),
        finals: number(manifest.limits.finals),
        team_size: number(manifest.limits.team_size),
        file_limit_bytes: i64::try_from(manifest.limits.file_bytes).unwrap_or(i64::MAX),
        visibility: match manifest.participants.visibility {
            participation::Visibility::Public => Visibility::Public,
            participation::Visibility::Private => Visibility::Private,
        },
        admission: match manifest.participants.admission {
            participation::Admission::Open => Admission::Open,
            participation::Admission::Approval => Admission::Approval,
            participation::Admission::Invite => Admission::Invite,
        },
        domains: Json::new(&manifest.participants.domains).map_err(ApiError::internal)?,
        slug,
    })
}

/// The store's words for `[board]`.
fn board_rules(board: &wire::Board) -> BoardRules {
    BoardRules {
        ties: match board.ties {
            wire::Ties::EarlierFirst => Ties::EarlierFirst,
            wire::Ties::Shared => Ties::Shared,
        },
        names: match board.names {
            wire::Names::Real => Names::Real,
            wire::Names::Team => Names::Team,
            wire::Names::Hidden => Names::Hidden,
        },
    }
}

/// How to publish.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct PublishQuery {
    /// Publish although labels may be guessed from what participants get. What is red stays in the way.
    force: bool,
    /// Why, at most 1,000 characters; needed with `force`, and kept in the audit log.
    reason: Option<String>,
}

/// Publishes a competition
///
/// Reads the launch checklist first. What is red is in the way, a sentence each in `errors`. So is a suspicion that labels
/// can be guessed (`leak`, `same_file`, `labels_in_data` in yellow), unless the host says with `force` and a reason that
/// it was looked at: `can_be_forced` says whether only such points are left. Other yellow points are advice.
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), PublishQuery),
    responses((status = 200, body = CompetitionView), Problem),
)]
#[post("/competitions/{slug}/publish")]
pub(crate) async fn publish_competition(
    state: web::Data<AppState>,
    host: Host,
    query: web::Query<PublishQuery>,
) -> ApiResult<web::Json<CompetitionView>> {
    let PublishQuery { force, reason } = query.into_inner();
    let reason = reason.unwrap_or_default().trim().to_owned();
    if force && !(1..=1_000).contains(&reason.chars().count()) {
        let sentence = Sentence::new(
            "Say in 1 to 1,000 characters why this is no leak.",
            "문제가 되지 않는 이유를 1자 이상 1,000자 이하로 적어 주십시오.",
        );
        return Err(ApiError::told("reason", sentence));
    }
    let now = state.clock.now();
    let Host { competition, user } = host;
    if competition.state(now) == CompetitionState::Draft {
        let id = competition.id;
        let ends_at = competition.dates.ends_at;
        let missing = state.db.read::<_, ApiError, _>(move |conn| Ok(missing(conn, id, ends_at, now)?)).await?;
        if !missing.is_empty() {
            return Err(ApiError::from(Code::NotReady).with_errors(missing));
        }
        let report = checklist::examine(&state, competition.clone()).await?;
        let (red, doubtful): (Vec<&Finding>, Vec<&Finding>) = report
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error || finding.code.is_leak())
            .partition(|finding| finding.severity == Severity::Error);
        if !red.is_empty() || (!doubtful.is_empty() && !force) {
            let faults = red.iter().chain(&doubtful).take(FAULTS_LISTED).map(|finding| fault(finding)).collect();
            let refused = ApiError::from(Code::NotReady).with("can_be_forced", red.is_empty());
            return Err(refused.with_errors(faults));
        }
        let mut entry = Entry::new(user.actor(), Action::CompetitionPublished, competition.slug.as_str()).of(id);
        if !doubtful.is_empty() {
            let forced: Vec<String> = doubtful.iter().map(ToString::to_string).take(FAULTS_LISTED).collect();
            entry = entry.with("forced", forced).with("reason", reason);
        }
        let publish = state.db.write::<_, StoreError, _>(move |conn| {
            competitions::publish(conn, id, now)?;
            audit::record(conn, &entry, now)
        });
        publish.await?;
        tracing::info!(user = user.user.id.0, competition = competition.slug.as_str(), "published a competition");
    }
    seen_by_host(&state, competition, user).await.map(web::Json)
}

/// A point of the checklist as a fault.
fn fault(finding: &Finding) -> Fault {
    Fault {
        code: checklist::word(finding.code),
        line: finding.line,
        column: finding.column,
        name: Some(finding.file.clone()),
        message: finding.message.en.clone(),
        message_ko: Some(finding.message.ko.clone()),
        count: 1,
        ..Fault::default()
    }
}

/// What a competition lacks before people may see it, and before the checklist can say more.
fn missing(
    conn: &mut Conn,
    id: podium_store::types::CompetitionId,
    ends_at: UtcTime,
    now: UtcTime,
) -> Result<Vec<Fault>, StoreError> {
    let mut missing = vec![];
    let written = pages::list(conn, id)?;
    for name in ["overview", "data", "rules"] {
        let page = written.iter().find(|page| page.name.as_str() == name && page.language == Language::En);
        if page.is_none_or(|page| page.markdown.as_str().trim().is_empty()) {
            let sentence = Sentence::new(
                format!("Write the page '{name}' in English."),
                format!("‘{name}’ 페이지를 영어로 써 주십시오."),
            );
            missing.push(Fault::told(&format!("pages.{name}"), sentence));
        }
    }
    let files = data_files::all(conn, id)?;
    if files.is_empty() {
        let sentence = Sentence::new("Upload the data that participants get.", "참가자에게 줄 데이터를 올려 주십시오.");
        missing.push(Fault::told("files", sentence));
    } else if !files.iter().any(|file| file.path.as_str() == "sample_submission.csv") {
        let sentence = Sentence::new(
            "Upload sample_submission.csv, so that people see what to send.",
            "제출 파일의 형식을 볼 수 있도록 sample_submission.csv 파일을 올려 주십시오.",
        );
        missing.push(Fault::told("files", sentence));
    }
    if solutions::in_use(conn, id)?.is_none() {
        let sentence = Sentence::new(
            "Upload the solution; nothing can be scored without it.",
            "정답을 올려 주십시오. 정답이 없으면 채점할 수 없습니다.",
        );
        missing.push(Fault::told("solution", sentence));
    }
    if ends_at <= now {
        let sentence = Sentence::new(
            "The competition has ended already; move its end.",
            "마감이 이미 지났습니다. 마감을 옮겨 주십시오.",
        );
        missing.push(Fault::told("dates.end", sentence));
    }
    Ok(missing)
}

/// Lets the private scores out, where that is the host's decision
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path)),
    responses((status = 200, body = CompetitionView), Problem),
)]
#[post("/competitions/{slug}/release")]
pub(crate) async fn release_scores(state: web::Data<AppState>, host: Host) -> ApiResult<web::Json<CompetitionView>> {
    let Host { competition, user } = host;
    let (id, now) = (competition.id, state.clock.now());
    let entry = Entry::new(user.actor(), Action::ScoresReleased, competition.slug.as_str()).of(id);
    let release = state.db.write::<_, ReleaseError, _>(move |conn| {
        competitions::release(conn, id, now)?;
        audit::record(conn, &entry, now)?;
        reminders::tell_of_results(conn, id, now)?;
        Ok(())
    });
    release.await?;
    state.boards.forget(id);
    state.live.wake();
    tracing::info!(user = user.user.id.0, competition = competition.slug.as_str(), "let the private scores out");
    seen_by_host(&state, competition, user).await.map(web::Json)
}

impl From<SaveError> for ApiError {
    fn from(error: SaveError) -> Self {
        let en = format!("{error}.");
        let (code, key, ko) = match error {
            SaveError::EndsBeforeStart => {
                (Code::InvalidManifest, "dates.end", "마감이 시작보다 뒤여야 합니다.".to_owned())
            }
            SaveError::LimitTooSmall(limit) => (Code::InvalidManifest, limit, "1 이상이어야 합니다.".to_owned()),
            SaveError::Begun => (Code::Locked, "dates.start", "이미 시작한 대회의 시작은 바꿀 수 없습니다.".to_owned()),
            SaveError::EndPassed { entries } => (
                Code::Locked,
                "dates.end",
                format!("새 마감보다 늦은 제출이 {entries}건 있습니다. 마감을 그 제출들 앞으로 옮길 수 없습니다."),
            ),
            SaveError::Revealed => {
                (Code::Locked, "dates", "비공개 점수가 이미 공개되어 일정과 한도를 더 바꿀 수 없습니다.".to_owned())
            }
            SaveError::MetricInUse { metric, entries } => (
                Code::Locked,
                "task.metric",
                format!("이미 제출 {entries}건을 ‘{metric}’ 지표로 채점했으므로 지표를 바꿀 수 없습니다."),
            ),
            SaveError::WasPublic => (
                Code::Locked,
                "participants.visibility",
                "모두에게 공개했던 대회는 비공개로 바꿀 수 없습니다.".to_owned(),
            ),
            SaveError::Store(error) => return error.into(),
        };
        Self::from(code).with_errors(vec![Fault::told(key, Sentence::new(en, ko))])
    }
}

impl From<ReleaseError> for ApiError {
    fn from(error: ReleaseError) -> Self {
        match error {
            ReleaseError::NotEnded => {
                Self::new(Code::Locked, "The private scores stay sealed until the competition has ended.")
            }
            ReleaseError::Missing => Code::NotFound.into(),
            ReleaseError::Store(error) => error.into(),
        }
    }
}
