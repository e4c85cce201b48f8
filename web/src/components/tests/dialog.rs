use super::{Stage, attribute, frame, happen, text, until};
use crate::{browser, components::dialog::Dialog};
use leptos::prelude::*;
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlDialogElement;

struct Window {
    stage: Stage,
    open: RwSignal<bool>,
    cancelled: RwSignal<u32>,
}

impl Window {
    /// A button that opens a window, and the window.
    async fn show() -> Self {
        let given = Rc::new(Cell::new(None));
        let taken = given.clone();
        let stage = Stage::show(move |_| {
            let (open, cancelled) = (RwSignal::new(false), RwSignal::new(0_u32));
            given.set(Some((open, cancelled)));
            view! {
                <button id="opener" on:click=move |_| open.set(true)>"Выбрать"</button>
                <Dialog id="notice" title=move || "Просим обратить внимание" open=open
                    on_cancel=move |()| cancelled.update(|count| *count += 1)>
                    <button id="ok" on:click=move |_| open.set(false)>"ОК"</button>
                </Dialog>
            }
        })
        .await;
        let (open, cancelled) = taken.get().unwrap();
        Self {
            stage,
            open,
            cancelled,
        }
    }

    fn element(&self) -> HtmlDialogElement {
        self.stage.one("#notice").unchecked_into()
    }

    async fn opened() -> Self {
        let window = Self::show().await;
        assert!(!window.element().open());
        let opener = window.stage.one("#opener");
        opener.focus().unwrap();
        opener.click();
        until("open", || window.element().open()).await;
        window
    }
}

#[wasm_bindgen_test]
async fn an_open_window_is_modal_has_a_name_and_the_focus() {
    let window = Window::opened().await;
    let element = window.element();
    assert!(element.matches(":modal").unwrap());
    let title = attribute(&element, "aria-labelledby").unwrap();
    let title = window.stage.one(&format!("#{title}"));
    assert_eq!(text(&title), "Просим обратить внимание");
    assert!(browser::has_focus("ok"));
}

#[wasm_bindgen_test]
async fn a_closed_window_gives_the_focus_back() {
    let window = Window::opened().await;
    window.stage.one("#ok").click();
    until("closed", || !window.element().open()).await;
    until("focus", || browser::has_focus("opener")).await;
    assert_eq!(window.cancelled.get_untracked(), 0);
    // It opens again.
    window.open.set(true);
    until("open again", || window.element().open()).await;
}

#[wasm_bindgen_test]
async fn escape_asks_and_does_not_close_by_itself() {
    let window = Window::opened().await;
    // What the browser makes of Escape.
    assert!(!happen(&window.element(), "cancel"));
    frame().await;
    assert_eq!(window.cancelled.get_untracked(), 1);
    assert!(window.element().open());
}
