//! A value that participants must not see before the end.

use std::fmt;

/// Holds a private score. It is not `Serialize` and has no `Display`, so it cannot reach a response or a log by
/// accident; every place that opens it says [`reveal`](Self::reveal).
#[derive(Clone, Copy, PartialEq)]
pub struct Sealed<T>(T);

impl<T> Sealed<T> {
    /// Seals a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Opens it. For storage, and for whoever may see it: the host, everybody after the end.
    pub fn reveal(self) -> T {
        self.0
    }

    /// Opens it in place; as [`reveal`](Self::reveal).
    pub const fn reveal_ref(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Sealed<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("sealed")
    }
}
