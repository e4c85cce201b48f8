//! Who waits for which answer. Knows nothing of the browser, so that it is tested anywhere.

use std::collections::BTreeMap;

use futures_channel::oneshot;

use crate::ModuleFailure;
use crate::message::{Answer, CallId, Outcome};

/// An outcome with the binary part that came beside it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) outcome: Outcome,
    pub(crate) bytes: Option<Vec<u8>>,
}

pub(crate) type Waiter = oneshot::Receiver<Result<Reply, ModuleFailure>>;

#[derive(Debug)]
pub(crate) struct Calls {
    next: CallId,
    waiting: BTreeMap<CallId, oneshot::Sender<Result<Reply, ModuleFailure>>>,
}

impl Calls {
    pub(crate) fn new() -> Self {
        Self {
            next: CallId::FIRST,
            waiting: BTreeMap::new(),
        }
    }

    /// An id for a call whose answer nobody waits for.
    pub(crate) fn unheard(&mut self) -> CallId {
        let id = self.next;
        self.next = id.next();
        id
    }

    pub(crate) fn begin(&mut self) -> (CallId, Waiter) {
        let id = self.unheard();
        let (sender, waiter) = oneshot::channel();
        self.waiting.insert(id, sender);
        (id, waiter)
    }

    /// Hands the answer to the one who waits for it, or back when nobody does any more: an
    /// opened file must not stay open because its page was left meanwhile.
    pub(crate) fn deliver(&mut self, answer: Answer, bytes: Option<Vec<u8>>) -> Result<(), Reply> {
        let reply = Reply {
            outcome: answer.outcome,
            bytes,
        };
        match self.waiting.remove(&answer.id) {
            None => Err(reply),
            Some(sender) => sender
                .send(Ok(reply))
                .or_else(|undelivered| match undelivered {
                    Ok(reply) => Err(reply),
                    Err(_) => Ok(()),
                }),
        }
    }

    pub(crate) fn fail_all(&mut self, failure: &ModuleFailure) {
        for (_, sender) in std::mem::take(&mut self.waiting) {
            // One who waits no more needs no word of the failure.
            drop(sender.send(Err(failure.clone())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::StoreId;

    fn answer(id: CallId, outcome: Outcome) -> Answer {
        Answer { id, outcome }
    }

    fn opened() -> Outcome {
        Outcome::Opened {
            store: StoreId::FIRST,
            keys: Vec::new(),
            refused: Vec::new(),
        }
    }

    #[test]
    fn answers_reach_their_calls_in_any_order() {
        let mut calls = Calls::new();
        let (first, mut first_waiter) = calls.begin();
        let (second, mut second_waiter) = calls.begin();
        assert_ne!(first, second);

        calls
            .deliver(answer(second, Outcome::Signed), Some(vec![1]))
            .unwrap();
        assert_eq!(first_waiter.try_recv().unwrap(), None);
        calls.deliver(answer(first, opened()), None).unwrap();

        let first_reply = first_waiter.try_recv().unwrap().unwrap().unwrap();
        assert_eq!(first_reply.outcome, opened());
        let second_reply = second_waiter.try_recv().unwrap().unwrap().unwrap();
        assert_eq!(second_reply.bytes, Some(vec![1]));
    }

    #[test]
    fn an_answer_nobody_waits_for_comes_back() {
        let mut calls = Calls::new();
        let (id, waiter) = calls.begin();
        drop(waiter);
        let left = calls.deliver(answer(id, opened()), None).unwrap_err();
        assert_eq!(left.outcome, opened());

        let (id, _waiter) = calls.begin();
        calls.deliver(answer(id, Outcome::Closed), None).unwrap();
        calls
            .deliver(answer(id, Outcome::Closed), None)
            .expect_err("answered twice");
        let unheard = calls.unheard();
        calls
            .deliver(answer(unheard, Outcome::Closed), None)
            .expect_err("nobody waits");
    }

    #[test]
    fn a_failure_ends_every_call_and_the_next_one_begins_anew() {
        let mut calls = Calls::new();
        let (_, mut first) = calls.begin();
        let (_, mut second) = calls.begin();
        calls.fail_all(&ModuleFailure::TimedOut);
        for waiter in [&mut first, &mut second] {
            assert_eq!(
                waiter.try_recv().unwrap(),
                Some(Err(ModuleFailure::TimedOut))
            );
        }
        let (id, mut third) = calls.begin();
        calls.deliver(answer(id, Outcome::Signed), None).unwrap();
        assert!(third.try_recv().unwrap().unwrap().is_ok());
    }
}
