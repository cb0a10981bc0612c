//! The host's list of teams, and what hosts decide about one: bracket, name, disqualification, grants. Each decision is in
//! the audit log, and its team is told.

use std::collections::HashMap;

use actix_web::{HttpResponse, delete, get, patch, post, web};
use podium_bundle::Sentence;
use podium_bundle::manifest::Manifest;
use podium_store::audit::{self, Action, Entry};
use podium_store::rulings::{self, Gift, RulingError};
use podium_store::teams::changes::{self, TeamError};
use podium_store::teams::{self, Team};
use podium_store::types::{GrantId, TeamId, Text, UtcTime, fold_name};
use podium_store::{Conn, standings};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::accounts::check_team_name;
use super::competitions::PersonView;
use super::participants::ReasonRequest;
use super::teams::GrantView;
use crate::app::AppState;
use crate::auth::extract::Host;
use crate::problem::{ApiError, ApiResult, Code, Problem};

/// A team, as hosts see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct HostTeamView {
    /// Its number.
    #[schema(value_type = i64)]
    id: TeamId,
    /// Its name.
    #[schema(value_type = String)]
    name: Text,
    /// Everybody in it, the leader first.
    members: Vec<PersonView>,
    /// Holds a host's reference entries.
    is_benchmark: bool,
    /// Its bracket, by the name that the manifest gives it.
    #[schema(value_type = Option<String>)]
    bracket: Option<Text>,
    /// When it was disqualified.
    #[schema(value_type = Option<String>, format = DateTime)]
    disqualified_at: Option<UtcTime>,
    /// Why.
    #[schema(value_type = Option<String>)]
    disqualified_for: Option<Text>,
    /// Scored entries on the public board.
    entries: i64,
    /// When its newest scored entry was accepted.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_at: Option<UtcTime>,
    /// What hosts gave it beyond the rules, newest first.
    grants: Vec<GrantView>,
}

/// The teams of a competition.
#[derive(Debug, Serialize, ToSchema)]
pub struct HostTeamList {
    /// In the order they were made.
    items: Vec<HostTeamView>,
}

/// Which teams to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HostTeamQuery {
    /// A part of the team's or a member's name.
    #[serde(default)]
    q: String,
    /// Only teams in this bracket.
    bracket: Option<String>,
    /// Only disqualified teams, or only others.
    disqualified: Option<bool>,
}

/// Lists the teams with what was decided about them; for hosts
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), HostTeamQuery),
    responses((status = 200, body = HostTeamList), Problem),
)]
#[get("/competitions/{slug}/teams")]
pub(crate) async fn list_teams(
    state: web::Data<AppState>,
    host: Host,
    query: web::Query<HostTeamQuery>,
) -> ApiResult<web::Json<HostTeamList>> {
    let HostTeamQuery { q, bracket, disqualified } = query.into_inner();
    let (id, key) = (host.competition.id, fold_name(&q));
    let look = move |conn: &mut Conn| {
        let mut people: HashMap<TeamId, Vec<PersonView>> = HashMap::new();
        for (team, member) in teams::all_members(conn, id)? {
            people.entry(team).or_default().push(PersonView { id: member.user, name: member.name });
        }
        let mut grants: HashMap<TeamId, Vec<GrantView>> = HashMap::new();
        for grant in rulings::list_grants(conn, id)? {
            grants.entry(grant.team_id).or_default().push(grant.into());
        }
        let mut rows = HashMap::new();
        standings::for_each(conn, id, |standing| {
            rows.insert(standing.team_id, (standing.entries, standing.last_at));
        })?;
        let fits = |team: &Team| {
            let named = |name: &Text| fold_name(name.as_str()).contains(&key);
            let is_named =
                named(&team.name) || people.get(&team.id).is_some_and(|of| of.iter().any(|p| named(&p.name)));
            is_named
                && bracket.as_ref().is_none_or(|wanted| team.bracket.as_ref().is_some_and(|b| b.as_str() == wanted))
                && disqualified.is_none_or(|wanted| team.disqualified_at.is_some() == wanted)
        };
        let found: Vec<Team> = teams::all(conn, id)?.into_iter().filter(fits).collect();
        let items = found.into_iter().map(|team| {
            let row = rows.get(&team.id);
            HostTeamView {
                members: people.remove(&team.id).unwrap_or_default(),
                grants: grants.remove(&team.id).unwrap_or_default(),
                entries: row.map_or(0, |(entries, _)| *entries),
                last_at: row.map(|(_, last_at)| *last_at),
                id: team.id,
                name: team.name,
                is_benchmark: team.is_benchmark,
                bracket: team.bracket,
                disqualified_at: team.disqualified_at,
                disqualified_for: team.disqualified_for,
            }
        });
        Ok::<_, ApiError>(HostTeamList { items: items.collect() })
    };
    state.db.read(look).await.map(web::Json)
}

/// What a host changes of a team; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleTeamRequest {
    /// A bracket of the manifest; an empty text leaves it to the answers of the members again.
    bracket: Option<String>,
    /// Another name, where the present one cannot stay.
    name: Option<String>,
}

