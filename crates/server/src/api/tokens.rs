//! API tokens of one's own. They are made and revoked in the browser only: a token cannot make a token.

use actix_web::{HttpResponse, delete, get, post, web};
use chrono::TimeDelta;
use podium_store::notifications::{self, About, NotificationKind, To};
use podium_store::tokens::{self, ApiToken, NewApiToken, Scope};
use podium_store::types::{ApiTokenId, CompetitionId, Json, Slug, Text, UtcTime};
use podium_store::{Conn, StoreError, competitions};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::AppState;
use crate::auth::api_token;
use crate::auth::extract::{CurrentUser, Seen, Via};
use crate::problem::{ApiError, ApiResult, Code, Fault, Problem};

/// Days for which a token is valid when nothing is said, and at most.
const DAYS: u32 = 90;
const MOST_DAYS: u32 = 366;
/// Tokens that an account may have.
const MOST_TOKENS: usize = 50;

/// A token, without its secret.
#[derive(Serialize, ToSchema)]
pub struct TokenView {
    /// Its number.
    #[schema(value_type = i64)]
    id: ApiTokenId,
    /// What the owner calls it.
    #[schema(value_type = String)]
    name: Text,
    /// What it allows: `read`, `submit`, `host`.
    #[schema(value_type = Vec<String>, example = json!(["read", "submit"]))]
    scopes: Vec<Scope>,
    /// Slug of the only competition that it is for.
    #[schema(value_type = Option<String>)]
    competition: Option<Slug>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: UtcTime,
    /// When it ends or ended.
    #[schema(value_type = String, format = DateTime)]
    expires_at: UtcTime,
    /// When it was last used, to within five minutes.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<UtcTime>,
}

impl TokenView {
    fn new((row, competition): (ApiToken, Option<Slug>)) -> ApiResult<Self> {
        let scopes = row.scopes.read().map_err(ApiError::internal)?;
        let ApiToken { id, name, created_at, expires_at, last_used_at, .. } = row;
        Ok(Self { id, name, scopes, competition, created_at, expires_at, last_used_at })
    }
}

/// The competition of this name, if the person may see it.
async fn find_visible(state: &AppState, me: CurrentUser, slug: &str) -> ApiResult<Option<(CompetitionId, Slug)>> {
    let Ok(slug) = slug.parse::<Slug>() else { return Ok(None) };
    let now = state.clock.now();
    let look = move |conn: &mut Conn| {
        let Some(found) = competitions::find(conn, &slug)? else { return Ok(None) };
        match Seen::find(conn, found.id, Some(me), now) {
            Ok(seen) => Ok(Some((seen.competition.id, seen.competition.slug))),
            Err(error) if error.code() == Code::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    };
    state.db.read(look).await
}

/// One's tokens.
#[derive(Serialize, ToSchema)]
pub struct TokenList {
    /// Newest first.
    items: Vec<TokenView>,
}

/// Lists one's API tokens
#[utoipa::path(tag = "tokens", responses((status = 200, body = TokenList), Problem))]
#[get("/me/tokens")]
pub(crate) async fn list_tokens(state: web::Data<AppState>, me: CurrentUser) -> ApiResult<web::Json<TokenList>> {
    let user = me.user.id;
    let look = move |conn: &mut Conn| {
        let rows = tokens::list(conn, user)?.into_iter().map(|row| {
            let slug = row.competition_id.map(|id| competitions::get(conn, id).map(|found| found.slug)).transpose()?;
            Ok((row, slug))
        });
        rows.collect::<Result<Vec<_>, StoreError>>().map_err(ApiError::from)
    };
    let rows = state.db.read::<_, ApiError, _>(look).await?;
    Ok(web::Json(TokenList { items: rows.into_iter().map(TokenView::new).collect::<Result<_, _>>()? }))
}

/// A token to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTokenRequest {
    /// What it is for, 1 to 100 characters.
    name: String,
    /// Any of `read`, `submit`, `host`. Every token can read.
    #[schema(value_type = Vec<String>, example = json!(["read", "submit"]))]
    scopes: Vec<Scope>,
    /// 1 to 366; 90 when left out.
    expires_in_days: Option<u32>,
    /// Slug of the only competition that the token is for; without it all of them.
    competition: Option<String>,
}

