//! A signing session: texts that wait until their person signs them with a phone (eGov Mobile). The state
//! follows from what the phone and the page do; every transition consumes the old one and may refuse.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// So many signatures that do not pass end a session.
pub const ATTEMPTS: u8 = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SigningState {
    /// No phone has read it.
    Pending,
    /// A phone has read it.
    Scanned,
    /// The signatures have passed.
    Signed,
    /// Too many signatures did not pass.
    Rejected,
    /// Ended on the page, or by a new session for the same text.
    Cancelled,
    /// The time is over.
    Expired,
}

impl SigningState {
    pub const ALL: [Self; 6] = [
        Self::Pending,
        Self::Scanned,
        Self::Signed,
        Self::Rejected,
        Self::Cancelled,
        Self::Expired,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Scanned => "scanned",
            Self::Signed => "signed",
            Self::Rejected => "rejected",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether a phone may still sign.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Scanned)
    }
}

/// Where a session stands, and until when it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub state: SigningState,
    /// Signatures that did not pass.
    pub failures: u8,
    pub expires_at: DateTime<Utc>,
}

/// The session is over; nothing follows on its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Over(pub SigningState);

impl Standing {
    #[must_use]
    pub const fn new(expires_at: DateTime<Utc>) -> Self {
        Self {
            state: SigningState::Pending,
            failures: 0,
            expires_at,
        }
    }

    /// How it stands at a moment: what is still open after its time has expired.
    #[must_use]
    pub fn at(self, now: DateTime<Utc>) -> Self {
        if self.state.is_open() && now >= self.expires_at {
            return self.becoming(SigningState::Expired);
        }
        self
    }

    /// A phone reads what is to be signed, for the first time or again.
    pub fn scan(self, now: DateTime<Utc>) -> Result<Self, Over> {
        Ok(self.open(now)?.becoming(SigningState::Scanned))
    }

    /// All signatures have passed.
    pub fn sign(self, now: DateTime<Utc>) -> Result<Self, Over> {
        Ok(self.open(now)?.becoming(SigningState::Signed))
    }

    /// A signature did not pass.
    pub fn fail(self, now: DateTime<Utc>) -> Result<Self, Over> {
        let open = self.open(now)?;
        let failures = open.failures.saturating_add(1);
        let state = if failures >= ATTEMPTS {
            SigningState::Rejected
        } else {
            SigningState::Scanned
        };
        Ok(Self {
            failures,
            ..open.becoming(state)
        })
    }

    /// Its page ends it.
    pub fn cancel(self, now: DateTime<Utc>) -> Result<Self, Over> {
        Ok(self.open(now)?.becoming(SigningState::Cancelled))
    }

    fn open(self, now: DateTime<Utc>) -> Result<Self, Over> {
        let standing = self.at(now);
        if standing.state.is_open() {
            Ok(standing)
        } else {
            Err(Over(standing.state))
        }
    }

    const fn becoming(self, state: SigningState) -> Self {
        Self { state, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use SigningState::{Cancelled, Expired, Pending, Rejected, Scanned, Signed};

    type Transition = fn(Standing, DateTime<Utc>) -> Result<Standing, Over>;

    fn end() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + chrono::TimeDelta::minutes(5)
    }

    fn standing(state: SigningState, failures: u8) -> Standing {
        Standing {
            state,
            failures,
            expires_at: end(),
        }
    }

    #[rstest::rstest]
    #[case(Standing::scan, [Some(Scanned), Some(Scanned)])]
    #[case(Standing::sign, [Some(Signed), Some(Signed)])]
    #[case(Standing::fail, [Some(Scanned), Some(Scanned)])]
    #[case(Standing::cancel, [Some(Cancelled), Some(Cancelled)])]
    fn only_an_open_session_goes_on(
        #[case] transition: Transition,
        #[case] expected: [Option<SigningState>; 2],
    ) {
        let before = end() - chrono::TimeDelta::microseconds(1);
        for (state, expected) in [Pending, Scanned].into_iter().zip(expected) {
            let next = transition(standing(state, 0), before).ok();
            assert_eq!(next.map(|next| next.state), expected, "{state:?}");
            // The moment of its end is no part of its life.
            assert_eq!(transition(standing(state, 0), end()), Err(Over(Expired)));
        }
        for state in [Signed, Rejected, Cancelled, Expired] {
            for moment in [before, end()] {
                assert_eq!(transition(standing(state, 1), moment), Err(Over(state)));
            }
        }
    }

    #[test]
    fn the_third_failure_rejects() {
        let now = DateTime::UNIX_EPOCH;
        let mut session = Standing::new(end()).scan(now).unwrap();
        for expected in [(Scanned, 1), (Scanned, 2), (Rejected, 3)] {
            session = session.fail(now).unwrap();
            assert_eq!((session.state, session.failures), expected);
        }
        assert_eq!(session.sign(now), Err(Over(Rejected)));
    }

    #[test]
    fn what_has_ended_does_not_expire() {
        for state in [Signed, Rejected, Cancelled] {
            assert_eq!(standing(state, 0).at(end()).state, state);
        }
        for state in SigningState::ALL {
            assert_eq!(SigningState::from_name(state.as_str()), Some(state));
        }
    }
}
