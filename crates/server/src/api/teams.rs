//! One's own team: what it is, its name and leader, looking for people, leaving; and the teams that look for people.
//!
//! Whatever changes a team's size or quota has a preview with the same figures and the same obstacles as the act itself.

pub mod merges;

use actix_web::{HttpResponse, get, patch, post, web};
use podium_store::competitions::Competition;
use podium_store::invites;
use podium_store::rulings::{self, Grant};
use podium_store::teams::changes::{self, Looking, TeamError};
use podium_store::teams::outlook::{self, Outlook};
use podium_store::teams::{self, Membership, Team};
use podium_store::types::{Day, GrantId, MemberRole, TeamId, Text, UserId, UtcTime};
use podium_store::{Conn, submissions};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use self::merges::MergeView;
use super::accounts::check_team_name;
use super::competitions::QuotaView;
use super::invites::InviteView;
use crate::app::AppState;
use crate::auth::extract::{CurrentUser, Seen};
use crate::problem::{ApiError, ApiResult, Code, Problem};

/// Longest note of a team that looks for people, in characters.
const MAX_NOTE: usize = 280;

/// Somebody in a team.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamMemberView {
    /// Their number.
    #[schema(value_type = i64)]
    id: UserId,
    /// Their name.
    #[schema(value_type = String)]
    name: Text,
    /// `leader` or `member`.
    #[schema(value_type = String, example = "leader")]
    role: MemberRole,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    joined_at: UtcTime,
}

/// Something that a host gave a team beyond the rules.
#[derive(Debug, Serialize, ToSchema)]
pub struct GrantView {
    /// Its number.
    #[schema(value_type = i64)]
    id: GrantId,
    /// Which team.
    #[schema(value_type = i64)]
    team_id: TeamId,
    /// Entries on `day`; null for an extension.
    entries: Option<i32>,
    /// The calendar day of the competition's zone, `2026-12-05`.
    #[schema(value_type = Option<String>)]
    day: Option<String>,
    /// Entries count strictly before, though the competition has ended; null for entries.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<UtcTime>,
    /// Why.
    #[schema(value_type = String)]
    reason: Text,
    /// When it was given.
    #[schema(value_type = String, format = DateTime)]
    granted_at: UtcTime,
    /// When it was taken back.
    #[schema(value_type = Option<String>, format = DateTime)]
    revoked_at: Option<UtcTime>,
}

impl From<Grant> for GrantView {
    fn from(grant: Grant) -> Self {
        let Grant { id, team_id, entries, day, until, reason, granted_at, revoked_at, .. } = grant;
        let day = day.as_ref().map(Day::to_string);
        Self { id, team_id, entries, day, until, reason, granted_at, revoked_at }
    }
}

/// Why a change of teams is not possible.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObstacleView {
    /// The code of the problem that the act would answer with.
    code: Code,
    /// In words.
    message: String,
}

/// A team as it would be after a change, before anybody agrees to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutlookView {
    /// Whether the change is possible now.
    is_possible: bool,
    /// What stands against it; the first one is what the act would answer.
    obstacles: Vec<ObstacleView>,
    /// Members after it.
    people: i64,
    /// Members a team may have.
    team_size: i64,
    /// Entries sent so far that spent quota, of all the teams together.
    entries: i64,
    /// Entries that one team could have sent so far: entries a day x `days`, and what hosts granted.
    allowed: i64,
    /// Calendar days that the competition has run, today counted.
    days: i64,
    /// Entries that today would allow.
    per_day: i64,
    /// Entries spent today, of all the teams together.
    used_today: i64,
    /// Entries left today.
    left_today: i64,
    /// When today ends.
    #[schema(value_type = String, format = DateTime)]
    resets_at: UtcTime,
    /// Until when teams change.
    #[schema(value_type = String, format = DateTime)]
    until: UtcTime,
    /// Entries that would get another number.
    renumbered: i64,
}

