use super::{Stage, attribute, frame, happen, text, type_into};
use crate::components::{
    combobox::{Combobox, Item},
    form::Field,
    matching::skeleton,
};
use leptos::prelude::*;
use std::{cell::Cell, rc::Rc};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlInputElement;

const DISTRICT: &str = "Мугалжарский район";

fn items() -> Vec<Item> {
    [
        ("jem", "Жем"),
        ("kandyagash", "Кандыагаш"),
        ("khromtau", "Хромтау"),
    ]
    .map(|(value, label)| Item {
        value: value.to_owned(),
        label: label.to_owned(),
        note: DISTRICT.to_owned(),
        names: vec![skeleton(label)],
        belongs_to: vec![skeleton(DISTRICT)],
    })
    .into()
}

struct Search {
    stage: Stage,
    chosen: RwSignal<Option<String>>,
    items: RwSignal<Vec<Item>>,
}

impl Search {
    async fn show(items: Vec<Item>) -> Self {
        let given = Rc::new(Cell::new(None));
        let taken = given.clone();
        let stage = Stage::show(move |_| {
            let (chosen, items) = (RwSignal::new(None), RwSignal::new(items));
            given.set(Some((chosen, items)));
            view! {
                <Combobox field=Field::new("place", "") label=move || "Населённый пункт"
                    placeholder=move || "Например, Кандыагаш" items=items chosen=chosen
                    count=Callback::new(|count| format!("найдено {count}"))/>
            }
        })
        .await;
        let (chosen, items) = taken.get().unwrap();
        Self {
            stage,
            chosen,
            items,
        }
    }

    fn input(&self) -> HtmlInputElement {
        self.stage.input("place")
    }

    async fn typed(&self, text: &str) {
        type_into(&self.input(), text);
        frame().await;
    }

    fn is_open(&self) -> bool {
        let expanded = attribute(&self.input(), "aria-expanded").unwrap() == "true";
        let hidden = self.stage.one("[role=listbox]").has_attribute("hidden");
        assert_eq!(expanded, !hidden || self.offers().is_empty());
        expanded
    }

    fn offers(&self) -> Vec<String> {
        self.stage.texts("[role=option] span:first-child")
    }

    fn said(&self) -> String {
        text(&self.stage.one("[role=status]"))
    }

    fn chosen(&self) -> Option<String> {
        self.chosen.get_untracked()
    }
}

#[wasm_bindgen_test]
async fn what_is_typed_opens_the_list_with_what_fits_and_says_how_many() {
    let search = Search::show(items()).await;
    assert!(!search.is_open());
    search.typed("канд").await;
    assert!(search.is_open());
    assert_eq!(search.offers(), ["Кандыагаш"]);
    assert_eq!(search.said(), "найдено 1");
    // A near miss, and a district.
    search.typed("Кандагаш").await;
    assert_eq!(search.offers(), ["Кандыагаш"]);
    search.typed("мугалжар").await;
    assert_eq!(search.offers().len(), 3);
    search.typed("Москва").await;
    assert!(search.offers().is_empty());
    assert_eq!(search.said(), "найдено 0");
    assert_eq!(search.chosen(), None);
}

#[wasm_bindgen_test]
async fn a_whole_name_is_chosen_and_a_changed_one_no_longer() {
    let search = Search::show(items()).await;
    search.typed("кандыагаш").await;
    assert_eq!(search.chosen().as_deref(), Some("kandyagash"));
    assert!(!search.is_open());
    search.typed("кандыага").await;
    assert_eq!(search.chosen(), None);
    assert!(search.is_open());
}

#[wasm_bindgen_test]
async fn items_that_come_after_the_name_are_looked_through() {
    let search = Search::show(Vec::new()).await;
    search.typed("Жем").await;
    assert_eq!(search.said(), "", "nothing is known yet");
    search.items.set(items());
    frame().await;
    assert_eq!(search.chosen().as_deref(), Some("jem"));
    assert!(!search.is_open());
}

#[wasm_bindgen_test]
async fn a_pressed_option_is_chosen_and_the_focus_stays_in_the_input() {
    let search = Search::show(items()).await;
    search.typed("хром").await;
    let option = search.stage.one("[role=option]");
    assert!(!happen(&option, "mousedown"));
    option.click();
    frame().await;
    assert_eq!(search.chosen().as_deref(), Some("khromtau"));
    assert_eq!(search.input().value(), "Хромтау");
    assert!(!search.is_open());
    assert!(crate::browser::has_focus("place"));
}
