//! A roster: a CSV of people becomes accounts that are let into the competition, and a CSV of one-time links with which
//! they set their passwords. Works without mail. Accounts that exist are never opened this way, whoever's they are.

use std::collections::BTreeMap;

use actix_web::http::header;
use actix_web::{HttpResponse, post, web};
use chrono::TimeDelta;
use podium_bundle::Sentence;
use podium_bundle::manifest::Manifest;
use podium_store::audit::{self, Action, Entry};
use podium_store::one_time_links::{self, Purpose};
use podium_store::participants::{self, ParticipantError};
use podium_store::teams::{Answers, JoinError};
use podium_store::types::{Language, Sha256, Text, UserRole, fold_name};
use podium_store::users::{self, AccountError, NewUser};
use podium_store::{Conn, StoreError};
use utoipa::ToSchema;

use super::super::accounts::{check_email, check_name, check_team_name};
use crate::app::AppState;
use crate::auth::extract::Host;
use crate::file_name;
use crate::mail::links;
use crate::problem::{ApiError, ApiResult, Code, Fault, Problem};

/// Most people of one roster.
const MOST: usize = 2_000;
/// Largest roster, in bytes.
const MOST_BYTES: usize = 1 << 20;
/// How long the links are good.
const VALID: TimeDelta = TimeDelta::days(14);
/// Faults that are listed; all are counted.
const LISTED: usize = 20;

/// A line of the roster that can be carried out.
#[derive(Clone)]
struct Person {
    line: u64,
    name: Text,
    email: Option<Text>,
    team: Option<Text>,
    answers: Answers,
    secret: String,
    hash: Sha256,
}

/// Why a roster is refused as a whole.
#[derive(Debug, thiserror::Error)]
enum RosterError {
    /// A name belongs to an account; the line.
    #[error("line {0}: {1}")]
    Taken(u64, AccountError),
    /// Others have the team's name; the line.
    #[error("line {0}: the team name is taken")]
    TeamTaken(u64),
    #[error(transparent)]
    Participant(#[from] ParticipantError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A CSV of people
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the body for the OpenAPI document")]
pub struct RosterForm(String);

/// Makes accounts from a CSV of people and answers with a CSV of one-time links; for hosts
///
/// Columns: `name`, `email` and `team` (may be left out), and the sign-up fields by their names. All lines or none. Whoever
/// opens their link sets a password, signs in and accepts the rules; the links are shown once and good for 14 days. A name
/// of an existing account is refused: invite such people instead. People with the same `team` are in one team once they
/// have joined, led by whoever joins first; without it everybody is a team of one.
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path)),
    request_body(content = String, content_type = "text/csv", description = "name,email,team,…"),
    responses((status = 200, description = "name,email,link", content_type = "text/csv", body = String), Problem),
)]
#[post("/competitions/{slug}/roster")]
pub(crate) async fn create_roster(state: web::Data<AppState>, host: Host, body: web::Bytes) -> ApiResult<HttpResponse> {
    if body.len() > MOST_BYTES {
        return Err(ApiError::new(Code::PayloadTooLarge, "The roster is larger than 1 MiB."));
    }
    let manifest: Manifest = serde_json::from_str(host.competition.manifest.as_str()).map_err(ApiError::internal)?;
    let (columns, people) = read(&body, &manifest)?;
    let (id, by, now, actor) = (host.competition.id, host.user.user.id, state.clock.now(), host.user.actor());
    let (language, subject) = (host.user.user.language, host.competition.slug.as_str().to_owned());
    let rows = people.clone();
    let create = move |conn: &mut Conn| {
        for person in &rows {
            enroll(conn, person, id, (by, language), now)?;
        }
        let entry = Entry::new(actor, Action::ParticipantsInvited, subject.as_str())
            .of(id)
            .with("count", rows.len())
            .with("roster", true);
        audit::record(conn, &entry, now)?;
        Ok(())
    };
    let refused = |error: RosterError| error.place(&columns);
    state.db.write::<_, RosterError, _>(create).await.map_err(refused)?;
    state.live.wake();
    tracing::info!(user = by.0, competition = id.0, people = people.len(), "made accounts from a roster");
    let table = write(&people, &state.config.site_url().unwrap_or_default()).map_err(ApiError::internal)?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            file_name::attachment(&format!("{}-links.csv", host.competition.slug)),
        ))
        .body(table))
}

