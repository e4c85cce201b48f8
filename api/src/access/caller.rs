//! Who calls, and what they may do.

use balabaqsha_shared::id::{ClientId, PersonId, SessionId};
use chrono::{DateTime, Utc};

/// What a good token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claims {
    pub caller: Caller,
    pub expires_at: DateTime<Utc>,
}

/// Who holds a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    Person {
        person_id: PersonId,
        session: SessionAt,
        /// Whether the first login was completed with an e-mail address (R1).
        has_email: bool,
    },
    /// The program of an organisation.
    Client { client_id: ClientId, scopes: Scopes },
}

/// A session, and how often it had been renewed when a token of it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionAt {
    pub id: SessionId,
    pub generation: i64,
}

impl SessionAt {
    /// A session that has just begun.
    #[must_use]
    pub const fn login(id: SessionId) -> Self {
        Self { id, generation: 0 }
    }
}

/// What a program may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes {
    /// See whom the kindergarten expects, and confirm who arrived (R10).
    pub enrolments: bool,
}

impl Scopes {
    pub const ENROLMENTS: &'static str = "enrolments";

    /// Reads words with spaces between them (RFC 6749, section 3.3); none when a word is not known.
    #[must_use]
    pub fn parse(words: &str) -> Option<Self> {
        words
            .split_ascii_whitespace()
            .try_fold(Self::default(), |_, word| {
                (word == Self::ENROLMENTS).then_some(Self { enrolments: true })
            })
    }

    /// The words again.
    #[must_use]
    pub const fn words(self) -> &'static str {
        if self.enrolments {
            Self::ENROLMENTS
        } else {
            ""
        }
    }

    /// Whether everything asked for is there.
    #[must_use]
    pub const fn cover(self, asked: Self) -> bool {
        self.enrolments || !asked.enrolments
    }
}
