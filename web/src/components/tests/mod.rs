//! Components alone in a real browser: `cargo xtask test --only components` runs these in headless Chromium.

mod combobox;
mod countdown;
mod dialog;
mod form;

use crate::i18n::{self, I18n, Locale};
use leptos::{mount::mount_to, prelude::*};
use std::any::Any;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test_configure;
use web_sys::{Event, HtmlElement, HtmlInputElement};

wasm_bindgen_test_configure!(run_in_browser);

/// So many frames are waited for at most, many more than any of these needs.
const FRAMES: u32 = 600;

/// A component on the page; taken off it when dropped.
struct Stage {
    root: HtmlElement,
    _mounted: Box<dyn Any>,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.root.remove();
    }
}

impl Stage {
    /// Shows what `view` makes, in Russian; `view` is given the words.
    async fn show<V>(view: impl FnOnce(I18n) -> V + 'static) -> Self
    where
        V: IntoView + 'static,
    {
        let root: HtmlElement = document().create_element("main").unwrap().unchecked_into();
        document().body().unwrap().append_child(&root).unwrap();
        let mounted = mount_to(root.clone(), move || {
            let i18n = i18n::provide();
            i18n.set_locale(Locale::ru);
            view(i18n)
        });
        frame().await;
        Self {
            root,
            _mounted: Box::new(mounted),
        }
    }

    /// The only element that fits.
    #[track_caller]
    fn one(&self, selector: &str) -> HtmlElement {
        let all = self.all(selector);
        assert_eq!(all.len(), 1, "{selector} in {}", self.root.inner_html());
        all.into_iter().next().unwrap()
    }

    fn all(&self, selector: &str) -> Vec<HtmlElement> {
        let found = self.root.query_selector_all(selector).unwrap();
        (0..found.length())
            .map(|index| found.item(index).unwrap().unchecked_into())
            .collect()
    }

    fn texts(&self, selector: &str) -> Vec<String> {
        self.all(selector).iter().map(text).collect()
    }

    #[track_caller]
    fn input(&self, id: &str) -> HtmlInputElement {
        self.one(&format!("#{id}")).unchecked_into()
    }
}

fn text(element: &HtmlElement) -> String {
    element.text_content().unwrap_or_default().trim().to_owned()
}

/// What is typed, as the browser reports it.
fn type_into(input: &HtmlInputElement, typed: &str) {
    input.focus().unwrap();
    input.set_value(typed);
    happen(input, "input");
}

/// An event that the browser would report; tells whether it would still do what it does by itself.
fn happen(element: &HtmlElement, name: &str) -> bool {
    let event = Event::new(name).unwrap();
    event.init_event_with_bubbles_and_cancelable(name, true, true);
    element.dispatch_event(&event).unwrap()
}

/// Waits until the page has been brought up to date and drawn.
async fn frame() {
    let drawn = js_sys::Promise::new(&mut |resolve, _| {
        request_animation_frame(move || {
            // Behind what others do in the same frame.
            request_animation_frame(move || drop(resolve.call0(&JsValue::NULL)));
        });
    });
    JsFuture::from(drawn).await.unwrap();
}

/// Waits for what is to come.
#[track_caller]
fn until(what: &'static str, condition: impl Fn() -> bool) -> impl Future<Output = ()> {
    let place = std::panic::Location::caller();
    async move {
        for _ in 0..FRAMES {
            if condition() {
                return;
            }
            frame().await;
        }
        panic!("{place}: never: {what}");
    }
}

#[track_caller]
fn attribute(element: &HtmlElement, name: &str) -> Option<String> {
    element.get_attribute(name)
}
