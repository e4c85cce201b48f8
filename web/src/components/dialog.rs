//! A window over the page, by the browser's own modal dialog: it keeps the focus inside and gives
//! it back.

use crate::browser;
use leptos::{ev, html, prelude::*};

/// Shown while `open`. Escape asks `on_cancel`.
#[component]
pub fn Dialog(
    id: &'static str,
    #[prop(into)] title: Signal<String>,
    #[prop(into)] open: Signal<bool>,
    #[prop(into)] on_cancel: Callback<()>,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let open = open.get();
        let Some(dialog) = dialog.get() else { return };
        // Only what is in the document can be shown.
        browser::soon(move || match (open, dialog.open()) {
            (true, false) if dialog.is_connected() => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        });
    });
    let cancel = move |event: ev::Event| {
        event.prevent_default();
        on_cancel.run(());
    };
    let title_id = format!("{id}-title");
    view! {
        <dialog id=id node_ref=dialog aria-labelledby=title_id.clone() on:cancel=cancel>
            <h2 id=title_id.clone()>{title}</h2>
            {children()}
        </dialog>
    }
}
