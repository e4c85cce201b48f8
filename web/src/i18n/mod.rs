//! The words of the screens in Kazakh, Russian and English: which language is chosen, and what a
//! number or a date looks like in it.
//!
//! The words stand in `locales/`; the build checks their keys and arguments. Errors of the service
//! are not here: their words come with the answer or from the table in `shared`.
//!
//! In a view: `{t!(i18n, home.heading)}`. As a text that follows the language:
//! `move || t_string!(i18n, home.heading)`. Where there is no view: `td_string!(locale, …)`.

pub mod format;
mod plurals;
#[cfg(test)]
mod tests;

#[expect(
    dead_code,
    unused_imports,
    clippy::expect_used,
    clippy::new_ret_no_self,
    clippy::wrong_self_convention,
    reason = "the generator's code keeps its own style and offers more than is used here"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/words.rs"));
}

pub use generated::i18n::{Locale, t, t_string, td_string, use_i18n};

use crate::browser;
use balabaqsha_shared::{Language, Localized};
use leptos::prelude::*;
use leptos_i18n::{
    I18nContext, context::init_i18n_subcontext, custom_provider::set_icu_data_provider,
};
use plurals::Plurals;

/// The chosen language as a signal.
pub type I18n = I18nContext<Locale>;

/// Where the choice is remembered; it says nothing about the person.
const REMEMBERED_AS: &str = "language";

/// Begins with the remembered language, else the best one of the browser's, else Russian.
pub fn provide() -> I18n {
    set_icu_data_provider(Plurals);
    let remembered = browser::remembered(REMEMBERED_AS)
        .and_then(|tag| Language::from_tag(&tag))
        .map(|language| Signal::stored(Locale::from(language)));
    let i18n = init_i18n_subcontext(remembered);
    provide_context(i18n);
    Effect::new(move || {
        let language = Language::from(i18n.get_locale());
        browser::set_document_language(language.tag());
    });
    i18n
}

/// Chooses the language and remembers it.
pub fn switch(i18n: I18n, language: Language) {
    browser::remember(REMEMBERED_AS, language.tag());
    i18n.set_locale(language.into());
}

/// The chosen language; what reads it follows it.
pub fn language(i18n: I18n) -> Language {
    i18n.get_locale().into()
}

/// The language of this moment, for requests and handlers.
pub fn language_now(i18n: I18n) -> Language {
    i18n.get_locale_untracked().into()
}

/// A name of the service's data in the chosen language.
pub fn localized(i18n: I18n, name: &Localized) -> Signal<String> {
    let name = name.clone();
    Signal::derive(move || name.get(language(i18n)).to_owned())
}

impl From<Locale> for Language {
    fn from(locale: Locale) -> Self {
        match locale {
            Locale::kk => Self::Kk,
            Locale::ru => Self::Ru,
            Locale::en => Self::En,
        }
    }
}

impl From<Language> for Locale {
    fn from(language: Language) -> Self {
        language.pick(Self::kk, Self::ru, Self::en)
    }
}
