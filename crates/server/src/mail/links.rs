//! The links that mail carries: secrets that are used once, and signatures with which a topic is switched off without
//! signing in.

use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use podium_store::mails::Topic;
use podium_store::types::{Sha256, UserId};
use sha2::Digest as _;

use crate::auth::keys::{self, KEY_BYTES, KeyError};
use crate::auth::random;
use crate::problem::{ApiError, ApiResult};

/// A secret for a link: 256 bits as hexadecimal, and what is kept of it.
pub fn secret() -> ApiResult<(String, Sha256)> {
    let text = hex::encode(random::<32>()?);
    let hash = hash(&text);
    Ok((text, hash))
}

/// What is kept of a link's secret.
pub fn hash(secret: &str) -> Sha256 {
    Sha256(sha2::Sha256::digest(secret).into())
}

/// Signs what switches mail off.
pub struct MailKey([u8; KEY_BYTES]);

impl MailKey {
    /// Reads `mail.key` in `folder`, made at the first start.
    pub fn open(folder: &Path) -> Result<Self, KeyError> {
        keys::load_or_create(folder, "mail.key").map(Self)
    }

    fn mac(&self, user: UserId, topic: Topic) -> ApiResult<Hmac<sha2::Sha256>> {
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&self.0).map_err(ApiError::internal)?;
        mac.update(format!("podium unsubscribe {user} {topic}").as_bytes());
        Ok(mac)
    }

    /// `12.discussion.SIGNATURE`. It can do nothing but switch this topic off for this account, so it does not expire.
    pub fn unsubscribe(&self, user: UserId, topic: Topic) -> ApiResult<String> {
        let signature = hex::encode(self.mac(user, topic)?.finalize().into_bytes());
        Ok(format!("{user}.{topic}.{signature}"))
    }

    /// Whose topic a token switches off, if it is one of ours.
    pub fn check(&self, token: &str) -> Option<(UserId, Topic)> {
        let mut parts = token.splitn(3, '.');
        let (user, topic) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let signature = hex::decode(parts.next()?).ok()?;
        self.mac(user, topic).ok()?.verify_slice(&signature).ok()?;
        Some((user, topic))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_switches_off_what_it_was_made_for_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let key = MailKey::open(folder.path()).unwrap();
        let token = key.unsubscribe(UserId(12), Topic::Discussion).unwrap();
        assert_eq!(key.check(&token), Some((UserId(12), Topic::Discussion)));
        for forged in [
            token.replace("12.", "13."),
            token.replace("discussion", "teams"),
            token.replace("discussion", "nothing"),
            token[..token.len() - 1].to_owned(),
            "12.discussion.".to_owned(),
            String::new(),
        ] {
            assert_eq!(key.check(&forged), None, "{forged}");
        }
        let other = tempfile::tempdir().unwrap();
        assert_eq!(MailKey::open(other.path()).unwrap().check(&token), None);
    }

    #[test]
    fn a_secret_has_256_bits_and_only_its_hash_is_kept() {
        let (text, kept) = secret().unwrap();
        assert_eq!(text.len(), 64);
        assert_eq!(hash(&text), kept);
        assert_ne!(kept.to_string(), text);
    }
}
