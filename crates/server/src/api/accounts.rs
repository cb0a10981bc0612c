//! Making accounts, and how an account is shown to its owner.

use actix_web::{HttpRequest, HttpResponse, post, web};
use podium_store::audit::Actor;
use podium_store::invites::{self, InviteError, InviteKind};
use podium_store::mails::{self, Letter};
use podium_store::site_settings::SignUp;
use podium_store::types::{Language, Sha256, Text, UserId, UserRole, UtcTime, fold_name};
use podium_store::users::{self, AccountError, NewUser, User};
use podium_store::{Conn, StoreError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::invites::{AcceptedView, accept_as};
use super::sessions::signed_in;
use crate::app::AppState;
use crate::auth::{origin, password, throttle};
use crate::mail::links;
use crate::problem::{ApiError, ApiResult, Code, Fault, Problem};

/// An account, as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserView {
    /// Its number.
    #[schema(value_type = i64)]
    pub id: UserId,
    /// The name others see.
    #[schema(value_type = String)]
    pub name: Text,
    /// The address, if there is one.
    #[schema(value_type = Option<String>)]
    pub email: Option<Text>,
    /// Whether the person proved that the address is theirs; only then mail is sent to it.
    pub email_verified: bool,
    /// What the account may do on the whole site.
    #[schema(value_type = String, example = "participant")]
    pub role: UserRole,
    /// Language of the interface.
    #[schema(value_type = String, example = "en")]
    pub language: Language,
    /// Whether signing in takes a second factor.
    pub second_factor: bool,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: UtcTime,
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        let User { id, name, email, role, language, created_at, email_verified_at, second_factor_at, .. } = user;
        let (email_verified, second_factor) = (email_verified_at.is_some(), second_factor_at.is_some());
        Self { id, name, email, email_verified, role, language, second_factor, created_at }
    }
}

/// An answer that signs the browser in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedInView {
    /// Who is signed in.
    pub user: UserView,
    /// The invitation that came with a sign-up, accepted: where to go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<AcceptedView>,
}

/// A wish for an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUserRequest {
    /// The name others see: 2 to 40 characters, no `@`.
    name: String,
    /// Only for the person and administrators; may be left out. Whether somebody has it already is not said here: a mail
    /// tells whoever reads its mail.
    email: Option<String>,
    /// 10 to 256 characters, not among the first that are tried.
    password: String,
    /// Language of the interface.
    #[schema(value_type = Option<String>, example = "en")]
    language: Option<Language>,
    /// The token of a link `/invite#TOKEN` to a competition or among its hosts, which is accepted with the account. Where
    /// people sign up by invitation it is needed; of an address in other domains it makes an account too.
    invite: Option<String>,
}

/// Makes an account and signs in
#[utoipa::path(tag = "accounts", request_body = NewUserRequest, responses((status = 201, body = SignedInView), Problem))]
#[post("/users")]
pub(crate) async fn create_user(
    state: web::Data<AppState>,
    request: HttpRequest,
    body: web::Json<NewUserRequest>,
) -> ApiResult<HttpResponse> {
    let site = state.site().await?;
    if site.sign_up == SignUp::Closed {
        return Err(Code::SignUpClosed.into());
    }
    let now = state.clock.now();
    let places = throttle::sign_up(&state.config, origin::client_address(&request, &state.config));
    // Every sign-up counts, also those that succeed: each makes an account.
    let _counted = throttle::attempt(&state.db, places, now).await?;
    let body = body.into_inner();
    let language = body.language.unwrap_or(Language::En);
    let invite = body.invite.map(|token| links::hash(&token));
    match site.sign_up {
        SignUp::Invite if invite.is_none() => return Err(Code::InviteNeeded.into()),
        SignUp::Domains if invite.is_none() => {
            let email = body.email.as_deref().unwrap_or_default().trim();
            if !users::is_within(email, &site.domains) {
                let message = format!("Give your address at {}.", site.domains.join(" or "));
                return Err(ApiError::invalid("email", message));
            }
        }
        _ => {}
    }
    let new = new_user(&state, body.name, body.email, body.password, UserRole::Participant, language).await?;
    let sign_up = move |conn: &mut Conn| sign_up(conn, &new, invite);
    let (user, accepted) = state.db.write::<_, SignUpError, _>(sign_up).await?;
    state.live.wake();
    signed_in(&state, &request, user, accepted, actix_web::http::StatusCode::CREATED).await
}