impl From<Outlook> for OutlookView {
    fn from(outlook: Outlook) -> Self {
        let left_today = outlook.left_today();
        let Outlook { people, team_size, entries, allowed, days, per_day, used_today, .. } = outlook;
        let Outlook { resets_at, until, renumbered, obstacles, .. } = outlook;
        let obstacles: Vec<ObstacleView> =
            obstacles.into_iter().map(|obstacle| ApiError::from(obstacle).into()).collect();
        let is_possible = obstacles.is_empty();
        #[rustfmt::skip]
        let view = Self {
            is_possible, obstacles, people, team_size, entries, allowed, days, per_day, used_today, left_today, resets_at,
            until, renumbered,
        };
        view
    }
}

impl From<ApiError> for ObstacleView {
    fn from(error: ApiError) -> Self {
        Self { code: error.code(), message: error.detail().to_owned() }
    }
}

/// One's own team, with everything that is open.
#[derive(Debug, Serialize, ToSchema)]
pub struct MyTeamView {
    /// Its number.
    #[schema(value_type = i64)]
    id: TeamId,
    /// Its name on the board.
    #[schema(value_type = String)]
    name: Text,
    /// Everybody in it, the leader first.
    members: Vec<TeamMemberView>,
    /// The caller's role.
    #[schema(value_type = String, example = "leader")]
    role: MemberRole,
    /// Members a team may have.
    team_size: i32,
    /// Its bracket, by the name that the manifest gives it.
    #[schema(value_type = Option<String>)]
    bracket: Option<Text>,
    /// Whether it looks for people.
    is_looking: bool,
    /// Whom it looks for.
    #[schema(value_type = String)]
    looking_note: Text,
    /// Holds a host's reference entries: shown, never ranked.
    is_benchmark: bool,
    /// When a host disqualified it.
    #[schema(value_type = Option<String>, format = DateTime)]
    disqualified_at: Option<UtcTime>,
    /// Why.
    #[schema(value_type = Option<String>)]
    disqualified_for: Option<Text>,
    /// Entries of today.
    quota: QuotaView,
    /// What hosts gave it, newest first.
    grants: Vec<GrantView>,
    /// Open invitations, newest first.
    invites: Vec<InviteView>,
    /// Open requests to merge, of this team and to it.
    merges: Vec<MergeView>,
    /// What it would mean if the caller left.
    leaving: OutlookView,
    /// Until when teams change.
    #[schema(value_type = String, format = DateTime)]
    until: UtcTime,
}

/// The caller and their team in the competition that they see.
pub(super) fn own_team(seen: Seen) -> ApiResult<(Competition, Membership)> {
    Ok((seen.competition, seen.membership.ok_or(Code::NotAMember)?))
}

/// Shows one's own team
#[utoipa::path(tag = "teams", params(("slug" = String, Path)), responses((status = 200, body = MyTeamView), Problem))]
#[get("/competitions/{slug}/team")]
pub(crate) async fn find_my_team(
    state: web::Data<AppState>,
    _user: CurrentUser,
    seen: Seen,
) -> ApiResult<web::Json<MyTeamView>> {
    let (competition, membership) = own_team(seen)?;
    let now = state.clock.now();
    state.db.read::<_, ApiError, _>(move |conn| my_team(conn, &competition, membership, now)).await.map(web::Json)
}

fn my_team(conn: &mut Conn, competition: &Competition, membership: Membership, now: UtcTime) -> ApiResult<MyTeamView> {
    let Membership { team, members, role, .. } = membership;
    let grants = rulings::list_grants(conn, competition.id)?;
    let open = invites::of_team(conn, team.id, now)?;
    let leaving = outlook::of_leaving(conn, &team, now)?;
    Ok(MyTeamView {
        id: team.id,
        quota: submissions::quota(conn, competition.id, team.id, now)?.into(),
        grants: grants.into_iter().filter(|grant| grant.team_id == team.id).map(Into::into).collect(),
        invites: open.into_iter().map(|invite| InviteView::new(conn, invite)).collect::<Result<_, _>>()?,
        merges: merges::open(conn, &team, now)?,
        until: leaving.until,
        leaving: leaving.into(),
        members: members.into_iter().map(Into::into).collect(),
        role,
        team_size: competition.team_size,
        name: team.name,
        bracket: team.bracket,
        is_looking: team.is_looking,
        looking_note: team.looking_note,
        is_benchmark: team.is_benchmark,
        disqualified_at: team.disqualified_at,
        disqualified_for: team.disqualified_for,
    })
}

