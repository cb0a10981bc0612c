//! The session cookie: a signed token that names a session row.
//!
//! The signature keeps made-up ids away from the database; whether the session lives is what the row says, so that a
//! logout, a suspension or a new password ends access with the next request. The token is valid as long as the row can
//! be; it holds no rights. The algorithm is fixed in code, and the key is found by `kid` in a map of at most two.

use std::path::Path;

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use podium_store::types::{Sha256, UserId, UtcTime};
use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use super::keys::{self, KEY_BYTES, KeyError};
use crate::config::Config;
use crate::problem::{ApiError, ApiResult};

const ISSUER: &str = "podium";
const AUDIENCE: &str = "podium/session";
const KIND: &str = "session+jwt";
const SID_BYTES: usize = 32;

/// What a session token says.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    sid: String,
    iat: i64,
    exp: i64,
}

/// A valid token: the session it names and whose it is. The row has the last word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// Who signed in.
    pub user: UserId,
    /// Key of the row.
    pub key_hash: Sha256,
}

/// A new session: what goes to the browser and what goes into the row.
pub struct NewToken {
    /// The cookie's value.
    pub token: String,
    /// Key of the row.
    pub key_hash: Sha256,
}

/// Signs and checks session tokens.
pub struct SessionKeys {
    current: Key,
    previous: Option<Key>,
}

struct Key {
    id: String,
    encode: EncodingKey,
    decode: DecodingKey,
}

impl Key {
    fn new(bytes: &[u8; KEY_BYTES]) -> Self {
        let digest = sha2::Sha256::digest([b"podium session key ".as_slice(), bytes].concat());
        Self {
            id: hex::encode(digest.get(..8).unwrap_or_default()),
            encode: EncodingKey::from_secret(bytes),
            decode: DecodingKey::from_secret(bytes),
        }
    }
}

impl SessionKeys {
    /// Reads `session.key` in `folder`, made at the first start. To change it, rename it to `session.previous.key`:
    /// that one is still believed until it is removed.
    pub fn open(folder: &Path) -> Result<Self, KeyError> {
        let current = keys::load_or_create(folder, "session.key")?;
        let previous = keys::load(folder, "session.previous.key")?;
        Ok(Self { current: Key::new(&current), previous: previous.as_ref().map(Key::new) })
    }

    /// A token for a new session of `user` from `now` to `end`.
    pub fn issue(&self, user: UserId, now: UtcTime, end: UtcTime) -> ApiResult<NewToken> {
        let sid = hex::encode(super::random::<SID_BYTES>()?);
        let key_hash = hash_of(&sid);
        let claims = Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: user.to_string(),
            sid,
            iat: seconds(now),
            exp: seconds(end),
        };
        let header =
            Header { typ: Some(KIND.into()), kid: Some(self.current.id.clone()), ..Header::new(Algorithm::HS256) };
        let token = jsonwebtoken::encode(&header, &claims, &self.current.encode).map_err(ApiError::internal)?;
        Ok(NewToken { token, key_hash })
    }

    /// The session that `token` names, if it is one of ours and its time is not over.
    pub fn check(&self, token: &str, now: UtcTime) -> Option<Session> {
        // A token of ours has about 380 bytes.
        if token.len() > 1024 {
            return None;
        }
        let header = jsonwebtoken::decode_header(token).ok()?;
        let expected = Header { typ: Some(KIND.into()), kid: header.kid.clone(), ..Header::new(Algorithm::HS256) };
        // Anything else in the header (jku, jwk, x5u, crit, …) is not ours.
        if header != expected {
            return None;
        }
        let kid = header.kid?;
        let key = [Some(&self.current), self.previous.as_ref()].into_iter().flatten().find(|key| key.id == kid)?;
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        // The library reads the machine's clock; ours is compared below.
        validation.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.decode, &validation).ok()?.claims;
        let is_hex = claims.sid.len() == 2 * SID_BYTES && claims.sid.bytes().all(|b| b.is_ascii_hexdigit());
        if !is_hex || claims.exp <= seconds(now) || claims.exp <= claims.iat {
            return None;
        }
        Some(Session { user: claims.sub.parse().ok()?, key_hash: hash_of(&claims.sid) })
    }
}

fn hash_of(sid: &str) -> Sha256 {
    Sha256(sha2::Sha256::digest(sid).into())
}

fn seconds(time: UtcTime) -> i64 {
    time.micros().div_euclid(1_000_000)
}

/// Name of the cookie. `__Host-` makes the browser refuse it from other hosts and without TLS (localhost counts as TLS).
/// It demands the path `/`, with which a site on a part of a host would send its sessions to the host's other sites;
/// there it is `__Secure-`, and the cookie keeps to the part.
pub fn cookie_name(config: &Config) -> &'static str {
    match (config.insecure_http, config.base_path.is_empty()) {
        (true, _) => "podium",
        (false, true) => "__Host-podium",
        (false, false) => "__Secure-podium",
    }
}

/// The cookie that carries `token` for `lifetime_secs`; with an empty token and 0 it removes the cookie.
pub fn cookie(token: String, lifetime_secs: i64, config: &Config) -> Cookie<'static> {
    let path = if config.base_path.is_empty() { "/" } else { &config.base_path };
    Cookie::build(cookie_name(config), token)
        .path(path.to_owned())
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(!config.insecure_http)
        .max_age(Duration::seconds(lifetime_secs))
        .finish()
}

#[cfg(test)]
mod tests;
