//! What all pages of the office share: for what the person is appointed.

use crate::{
    api::{Failure, use_api},
    components::fields::Choice,
    i18n::{I18n, language, use_i18n},
    remote::Remote,
    state::use_acting,
};
use balabaqsha_shared::{
    Code,
    appointment::{Capacity, Duty},
    dto::{DutyInLocality, Me},
    id::LocalityId,
};
use leptos::prelude::*;
use std::future::Future;

#[derive(Clone, Copy)]
pub struct Office {
    pub me: Remote<Me>,
    i18n: I18n,
}

impl Office {
    /// Follows an answer of the service: when it says that the appointment is over, the pages ask what is left.
    pub async fn watch<T>(
        self,
        answer: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let answer = answer.await;
        if answer
            .as_ref()
            .is_err_and(|failure| failure.is(Code::NotAppointed))
        {
            self.me.refresh();
        }
        answer
    }

    /// For what the person is appointed, and where.
    pub fn duties(self) -> Vec<DutyInLocality> {
        self.me.with(duties_of).unwrap_or_default()
    }

    pub fn has(self, duty: Duty) -> bool {
        self.duties().iter().any(|held| held.duty == duty)
    }

    /// The localities in which the person has the duty, to choose from.
    pub fn localities(self, duty: Duty) -> Vec<Choice> {
        let language = language(self.i18n);
        let held = self.duties().into_iter().filter(|held| held.duty == duty);
        held.map(|held| Choice {
            value: held.locality_id.to_string(),
            label: held.locality_name.get(language).to_owned(),
        })
        .collect()
    }

    /// The one locality in which the person has the duty, if it is only one.
    pub fn only_locality(self, duty: Duty) -> Option<LocalityId> {
        let duties = untrack(|| self.duties());
        let mut held = duties.into_iter().filter(|held| held.duty == duty);
        let first = held.next()?;
        held.next().is_none().then_some(first.locality_id)
    }

    /// Names of all localities in which the person is appointed.
    pub fn places(self) -> String {
        let language = language(self.i18n);
        let mut names: Vec<String> = Vec::new();
        for held in self.duties() {
            let name = held.locality_name.get(language).to_owned();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.join(", ")
    }
}

/// Empty where the person is no official.
pub fn duties_of(me: &Me) -> Vec<DutyInLocality> {
    let official = me
        .capacities
        .iter()
        .find(|known| known.capacity == Capacity::Official);
    official.map_or_else(Vec::new, |official| official.duties.clone())
}

pub fn use_office() -> Office {
    let (api, i18n) = (use_api(), use_i18n());
    use_acting().office(|| Office {
        me: Remote::new(move || api.me()),
        i18n,
    })
}
