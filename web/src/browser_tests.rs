//! Components in a browser: focus, keys and windows, which no test of a function can tell.
//! `cargo xtask test` runs them in headless Chromium.

use crate::{
    browser,
    components::{
        combobox::{Combobox, Item},
        dialog::Dialog,
        fields::TextField,
        form::{ErrorSummary, Field, Form},
        hold::Countdown,
        matching::skeleton,
    },
    i18n,
    state::{Clock, use_clock},
};
use balabaqsha_shared::input;
use chrono::TimeDelta;
use gloo_timers::future::sleep;
use leptos::{
    mount::{UnmountHandle, mount_to},
    prelude::*,
};
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{
    Event, EventInit, HtmlDialogElement, HtmlElement, HtmlInputElement, KeyboardEvent,
    KeyboardEventInit,
};

wasm_bindgen_test_configure!(run_in_browser);

/// Shows a view in the document, with what all pages share. It is gone when the value is dropped.
fn show<V: IntoAny>(
    view: impl FnOnce() -> V + 'static,
) -> UnmountHandle<<AnyView as Render>::State> {
    let place = document().create_element("div").unwrap();
    document().body().unwrap().append_child(&place).unwrap();
    mount_to(place.unchecked_into(), move || {
        let _ = i18n::provide();
        let _ = Clock::provide();
        view().into_any()
    })
}

