//! Competitions as everybody sees them: the list and one of them.

use actix_web::{get, web};
use podium_bundle::manifest::{Column, Manifest};
use podium_bundle::participation::{Bracket, Field};
use podium_scoring::columns::Kind;
use podium_scoring::metric::{Explanation, Metric};
use podium_store::competitions::{self, Competition, CompetitionState, Listed, Viewer};
use podium_store::participants::ParticipantState;
use podium_store::submissions::{self, Quota};
use podium_store::teams::Membership;
use podium_store::types::{
    Admission, CompetitionId, CompetitionRole, MemberRole, Slug, TeamId, Text, UserId, UtcTime, Visibility, fold_name,
};
use podium_store::{Conn, StoreError, cloning, data_files, solutions, standings, teams};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::AppState;
use crate::auth::extract::{CurrentUser, Seen, Visitor};
use crate::markdown;
use crate::problem::{ApiError, ApiResult, Code, Problem};

/// A text in both languages; the Korean one is the English one where nobody translated it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TextView {
    /// English.
    pub en: String,
    /// Korean.
    pub ko: String,
}

/// A competition in the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompetitionCard {
    /// Its name in addresses.
    #[schema(value_type = String)]
    slug: Slug,
    /// Title.
    title: TextView,
    /// One sentence.
    summary: TextView,
    /// `draft`, `scheduled`, `running`, `closed`, `revealed` or `archived`.
    #[schema(value_type = String, example = "running")]
    state: CompetitionState,
    /// Entries count from here on.
    #[schema(value_type = String, format = DateTime)]
    starts_at: UtcTime,
    /// Entries count strictly before.
    #[schema(value_type = String, format = DateTime)]
    ends_at: UtcTime,
    /// Its time zone; the quota's day is a calendar day there.
    #[schema(value_type = String, example = "Asia/Seoul")]
    zone: String,
    /// The metric that ranks.
    #[schema(value_type = String, example = "f1_macro")]
    metric: Text,
    /// Teams that joined.
    teams: i64,
    /// Scored entries.
    entries: i64,
    /// Whether the caller has joined.
    joined: bool,
    /// The rank of the caller's team on the public leaderboard.
    my_rank: Option<i64>,
}

/// The list of competitions.
#[derive(Serialize, ToSchema)]
pub struct CompetitionList {
    /// Newest start first.
    items: Vec<CompetitionCard>,
    /// Always null: the list comes whole.
    next: Option<String>,
}

/// Which competitions to list.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CompetitionQuery {
    /// A part of the title, in any language, or of the slug.
    #[serde(default)]
    q: String,
    /// Only those in this state.
    #[param(value_type = Option<String>)]
    state: Option<CompetitionState>,
    /// Only those that the caller joined or runs.
    #[serde(default)]
    mine: bool,
}

/// Lists the competitions that the caller may see
#[utoipa::path(tag = "competitions", params(CompetitionQuery), responses((status = 200, body = CompetitionList), Problem))]
#[get("/competitions")]
pub(crate) async fn list_competitions(
    state: web::Data<AppState>,
    visitor: Visitor,
    query: web::Query<CompetitionQuery>,
) -> ApiResult<web::Json<CompetitionList>> {
    let now = state.clock.now();
    let viewer = match &visitor.0 {
        None => Viewer::Anonymous,
        Some(user) if user.is_admin() => Viewer::Admin(user.user.id),
        Some(user) => Viewer::User(user.user.id),
    };
    let CompetitionQuery { q, state: wanted, mine } = query.into_inner();
    let key = fold_name(&q);
    let items = state.db.read::<_, ApiError, _>(move |conn| {
        let fits = |listed: &Listed| {
            let Competition { slug, title_en, title_ko, .. } = &listed.competition;
            let named =
                [slug.as_str(), title_en.as_str(), title_ko.as_str()].iter().any(|t| fold_name(t).contains(&key));
            let stated = wanted.is_none_or(|wanted| listed.competition.state(now) == wanted);
            named && stated && (!mine || listed.is_host || listed.team.is_some())
        };
        let listed = competitions::list(conn, viewer, now)?.into_iter().filter(fits);
        listed.map(|listed| card(conn, listed, now)).collect::<Result<Vec<_>, _>>().map_err(Into::into)
    });
    Ok(web::Json(CompetitionList { items: items.await?, next: None }))
}

fn card(conn: &mut Conn, listed: Listed, now: UtcTime) -> Result<CompetitionCard, StoreError> {
    let Listed { competition, teams, entries, team, is_host: _ } = listed;
    let my_rank = rank_of(conn, &competition, team)?;
    Ok(CompetitionCard {
        state: competition.state(now),
        title: TextView { en: competition.title_en.into_string(), ko: competition.title_ko.into_string() },
        summary: TextView { en: competition.summary_en.into_string(), ko: competition.summary_ko.into_string() },
        slug: competition.slug,
        starts_at: competition.dates.starts_at,
        ends_at: competition.dates.ends_at,
        zone: competition.zone.to_string(),
        metric: competition.metric,
        teams,
        entries,
        joined: team.is_some(),
        my_rank,
    })
}

