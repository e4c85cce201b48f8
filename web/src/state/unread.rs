//! How many notices are unread, for the header: asked while somebody is logged in.

use crate::{
    api::Api,
    state::{Session, Topic, use_changes, use_clock},
};
use leptos::prelude::*;
use std::rc::Rc;

const REFRESH_SECONDS: u32 = 30;

#[derive(Clone, Copy, Debug)]
pub struct Unread(RwSignal<u32>);

impl Unread {
    pub fn provide(api: Api, session: Session) {
        let unread = Self(RwSignal::new(0));
        provide_context(unread);
        // Somebody new gives an e-mail address before anything else (R1).
        let person = Memo::new(move |_| {
            let person = session.person().filter(|person| person.email.is_some());
            // Notices are for parents.
            let person = person.filter(|_| !session.is_only_staff());
            person.map(|person| person.iin)
        });
        let clock = use_clock();
        let ask = move || {
            leptos::task::spawn_local(async move {
                if let Ok(page) = api.notices(None).await {
                    unread.set(page.unread);
                }
            });
        };
        Effect::new(move || {
            // The clock of the demo may bring new ones.
            clock.follow_moves();
            unread.set(0);
            if person.get().is_some() {
                ask();
            }
        });
        let again = move || {
            if person.with_untracked(Option::is_some) {
                ask();
            }
        };
        use_changes().follow(Topic::Account, REFRESH_SECONDS, Rc::new(again));
    }

    pub fn get(self) -> u32 {
        self.0.get()
    }

    pub fn set(self, count: u32) {
        if self.0.get_untracked() != count {
            self.0.set(count);
        }
    }
}

pub fn use_unread() -> Unread {
    expect_context()
}
