//! Limits on guessing and on what costs others something. The counting is the store's (`limits`), so that it holds over a
//! restart and over several servers; here is how many of what.
//!
//! For secrets only failures count, so that a class behind one address can sign in at once: an attempt takes its place
//! before the secret is looked at and gives it back when it was right.

use std::net::IpAddr;

use chrono::TimeDelta;
use podium_store::limits::{self, Action, LimitError, Place, Window};
use podium_store::types::{AttemptId, Sha256, UserId, UtcTime};
use podium_store::{Conn, Db, StoreError};
use sha2::Digest as _;

use crate::config::Config;
use crate::problem::{ApiError, ApiResult, Code};

/// Failed sign-ins of the whole site within 5 minutes.
const SIGN_INS_IN_ALL: i64 = 1_000;

/// Whose attempts are counted together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// The folded name that was tried, whether or not there is such an account.
    Login(String),
    /// An account.
    User(UserId),
    /// An IPv4 address, or the /64 network of an IPv6 address.
    Address(IpAddr),
    /// Everybody.
    All,
}

impl Key {
    /// The key of a client's address; a person usually has a whole /64 of IPv6.
    pub fn address(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(v6) => Self::Address(IpAddr::V6((v6.to_bits() & !u128::from(u64::MAX)).into())),
            v4 @ IpAddr::V4(_) => Self::Address(v4),
        }
    }

    fn hash(&self) -> Sha256 {
        let text = match self {
            Self::Login(name) => format!("login {name}"),
            Self::User(id) => format!("user {id}"),
            Self::Address(address) => format!("address {address}"),
            Self::All => "all".to_owned(),
        };
        Sha256(sha2::Sha256::digest(text).into())
    }
}

fn place(action: Action, key: &Key, windows: &[(i64, TimeDelta)]) -> Place {
    let windows = windows.iter().map(|(most, within)| Window { most: *most, within: *within }).collect();
    Place { action, key: key.hash(), windows }
}

fn minutes(count: i64) -> TimeDelta {
    TimeDelta::minutes(count)
}

fn day() -> TimeDelta {
    TimeDelta::days(1)
}

/// Signing in as `login` from an address.
pub fn sign_in(config: &Config, login: &str, address: IpAddr) -> Vec<Place> {
    let most = i64::from(config.sign_in_failures);
    vec![
        place(Action::SignIn, &Key::Login(login.to_owned()), &[(most, minutes(5))]),
        place(Action::SignIn, &Key::address(address), &[(most, minutes(5))]),
        place(Action::SignIn, &Key::All, &[(SIGN_INS_IN_ALL.max(most), minutes(5))]),
    ]
}

/// Proving anew who one is, with the password.
pub fn confirm(config: &Config, user: UserId) -> Vec<Place> {
    vec![place(Action::SignIn, &Key::User(user), &[(i64::from(config.sign_in_failures), minutes(5))])]
}

/// Making an account, or giving the setup code, from an address.
pub fn sign_up(config: &Config, address: IpAddr) -> Vec<Place> {
    vec![place(Action::SignUp, &Key::address(address), &[(i64::from(config.sign_ups), minutes(5))])]
}

/// Giving a code of the second factor.
pub fn second_factor(user: UserId) -> Vec<Place> {
    vec![place(Action::SecondFactor, &Key::User(user), &[(5, minutes(5)), (20, minutes(60)), (50, day())])]
}

/// Asking for a link to set the password of `login`.
pub fn password_reset(login: &str, address: IpAddr) -> Vec<Place> {
    vec![
        place(Action::PasswordReset, &Key::Login(login.to_owned()), &[(5, day())]),
        place(Action::PasswordReset, &Key::address(address), &[(50, day())]),
    ]
}

/// Giving the secret of a link.
pub fn redeem(address: IpAddr) -> Vec<Place> {
    vec![place(Action::Redeem, &Key::address(address), &[(20, minutes(5))])]
}

/// Asking for a mail that proves the address.
pub fn verify_email(user: UserId) -> Vec<Place> {
    vec![place(Action::VerifyEmail, &Key::User(user), &[(3, minutes(6 * 60))])]
}

/// Changing the address.
pub fn change_email(user: UserId) -> Vec<Place> {
    vec![place(Action::ChangeEmail, &Key::User(user), &[(2, day())])]
}

/// Writing a thread or a post.
pub fn post(config: &Config, user: UserId) -> Vec<Place> {
    vec![place(Action::Post, &Key::User(user), &[(i64::from(config.posts), minutes(5))])]
}

/// Reporting a post.
pub fn report(user: UserId) -> Vec<Place> {
    vec![place(Action::Report, &Key::User(user), &[(20, day())])]
}

/// Uploading a picture.
pub fn image(user: UserId) -> Vec<Place> {
    vec![place(Action::Image, &Key::User(user), &[(30, minutes(60)), (100, day())])]
}

/// Exporting one's own data.
pub fn export(user: UserId) -> Vec<Place> {
    vec![place(Action::Export, &Key::User(user), &[(5, day())])]
}

/// Places that an attempt took; kept when it fails, given back when it was right.
#[must_use]
pub struct Attempt {
    taken: Vec<AttemptId>,
}

/// Takes the places, or says how long to wait. Lost in a power cut, which an attacker cannot cause.
pub async fn attempt(db: &Db, places: Vec<Place>, now: UtcTime) -> ApiResult<Attempt> {
    let taken = db.write_soft::<_, LimitError, _>(move |conn| limits::take(conn, &places, now)).await;
    taken.map(|taken| Attempt { taken }).map_err(|error| refusal(error, now))
}

impl Attempt {
    /// Gives the places back; earlier failures stay counted.
    pub async fn succeeded(self, db: &Db) -> ApiResult<()> {
        let give_back = move |conn: &mut Conn| limits::give_back(conn, &self.taken);
        Ok(db.write_soft::<_, StoreError, _>(give_back).await?)
    }
}

/// The answer to an attempt too many.
pub fn refusal(error: LimitError, now: UtcTime) -> ApiError {
    let retry_at = match error {
        LimitError::TooMany { retry_at } => retry_at,
        LimitError::Store(error) => return error.into(),
    };
    let secs = u64::try_from(retry_at.micros() - now.micros()).unwrap_or(0).div_ceil(1_000_000).max(1);
    let wait = match secs.div_ceil(60) {
        1 => "a minute".to_owned(),
        minutes @ 2..120 => format!("{minutes} minutes"),
        minutes => format!("{} hours", minutes.div_ceil(60)),
    };
    let detail = format!("Too many attempts. Try again in {wait}.");
    ApiError::new(Code::TooManyAttempts, detail).retry_after_secs(secs).with("retry_at", retry_at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_network_is_one_address() {
        let key = |text: &str| Key::address(text.parse().unwrap()).hash();
        assert_eq!(key("2001:db8::1"), key("2001:db8::ffff:1"));
        assert_ne!(key("2001:db8::1"), key("2001:db8:0:1::1"));
        assert_eq!(key("::ffff:10.0.0.1"), key("10.0.0.1"));
        assert_ne!(key("10.0.0.1"), key("10.0.0.2"));
    }
}
