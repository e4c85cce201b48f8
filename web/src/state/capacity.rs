//! In what capacity the person acts in this tab (R18, R19). Only who is appointed has the choice; it is made after
//! the login, can be changed on every page, and gives no right: the service looks at the appointment with
//! each request.

use super::Session;
use crate::browser;
use balabaqsha_shared::{appointment::Capacity, id::PersonId};
use leptos::prelude::*;
use std::any::Any;

/// Under which it is kept in the tab until the person logs out, by the person.
const KEPT_AS: &str = "kept.capacity.";

#[derive(Clone, Copy)]
pub struct Acting {
    session: Session,
    /// What was chosen since the page was loaded, and by whom.
    said: RwSignal<Option<(PersonId, Capacity)>>,
    chosen: Memo<Option<Capacity>>,
    owner: StoredValue<Owner>,
    /// What the pages of the office share while this person is here. Its type is known to them alone, so that
    /// its code is loaded with them.
    office: StoredValue<Option<Box<dyn Any + Send + Sync>>>,
    /// The same of the desk.
    desk: StoredValue<Option<Box<dyn Any + Send + Sync>>>,
}

impl Acting {
    pub fn provide(session: Session) {
        let said = RwSignal::new(None);
        let (office, desk) = (StoredValue::new(None), StoredValue::new(None));
        let person = Memo::new(move |_| session.person_id());
        let chosen = Memo::new(move |_| {
            let person = person.get()?;
            match said.get() {
                Some((by, capacity)) if by == person => Some(capacity),
                _ => Capacity::from_name(&browser::kept(&key(person))?),
            }
        });
        Effect::new(move |before: Option<Option<PersonId>>| {
            let person = person.get();
            if before.is_some_and(|before| before != person) {
                said.set(None);
                office.set_value(None);
                desk.set_value(None);
            }
            person
        });
        provide_context(Self {
            session,
            said,
            chosen,
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            office,
            desk,
        });
    }

    pub fn choose(self, capacity: Capacity) {
        if let Some(person) = self.session.person_id() {
            browser::keep(&key(person), capacity.as_str());
            self.said.set(Some((person, capacity)));
        }
    }

    /// What was chosen by somebody who has a choice, or is all that somebody has who came with a key of a kindergarten.
    pub fn chosen(self) -> Option<Capacity> {
        if self.session.is_only_staff() {
            Some(Capacity::Staff)
        } else if self.has_choice() {
            self.chosen.get().filter(|chosen| match chosen {
                Capacity::Parent => true,
                Capacity::Official => self.session.is_official(),
                Capacity::Staff => self.session.is_staff(),
            })
        } else {
            None
        }
    }

    fn has_choice(self) -> bool {
        self.session.is_official() || self.session.is_staff()
    }

    /// Whether a page for this capacity can be shown: who has no choice is shown every page, and a page of the
    /// office then says that nobody is appointed.
    pub fn fits(self, capacity: Capacity) -> bool {
        match self.chosen() {
            Some(chosen) => chosen == capacity,
            None => !self.has_choice(),
        }
    }

    /// What the pages of the desk share, made by the first that asks for it.
    pub fn desk<T: Copy + Send + Sync + 'static>(self, make: impl FnOnce() -> T) -> T {
        self.shared(self.desk, make)
    }

    /// What the pages of the office share, made by the first that asks for it.
    pub fn office<T: Copy + Send + Sync + 'static>(self, make: impl FnOnce() -> T) -> T {
        self.shared(self.office, make)
    }

    fn shared<T: Copy + Send + Sync + 'static>(
        self,
        kept: StoredValue<Option<Box<dyn Any + Send + Sync>>>,
        make: impl FnOnce() -> T,
    ) -> T {
        let known = kept.with_value(|known| known.as_ref()?.downcast_ref::<T>().copied());
        known.unwrap_or_else(|| {
            // It outlives the page that asks.
            let made = self.owner.with_value(|owner| owner.with(make));
            kept.set_value(Some(Box::new(made)));
            made
        })
    }
}

fn key(person: PersonId) -> String {
    format!("{KEPT_AS}{person}")
}

pub fn use_acting() -> Acting {
    expect_context()
}