fn enroll(
    conn: &mut Conn,
    person: &Person,
    competition: podium_store::types::CompetitionId,
    (by, language): (podium_store::types::UserId, Language),
    now: podium_store::types::UtcTime,
) -> Result<(), RosterError> {
    let new = NewUser {
        name: person.name.clone(),
        email: person.email.clone(),
        password_hash: None,
        role: UserRole::Participant,
        language,
        created_at: now,
    };
    let user = users::create(conn, &new).map_err(|error| match error {
        AccountError::Store(error) => RosterError::Store(error),
        other => RosterError::Taken(person.line, other),
    })?;
    let team = person.team.as_ref();
    let enrolled = participants::enroll(conn, (competition, user.id), &person.answers, team, by, now);
    enrolled.map_err(|error| match error {
        ParticipantError::Join(JoinError::NameTaken) => RosterError::TeamTaken(person.line),
        other => other.into(),
    })?;
    one_time_links::issue(conn, user.id, Purpose::PasswordReset, person.hash, None, VALID, now)?;
    Ok(())
}

/// What the rules of a name, an address and a team's name want, in Korean.
const KO_NAME: &str = "이름은 2자 이상 40자 이하이며, @와 보이지 않는 문자를 쓸 수 없습니다.";
const KO_EMAIL: &str = "이메일 주소의 형식이 맞지 않습니다.";
const KO_TEAM: &str = "팀 이름은 1자 이상 40자 이하이며, 보이지 않는 문자를 쓸 수 없습니다.";

/// The names of the columns, and the people.
fn read(bytes: &[u8], manifest: &Manifest) -> ApiResult<(Vec<String>, Vec<Person>)> {
    let mut faults: Vec<Fault> = Vec::new();
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
    let unreadable = |error: &csv::Error| {
        let line = error.position().map(csv::Position::line);
        let message_ko = Some(format!("CSV로 읽을 수 없습니다: {error}."));
        Fault { code: "syntax".into(), line, message: format!("{error}."), message_ko, count: 1, ..Fault::default() }
    };
    let refused = |faults: Vec<Fault>| ApiError::from(Code::InvalidInput).with_errors(faults);
    let headers = match reader.headers() {
        Ok(headers) => headers.iter().map(str::to_lowercase).collect::<Vec<String>>(),
        Err(error) => return Err(refused(vec![unreadable(&error)])),
    };
    if !headers.iter().any(|name| name == "name") {
        let sentence = Sentence::new(
            "The first line must name the columns; 'name' is missing.",
            "첫 줄은 열 이름이어야 합니다. ‘name’ 열이 없습니다.",
        );
        return Err(refused(vec![Fault::told("name", sentence)]));
    }
    for (i, column) in headers.iter().enumerate() {
        let known =
            ["name", "email", "team"].contains(&column.as_str()) || manifest.fields.iter().any(|f| f.name == *column);
        if !known || headers[..i].contains(column) {
            let sentence = Sentence::new(
                format!("The column '{column}' is not 'name', 'email', 'team' or a sign-up field, or stands twice."),
                format!(
                    "‘{column}’ 열이 두 번 나오거나, ‘name’, ‘email’, ‘team’, 참가할 때 묻는 질문 중 어느 것도 아닙니다."
                ),
            );
            faults.push(Fault { line: Some(1), column: Some(i as u64 + 1), ..Fault::told(column, sentence) });
        }
    }
    let mut people: Vec<Person> = Vec::new();
    let mut sizes: BTreeMap<String, u32> = BTreeMap::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                faults.push(unreadable(&error));
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let mut fault = |name: &str, sentence: Sentence| faults.push(at(&headers, line, name, sentence));
        let mut cells: BTreeMap<String, String> =
            headers.iter().cloned().zip(record.iter().map(str::to_owned)).collect();
        let name = check_name(&cells.remove("name").unwrap_or_default())
            .map_err(|en| fault("name", Sentence::new(en, KO_NAME)))
            .ok();
        let email = match cells.remove("email").filter(|email| !email.is_empty()) {
            Some(email) => check_email(&email).map_err(|en| fault("email", Sentence::new(en, KO_EMAIL))).ok(),
            None => None,
        };
        let team = match cells.remove("team").filter(|team| !team.is_empty()) {
            Some(team) => check_team_name(&team).map_err(|en| fault("team", Sentence::new(en, KO_TEAM))).ok(),
            None => None,
        };
        if let Some(team) = &team {
            let size = sizes.entry(fold_name(team.as_str())).or_default();
            *size += 1;
            if *size > manifest.limits.team_size {
                let most = manifest.limits.team_size;
                let sentence = Sentence::new(
                    format!("'{team}' has more than {most} people; a team has at most {most}."),
                    format!("‘{team}’ 팀의 인원이 {most}명을 넘습니다. 한 팀은 최대 {most}명입니다."),
                );
                fault("team", sentence);
            }
        }
        cells.retain(|_, value| !value.is_empty());
        // What is missing is asked when the person joins.
        let given: Vec<String> = cells.keys().cloned().collect();
        let mut partial = manifest.clone();
        partial.fields.retain(|field| given.contains(&field.name));
        let answers = match partial.read_answers(&cells) {
            Ok(answers) => answers,
            Err(wrong) => {
                wrong.iter().for_each(|wrong| fault(wrong.field(), wrong.sentence().with_stop()));
                continue;
            }
        };
        let Some(name) = name else { continue };
        let document = serde_json::to_string(&answers.values).map_err(ApiError::internal)?;
        let answers = Answers { document: Text::lossy(document), bracket: answers.bracket.map(Text::lossy) };
        let (secret, hash) = links::secret()?;
        people.push(Person { line, name, email, team, answers, secret, hash });
    }
    if people.is_empty() && faults.is_empty() {
        let sentence = Sentence::new("There is nobody in the roster.", "명단에 아무도 없습니다.");
        faults.push(Fault::told("name", sentence));
    }
    if people.len() > MOST {
        let n = people.len();
        let sentence = Sentence::new(
            format!("There are {n} people; send at most {MOST} at once."),
            format!("명단이 {n}명입니다. 한 번에 {MOST}명까지 보내 주십시오."),
        );
        faults.push(Fault::told("name", sentence));
    }
    faults.truncate(LISTED);
    if faults.is_empty() { Ok((headers, people)) } else { Err(refused(faults)) }
}

