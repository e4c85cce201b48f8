//! The three files of words against each other, and the words that the official instruction gives.
//!
//! `leptos_i18n` itself only warns of a missing key and shows the default language's text.

use super::*;
use rstest::rstest;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

const FILES: [(Language, &str); 3] = [
    (Language::Kk, include_str!("../../locales/kk.json")),
    (Language::Ru, include_str!("../../locales/ru.json")),
    (Language::En, include_str!("../../locales/en.json")),
];

/// The plural forms that whole numbers and fractions can have (CLDR).
const fn forms(language: Language) -> &'static [&'static str] {
    match language {
        Language::Kk | Language::En => &["one", "other"],
        Language::Ru => &["few", "many", "one", "other"],
    }
}

const ALL_FORMS: [&str; 4] = ["one", "few", "many", "other"];

/// A key without the form at its end, and the form.
fn split_form(key: &str) -> (&str, Option<&str>) {
    match key.rsplit_once('_') {
        Some((name, form)) if ALL_FORMS.contains(&form) => (name, Some(form)),
        _ => (key, None),
    }
}

/// The names between double braces.
fn arguments(text: &str) -> BTreeSet<String> {
    text.split("{{")
        .skip(1)
        .filter_map(|rest| rest.split_once("}}"))
        .map(|(name, _)| name.trim().to_owned())
        .collect()
}

/// What code and translators have to agree on about one text.
#[derive(Debug, Default, PartialEq, Eq)]
struct Shape {
    is_plural: bool,
    arguments: BTreeSet<String>,
}

fn shapes(language: Language, text: &str) -> BTreeMap<String, Shape> {
    let tree: Map<String, Value> = serde_json::from_str(text).unwrap();
    let mut shapes = BTreeMap::new();
    let mut found_forms = BTreeMap::<String, BTreeSet<String>>::new();
    let mut waiting = vec![(String::new(), tree)];
    while let Some((path, tree)) = waiting.pop() {
        for (key, value) in tree {
            match value {
                Value::Object(inner) => waiting.push((format!("{path}{key}."), inner)),
                Value::String(text) => {
                    let (name, form) = split_form(&key);
                    let name = format!("{path}{name}");
                    assert!(!text.trim().is_empty(), "{language:?} {name} is empty");
                    let shape: &mut Shape = shapes.entry(name.clone()).or_default();
                    shape.arguments.extend(arguments(&text));
                    if let Some(form) = form {
                        shape.is_plural = true;
                        found_forms.entry(name).or_default().insert(form.into());
                    }
                }
                other => panic!("{language:?} {path}{key} is {other}"),
            }
        }
    }
    for (name, found) in found_forms {
        let found: Vec<_> = found.iter().map(String::as_str).collect();
        assert_eq!(found, forms(language), "{language:?} {name}");
    }
    // Whether a form writes its number is each language's own affair.
    for shape in shapes.values_mut().filter(|shape| shape.is_plural) {
        shape.arguments.insert("count".into());
    }
    shapes
}

#[test]
fn the_three_languages_have_the_same_keys_plural_forms_and_arguments() {
    let [kk, ru, en] = FILES.map(|(language, text)| shapes(language, text));
    assert!(ru.len() > 300, "{} texts", ru.len());
    assert_eq!(kk, ru);
    assert_eq!(en, ru);
}

#[test]
fn arguments_and_forms_are_found_in_a_text() {
    assert_eq!(
        arguments("{{ b }} и {{a}}, {c}"),
        ["a".into(), "b".into()].into()
    );
    assert_eq!(split_form("found_few"), ("found", Some("few")));
    assert_eq!(split_form("choose_place"), ("choose_place", None));
}

#[rstest]
#[case(td_string!(Locale::kk, common.proceed), td_string!(Locale::ru, common.proceed))]
#[case(td_string!(Locale::ru, sign.sign_and_send), td_string!(Locale::en, sign.sign_and_send))]
#[case(td_string!(Locale::kk, key.update_list), td_string!(Locale::en, key.update_list))]
fn a_text_is_shown_in_the_language_that_was_asked_for(#[case] one: &str, #[case] other: &str) {
    assert_ne!(one, other);
}

/// The buttons carry the words of the official instruction.
#[rstest]
#[case(td_string!(Locale::ru, key.choose), "Выбрать сертификат")]
#[case(td_string!(Locale::ru, key.update_list), "Обновить список ключей")]
#[case(td_string!(Locale::ru, login.enter), "Войти")]
#[case(td_string!(Locale::ru, applications.heading), "Журнал заявлений")]
#[case(td_string!(Locale::ru, choosing.choose), "Выбрать частный детский сад")]
#[case(td_string!(Locale::ru, sign.sign_and_send), "Подписать и отправить")]
#[case(td_string!(Locale::ru, sign.sign), "Подписать")]
#[case(td_string!(Locale::ru, application.tab_documents), "Общие документы")]
#[case(
    td_string!(Locale::ru, locality.service),
    "Постановка детей дошкольного возраста на очередь в ДДО"
)]
fn russian_buttons_have_the_words_of_the_instruction(#[case] text: &str, #[case] words: &str) {
    assert_eq!(text, words);
}

/// A request without an answer may have been done, here or in another tab. Only what the page itself has
/// not sent is known: the two texts that are let through tell of a signature that was never made.
#[test]
fn no_text_promises_that_nothing_was_done() {
    const KNOWN: [&str; 2] = ["ncalayer_problem.cancelled", "key_problem.text_differs"];
    const PROMISES: [&str; 7] = [
        "Ничего не измен",
        "Ничего не отправ",
        "Ничего не подпис",
        "Nothing was",
        "Nothing has been",
        "Ештеңе өзгерген жоқ",
        "Ештеңе жіберілген жоқ",
    ];
    for (language, text) in FILES {
        let tree: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_str(text).unwrap();
        for (group, texts) in tree {
            for (key, text) in texts {
                let name = format!("{group}.{key}");
                let promise = PROMISES.iter().find(|words| text.contains(*words));
                assert!(
                    promise.is_none() || KNOWN.contains(&name.as_str()),
                    "{language:?} {name}: {text}"
                );
            }
        }
    }
}

/// Every language has the plural rules of its own, and of no other.
#[rstest]
#[case(Locale::ru, 1, "1 свободное место")]
#[case(Locale::ru, 3, "3 свободных места")]
#[case(Locale::ru, 11, "11 свободных мест")]
#[case(Locale::ru, 21, "21 свободное место")]
#[case(Locale::kk, 1, "1 бос орын")]
#[case(Locale::kk, 5, "5 бос орын")]
#[case(Locale::en, 1, "1 free place")]
#[case(Locale::en, 21, "21 free places")]
fn a_number_chooses_the_form_of_its_language(
    #[case] locale: Locale,
    #[case] count: u32,
    #[case] expected: &str,
) {
    set_icu_data_provider(Plurals);
    assert_eq!(td_string!(locale, places.sum, count = count), expected);
}

#[test]
fn locales_and_languages_are_the_same_three() {
    for language in Language::ALL {
        assert_eq!(Language::from(Locale::from(language)), language);
        assert_eq!(Locale::from(language).to_string(), language.tag());
    }
}
