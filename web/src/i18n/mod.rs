//! The words of the screens in Kazakh, Russian and English: which language is chosen, and what a
//! text, a number or a date looks like in it.
//!
//! The words stand in `locales/`; the build turns them into [`t`], so a key that does not exist
//! does not compile. Errors of the service are not here: their words come with the answer or from
//! the table in `shared`.
//!
//! The language is a signal: what reads it inside an effect is shown anew when it changes.

pub mod format;
#[cfg(test)]
mod tests;

use crate::{
    browser,
    dom::{Content, Words, effect, say},
};
use balabaqsha_shared::{Language, Localized};
use leptos::prelude::*;
use std::sync::OnceLock;
use web_sys::Node;

/// All texts, by group and key.
pub mod t {
    use super::{Text, fill, plural};
    include!(concat!(env!("OUT_DIR"), "/words.rs"));
}

/// Where the choice is remembered; it says nothing about the person.
const REMEMBERED_AS: &str = "language";

thread_local! {
    static CHOSEN: ArcRwSignal<Language> = ArcRwSignal::new(Language::default());
}

/// The chosen language.
#[must_use]
pub fn language() -> Language {
    CHOSEN.with(|chosen| chosen.get())
}

/// The language of this moment, for handlers.
#[must_use]
pub fn language_now() -> Language {
    CHOSEN.with(|chosen| chosen.get_untracked())
}

pub fn switch(language: Language) {
    browser::remember(REMEMBERED_AS, language.tag());
    CHOSEN.with(|chosen| chosen.set(language));
}

/// Begins with the remembered language, else the first known one of the browser's, else Russian.
pub fn start() {
    let first = browser::remembered(REMEMBERED_AS)
        .and_then(|tag| Language::from_tag(&tag))
        .or_else(|| {
            browser::languages()
                .iter()
                .find_map(|tag| Language::from_tag(tag))
        })
        .unwrap_or_default();
    CHOSEN.with(|chosen| chosen.set(first));
    effect(|| browser::set_document_language(language().tag()));
}

/// A text in Kazakh, Russian and English: its place in the words of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text(u16);

impl Text {
    /// In the chosen language.
    #[must_use]
    pub fn get(self) -> &'static str {
        self.in_language(language())
    }

    #[must_use]
    pub fn in_language(self, language: Language) -> &'static str {
        static SPLIT: [OnceLock<Vec<&str>>; 3] =
            [OnceLock::new(), OnceLock::new(), OnceLock::new()];
        let [kk, ru, en] = &SPLIT;
        let [kk_words, ru_words, en_words] = t::WORDS;
        let (split, words) = language.pick((kk, kk_words), (ru, ru_words), (en, en_words));
        let texts = split.get_or_init(|| words.split(t::TEXT_END).collect());
        // The build has counted the texts.
        texts.get(usize::from(self.0)).copied().unwrap_or_default()
    }
}

impl Content for Text {
    fn append_to(self, parent: &Node) {
        Words::from(self).append_to(parent);
    }
}

impl From<Text> for Words {
    fn from(text: Text) -> Self {
        say(move || text.get().to_owned())
    }
}

/// A name of the service's data in the chosen language.
pub fn name(name: &Localized) -> Words {
    let name = name.clone();
    say(move || name.get(language()).to_owned())
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

/// Chooses the form that goes with the number.
fn plural(forms: Text, count: u32, values: &[(&str, &str)]) -> String {
    let category = format::plural_category(count);
    let number = format::number(count);
    let mut all = vec![("count", number.as_str())];
    all.extend_from_slice(values);
    fill(form(forms.get(), &category), &all)
}

/// The form of a category; the last one where a browser names another, as for fractions.
fn form<'a>(forms: &'a str, category: &str) -> &'a str {
    let mut last = "";
    for form in forms.split_terminator(t::FORM_END) {
        if let Some((name, text)) = form.split_once('=') {
            if name == category {
                return text;
            }
            last = text;
        }
    }
    last
}
