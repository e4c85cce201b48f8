//! Request coalescing: concurrent callers with the same key share one call. Nobody receives the result
//! of a call that started before theirs.

use std::{
    collections::HashMap,
    fmt,
    hash::Hash,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// The shared call has failed; trying again at once would be no better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailedForAll;

/// Calls under way, by key.
pub struct SingleFlight<K, T> {
    open: Mutex<HashMap<K, Arc<Question<T>>>>,
}

struct Question<T> {
    /// How many calls have begun.
    begun: AtomicU64,
    /// The number of the last call and its result; `None` when it failed.
    last: tokio::sync::Mutex<(u64, Option<T>)>,
}

impl<K, T> Default for SingleFlight<K, T> {
    fn default() -> Self {
        Self {
            open: Mutex::default(),
        }
    }
}

impl<K, T> fmt::Debug for SingleFlight<K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SingleFlight").finish_non_exhaustive()
    }
}

impl<K: Clone + Eq + Hash, T: Clone> SingleFlight<K, T> {
    /// The result of a call that began after this one was made: of `look` itself, unless another
    /// caller's runs first.
    pub async fn ask<E: From<FailedForAll>>(
        &self,
        what: K,
        look: impl AsyncFnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let asked = Asked::of(self, what);
        let before = asked.question.begun.load(Ordering::SeqCst);
        let mut last = asked.question.last.lock().await;
        if last.0 > before {
            return last.1.clone().ok_or_else(|| FailedForAll.into());
        }
        let number = asked.question.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let answer = look().await;
        *last = (number, answer.as_ref().ok().cloned());
        answer
    }

    fn open(&self) -> std::sync::MutexGuard<'_, HashMap<K, Arc<Question<T>>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A caller's share in a key. The last one to be dropped removes the key.
struct Asked<'a, K: Clone + Eq + Hash, T: Clone> {
    together: &'a SingleFlight<K, T>,
    what: K,
    question: Arc<Question<T>>,
}

impl<'a, K: Clone + Eq + Hash, T: Clone> Asked<'a, K, T> {
    fn of(together: &'a SingleFlight<K, T>, what: K) -> Self {
        let mut open = together.open();
        let question = open.entry(what.clone()).or_insert_with(|| {
            Arc::new(Question {
                begun: AtomicU64::new(0),
                last: tokio::sync::Mutex::new((0, None)),
            })
        });
        let question = Arc::clone(question);
        drop(open);
        Self {
            together,
            what,
            question,
        }
    }
}

impl<K: Clone + Eq + Hash, T: Clone> Drop for Asked<'_, K, T> {
    fn drop(&mut self) {
        let mut open = self.together.open();
        // The map and this one.
        if Arc::strong_count(&self.question) == 2 {
            open.remove(&self.what);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{FutureExt, future::join_all};
    use std::sync::atomic::AtomicU32;
    use tokio::sync::Semaphore;

    #[derive(Clone, Debug, PartialEq)]
    enum Trouble {
        Own,
        ForAll,
    }

    impl From<FailedForAll> for Trouble {
        fn from(_: FailedForAll) -> Self {
            Self::ForAll
        }
    }

    /// A source that answers with the number of the look, when it is let.
    struct Source {
        looks: AtomicU32,
        may: Semaphore,
        together: SingleFlight<&'static str, u32>,
    }

    impl Source {
        fn new() -> Self {
            Self {
                looks: AtomicU32::new(0),
                may: Semaphore::new(0),
                together: SingleFlight::default(),
            }
        }

        async fn ask(&self, what: &'static str) -> Result<u32, Trouble> {
            self.together
                .ask(what, async || {
                    let number = self.looks.fetch_add(1, Ordering::SeqCst) + 1;
                    self.may.acquire().await.unwrap().forget();
                    if what == "fails" {
                        Err(Trouble::Own)
                    } else {
                        Ok(number)
                    }
                })
                .await
        }
    }

    #[tokio::test]
    async fn callers_during_a_call_share_the_next_call() {
        let source = Source::new();
        let mut first = Box::pin(source.ask("a"));
        assert!((&mut first).now_or_never().is_none());
        let mut later = Box::pin(join_all((0..50).map(|_| source.ask("a"))));
        assert!((&mut later).now_or_never().is_none());
        source.may.add_permits(2);
        assert_eq!(first.await, Ok(1));
        assert_eq!(later.await, vec![Ok(2); 50]);
        // Who asks afterwards gets nothing old.
        source.may.add_permits(1);
        assert_eq!(source.ask("a").await, Ok(3));
        assert!(source.together.open().is_empty());
    }

    #[tokio::test]
    async fn calls_with_other_keys_run_at_once() {
        let source = Source::new();
        let mut first = Box::pin(source.ask("a"));
        assert!((&mut first).now_or_never().is_none());
        let mut other = Box::pin(source.ask("b"));
        assert!((&mut other).now_or_never().is_none());
        assert_eq!(source.looks.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn failed_call_is_shared_and_not_cached() {
        let source = Source::new();
        let mut first = Box::pin(source.ask("fails"));
        assert!((&mut first).now_or_never().is_none());
        let mut later = Box::pin(join_all((0..3).map(|_| source.ask("fails"))));
        assert!((&mut later).now_or_never().is_none());
        source.may.add_permits(3);
        assert_eq!(first.await, Err(Trouble::Own));
        let expected = [
            Err(Trouble::Own),
            Err(Trouble::ForAll),
            Err(Trouble::ForAll),
        ];
        assert_eq!(later.await, expected);
        assert_eq!(source.ask("fails").await, Err(Trouble::Own));
    }

    #[tokio::test]
    async fn cancelled_caller_hands_the_call_to_the_next() {
        let source = Source::new();
        let mut first = Box::pin(source.ask("a"));
        assert!((&mut first).now_or_never().is_none());
        let mut second = Box::pin(source.ask("a"));
        assert!((&mut second).now_or_never().is_none());
        drop(first);
        source.may.add_permits(1);
        assert_eq!(second.await, Ok(2));
        assert!(source.together.open().is_empty());
    }
}