fn rank_of(conn: &mut Conn, competition: &Competition, team: Option<TeamId>) -> Result<Option<i64>, StoreError> {
    let Some(team) = team else { return Ok(None) };
    match standings::find(conn, competition.id, team)? {
        Some(standing) => {
            standings::rank(conn, competition.id, standing.key(), competition.board_rules().ties).map(Some)
        }
        None => Ok(None),
    }
}

/// A competition, whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompetitionView {
    /// What the list shows.
    #[serde(flatten)]
    card: CompetitionCard,
    /// Licence of the data.
    #[schema(value_type = String)]
    licence: Text,
    /// What is predicted, and how it is scored.
    task: TaskView,
    /// Quotas and sizes.
    limits: LimitsView,
    /// How many rows the public leaderboard uses.
    split: SplitView,
    /// The data dictionary.
    columns: Vec<Column>,
    /// Who finds it, who may join, and where the caller stands.
    access: AccessView,
    /// What people are asked when they join.
    fields: Vec<Field>,
    /// Groups of teams with ranks of their own.
    brackets: Vec<Bracket>,
    /// Data files, all together.
    data_files: i64,
    /// Their size in bytes.
    data_bytes: i64,
    /// People join strictly before this; the end unless hosts say otherwise.
    #[schema(value_type = String, format = DateTime)]
    joins_until: UtcTime,
    /// Teams change and merge strictly before this; the end unless hosts say otherwise.
    #[schema(value_type = String, format = DateTime)]
    merges_until: UtcTime,
    /// Entries from here on are not on the public leaderboard until the private one comes out.
    #[schema(value_type = Option<String>, format = DateTime)]
    freezes_at: Option<UtcTime>,
    /// When the private leaderboard comes out, where that is known.
    #[schema(value_type = Option<String>, format = DateTime)]
    reveals_at: Option<UtcTime>,
    /// Who runs it.
    hosts: Vec<PersonView>,
    /// Whether the caller runs it.
    is_host: bool,
    /// The caller's team.
    membership: Option<MembershipView>,
    /// The team's entries of today.
    quota: Option<QuotaView>,
    /// What the caller can do now.
    next_action: NextAction,
    /// The round that this one goes on from, where the caller sees it.
    previous: Option<RoundView>,
    /// The rounds that go on from this one, those that the caller sees.
    next: Vec<RoundView>,
}

/// Another round of a competition.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoundView {
    /// Its name in addresses.
    #[schema(value_type = String)]
    slug: Slug,
    /// Its title.
    title: TextView,
    /// `draft`, `scheduled`, `running`, `closed`, `revealed` or `archived`.
    #[schema(value_type = String, example = "scheduled")]
    state: CompetitionState,
}

/// The round with this number, if `user` sees it.
fn round(conn: &mut Conn, id: CompetitionId, user: Option<&CurrentUser>, now: UtcTime) -> ApiResult<Option<RoundView>> {
    match Seen::find(conn, id, user.cloned(), now) {
        Ok(Seen { competition, .. }) => Ok(Some(RoundView {
            state: competition.state(now),
            title: TextView { en: competition.title_en.into_string(), ko: competition.title_ko.into_string() },
            slug: competition.slug,
        })),
        // A token for one competition does not read of another.
        Err(hidden) if matches!(hidden.code(), Code::NotFound | Code::TokenScope) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Who finds a competition, who may join, and where the caller stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccessView {
    /// `public`, or `private`: hosts, participants and invited people only.
    #[schema(value_type = String, example = "public")]
    visibility: Visibility,
    /// `open`, `approval` (hosts decide on each request) or `invite` (invited people only).
    #[schema(value_type = String, example = "open")]
    admission: Admission,
    /// Only accounts with a proved address of these domains may join, unless they are invited; empty for all.
    domains: Vec<String>,
    /// Where the caller stands as a participant: `invited`, `asked`, `joined`, `declined`, `left` or `removed`.
    #[schema(value_type = Option<String>, example = "asked")]
    participant: Option<ParticipantState>,
    /// The caller's role: `owner`, `host` or `moderator`.
    #[schema(value_type = Option<String>, example = "host")]
    role: Option<CompetitionRole>,
}

/// What is predicted, and how it is scored.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskView {
    /// `labels`, `probability`, `probabilities`, `numbers`, `ranking` or `multilabel`.
    kind: String,
    /// Column of the ids, where the manifest names it.
    id: Option<String>,
    /// Columns that are predicted, where the manifest names them.
    target: Vec<String>,
    /// The closed set of classes, if there is one.
    classes: Option<Vec<String>>,
    /// The metric that ranks.
    metric: String,
    /// Metrics shown beside it.
    show: Vec<String>,
    /// `maximize` or `minimize`.
    direction: DirectionView,
    /// Which mistake matters and how the metric sees it; safe HTML.
    explanation: TextView,
    /// A small example with its score, computed by the metric; safe HTML, empty where there is none.
    example: TextView,
}

/// Which scores are better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DirectionView {
    /// Larger ones.
    Maximize,
    /// Smaller ones.
    Minimize,
}

