//! Components in a browser, by `wasm-bindgen-test`: the focus, the announcements and what is tied
//! together for screen readers, which no host test sees.

mod combobox;
mod countdown;
mod dialog;
mod form;

use crate::{
    i18n::{self, Locale},
    state::Clock,
};
use leptos::{
    mount::{UnmountHandle, mount_to},
    prelude::*,
    task::tick,
    wasm_bindgen::JsCast,
};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test_configure;
use web_sys::{Element, HtmlElement};

wasm_bindgen_test_configure!(run_in_browser);

/// A component in the document, in Russian; gone when the test ends.
struct Shown<M: Mountable> {
    place: HtmlElement,
    clock: Clock,
    handle: Option<UnmountHandle<M>>,
}

/// Shows a component with what all of them share.
fn show<V: IntoView + 'static>(
    component: impl FnOnce(Clock) -> V + 'static,
) -> Shown<<V as Render>::State> {
    let place: HtmlElement = document().create_element("main").unwrap().unchecked_into();
    document().body().unwrap().append_child(&place).unwrap();
    let shared = StoredValue::new(None);
    let handle = mount_to(place.clone(), move || {
        i18n::provide().set_locale(Locale::ru);
        let clock = Clock::provide();
        shared.set_value(Some(clock));
        component(clock)
    });
    Shown {
        place,
        clock: shared.get_value().unwrap(),
        handle: Some(handle),
    }
}

impl<M: Mountable> Shown<M> {
    /// The one element that fits.
    fn one(&self, selector: &str) -> HtmlElement {
        self.find(selector)
            .unwrap_or_else(|| panic!("there is no {selector} in {}", self.place.inner_html()))
    }

    fn find(&self, selector: &str) -> Option<HtmlElement> {
        let found = self.place.query_selector(selector).unwrap();
        found.map(Element::unchecked_into)
    }

    fn text(&self, selector: &str) -> String {
        self.one(selector).text_content().unwrap_or_default()
    }
}

impl<M: Mountable> Drop for Shown<M> {
    fn drop(&mut self) {
        drop(self.handle.take());
        self.place.remove();
    }
}

/// Waits until effects have run and the browser has shown a further frame, in which the focus moves.
async fn settle() {
    tick().await;
    for _ in 0..2 {
        let frame = js_sys::Promise::new(&mut |resolve, _| {
            window().request_animation_frame(&resolve).unwrap();
        });
        JsFuture::from(frame).await.unwrap();
    }
    tick().await;
}

fn focused_id() -> String {
    document().active_element().unwrap().id()
}
