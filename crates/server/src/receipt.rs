//! Signed receipts: what the site promises about an accepted file, in a form that proves it without the site.
//!
//! The signature is Ed25519 over the receipt's text, which the store writes. It is made again each time a receipt is
//! asked for and always comes out the same, as long as key and row are.

use std::path::Path;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use podium_store::receipts::Receipt;
use podium_store::types::{Sha256, Slug, SubmissionId, TeamId, UtcTime};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use utoipa::ToSchema;

use crate::auth::keys::{self, KeyError};

/// That the site accepted a file. Keep it: `podium receipt verify` checks it without the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedReceipt {
    /// The competition's name in its address.
    #[schema(value_type = String)]
    pub competition: Slug,
    /// The entry's number on the site.
    #[schema(value_type = i64)]
    pub entry: SubmissionId,
    /// The number of the team that sent the file.
    #[schema(value_type = i64)]
    pub team: TeamId,
    /// SHA-256 of the file.
    #[schema(value_type = String)]
    pub sha256: Sha256,
    /// Size of the file.
    pub bytes: i64,
    /// The instant that counts.
    #[schema(value_type = String, format = DateTime)]
    pub accepted_at: UtcTime,
    /// SHA-256 of the text of the receipt before it in the competition; zeros for the first.
    #[schema(value_type = String)]
    pub previous: Sha256,
    /// The site's public key, Ed25519, in hexadecimal.
    pub key: String,
    /// The signature of the text by that key, in hexadecimal.
    pub signature: String,
}

/// Why a receipt proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Worthless {
    /// Key or signature have another form.
    #[error("its key or its signature is not one")]
    Shape,
    /// A field was changed, or another key made the signature.
    #[error("its signature is not of this receipt: something in it was changed")]
    Signature,
}

impl SignedReceipt {
    /// Whether the key in it signed exactly this.
    ///
    /// # Errors
    /// Why not.
    pub fn verify(&self) -> Result<(), Worthless> {
        let (mut key, mut signature) = ([0; 32], [0; 64]);
        hex::decode_to_slice(&self.key, &mut key).map_err(|_| Worthless::Shape)?;
        hex::decode_to_slice(&self.signature, &mut signature).map_err(|_| Worthless::Shape)?;
        let key = VerifyingKey::from_bytes(&key).map_err(|_| Worthless::Shape)?;
        // Strict: keys and signatures with a second form are refused.
        key.verify_strict(self.receipt().text().as_bytes(), &Signature::from_bytes(&signature))
            .map_err(|_| Worthless::Signature)
    }

    fn receipt(&self) -> Receipt {
        Receipt {
            competition: self.competition.clone(),
            entry: self.entry,
            team: self.team,
            sha256: self.sha256,
            bytes: self.bytes,
            accepted_at: self.accepted_at,
            previous: self.previous,
        }
    }
}

/// Signs receipts.
pub struct ReceiptKey(SigningKey);

impl ReceiptKey {
    /// Reads `receipt.key` in `folder`, made at the first start.
    ///
    /// # Errors
    /// The file cannot be read, made or used.
    pub fn open(folder: &Path) -> Result<Self, KeyError> {
        Ok(Self(SigningKey::from_bytes(&keys::load_or_create(folder, "receipt.key")?)))
    }

    /// The public key, for comparison.
    pub fn public(&self) -> String {
        hex::encode(self.0.verifying_key().as_bytes())
    }

    /// Signs a receipt.
    pub fn sign(&self, receipt: Receipt) -> SignedReceipt {
        let signature = hex::encode(self.0.sign(receipt.text().as_bytes()).to_bytes());
        let Receipt { competition, entry, team, sha256, bytes, accepted_at, previous } = receipt;
        SignedReceipt { competition, entry, team, sha256, bytes, accepted_at, previous, key: self.public(), signature }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt() -> Receipt {
        Receipt {
            competition: "solar-cells".parse().unwrap(),
            entry: SubmissionId(17),
            team: TeamId(3),
            sha256: Sha256([7; 32]),
            bytes: 1_234,
            accepted_at: "2026-12-01T12:00:00.123456Z".parse().unwrap(),
            previous: Sha256([0; 32]),
        }
    }

    #[test]
    fn a_receipt_verifies_without_the_site_and_no_field_of_it_can_be_changed() {
        let folder = tempfile::tempdir().unwrap();
        let signed = ReceiptKey::open(folder.path()).unwrap().sign(receipt());
        let json = serde_json::to_value(&signed).unwrap();
        let read = |json: &serde_json::Value| serde_json::from_value::<SignedReceipt>(json.clone());
        read(&json).unwrap().verify().unwrap();
        let other = ReceiptKey::open(tempfile::tempdir().unwrap().path()).unwrap();
        let changes = [
            ("competition", "wind-mills".into()),
            ("entry", 18.into()),
            ("team", 4.into()),
            ("sha256", "08".repeat(32).into()),
            ("bytes", 1_235.into()),
            ("accepted_at", "2026-12-01T12:00:00.123455Z".into()),
            ("previous", "01".repeat(32).into()),
            ("key", other.public().into()),
            ("signature", other.sign(receipt()).signature.into()),
        ];
        assert_eq!(changes.len(), json.as_object().unwrap().len(), "every field");
        for (field, value) in changes {
            let mut forged = json.clone();
            forged[field] = value;
            assert_eq!(read(&forged).unwrap().verify(), Err(Worthless::Signature), "{field}");
        }
    }

    #[test]
    fn the_same_receipt_has_the_same_signature_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let first = ReceiptKey::open(folder.path()).unwrap().sign(receipt());
        assert_eq!(ReceiptKey::open(folder.path()).unwrap().sign(receipt()), first);
    }

    #[test]
    fn what_is_signed_has_one_form() {
        assert_eq!(
            receipt().text(),
            format!(
                "podium receipt 1\ncompetition solar-cells\nentry 17\nteam 3\nsha256 {}\nbytes 1234\n\
                 accepted_at 2026-12-01T12:00:00.123456Z\nprevious {}\n",
                "07".repeat(32),
                "00".repeat(32)
            )
        );
    }
}
