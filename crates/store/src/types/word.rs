//! Enums that are stored as one lower-case word.

/// A word that is not in the list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{word}' is not one of: {allowed}")]
pub struct UnknownWord {
    /// What was read.
    pub word: String,
    /// The words there are.
    pub allowed: String,
}

/// Makes an enum whose variants are words in the database and in JSON.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow,
            serde::Serialize, serde::Deserialize,
        )]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant),+
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that is stored.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::types::UnknownWord;
            fn from_str(word: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|w| w.as_str() == word).ok_or_else(|| $crate::types::UnknownWord {
                    word: word.to_owned(),
                    allowed: [$($word),+].join(", "),
                })
            }
        }

        impl<DB: diesel::backend::Backend> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $name
        where
            str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
                self.as_str().to_sql(out)
            }
        }

        impl<DB: diesel::backend::Backend> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $name
        where
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                Ok(String::from_sql(bytes)?.parse::<Self>()?)
            }
        }
    };
}
pub(crate) use words;

words! {
    /// What an account may do on the whole site.
    UserRole {
        /// Takes part.
        Participant = "participant",
        /// May create competitions.
        Host = "host",
        /// May do everything.
        Admin = "admin",
    }
}

words! {
    /// Whether an account may be used.
    UserState {
        /// It may.
        Active = "active",
        /// Signing in and tokens are refused.
        Suspended = "suspended",
    }
}

words! {
    /// Languages of the interface and of pages.
    Language {
        /// English
        En = "en",
        /// Korean
        Ko = "ko",
    }
}

words! {
    /// What a host may do in a competition.
    CompetitionRole {
        /// Created it; may name other hosts.
        Owner = "owner",
        /// Runs it.
        Host = "host",
        /// Sees drafts and keeps order in the discussion; changes nothing else.
        Moderator = "moderator",
    }
}

impl CompetitionRole {
    /// Whether the role runs the competition: settings, solution, participants.
    #[must_use]
    pub const fn runs(self) -> bool {
        match self {
            Self::Owner | Self::Host => true,
            Self::Moderator => false,
        }
    }
}

words! {
    /// Who finds a competition.
    Visibility {
        /// Everybody, once it is published.
        Public = "public",
        /// Hosts, participants and invited people.
        Private = "private",
    }
}

words! {
    /// Who may join without being let in by a host.
    Admission {
        /// Whoever sees it.
        Open = "open",
        /// Nobody: hosts decide on each request.
        Approval = "approval",
        /// Nobody: only invited people can join.
        Invite = "invite",
    }
}

words! {
    /// What a member may do in a team.
    MemberRole {
        /// Speaks for the team.
        Leader = "leader",
        /// Submits.
        Member = "member",
    }
}

words! {
    /// Where a submission stands.
    SubmissionState {
        /// Accepted, waiting for a worker.
        Queued = "queued",
        /// A worker has it.
        Scoring = "scoring",
        /// Has its scores.
        Scored = "scored",
        /// Refused, with errors. Spends nothing.
        Invalid = "invalid",
        /// We failed. Spends nothing.
        PlatformError = "platform_error",
        /// Taken back by the team. The quota stays spent.
        Withdrawn = "withdrawn",
    }
}

impl SubmissionState {
    /// Whether a submission in this state spends the day's quota: every accepted one does, whatever happens to it later,
    /// except one that turns out invalid and one that we failed to score.
    #[must_use]
    pub const fn spends(self) -> bool {
        match self {
            Self::Queued | Self::Scoring | Self::Scored | Self::Withdrawn => true,
            Self::Invalid | Self::PlatformError => false,
        }
    }

    /// Whether a submission in this state has a score that counts, or may still get one.
    #[must_use]
    pub const fn counts(self) -> bool {
        match self {
            Self::Queued | Self::Scoring | Self::Scored => true,
            Self::Invalid | Self::PlatformError | Self::Withdrawn => false,
        }
    }
}
