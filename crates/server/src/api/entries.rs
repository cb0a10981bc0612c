//! All entries of a competition for its hosts: a list with filters, and one ZIP of the files with an index.
//!
//! Private scores stand in the index once they are out, and not a moment before, for hosts as for everybody.

use std::collections::hash_map::Entry as Place;
use std::collections::{BTreeMap, HashMap};

use actix_web::http::header;
use actix_web::{HttpResponse, get, web};
use podium_store::audit::{self, Action, Entry};
use podium_store::competitions::Competition;
use podium_store::downloads::{self, Download};
use podium_store::submissions::{self, EntryFilter, Submission};
use podium_store::types::{DownloadId, SubmissionId, SubmissionState, TeamId, Text, UserId, UtcTime};
use podium_store::{Conn, StoreError, results, sealed, teams, users};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::competitions::PersonView;
use super::leaderboard::harmless;
use super::submissions::SubmissionView;
use super::teams::merges::TeamNameView;
use crate::app::AppState;
use crate::archive;
use crate::auth::extract::Host;
use crate::file_name;
use crate::problem::{ApiError, ApiResult, Code, Problem};
use crate::score_text::ScoreText;

/// Entries and downloads of a page.
const PAGE: usize = 50;

/// An entry, as hosts see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryView {
    /// Which team sent it.
    team: TeamNameView,
    /// What the team sees.
    entry: SubmissionView,
}

/// A page of entries.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryList {
    /// Newest first.
    items: Vec<EntryView>,
    /// `cursor` of the next page.
    next: Option<String>,
}

/// Which entries.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct EntryQuery {
    /// Only of this team.
    #[param(value_type = Option<i64>)]
    team: Option<TeamId>,
    /// Only in this state.
    #[param(value_type = Option<String>)]
    state: Option<SubmissionState>,
    /// Only late ones, or only others.
    late: Option<bool>,
    /// `next` of the page before.
    cursor: Option<String>,
}

impl EntryQuery {
    fn filter(&self) -> ApiResult<EntryFilter> {
        let before = self.cursor.as_deref().map(str::parse).transpose();
        let before = before.map_err(|_| ApiError::new(Code::InvalidRequest, "There is no such page."))?;
        Ok(EntryFilter { team: self.team, state: self.state, is_late: self.late, before })
    }
}

/// Lists the entries of all teams, with filters; for hosts
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), EntryQuery),
    responses((status = 200, body = EntryList), Problem),
)]
#[get("/competitions/{slug}/entries")]
pub(crate) async fn list_entries(
    state: web::Data<AppState>,
    host: Host,
    query: web::Query<EntryQuery>,
) -> ApiResult<web::Json<EntryList>> {
    let (filter, id) = (query.filter()?, host.competition.id);
    let now = state.clock.now();
    let look = move |conn: &mut Conn| {
        let mut rows = submissions::list_all(conn, id, &filter, PAGE as i64 + 1)?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let next = rows.last().filter(|_| more).map(|last| last.id.to_string());
        let order: Vec<(SubmissionId, TeamId)> = rows.iter().map(|row| (row.id, row.team_id)).collect();
        let mut by_team: BTreeMap<TeamId, Vec<Submission>> = BTreeMap::new();
        for row in rows {
            by_team.entry(row.team_id).or_default().push(row);
        }
        let (mut views, mut names) = (HashMap::new(), HashMap::new());
        for (team, rows) in by_team {
            if let Some(found) = teams::find(conn, team)? {
                names.insert(team, found.name);
            }
            let ids: Vec<SubmissionId> = rows.iter().map(|row| row.id).collect();
            views.extend(ids.into_iter().zip(super::submissions::views(conn, rows, team, now)?));
        }
        let items = order.into_iter().filter_map(|(entry, team)| {
            let name = names.get(&team)?.clone();
            Some(EntryView { team: TeamNameView { id: team, name }, entry: views.remove(&entry)? })
        });
        Ok::<_, ApiError>(EntryList { items: items.collect(), next })
    };
    state.db.read(look).await.map(web::Json)
}

