//! Elements for the pages: Leptos' signals and owners under a view layer that has one type for
//! every element.
//!
//! Leptos' own views have a type for each combination of element, attributes and children, and
//! code for each of those types: the pages of this app weighed 400 kB that way (brotli), more than
//! the whole app may have. Here an element is made at once, what changes is an effect of the owner
//! around it, and a page costs little more than its words. Knows nothing of the pages.
//!
//! ```ignore
//! div().class("card").add((
//!     h2().add(t::queue::HEADING),
//!     p().add(live(move || open.get().then(|| span().add("…")))),
//! ))
//! ```

mod content;
mod element;
mod list;

pub use content::{Content, View, Words, live, say, view};
pub use element::*;
pub use list::each;

use leptos::{prelude::*, reactive::effect::RenderEffect};

/// Runs now and whenever a signal that it has read changes; ends with the owner around it.
pub fn effect(run: impl FnMut() + 'static) {
    boxed_effect(Box::new(run));
}

fn boxed_effect(mut run: Box<dyn FnMut()>) {
    let effect = RenderEffect::new(move |_: Option<()>| run());
    // An effect ends when it is dropped: the owner keeps it.
    StoredValue::new_local(effect);
}

/// Puts the page into the document.
pub fn mount(app: impl FnOnce() -> View + 'static) {
    // The view that Leptos mounts is empty; it brings the owner and the executor of the effects.
    leptos::mount::mount_to_body(move || {
        if let Some(body) = document().body() {
            app().append_to(&body);
        }
    });
}
