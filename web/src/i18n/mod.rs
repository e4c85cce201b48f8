//! The words of the screens in Kazakh, Russian and English: which language is chosen, and what a
//! text, a number or a date looks like in it.
//!
//! The words stand in `locales/`; the build turns them into [`t`], so a key that does not exist
//! does not compile. Errors of the service are not here: their words come with the answer or from
//! the table in `shared`.

pub mod format;
#[cfg(test)]
mod tests;

use crate::browser;
use balabaqsha_shared::Language;
use leptos::prelude::*;

/// All texts, by group and key.
pub mod t {
    use super::{Language, Text, fill, plural};
    include!(concat!(env!("OUT_DIR"), "/words.rs"));
}

/// Where the choice is remembered; it says nothing about the person.
const REMEMBERED_AS: &str = "language";

/// A text in Kazakh, Russian and English.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text(&'static [&'static str; 3]);

impl Text {
    #[must_use]
    pub fn get(self, language: Language) -> &'static str {
        let [kk, ru, en] = *self.0;
        language.pick(kk, ru, en)
    }
}

/// Words that follow the chosen language by themselves, as a child or an attribute of an element.
/// One type for all of them keeps the program small.
pub type Words = Signal<String>;

/// The chosen language.
#[derive(Clone, Copy, Debug)]
pub struct I18n {
    language: RwSignal<Language>,
}

impl I18n {
    /// The remembered language, else the first known one of the browser's, else Russian.
    pub fn provide() -> Self {
        let language = browser::remembered(REMEMBERED_AS)
            .and_then(|tag| Language::from_tag(&tag))
            .or_else(|| {
                browser::languages()
                    .iter()
                    .find_map(|tag| Language::from_tag(tag))
            })
            .unwrap_or_default();
        let i18n = Self {
            language: RwSignal::new(language),
        };
        Effect::new(move || browser::set_document_language(i18n.language().tag()));
        provide_context(i18n);
        i18n
    }

    /// The language; what reads it is shown anew when it changes.
    pub fn language(self) -> Language {
        self.language.get()
    }

    /// The language of this moment, for requests and handlers.
    pub fn language_now(self) -> Language {
        self.language.get_untracked()
    }

    pub fn switch(self, language: Language) {
        browser::remember(REMEMBERED_AS, language.tag());
        self.language.set(language);
    }

    /// A text that follows the language.
    pub fn t(self, text: Text) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
        move || text.get(self.language())
    }

    /// A sentence with values in it that follows the language.
    pub fn say(self, sentence: impl Fn(Language) -> String + Send + Sync + 'static) -> Words {
        Signal::derive(move || sentence(self.language()))
    }
}

/// The language that the app provides to all its parts.
pub fn use_i18n() -> I18n {
    expect_context()
}

/// Puts the values in the places of their names.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, behind)) = after.split_once('}') else {
            rest = after;
            break;
        };
        let value = values.iter().find(|(known, _)| *known == name);
        text.push_str(value.map_or("", |(_, value)| value));
        rest = behind;
    }
    text.push_str(rest);
    text
}

/// Chooses the form that goes with the number; the last one when the browser names no other.
fn plural(
    language: Language,
    count: u32,
    forms: &[(&str, &str)],
    values: &[(&str, &str)],
) -> String {
    let category = format::plural_category(language, count);
    let form = forms
        .iter()
        .find(|(name, _)| *name == category)
        .or(forms.last())
        .map_or("", |(_, form)| form);
    let number = format::number(language, count);
    let mut all = vec![("count", number.as_str())];
    all.extend_from_slice(values);
    fill(form, &all)
}