/// Puts a team into a bracket, or gives it another name; for hosts
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), ("id" = i64, Path)),
    request_body = RuleTeamRequest,
    responses((status = 204), Problem),
)]
#[patch("/competitions/{slug}/teams/{id}")]
pub(crate) async fn update_team(
    state: web::Data<AppState>,
    host: Host,
    path: web::Path<(String, TeamId)>,
    body: web::Json<RuleTeamRequest>,
) -> ApiResult<HttpResponse> {
    let RuleTeamRequest { bracket, name } = body.into_inner();
    let (competition, team, now) = (host.competition.id, path.into_inner().1, state.clock.now());
    let manifest: Manifest = serde_json::from_str(host.competition.manifest.as_str()).map_err(ApiError::internal)?;
    if let Some(wanted) = bracket.as_ref().filter(|wanted| !wanted.is_empty())
        && !manifest.brackets.iter().any(|bracket| bracket.name == *wanted)
    {
        let names: Vec<&str> = manifest.brackets.iter().map(|bracket| bracket.name.as_str()).collect();
        let names = names.join(", ");
        let sentence = Sentence::new(
            format!("There is no bracket '{wanted}'; there are: {names}."),
            format!("‘{wanted}’ 부문이 없습니다. 있는 부문: {names}."),
        );
        return Err(ApiError::told("bracket", sentence));
    }
    let name = name.as_deref().map(str::trim).map(check_team_name).transpose();
    let name = name.map_err(|en| {
        let ko = "팀 이름은 1자 이상 40자 이하이며, 보이지 않는 문자를 쓸 수 없습니다.";
        ApiError::told("name", Sentence::new(en, ko))
    })?;
    let bracket = bracket.map(|bracket| Some(bracket).filter(|bracket| !bracket.is_empty()).map(Text::lossy));
    let actor = host.user.actor();
    let change = move |conn: &mut Conn| {
        let before = changes::find_in(conn, competition, team)?;
        if let Some(name) = &name {
            changes::rename_by_host(conn, competition, team, name, now)?;
            let entry = Entry::new(actor, Action::TeamRenamed, before.name.as_str())
                .of(competition)
                .with("team", team.0)
                .with("name", name.as_str());
            audit::record(conn, &entry, now)?;
        }
        if let Some(bracket) = &bracket {
            let after = rulings::set_bracket(conn, competition, team, bracket.as_ref(), now).map_err(missing)?;
            let entry = Entry::new(actor, Action::BracketSet, after.name.as_str())
                .of(competition)
                .with("team", team.0)
                .with("before", before.bracket.as_ref().map(Text::as_str))
                .with("after", after.bracket.as_ref().map(Text::as_str));
            audit::record(conn, &entry, now)?;
        }
        Ok(())
    };
    state.db.write::<_, TeamError, _>(change).await?;
    state.live.wake();
    Ok(HttpResponse::NoContent().finish())
}

fn missing(error: RulingError) -> TeamError {
    match error {
        RulingError::Store(error) => TeamError::Store(error),
        _ => TeamError::Missing,
    }
}

/// Takes a team off the boards, with a reason that it reads; the next ranks move up; for hosts
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), ("id" = i64, Path)),
    request_body = ReasonRequest,
    responses((status = 204), Problem),
)]
#[post("/competitions/{slug}/teams/{id}/disqualify")]
pub(crate) async fn disqualify_team(
    state: web::Data<AppState>,
    host: Host,
    path: web::Path<(String, TeamId)>,
    body: web::Json<ReasonRequest>,
) -> ApiResult<HttpResponse> {
    rule(&state, host, path.into_inner().1, body.into_inner().text()?, Action::TeamDisqualified).await
}

/// Undoes a disqualification: the team is on the boards again; for hosts
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), ("id" = i64, Path)),
    request_body = ReasonRequest,
    responses((status = 204), Problem),
)]
#[post("/competitions/{slug}/teams/{id}/reinstate")]
pub(crate) async fn reinstate_team(
    state: web::Data<AppState>,
    host: Host,
    path: web::Path<(String, TeamId)>,
    body: web::Json<ReasonRequest>,
) -> ApiResult<HttpResponse> {
    rule(&state, host, path.into_inner().1, body.into_inner().text()?, Action::TeamReinstated).await
}

async fn rule(state: &AppState, host: Host, team: TeamId, reason: Text, action: Action) -> ApiResult<HttpResponse> {
    let (competition, now, actor) = (host.competition.id, state.clock.now(), host.user.actor());
    let decide = move |conn: &mut Conn| {
        let ruled = match action {
            Action::TeamDisqualified => rulings::disqualify(conn, competition, team, &reason, now)?,
            _ => rulings::reinstate(conn, competition, team, now)?,
        };
        let entry = Entry::new(actor, action, ruled.name.as_str())
            .of(competition)
            .with("team", team.0)
            .with("reason", reason.as_str());
        audit::record(conn, &entry, now)?;
        Ok(())
    };
    state.db.write::<_, RulingError, _>(decide).await?;
    state.live.wake();
    let (user, competition) = (host.user.user.id.0, competition.0);
    tracing::info!(user, competition, team = team.0, action = action.as_str(), "ruled on a team");
    Ok(HttpResponse::NoContent().finish())
}