/// Quotas and sizes.
#[derive(Debug, Serialize, ToSchema)]
pub struct LimitsView {
    /// Entries of a team on a calendar day of the zone.
    entries_per_day: i32,
    /// Entries a team may choose for the private leaderboard.
    finals: i32,
    /// People in a team.
    team_size: i32,
    /// Largest submission, in bytes.
    file_bytes: i64,
}

/// How the hidden rows are parted.
#[derive(Debug, Serialize, ToSchema)]
pub struct SplitView {
    /// Share of the rows that the public leaderboard uses, from 0 to 1.
    public_share: f64,
    /// How many rows that is, once there is a solution.
    public_rows: Option<i64>,
}

/// A person.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonView {
    /// Their number.
    #[schema(value_type = i64)]
    pub id: UserId,
    /// Their name.
    #[schema(value_type = String)]
    pub name: Text,
}

/// A person's place in a competition.
#[derive(Debug, Serialize, ToSchema)]
pub struct MembershipView {
    /// The team.
    team: TeamView,
    /// `leader` or `member`.
    #[schema(value_type = String, example = "leader")]
    role: MemberRole,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    joined_at: UtcTime,
}

/// A team.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamView {
    /// Its number.
    #[schema(value_type = i64)]
    id: TeamId,
    /// Its name on the board.
    #[schema(value_type = String)]
    name: Text,
    /// Everybody in it, the leader first.
    members: Vec<PersonView>,
}

impl From<Membership> for MembershipView {
    fn from(membership: Membership) -> Self {
        let members = membership.members.into_iter().map(|member| PersonView { id: member.user, name: member.name });
        Self {
            team: TeamView { id: membership.team.id, name: membership.team.name, members: members.collect() },
            role: membership.role,
            joined_at: membership.joined_at,
        }
    }
}

/// A team's entries of today.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuotaView {
    /// Entries of a day.
    per_day: i64,
    /// Spent today.
    used: i64,
    /// Left today.
    left: i64,
    /// When the day ends: the next midnight of the competition's zone.
    #[schema(value_type = String, format = DateTime)]
    resets_at: UtcTime,
}

impl From<Quota> for QuotaView {
    fn from(quota: Quota) -> Self {
        Self { per_day: quota.per_day, used: quota.used, left: quota.left(), resets_at: quota.resets_at }
    }
}

/// What the caller can do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NextAction {
    /// Sign in, to join.
    SignIn,
    /// Accept the rules.
    Join,
    /// Send an entry.
    Submit,
    /// Send an entry that is scored but not ranked.
    LateSubmit,
    /// Wait for the start, for entries of another day, or for the hosts' decision.
    Wait,
    /// Read.
    None,
}

/// One competition
#[utoipa::path(tag = "competitions", params(("slug" = String, Path)), responses((status = 200, body = CompetitionView), Problem))]
#[get("/competitions/{slug}")]
pub(crate) async fn find_competition(state: web::Data<AppState>, seen: Seen) -> ApiResult<web::Json<CompetitionView>> {
    let now = state.clock.now();
    state.db.read::<_, ApiError, _>(move |conn| view(conn, seen, now)).await.map(web::Json)
}

