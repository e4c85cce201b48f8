//! What is answered and chosen on the way through several pages. It survives a reload and a lost
//! network, ends with the tab, and is forgotten at the log-out. Keys and passwords never get here.
//!
//! A flow is read when its first page asks for it, so that its code is loaded with its pages.

mod acting;
mod attaching;
mod choosing;
mod queueing;

pub use acting::use_acting;
pub use attaching::use_attaching;
pub use choosing::{Held, use_choosing};
pub use queueing::{Answers, Unread, use_queueing};

use crate::browser;
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use std::{any::Any, collections::BTreeMap};

/// The flows that have been begun in this tab.
#[derive(Clone, Copy)]
pub struct Flows {
    /// Flows outlive the pages that ask for them.
    owner: StoredValue<Owner>,
    begun: StoredValue<BTreeMap<&'static str, Begun>>,
}

struct Begun {
    /// The [`Kept`] of the flow's own type.
    kept: Box<dyn Any + Send + Sync>,
    clear: Box<dyn Fn() + Send + Sync>,
}

/// The names under which flows are kept.
const NAMES: [&str; 4] = [
    queueing::NAME,
    choosing::NAME,
    acting::NAME,
    attaching::NAME,
];

impl Flows {
    pub fn provide() {
        provide_context(Self {
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            begun: StoredValue::new(BTreeMap::new()),
        });
    }

    /// Forgets all of them.
    pub fn clear(self) {
        self.begun
            .with_value(|begun| begun.values().for_each(|flow| (flow.clear)()));
        NAMES.into_iter().for_each(browser::forget);
    }
}

pub fn use_flows() -> Flows {
    expect_context()
}

/// A value that is kept in the tab.
#[derive(Debug)]
pub struct Kept<T: Send + Sync + 'static> {
    name: &'static str,
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
    /// The flow of that name, taken up from the tab by the first who asks.
    fn of(name: &'static str) -> Self {
        let flows = use_flows();
        let known = flows.begun.with_value(|begun| {
            let kept = begun.get(name)?.kept.downcast_ref::<Self>()?;
            Some(*kept)
        });
        known.unwrap_or_else(|| {
            let kept = flows
                .owner
                .with_value(|owner| owner.with(|| Self::load(name)));
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
    fn load(name: &'static str) -> Self {
        let value = browser::kept(name)
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default();
        Self {
            name,
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
            browser::keep(self.name, &text);
        }
    }

    pub fn clear(self) {
        self.value.set(T::default());
        browser::forget(self.name);
    }
}
