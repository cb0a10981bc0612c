//! Codes of the second factor: TOTP (RFC 6238) as authenticator apps compute it, and recovery codes.
//!
//! The shared secret is not stored: it is derived from a nonce (in the database) with a key (a file), so that a copy of
//! either gives no code.

use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use podium_store::types::{Sha256, UserId, UtcTime};
use sha2::Digest as _;
use subtle::ConstantTimeEq;

use super::keys::{self, KEY_BYTES, KeyError};
use crate::problem::{ApiError, ApiResult};

/// Seconds for which a code is shown.
const STEP_SECS: i64 = 30;
/// Digits of a code.
const DIGITS: u32 = 6;
/// Steps that a clock may be wrong by, to either side.
const DRIFT: i64 = 1;
/// Bytes of the shared secret: the length of SHA-1, as RFC 4226 advises.
const SECRET_BYTES: usize = 20;
const NONCE_BYTES: usize = 16;
/// Bytes of a recovery code: 120 bits, so that a fast hash keeps it (ASVS 6.5.2 asks for 112).
const RECOVERY_BYTES: usize = 15;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Derives shared secrets.
pub struct FactorKey([u8; KEY_BYTES]);

/// What an authenticator app is given.
pub struct SharedSecret([u8; SECRET_BYTES]);

impl FactorKey {
    /// Reads `second-factor.key` in `folder`, made at the first start. Without it every second factor is set up anew.
    pub fn open(folder: &Path) -> Result<Self, KeyError> {
        keys::load_or_create(folder, "second-factor.key").map(Self)
    }

    /// A nonce for a new second factor.
    pub fn nonce() -> ApiResult<Vec<u8>> {
        Ok(super::random::<NONCE_BYTES>()?.to_vec())
    }

    /// The secret of an account's second factor.
    pub fn secret(&self, user: UserId, nonce: &[u8]) -> ApiResult<SharedSecret> {
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&self.0).map_err(ApiError::internal)?;
        mac.update(format!("podium second factor {user} ").as_bytes());
        mac.update(nonce);
        let mut secret = [0; SECRET_BYTES];
        for (to, from) in secret.iter_mut().zip(mac.finalize().into_bytes()) {
            *to = from;
        }
        Ok(SharedSecret(secret))
    }
}

impl SharedSecret {
    /// For typing into an app.
    pub fn base32(&self) -> String {
        base32(&self.0)
    }

    /// For an app's camera, in the form that authenticator apps agree on.
    pub fn uri(&self, site: &str, name: &str) -> String {
        let encode =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let (site, name) = (encode(site), encode(name));
        format!(
            "otpauth://totp/{site}:{name}?secret={}&issuer={site}&digits={DIGITS}&period={STEP_SECS}",
            self.base32()
        )
    }

    /// The step whose code this is, among those near `now`.
    pub fn step_of(&self, code: &str, now: UtcTime) -> Option<i64> {
        let present = now.micros().div_euclid(STEP_SECS * 1_000_000);
        // All of them are compared, so that time tells nothing.
        let mut found = None;
        for step in present - DRIFT..=present + DRIFT {
            if bool::from(self.code(step).as_bytes().ct_eq(code.as_bytes())) {
                found = Some(step);
            }
        }
        found
    }

    /// The code of a step (RFC 4226, 5.3).
    pub fn code(&self, step: i64) -> String {
        // A key of any length is one.
        let Ok(mut mac) = Hmac::<sha1::Sha1>::new_from_slice(&self.0) else { return String::new() };
        mac.update(&step.to_be_bytes());
        let digest = mac.finalize().into_bytes();
        let offset = usize::from(digest.last().copied().unwrap_or(0) & 0xf);
        let word = digest.iter().skip(offset).take(4).fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
        format!("{:06}", (word & 0x7fff_ffff) % 10_u32.pow(DIGITS))
    }
}

/// Recovery codes, as they are shown once, with what is kept of each.
pub fn recovery_codes(count: usize) -> ApiResult<Vec<(String, Sha256)>> {
    let mut codes = Vec::with_capacity(count);
    for _ in 0..count {
        let text = base32(&super::random::<RECOVERY_BYTES>()?);
        let hash = hash_recovery_code(&text);
        let parts: Vec<String> =
            text.as_bytes().chunks(4).map(|part| String::from_utf8_lossy(part).into_owned()).collect();
        codes.push((parts.join("-"), hash));
    }
    Ok(codes)
}

/// What is kept of a recovery code; hyphens, blanks and case do not matter.
pub fn hash_recovery_code(code: &str) -> Sha256 {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    Sha256(sha2::Sha256::digest(format!("podium recovery code {plain}")).into())
}

fn base32(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(5) {
        let word = (0..5).fold(0_u64, |word, at| word << 8 | u64::from(chunk.get(at).copied().unwrap_or(0)));
        for at in 0..(chunk.len() * 8).div_ceil(5) {
            let index = usize::try_from(word >> (35 - 5 * at) & 31).unwrap_or(0);
            text.push(BASE32.get(index).copied().unwrap_or(b'A').into());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B, SHA-1; the last six of its eight digits.
        let secret = SharedSecret(*b"12345678901234567890");
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(secret.code(seconds / STEP_SECS), code);
            let now = UtcTime::from_micros(seconds * 1_000_000).unwrap();
            assert_eq!(secret.step_of(code, now), Some(seconds / STEP_SECS));
        }
    }

    #[test]
    fn a_code_holds_one_step_before_and_after_its_own() {
        let secret = SharedSecret(*b"12345678901234567890");
        let code = secret.code(1000);
        let at = |step: i64| UtcTime::from_micros(step * STEP_SECS * 1_000_000).unwrap();
        for (step, holds) in [(998, false), (999, true), (1000, true), (1001, true), (1002, false)] {
            assert_eq!(secret.step_of(&code, at(step)).is_some(), holds, "{step}");
        }
        assert_eq!(secret.step_of("", at(1000)), None);
    }

    #[test]
    fn base32_is_that_of_rfc_4648() {
        for (bytes, text) in
            [("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("foobar", "MZXW6YTBOI")]
        {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn a_recovery_code_is_found_however_it_is_typed() {
        let codes = recovery_codes(10).unwrap();
        let (text, hash) = &codes[0];
        assert_eq!(text.len(), 29, "{text}");
        assert_eq!(hash_recovery_code(&text.to_lowercase().replace('-', " ")), *hash);
        assert_ne!(codes[1].1, *hash);
    }
}
