//! An input that finds one of many by a part of its name: the ARIA combobox with a listbox, worked
//! by keyboard, mouse or touch alike.

use super::{fields::error_of, form::Field};
use crate::{
    browser,
    dom::{El, div, input, label, li, live, p, say, span, ul},
    i18n::{Text, t},
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, KeyboardEvent};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Handed out when chosen.
    pub value: String,
    pub label: String,
    /// Beside the label, such as the district.
    pub note: String,
    /// In small letters: everything by which it is found.
    pub search: String,
}

const LIST: &str = "combobox-list";

fn option_id(index: usize) -> String {
    format!("{LIST}-{index}")
}

/// What the parts of a combobox share.
#[derive(Clone, Copy)]
struct State {
    field: Field,
    chosen: RwSignal<Option<String>>,
    items: Memo<Vec<Item>>,
    open: RwSignal<bool>,
    active: RwSignal<Option<usize>>,
}

impl State {
    /// Those that fit what is typed; all of them once one is chosen.
    fn found(self) -> Vec<Item> {
        let wanted = browser::lowercase(self.field.value.get().trim());
        let all = self.chosen.get().is_some();
        self.items.with(|items| {
            items
                .iter()
                .filter(|item| all || item.search.contains(&wanted))
                .cloned()
                .collect()
        })
    }

    fn choose(self, item: Item) {
        self.field.value.set(item.label);
        self.field.complaint.set(None);
        self.chosen.set(Some(item.value));
        self.open.set(false);
        self.active.set(None);
    }

    fn step(self, forward: bool) {
        let count = untrack(|| self.found()).len();
        self.open.set(true);
        if count == 0 {
            return;
        }
        let next = match (self.active.get_untracked(), forward) {
            (None, true) => 0,
            (None, false) => count - 1,
            (Some(index), true) => (index + 1) % count,
            (Some(index), false) => (index + count - 1) % count,
        };
        self.active.set(Some(next));
        browser::soon(move || {
            if let Some(element) = browser::element(&option_id(next)) {
                element.scroll_into_view_with_bool(false);
            }
        });
    }

    fn on_key(self, event: &Event) {
        let Some(key) = event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key) else {
            return;
        };
        match key.as_str() {
            "ArrowDown" | "ArrowUp" => {
                event.prevent_default();
                self.step(key == "ArrowDown");
            }
            "Enter" if self.open.get_untracked() => {
                let active = self.active.get_untracked();
                let item = active.and_then(|index| untrack(|| self.found()).into_iter().nth(index));
                if let Some(item) = item {
                    event.prevent_default();
                    self.choose(item);
                }
            }
            "Escape" => self.open.set(false),
            _ => {}
        }
    }

    /// A name typed in full is as good as one chosen.
    fn on_input(self) {
        let wanted = browser::lowercase(&self.field.text());
        let exact = self.items.with_untracked(|items| {
            let same = |item: &&Item| browser::lowercase(&item.label) == wanted;
            items.iter().find(same).map(|item| item.value.clone())
        });
        self.open.set(exact.is_none());
        self.chosen.set(exact);
        self.active.set(None);
    }
}

/// `field` holds what is typed; `chosen` the value of what was found by it.
pub fn combobox(
    field: Field,
    name: Text,
    placeholder: Text,
    items: Memo<Vec<Item>>,
    chosen: RwSignal<Option<String>>,
) -> El {
    let (open, active) = (RwSignal::new(false), RwSignal::new(None));
    let state = State {
        field,
        chosen,
        items,
        open,
        active,
    };
    let typed = input()
        .id(field.id)
        .attr("type", "text")
        .attr("role", "combobox")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .attr("aria-autocomplete", "list")
        .attr("aria-controls", LIST)
        .live_attr("aria-expanded", move || Some(open.get().to_string()))
        .live_attr("aria-activedescendant", move || {
            active.get().filter(|_| open.get()).map(option_id)
        })
        .live_attr("aria-describedby", move || {
            field.is_wrong().then(|| format!("{}-error", field.id))
        })
        .true_when("aria-invalid", move || field.is_wrong())
        .words_attr("placeholder", placeholder)
        .bind(field.value)
        .on("input", move |_| state.on_input())
        .on("keydown", move |event| state.on_key(&event))
        .on_click(move || open.set(true))
        .on("blur", move |_| open.set(false));
    let options = live(move || {
        let found = state.found().into_iter().enumerate();
        found
            .map(|(index, item)| option(state, index, item))
            .collect::<Vec<El>>()
    });
    let count = say(move || {
        if open.get() {
            t::home::found(u32::try_from(state.found().len()).unwrap_or(u32::MAX))
        } else {
            String::new()
        }
    });
    div().class("combobox").add((
        label().attr("for", field.id).add(name),
        typed,
        ul().id(LIST)
            .attr("role", "listbox")
            .label(name)
            .hidden_when(move || !open.get())
            .add(options),
        p().class("visually-hidden")
            .attr("role", "status")
            .add(count),
        error_of(field),
    ))
}

fn option(state: State, index: usize, item: Item) -> El {
    let is_active = move || state.active.get() == Some(index);
    let texts = (
        span().add(item.label.as_str()),
        span().class("note").add(item.note.as_str()),
    );
    li().attr("role", "option")
        .id(&option_id(index))
        .class_when("active", is_active)
        .live_attr("aria-selected", move || Some(is_active().to_string()))
        // Keeps the focus in the input.
        .on("mousedown", |event| event.prevent_default())
        .add(texts)
        .on_click(move || state.choose(item.clone()))
}
