//! Controls with label, hint and error message, tied together for screen readers.

use super::form::Field;
use crate::{
    browser,
    i18n::{t, t_string, use_i18n},
};
use balabaqsha_shared::date;
use chrono::Datelike;
use leptos::{ev, prelude::*};

/// The hint of a control, tied to it by [`described_by`].
#[component]
pub fn Hint(#[prop(into)] id: String, text: Option<Signal<String>>) -> impl IntoView {
    text.map(|text| view! { <p class="hint" id=format!("{id}-hint")>{text}</p> })
}

/// The error message of a field, tied to it by [`described_by`].
#[component]
pub fn FieldError(field: Field) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        field.complaint.get().map(|complaint| {
            view! {
                <p class="error" id=format!("{}-error", field.id)>
                    <span class="visually-hidden">{t!(i18n, common.error)} ": "</span>
                    {move || complaint.sentence(i18n.get_locale())}
                </p>
            }
        })
    }
}

/// The ids of the hint and of the error, where they are.
pub fn described_by(
    field: Field,
    hint: Option<Signal<String>>,
) -> impl Fn() -> Option<String> + Send + Sync {
    move || match (hint.is_some(), field.is_wrong()) {
        (false, false) => None,
        (true, false) => Some(format!("{}-hint", field.id)),
        (false, true) => Some(format!("{}-error", field.id)),
        (true, true) => Some(format!("{0}-hint {0}-error", field.id)),
    }
}

/// The value of an attribute such as `aria-invalid`, which says `true` or is not there.
pub fn true_when(
    on: impl Fn() -> bool + Send + Sync,
) -> impl Fn() -> Option<&'static str> + Send + Sync {
    move || on().then_some("true")
}

/// One line of text.
#[component]
pub fn TextField(
    field: Field,
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] hint: Option<Signal<String>>,
    #[prop(default = "text")] kind: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// The keyboard of a telephone.
    #[prop(default = "text")]
    inputmode: &'static str,
    /// Class of the width, which tells how much is expected.
    #[prop(default = "")]
    width: &'static str,
) -> impl IntoView {
    field.label.set(Some(label));
    view! {
        <div class="field" class:has-error=move || field.is_wrong()>
            <label for=field.id>{label}</label>
            <Hint id=field.id text=hint/>
            <FieldError field/>
            <input id=field.id name=field.id class=width type=kind autocomplete=autocomplete
                inputmode=inputmode spellcheck="false"
                aria-invalid=true_when(move || field.is_wrong())
                aria-describedby=described_by(field, hint)
                bind:value=field.value/>
        </div>
    }
}

/// A day as three numbers, which is how people know it by heart. A month may be named. A whole day
/// that is pasted fills all three. The complaint is the day's.
#[component]
pub fn DateField(
    day: Field,
    month: Field,
    year: Field,
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] hint: Option<Signal<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    day.label.set(Some(label));
    let on_paste = move |event: ev::ClipboardEvent| {
        let pasted = browser::pasted(&event).and_then(|text| date::read(&text).ok());
        if let Some(pasted) = pasted {
            event.prevent_default();
            day.value.set(format!("{:02}", pasted.day()));
            month.value.set(format!("{:02}", pasted.month()));
            year.value.set(pasted.year().to_string());
        }
    };
    let part = move |field: Field, label: Signal<String>, width: &'static str| {
        view! {
            <div>
                <label for=field.id>{label}</label>
                <input id=field.id name=field.id class=width type="text" inputmode="numeric"
                    autocomplete="off" on:paste=on_paste
                    aria-invalid=true_when(move || day.is_wrong())
                    bind:value=field.value/>
            </div>
        }
    };
    let day_label = Signal::derive(move || t_string!(i18n, common.day).to_owned());
    let month_label = Signal::derive(move || t_string!(i18n, common.month).to_owned());
    let year_label = Signal::derive(move || t_string!(i18n, common.year).to_owned());
    view! {
        <fieldset class="field" class:has-error=move || day.is_wrong() role="group"
            aria-describedby=described_by(day, hint)>
            <legend>{label}</legend>
            <Hint id=day.id text=hint/>
            <FieldError field=day/>
            <div class="date">
                {part(day, day_label, "w-2")}
                {part(month, month_label, "w-6")}
                {part(year, year_label, "w-4")}
            </div>
        </fieldset>
    }
}

