//! What goes wrong below the rules. Rules have their own enums beside their operations.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A failure that no caller can act on except by trying later (`Unavailable`) or reporting it (`Query`).
/// The text is for the log, never for a response.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database does not answer, or not in time; nothing was changed.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// The database refused a statement: a defect of ours or of the stored data.
    #[error("a database statement failed")]
    Query(#[source] DieselError),
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(
                kind @ (DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand),
                info,
            ) => Self::Unavailable(format!("{kind:?}: {}", info.message())),
            other => Self::Query(other),
        }
    }
}

/// Lets `?` take a diesel error inside an operation whose rules have their own enum.
macro_rules! from_diesel {
    ($($error:ty),+ $(,)?) => {$(
        impl From<diesel::result::Error> for $error {
            fn from(error: diesel::result::Error) -> Self {
                $crate::StoreError::from(error).into()
            }
        }
    )+};
}
pub(crate) use from_diesel;

/// Whether PostgreSQL gave up on the transaction because of another one: running it again may succeed.
/// Walks the sources, because the rules' enums wrap the error.
pub(crate) fn is_serialization_failure(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |e| e.source()).any(|e| {
        matches!(
            e.downcast_ref::<DieselError>(),
            Some(DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _))
        )
    })
}

/// Whether an insert met a unique constraint. Each insert path has one that can be met, so this has one meaning there.
pub(crate) fn is_unique_violation(error: &DieselError) -> bool {
    matches!(error, DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
}