/// What to give a team beyond the rules: entries, or time.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGrantRequest {
    /// Entries, 1 to 1,000.
    entries: Option<i32>,
    /// The calendar day of the competition's zone on which they may be sent, `2026-12-05`; today unless said.
    day: Option<String>,
    /// An instant after the end: entries of the team count strictly before.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<UtcTime>,
    /// Why; the team reads it.
    reason: String,
}

/// Gives a team entries on a day, or time after the end; for hosts
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), ("id" = i64, Path)),
    request_body = NewGrantRequest,
    responses((status = 201, body = GrantView), Problem),
)]
#[post("/competitions/{slug}/teams/{id}/grants")]
pub(crate) async fn create_grant(
    state: web::Data<AppState>,
    host: Host,
    path: web::Path<(String, TeamId)>,
    body: web::Json<NewGrantRequest>,
) -> ApiResult<HttpResponse> {
    let NewGrantRequest { entries, day, until, reason } = body.into_inner();
    let gift = match (entries, until) {
        (Some(entries), None) => Gift::Entries(entries, day.map(Text::lossy)),
        (None, Some(until)) if day.is_none() => Gift::Until(until),
        _ => {
            let sentence = Sentence::new(
                "Give either 'entries', with a 'day' if not today, or 'until'.",
                "추가 제출 횟수(오늘이 아니면 날짜도)와 연장 시각 중 하나만 정해 주십시오.",
            );
            return Err(ApiError::told("entries", sentence));
        }
    };
    let reason = ReasonRequest::from(reason).text()?;
    let (competition, team, by) = (host.competition.id, path.into_inner().1, host.user.user.id);
    let (now, actor) = (state.clock.now(), host.user.actor());
    let give = move |conn: &mut Conn| {
        let grant = rulings::grant(conn, (competition, team), &gift, (by, &reason), now)?;
        let entry = Entry::new(actor, Action::TeamGranted, format!("team {team}"))
            .of(competition)
            .with("team", team.0)
            .with("entries", grant.entries)
            .with("day", grant.day.as_ref().map(ToString::to_string))
            .with("until", grant.until.map(|until| until.to_string()))
            .with("reason", reason.as_str());
        audit::record(conn, &entry, now)?;
        Ok(grant)
    };
    let grant = state.db.write::<_, RulingError, _>(give).await?;
    state.live.wake();
    Ok(HttpResponse::Created().json(GrantView::from(grant)))
}

/// Takes back what was given to a team; entries that were sent on it stay; for hosts
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), ("id" = i64, Path), ("grant" = i64, Path)),
    responses((status = 204), Problem),
)]
#[delete("/competitions/{slug}/teams/{id}/grants/{grant}")]
pub(crate) async fn revoke_grant(
    state: web::Data<AppState>,
    host: Host,
    path: web::Path<(String, TeamId, GrantId)>,
) -> ApiResult<HttpResponse> {
    let (_, team, grant) = path.into_inner();
    let (competition, now, actor) = (host.competition.id, state.clock.now(), host.user.actor());
    let revoke = move |conn: &mut Conn| {
        rulings::revoke_grant(conn, (competition, team), grant, now)?;
        let entry = Entry::new(actor, Action::GrantRevoked, format!("team {team}"))
            .of(competition)
            .with("team", team.0)
            .with("grant", grant.0);
        audit::record(conn, &entry, now)?;
        Ok(())
    };
    state.db.write::<_, RulingError, _>(revoke).await?;
    state.live.wake();
    Ok(HttpResponse::NoContent().finish())
}

impl From<RulingError> for ApiError {
    fn from(error: RulingError) -> Self {
        match error {
            RulingError::Missing => Code::NotFound.into(),
            RulingError::NoReason => Self::told(
                "reason",
                Sentence::new("Say why; the team reads it.", "이유를 적어 주십시오. 팀이 읽습니다."),
            ),
            RulingError::NothingToDo => Code::NothingToDo.into(),
            RulingError::WrongNumber => {
                let sentence = Sentence::new("Give 1 to 1,000 entries.", "1회 이상 1,000회 이하로 정해 주십시오.");
                Self::told("entries", sentence)
            }
            RulingError::WrongDay => {
                let en = "Write a day that is not over, like 2026-12-05, in the competition's zone.";
                let ko = "대회 시간대로 아직 지나지 않은 날을 2026-12-05처럼 적어 주십시오.";
                Self::told("day", Sentence::new(en, ko))
            }
            RulingError::WrongTime { .. } => {
                let en = "Choose an instant after the end and before the private scores come out.";
                let ko = "마감 뒤, 비공개 점수를 공개하기 전의 시각을 골라 주십시오.";
                Self::told("until", Sentence::new(en, ko))
            }
            RulingError::NotNow(state) => {
                let detail = format!("The competition is {state}; nothing can be given any more.");
                Self::new(Code::CompetitionNotRunning, detail).with("state", state.as_str())
            }
            RulingError::Store(error) => error.into(),
        }
    }
}
