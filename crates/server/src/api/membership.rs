//! Joining a competition by accepting its rules.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, post, web};
use podium_bundle::manifest::Manifest;
use podium_bundle::participation::AnswerFault;
use podium_store::competitions::Competition;
use podium_store::participants::{self, ParticipantState};
use podium_store::teams::{self, Answers, Join, JoinError};
use podium_store::types::{Sha256, Text};
use podium_store::{StoreError, types};
use serde::{Deserialize, Serialize};
use sha2::Digest as _;
use utoipa::ToSchema;

use super::accounts::check_team_name;
use super::competitions::MembershipView;
use super::privacy::{RULES, require_present};
use crate::app::AppState;
use crate::auth::extract::{CurrentUser, Seen};
use crate::problem::{ApiError, ApiResult, Code, Fault, Problem};
use crate::site;

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
    /// Answers to the sign-up fields, by their names. Only hosts see them.
    #[serde(default)]
    answers: BTreeMap<String, String>,
}

/// A request to take part, about which hosts decide.
#[derive(Serialize, ToSchema)]
pub struct AskedView {
    /// `asked`.
    #[schema(value_type = String, example = "asked")]
    state: ParticipantState,
}

/// Joins a competition, as a team of one, or asks to take part where hosts decide
///
/// 201 with the membership, or 202 when hosts have to decide.
#[utoipa::path(
    tag = "competitions",
    params(("slug" = String, Path)),
    request_body = JoinRequest,
    responses((status = 201, body = MembershipView), (status = 202, body = AskedView), Problem),
)]
#[post("/competitions/{slug}/join")]
pub(crate) async fn join_competition(
    state: web::Data<AppState>,
    user: CurrentUser,
    seen: Seen,
    body: web::Json<JoinRequest>,
) -> ApiResult<HttpResponse> {
    let JoinRequest { accept_rules, rules_sha256, team_name, answers } = body.into_inner();
    if !seen.is_host {
        site::require_proved(&state, &user.user, seen.competition.id).await?;
    }
    let (user, now) = (user.user.id, state.clock.now());
    if !accept_rules {
        return Err(ApiError::invalid("accept_rules", "Taking part needs your consent to the rules."));
    }
    let team_name = team_name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let team_name =
        team_name.map(check_team_name).transpose().map_err(|message| ApiError::invalid("team_name", message))?;
    let competition = seen.competition.id;
    require_present(&state, competition, RULES, rules_sha256, Code::RulesChanged).await?;
    // What a host's roster says about a person need not be said again.
    let known = if answers.is_empty() {
        let row = state.db.read::<_, StoreError, _>(move |conn| participants::find(conn, competition, user)).await?;
        row.map(|row| serde_json::from_str(row.answers.as_str()).map_err(ApiError::internal)).transpose()?
    } else {
        None
    };
    let answers = read_answers(&seen.competition, &known.unwrap_or(answers))?;
    let join = Join { competition, user, team_name, rules_sha256, answers };
    let joined = state.db.write::<_, JoinError, _>(move |conn| match teams::join(conn, &join, now) {
        Err(JoinError::NeedsApproval) => participants::ask(conn, &join, now).map(|()| None),
        joined => joined.map(Some),
    });
    let Some(membership) = joined.await? else {
        state.live.wake();
        tracing::info!(user = user.0, competition = competition.0, "asked to take part");
        return Ok(HttpResponse::Accepted().json(AskedView { state: ParticipantState::Asked }));
    };
    // Open pages listen anew, as members of the team.
    state.live.disconnect(user);
    tracing::info!(user = user.0, competition = competition.0, "joined");
    Ok(HttpResponse::Created().json(MembershipView::from(membership)))
}

/// The answers to the sign-up fields, checked against the manifest.
pub(super) fn read_answers(competition: &Competition, given: &BTreeMap<String, String>) -> ApiResult<Answers> {
    let manifest: Manifest = serde_json::from_str(competition.manifest.as_str()).map_err(ApiError::internal)?;
    let read = manifest.read_answers(given).map_err(|faults| {
        let fault =
            |fault: &AnswerFault| Fault::told(&format!("answers.{}", fault.field()), fault.sentence().with_stop());
        ApiError::from(Code::InvalidInput).with_errors(faults.iter().map(fault).collect())
    })?;
    let document = serde_json::to_string(&read.values).map_err(ApiError::internal)?;
    Ok(Answers { document: Text::lossy(document), bracket: read.bracket.map(Text::lossy) })
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
            JoinError::NeedsApproval => Self::internal("a join that needs approval is asked for"),
            JoinError::InviteOnly => Code::InviteOnly.into(),
            JoinError::WrongDomain(domains) => Self::from(Code::WrongDomain).with("domains", domains),
            JoinError::Refused(_) => Code::ParticipationRefused.into(),
            JoinError::NameTaken => Code::TeamNameTaken.into(),
            JoinError::NameEmpty => Self::invalid("team_name", "Use 1 to 40 visible characters."),
            JoinError::Store(error) => error.into(),
        }
    }
}