/// A fault in a cell.
fn at(columns: &[String], line: u64, name: &str, sentence: Sentence) -> Fault {
    let column = columns.iter().position(|column| column == name).map(|place| place as u64 + 1);
    Fault { line: Some(line), column, ..Fault::told(name, sentence) }
}

fn write(people: &[Person], site: &str) -> Result<Vec<u8>, csv::Error> {
    let mut table = Vec::new();
    let mut writer = csv::Writer::from_writer(&mut table);
    writer.write_record(["name", "email", "link"])?;
    for person in people {
        let link = format!("{site}/reset-password#token={}", person.secret);
        let email = person.email.as_ref().map_or("", Text::as_str);
        let (name, email) =
            (super::super::leaderboard::harmless(person.name.as_str()), super::super::leaderboard::harmless(email));
        writer.write_record([name.as_ref(), email.as_ref(), link.as_str()])?;
    }
    writer.flush()?;
    drop(writer);
    Ok(table)
}

impl RosterError {
    /// With its place in the file.
    fn place(self, columns: &[String]) -> ApiError {
        let (line, name, sentence) = match self {
            Self::Taken(line, why) => {
                let sentence = Sentence::new(
                    format!("{why}. Invite people who have an account by name or link."),
                    "같은 이름이나 이메일의 계정이 있습니다. 계정이 있는 사람은 이름이나 링크로 초대해 주십시오.",
                );
                (line, "name", sentence)
            }
            Self::TeamTaken(line) => {
                let sentence = Sentence::new(
                    "Another team of this competition has this name, or one that reads the same.",
                    "이 대회에 같은 이름이나 똑같이 읽히는 이름의 팀이 있습니다.",
                );
                (line, "team", sentence)
            }
            Self::Participant(error) => return error.into(),
            Self::Store(error) => return error.into(),
        };
        ApiError::from(Code::InvalidInput).with_errors(vec![at(columns, line, name, sentence)])
    }
}
