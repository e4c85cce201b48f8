//! Controls with label, hint and error message, tied together for screen readers.

use super::form::Field;
use crate::i18n::{I18n, Text, Words, t, use_i18n};
use leptos::{ev, prelude::*};

/// The error message of a field, under its hint.
pub(super) fn error_of(field: Field, i18n: I18n) -> AnyView {
    let message = move || {
        field.complaint.get().map(|complaint| {
            view! {
                <p class="error" id=format!("{}-error", field.id)>
                    <span class="visually-hidden">{i18n.t(t::common::ERROR)} ": "</span>
                    {complaint.sentence(i18n.language())}
                </p>
            }
        })
    };
    message.into_any()
}

pub(super) fn hint_of(id: &'static str, hint: Option<Text>, i18n: I18n) -> AnyView {
    hint.map(|hint| view! { <p class="hint" id=format!("{id}-hint")>{i18n.t(hint)}</p> })
        .into_any()
}

/// The ids of the hint and of the error, where they are.
pub(super) fn described_by(
    field: Field,
    hint: Option<Text>,
) -> impl Fn() -> Option<String> + Send + 'static {
    move || {
        let error = field.complaint.with(Option::is_some);
        match (hint.is_some(), error) {
            (false, false) => None,
            (true, false) => Some(format!("{}-hint", field.id)),
            (false, true) => Some(format!("{}-error", field.id)),
            (true, true) => Some(format!("{0}-hint {0}-error", field.id)),
        }
    }
}

pub(super) fn group_class(field: Field) -> impl Fn() -> &'static str + Send + 'static {
    move || {
        if field.complaint.with(Option::is_some) {
            "field has-error"
        } else {
            "field"
        }
    }
}

pub(super) fn invalid(field: Field) -> impl Fn() -> Option<&'static str> + Send + 'static {
    move || field.complaint.with(Option::is_some).then_some("true")
}

/// One line of text.
#[component]
pub fn TextField(
    field: Field,
    label: Text,
    #[prop(optional)] hint: Option<Text>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(default = "text")] inputmode: &'static str,
    /// Class of the width, which tells how much is expected.
    #[prop(default = "")]
    width: &'static str,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class=group_class(field)>
            <label for=field.id>{i18n.t(label)}</label>
            {hint_of(field.id, hint, i18n)}
            {error_of(field, i18n)}
            <input id=field.id name=field.id class=width type=kind
                autocomplete=autocomplete inputmode=inputmode spellcheck="false"
                aria-describedby=described_by(field, hint) aria-invalid=invalid(field)
                prop:value=move || field.value.get()
                on:input=move |event| field.value.set(event_target_value(&event))/>
        </div>
    }
    .into_any()
}

/// A day as three numbers, which is how people know it by heart. The complaint is the day's.
#[component]
pub fn DateField(
    day: Field,
    month: Field,
    year: Field,
    legend: Text,
    #[prop(optional)] hint: Option<Text>,
    /// Whether it is the birth date of the person at the keyboard or of another one.
    #[prop(default = ["off", "off", "off"])]
    autocomplete: [&'static str; 3],
) -> impl IntoView {
    let i18n = use_i18n();
    let [day_hint, month_hint, year_hint] = autocomplete;
    let part = move |field: Field, label: Text, width: &'static str, autocomplete: &'static str| {
        view! {
            <div class="date-part">
                <label for=field.id>{i18n.t(label)}</label>
                <input id=field.id name=field.id class=width type="text" inputmode="numeric"
                    autocomplete=autocomplete maxlength="4" aria-invalid=invalid(day)
                    prop:value=move || field.value.get()
                    on:input=move |event| field.value.set(event_target_value(&event))/>
            </div>
        }
    };
    view! {
        <fieldset class=group_class(day) role="group" aria-describedby=described_by(day, hint)>
            <legend>{i18n.t(legend)}</legend>
            {hint_of(day.id, hint, i18n)}
            {error_of(day, i18n)}
            <div class="date">
                {part(day, t::common::DAY, "w-2", day_hint)}
                {part(month, t::common::MONTH, "w-2", month_hint)}
                {part(year, t::common::YEAR, "w-4", year_hint)}
            </div>
        </fieldset>
    }
    .into_any()
}

/// One of several, all of them in sight.
#[derive(Clone, Debug)]
pub struct Choice {
    pub value: &'static str,
    pub label: Words,
    pub hint: Option<Text>,
}

#[component]
pub fn RadioField(
    field: Field,
    legend: Text,
    #[prop(optional)] hint: Option<Text>,
    choices: Vec<Choice>,
) -> impl IntoView {
    let i18n = use_i18n();
    let radios = choices
        .into_iter()
        .enumerate()
        .map(|(index, Choice { value, label, hint })| {
            // The first one carries the field's own id: the summary leads there.
            let id = if index == 0 {
                field.id.to_owned()
            } else {
                format!("{}-{index}", field.id)
            };
            let hint_id = hint.map(|_| format!("{id}-item-hint"));
            view! {
                <div class="radio">
                    <input type="radio" id=id.clone() name=field.id value=value
                        aria-describedby=hint_id.clone()
                        prop:checked=move || field.value.with(|chosen| chosen == value)
                        on:change=move |_| field.value.set(value.to_owned())/>
                    <label for=id>{label}</label>
                    {hint.map(|hint| view! { <p class="hint" id=hint_id>{i18n.t(hint)}</p> })}
                </div>
            }
        })
        .collect_view();
    view! {
        <fieldset class=group_class(field) aria-describedby=described_by(field, hint)>
            <legend>{i18n.t(legend)}</legend>
            {hint_of(field.id, hint, i18n)}
            {error_of(field, i18n)}
            {radios}
        </fieldset>
    }
    .into_any()
}

/// One of many, folded away.
#[component]
pub fn SelectField(
    field: Field,
    label: Text,
    #[prop(optional)] hint: Option<Text>,
    /// Value and words.
    options: Signal<Vec<(String, String)>>,
    /// What stands there while nothing is chosen.
    #[prop(optional)]
    empty: Option<Text>,
) -> impl IntoView {
    let i18n = use_i18n();
    let items = move || {
        let chosen = field.value.get_untracked();
        options
            .get()
            .into_iter()
            .map(|(value, words)| {
                let selected = value == chosen;
                view! { <option value=value selected=selected>{words}</option> }
            })
            .collect_view()
    };
    let choose = move |event: ev::Event| field.value.set(event_target_value(&event));
    view! {
        <div class=group_class(field)>
            <label for=field.id>{i18n.t(label)}</label>
            {hint_of(field.id, hint, i18n)}
            {error_of(field, i18n)}
            <select id=field.id name=field.id
                aria-describedby=described_by(field, hint) aria-invalid=invalid(field)
                prop:value=move || field.value.get()
                on:change=choose>
                {empty.map(|empty| view! { <option value="">{i18n.t(empty)}</option> })}
                {items}
            </select>
        </div>
    }
    .into_any()
}

/// The button that sends a form; while it works it says so and cannot be pressed twice.
#[component]
pub fn SubmitButton(label: Text, busy: Signal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <button type="submit" class="btn" aria-disabled=move || busy.get().then_some("true")>
            {move || if busy.get() { i18n.t(t::common::WORKING)() } else { i18n.t(label)() }}
        </button>
    }
    .into_any()
}
