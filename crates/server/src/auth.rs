//! Who is asking: passwords, sessions, API tokens, and the extractors with which handlers say what they need.

pub mod api_token;
pub mod extract;
pub mod keys;
pub mod origin;
pub mod password;
pub mod session;
pub mod throttle;
pub mod totp;

use rand::TryRng;

/// Random bytes from the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], crate::problem::ApiError> {
    let mut bytes = [0; N];
    rand::rngs::SysRng.try_fill_bytes(&mut bytes).map_err(crate::problem::ApiError::internal)?;
    Ok(bytes)
}
