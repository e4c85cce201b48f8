//! The localities, fetched once for all pages: names for ids, rules profiles, free places.

use crate::{api::use_api, i18n::I18n, remote::Remote};
use balabaqsha_shared::{
    dto::{Locality, LocalityList},
    id::LocalityId,
};
use leptos::prelude::*;

/// Names hardly change; the counts on some pages do.
const REFRESH_SECONDS: u64 = 60;

#[derive(Clone, Copy)]
pub struct Localities(Remote<LocalityList>);

impl Localities {
    pub fn provide() -> Self {
        let api = use_api();
        let localities = Self(Remote::new(move || api.localities()).every(REFRESH_SECONDS));
        provide_context(localities);
        localities
    }

    pub const fn remote(self) -> Remote<LocalityList> {
        self.0
    }

    /// Nothing while they are fetched.
    pub fn by_code(self, code: &str) -> Option<Locality> {
        self.find(|locality| locality.code == code)
    }

    pub fn by_id(self, id: LocalityId) -> Option<Locality> {
        self.find(|locality| locality.id == id)
    }

    /// The name in the chosen language; empty while it is not known.
    pub fn name(self, id: LocalityId, i18n: I18n) -> Signal<String> {
        i18n.say(move |language| {
            let locality = self.by_id(id);
            locality
                .map(|locality| locality.name.get(language).to_owned())
                .unwrap_or_default()
        })
    }

    fn find(self, fits: impl Fn(&Locality) -> bool) -> Option<Locality> {
        self.0.get()?.items.into_iter().find(fits)
    }
}

pub fn use_localities() -> Localities {
    expect_context()
}
