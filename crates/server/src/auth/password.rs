//! Passwords: what is accepted, and argon2id on blocking threads with a bounded queue.

use std::sync::{Arc, Mutex, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

use crate::problem::{ApiError, ApiResult, Code};

/// Shortest password, in characters.
pub const SHORTEST: usize = 10;
/// Longest password, in characters.
pub const LONGEST: usize = 256;

/// argon2id with 19 MiB and two passes: the lowest line of OWASP ASVS 5.0, appendix C. 15 ms on one core.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const HASH_BYTES: usize = 32;
const SALT_BYTES: usize = 16;

/// The only thing that hashes passwords. Cloning shares the queue and the memory.
#[derive(Clone)]
pub struct Hasher(Arc<Inner>);

struct Inner {
    threads: Arc<Semaphore>,
    /// Running and waiting together.
    places: Arc<Semaphore>,
    /// Blocks of hashes that ended, cleared, for the next ones: fresh memory costs up to 10 ms of page faults, and the
    /// allocator keeps what each thread frees (six sign-ins in a row: 95 MiB). At most one for each of `threads`.
    memory: Mutex<Vec<Vec<Block>>>,
    argon2: Argon2<'static>,
    blocks: usize,
    /// Checked when there is no account, so that the answer takes as long.
    nobody: String,
}

impl Hasher {
    /// `threads` hashes at a time (0: one per processor), `queue` more may wait.
    pub fn new(threads: usize, queue: usize) -> ApiResult<Self> {
        let processors = std::thread::available_parallelism().map_or(1, Into::into);
        let threads = if threads == 0 { processors } else { threads };
        let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(HASH_BYTES)).map_err(ApiError::internal)?;
        let blocks = params.block_count();
        let mut hasher = Inner {
            threads: Arc::new(Semaphore::new(threads)),
            places: Arc::new(Semaphore::new(threads + queue)),
            memory: Mutex::default(),
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            blocks,
            nobody: String::new(),
        };
        // The hash's value does not matter, only its parameters: no password is compared equal to zeros.
        hasher.nobody = hasher.phc(&[0; SALT_BYTES], &[0; HASH_BYTES])?;
        Ok(Self(Arc::new(hasher)))
    }

    /// Hashes a new password, in PHC form.
    pub async fn hash(&self, password: String) -> ApiResult<String> {
        let salt = super::random::<SALT_BYTES>()?;
        self.run(move |inner, memory| inner.phc(&salt, &inner.digest(password.as_bytes(), &salt, memory)?)).await
    }

    /// Whether `password` belongs to `hash`. Without a hash it takes as long and is never true.
    pub async fn verify(&self, password: String, hash: Option<String>) -> ApiResult<bool> {
        self.run(move |inner, memory| {
            let stored = hash.as_deref().unwrap_or(&inner.nobody);
            let parsed = PasswordHash::new(stored).map_err(ApiError::internal)?;
            let (Some(salt), Some(expected)) = (parsed.salt, parsed.hash) else {
                return Err(ApiError::internal("a stored password hash has no salt or no hash"));
            };
            let found = inner.digest(password.as_bytes(), salt.as_ref(), memory)?;
            Ok(bool::from(found.ct_eq(expected.as_bytes())) && hash.is_some())
        })
        .await
    }

    /// Whether a hash was made with other parameters than new ones are.
    pub fn is_outdated(hash: &str) -> bool {
        let current = format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$");
        !hash.starts_with(&current)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner, &mut Vec<Block>) -> ApiResult<T> + Send + 'static,
    ) -> ApiResult<T> {
        let inner = Arc::clone(&self.0);
        let place = Arc::clone(&inner.places).try_acquire_owned();
        let place = place.map_err(|_| ApiError::from(Code::Busy).retry_after_secs(2))?;
        let thread = Arc::clone(&inner.threads).acquire_owned().await.map_err(ApiError::internal)?;
        tokio::task::spawn_blocking(move || {
            // Held by the work itself: a client who hangs up does not make room for more of it.
            let _held = (place, thread);
            let mut memory = inner.memory.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
            memory.resize(inner.blocks, Block::default());
            let result = work(&inner, &mut memory);
            memory.fill(Block::default());
            inner.memory.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
            result
        })
        .await
        .map_err(ApiError::internal)?
    }
}

impl Inner {
    fn digest(&self, password: &[u8], salt: &[u8], memory: &mut [Block]) -> ApiResult<[u8; HASH_BYTES]> {
        let mut out = [0; HASH_BYTES];
        self.argon2.hash_password_into_with_memory(password, salt, &mut out, memory).map_err(ApiError::internal)?;
        Ok(out)
    }

    fn phc(&self, salt: &[u8], digest: &[u8]) -> ApiResult<String> {
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(self.argon2.params()).map_err(ApiError::internal)?,
            salt: Some(Salt::new(salt).map_err(ApiError::internal)?),
            hash: Some(Output::new(digest).map_err(ApiError::internal)?),
        };
        Ok(hash.to_string())
    }
}

/// Refuses passwords that are too short, too long or among the first that are tried; `words` are the person's own
/// name and the like. Takes up to a few milliseconds: call it on a blocking thread.
pub fn check(password: &str, words: &[&str]) -> Result<(), String> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(format!("Use at least {SHORTEST} characters; {length} are too few."));
    }
    if length > LONGEST {
        return Err(format!("Use at most {LONGEST} characters; {length} are too many."));
    }
    if zxcvbn::zxcvbn(password, words).score() < zxcvbn::Score::Three {
        let advice = "This password is among the first that are tried. Use a longer one, such as four unrelated words.";
        return Err(advice.to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