/// Downloads the files of the entries as one ZIP, `team_entry_file.csv` each, with `index.csv`; for hosts
///
/// The index has the public scores, and the private ones once they are out.
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), EntryQuery),
    responses((status = 200, description = "The archive", content_type = "application/zip"), Problem),
)]
#[get("/competitions/{slug}/entries.zip")]
pub(crate) async fn export_entries(
    state: web::Data<AppState>,
    host: Host,
    query: web::Query<EntryQuery>,
) -> ApiResult<HttpResponse> {
    let filter = query.filter()?;
    let (competition, now, actor) = (host.competition, state.clock.now(), host.user.actor());
    let name = format!("{}-entries.zip", competition.slug);
    let (id, subject) = (competition.id, competition.slug.as_str().to_owned());
    let look = move |conn: &mut Conn| {
        let mut rows = submissions::list_all(conn, id, &filter, i64::MAX)?;
        // Refused files are not kept.
        rows.retain(|row| row.state != SubmissionState::Invalid);
        rows.reverse();
        let index = index(conn, &competition, &rows, now)?;
        Ok::<_, ApiError>(index)
    };
    let (index, entries) = state.db.read(look).await?;
    let entry =
        Entry::new(actor, Action::Exported, subject).of(id).with("what", "entries").with("count", entries.len());
    state.db.write::<_, StoreError, _>(move |conn| audit::record(conn, &entry, now)).await?;
    let stream = archive::stream_with(state.blobs.clone(), entries, vec![("index.csv".to_owned(), index)]);
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header((header::CONTENT_DISPOSITION, file_name::attachment(&name)))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .streaming(stream))
}

/// The table of the archive, and its files.
fn index(
    conn: &mut Conn,
    competition: &Competition,
    rows: &[Submission],
    now: UtcTime,
) -> ApiResult<(Vec<u8>, Vec<archive::Entry>)> {
    let ids: Vec<SubmissionId> = rows.iter().map(|row| row.id).collect();
    let mut public: HashMap<(SubmissionId, String), f64> = HashMap::new();
    let mut metrics = vec![competition.metric.as_str().to_owned()];
    // Parts of some hundreds, since databases limit the values of one statement.
    for part in ids.chunks(500) {
        for score in results::scores(conn, part)? {
            let metric = score.metric.into_string();
            if !metrics.contains(&metric) {
                metrics.push(metric.clone());
            }
            if let Some(value) = score.value {
                public.insert((score.submission_id, metric), value.get());
            }
        }
    }
    let released = competition.released(now);
    let mut private: HashMap<(SubmissionId, String), f64> = HashMap::new();
    if let Some(released) = &released {
        for part in ids.chunks(500) {
            for score in sealed::revealed_scores(conn, released, part)? {
                if let Some(value) = score.value {
                    private.insert((score.submission, score.metric.into_string()), value.get());
                }
            }
        }
    }
    let (mut names, mut people): (HashMap<TeamId, String>, HashMap<UserId, String>) = Default::default();
    let internal = |error: csv::Error| ApiError::internal(error);
    let mut table = Vec::new();
    let mut writer = csv::Writer::from_writer(&mut table);
    let fixed =
        ["file", "entry_id", "team_id", "team", "entry", "submitted_by", "accepted_at", "state", "is_late", "note"];
    let private_columns = metrics.iter().filter(|_| released.is_some()).map(|metric| format!("private_{metric}"));
    let columns = metrics.iter().map(|metric| format!("public_{metric}")).chain(private_columns);
    writer.write_record(fixed.iter().map(|name| (*name).to_owned()).chain(columns)).map_err(internal)?;
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        let team = match names.entry(row.team_id) {
            Place::Occupied(known) => known.into_mut(),
            Place::Vacant(place) => {
                let team = teams::find(conn, row.team_id)?.map(|team| team.name.into_string());
                place.insert(team.unwrap_or_default())
            }
        };
        let person = match people.entry(row.user_id) {
            Place::Occupied(known) => known.into_mut(),
            Place::Vacant(place) => {
                let user = users::find(conn, row.user_id)?.map(|user| user.name.into_string());
                place.insert(user.unwrap_or_default())
            }
        };
        let path = format!("{}_{}_{}", plain(team, row.team_id.0), row.number, plain(row.file_name.as_str(), row.id.0));
        let text = |scores: &HashMap<(SubmissionId, String), f64>, metric: &String| {
            scores.get(&(row.id, metric.clone())).map_or_else(String::new, |score| ScoreText(*score).to_string())
        };
        let mut record = vec![
            path.clone(),
            row.id.to_string(),
            row.team_id.to_string(),
            harmless(team).into_owned(),
            row.number.to_string(),
            harmless(person).into_owned(),
            row.accepted_at.to_string(),
            row.state.to_string(),
            row.is_late.to_string(),
            harmless(row.note.as_str()).into_owned(),
        ];
        record.extend(metrics.iter().map(|metric| text(&public, metric)));
        record.extend(metrics.iter().filter(|_| released.is_some()).map(|metric| text(&private, metric)));
        writer.write_record(record).map_err(internal)?;
        entries.push(archive::Entry { path, sha256: row.sha256, bytes: u64::try_from(row.bytes).unwrap_or(0) });
    }
    writer.flush().map_err(ApiError::internal)?;
    drop(writer);
    Ok((table, entries))
}

