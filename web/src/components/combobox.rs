//! An input that finds one of many by a part of its name: the ARIA combobox with a listbox, worked
//! by keyboard, mouse or touch alike.

use super::{
    fields::{FieldError, true_when},
    form::Field,
    matching::{Fit, fit, skeleton},
};
use crate::browser;
use leptos::{ev, prelude::*};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Handed out when chosen.
    pub value: String,
    pub label: String,
    /// Beside the label, such as the district.
    pub note: String,
    /// By what it is found, as [`skeleton`] gives it: its names, and behind them what it belongs to.
    pub names: Vec<String>,
    pub belongs_to: Vec<String>,
}

const LIST: &str = "combobox-list";

fn option_id(index: usize) -> String {
    format!("{LIST}-{index}")
}

/// Those that fit, the best first: by their names, then by what they belong to. Near misses only
/// where nothing fits better.
fn found(items: &[Item], typed: &str) -> Vec<Item> {
    let typed = skeleton(typed);
    let best = |texts: &[String]| texts.iter().filter_map(|text| fit(&typed, text)).min();
    let mut ranked: Vec<_> = items
        .iter()
        .filter_map(|item| {
            let by_name = best(&item.names).map(|fit| (fit, false));
            let by_place = best(&item.belongs_to).map(|fit| (fit, true));
            let rank = by_name.into_iter().chain(by_place).min()?;
            Some((rank, item))
        })
        .collect();
    let is_near = |(fit, _): &(Fit, bool)| matches!(fit, Fit::Near(_));
    if ranked.iter().any(|(rank, _)| !is_near(rank)) {
        ranked.retain(|(rank, _)| !is_near(rank));
    }
    // Items that fit equally well keep their order.
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, item)| item.clone()).collect()
}

/// The value of the item whose whole name was typed.
fn exact(items: &[Item], typed: &str) -> Option<String> {
    let wanted = browser::lowercase(typed.trim());
    let same = |item: &&Item| browser::lowercase(&item.label) == wanted;
    items.iter().find(same).map(|item| item.value.clone())
}

/// What the handlers of a combobox share.
#[derive(Clone, Copy)]
struct State {
    field: Field,
    chosen: RwSignal<Option<String>>,
    items: Signal<Vec<Item>>,
    /// All items once one is chosen, so that another one can be.
    found: Memo<Vec<Item>>,
    open: RwSignal<bool>,
    active: RwSignal<Option<usize>>,
}

impl State {
    fn choose(self, item: Item) {
        self.field.value.set(item.label);
        self.field.complaint.set(None);
        self.chosen.set(Some(item.value));
        self.open.set(false);
        self.active.set(None);
    }

