//! The app: what all pages share, and the choice of the page for an address. A page of a person is
//! shown to a person only; whoever has not logged in meets the login under the same address and is
//! then where they wanted to be.

use crate::{
    api::Api,
    changes::{Changes, Topic},
    clock::Clock,
    components::{
        session_warning::session_warning,
        shell::{banner, page_footer, page_header},
    },
    dom::{View, a, live, main, view},
    flows,
    i18n::{self, t},
    localities::Localities,
    notices::Unread,
    pages,
    remote::{Remote, loading},
    router::{Router, use_router},
    routes::{Access, Route},
    session::{Session, Standing, use_session},
    signer::Signer,
};
use balabaqsha_shared::dto::{Service, ServiceMode};
use leptos::prelude::*;

/// The service is asked for its clock and its sums once a minute.
const SERVICE_SECONDS: u32 = 60;

/// What the service says of itself.
#[derive(Clone, Copy)]
pub struct TheService(pub Remote<Service>);

impl TheService {
    pub fn is_demo(self) -> bool {
        self.0.with(|service| service.mode == ServiceMode::Demo) == Some(true)
    }
}

pub fn use_service() -> TheService {
    expect_context()
}

pub fn app() -> View {
    i18n::start();
    let clock = Clock::provide();
    Router::provide();
    let session = Session::provide();
    let api = Api::provide(session, clock);
    Changes::provide(api, session);
    provide_context(TheService(
        Remote::new(move || api.service()).follow(Topic::Time, SERVICE_SECONDS),
    ));
    Localities::provide();
    Signer::provide(clock);
    flows::provide();
    Unread::provide(api, session);
    leptos::task::spawn_local(async move {
        if !session.may_resume() || api.resume().await.is_err() {
            session.give_up_waiting();
        }
    });
    view((
        a().class("skip").href("#main").add(t::shell::SKIP),
        banner(),
        page_header(),
        main()
            .id("main")
            .class("wrap")
            .attr("tabindex", "-1")
            .add(page()),
        page_footer(),
        session_warning(),
    ))
}

/// What decides which page is shown.
#[derive(Clone, Debug, PartialEq)]
enum Shown {
    Public(Route),
    /// A page of a person, for whoever is here.
    Personal(Route, Standing),
    Nothing,
}

/// The page of the present address.
fn page() -> View {
    let router = use_router();
    let session = use_session();
    let shown = Memo::new(move |before: Option<&Shown>| {
        let Some(route) = router.route() else {
            return Shown::Nothing;
        };
        if route.access() == Access::Everybody {
            return Shown::Public(route);
        }
        let standing = session.standing();
        // Another page under the same address: its heading has to be read out.
        if let Some(Shown::Personal(same, was)) = before
            && *same == route
            && *was != Standing::Unknown
        {
            router.announce();
        }
        Shown::Personal(route, standing)
    });
    live(move || match shown.get() {
        Shown::Public(route) => public(route),
        Shown::Personal(_, Standing::Unknown) => view(loading()),
        Shown::Personal(_, Standing::Nobody) => pages::login::page(),
        Shown::Personal(_, Standing::EmailMissing) => pages::email::page(),
        Shown::Personal(route, Standing::Person) => personal(route),
        Shown::Nothing => pages::not_found::page(),
    })
}

fn public(route: Route) -> View {
    match route {
        Route::Home => pages::home::page(),
        Route::Locality(code) => pages::locality::page(code),
        Route::Places => pages::places::page(),
        Route::Login => pages::login::own_page(),
        Route::Verification(token) => pages::verification::page(token),
        Route::VerifyByHand => pages::verification::by_hand(),
        Route::Help => pages::help::page(),
        Route::Accessibility => pages::accessibility::page(),
        _ => pages::not_found::page(),
    }
}

fn personal(route: Route) -> View {
    match route {
        Route::Account => pages::account::page(),
        Route::Applications => pages::applications::page(),
        Route::NewApplication(step) => pages::new_application::page(step),
        Route::Application(id, tab) => pages::application::page(id, tab),
        Route::Submitted(id) => pages::new_application::submitted(id),
        Route::Choose(id, step) => pages::choose::page(id, step),
        Route::Act(id, act, step) => pages::act::page(id, act, step),
        Route::Attachments => pages::attachments::page(),
        Route::Attach(step) => pages::attachments::step(step),
        Route::Notices => pages::notices::page(),
        Route::Document(id) => pages::document::page(id),
        _ => pages::not_found::page(),
    }
}
