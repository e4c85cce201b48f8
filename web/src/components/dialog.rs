//! A window over the page, by the browser's own modal dialog: it keeps the focus inside and gives
//! it back.

use crate::i18n::Words;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

/// Shown while `open`. Escape asks `on_cancel`.
#[component]
pub fn Dialog(
    id: &'static str,
    title: Words,
    open: Signal<bool>,
    on_cancel: Callback<()>,
    children: Children,
) -> impl IntoView {
    Effect::new(move || {
        let open = open.get();
        let dialog: Option<web_sys::HtmlDialogElement> =
            crate::browser::element(id).and_then(|element| element.dyn_into().ok());
        let Some(dialog) = dialog else { return };
        if open && !dialog.open() {
            // Refused only for a dialog outside of the page.
            drop(dialog.show_modal());
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    let title_id = format!("{id}-title");
    let cancel = move |event: ev::Event| {
        event.prevent_default();
        on_cancel.run(());
    };
    view! {
        <dialog id=id aria-labelledby=title_id.clone() on:cancel=cancel>
            <h2 id=title_id.clone()>{title}</h2>
            {children()}
        </dialog>
    }
    .into_any()
}
