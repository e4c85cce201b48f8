//! A window over the page, by the browser's own modal dialog: it keeps the focus inside and gives
//! it back.

use crate::{
    dom::{Content, El, dialog, effect, h2},
    i18n::Text,
};
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

/// Shown while `open`. Escape asks `on_cancel`.
pub fn modal(
    id: &str,
    title: Text,
    open: impl Fn() -> bool + 'static,
    on_cancel: impl Fn() + 'static,
    content: impl Content,
) -> El {
    let title_id = format!("{id}-title");
    let modal = dialog()
        .id(id)
        .attr("aria-labelledby", &title_id)
        .on("cancel", move |event| {
            event.prevent_default();
            on_cancel();
        })
        .add((h2().id(&title_id).add(title), content));
    let element: HtmlDialogElement = modal.html().unchecked_into();
    effect(move || {
        let (open, element) = (open(), element.clone());
        // Only what is in the document can be shown.
        crate::browser::soon(move || match (open, element.open()) {
            (true, false) if element.is_connected() => drop(element.show_modal()),
            (false, true) => element.close(),
            _ => {}
        });
    });
    modal
}
