use super::{focused_id, settle, show};
use crate::components::{
    combobox::{Combobox, Item},
    form::Field,
    matching::skeleton,
};
use leptos::{prelude::*, wasm_bindgen::JsCast};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, HtmlInputElement, KeyboardEvent, KeyboardEventInit};

const NAMES: [&str; 3] = ["Алга", "Кандыагаш", "Хромтау"];

fn page(chosen: RwSignal<Option<String>>) -> impl IntoView {
    let items = NAMES.map(|name| Item {
        value: name.to_lowercase(),
        label: name.to_owned(),
        note: String::new(),
        names: vec![skeleton(name)],
        belongs_to: Vec::new(),
    });
    view! {
        <Combobox field=Field::new("town", "") label=move || "Населённый пункт" placeholder=move || ""
            items=Signal::stored(items.to_vec()) chosen count=|found: usize| format!("Найдено: {found}")/>
    }
}

fn press(input: &HtmlInputElement, key: &str) -> bool {
    let init = KeyboardEventInit::new();
    init.set_key(key);
    init.set_bubbles(true);
    init.set_cancelable(true);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
    input.dispatch_event(&event).unwrap();
    event.default_prevented()
}

fn type_text(input: &HtmlInputElement, text: &str) {
    input.set_value(text);
    input.dispatch_event(&Event::new("input").unwrap()).unwrap();
}

#[wasm_bindgen_test]
async fn typing_opens_the_list_with_what_fits_and_says_how_many() {
    let chosen = RwSignal::new(None);
    let page = show(move |_| page(chosen));
    let input: HtmlInputElement = page.one("#town").unchecked_into();
    assert_eq!(
        input.get_attribute("aria-expanded").as_deref(),
        Some("false")
    );
    type_text(&input, "канд");
    settle().await;
    assert_eq!(
        input.get_attribute("aria-expanded").as_deref(),
        Some("true")
    );
    assert_eq!(page.text("[role=option]"), "Кандыагаш");
    assert!(page.text("[role=status]").contains('1'));
}

#[wasm_bindgen_test]
async fn arrows_move_through_the_list_and_enter_chooses_without_sending_the_form() {
    let chosen = RwSignal::new(None);
    let page = show(move |_| page(chosen));
    let input: HtmlInputElement = page.one("#town").unchecked_into();
    input.focus().unwrap();
    assert!(press(&input, "ArrowDown"));
    settle().await;
    let active = input.get_attribute("aria-activedescendant").unwrap();
    assert_eq!(page.text(&format!("#{active}")), "Алга");
    assert_eq!(
        page.one(&format!("#{active}"))
            .get_attribute("aria-selected")
            .as_deref(),
        Some("true")
    );
    press(&input, "ArrowUp");
    settle().await;
    assert!(press(&input, "Enter"));
    settle().await;
    assert_eq!(chosen.get_untracked().as_deref(), Some("хромтау"));
    assert_eq!(input.value(), "Хромтау");
    assert_eq!(focused_id(), "town");
    assert_eq!(
        input.get_attribute("aria-expanded").as_deref(),
        Some("false")
    );
}

#[wasm_bindgen_test]
async fn escape_closes_the_list_and_keeps_what_was_typed() {
    let chosen = RwSignal::new(None);
    let page = show(move |_| page(chosen));
    let input: HtmlInputElement = page.one("#town").unchecked_into();
    type_text(&input, "хром");
    settle().await;
    press(&input, "Escape");
    settle().await;
    assert_eq!(
        input.get_attribute("aria-expanded").as_deref(),
        Some("false")
    );
    assert_eq!(input.value(), "хром");
}

#[wasm_bindgen_test]
async fn name_typed_in_full_is_chosen_and_a_changed_one_no_longer() {
    let chosen = RwSignal::new(None);
    let page = show(move |_| page(chosen));
    let input: HtmlInputElement = page.one("#town").unchecked_into();
    type_text(&input, "алга");
    settle().await;
    assert_eq!(chosen.get_untracked().as_deref(), Some("алга"));
    type_text(&input, "алгаб");
    settle().await;
    assert_eq!(chosen.get_untracked(), None);
}

#[wasm_bindgen_test]
async fn nothing_that_fits_is_said() {
    let chosen = RwSignal::new(None);
    let page = show(move |_| page(chosen));
    let input: HtmlInputElement = page.one("#town").unchecked_into();
    type_text(&input, "москва");
    settle().await;
    assert!(page.text("[role=status]").contains('0'));
    assert!(page.find("[role=option]").is_none());
}