/// A new token; the only time that its secret is shown.
#[derive(Serialize, ToSchema)]
pub struct NewTokenView {
    /// The secret, `pdm_…`.
    token: String,
    /// The rest.
    #[serde(flatten)]
    about: TokenView,
}

/// Makes an API token; the answer is the only one that shows it
#[utoipa::path(tag = "tokens", request_body = NewTokenRequest, responses((status = 201, body = NewTokenView), Problem))]
#[post("/me/tokens")]
pub(crate) async fn create_token(
    state: web::Data<AppState>,
    me: CurrentUser,
    body: web::Json<NewTokenRequest>,
) -> ApiResult<HttpResponse> {
    if matches!(me.via, Via::Token(_)) {
        return Err(Code::SessionRequired.into());
    }
    me.require_fresh(state.clock.now())?;
    let NewTokenRequest { name, mut scopes, expires_in_days, competition } = body.into_inner();
    let mut faults = vec![];
    let name = name.trim();
    let days = expires_in_days.unwrap_or(DAYS);
    if !(1..=100).contains(&name.chars().count()) {
        faults.push(Fault::field("name", "Say in 1 to 100 characters what the token is for."));
    }
    if scopes.is_empty() {
        faults.push(Fault::field("scopes", "Choose at least one of read, submit, host."));
    }
    if !(1..=MOST_DAYS).contains(&days) {
        faults.push(Fault::field("expires_in_days", format!("Use 1 to {MOST_DAYS} days.")));
    }
    let only = match competition {
        Some(slug) => {
            let found = find_visible(&state, me.clone(), &slug).await?;
            if found.is_none() {
                faults.push(Fault::field("competition", "There is no such competition."));
            }
            found
        }
        None => None,
    };
    let user = me.user.id;
    let own = state.db.read::<_, ApiError, _>(move |conn| Ok(tokens::list(conn, user)?)).await?;
    if own.len() >= MOST_TOKENS {
        faults.push(Fault::field("name", format!("You have {MOST_TOKENS} tokens. Revoke one first.")));
    }
    if !faults.is_empty() {
        return Err(ApiError::from(Code::InvalidInput).with_errors(faults));
    }
    scopes.sort_by_key(|scope| scope.as_str());
    scopes.dedup();
    let token = api_token::issue()?;
    let now = state.clock.now();
    let new = NewApiToken {
        user_id: user,
        name: Text::lossy(name),
        token_hash: token.hash,
        scopes: Json::new(&scopes).map_err(ApiError::internal)?,
        created_at: now,
        expires_at: now.plus(TimeDelta::days(days.into())),
        competition_id: only.as_ref().map(|(id, _)| *id),
    };
    let row = new.clone();
    let create = move |conn: &mut Conn| {
        notifications::notify(conn, &To::User(user), NotificationKind::TokenCreated, &About::default(), now)?;
        tokens::create(conn, &row)
    };
    let id = state.db.write::<_, StoreError, _>(create).await?;
    state.live.wake();
    tracing::info!(user = user.0, token = id.0, "made an API token");
    let NewApiToken { name, created_at, expires_at, .. } = new;
    let competition = only.map(|(_, slug)| slug);
    let about = TokenView { id, name, scopes, competition, created_at, expires_at, last_used_at: None };
    Ok(HttpResponse::Created().json(NewTokenView { token: token.text, about }))
}

/// Revokes an API token
#[utoipa::path(tag = "tokens", params(("id" = i64, Path)), responses((status = 204), Problem))]
#[delete("/me/tokens/{id}")]
pub(crate) async fn revoke_token(
    state: web::Data<AppState>,
    me: CurrentUser,
    path: web::Path<ApiTokenId>,
) -> ApiResult<HttpResponse> {
    let (user, id, now) = (me.user.id, path.into_inner(), state.clock.now());
    let revoked = state.db.write::<_, StoreError, _>(move |conn| tokens::revoke(conn, user, id, now)).await?;
    if !revoked {
        return Err(Code::NotFound.into());
    }
    tracing::info!(user = user.0, token = id.0, "revoked an API token");
    Ok(HttpResponse::NoContent().finish())
}
