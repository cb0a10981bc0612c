//! API tokens: `pdm_`, 256 random bits, and a checksum with which scanners of leaked secrets tell them from noise.
//! The database keeps only the SHA-256.

use podium_store::types::Sha256;
use sha2::Digest as _;

use crate::problem::ApiResult;

const PREFIX: &str = "pdm_";
const SECRET_BYTES: usize = 32;
const CHECKSUM_DIGITS: usize = 8;

/// A token that was just made. Shown once.
pub struct NewApiToken {
    /// What the person copies.
    pub text: String,
    /// What is stored.
    pub hash: Sha256,
}

/// Makes a token: `pdm_`, 64 hex digits, 8 hex digits of checksum.
pub fn issue() -> ApiResult<NewApiToken> {
    let secret = hex::encode(super::random::<SECRET_BYTES>()?);
    let text = format!("{PREFIX}{secret}{}", checksum(&secret));
    Ok(NewApiToken { hash: hash_of(&text), text })
}

/// The stored form of a token, if it has the form of one.
pub fn parse(text: &str) -> Option<Sha256> {
    let rest = text.strip_prefix(PREFIX)?;
    if rest.len() != 2 * SECRET_BYTES + CHECKSUM_DIGITS || !rest.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let (secret, sum) = rest.split_at(2 * SECRET_BYTES);
    (checksum(secret) == sum).then(|| hash_of(text))
}

fn checksum(secret: &str) -> String {
    let mut digits = hex::encode(sha2::Sha256::digest([PREFIX, secret].concat()));
    digits.truncate(CHECKSUM_DIGITS);
    digits
}

fn hash_of(text: &str) -> Sha256 {
    Sha256(sha2::Sha256::digest(text).into())
}

#[cfg(test)]
mod tests;