/// Waits until something is so, as effects and the browser need their turns.
async fn until(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..200 {
        if is_so() {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("{what}: {}", document().body().unwrap().inner_html());
}

fn element<T: JsCast>(selector: &str) -> T {
    let found = document().query_selector(selector).unwrap();
    found
        .unwrap_or_else(|| panic!("{selector}"))
        .unchecked_into()
}

fn is_there(selector: &str) -> bool {
    document().query_selector(selector).unwrap().is_some()
}

fn focused() -> String {
    document()
        .active_element()
        .map(|element| element.id())
        .unwrap_or_default()
}

fn type_into(id: &str, text: &str) {
    let input: HtmlInputElement = element(&format!("#{id}"));
    input.focus().unwrap();
    input.set_value(text);
    let bubbles = EventInit::new();
    bubbles.set_bubbles(true);
    let event = Event::new_with_event_init_dict("input", &bubbles).unwrap();
    input.dispatch_event(&event).unwrap();
}

fn press(id: &str, key: &str) {
    let init = KeyboardEventInit::new();
    init.set_bubbles(true);
    init.set_cancelable(true);
    init.set_key(key);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
    element::<HtmlElement>(&format!("#{id}"))
        .dispatch_event(&event)
        .unwrap();
}

#[wasm_bindgen_test]
async fn a_refused_form_takes_the_focus_to_its_summary_and_from_there_to_the_field() {
    let field = Field::new("phone-of-test", "123");
    let form = Form::new([field]);
    let _shown = show(move || {
        view! {
            <ErrorSummary form/>
            <TextField field label=Signal::stored("Телефон".to_owned())/>
        }
    });
    assert!(!is_there(".error-summary"));
    assert_eq!(field.read(input::phone), None);
    form.refuse();
    until("the summary has the focus", || focused() == "error-summary").await;
    let link: HtmlElement = element(".error-summary a");
    assert!(
        link.inner_text().starts_with("Телефон: "),
        "{}",
        link.inner_text()
    );
    link.click();
    assert_eq!(focused(), "phone-of-test");
    let input: HtmlInputElement = element("#phone-of-test");
    assert_eq!(input.value(), "123", "what was typed stays");
    assert_eq!(input.get_attribute("aria-invalid").as_deref(), Some("true"));
    let described = input.get_attribute("aria-describedby").unwrap();
    assert!(is_there(&format!("#{described}")), "{described}");
    form.clear();
    until("the summary goes", || !is_there(".error-summary")).await;
}

#[wasm_bindgen_test]
async fn a_dialog_keeps_the_focus_and_gives_it_back() {
    let open = RwSignal::new(false);
    let cancelled = RwSignal::new(0);
    let _shown = show(move || {
        view! {
            <button id="opener" on:click=move |_| open.set(true)>"?"</button>
            <Dialog id="window" title=Signal::stored("Окно".to_owned()) open
                on_cancel=move |()| { cancelled.update(|times| *times += 1); open.set(false); }>
                <button id="inside">"OK"</button>
            </Dialog>
        }
    });
    let opener: HtmlElement = element("#opener");
    opener.focus().unwrap();
    opener.click();
    let dialog: HtmlDialogElement = element("#window");
    until("the window is open", || dialog.open()).await;
    assert_eq!(focused(), "inside");
    opener.focus().unwrap();
    assert_eq!(
        focused(),
        "inside",
        "nothing behind the window takes the focus"
    );
    // As the browser tells of Escape. The window is closed by its owner, not by the browser.
    let init = EventInit::new();
    init.set_cancelable(true);
    let escape = Event::new_with_event_init_dict("cancel", &init).unwrap();
    dialog.dispatch_event(&escape).unwrap();
    assert!(escape.default_prevented());
    until("the window is closed", || !dialog.open()).await;
    assert_eq!(cancelled.get_untracked(), 1);
    assert_eq!(focused(), "opener");
}

fn items() -> Vec<Item> {
    ["Алга", "Кандыагаш", "Хромтау"]
        .map(|name| Item {
            value: skeleton(name),
            label: name.to_owned(),
            note: String::new(),
            names: vec![skeleton(name)],
            belongs_to: Vec::new(),
        })
        .to_vec()
}

fn combobox(
    field: Field,
    chosen: RwSignal<Option<String>>,
    items: RwSignal<Vec<Item>>,
) -> impl IntoView {
    view! {
        <Combobox field label=Signal::stored("Где?".to_owned())
            placeholder=Signal::stored(String::new()) items chosen
            count=Callback::new(|found: usize| format!("{found}"))/>
    }
}

#[wasm_bindgen_test]
async fn a_combobox_is_worked_with_the_keys_alone() {
    let (field, chosen) = (Field::new("town", ""), RwSignal::new(None));
    let _shown = show(move || combobox(field, chosen, RwSignal::new(items())));
    type_into("town", "кандагаш");
    until("one is found", || {
        is_there("#combobox-list-0") && !is_there("#combobox-list-1")
    })
    .await;
    let input: HtmlInputElement = element("#town");
    assert_eq!(
        input.get_attribute("aria-expanded").as_deref(),
        Some("true")
    );
    press("town", "ArrowDown");
    until("it is active", || {
        input.get_attribute("aria-activedescendant").as_deref() == Some("combobox-list-0")
    })
    .await;
    press("town", "Enter");
    until("it is chosen", || input.value() == "Кандыагаш").await;
    assert_eq!(chosen.get_untracked(), Some(skeleton("Кандыагаш")));
    until("the list is closed", || {
        input.get_attribute("aria-expanded").as_deref() == Some("false")
    })
    .await;
    assert_eq!(focused(), "town");
}

#[wasm_bindgen_test]
async fn what_was_typed_before_the_list_came_is_found_in_it() {
    let (field, chosen) = (Field::new("early-town", ""), RwSignal::new(None));
    let list = RwSignal::new(Vec::new());
    let _shown = show(move || combobox(field, chosen, list));
    type_into("early-town", "хромтау");
    assert_eq!(chosen.get_untracked(), None);
    list.set(items());
    until("it is chosen", || {
        chosen.get_untracked() == Some(skeleton("Хромтау"))
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_countdown_tells_its_end_once() {
    let over = RwSignal::new(0);
    let running = RwSignal::new(None);
    let _shown = show(move || {
        let clock = use_clock();
        clock.told(clock.now(), browser::now_ms());
        running.set(Some(clock));
        let ends_at = clock.now() + TimeDelta::seconds(125);
        view! {
            <Countdown text=Signal::stored("Место".to_owned()) ends_at urgent_below=60
                on_over=move |()| over.update(|times| *times += 1)/>
        }
    });
    let shown = || element::<HtmlElement>(".hold .time").inner_text();
    assert!(
        ["02:05", "02:04"].contains(&shown().as_str()),
        "{}",
        shown()
    );
    assert!(!is_there(".hold.urgent"));
    // The service's clock is further than this page knew.
    let clock = running.get_untracked().unwrap();
    clock.told(clock.now() + TimeDelta::seconds(80), browser::now_ms());
    until("it is urgent", || is_there(".hold.urgent")).await;
    clock.told(clock.now() + TimeDelta::seconds(80), browser::now_ms());
    until("it is over", || shown() == "00:00").await;
    clock.told(clock.now() + TimeDelta::seconds(80), browser::now_ms());
    until("it was told", || over.get_untracked() == 1).await;
    sleep(Duration::from_millis(1_100)).await;
    assert_eq!(over.get_untracked(), 1);
}
