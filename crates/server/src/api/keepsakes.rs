//! What remains of a competition: the closing archive as a download, and putting it away.

use actix_web::http::header;
use actix_web::{HttpResponse, get, post, web};
use podium_bundle::Manifest;
use podium_store::audit::{self, Action, Entry};
use podium_store::competitions;
use podium_store::types::Language;
use podium_store::{Conn, StoreError, pages, submissions, teams};

use super::closing;
use super::competitions::CompetitionView;
use super::leaderboard::{self, harmless};
use super::pages::reads;
use super::publication::seen_by_host;
use crate::app::AppState;
use crate::auth::extract::Host;
use crate::board::closing::ClosingBoard;
use crate::board::registry::{BoardError, LiveBoard};
use crate::keepsake::{self, Cover, Leaf, Table};
use crate::problem::{ApiError, ApiResult, Code, Problem};
use crate::{file_name, markdown};

/// Downloads the closing archive: pages, leaderboards and entries as HTML and CSV, readable without a server
///
/// Once the private leaderboard is out. Holds no hidden label and no file of a team.
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path)),
    responses((status = 200, description = "The archive", content_type = "application/zip"), Problem)
)]
#[get("/competitions/{slug}/closing-archive.zip")]
pub(crate) async fn download_closing_archive(state: web::Data<AppState>, host: Host) -> ApiResult<HttpResponse> {
    let now = state.clock.now();
    let Host { competition, user } = host;
    let released = competition.released(now).ok_or(Code::NotRevealed)?;
    let entry = Entry::new(user.actor(), Action::ArchiveDownloaded, competition.slug.as_str()).of(competition.id);
    state.db.write::<_, StoreError, _>(move |conn| audit::record(conn, &entry, now)).await?;
    let name = format!("{}-closing-archive.zip", competition.slug);
    let read = move |conn: &mut Conn| {
        let public = LiveBoard::load_as_of(conn, &competition, now)?;
        let private = ClosingBoard::load(conn, competition.id, &released, None, &public)?;
        let written = pages::list(conn, competition.id)?;
        let entries = entries(conn, &competition)?;
        Ok::<_, BoardError>((competition, public, private, written, entries))
    };
    let (competition, public, private, written, entries) = state.db.read(read).await?;
    let write = tokio::task::spawn_blocking(move || -> ApiResult<Vec<u8>> {
        let manifest: Manifest = serde_json::from_str(competition.manifest.as_str()).map_err(ApiError::internal)?;
        let mut leaves = Vec::new();
        // What participants read: the archive may be handed to anybody.
        for page in written.into_iter().filter(|page| page.is_visible(now) && reads(&manifest, page, true)) {
            let name = match page.language {
                Language::En => page.name.as_str().to_owned(),
                Language::Ko => format!("{}.ko", page.name),
            };
            // Without the competition's files: pictures of the data are not in the archive.
            let html = markdown::render(page.markdown.as_str(), None).map_err(ApiError::internal)?.html;
            leaves.push(Leaf { name, html });
        }
        let metric = competition.metric.as_str();
        let failed = |error: csv::Error| ApiError::internal(error);
        let everybody = (None, String::new(), String::new());
        let brackets = (0..)
            .zip(&manifest.brackets)
            .map(|(place, bracket)| (Some(place), format!("-{}", bracket.name), format!(": {}", bracket.title.en)));
        let mut tables = Vec::new();
        for (bracket, ending, title) in std::iter::once(everybody).chain(brackets) {
            tables.push(Table {
                name: format!("private-leaderboard{ending}"),
                title: format!("Private leaderboard{title}"),
                csv: closing::csv_of(&private.of(bracket, &public), metric, false).map_err(failed)?,
            });
            tables.push(Table {
                name: format!("public-leaderboard{ending}"),
                title: format!("Public leaderboard{title}"),
                csv: leaderboard::csv_of(&public.read(), bracket, now, false).map_err(failed)?,
            });
        }
        tables.push(Table { name: "entries".to_owned(), title: "Entries".to_owned(), csv: entries });
        let cover = Cover {
            title: competition.title_en.as_str().to_owned(),
            facts: vec![
                ("Metric", metric.to_owned()),
                ("Began", competition.dates.starts_at.to_string()),
                ("Ended", competition.dates.ends_at.to_string()),
                ("Time zone", competition.zone.to_string()),
                ("Licence of the data", competition.licence.as_str().to_owned()),
            ],
        };
        keepsake::write(&cover, &leaves, &tables).map_err(ApiError::internal)
    });
    let bytes = write.await.map_err(ApiError::internal)??;
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header((header::CONTENT_DISPOSITION, file_name::attachment(&name)))
        .body(bytes))
}

/// One line for each entry: who, when, what became of it. Scores of entries that did not decide stay with their teams.
fn entries(conn: &mut Conn, competition: &competitions::Competition) -> Result<Vec<u8>, StoreError> {
    let mut table = Vec::new();
    let mut writer = csv::Writer::from_writer(&mut table);
    let mut lines = vec![["team", "entry", "accepted_at", "state", "late", "sha256"].map(str::to_owned)];
    for team in teams::all(conn, competition.id)? {
        let mut before = None;
        loop {
            let page = submissions::list(conn, team.id, before, 500)?;
            let Some(last) = page.last() else { break };
            before = Some(last.number);
            for row in page {
                lines.push([
                    harmless(team.name.as_str()).into_owned(),
                    row.number.to_string(),
                    row.accepted_at.to_string(),
                    row.state.to_string(),
                    row.is_late.to_string(),
                    row.sha256.to_string(),
                ]);
            }
        }
    }
    let write = lines.iter().try_for_each(|line| writer.write_record(line)).and_then(|()| Ok(writer.flush()?));
    write.map_err(|error| StoreError::Unavailable(error.to_string()))?;
    drop(writer);
    Ok(table)
}

/// Puts a competition away: it stays readable, and takes no more entries
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path)),
    responses((status = 200, body = CompetitionView), Problem)
)]
#[post("/competitions/{slug}/archive")]
pub(crate) async fn archive_competition(
    state: web::Data<AppState>,
    host: Host,
) -> ApiResult<web::Json<CompetitionView>> {
    let now = state.clock.now();
    let Host { competition, user } = host;
    if !competition.dates.are_revealed(now) {
        return Err(ApiError::new(Code::NotRevealed, "Let the private leaderboard out before putting it away."));
    }
    let id = competition.id;
    let entry = Entry::new(user.actor(), Action::CompetitionArchived, competition.slug.as_str()).of(id);
    let archive = state.db.write::<_, StoreError, _>(move |conn| {
        let archived = competitions::archive(conn, id, now)?;
        audit::record(conn, &entry, now)?;
        Ok(archived)
    });
    let archived = archive.await?;
    state.boards.forget(id);
    seen_by_host(&state, archived, user).await.map(web::Json)
}
