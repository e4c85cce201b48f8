//! Data of the service on a page: being fetched, there, or not to be had, with the way to ask
//! again. Each page says what it fetches and how it is shown; the rest is the same everywhere.

use crate::{
    api::Failure,
    browser,
    components::trouble::Trouble,
    i18n::{t, use_i18n},
};
use balabaqsha_shared::Language;
use leptos::prelude::*;
use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

type Answer<T> = Pin<Box<dyn Future<Output = Result<T, Failure>>>>;
type Fetch<T> = dyn Fn() -> Answer<T> + Send + Sync;

#[derive(Clone, Debug, PartialEq)]
pub enum Load<T> {
    Waiting,
    Ready(T),
    Failed(Failure),
}

/// Something that is fetched from the service.
pub struct Remote<T: Send + Sync + 'static> {
    state: RwSignal<Load<T>>,
    fetch: StoredValue<Arc<Fetch<T>>>,
    /// Which question is the latest: an answer to an earlier one is dropped.
    asked: StoredValue<u32>,
}

impl<T: Send + Sync + 'static> Clone for Remote<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Remote<T> {}

impl<T: Clone + PartialEq + Send + Sync + 'static> Remote<T> {
    /// Fetches now. `fetch` is called again by [`Self::retry`] and [`Self::refresh`].
    pub fn new<F>(fetch: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<T, Failure>> + 'static,
    {
        let fetch: Arc<Fetch<T>> = Arc::new(move || -> Answer<T> { Box::pin(fetch()) });
        let remote = Self {
            state: RwSignal::new(Load::Waiting),
            fetch: StoredValue::new(fetch),
            asked: StoredValue::new(0),
        };
        remote.ask(true);
        remote
    }

    /// Fetches again whenever the language changes, for data with sentences in it.
    pub fn in_language(self) -> Self {
        let i18n = use_i18n();
        Effect::new(move |shown: Option<Language>| {
            let language = i18n.language();
            if shown.is_some_and(|shown| shown != language) {
                self.refresh();
            }
            language
        });
        self
    }

    /// Asks the service every so often while the page is in front.
    pub fn every(self, seconds: u64) -> Self {
        let handle = set_interval_with_handle(
            move || {
                if browser::visible() {
                    self.refresh();
                }
            },
            Duration::from_secs(seconds),
        );
        if let Ok(handle) = handle {
            on_cleanup(move || handle.clear());
        }
        self
    }

    /// Fetches anew and says so.
    pub fn retry(self) {
        self.state.set(Load::Waiting);
        self.ask(true);
    }

    /// Fetches anew behind what is shown; a failure leaves it as it is.
    pub fn refresh(self) {
        self.ask(false);
    }

    /// The data once it is there.
    pub fn get(self) -> Option<T> {
        self.state.with(|state| match state {
            Load::Ready(value) => Some(value.clone()),
            _ => None,
        })
    }

    /// How it stands.
    pub fn state(self) -> Load<T> {
        self.state.get()
    }

    /// The data of this moment, for handlers.
    pub fn get_now(self) -> Option<T> {
        untrack(|| self.get())
    }

    fn ask(self, show_failure: bool) {
        let turn = self.asked.try_update_value(|asked| {
            *asked = asked.wrapping_add(1);
            *asked
        });
        let Some(fetch) = self.fetch.try_get_value() else {
            return;
        };
        leptos::task::spawn_local(async move {
            let answer = fetch().await;
            // The page may be gone by now, or may have asked again.
            if turn.is_none() || self.asked.try_get_value() != turn {
                return;
            }
            let next = match answer {
                Ok(value) => Load::Ready(value),
                Err(failure) => Load::Failed(failure),
            };
            let waiting = self
                .state
                .try_with_untracked(|state| matches!(state, Load::Waiting));
            let shown_stays =
                matches!(next, Load::Failed(_)) && !show_failure && waiting != Some(true);
            let unchanged = self.state.try_with_untracked(|state| *state == next);
            if !shown_stays && unchanged == Some(false) {
                self.state.try_set(next);
            }
        });
    }

    /// As [`Self::show`] for a view that follows later changes by itself: it is made once.
    pub fn show_once(self, view: impl Fn() -> AnyView + Send + Sync + 'static) -> impl IntoView {
        let state = Memo::new(move |_| match self.state.get() {
            Load::Waiting => Load::Waiting,
            Load::Ready(_) => Load::Ready(()),
            Load::Failed(failure) => Load::Failed(failure),
        });
        move || match state.get() {
            Load::Waiting => loading(),
            Load::Ready(()) => view(),
            Load::Failed(failure) => self.failed(failure),
        }
    }

    fn failed(self, failure: Failure) -> AnyView {
        let retry = Callback::new(move |()| self.retry());
        view! { <Trouble failure=failure retry=retry/> }.into_any()
    }

    /// The data as `view` shows it, or a word while it is fetched, or what went wrong.
    pub fn show(self, view: impl Fn(T) -> AnyView + Send + Sync + 'static) -> impl IntoView {
        move || match self.state.get() {
            Load::Waiting => loading(),
            Load::Ready(value) => view(value),
            Load::Failed(failure) => self.failed(failure),
        }
    }
}

/// A word that something is on its way.
pub fn loading() -> AnyView {
    let i18n = use_i18n();
    view! { <p class="loading" role="status">{i18n.t(t::common::LOADING)}</p> }.into_any()
}