/// One of several, all of them in sight.
#[derive(Clone, Debug)]
pub struct RadioChoice {
    pub value: &'static str,
    pub label: Signal<String>,
    pub hint: Option<Signal<String>>,
}

#[component]
pub fn RadioField(
    field: Field,
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] hint: Option<Signal<String>>,
    choices: Vec<RadioChoice>,
) -> impl IntoView {
    field.label.set(Some(label));
    let radio = move |(index, choice): (usize, RadioChoice)| {
        let RadioChoice { value, label, hint } = choice;
        // The first one carries the field's own id: the summary leads there.
        let id = if index == 0 {
            field.id.to_owned()
        } else {
            format!("{}-{index}", field.id)
        };
        let item = format!("{id}-item");
        let described = hint.map(|_| format!("{item}-hint"));
        view! {
            <div class="radio">
                <input type="radio" id=id.clone() name=field.id value=value
                    aria-describedby=described
                    prop:checked=move || field.value.with(|chosen| chosen == value)
                    on:change=move |_| field.value.set(value.to_owned())/>
                <label for=id>{label}</label>
                <Hint id=item text=hint/>
            </div>
        }
    };
    view! {
        <fieldset class="field" class:has-error=move || field.is_wrong()
            aria-describedby=described_by(field, hint)>
            <legend>{label}</legend>
            <Hint id=field.id text=hint/>
            <FieldError field/>
            {choices.into_iter().enumerate().map(radio).collect_view()}
        </fieldset>
    }
}

/// One of many, folded away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

#[component]
pub fn SelectField(
    field: Field,
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] hint: Option<Signal<String>>,
    /// What stands there while nothing is chosen.
    #[prop(optional, into)]
    empty: Option<Signal<String>>,
    #[prop(into)] choices: Signal<Vec<Choice>>,
) -> impl IntoView {
    field.label.set(Some(label));
    let options = move || {
        let option = |Choice { value, label }| {
            let is_chosen = {
                let value = value.clone();
                move || field.value.with(|chosen| *chosen == value)
            };
            view! { <option value=value prop:selected=is_chosen>{label}</option> }
        };
        choices.get().into_iter().map(option).collect_view()
    };
    view! {
        <div class="field" class:has-error=move || field.is_wrong()>
            <label for=field.id>{label}</label>
            <Hint id=field.id text=hint/>
            <FieldError field/>
            <select id=field.id name=field.id
                aria-invalid=true_when(move || field.is_wrong())
                aria-describedby=described_by(field, hint)
                on:change:target=move |event| field.value.set(event.target().value())>
                {empty.map(|empty| view! { <option value="">{empty}</option> })}
                {options}
            </select>
        </div>
    }
}

/// The button that sends a form; while it works it says so and cannot be pressed twice.
#[component]
pub fn SubmitButton(
    #[prop(into)] text: Signal<String>,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(default = "btn")] class: &'static str,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <button type="submit" class=class aria-disabled=true_when(move || busy.get())>
            {move || if busy.get() { t_string!(i18n, common.working).to_owned() } else { text.get() }}
        </button>
    }
}

/// A button that says what it is doing while it does it. It keeps the focus meanwhile, unlike one
/// that is disabled; whoever handles the press looks at `busy`.
#[component]
pub fn WorkingButton(
    #[prop(into)] text: Signal<String>,
    /// While it works; «Подождите…» where the page says nothing else.
    #[prop(optional, into)]
    working: Option<Signal<String>>,
    #[prop(into)] busy: Signal<bool>,
    #[prop(into)] on_press: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let words = move || {
        if !busy.get() {
            return text.get();
        }
        working.map_or_else(
            || t_string!(i18n, common.working).to_owned(),
            |text| text.get(),
        )
    };
    view! {
        <button type="button" class="btn" aria-disabled=true_when(move || busy.get())
            on:click=move |_| on_press.run(())>
            {words}
        </button>
    }
}

/// A button of lesser weight.
#[component]
pub fn PlainButton(
    #[prop(into)] text: Signal<String>,
    #[prop(into)] on_press: Callback<()>,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(default = "btn ghost")] class: &'static str,
) -> impl IntoView {
    view! {
        <button type="button" class=class aria-disabled=true_when(move || busy.get())
            on:click=move |_| on_press.run(())>
            {text}
        </button>
    }
}
