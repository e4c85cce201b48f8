//! Data of the service on a page: being fetched, there, or not to be had, with the way to ask
//! again. Each page says what it fetches and how it is shown; the rest is the same everywhere.
//!
//! A [`Remote`] is a `LocalResource` that keeps its last good answer, and a memo over it, so that
//! an answer without news shows nothing anew.

use crate::{
    api::Failure,
    components::{
        loading::Loading,
        trouble::{Failed, Trouble},
        waiting::Waiting,
    },
    i18n::use_i18n,
    state::{Topic, use_changes, use_clock},
};
use leptos::prelude::*;
use std::{future::Future, rc::Rc};

/// Something that is fetched from the service.
pub struct Remote<T: Send + Sync + 'static> {
    resource: LocalResource<Result<T, Failure>>,
    answer: Memo<Option<Result<T, Failure>>>,
    /// Somebody has asked to try again and sees that.
    retrying: RwSignal<bool>,
    /// Whether the language is part of the question.
    in_language: RwSignal<bool>,
}

impl<T: Send + Sync + 'static> Clone for Remote<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Remote<T> {}

impl<T: Clone + PartialEq + Send + Sync + 'static> Remote<T> {
    /// Fetches now, and again when the clock of the demo was moved, and after [`Self::retry`] and
    /// [`Self::refresh`]. A failure behind what is shown leaves it as it is.
    pub fn new<F>(fetch: impl Fn() -> F + 'static) -> Self
    where
        F: Future<Output = Result<T, Failure>> + 'static,
    {
        Self::asking(|| (), move |()| fetch())
    }

    /// As [`Self::new`], for a question that may change, such as the page of a list. The answer to
    /// one question is never shown for another, whatever becomes of that.
    pub fn asking<Q, F>(
        question: impl Fn() -> Q + Send + Sync + 'static,
        fetch: impl Fn(Q) -> F + 'static,
    ) -> Self
    where
        Q: Clone + PartialEq + Send + Sync + 'static,
        F: Future<Output = Result<T, Failure>> + 'static,
    {
        let i18n = use_i18n();
        let clock = use_clock();
        let retrying = RwSignal::new(false);
        let in_language = RwSignal::new(false);
        let question = Memo::new(move |_| question());
        let asked = StoredValue::new(None::<Q>);
        let last = StoredValue::new(None::<T>);
        let resource = LocalResource::new(move || {
            clock.follow_moves();
            if in_language.get() {
                i18n.get_locale();
            }
            let now = question.get();
            let before = asked.try_update_value(|asked| asked.replace(now.clone()));
            if before.flatten().is_some_and(|before| before != now) {
                last.set_value(None);
                retrying.set(true);
            }
            let answer = fetch(now.clone());
            async move {
                let answer = answer.await;
                // Somebody asks something else by now.
                if asked.try_with_value(|asked| asked.as_ref() == Some(&now)) != Some(true) {
                    return answer;
                }
                retrying.try_set(false);
                match answer {
                    Ok(data) => {
                        last.try_set_value(Some(data.clone()));
                        Ok(data)
                    }
                    Err(failure) => match last.try_get_value().flatten() {
                        Some(data) => Ok(data),
                        None => Err(failure),
                    },
                }
            }
        });
        let answer = Memo::new(move |_| if retrying.get() { None } else { resource.get() });
        Self {
            resource,
            answer,
            retrying,
            in_language,
        }
    }

    /// Fetches again whenever the language changes, for data with sentences in it.
    pub fn in_language(self) -> Self {
        self.in_language.set(true);
        self
    }

    /// Fetches after each change, and every so often while the service cannot say so, as long as
    /// the page is in front.
    pub fn follow(self, topic: Topic, seconds: u32) -> Self {
        use_changes().follow(topic, seconds, Rc::new(move || self.refresh()));
        self
    }

    /// Fetches anew and shows that.
    pub fn retry(self) {
        self.retrying.set(true);
        self.resource.refetch();
    }

    /// Fetches anew behind what is shown.
    pub fn refresh(self) {
        self.resource.refetch();
    }

    /// Looks at the data once it is there.
    pub fn with<R>(self, look: impl FnOnce(&T) -> R) -> Option<R> {
        self.answer.with(|answer| match answer {
            Some(Ok(data)) => Some(look(data)),
            Some(Err(_)) | None => None,
        })
    }

    /// As [`Self::with`] at this moment, for handlers.
    pub fn with_now<R>(self, look: impl FnOnce(&T) -> R) -> Option<R> {
        untrack(|| self.with(look))
    }

    /// What went wrong, if it did.
    pub fn failure(self) -> Option<Failure> {
        self.answer.with(|answer| match answer {
            Some(Err(failure)) => Some(failure.clone()),
            Some(Ok(_)) | None => None,
        })
    }
}

/// The data as its children show it, or a word while it is fetched, or what went wrong. The
/// children are made anew with each change of the data.
///
/// ```ignore
/// <Fetched data=documents let:documents>
///     <ul>…</ul>
/// </Fetched>
/// ```
#[component]
pub fn Fetched<T, F, V>(
    data: Remote<T>,
    /// The data are the whole page, whose heading is among the children.
    #[prop(optional)]
    page: bool,
    children: F,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    F: Fn(T) -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    move || match data.answer.get() {
        None => waiting(page),
        Some(Ok(found)) => untrack(|| children(found)).into_any(),
        Some(Err(failure)) => failed(page, failure, data),
    }
}

/// As [`Fetched`], for children that follow later changes by themselves with [`Remote::with`]: they
/// are made once.
#[component]
pub fn Ready<T>(
    data: Remote<T>,
    /// The data are the whole page, whose heading is among the children.
    #[prop(optional)]
    page: bool,
    children: ChildrenFn,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let state = Memo::new(move |_| {
        data.answer.with(|answer| {
            answer
                .as_ref()
                .map(|found| found.as_ref().map(drop).map_err(Failure::clone))
        })
    });
    move || match state.get() {
        None => waiting(page),
        Some(Ok(())) => untrack(|| children()),
        Some(Err(failure)) => failed(page, failure, data),
    }
}

fn waiting(page: bool) -> AnyView {
    if page {
        view! { <Waiting/> }.into_any()
    } else {
        view! { <Loading/> }.into_any()
    }
}

fn failed<T>(page: bool, failure: Failure, data: Remote<T>) -> AnyView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let retry = move |()| data.retry();
    if page {
        view! { <Failed failure retry/> }.into_any()
    } else {
        view! { <Trouble failure retry/> }.into_any()
    }
}

/// What went wrong with the last run of an action; nothing while it runs again.
pub fn failure_of<I, O>(action: Action<I, Result<O, Failure>>) -> Signal<Option<Failure>>
where
    I: Send + Sync + 'static,
    O: Send + Sync + 'static,
{
    let (pending, outcome) = (action.pending(), action.value());
    Signal::derive(move || {
        if pending.get() {
            return None;
        }
        outcome.with(|outcome| {
            outcome
                .as_ref()
                .and_then(|outcome| outcome.as_ref().err().cloned())
        })
    })
}
