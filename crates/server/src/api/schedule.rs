//! Dates, limits and ways of ranking of a competition that has begun: hosts change them with a reason, everybody reads what
//! changed.

use actix_web::{get, patch, web};
use podium_bundle::Sentence;
use podium_store::audit::{self, Action, Filter};
use podium_store::competitions::Change;
use podium_store::types::UtcTime;
use podium_store::{Conn, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::competitions::CompetitionView;
use super::publication::{manifest, save_settings, seen_by_host, settings};
use crate::app::AppState;
use crate::auth::extract::{Host, Seen};
use crate::problem::{ApiError, ApiResult, Problem};

/// Longest reason, in characters.
const MAX_REASON: usize = 500;
/// Changes that are listed.
const LISTED: i64 = 200;

/// What to change. Tables are those of `competition.toml`; a key that is left out stays, `null` removes it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeRulesRequest {
    /// What participants read about it, at most 500 characters.
    reason: String,
    /// Keys of `[dates]`: `start`, `end`, `entry_deadline`, `merge_deadline`, `freeze`, `private_release`, local to the
    /// zone. `private_release: "host"` holds the private leaderboard back until a host lets it out.
    #[schema(value_type = Option<Object>)]
    dates: Option<Value>,
    /// Keys of `[limits]`: `entries_per_day`, `finals`, `team_size`, `file_bytes`.
    #[schema(value_type = Option<Object>)]
    limits: Option<Value>,
    /// Keys of `[board]`: `ties`, `names`, `zones`.
    #[schema(value_type = Option<Object>)]
    board: Option<Value>,
}

/// Changes dates, limits or the way of ranking, with a reason
///
/// The change is in the audit log and, once the competition is published, in the list of changes that everybody reads.
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path)),
    request_body = ChangeRulesRequest,
    responses((status = 200, body = CompetitionView), Problem)
)]
#[patch("/competitions/{slug}/rules")]
pub(crate) async fn change_rules(
    state: web::Data<AppState>,
    host: Host,
    body: web::Json<ChangeRulesRequest>,
) -> ApiResult<web::Json<CompetitionView>> {
    let Host { competition, user } = host;
    let ChangeRulesRequest { reason, dates, limits, board } = body.into_inner();
    let reason = reason.trim().to_owned();
    if reason.is_empty() || reason.chars().count() > MAX_REASON {
        let sentence = Sentence::new(
            format!("Say in 1 to {MAX_REASON} characters why."),
            format!("사유를 1자 이상 {MAX_REASON}자 이하로 적어 주십시오."),
        );
        return Err(ApiError::told("reason", sentence));
    }
    let mut document: Value = serde_json::from_str(competition.manifest.as_str()).map_err(ApiError::internal)?;
    for (key, patch) in [("dates", dates), ("limits", limits), ("board", board)] {
        let Some(patch) = patch else { continue };
        let Value::Object(patch) = patch else {
            let sentence =
                Sentence::new(format!("'{key}' must be an object."), format!("‘{key}’ 값은 객체여야 합니다."));
            return Err(ApiError::told(key, sentence));
        };
        if document.get(key).is_none() {
            document[key] = Value::Object(serde_json::Map::new());
        }
        if let Some(table) = document[key].as_object_mut() {
            for (name, value) in patch {
                if value.is_null() {
                    table.remove(&name)
                } else {
                    table.insert(name, value)
                };
            }
        }
    }
    let settings = settings(manifest(document, &competition.slug)?, competition.slug.clone())?;
    let saved = save_settings(&state, &user, settings, reason).await?.competition();
    seen_by_host(&state, saved, user).await.map(web::Json)
}

/// A change of the rules of a published competition.
#[derive(Debug, Serialize, ToSchema)]
pub struct RulesChangeView {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: UtcTime,
    /// Why, in the hosts' words; empty where they gave none.
    reason: String,
    /// What.
    changes: Vec<ChangeView>,
}

/// One value that changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeView {
    /// Its key in `competition.toml`, like `dates.end`.
    key: String,
    /// As it was; instants in UTC.
    before: Option<String>,
    /// As it is.
    after: Option<String>,
}

impl From<Change> for ChangeView {
    fn from(Change { key, before, after }: Change) -> Self {
        Self { key, before, after }
    }
}

/// What changed since the competition was published.
#[derive(Debug, Serialize, ToSchema)]
pub struct RulesChangeList {
    /// Newest first.
    items: Vec<RulesChangeView>,
}

/// What the audit log says of a change.
#[derive(Deserialize)]
struct Detail {
    reason: String,
    changes: Vec<Change>,
}

/// Lists what changed of dates, limits and ways of ranking since the competition was published
#[utoipa::path(
    tag = "competitions",
    params(("slug" = String, Path)),
    responses((status = 200, body = RulesChangeList), Problem)
)]
#[get("/competitions/{slug}/changes")]
pub(crate) async fn list_changes(state: web::Data<AppState>, seen: Seen) -> ApiResult<web::Json<RulesChangeList>> {
    let filter =
        Filter { competition: Some(seen.competition.id), actions: vec![Action::RulesChanged], ..Filter::default() };
    let read = move |conn: &mut Conn| audit::list(conn, &filter, None, LISTED);
    let rows = state.db.read::<_, StoreError, _>(read).await?;
    let items = rows.into_iter().map(|(row, _)| {
        let Detail { reason, changes } = serde_json::from_str(row.detail.as_str()).map_err(ApiError::internal)?;
        Ok(RulesChangeView { at: row.at, reason, changes: changes.into_iter().map(Into::into).collect() })
    });
    Ok(web::Json(RulesChangeList { items: items.collect::<ApiResult<_>>()? }))
}
