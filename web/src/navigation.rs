//! Going to a page, and where the focus lands: at the heading of a page that was gone to, or at the
//! place that the address names. The router itself is `leptos_router`.

use crate::{browser, routes::Route};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use std::rc::Rc;

/// The id of the heading of the page.
pub const HEADING: &str = "page-heading";

type Navigate = Rc<dyn Fn(&str, NavigateOptions)>;

#[derive(Clone, Copy)]
pub struct Navigation {
    navigate: StoredValue<Navigate, LocalStorage>,
    pathname: Memo<String>,
    hash: Memo<String>,
    /// The path whose heading was shown last.
    arrived_at: StoredValue<Option<String>>,
    /// The page has changed under the same address: its heading takes the focus.
    announced: StoredValue<bool>,
}

impl Navigation {
    /// Inside of the router.
    pub fn provide() -> Self {
        let location = use_location();
        let navigation = Self {
            navigate: StoredValue::new_local(Rc::new(use_navigate())),
            pathname: location.pathname,
            hash: location.hash,
            arrived_at: StoredValue::new(None),
            announced: StoredValue::new(false),
        };
        provide_context(navigation);
        navigation
    }

    /// The path of the page that is shown.
    pub fn pathname(self) -> String {
        self.pathname.get()
    }

    /// Goes to a page.
    pub fn go(self, route: &Route) {
        self.navigate_to(route, false);
    }

    /// Goes to a page in the place of the present one: «back» does not lead here again.
    pub fn replace(self, route: &Route) {
        self.navigate_to(route, true);
    }

    fn navigate_to(self, route: &Route, replace: bool) {
        let options = NavigateOptions {
            replace,
            ..NavigateOptions::default()
        };
        self.navigate.get_value()(&route.path(), options);
    }

    /// The page has changed under the same address, as at a login: its heading takes the focus.
    pub fn announce(self) {
        self.announced.set_value(true);
    }

    /// Called by a heading that makes room for another one under the same address: the focus goes
    /// with it.
    pub fn hand_over(self) {
        if browser::has_focus(HEADING) {
            self.announce();
        }
    }

    /// Called by each heading as it is shown: moves the focus to it if the page was gone to,
    /// or to the place that the address names. At the first page the browser keeps the focus.
    pub fn arrive(self) {
        let here = self.pathname.get_untracked();
        let before = self
            .arrived_at
            .try_update_value(|at| at.replace(here.clone()))
            .flatten();
        let announced = self.announced.get_value();
        self.announced.set_value(false);
        let gone_to = before.as_ref().is_some_and(|before| *before != here);
        let place = self.hash.get_untracked();
        let place = place.trim_start_matches('#').to_owned();
        if place.is_empty() || announced {
            if gone_to || announced {
                browser::soon(move || browser::focus_id(HEADING));
            }
        } else if gone_to || before.is_none() {
            browser::soon(move || {
                browser::focus_id(&place);
                if let Some(element) = browser::element(&place) {
                    element.scroll_into_view();
                }
            });
        }
    }
}

pub fn use_navigation() -> Navigation {
    expect_context()
}
