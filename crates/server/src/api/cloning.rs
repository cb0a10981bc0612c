//! Competitions made from others: a copy to begin with, and the next round with the teams that qualified.

use actix_web::{HttpResponse, post, web};
use podium_bundle::Sentence;
use podium_store::audit::{self, Action, Entry};
use podium_store::cloning::{self, CloneError};
use podium_store::competitions::Saved;
use podium_store::types::{Slug, TeamId};
use podium_store::{Conn, sealed};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::competitions::CompetitionView;
use super::drafts::bad_slug;
use super::publication::{manifest, seen_by_host, settings};
use crate::app::AppState;
use crate::auth::extract::Host;
use crate::problem::{ApiError, ApiResult, Code, Problem};
use crate::site;

/// A competition to make from another.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloneRequest {
    /// Its name in addresses.
    slug: String,
    /// Its title, `{"en": …, "ko": …}`; the same when left out.
    #[schema(value_type = Option<Object>)]
    title: Option<Value>,
    /// When it begins, local to its zone: `2027-03-01T09:00:00`.
    start: String,
    /// When it ends.
    end: String,
    /// Makes it the next round, with the best so many teams of the private leaderboard, which must be out.
    qualified: Option<usize>,
}

/// Makes a draft with the settings, pages, data files and solution of a competition
///
/// With `qualified` it is the next round: linked, and with the best teams already in it. Dates other than start and end, and
/// instants at which pages and files appear, are not copied.
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path)),
    request_body = CloneRequest,
    responses((status = 201, body = CompetitionView), Problem)
)]
#[post("/competitions/{slug}/clone")]
pub(crate) async fn clone_competition(
    state: web::Data<AppState>,
    host: Host,
    body: web::Json<CloneRequest>,
) -> ApiResult<HttpResponse> {
    let Host { competition, user } = host;
    site::require_creator(&state, &user.user).await?;
    let CloneRequest { slug, title, start, end, qualified } = body.into_inner();
    let name: Slug = slug.parse().map_err(|fault| bad_slug(&fault))?;
    let mut document: Value = serde_json::from_str(competition.manifest.as_str()).map_err(ApiError::internal)?;
    document["slug"] = json!(slug);
    if let Some(title) = title {
        document["title"] = title;
    }
    document["dates"] = json!({"zone": document["dates"]["zone"], "start": start, "end": end});
    document["files"] = json!([]);
    if let Some(pages) = document.get_mut("pages").and_then(Value::as_array_mut) {
        pages.iter_mut().filter_map(Value::as_object_mut).for_each(|page| drop(page.remove("visible_from")));
    }
    let new = settings(manifest(document, &name)?, name)?;

    let (by, now, actor) = (user.user.id, state.clock.now(), user.actor());
    let released = competition.released(now);
    if qualified.is_some() && released.is_none() {
        return Err(ApiError::new(
            Code::NotRevealed,
            "Teams qualify by the private leaderboard, which is not out yet.",
        ));
    }
    let made = state.db.write::<_, CloneError, _>(move |conn: &mut Conn| {
        let copy = cloning::copy(conn, &competition, &new, by, now)?;
        let mut entry = Entry::new(actor, Action::CompetitionCloned, copy.slug.as_str()).of(copy.id);
        entry = entry.with("from", competition.slug.as_str());
        if let (Some(teams), Some(released)) = (qualified, &released) {
            let best: Vec<TeamId> = sealed::final_standings(conn, released)?
                .into_iter()
                .filter(|row| row.rank.is_some_and(|rank| rank <= teams))
                .map(|row| row.team)
                .collect();
            cloning::qualify(conn, competition.id, copy.id, &best, now)?;
            entry = entry.with("qualified", best.len());
        }
        audit::record(conn, &entry, now)?;
        Ok(copy)
    });
    let made = made.await?;
    state.live.wake();
    let view = seen_by_host(&state, Saved::Created(made).competition(), user).await?;
    Ok(HttpResponse::Created().json(view))
}

impl From<CloneError> for ApiError {
    fn from(error: CloneError) -> Self {
        match error {
            CloneError::SlugTaken => {
                let en = "There is a competition of this name already.";
                ApiError::told("slug", Sentence::new(en, "같은 주소의 대회가 있습니다. 다른 주소를 골라 주십시오."))
            }
            CloneError::Settings(error) => error.into(),
            CloneError::Store(error) => error.into(),
        }
    }
}
