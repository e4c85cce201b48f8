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
    /// Whether it was begun with the key of an organisation: its holder acts for a kindergarten only (R19).
    pub only_staff: bool,
}

impl SessionAt {
    /// A session that has just begun.
    #[must_use]
    pub const fn login(id: SessionId) -> Self {
        Self {
            id,
            generation: 0,
            only_staff: false,
        }
    }
}

/// What a program may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes {
    /// See whom the kindergarten expects, and confirm who arrived (R10).
    pub enrolments: bool,
    /// Publish free places and take them back (R20).
    pub places: bool,
}

impl Scopes {
    pub const ENROLMENTS: &'static str = "enrolments";
    pub const PLACES: &'static str = "places";

    /// Reads words with spaces between them (RFC 6749, section 3.3); none when a word is not known.
    #[must_use]
    pub fn parse(words: &str) -> Option<Self> {
        words
            .split_ascii_whitespace()
            .try_fold(Self::default(), |mut scopes, word| {
                match word {
                    Self::ENROLMENTS => scopes.enrolments = true,
                    Self::PLACES => scopes.places = true,
                    _ => return None,
                }
                Some(scopes)
            })
    }

    /// The words again.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match (self.enrolments, self.places) {
            (true, true) => "enrolments places",
            (true, false) => Self::ENROLMENTS,
            (false, true) => Self::PLACES,
            (false, false) => "",
        }
    }

    /// Whether everything asked for is there.
    #[must_use]
    pub const fn cover(self, asked: Self) -> bool {
        (self.enrolments || !asked.enrolments) && (self.places || !asked.places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_as_they_are_written() {
        for (enrolments, places) in [(false, false), (true, false), (false, true), (true, true)] {
            let scopes = Scopes { enrolments, places };
            assert_eq!(Scopes::parse(scopes.words()), Some(scopes));
            assert!(scopes.cover(Scopes::default()) && scopes.cover(scopes));
            let all = Scopes {
                enrolments: true,
                places: true,
            };
            assert_eq!(scopes.cover(all), enrolments && places);
        }
        assert_eq!(Scopes::parse("places everything"), None);
    }
}