impl From<teams::Member> for TeamMemberView {
    fn from(member: teams::Member) -> Self {
        let teams::Member { user, name, role, joined_at } = member;
        Self { id: user, name, role, joined_at }
    }
}

/// What to change of one's team; what is left out stays. For the leader.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateTeamRequest {
    /// A new name for the board, until the competition ends.
    name: Option<String>,
    /// The member who leads from now on.
    #[schema(value_type = Option<i64>)]
    leader: Option<UserId>,
    /// Whether the team looks for people.
    is_looking: Option<bool>,
    /// Whom it looks for: at most 280 characters.
    looking_note: Option<String>,
}

/// Changes one's team: its name, whether it looks for people, its leader
#[utoipa::path(
    tag = "teams",
    params(("slug" = String, Path)),
    request_body = UpdateTeamRequest,
    responses((status = 200, body = MyTeamView), Problem),
)]
#[patch("/competitions/{slug}/team")]
pub(crate) async fn update_my_team(
    state: web::Data<AppState>,
    user: CurrentUser,
    seen: Seen,
    body: web::Json<UpdateTeamRequest>,
) -> ApiResult<web::Json<MyTeamView>> {
    let UpdateTeamRequest { name, leader, is_looking, looking_note } = body.into_inner();
    let (competition, membership) = own_team(seen)?;
    let name = name.as_deref().map(str::trim).map(check_team_name).transpose();
    let name = name.map_err(|message| ApiError::invalid("name", message))?;
    let note = looking_note.map(check_note).transpose()?;
    let (me, id, team, now) = (user.user.id, competition.id, membership.team, state.clock.now());
    let change = move |conn: &mut Conn| {
        if let Some(name) = &name {
            changes::rename(conn, id, me, name, now)?;
        }
        if is_looking.is_some() || note.is_some() {
            let note = note.as_ref().unwrap_or(&team.looking_note);
            changes::look_for_people(conn, id, me, (is_looking.unwrap_or(team.is_looking), note), now)?;
        }
        if let Some(leader) = leader {
            changes::hand_over(conn, id, me, leader, now)?;
        }
        Ok(())
    };
    state.db.write::<_, TeamError, _>(change).await?;
    state.live.wake();
    let look = move |conn: &mut Conn| {
        let membership = teams::find_membership(conn, id, me)?.ok_or(Code::NotAMember)?;
        my_team(conn, &competition, membership, now)
    };
    state.db.read::<_, ApiError, _>(look).await.map(web::Json)
}

fn check_note(note: String) -> ApiResult<Text> {
    let note = note.trim();
    if note.chars().count() > MAX_NOTE {
        return Err(ApiError::invalid("looking_note", format!("Use at most {MAX_NOTE} characters.")));
    }
    Text::new(note).map_err(|fault| ApiError::invalid("looking_note", format!("{fault}.")))
}

/// Leaves one's team
///
/// Possible until the team has sent an entry; `leaving` of one's team says so before. Whoever left may join again.
#[utoipa::path(tag = "teams", params(("slug" = String, Path)), responses((status = 204), Problem))]
#[post("/competitions/{slug}/team/leave")]
pub(crate) async fn leave_team(state: web::Data<AppState>, user: CurrentUser, seen: Seen) -> ApiResult<HttpResponse> {
    let (competition, _) = own_team(seen)?;
    let (me, id, now) = (user.user.id, competition.id, state.clock.now());
    let left = state.db.write::<_, TeamError, _>(move |conn| changes::leave(conn, id, me, now)).await?;
    state.live.wake();
    state.live.disconnect(me);
    tracing::info!(user = me.0, competition = id.0, team = left.id.0, "left a team");
    Ok(HttpResponse::NoContent().finish())
}

