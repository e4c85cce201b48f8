//! Data of the service on a page: being fetched, there, or not to be had, with the way to ask
//! again. Each page says what it fetches and how it is shown; the rest is the same everywhere, and
//! the same code for every kind of data.

use crate::{
    api::Failure,
    changes::{Topic, use_changes},
    clock::use_clock,
    components::trouble::trouble,
    dom::{Content, View, effect, live, p, view},
    i18n::{language, t},
};
use balabaqsha_shared::Language;
use leptos::prelude::*;
use std::{any::Any, future::Future, marker::PhantomData, pin::Pin, rc::Rc, sync::Arc};

type Data = Arc<dyn Any + Send + Sync>;
type Answer = Pin<Box<dyn Future<Output = Result<Data, Failure>>>>;
type Fetch = Rc<dyn Fn() -> Answer>;

/// How the data stands.
#[derive(Clone)]
enum State {
    Waiting,
    Ready(Data),
    Failed(Failure),
}

/// Something that is fetched from the service.
pub struct Remote<T> {
    inner: Inner,
    data: PhantomData<fn() -> T>,
}

impl<T> Clone for Remote<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Remote<T> {}

#[derive(Clone, Copy)]
struct Inner {
    state: RwSignal<State>,
    fetch: StoredValue<Fetch, LocalStorage>,
    /// Which question is the latest: an answer to an earlier one is dropped.
    asked: StoredValue<u32>,
    /// Whether two answers are the same, so that nothing has to be shown anew.
    same: fn(&Data, &Data) -> bool,
}

impl<T: PartialEq + Send + Sync + 'static> Remote<T> {
    /// Fetches now. `fetch` is called again by [`Self::retry`] and [`Self::refresh`].
    pub fn new<F>(fetch: impl Fn() -> F + 'static) -> Self
    where
        F: Future<Output = Result<T, Failure>> + 'static,
    {
        let fetch: Fetch = Rc::new(move || -> Answer {
            let answer = fetch();
            Box::pin(async move {
                let data: Data = Arc::new(answer.await?);
                Ok(data)
            })
        });
        let inner = Inner {
            state: RwSignal::new(State::Waiting),
            fetch: StoredValue::new_local(fetch),
            asked: StoredValue::new(0),
            same: |a, b| a.downcast_ref::<T>() == b.downcast_ref::<T>(),
        };
        inner.ask(true);
        inner.follow_clock();
        Self {
            inner,
            data: PhantomData,
        }
    }

    /// Fetches again whenever the language changes, for data with sentences in it.
    pub fn in_language(self) -> Self {
        self.inner.in_language();
        self
    }

    /// Asks the service after each change, and every so often while it cannot say so, as long as the
    /// page is in front.
    pub fn follow(self, topic: Topic, seconds: u32) -> Self {
        self.inner.follow(topic, seconds);
        self
    }

    /// Fetches anew and says so.
    pub fn retry(self) {
        self.inner.retry();
    }

    /// Fetches anew behind what is shown; a failure leaves it as it is.
    pub fn refresh(self) {
        self.inner.ask(false);
    }

    /// Looks at the data once it is there.
    pub fn with<R>(self, look: impl FnOnce(&T) -> R) -> Option<R> {
        match self.inner.state.get() {
            State::Ready(data) => data.downcast_ref::<T>().map(look),
            State::Waiting | State::Failed(_) => None,
        }
    }

    /// As [`Self::with`] at this moment, for handlers.
    pub fn now<R>(self, look: impl FnOnce(&T) -> R) -> Option<R> {
        untrack(|| self.with(look))
    }

    /// What went wrong, if it did.
    pub fn failure(self) -> Option<Failure> {
        match self.inner.state.get() {
            State::Failed(failure) => Some(failure),
            State::Waiting | State::Ready(_) => None,
        }
    }

    /// The data as `show` shows it, or a word while it is fetched, or what went wrong. Made anew
    /// with each change of the data.
    pub fn show<C: Content>(self, show: impl Fn(&T) -> C + 'static) -> View {
        self.inner
            .show(Rc::new(move |data| match data.downcast_ref::<T>() {
                Some(data) => view(show(data)),
                None => view(()),
            }))
    }

    /// As [`Self::show`] for a view that follows later changes by itself: it is made once.
    pub fn show_once<C: Content>(self, show: impl Fn() -> C + 'static) -> View {
        self.inner.show_once(Rc::new(move || view(show())))
    }
}

impl Inner {
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
            if turn.is_some() && self.asked.try_get_value() == turn {
                self.take(answer, show_failure);
            }
        });
    }

    fn take(self, answer: Result<Data, Failure>, show_failure: bool) {
        let Some(before) = self.state.try_get_untracked() else {
            return;
        };
        let next = match (answer, &before) {
            (Ok(data), State::Ready(shown)) if (self.same)(&data, shown) => return,
            (Ok(data), _) => State::Ready(data),
            (Err(_), State::Ready(_)) if !show_failure => return,
            (Err(failure), _) => State::Failed(failure),
        };
        self.state.try_set(next);
    }

    fn retry(self) {
        self.state.set(State::Waiting);
        self.ask(true);
    }

    /// Asks again when the clock of the demo was moved.
    fn follow_clock(self) {
        let clock = use_clock();
        let first = StoredValue::new(true);
        effect(move || {
            clock.follow_moves();
            if first.get_value() {
                first.set_value(false);
            } else {
                self.ask(false);
            }
        });
    }

    fn in_language(self) {
        let shown = StoredValue::new(None::<Language>);
        effect(move || {
            let language = language();
            if shown.get_value().is_some_and(|shown| shown != language) {
                self.ask(false);
            }
            shown.set_value(Some(language));
        });
    }

    fn follow(self, topic: Topic, seconds: u32) {
        use_changes().follow(topic, seconds, Rc::new(move || self.ask(false)));
    }

    fn show(self, show: Rc<dyn Fn(&Data) -> View>) -> View {
        live(move || match self.state.get() {
            State::Waiting => view(loading()),
            State::Ready(data) => show(&data),
            State::Failed(failure) => self.trouble(failure),
        })
    }

    fn show_once(self, show: Rc<dyn Fn() -> View>) -> View {
        let ready = Memo::new(move |_| matches!(self.state.get(), State::Ready(_)));
        live(move || {
            if ready.get() {
                return show();
            }
            live(move || match self.state.get() {
                State::Failed(failure) => self.trouble(failure),
                State::Waiting | State::Ready(_) => view(loading()),
            })
        })
    }

    fn trouble(self, failure: Failure) -> View {
        view(trouble(failure, Some(Rc::new(move || self.retry()))))
    }
}

/// A word that something is on its way.
pub fn loading() -> impl Content {
    p().class("loading")
        .attr("role", "status")
        .add(t::common::LOADING)
}
