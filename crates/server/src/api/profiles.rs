//! What everybody may see of a person. Nothing here that is not public elsewhere: a team's name, members and rank appear
//! once the results are out, because until then a competition may keep names to itself or hold its board still.

use actix_web::{get, web};
use podium_store::types::{PostId, Slug, TeamId, Text, ThreadId, UserId, UtcTime};
use podium_store::{Conn, profiles, sealed, threads, users};
use serde::Serialize;
use utoipa::ToSchema;

use super::competitions::TextView;
use crate::app::AppState;
use crate::auth::extract::{CurrentUser, Seen, Visitor};
use crate::problem::{ApiResult, Code, Problem};

/// Competitions and posts that are shown at most.
const MOST: i64 = 20;

/// A competition that the person took part in.
#[derive(Serialize, ToSchema)]
pub struct ParticipationView {
    /// Its name in addresses.
    #[schema(value_type = String)]
    slug: Slug,
    /// Its title.
    title: TextView,
    /// The team's number; null until the results are out.
    #[schema(value_type = Option<i64>)]
    team_id: Option<TeamId>,
    /// The team's name; null until the results are out.
    #[schema(value_type = Option<String>)]
    team: Option<Text>,
    /// The final rank; null until the results are out, and for whoever has none.
    rank: Option<i64>,
    /// How many teams have a final rank.
    teams: Option<i64>,
    /// The team's write-up; null until the results are out, and where there is none.
    write_up: Option<WriteUpLink>,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    joined_at: UtcTime,
}

/// Where a team tells how it solved the task.
#[derive(Serialize, ToSchema)]
pub struct WriteUpLink {
    /// Its thread.
    #[schema(value_type = i64)]
    thread_id: ThreadId,
    /// The thread's title.
    #[schema(value_type = String)]
    title: Text,
}

/// A post of the person.
#[derive(Serialize, ToSchema)]
pub struct WrittenView {
    /// Which.
    #[schema(value_type = i64)]
    post_id: PostId,
    /// In which thread.
    #[schema(value_type = i64)]
    thread_id: ThreadId,
    /// The thread's title.
    #[schema(value_type = String)]
    thread_title: Text,
    /// The competition's name in addresses.
    #[schema(value_type = String)]
    slug: Slug,
    /// Votes for it.
    votes: i64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    created_at: UtcTime,
}

/// A person, as everybody sees them.
#[derive(Serialize, ToSchema)]
pub struct ProfileView {
    /// Their number.
    #[schema(value_type = i64)]
    id: UserId,
    /// Their name.
    #[schema(value_type = String)]
    name: Text,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    created_at: UtcTime,
    /// Newest first.
    competitions: Vec<ParticipationView>,
    /// Newest first.
    posts: Vec<WrittenView>,
}

/// Shows the competitions and posts of the person with this name
///
/// For pages, whose addresses have names. A name is folded as at sign-in.
#[utoipa::path(tag = "accounts", params(("name" = String, Path)), responses((status = 200, body = ProfileView), Problem))]
#[get("/people/{name}")]
pub(crate) async fn find_person(
    state: web::Data<AppState>,
    visitor: Visitor,
    path: web::Path<String>,
) -> ApiResult<web::Json<ProfileView>> {
    let (name, now) = (path.into_inner(), state.clock.now());
    let look = move |conn: &mut Conn| {
        let id = users::find_by_name(conn, &name)?.ok_or(Code::NotFound)?;
        profile(conn, id, visitor.0.as_ref(), now)
    };
    Ok(web::Json(state.db.read(look).await?))
}

/// Shows a person's competitions and posts
#[utoipa::path(tag = "accounts", params(("id" = i64, Path)), responses((status = 200, body = ProfileView), Problem))]
#[get("/users/{id}")]
pub(crate) async fn find_profile(
    state: web::Data<AppState>,
    visitor: Visitor,
    path: web::Path<UserId>,
) -> ApiResult<web::Json<ProfileView>> {
    let (id, now) = (path.into_inner(), state.clock.now());
    let look = move |conn: &mut Conn| profile(conn, id, visitor.0.as_ref(), now);
    Ok(web::Json(state.db.read(look).await?))
}

fn profile(conn: &mut Conn, id: UserId, reader: Option<&CurrentUser>, now: UtcTime) -> ApiResult<ProfileView> {
    let user = users::find(conn, id)?.filter(|user| user.deleted_at.is_none()).ok_or(Code::NotFound)?;
    let mut taken_part = vec![];
    for row in profiles::participations(conn, id, MOST)? {
        let Some(seen) = visible(conn, row.competition, reader, now)? else { continue };
        let released = seen.competition.released(now);
        let standings = released.map(|released| sealed::final_standings(conn, &released)).transpose()?;
        let is_out = standings.is_some();
        let write_ups = if is_out { threads::write_ups(conn, row.competition)? } else { vec![] };
        let write_up = write_ups.into_iter().find(|(team, _)| *team == row.team);
        let ranked = standings.unwrap_or_default();
        let rank = ranked.iter().find(|standing| standing.team == row.team).and_then(|standing| standing.rank);
        taken_part.push(ParticipationView {
            slug: seen.competition.slug,
            title: TextView {
                en: seen.competition.title_en.into_string(),
                ko: seen.competition.title_ko.into_string(),
            },
            team_id: is_out.then_some(row.team),
            team: is_out.then_some(row.team_name),
            rank: rank.and_then(|rank| i64::try_from(rank).ok()),
            teams: is_out.then(|| {
                let count = ranked.iter().filter(|standing| standing.rank.is_some()).count();
                i64::try_from(count).unwrap_or(i64::MAX)
            }),
            write_up: write_up.map(|(_, thread)| WriteUpLink { thread_id: thread.id, title: thread.title }),
            joined_at: row.joined_at,
        });
    }
    let mut written = vec![];
    for row in profiles::posts(conn, id, MOST)? {
        let Some(seen) = visible(conn, row.competition, reader, now)? else { continue };
        written.push(WrittenView {
            post_id: row.post,
            thread_id: row.thread,
            thread_title: row.title,
            slug: seen.competition.slug,
            votes: row.votes,
            created_at: row.created_at,
        });
    }
    Ok(ProfileView { id, name: user.name, created_at: user.created_at, competitions: taken_part, posts: written })
}

/// The competition, if the reader may see it.
fn visible(
    conn: &mut Conn,
    id: podium_store::types::CompetitionId,
    reader: Option<&CurrentUser>,
    now: UtcTime,
) -> ApiResult<Option<Seen>> {
    // A token of another competition sees no more here than nobody does.
    let reader = reader.filter(|reader| reader.only.is_none_or(|only| only == id)).cloned();
    match Seen::find(conn, id, reader, now) {
        Ok(seen) => Ok(Some(seen)),
        Err(error) if error.code() == Code::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
