//! Who has logged in. The access token lives in this memory only; what outlives the page is the
//! browser's HttpOnly cookie, which no script can read.

use crate::browser;
use balabaqsha_shared::dto::{self, Person};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::lock::Mutex;
use leptos::prelude::*;
use std::sync::Arc;

/// A token that ends within this time is renewed before it is used.
const RENEW_BEFORE: TimeDelta = TimeDelta::seconds(30);

/// Says that a cookie may be there, so that visitors who never logged in do not ask for a session
/// they do not have.
const HINT: &str = "session";

#[derive(Clone, Debug, PartialEq)]
enum State {
    /// The cookie has not been tried yet.
    Unknown,
    Nobody {
        /// Somebody was logged in, and the time ran out.
        timed_out: bool,
    },
    LoggedIn(dto::Session),
}

/// What the pages are told of the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    Unknown,
    Nobody,
    /// Logged in for the first time: the e-mail address comes before anything else (R1).
    EmailMissing,
    Person,
}

#[derive(Clone, Copy, Debug)]
pub struct Session {
    state: RwSignal<State>,
    renewal: StoredValue<Arc<Mutex<()>>>,
}

impl Session {
    pub fn provide() -> Self {
        let session = Self {
            state: RwSignal::new(State::Unknown),
            renewal: StoredValue::new(Arc::new(Mutex::new(()))),
        };
        provide_context(session);
        session
    }

    pub fn standing(self) -> Standing {
        self.state.with(|state| match state {
            State::Unknown => Standing::Unknown,
            State::Nobody { .. } => Standing::Nobody,
            State::LoggedIn(session) if session.person.email.is_none() => Standing::EmailMissing,
            State::LoggedIn(_) => Standing::Person,
        })
    }

    pub fn person(self) -> Option<Person> {
        self.state.with(|state| match state {
            State::LoggedIn(session) => Some(session.person.clone()),
            _ => None,
        })
    }

    pub fn is_logged_in(self) -> bool {
        self.state.with(|state| matches!(state, State::LoggedIn(_)))
    }

    /// Whether the last session ended without being asked to.
    pub fn timed_out(self) -> bool {
        self.state
            .with(|state| matches!(state, State::Nobody { timed_out: true }))
    }

    /// Whether this browser has logged in and not out.
    pub fn may_resume(self) -> bool {
        browser::remembered(HINT).is_some_and(|hint| !hint.is_empty())
    }

    pub fn begin(self, session: dto::Session) {
        browser::remember(HINT, "1");
        self.state.set(State::LoggedIn(session));
    }

    pub fn set_person(self, person: Person) {
        self.state.update(|state| {
            if let State::LoggedIn(session) = state {
                session.person = person;
            }
        });
    }

    /// The person has logged out.
    pub fn end(self) {
        browser::remember(HINT, "");
        self.state.set(State::Nobody { timed_out: false });
    }

    /// Nobody was there any more.
    pub fn end_by_idleness(self) {
        browser::remember(HINT, "");
        self.state.set(State::Nobody { timed_out: true });
    }

    /// The service does not know the session any more, or never did.
    pub fn end_by_time(self) {
        browser::remember(HINT, "");
        let timed_out = self.state.with_untracked(|state| {
            matches!(
                state,
                State::LoggedIn(_) | State::Nobody { timed_out: true }
            )
        });
        self.state.set(State::Nobody { timed_out });
    }

    /// The first question could not be asked: the pages for everybody can be shown all the same.
    pub fn give_up_waiting(self) {
        if self.state.with_untracked(|state| *state == State::Unknown) {
            self.state.set(State::Nobody { timed_out: false });
        }
    }

    pub fn token(self) -> Option<String> {
        self.state.with_untracked(|state| match state {
            State::LoggedIn(session) => Some(session.access_token.clone()),
            _ => None,
        })
    }

    pub fn ends_soon(self, now: DateTime<Utc>) -> bool {
        self.state.with_untracked(|state| match state {
            State::LoggedIn(session) => session.expires_at - RENEW_BEFORE <= now,
            _ => false,
        })
    }

    /// Held by the one call that renews.
    pub fn renewal(self) -> Arc<Mutex<()>> {
        self.renewal.get_value()
    }
}

pub fn use_session() -> Session {
    expect_context()
}