/// Why nobody could sign up.
#[derive(Debug, thiserror::Error)]
enum SignUpError {
    #[error(transparent)]
    Account(#[from] AccountError),
    #[error(transparent)]
    Invite(#[from] InviteError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SignUpError> for ApiError {
    fn from(error: SignUpError) -> Self {
        match error {
            SignUpError::Account(error) => error.into(),
            SignUpError::Invite(error) => error.into(),
            SignUpError::Store(error) => error.into(),
        }
    }
}

/// Makes the account, accepts the invitation that came with it, and sends what proves its address.
fn sign_up(
    conn: &mut Conn,
    new: &NewUser,
    invite: Option<Sha256>,
) -> Result<(User, Option<AcceptedView>), SignUpError> {
    let (user, now) = (users::create(conn, new)?, new.created_at);
    if let Some(email) = &user.email {
        mails::enqueue(conn, Some(user.id), email, &Letter::VerifyEmail, now)?;
    }
    let Some(token) = invite else { return Ok((user, None)) };
    let invite = invites::find_by_token(conn, token)?;
    if invite.kind == InviteKind::Team {
        // Hosts say who comes to the site; leaders invite among those who are there.
        return Err(InviteError::Missing.into());
    }
    let accepted = accept_as(conn, &invite, (user.id, &user.name), Actor::User(user.id), now)?;
    Ok((user, Some(accepted)))
}

/// Checks the fields of an account and hashes its password.
pub(crate) async fn new_user(
    state: &AppState,
    name: String,
    email: Option<String>,
    password: String,
    role: UserRole,
    language: Language,
) -> ApiResult<NewUser> {
    let mut faults = vec![];
    let name = checked(&mut faults, "name", check_name(&name));
    let email = match email.as_deref().map(str::trim).filter(|email| !email.is_empty()) {
        Some(email) => checked(&mut faults, "email", check_email(email)).map(Some),
        None => Some(None),
    };
    let words = [name.as_ref(), email.as_ref().and_then(Option::as_ref)].into_iter().flatten();
    let words: Vec<String> =
        words.map(|word| word.as_str().to_owned()).chain([state.site().await?.name.into_string()]).collect();
    let (password, verdict) = check_password(password, words).await?;
    checked(&mut faults, "password", verdict);
    let (Some(name), Some(email), true) = (name, email, faults.is_empty()) else {
        return Err(ApiError::from(Code::InvalidInput).with_errors(faults));
    };
    let hash = state.hasher.hash(password).await?;
    Ok(NewUser { name, email, password_hash: Some(Text::lossy(hash)), role, language, created_at: state.clock.now() })
}

/// [`password::check`] on a blocking thread.
pub(crate) async fn check_password(password: String, words: Vec<String>) -> ApiResult<(String, Result<(), String>)> {
    web::block(move || {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let verdict = password::check(&password, &words);
        (password, verdict)
    })
    .await
    .map_err(ApiError::internal)
}

fn checked<T>(faults: &mut Vec<Fault>, field: &str, result: Result<T, String>) -> Option<T> {
    result.map_err(|message| faults.push(Fault::field(field, message))).ok()
}

/// A name that others see: blanks trimmed, 2 to 40 visible characters. No `@`: a name must not look like somebody's
/// address, because people sign in with either.
pub(super) fn check_name(name: &str) -> Result<Text, String> {
    let name = name.trim();
    let length = name.chars().count();
    if !(2..=40).contains(&length) || fold_name(name).chars().count() < 2 {
        return Err("Use 2 to 40 characters.".into());
    }
    if name.contains('@') {
        return Err("A name has no '@'; the e-mail address has its own field.".into());
    }
    if name.chars().any(is_invisible) {
        return Err("The name contains a control or invisible character.".into());
    }
    Text::new(name).map_err(|fault| fault.to_string())
}

/// A team's name on the board: 1 to 40 visible characters.
pub(crate) fn check_team_name(name: &str) -> Result<Text, String> {
    let fits = (1..=40).contains(&name.chars().count()) && !name.chars().any(is_invisible);
    if fits {
        Text::new(name).map_err(|fault| fault.to_string())
    } else {
        Err("Use 1 to 40 visible characters.".into())
    }
}

pub(super) fn check_email(email: &str) -> Result<Text, String> {
    let fits = email.len() <= 254
        && email.rsplit_once('@').is_some_and(|(local, host)| !local.is_empty() && host.len() > 1)
        && !email.chars().any(|c| c.is_whitespace() || is_invisible(c));
    if fits {
        Text::new(email).map_err(|fault| fault.to_string())
    } else {
        Err("This is not an e-mail address.".into())
    }
}

/// Characters that make two names look the same or turn text around.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Checks a new address of an account that exists.
pub(crate) fn email_patch(email: Option<String>) -> Result<Option<Text>, ApiError> {
    let fault = |message: String| ApiError::invalid("email", message);
    email.as_deref().map(str::trim).filter(|email| !email.is_empty()).map(check_email).transpose().map_err(fault)
}

impl From<AccountError> for ApiError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::NameTaken => Code::NameTaken.into(),
            AccountError::NotTheFirst => Code::SetupDone.into(),
            AccountError::Missing => Code::NotFound.into(),
            AccountError::LastAdmin => Code::LastAdmin.into(),
            AccountError::Store(error) => error.into(),
        }
    }
}
