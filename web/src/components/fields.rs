//! Controls with label, hint and error message, tied together for screen readers.

use super::form::Field;
use crate::{
    dom::{
        Content, El, View, Words, button, div, fieldset, input, label, legend, live, option, p,
        say, select, span, view,
    },
    i18n::{Text, t},
};
use leptos::prelude::*;

/// The frame of a control: label or legend, hint, error message, the control.
fn group(
    around: El,
    (element, name): (El, Text),
    field: Field,
    hint: Option<Text>,
    control: impl Content,
) -> El {
    field.name.set(Some(name));
    let name = element.add(name);
    around
        .class("field")
        .class_when("has-error", move || field.is_wrong())
        .add((name, hint_of(field.id, hint), error_of(field), control))
}

pub fn hint_of(id: &str, hint: Option<Text>) -> Option<El> {
    hint.map(|hint| p().class("hint").id(&format!("{id}-hint")).add(hint))
}

/// The error message of a field.
pub fn error_of(field: Field) -> View {
    live(move || {
        field.complaint.get().map(|complaint| {
            p().class("error").id(&format!("{}-error", field.id)).add((
                span()
                    .class("visually-hidden")
                    .add((t::common::ERROR, ": ")),
                say(move || complaint.sentence()),
            ))
        })
    })
}

/// Ties a control to its hint and to its error.
pub fn described(control: El, field: Field, hint: Option<Text>) -> El {
    let hint = hint.is_some();
    control.live_attr("aria-describedby", move || match (hint, field.is_wrong()) {
        (false, false) => None,
        (true, false) => Some(format!("{}-hint", field.id)),
        (false, true) => Some(format!("{}-error", field.id)),
        (true, true) => Some(format!("{0}-hint {0}-error", field.id)),
    })
}

/// A control with the name, the id and the state of its field.
pub fn control(element: El, field: Field, hint: Option<Text>) -> El {
    let element = element
        .id(field.id)
        .attr("name", field.id)
        .true_when("aria-invalid", move || field.is_wrong());
    described(element, field, hint)
}

/// One line of text.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct TextField {
    field: Field,
    label: Text,
    hint: Option<Text>,
    kind: &'static str,
    autocomplete: &'static str,
    inputmode: &'static str,
    width: &'static str,
}

impl TextField {
    pub const fn new(field: Field, label: Text) -> Self {
        Self {
            field,
            label,
            hint: None,
            kind: "text",
            autocomplete: "off",
            inputmode: "text",
            width: "",
        }
    }

    pub const fn hint(mut self, hint: Text) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The type of the input, what the browser may fill in, and the keyboard of a telephone.
    pub const fn kind(
        mut self,
        kind: &'static str,
        autocomplete: &'static str,
        inputmode: &'static str,
    ) -> Self {
        self.kind = kind;
        self.autocomplete = autocomplete;
        self.inputmode = inputmode;
        self
    }

    /// Class of the width, which tells how much is expected.
    pub const fn width(mut self, width: &'static str) -> Self {
        self.width = width;
        self
    }

    pub fn el(self) -> El {
        let input = control(input(), self.field, self.hint)
            .class(self.width)
            .attr("type", self.kind)
            .attr("autocomplete", self.autocomplete)
            .attr("inputmode", self.inputmode)
            .attr("spellcheck", "false")
            .bind(self.field.value);
        let name = (label().attr("for", self.field.id), self.label);
        group(div(), name, self.field, self.hint, input)
    }
}

/// A day as three numbers, which is how people know it by heart. The complaint is the day's.
pub fn date_field([day, month, year]: [Field; 3], name: Text, hint: Text) -> El {
    let part = move |field: Field, name: Text, width: &str| {
        div().add((
            label().attr("for", field.id).add(name),
            input()
                .id(field.id)
                .attr("name", field.id)
                .class(width)
                .attr("type", "text")
                .attr("inputmode", "numeric")
                .attr("autocomplete", "off")
                .attr("maxlength", "4")
                .true_when("aria-invalid", move || day.is_wrong())
                .bind(field.value),
        ))
    };
    let parts = div().class("date").add((
        part(day, t::common::DAY, "w-2"),
        part(month, t::common::MONTH, "w-2"),
        part(year, t::common::YEAR, "w-4"),
    ));
    let around = described(fieldset().attr("role", "group"), day, Some(hint));
    group(around, (legend(), name), day, Some(hint), parts)
}

/// One of several, all of them in sight.
pub struct Choice {
    pub value: &'static str,
    pub label: Words,
    pub hint: Option<Text>,
}

pub fn radio_field(field: Field, name: Text, hint: Text, choices: Vec<Choice>) -> El {
    let radios: Vec<El> = choices
        .into_iter()
        .enumerate()
        .map(|(index, choice)| {
            // The first one carries the field's own id: the summary leads there.
            let id = if index == 0 {
                field.id.to_owned()
            } else {
                format!("{}-{index}", field.id)
            };
            let Choice {
                value,
                label: words,
                hint,
            } = choice;
            let item = format!("{id}-item");
            let radio = input()
                .attr("type", "radio")
                .id(&id)
                .attr("name", field.id)
                .attr("value", value)
                .checked_when(move || field.value.with(|chosen| chosen == value))
                .on("change", move |_| field.value.set(value.to_owned()));
            let radio = match hint {
                Some(_) => radio.attr("aria-describedby", &format!("{item}-hint")),
                None => radio,
            };
            div().class("radio").add((
                radio,
                label().attr("for", &id).add(words),
                hint_of(&item, hint),
            ))
        })
        .collect();
    let around = described(fieldset(), field, Some(hint));
    group(around, (legend(), name), field, Some(hint), radios)
}

/// One of many, folded away. `options` are values with their words; `empty` stands there while
/// nothing is chosen.
pub fn select_field(
    field: Field,
    name: Text,
    hint: Option<Text>,
    empty: Option<Text>,
    options: impl Fn() -> Vec<(String, String)> + 'static,
) -> El {
    let items = live(move || {
        let chosen = field.value.get_untracked();
        let first = empty.map(|empty| option().attr("value", "").add(empty.get()));
        let others: Vec<El> = options()
            .into_iter()
            .map(|(value, words)| {
                option()
                    .attr("value", &value)
                    .flag("selected", value == chosen)
                    .add(words)
            })
            .collect();
        view((first, others))
    });
    let select = control(select(), field, hint)
        .bind_choice(field.value)
        .add(items);
    let name = (label().attr("for", field.id), name);
    group(div(), name, field, hint, select)
}

/// The button that sends a form; while it works it says so and cannot be pressed twice.
pub fn submit_button(words: Text, busy: RwSignal<bool>) -> El {
    working_button("submit", words, t::common::WORKING, busy)
}

/// A button that says what it is doing while it does it.
pub fn working_button(kind: &str, words: Text, working: Text, busy: RwSignal<bool>) -> El {
    button()
        .attr("type", kind)
        .class("btn")
        .busy_when(busy)
        .add(say(move || {
            if busy.get() {
                working.get()
            } else {
                words.get()
            }
            .to_owned()
        }))
}

/// A button of lesser weight.
pub fn plain_button(words: Text, press: impl FnMut() + 'static) -> El {
    button()
        .attr("type", "button")
        .class("btn ghost")
        .on_click(press)
        .add(words)
}
