//! What is answered and chosen on the way through several pages. It survives a reload, a lost
//! network and the end of a session, ends with the tab, belongs to the person who answered, and is
//! forgotten at the log-out. Keys and passwords never get here.
//!
//! A flow is read when its first page asks for it, so that its code is loaded with its pages.

mod acting;
mod attaching;
mod choosing;
mod deciding;
mod decision;
mod detaching;
mod queueing;
mod suspending;

pub use acting::{NAME as ACTING, use_acting};
pub use attaching::{NAME as ATTACHING, use_attaching};
pub use choosing::{Held, NAME as CHOOSING, use_choosing};
pub use deciding::{NAME as DECIDING, use_deciding};
pub use decision::{NAME as DECISION, use_decision};
pub use detaching::{Detaching, NAME as DETACHING, use_detaching};
pub use queueing::{Answers, NAME as QUEUEING, Unread, use_queueing};
pub use suspending::{NAME as SUSPENDING, use_suspending};

use crate::browser;
use balabaqsha_shared::id::PersonId;
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use std::{any::Any, collections::BTreeMap};

/// The flows that have been begun in this tab.
#[derive(Clone, Copy)]
pub struct Flows {
    /// Flows outlive the pages that ask for them.
    owner: StoredValue<Owner>,
    person: Signal<Option<PersonId>>,
    begun: StoredValue<BTreeMap<String, Begun>>,
}

struct Begun {
    /// The [`Kept`] of the flow's own type.
    kept: Box<dyn Any + Send + Sync>,
    clear: Box<dyn Fn() + Send + Sync>,
}

/// What the names of everything that is kept begin with.
const PREFIX: &str = "kept.";

/// What was answered belongs to a person: whoever logs in afterwards does not see it.
fn key(name: &str, person: PersonId) -> String {
    format!("{PREFIX}{name}.{person}")
}

impl Flows {
    /// Everything is forgotten when the person logs out, when somebody has ended the session, or
    /// another person logs in. When the time of the session has run out it stays for the same person.
    pub fn provide(person: Signal<Option<PersonId>>, timed_out: Signal<bool>, ended: Signal<bool>) {
        let flows = Self {
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            person,
            begun: StoredValue::new(BTreeMap::new()),
        };
        provide_context(flows);
        Effect::new(move |before: Option<Option<PersonId>>| {
            let person = person.get();
            let left = before.flatten().is_some();
            match person {
                Some(person) => flows.forget(|name| !name.ends_with(&person.to_string())),
                None if ended.get() || (left && !timed_out.get_untracked()) => {
                    flows.forget(|_| true);
                }
                None => {}
            }
            person
        });
    }

    /// Forgets one of the flows of the person.
    pub fn clear(self, name: &str) {
        if let Some(person) = self.person.get_untracked() {
            let name = key(name, person);
            self.begun.with_value(|begun| {
                if let Some(flow) = begun.get(&name) {
                    (flow.clear)();
                }
            });
            browser::forget(&name);
        }
    }

    fn forget(self, which: impl Fn(&str) -> bool) {
        self.begun
            .update_value(|begun| begun.retain(|name, _| !which(name)));
        browser::forget_all(|name| name.starts_with(PREFIX) && which(name));
    }
}

pub fn use_flows() -> Flows {
    expect_context()
}

/// A value that is kept in the tab.
#[derive(Debug)]
pub struct Kept<T: Send + Sync + 'static> {
    /// Under which it is kept.
    name: StoredValue<String>,
    value: RwSignal<T>,
}

impl<T: Send + Sync + 'static> Clone for Kept<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Kept<T> {}

impl<T> Kept<T>
where
    T: Clone + Default + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    /// The flow of that name of whoever has logged in, taken up from the tab by the first who asks.
    pub fn of(name: &str) -> Self {
        let flows = use_flows();
        let person = flows.person.get_untracked();
        // Without a person there is nothing to go on with, and nothing is kept.
        let name = person.map(|person| key(name, person)).unwrap_or_default();
        let known = flows.begun.with_value(|begun| {
            let kept = begun.get(&name)?.kept.downcast_ref::<Self>()?;
            Some(*kept)
        });
        known.unwrap_or_else(|| {
            let kept = flows
                .owner
                .with_value(|owner| owner.with(|| Self::load(name.clone())));
            let flow = Begun {
                kept: Box::new(kept),
                clear: Box::new(move || kept.clear()),
            };
            flows
                .begun
                .update_value(|begun| drop(begun.insert(name, flow)));
            kept
        })
    }

    /// What an older version of the app has written is dropped where it does not fit.
    fn load(name: String) -> Self {
        let value = browser::kept(&name)
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default();
        Self {
            name: StoredValue::new(name),
            value: RwSignal::new(value),
        }
    }

    pub fn get(self) -> T {
        self.value.get()
    }

    pub fn get_now(self) -> T {
        self.value.get_untracked()
    }

    pub fn update(self, change: impl FnOnce(&mut T)) {
        self.value.update(change);
        if let Ok(text) = self.value.with_untracked(serde_json::to_string) {
            self.name.with_value(|name| browser::keep(name, &text));
        }
    }

    pub fn clear(self) {
        self.value.set(T::default());
        self.name.with_value(|name| browser::forget(name));
    }
}
