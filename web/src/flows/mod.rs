//! What is answered and chosen on the way through several pages. It survives a reload and a lost
//! network, ends with the tab, and is forgotten at the log-out. Keys and passwords never get here.

mod acting;
mod attaching;
mod choosing;
mod queueing;

pub use acting::{Acting, use_acting};
pub use attaching::{Attaching, use_attaching};
pub use choosing::{Choosing, Held, use_choosing};
pub use queueing::{Answers, Unread, use_queueing};

use crate::{browser, json};
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

/// Takes up what is kept in the tab.
pub fn provide() {
    provide_context(Kept::<Answers>::load("queueing"));
    provide_context(Kept::<Choosing>::load("choosing"));
    provide_context(Kept::<Acting>::load("acting"));
    provide_context(Kept::<Attaching>::load("attaching"));
}

/// A value that is kept in the tab.
#[derive(Debug)]
pub struct Kept<T: Send + Sync + 'static> {
    key: &'static str,
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
    /// What an older version of the app has written is dropped where it does not fit.
    fn load(key: &'static str) -> Self {
        let value = browser::kept(key)
            .and_then(|text| json::read(&text).ok())
            .unwrap_or_default();
        Self {
            key,
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
            browser::keep(self.key, &text);
        }
    }

    pub fn clear(self) {
        self.value.set(T::default());
        browser::forget(self.key);
    }
}