/// A name as a part of a file name: letters, digits and `.-` of any script; the number makes an empty one unique.
fn plain(name: &str, number: i64) -> String {
    let clean: String =
        name.chars().map(|c| if c.is_alphanumeric() || ".-".contains(c) { c } else { '-' }).take(60).collect();
    let clean = clean.trim_matches(['.', '-']).to_owned();
    if clean.is_empty() { number.to_string() } else { clean }
}

/// Somebody fetched a data file.
#[derive(Debug, Serialize, ToSchema)]
pub struct DownloadView {
    /// Who.
    person: PersonView,
    /// Which file; `*` for all of them as one archive.
    #[schema(value_type = String)]
    path: Text,
    /// Its size.
    bytes: i64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: UtcTime,
}

/// A page of downloads.
#[derive(Debug, Serialize, ToSchema)]
pub struct DownloadList {
    /// Newest first.
    items: Vec<DownloadView>,
    /// `cursor` of the next page.
    next: Option<String>,
}

/// Which downloads.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DownloadQuery {
    /// Only by this account.
    #[param(value_type = Option<i64>)]
    user: Option<UserId>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists who fetched which data file and when; for hosts
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), DownloadQuery),
    responses((status = 200, body = DownloadList), Problem),
)]
#[get("/competitions/{slug}/downloads")]
pub(crate) async fn list_downloads(
    state: web::Data<AppState>,
    host: Host,
    query: web::Query<DownloadQuery>,
) -> ApiResult<web::Json<DownloadList>> {
    let DownloadQuery { user, cursor } = query.into_inner();
    let before = cursor.as_deref().map(str::parse).transpose();
    let before: Option<DownloadId> =
        before.map_err(|_| ApiError::new(Code::InvalidRequest, "There is no such page."))?;
    let id = host.competition.id;
    let look = move |conn: &mut Conn| downloads::list(conn, id, user, before, PAGE as i64 + 1);
    let mut rows = state.db.read::<_, StoreError, _>(look).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| more).map(|(last, _)| last.id.to_string());
    let view = |(row, name): (Download, Text)| DownloadView {
        person: PersonView { id: row.user_id, name },
        path: row.path,
        bytes: row.bytes,
        at: row.at,
    };
    Ok(web::Json(DownloadList { items: rows.into_iter().map(view).collect(), next }))
}
