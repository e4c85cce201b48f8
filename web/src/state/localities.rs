//! The localities that the service knows, shared by all pages that name one.

use crate::{
    api::Api,
    components::fields::Choice,
    i18n::{I18n, language},
    remote::Remote,
    state::Topic,
};
use balabaqsha_shared::{
    dto::{Locality, LocalityList},
    id::LocalityId,
};
use leptos::prelude::*;

/// Names hardly change; the counts on some pages do.
const REFRESH_SECONDS: u32 = 60;

#[derive(Clone, Copy)]
pub struct Localities {
    list: Remote<LocalityList>,
    i18n: I18n,
}

impl Localities {
    pub fn provide(api: Api, i18n: I18n) {
        let list = Remote::new(move || api.localities()).follow(Topic::Time, REFRESH_SECONDS);
        provide_context(Self { list, i18n });
    }

    pub const fn remote(self) -> Remote<LocalityList> {
        self.list
    }

    /// Looks at all of them; at none while they are fetched.
    pub fn all<R>(self, look: impl Fn(&Locality) -> Option<R>) -> Vec<R> {
        self.list
            .with(|list| list.items.iter().filter_map(look).collect())
            .unwrap_or_default()
    }

    /// Looks at one of them, once it is known.
    pub fn one<R>(
        self,
        is_it: impl Fn(&Locality) -> bool,
        look: impl FnOnce(&Locality) -> R,
    ) -> Option<R> {
        self.list
            .with(|list| list.items.iter().find(|locality| is_it(locality)).map(look))?
    }

    /// The name in the chosen language; empty while it is not known.
    pub fn name(self, id: LocalityId) -> Signal<String> {
        Signal::derive(move || {
            self.one(
                |locality| locality.id == id,
                |locality| shown_name(self.i18n, locality),
            )
            .unwrap_or_default()
        })
    }

    /// Those that are served here, for a list to choose from.
    pub fn choices(self, value: fn(&Locality) -> String) -> Vec<Choice> {
        self.all(|locality| {
            locality.served_here.then(|| Choice {
                value: value(locality),
                label: shown_name(self.i18n, locality),
            })
        })
    }
}

/// The name in the chosen language.
pub fn shown_name(i18n: I18n, locality: &Locality) -> String {
    locality.name.get(language(i18n)).to_owned()
}

pub fn use_localities() -> Localities {
    expect_context()
}
