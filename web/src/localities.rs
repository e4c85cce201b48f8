//! The localities, fetched once for all pages: names for ids, rules profiles, free places.

use crate::{
    api::use_api,
    changes::Topic,
    dom::{Words, say},
    i18n::language,
    remote::Remote,
};
use balabaqsha_shared::{
    dto::{Locality, LocalityList},
    id::LocalityId,
};
use leptos::prelude::*;

/// Names hardly change; the counts on some pages do.
const REFRESH_SECONDS: u32 = 60;

#[derive(Clone, Copy)]
pub struct Localities(Remote<LocalityList>);

impl Localities {
    pub fn provide() -> Self {
        let api = use_api();
        let localities =
            Self(Remote::new(move || api.localities()).follow(Topic::Time, REFRESH_SECONDS));
        provide_context(localities);
        localities
    }

    pub const fn remote(self) -> Remote<LocalityList> {
        self.0
    }

    /// Looks at all of them; at none while they are fetched.
    pub fn all<R>(self, look: impl Fn(&Locality) -> Option<R>) -> Vec<R> {
        self.0
            .with(|list| list.items.iter().filter_map(look).collect())
            .unwrap_or_default()
    }

    /// Looks at one of them, once it is known.
    pub fn one<R>(
        self,
        is_it: impl Fn(&Locality) -> bool,
        look: impl FnOnce(&Locality) -> R,
    ) -> Option<R> {
        self.0
            .with(|list| list.items.iter().find(|locality| is_it(locality)).map(look))?
    }

    /// The name in the chosen language; empty while it is not known.
    pub fn name(self, id: LocalityId) -> Words {
        say(move || {
            self.one(|locality| locality.id == id, shown_name)
                .unwrap_or_default()
        })
    }

    /// Value and name of those that are served here, for a list to choose from.
    pub fn options(self, value: fn(&Locality) -> String) -> Vec<(String, String)> {
        self.all(|locality| {
            locality
                .served_here
                .then(|| (value(locality), shown_name(locality)))
        })
    }
}

/// The name in the chosen language.
pub fn shown_name(locality: &Locality) -> String {
    locality.name.get(language()).to_owned()
}

pub fn use_localities() -> Localities {
    expect_context()
}