/// A team that looks for people.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookingTeamView {
    /// Its name.
    #[schema(value_type = String)]
    name: Text,
    /// Its members' names, the leader first.
    #[schema(value_type = Vec<String>)]
    members: Vec<Text>,
    /// Members a team may have.
    team_size: i32,
    /// Whom it looks for.
    #[schema(value_type = String)]
    note: Text,
}

/// The teams that look for people.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookingTeamList {
    /// The newest first.
    items: Vec<LookingTeamView>,
}

/// Lists the teams that look for people, for participants and hosts
///
/// Empty once teams do not change any more.
#[utoipa::path(tag = "teams", params(("slug" = String, Path)), responses((status = 200, body = LookingTeamList), Problem))]
#[get("/competitions/{slug}/teams/looking")]
pub(crate) async fn list_looking_teams(
    state: web::Data<AppState>,
    seen: Seen,
) -> ApiResult<web::Json<LookingTeamList>> {
    inside(&seen)?;
    let (id, team_size, now) = (seen.competition.id, seen.competition.team_size, state.clock.now());
    let found = state.db.read::<_, ApiError, _>(move |conn| Ok(changes::looking(conn, id, now)?)).await?;
    let view = |Looking { team, members }: Looking| {
        let Team { name, looking_note: note, .. } = team;
        LookingTeamView { name, members, team_size, note }
    };
    Ok(web::Json(LookingTeamList { items: found.into_iter().map(view).collect() }))
}

/// Refuses those who neither take part nor have a role.
pub(super) fn inside(seen: &Seen) -> ApiResult<()> {
    match &seen.user {
        _ if seen.is_inside() => Ok(()),
        Some(_) => Err(Code::NotAMember.into()),
        None => Err(Code::SignInRequired.into()),
    }
}

impl From<TeamError> for ApiError {
    fn from(error: TeamError) -> Self {
        let detail = {
            let text = error.to_string();
            let mut letters = text.chars();
            letters.next().map(|first| format!("{}{}.", first.to_uppercase(), letters.as_str())).unwrap_or_default()
        };
        match error {
            TeamError::Missing => Code::NotFound.into(),
            TeamError::NotMember => Code::NotAMember.into(),
            TeamError::NotLeader(_) => Self::new(Code::NotTheLeader, detail),
            TeamError::TooLate(until) => Self::new(Code::TeamsFixed, detail).with("until", until.to_string()),
            TeamError::NotNow(state) => Self::new(Code::CompetitionNotRunning, detail).with("state", state.as_str()),
            TeamError::HasEntries(name) => {
                let detail = format!(
                    "'{name}' has sent entries, so its members stay. Two teams can merge instead, if both leaders want to."
                );
                Self::new(Code::TeamHasEntries, detail)
            }
            TeamError::TooLarge { people, limit } => {
                Self::new(Code::TeamTooLarge, detail).with("people", people).with("limit", limit)
            }
            TeamError::TooManyEntries { entries, allowed } => {
                Self::new(Code::TooManyEntries, detail).with("entries", entries).with("allowed", allowed)
            }
            TeamError::Benchmark(_) | TeamError::Disqualified(_) | TeamError::SameTeam(_) => {
                Self::new(Code::TeamUnfit, detail)
            }
            TeamError::AskedAlready => Code::AskedAlready.into(),
            TeamError::NameTaken => Code::TeamNameTaken.into(),
            TeamError::NameEmpty => Self::invalid("name", "Use 1 to 40 visible characters."),
            TeamError::Store(error) => error.into(),
        }
    }
}
