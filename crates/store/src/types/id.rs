//! Row ids. A number of one table cannot be taken for one of another.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::BigInt;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow,
            serde::Serialize, serde::Deserialize,
        )]
        #[diesel(sql_type = BigInt)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl<DB: Backend> ToSql<BigInt, DB> for $name
        where
            i64: ToSql<BigInt, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                self.0.to_sql(out)
            }
        }

        impl<DB: Backend> FromSql<BigInt, DB> for $name
        where
            i64: FromSql<BigInt, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                i64::from_sql(bytes).map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// `api_tokens.id`
    ApiTokenId,
    /// `audit.id`: 1, 2, … without gaps.
    AuditId,
    /// `competitions.id`
    CompetitionId,
    /// `consents.id`
    ConsentId,
    /// `data_files.id`
    DataFileId,
    /// `downloads.id`
    DownloadId,
    /// `events.id`: grows in the order of commits.
    EventId,
    /// `grants.id`
    GrantId,
    /// `invites.id`
    InviteId,
    /// `jobs.id`
    JobId,
    /// `attempts.id`
    AttemptId,
    /// `mails.id`
    MailId,
    /// `one_time_links.id`
    OneTimeLinkId,
    /// `post_images.id`
    PostImageId,
    /// `post_reports.id`
    PostReportId,
    /// `recovery_codes.id`
    RecoveryCodeId,
    /// `notifications.id`
    NotificationId,
    /// `merges.id`
    MergeId,
    /// `pages.id`
    PageId,
    /// `page_versions.id`
    PageVersionId,
    /// `posts.id`
    PostId,
    /// `rescores.id`
    RescoreId,
    /// `sessions.id`
    SessionId,
    /// `solutions.id`
    SolutionId,
    /// `submissions.id`
    SubmissionId,
    /// `teams.id`
    TeamId,
    /// `threads.id`
    ThreadId,
    /// `users.id`
    UserId,
}
