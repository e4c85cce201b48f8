//! An input that finds one of many by a part of its name: the ARIA combobox with a listbox, worked
//! by keyboard, mouse or touch alike.

use super::form::Field;
use crate::{
    browser,
    i18n::{Text, t, use_i18n},
};
use leptos::{ev, prelude::*};

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

/// `field` holds what is typed; `chosen` the value of what was found by it.
#[component]
pub fn Combobox(
    field: Field,
    label: Text,
    placeholder: Text,
    items: Signal<Vec<Item>>,
    chosen: RwSignal<Option<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    let active = RwSignal::new(None::<usize>);
    let found = Memo::new(move |_| {
        let wanted = browser::lowercase(field.value.get().trim());
        items.with(|items| {
            items
                .iter()
                .filter(|item| {
                    chosen.with(|chosen| chosen.is_some()) || item.search.contains(&wanted)
                })
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let choose = move |item: Item| {
        field.value.set(item.label);
        field.complaint.set(None);
        chosen.set(Some(item.value));
        open.set(false);
        active.set(None);
    };
    let step = move |forward: bool| {
        let count = found.with_untracked(Vec::len);
        open.set(true);
        if count == 0 {
            return;
        }
        active.update(|active| {
            *active = Some(match (*active, forward) {
                (None, true) => 0,
                (None, false) => count - 1,
                (Some(index), true) => (index + 1) % count,
                (Some(index), false) => (index + count - 1) % count,
            });
        });
        if let Some(index) = active.get_untracked() {
            browser::soon(move || {
                if let Some(element) = browser::element(&option_id(index)) {
                    element.scroll_into_view_with_bool(false);
                }
            });
        }
    };
    let on_key = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "ArrowDown" => {
            event.prevent_default();
            step(true);
        }
        "ArrowUp" => {
            event.prevent_default();
            step(false);
        }
        "Enter" if open.get_untracked() => {
            let item = active
                .get_untracked()
                .and_then(|index| found.with_untracked(|found| found.get(index).cloned()));
            if let Some(item) = item {
                event.prevent_default();
                choose(item);
            }
        }
        "Escape" => open.set(false),
        _ => {}
    };
    let on_input = move |event: ev::Event| {
        let text = event_target_value(&event);
        // A name typed in full is as good as one chosen.
        let wanted = browser::lowercase(text.trim());
        let exact = items.with_untracked(|items| {
            items
                .iter()
                .find(|item| browser::lowercase(&item.label) == wanted)
                .map(|item| item.value.clone())
        });
        field.value.set(text);
        chosen.set(exact.clone());
        active.set(None);
        open.set(exact.is_none());
    };
    let options = move || {
        found
            .get()
            .into_iter()
            .enumerate()
            .map(|(index, item)| {
                let label = item.label.clone();
                let note = item.note.clone();
                let is_active = move || active.get() == Some(index);
                view! {
                    <li role="option" id=option_id(index)
                        class:active=is_active
                        aria-selected=move || if is_active() { "true" } else { "false" }
                        // Keeps the focus in the input.
                        on:mousedown=|event| event.prevent_default()
                        on:click=move |_| choose(item.clone())>
                        <span>{label}</span>
                        <span class="note">{note}</span>
                    </li>
                }
            })
            .collect_view()
    };
    let count = move || {
        if !open.get() {
            return String::new();
        }
        let count = u32::try_from(found.with(Vec::len)).unwrap_or(u32::MAX);
        t::home::found(i18n.language(), count)
    };
    let error_id = format!("{}-error", field.id);
    let described = {
        let error_id = error_id.clone();
        move || {
            field
                .complaint
                .with(Option::is_some)
                .then(|| error_id.clone())
        }
    };
    view! {
        <div class="combobox">
            <label for=field.id>{i18n.t(label)}</label>
            <input id=field.id type="text" role="combobox" autocomplete="off" spellcheck="false"
                aria-autocomplete="list" aria-controls=LIST
                aria-expanded=move || if open.get() { "true" } else { "false" }
                aria-activedescendant=move || active.get().filter(|_| open.get()).map(option_id)
                aria-describedby=described
                aria-invalid=move || field.complaint.with(Option::is_some).then_some("true")
                placeholder=i18n.t(placeholder)
                prop:value=move || field.value.get()
                on:input=on_input
                on:keydown=on_key
                on:click=move |_| open.set(true)
                on:blur=move |_| open.set(false)/>
            <ul id=LIST role="listbox" aria-label=i18n.t(label) hidden=move || !open.get()>
                {options}
            </ul>
            <p class="visually-hidden" role="status">{count}</p>
            {move || field.complaint.get().map(|complaint| view! {
                <p class="error" id=error_id.clone()>
                    <span class="visually-hidden">{i18n.t(t::common::ERROR)} ": "</span>
                    {complaint.sentence(i18n.language())}
                </p>
            })}
        </div>
    }
    .into_any()
}