/// The view of a competition for whoever sees it.
pub(super) fn view(conn: &mut Conn, seen: Seen, now: UtcTime) -> ApiResult<CompetitionView> {
    let Seen { competition, user, is_host, role, participant, membership } = seen;
    let manifest: Manifest = serde_json::from_str(competition.manifest.as_str()).map_err(ApiError::internal)?;
    let team = membership.as_ref().map(|membership| membership.team.id);
    let quota = team.map(|team| submissions::quota(conn, competition.id, team, now)).transpose()?;
    let solution = solutions::in_use(conn, competition.id)?;
    let files = data_files::total(conn, competition.id, (!is_host).then_some(now))?;
    let hosts = competitions::hosts(conn, competition.id)?;
    let listed = Listed {
        teams: teams_of(conn, &competition)?,
        entries: competitions::scored_entries(conn, competition.id)?,
        team,
        is_host,
        competition: competition.clone(),
    };
    let public_share = match &solution {
        Some(solution) if solution.rows_public + solution.rows_private > 0 => {
            share(solution.rows_public, solution.rows_private)
        }
        _ => manifest.split.public,
    };
    let previous = match cloning::previous(conn, competition.id)? {
        Some(id) => round(conn, id, user.as_ref(), now)?,
        None => None,
    };
    let mut next = Vec::new();
    for id in cloning::next(conn, competition.id)? {
        next.extend(round(conn, id, user.as_ref(), now)?);
    }
    Ok(CompetitionView {
        previous,
        next,
        next_action: match participant {
            // Hosts have to decide, or have decided.
            Some(ParticipantState::Asked) => NextAction::Wait,
            Some(ParticipantState::Declined | ParticipantState::Removed) => NextAction::None,
            _ => next_action(&competition, now, user.is_some(), quota.as_ref()),
        },
        access: AccessView {
            visibility: competition.visibility,
            admission: competition.admission,
            domains: competition.domains.read().map_err(ApiError::internal)?,
            participant,
            role,
        },
        task: task_view(&manifest),
        limits: LimitsView {
            entries_per_day: competition.entries_per_day,
            finals: competition.finals,
            team_size: competition.team_size,
            file_bytes: competition.file_limit_bytes,
        },
        split: SplitView { public_share, public_rows: solution.map(|solution| solution.rows_public) },
        columns: manifest.columns,
        fields: manifest.fields,
        brackets: manifest.brackets,
        data_files: files.files,
        data_bytes: files.bytes,
        joins_until: competition.dates.joins_until(),
        merges_until: competition.dates.teams_until(),
        freezes_at: competition.dates.freezes_at,
        reveals_at: competition.dates.reveals_at(),
        hosts: hosts.into_iter().map(|host| PersonView { id: host.user, name: host.name }).collect(),
        is_host,
        membership: membership.map(Into::into),
        quota: quota.map(Into::into),
        licence: competition.licence,
        card: card(conn, listed, now)?,
    })
}

#[expect(clippy::cast_precision_loss, reason = "a share for people; rows are far below 2^53")]
fn share(public: i64, private: i64) -> f64 {
    public as f64 / (public + private) as f64
}

fn teams_of(conn: &mut Conn, competition: &Competition) -> Result<i64, StoreError> {
    let teams = teams::all(conn, competition.id)?;
    Ok(i64::try_from(teams.iter().filter(|team| !team.is_benchmark).count()).unwrap_or(i64::MAX))
}

fn task_view(manifest: &Manifest) -> TaskView {
    let task = &manifest.task;
    TaskView {
        kind: task.kind.name().to_owned(),
        id: task.id.clone(),
        target: task.target.as_ref().map(|target| target.names().to_vec()).unwrap_or_default(),
        classes: task.classes.clone(),
        metric: task.metric.to_string(),
        show: task.show.iter().map(ToString::to_string).collect(),
        direction: direction(&task.metric),
        explanation: explanation(&task.metric),
        example: example(&task.metric, task.kind),
    }
}

pub(super) fn direction(metric: &Metric) -> DirectionView {
    match metric.direction() {
        podium_scoring::metric::Direction::Maximize => DirectionView::Maximize,
        podium_scoring::metric::Direction::Minimize => DirectionView::Minimize,
    }
}

/// The metric's explanation as safe HTML.
pub(super) fn explanation(metric: &Metric) -> TextView {
    rendered(&metric.explanation())
}

/// The metric's worked example as safe HTML.
fn example(metric: &Metric, kind: Kind) -> TextView {
    let nothing = TextView { en: String::new(), ko: String::new() };
    metric.example(kind).as_ref().map_or(nothing, rendered)
}

fn rendered(text: &Explanation) -> TextView {
    let html = |source: &str| markdown::render(source, None).map(|rendered| rendered.html).unwrap_or_default();
    TextView { en: html(&text.en), ko: html(&text.ko) }
}

fn next_action(competition: &Competition, now: UtcTime, is_signed_in: bool, quota: Option<&Quota>) -> NextAction {
    use CompetitionState as S;
    let state = competition.state(now);
    if quota.is_none() && state == S::Running && competition.dates.joins_until() <= now {
        return NextAction::None;
    }
    match (state, is_signed_in, quota) {
        (S::Scheduled | S::Running, false, _) => NextAction::SignIn,
        (S::Draft | S::Scheduled | S::Running, true, None) => NextAction::Join,
        (S::Running, true, Some(quota)) if quota.left() > 0 => NextAction::Submit,
        (S::Scheduled | S::Running, true, Some(_)) => NextAction::Wait,
        (S::Closed | S::Revealed, true, Some(_)) => NextAction::LateSubmit,
        (S::Draft | S::Closed | S::Revealed | S::Archived, ..) => NextAction::None,
    }
}
