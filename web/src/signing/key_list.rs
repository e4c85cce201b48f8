//! The keys of an opened file: whose, what for, until when, from whom; and of one that cannot be
//! used, why.

use super::{
    KeyInfo, OpenedStore, Usage,
    key_choice::{KEY_LIST, KeyChoice},
    key_words,
};
use crate::{
    i18n::{format, t, t_string, use_i18n},
    state::use_clock,
};
use leptos::prelude::*;

#[component]
pub fn KeyList(choice: KeyChoice, opened: OpenedStore, usage: Usage) -> impl IntoView {
    let i18n = use_i18n();
    let count = u32::try_from(opened.keys.len()).unwrap_or(u32::MAX);
    let legend = move || {
        t_string!(
            i18n,
            key.list,
            count = format::count(i18n.get_locale(), count)
        )
    };
    let keys = opened
        .keys
        .into_iter()
        .map(|key| view! { <Key choice key usage/> })
        .collect_view();
    let refused = (!opened.refused.is_empty()).then(|| {
        let names = opened.refused.join(", ");
        let words = move || t_string!(i18n, key.refused, names = names.clone());
        view! { <p class="hint">{words}</p> }
    });
    view! {
        <fieldset class="keys" id=KEY_LIST tabindex="-1">
            <legend>{legend}</legend>
            {keys}
            {refused}
        </fieldset>
    }
}

#[component]
fn Key(choice: KeyChoice, key: KeyInfo, usage: Usage) -> impl IntoView {
    let i18n = use_i18n();
    let index = key.index;
    let id = format!("key-{index}");
    let reason = key.unfit_for(usage, use_clock().now());
    let is_fit = reason.is_none();
    let why = reason.map(|reason| {
        let words = move || key_words::unfit(i18n.get_locale(), &reason, usage);
        view! { <span class="unfit">{words}</span> }
    });
    view! {
        <label class="key" class:unfit-key=!is_fit for=id.clone()>
            <input type="radio" id=id.clone() name="key" disabled=!is_fit
                prop:checked=move || choice.chosen.get() == Some(index)
                on:change=move |_| choice.chosen.set(Some(index))/>
            <span>
                <KeyFacts key/>
                {why}
            </span>
        </label>
    }
}

/// One key in words.
#[component]
fn KeyFacts(key: KeyInfo) -> impl IntoView {
    let i18n = use_i18n();
    let KeyInfo {
        owner_name,
        algorithm,
        purpose,
        iin,
        bin,
        not_before,
        not_after,
        issuer,
        ..
    } = key;
    let valid = move || {
        let locale = i18n.get_locale();
        let (from, until) = (
            format::day_of(locale, not_before),
            format::day_of(locale, not_after),
        );
        t_string!(i18n, key.valid, from = from, until = until)
    };
    view! {
        <b>{owner_name}</b>
        <span class="key-facts">
            <span>{algorithm} ", " {move || key_words::purpose(i18n.get_locale(), purpose)}</span>
            {iin.map(|iin| view! { <span>{t!(i18n, common.iin)} " " {iin}</span> })}
            {bin.map(|bin| view! { <span>{t!(i18n, common.bin)} " " {bin}</span> })}
            <span>{valid}</span>
            <span>{move || t_string!(i18n, key.issued_by, issuer = issuer.clone())}</span>
        </span>
    }
}
