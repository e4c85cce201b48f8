//! What the pages of the desk share: for which kindergarten the person works.

use super::pressed::Pressed;
use crate::{
    api::{Failure, use_api},
    browser,
    remote::Remote,
    state::use_acting,
};
use balabaqsha_shared::{
    Code,
    appointment::Capacity,
    dto::{Me, StaffOf},
    id::KindergartenId,
    staff::StaffRole,
};
use leptos::prelude::*;
use std::future::Future;

/// Under which the chosen kindergarten is kept in the tab.
const KEPT_AS: &str = "kept.kindergarten";

#[derive(Clone, Copy)]
pub struct Desk {
    pub me: Remote<Me>,
    /// What was pressed and is not done yet.
    pub pressed: Pressed,
    chosen: RwSignal<Option<KindergartenId>>,
}

impl Desk {
    /// Follows an answer of the service: when it says that the work is over, the pages ask what is left.
    pub async fn watch<T>(
        self,
        answer: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let answer = answer.await;
        if answer
            .as_ref()
            .is_err_and(|failure| failure.is(Code::NotStaff))
        {
            self.me.refresh();
        }
        answer
    }

    /// For which kindergarten the person works now.
    pub fn kindergarten(self) -> Option<StaffOf> {
        let known = self.me.with(kindergartens_of)?;
        let chosen = self.chosen.get();
        let wanted = known.iter().find(|of| Some(of.kindergarten_id) == chosen);
        wanted.or(known.first()).cloned()
    }

    pub fn is_head(self) -> bool {
        self.kindergarten()
            .is_some_and(|of| of.role == StaffRole::Head)
    }

    /// All kindergartens, each once.
    pub fn kindergartens(self) -> Vec<StaffOf> {
        self.me.with(kindergartens_of).unwrap_or_default()
    }

    pub fn choose(self, kindergarten: KindergartenId) {
        browser::keep(KEPT_AS, &kindergarten.to_string());
        self.chosen.set(Some(kindergarten));
    }
}

/// Empty where the person works for none. The head comes before the employee of the same kindergarten.
pub fn kindergartens_of(me: &Me) -> Vec<StaffOf> {
    let staff = me
        .capacities
        .iter()
        .find(|known| known.capacity == Capacity::Staff);
    let mut known: Vec<StaffOf> = staff.map_or_else(Vec::new, |staff| staff.kindergartens.clone());
    known.sort_by_key(|of| (of.kindergarten_id, of.role));
    known.dedup_by_key(|of| of.kindergarten_id);
    known
}

pub fn use_desk() -> Desk {
    let api = use_api();
    use_acting().desk(|| {
        let kept = browser::kept(KEPT_AS).and_then(|kept| kept.parse().ok());
        Desk {
            me: Remote::new(move || api.me()),
            pressed: Pressed::begin(),
            chosen: RwSignal::new(kept),
        }
    })
}
