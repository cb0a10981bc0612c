//! TLS without a proxy: the certificate of the settings, read at the start and again when its files change.
//!
//! A pair of files that does not fit, as in the moment between the replacement of the one and of the other, leaves the
//! certificate in use as it is.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, crypto};
use thiserror::Error;

use crate::config::Config;

/// How often the files are looked at, for whoever renews them without a signal.
pub const LOOK: Duration = Duration::from_secs(60);

/// Why a certificate cannot be used.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A file could not be read.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file holds something else.
    #[error("{path} is not {expected} in PEM: {source}")]
    Pem {
        /// The file.
        path: PathBuf,
        /// What it should hold.
        expected: &'static str,
        /// What was wrong.
        source: pem::Error,
    },
    /// There is no certificate in the file.
    #[error("{path} holds no certificate")]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// Anybody on the machine can read the key.
    #[error("{path} can be read by everybody; run: chmod o-rwx {path}")]
    Readable {
        /// The file.
        path: PathBuf,
    },
    /// Certificate and key do not belong together, or are of a kind that is not supported.
    #[error("{certificate} and {key} do not fit together: {source}")]
    Mismatch {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's.
        key: PathBuf,
        /// What was wrong.
        source: rustls::Error,
    },
    /// The protocol's settings, which are fixed in code.
    #[error(transparent)]
    Protocol(#[from] rustls::Error),
}

/// By what a file that was replaced is known: place, time, length.
type Stamp = (u64, i64, i64, u64);

/// The certificate with which connections are answered.
#[derive(Debug)]
pub struct Certificate {
    certificate: PathBuf,
    key: PathBuf,
    provider: CryptoProvider,
    inner: RwLock<Loaded>,
}

#[derive(Clone, Debug)]
struct Loaded {
    pair: Arc<CertifiedKey>,
    stamps: [Stamp; 2],
}

impl Certificate {
    /// Reads the certificate of the settings, if they name one.
    ///
    /// # Errors
    /// The files cannot be used.
    pub fn of(config: &Config) -> Result<Option<Arc<Self>>, TlsError> {
        match (&config.tls_certificate, &config.tls_key) {
            (Some(certificate), Some(key)) => Self::open(certificate, key).map(Arc::new).map(Some),
            _ => Ok(None),
        }
    }

    fn open(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let provider = crypto::ring::default_provider();
        let inner = RwLock::new(load(certificate, key, &provider)?);
        Ok(Self { certificate: certificate.to_owned(), key: key.to_owned(), provider, inner })
    }

    /// What the server speaks: TLS 1.3 and 1.2, without certificates of clients.
    ///
    /// # Errors
    /// None with the versions that are fixed here.
    pub fn protocol(self: &Arc<Self>) -> Result<ServerConfig, TlsError> {
        let config = ServerConfig::builder_with_provider(Arc::new(self.provider.clone()));
        let config = config.with_safe_default_protocol_versions()?.with_no_client_auth();
        Ok(config.with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>))
    }

    /// Reads the files again. What is wrong with them is logged, and the certificate in use stays.
    pub fn reload(&self) {
        match load(&self.certificate, &self.key, &self.provider) {
            Ok(loaded) => {
                *self.inner.write().unwrap_or_else(std::sync::PoisonError::into_inner) = loaded;
                tracing::info!(file = %self.certificate.display(), "read the certificate anew");
            }
            Err(error) => tracing::error!(%error, "the new certificate cannot be used; the one before stays in use"),
        }
    }

    /// Reads the files again if one of them was replaced or written.
    pub fn reload_if_changed(&self) {
        let known = self.inner.read().unwrap_or_else(std::sync::PoisonError::into_inner).stamps;
        let is_same = stamps(&self.certificate, &self.key).is_ok_and(|now| now == known);
        if !is_same {
            self.reload();
        }
    }
}

impl ResolvesServerCert for Certificate {
    /// The one certificate there is, whatever name is asked for: a browser compares the names itself.
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.inner.read().unwrap_or_else(std::sync::PoisonError::into_inner).pair))
    }
}

fn load(certificate: &Path, key: &Path, provider: &CryptoProvider) -> Result<Loaded, TlsError> {
    // Before the files: what is written meanwhile is found by the next look.
    let stamps = stamps(certificate, key)?;
    let mode =
        fs::metadata(key).map_err(|source| TlsError::File { path: key.to_owned(), source })?.permissions().mode();
    if mode & 0o007 != 0 {
        return Err(TlsError::Readable { path: key.to_owned() });
    }
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|source| fault(certificate, "a certificate chain", source))?;
    if chain.is_empty() {
        return Err(TlsError::Empty { path: certificate.to_owned() });
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|source| fault(key, "a private key", source))?;
    let pair = CertifiedKey::from_der(chain, private, provider).map_err(|source| TlsError::Mismatch {
        certificate: certificate.to_owned(),
        key: key.to_owned(),
        source,
    })?;
    Ok(Loaded { pair: Arc::new(pair), stamps })
}

fn fault(path: &Path, expected: &'static str, source: pem::Error) -> TlsError {
    match source {
        pem::Error::Io(source) => TlsError::File { path: path.to_owned(), source },
        source => TlsError::Pem { path: path.to_owned(), expected, source },
    }
}

fn stamps(certificate: &Path, key: &Path) -> Result<[Stamp; 2], TlsError> {
    let stamp = |path: &Path| -> Result<Stamp, TlsError> {
        let about = fs::metadata(path).map_err(|source| TlsError::File { path: path.to_owned(), source })?;
        Ok((about.ino(), about.mtime(), about.mtime_nsec(), about.len()))
    };
    Ok([stamp(certificate)?, stamp(key)?])
}

#[cfg(test)]
mod tests;
