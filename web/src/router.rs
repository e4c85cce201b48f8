//! Which page is shown: follows links and the browser's history, and moves the focus to the
//! heading of a page that was gone to. What the pages are stands in [`crate::routes`].
//!
//! A router of its own, because the pages of this app are a closed enum: the library's typed trees
//! of routes weigh 56 kB of the 350 kB that the whole app may have (brotli).

use crate::{browser, routes::Route};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, MouseEvent};

#[derive(Clone, Copy, Debug)]
pub struct Router {
    /// Nothing where the address is no page.
    route: RwSignal<Option<Route>>,
    /// A page was gone to and its heading has not been shown yet.
    arriving: StoredValue<bool>,
}

impl Router {
    pub fn provide() -> Self {
        let router = Self {
            route: RwSignal::new(route_of_address()),
            arriving: StoredValue::new(false),
        };
        browser::listen("popstate", move |_| router.show());
        browser::listen("click", move |event| router.follow(&event));
        provide_context(router);
        router
    }

    pub fn route(self) -> Option<Route> {
        self.route.get()
    }

    /// Goes to a page.
    pub fn go(self, route: &Route) {
        self.push(&route.path());
        browser::scroll_to_top();
    }

    /// Goes to a page in the place of the present one: «back» does not lead here again.
    pub fn replace(self, route: &Route) {
        if let Ok(history) = window().history() {
            drop(history.replace_state_with_url(&JsValue::NULL, "", Some(&route.path())));
        }
        self.show();
        browser::scroll_to_top();
    }

    /// Whether the focus has yet to be moved to the heading; asked by the heading, once.
    pub fn take_arrival(self) -> bool {
        let arriving = self.arriving.get_value();
        self.arriving.set_value(false);
        arriving
    }

    /// The page has changed under the same address, as at a login: its heading takes the focus.
    pub fn announce(self) {
        self.arriving.set_value(true);
    }

    fn push(self, url: &str) {
        if let Ok(history) = window().history() {
            drop(history.push_state_with_url(&JsValue::NULL, "", Some(url)));
        }
        self.show();
    }

    fn show(self) {
        let route = route_of_address();
        if self.route.with_untracked(|shown| *shown != route) {
            self.arriving.set_value(true);
            self.route.set(route);
        }
    }

    /// Links to pages are followed here; all others are left to the browser.
    fn follow(self, event: &Event) {
        let plain = event.dyn_ref::<MouseEvent>().is_some_and(|event| {
            let keys = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
            event.button() == 0 && !keys
        });
        if event.default_prevented() || !plain {
            return;
        }
        let Some(link) = browser::link_of(event) else {
            return;
        };
        let elsewhere = link.origin() != window().location().origin().unwrap_or_default()
            || !link.target().is_empty()
            || link.has_attribute("download")
            || Route::parse(&link.pathname()).is_none();
        if elsewhere {
            return;
        }
        let fragment = link.hash();
        let here = window().location().pathname().unwrap_or_default();
        if !fragment.is_empty() && link.pathname() == here {
            return;
        }
        event.prevent_default();
        self.push(&link.href());
        match fragment.strip_prefix('#') {
            Some(id) if !id.is_empty() => {
                // The place inside the page takes the focus instead of its heading.
                self.arriving.set_value(false);
                let id = id.to_owned();
                browser::soon(move || {
                    browser::focus_id(&id);
                    if let Some(element) = browser::element(&id) {
                        element.scroll_into_view();
                    }
                });
            }
            _ => browser::scroll_to_top(),
        }
    }
}

pub fn use_router() -> Router {
    expect_context()
}

fn route_of_address() -> Option<Route> {
    Route::parse(&window().location().pathname().unwrap_or_default())
}
