use super::{focused_id, settle, show};
use crate::components::dialog::Dialog;
use leptos::{prelude::*, wasm_bindgen::JsCast};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, EventInit, HtmlDialogElement};

/// A button that opens the window, and the window.
fn page(open: RwSignal<bool>, cancelled: RwSignal<u32>) -> impl IntoView {
    let on_cancel = move |()| {
        cancelled.update(|times| *times += 1);
        open.set(false);
    };
    view! {
        <button id="opener" type="button" on:click=move |_| open.set(true)>"Открыть"</button>
        <Dialog id="window" title=move || "Внимание" open on_cancel>
            <button id="inside" type="button">"ОК"</button>
        </Dialog>
    }
}

#[wasm_bindgen_test]
async fn open_dialog_is_modal_named_by_its_title_and_takes_the_focus() {
    let (open, cancelled) = (RwSignal::new(false), RwSignal::new(0));
    let page = show(move |_| page(open, cancelled));
    let window: HtmlDialogElement = page.one("#window").unchecked_into();
    assert!(!window.open());
    page.one("#opener").focus().unwrap();
    page.one("#opener").click();
    settle().await;
    assert!(window.open() && window.matches(":modal").unwrap());
    let title = window.get_attribute("aria-labelledby").unwrap();
    assert_eq!(page.text(&format!("#{title}")), "Внимание");
    assert_eq!(focused_id(), "inside");
}

#[wasm_bindgen_test]
async fn closed_dialog_gives_the_focus_back() {
    let (open, cancelled) = (RwSignal::new(false), RwSignal::new(0));
    let page = show(move |_| page(open, cancelled));
    page.one("#opener").focus().unwrap();
    page.one("#opener").click();
    settle().await;
    open.set(false);
    settle().await;
    assert_eq!(focused_id(), "opener");
    assert_eq!(cancelled.get_untracked(), 0);
}

#[wasm_bindgen_test]
async fn escape_asks_and_does_not_close_by_itself() {
    let (open, cancelled) = (RwSignal::new(false), RwSignal::new(0));
    let page = show(move |_| page(open, cancelled));
    page.one("#opener").click();
    settle().await;
    // What the browser sends for Escape.
    let init = EventInit::new();
    init.set_cancelable(true);
    let cancel = Event::new_with_event_init_dict("cancel", &init).unwrap();
    page.one("#window").dispatch_event(&cancel).unwrap();
    assert!(cancel.default_prevented());
    settle().await;
    assert_eq!(cancelled.get_untracked(), 1);
    assert!(
        !page
            .one("#window")
            .unchecked_into::<HtmlDialogElement>()
            .open()
    );
}