    fn step(self, forward: bool) {
        let count = self.found.with_untracked(Vec::len);
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

    fn on_key(self, event: &ev::KeyboardEvent) {
        match event.key().as_str() {
            key @ ("ArrowDown" | "ArrowUp") => {
                event.prevent_default();
                self.step(key == "ArrowDown");
            }
            "Enter" if self.open.get_untracked() => {
                let active = self.active.get_untracked();
                let item = active
                    .and_then(|index| self.found.with_untracked(|found| found.get(index).cloned()));
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
    fn on_input(self, typed: String) {
        let exact = self.items.with_untracked(|items| exact(items, &typed));
        self.field.value.set(typed);
        self.open.set(exact.is_none());
        self.chosen.set(exact);
        self.active.set(None);
    }

    /// The items may come after the name was typed.
    fn on_items(self) {
        let typed = self.field.value.get_untracked();
        let exact = self.items.with(|items| exact(items, &typed));
        if exact.is_some() && self.chosen.with_untracked(Option::is_none) {
            self.field.complaint.set(None);
            self.open.set(false);
            self.chosen.set(exact);
        }
    }
}

/// `field` holds what is typed; `chosen` the value of what was found by it.
#[component]
pub fn Combobox(
    field: Field,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] placeholder: Signal<String>,
    #[prop(into)] items: Signal<Vec<Item>>,
    chosen: RwSignal<Option<String>>,
    /// The words for how many were found, none among them.
    #[prop(into)]
    count: Callback<usize, String>,
) -> impl IntoView {
    field.label.set(Some(label));
    let (open, active) = (RwSignal::new(false), RwSignal::new(None));
    let state = State {
        field,
        chosen,
        items,
        found: Memo::new(move |_| {
            if chosen.with(Option::is_some) {
                return items.get();
            }
            field
                .value
                .with(|typed| items.with(|items| found(items, typed)))
        }),
        open,
        active,
    };
    Effect::new(move || state.on_items());
    let nothing = Memo::new(move |_| {
        open.get() && state.found.with(Vec::is_empty) && !items.with(Vec::is_empty)
    });
    let said = move || {
        if open.get() && !items.with(Vec::is_empty) {
            count.run(state.found.with(Vec::len))
        } else {
            String::new()
        }
    };
    let option = move |(index, item): (usize, Item)| {
        let is_active = move || active.get() == Some(index);
        let (label, note) = (item.label.clone(), item.note.clone());
        view! {
            <li role="option" id=option_id(index) class:active=is_active
                aria-selected=move || is_active().to_string()
                // Keeps the focus in the input.
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| state.choose(item.clone())>
                <span>{label}</span>
                <span class="note">{note}</span>
            </li>
        }
    };
    view! {
        <div class="combobox">
            <label for=field.id>{label}</label>
            <input id=field.id type="text" role="combobox" autocomplete="off" spellcheck="false"
                aria-autocomplete="list" aria-controls=LIST
                aria-expanded=move || open.get().to_string()
                aria-activedescendant=move || active.get().filter(|_| open.get()).map(option_id)
                aria-describedby=move || field.is_wrong().then(|| format!("{}-error", field.id))
                aria-invalid=true_when(move || field.is_wrong())
                placeholder=placeholder
                prop:value=move || field.value.get()
                on:input:target=move |event| state.on_input(event.target().value())
                on:keydown=move |event| state.on_key(&event)
                on:click=move |_| open.set(true)
                on:blur=move |_| open.set(false)/>
            <ul id=LIST role="listbox" aria-label=label
                hidden=move || !open.get() || nothing.get()>
                {move || state.found.get().into_iter().enumerate().map(option).collect_view()}
            </ul>
            <p class="no-match" class:visually-hidden=move || !nothing.get() role="status">
                {said}
            </p>
            <FieldError field/>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(name: &str, district: &str) -> Item {
        Item {
            value: name.into(),
            label: name.into(),
            note: district.into(),
            names: vec![skeleton(name)],
            belongs_to: vec![skeleton(district)],
        }
    }

    fn labels(typed: &str) -> Vec<String> {
        let items = [
            item("Жем", "Мугалжарский район"),
            item("Кандыагаш", "Мугалжарский район"),
            item("Мугалжар", "Мугалжарский район"),
            item("Хромтау", "Хромтауский район"),
            item("Алга", "Алгинский район"),
        ];
        found(&items, typed)
            .into_iter()
            .map(|item| item.label)
            .collect()
    }

    #[test]
    fn a_district_finds_its_localities_behind_the_one_of_that_name() {
        assert_eq!(labels("мугалжар"), ["Мугалжар", "Жем", "Кандыагаш"]);
    }

    #[test]
    fn near_misses_are_shown_only_where_nothing_fits_better() {
        assert_eq!(labels("Кандагаш"), ["Кандыагаш"]);
        assert_eq!(labels("Алга"), ["Алга"]);
    }

    #[test]
    fn nothing_typed_shows_all_in_their_order() {
        assert_eq!(labels("").len(), 5);
        assert_eq!(labels(" ").first().map(String::as_str), Some("Жем"));
        assert!(labels("Москва").is_empty());
    }
}
