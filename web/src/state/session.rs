//! Who has logged in. The access token lives in this memory only; what outlives the page is the
//! browser's HttpOnly cookie, which no script can read. The tabs of a browser share that cookie:
//! each tells the others who has logged in, and that somebody has logged out.

use crate::{api::Failure, browser};
use balabaqsha_shared::{
    dto::{self, Person},
    id::PersonId,
};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::lock::Mutex;
use leptos::{ev, prelude::*};
use std::sync::Arc;

/// A token that ends within this time is renewed before it is used.
const RENEW_BEFORE: TimeDelta = TimeDelta::seconds(30);

/// What the tabs of this browser know: the id of the person whose cookie may be there, so that
/// visitors who never logged in do not ask for a session they do not have. Empty after a log-out.
const HINT: &str = "session";
/// In the place of the id: somebody has logged out, and the service has not heard of it yet.
const LEAVING: &str = "leaving";

#[derive(Clone, Debug, PartialEq)]
enum State {
    /// The cookie has not been tried yet.
    Unknown,
    /// It could not be tried: nobody knows whether somebody is logged in.
    Unreached(Failure),
    Nobody(Ending),
    LoggedIn(dto::Session),
}

/// Why nobody is logged in here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Nobody was, or whoever was has logged out.
    LoggedOut,
    /// Somebody was logged in, and the time ran out.
    TimedOut,
    /// It was ended before its time: from another device, or because somebody else was using it.
    Ended,
    /// Somebody else has logged in in this browser, which has one cookie for all tabs.
    AnotherPerson,
}

/// What the pages are told of the session.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    Unknown,
    Unreached(Failure),
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
        // Heard by the other tabs only.
        let listening = window_event_listener(ev::storage, move |event| {
            if event.key().as_deref() == Some(HINT) {
                session.told_by_another_tab(&event.new_value().unwrap_or_default());
            }
        });
        on_cleanup(move || listening.remove());
        session
    }

    fn told_by_another_tab(self, hint: &str) {
        let Some(person) = untrack(|| self.person_id()) else {
            return;
        };
        if hint.is_empty() || hint == LEAVING {
            self.state.set(State::Nobody(Ending::LoggedOut));
        } else if hint != person.to_string() {
            self.state.set(State::Nobody(Ending::AnotherPerson));
        }
    }

    pub fn standing(self) -> Standing {
        self.state.with(|state| match state {
            State::Unknown => Standing::Unknown,
            State::Unreached(failure) => Standing::Unreached(failure.clone()),
            State::Nobody(_) => Standing::Nobody,
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

    pub fn person_id(self) -> Option<PersonId> {
        self.state.with(|state| match state {
            State::LoggedIn(session) => Some(session.person.id),
            _ => None,
        })
    }

    pub fn is_logged_in(self) -> bool {
        self.state.with(|state| matches!(state, State::LoggedIn(_)))
    }

    /// Whether the person may act as an official as well (R18).
    pub fn is_official(self) -> bool {
        self.state
            .with(|state| matches!(state, State::LoggedIn(session) if session.official))
    }

    /// Whether the person may act for a kindergarten (R19).
    pub fn is_staff(self) -> bool {
        self.state
            .with(|state| matches!(state, State::LoggedIn(session) if session.staff))
    }

    /// Whether the person has logged in with the key of a kindergarten, and so acts for nobody else.
    pub fn is_only_staff(self) -> bool {
        self.state
            .with(|state| matches!(state, State::LoggedIn(session) if session.only_staff))
    }

    /// Why nobody is logged in, if nobody is.
    pub fn ending(self) -> Option<Ending> {
        self.state.with(|state| match state {
            State::Nobody(ending) => Some(*ending),
            _ => None,
        })
    }

    /// Whether this browser has logged in and not out. A browser that keeps nothing may have.
    pub fn may_resume(self) -> bool {
        match browser::remembered(HINT) {
            Some(hint) => !hint.is_empty() && hint != LEAVING,
            None => !browser::keeps(),
        }
    }

    /// Whether somebody has logged out without the service hearing of it.
    pub fn is_leaving(self) -> bool {
        browser::remembered(HINT).as_deref() == Some(LEAVING)
    }

    pub fn begin(self, session: dto::Session) {
        browser::remember(HINT, &session.person.id.to_string());
        self.state.set(State::LoggedIn(session));
    }

    /// Takes over a renewed session, unless it is another person's: then this page has shown what
    /// is not theirs.
    pub fn renew(self, session: dto::Session) -> Result<(), Failure> {
        let here = untrack(|| self.person_id());
        if here.is_some_and(|here| here != session.person.id) {
            self.state.set(State::Nobody(Ending::AnotherPerson));
            return Err(Failure::AnotherPerson);
        }
        self.begin(session);
        Ok(())
    }

    pub fn set_person(self, person: Person) {
        self.state.update(|state| {
            if let State::LoggedIn(session) = state {
                session.person = person;
            }
        });
    }

    /// The person has logged out, or nobody was there any more. The service has to be told.
    pub fn end(self, ending: Ending) {
        browser::remember(HINT, LEAVING);
        self.state.set(State::Nobody(ending));
    }

    /// The service has heard of a log-out in the end.
    pub fn has_left(self) {
        if self.is_leaving() {
            browser::remember(HINT, "");
        }
    }

    /// The service does not know the session any more, or never did.
    pub fn end_by_time(self) {
        let ending = untrack(|| match (self.is_logged_in(), self.ending()) {
            (true, _) => Ending::TimedOut,
            (false, ending) => ending.unwrap_or(Ending::LoggedOut),
        });
        browser::remember(HINT, "");
        self.state.set(State::Nobody(ending));
    }

    /// The service tells that somebody has ended the session.
    pub fn was_ended(self) {
        browser::remember(HINT, "");
        self.state.set(State::Nobody(Ending::Ended));
    }

    /// The first question could not be asked: the pages for everybody can be shown all the same.
    pub fn was_not_reached(self, failure: Failure) {
        let asking = |state: &State| matches!(state, State::Unknown | State::Unreached(_));
        if self.state.with_untracked(asking) {
            self.state.set(State::Unreached(failure));
        }
    }

    /// Nobody has logged in in this browser.
    pub fn begin_without(self) {
        self.state.set(State::Nobody(Ending::LoggedOut));
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
