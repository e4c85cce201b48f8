//! An element with its attributes, properties and handlers.

use super::{
    content::{Content, Words},
    effect,
};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, UnwrapThrowExt, closure::Closure};
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, HtmlSelectElement};

/// An element. It is in the document from the moment its parent is.
#[derive(Clone, Debug)]
#[must_use]
pub struct El(Element);

/// An element by its name.
pub fn el(name: &str) -> El {
    // Refused only for what is no name.
    El(document().create_element(name).unwrap_throw())
}

/// An element of a drawing.
pub fn svg(name: &str) -> El {
    El(document()
        .create_element_ns(Some("http://www.w3.org/2000/svg"), name)
        .unwrap_throw())
}

macro_rules! elements {
    ($($name:ident)+) => {$(
        pub fn $name() -> El {
            el(stringify!($name))
        }
    )+};
}

elements! {
    a aside b button code dd details dialog div dl dt fieldset footer form h1 h2 h3 header iframe
    input label legend li main nav ol option output p pre section select span strong summary time
    ul
}

impl El {
    pub(super) const fn element(&self) -> &Element {
        &self.0
    }

    /// The element itself, for what only the browser can do.
    pub fn html(&self) -> HtmlElement {
        self.0.clone().unchecked_into()
    }

    /// As an input; the caller has made it one.
    pub fn input(&self) -> HtmlInputElement {
        self.0.clone().unchecked_into()
    }

    pub fn add(self, content: impl Content) -> Self {
        content.append_to(&self.0);
        self
    }

    pub fn attr(self, name: &str, value: &str) -> Self {
        // Refused only for what is no name.
        self.0.set_attribute(name, value).unwrap_throw();
        self
    }

    pub fn class(self, names: &str) -> Self {
        self.0.set_class_name(names);
        self
    }

    pub fn id(self, id: &str) -> Self {
        self.0.set_id(id);
        self
    }

    pub fn href(self, address: &str) -> Self {
        self.attr("href", address)
    }

    /// An attribute that is there or not.
    pub fn flag(self, name: &str, on: bool) -> Self {
        if on { self.attr(name, "") } else { self }
    }

    /// An attribute that follows signals; nothing takes it away.
    pub fn live_attr(
        self,
        name: &'static str,
        value: impl Fn() -> Option<String> + 'static,
    ) -> Self {
        self.boxed_attr(name, Box::new(value))
    }

    fn boxed_attr(self, name: &'static str, value: Box<dyn Fn() -> Option<String>>) -> Self {
        let element = self.0.clone();
        effect(move || match value() {
            Some(value) => element.set_attribute(name, &value).unwrap_throw(),
            None => element.remove_attribute(name).unwrap_throw(),
        });
        self
    }

    /// An attribute of words.
    pub fn words_attr(self, name: &'static str, words: impl Into<Words>) -> Self {
        let words = words.into();
        self.live_attr(name, move || Some(words.get()))
    }

    /// The name that a screen reader says.
    pub fn label(self, words: impl Into<Words>) -> Self {
        self.words_attr("aria-label", words)
    }

    /// An attribute such as `aria-invalid`, which says `true` or is not there.
    pub fn true_when(self, name: &'static str, on: impl Fn() -> bool + 'static) -> Self {
        self.live_attr(name, move || on().then(|| "true".to_owned()))
    }

    /// `aria-disabled` while something is under way: the button keeps the focus, unlike one that is
    /// disabled.
    pub fn busy_when(self, busy: RwSignal<bool>) -> Self {
        self.true_when("aria-disabled", move || busy.get())
    }

    /// A class that comes and goes.
    pub fn class_when(self, name: &'static str, on: impl Fn() -> bool + 'static) -> Self {
        let classes = self.0.class_list();
        effect(move || {
            classes.toggle_with_force(name, on()).unwrap_throw();
        });
        self
    }

    /// Not shown while `hidden`.
    pub fn hidden_when(self, hidden: impl Fn() -> bool + 'static) -> Self {
        let element = self.html();
        effect(move || element.set_hidden(hidden()));
        self
    }

    /// The value of an input, in both directions.
    pub fn bind(self, value: RwSignal<String>) -> Self {
        let input = self.input();
        effect(move || {
            let value = value.get();
            // Setting what is there already would move the cursor.
            if input.value() != value {
                input.set_value(&value);
            }
        });
        let input = self.input();
        self.on("input", move |_| value.set(input.value()))
    }

    /// The chosen value of a select, in both directions.
    pub fn bind_choice(self, value: RwSignal<String>) -> Self {
        let select: HtmlSelectElement = self.0.clone().unchecked_into();
        self.on("change", move |_| value.set(select.value()))
    }

    /// Whether a radio button is on.
    pub fn checked_when(self, on: impl Fn() -> bool + 'static) -> Self {
        let input = self.input();
        effect(move || input.set_checked(on()));
        self
    }

    pub fn on(self, event: &str, handle: impl FnMut(Event) + 'static) -> Self {
        self.boxed_on(event, Box::new(handle))
    }

    pub fn on_click(self, mut handle: impl FnMut() + 'static) -> Self {
        self.boxed_on("click", Box::new(move |_| handle()))
    }

    /// A form that is sent by this app and not by the browser.
    pub fn on_submit(self, mut handle: impl FnMut() + 'static) -> Self {
        self.flag("novalidate", true).boxed_on(
            "submit",
            Box::new(move |event| {
                event.prevent_default();
                handle();
            }),
        )
    }

    fn boxed_on(self, event: &str, handle: Box<dyn FnMut(Event)>) -> Self {
        let handler = Closure::wrap(handle);
        self.0
            .add_event_listener_with_callback(event, handler.as_ref().unchecked_ref())
            .unwrap_throw();
        // Kept as long as the element's owner.
        StoredValue::new_local(handler);
        self
    }
}
