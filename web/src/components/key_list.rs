//! The keys of an opened file: whose, what for, until when, from whom; and of one that cannot be
//! used, why.

use super::{key_panel::KeyChoice, key_words};
use crate::{
    clock::use_clock,
    i18n::{I18n, format, t, use_i18n},
    signing::{KeyInfo, OpenedStore, Usage},
};
use leptos::prelude::*;

#[component]
pub fn KeyList(choice: KeyChoice, opened: OpenedStore, usage: Usage) -> impl IntoView {
    let i18n = use_i18n();
    let now = use_clock().now();
    let count = u32::try_from(opened.keys.len()).unwrap_or(u32::MAX);
    let items = opened
        .keys
        .into_iter()
        .map(|key| {
            let reason = key.unfit_for(usage, now);
            let index = key.index;
            let id = format!("key-{index}");
            let fit = reason.is_none();
            let mark = reason.map(|reason| {
                let words = i18n.say(move |language| key_words::unfit(&reason, usage, language));
                view! { <span class="unfit">{words}</span> }
            });
            view! {
                <label class="key" class:unfit-key=!fit for=id.clone()>
                    <input type="radio" id=id.clone() name="key" disabled=!fit
                        prop:checked=move || choice.chosen.get() == Some(index)
                        on:change=move |_| choice.chosen.set(Some(index))/>
                    <span>{facts(key, i18n)}{mark}</span>
                </label>
            }
        })
        .collect_view();
    let refused = (!opened.refused.is_empty()).then(|| {
        let names = opened.refused.join(", ");
        view! { <p class="hint">{i18n.say(move |language| t::key::refused(language, &names))}</p> }
    });
    view! {
        <fieldset class="keys" id="key-list" tabindex="-1">
            <legend>{i18n.say(move |language| t::key::list(language, count))}</legend>
            {items}
            {refused}
        </fieldset>
    }
    .into_any()
}

/// One key in words.
fn facts(key: KeyInfo, i18n: I18n) -> AnyView {
    let purpose = key_words::purpose(key.purpose);
    let numbers = [
        key.iin.map(|iin| (t::common::IIN, iin)),
        key.bin.map(|bin| (t::common::BIN, bin)),
    ]
    .into_iter()
    .flatten()
    .map(|(name, number)| view! { <span>{i18n.t(name)} " " {number}</span> })
    .collect_view();
    let (from, until) = (key.not_before, key.not_after);
    let issuer = key.issuer;
    view! {
        <b>{key.owner_name}</b>
        <span class="key-facts">
            <span>{key.algorithm} ", " {i18n.t(purpose)}</span>
            {numbers}
            <span>
                {i18n.say(move |language| t::key::valid(
                    language,
                    &format::day_of(language, from),
                    &format::day_of(language, until),
                ))}
            </span>
            <span>{i18n.say(move |language| t::key::issued_by(language, &issuer))}</span>
        </span>
    }
    .into_any()
}
