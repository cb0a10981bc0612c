//! Joining a competition by accepting its rules.

use actix_web::{HttpResponse, post, web};
use podium_store::teams::{self, Join, JoinError};
use podium_store::types::{Sha256, Text};
use podium_store::{pages, types};
use serde::Deserialize;
use sha2::Digest as _;
use utoipa::ToSchema;

use super::accounts::check_team_name;
use super::competitions::MembershipView;
use crate::app::AppState;
use crate::auth::extract::{CurrentUser, Seen};
use crate::problem::{ApiError, ApiResult, Code, Problem};

/// A wish to take part.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinRequest {
    /// Must be true.
    accept_rules: bool,
    /// `sha256` of the rules page that was read, in either language.
    #[schema(value_type = String)]
    rules_sha256: Sha256,
    /// Name of the team on the board; without it the person's own name.
    team_name: Option<String>,
}

/// Joins a competition, as a team of one
#[utoipa::path(
    tag = "competitions",
    params(("slug" = String, Path)),
    request_body = JoinRequest,
    responses((status = 201, body = MembershipView), Problem),
)]
#[post("/competitions/{slug}/join")]
pub(crate) async fn join_competition(
    state: web::Data<AppState>,
    user: CurrentUser,
    seen: Seen,
    body: web::Json<JoinRequest>,
) -> ApiResult<HttpResponse> {
    let JoinRequest { accept_rules, rules_sha256, team_name } = body.into_inner();
    let (user, now) = (user.user.id, state.clock.now());
    if !accept_rules {
        return Err(ApiError::invalid("accept_rules", "Taking part needs your consent to the rules."));
    }
    let team_name = team_name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let team_name =
        team_name.map(check_team_name).transpose().map_err(|message| ApiError::invalid("team_name", message))?;
    let competition = seen.competition.id;
    let rules = state.db.read::<_, ApiError, _>(move |conn| Ok(pages::list(conn, competition)?)).await?;
    let is_current = |page: &pages::Page| page.name.as_str() == "rules" && digest(&page.markdown) == rules_sha256;
    if !rules.iter().any(is_current) {
        return Err(Code::RulesChanged.into());
    }
    let join = Join { competition, user, team_name, rules_sha256 };
    let membership = state.db.write::<_, JoinError, _>(move |conn| teams::join(conn, &join, now)).await?;
    // Open pages listen anew, as members of the team.
    state.live.disconnect(user);
    tracing::info!(user = user.0, competition = competition.0, "joined");
    Ok(HttpResponse::Created().json(MembershipView::from(membership)))
}

/// What names a version of a page.
pub(super) fn digest(markdown: &Text) -> types::Sha256 {
    Sha256(sha2::Sha256::digest(markdown.as_str()).into())
}

impl From<JoinError> for ApiError {
    fn from(error: JoinError) -> Self {
        match error {
            JoinError::Missing => Code::NotFound.into(),
            JoinError::Over(_) => Self::new(Code::CompetitionNotRunning, "The competition is over; nobody can join."),
            JoinError::TooLate(until) => {
                let detail = format!("People could join until {until}; who has joined goes on.");
                Self::new(Code::EntryDeadlinePassed, detail).with("joins_until", until.to_string())
            }
            JoinError::AlreadyMember(_) => Code::AlreadyMember.into(),
            JoinError::NameTaken => Code::TeamNameTaken.into(),
            JoinError::NameEmpty => Self::invalid("team_name", "Use 1 to 40 visible characters."),
            JoinError::Store(error) => error.into(),
        }
    }
}
