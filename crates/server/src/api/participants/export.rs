//! The host's list of participants as a table for a spreadsheet, with the answers to the sign-up fields.

use std::collections::BTreeMap;

use actix_web::http::header;
use actix_web::{HttpResponse, get, web};
use podium_bundle::manifest::Manifest;
use podium_store::audit::{self, Action, Entry};
use podium_store::participants::{self, Filter, Listed};
use podium_store::{Conn, StoreError};
use serde::Deserialize;
use utoipa::IntoParams;

use super::super::leaderboard::harmless;
use crate::app::AppState;
use crate::auth::extract::Host;
use crate::file_name;
use crate::problem::{ApiError, ApiResult, Problem};

/// How to write the table.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ParticipantCsvQuery {
    /// Begin with a byte order mark, by which Excel knows UTF-8.
    bom: bool,
}

/// Downloads everybody who asked, was invited or takes part as CSV, with their answers; for hosts
///
/// Columns: `name`, `state`, `team`, `bracket`, the sign-up fields by their names, `reason`, `created_at`, `decided_at`. A
/// cell that a spreadsheet would run begins with an apostrophe. The audit log says who exported.
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), ParticipantCsvQuery),
    responses((status = 200, body = String, content_type = "text/csv"), Problem),
)]
#[get("/competitions/{slug}/participants.csv")]
pub(crate) async fn export_participants(
    state: web::Data<AppState>,
    host: Host,
    query: web::Query<ParticipantCsvQuery>,
) -> ApiResult<HttpResponse> {
    let Host { competition, user } = host;
    let manifest: Manifest = serde_json::from_str(competition.manifest.as_str()).map_err(ApiError::internal)?;
    let (id, now) = (competition.id, state.clock.now());
    let rows = state.db.read::<_, StoreError, _>(move |conn| {
        let everybody = Filter { states: Vec::new(), name: String::new(), after: None };
        participants::list(conn, id, &everybody, i64::MAX)
    });
    let table = table(&rows.await?, &manifest, query.bom)?;
    let entry =
        Entry::new(user.actor(), Action::Exported, competition.slug.as_str()).of(id).with("what", "participants");
    state.db.write::<_, StoreError, _>(move |conn: &mut Conn| audit::record(conn, &entry, now)).await?;
    let name = format!("{}-participants.csv", competition.slug);
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_DISPOSITION, file_name::attachment(&name)))
        .body(table))
}

fn table(rows: &[Listed], manifest: &Manifest, bom: bool) -> ApiResult<Vec<u8>> {
    let fields: Vec<&str> = manifest.fields.iter().map(|field| field.name.as_str()).collect();
    let mut table = if bom { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
    let mut writer = csv::Writer::from_writer(&mut table);
    let columns = ["name", "state", "team", "bracket"].into_iter().chain(fields.iter().copied());
    writer.write_record(columns.chain(["reason", "created_at", "decided_at"])).map_err(ApiError::internal)?;
    for Listed { participant, name, team } in rows {
        let answers: BTreeMap<String, String> =
            serde_json::from_str(participant.answers.as_str()).map_err(ApiError::internal)?;
        let mut record = vec![
            harmless(name.as_str()).into_owned(),
            participant.state.to_string(),
            harmless(team.as_ref().map_or("", |(_, name)| name.as_str())).into_owned(),
            harmless(participant.bracket.as_ref().map_or("", |bracket| bracket.as_str())).into_owned(),
        ];
        record.extend(fields.iter().map(|field| harmless(answers.get(*field).map_or("", String::as_str)).into_owned()));
        record.push(harmless(participant.reason.as_str()).into_owned());
        record.push(participant.created_at.to_string());
        record.push(participant.decided_at.map_or_else(String::new, |at| at.to_string()));
        writer.write_record(record).map_err(ApiError::internal)?;
    }
    writer.flush().map_err(ApiError::internal)?;
    drop(writer);
    Ok(table)
}
