//! The app: what all pages share, and the choice of the page for an address. A page of a person is
//! shown to a person only; whoever has not logged in meets the login under the same address and is
//! then where they wanted to be.

use crate::{
    api::Api,
    clock::Clock,
    components::{
        session_warning::SessionWarning,
        shell::{Banner, Footer, Header},
    },
    flows,
    i18n::{I18n, t},
    localities::Localities,
    pages,
    remote::{Remote, loading},
    router::{Router, use_router},
    routes::{Access, Route},
    session::{Session, Standing, use_session},
    signer::Signer,
};
use balabaqsha_shared::dto::Service;
use leptos::prelude::*;

/// The service is asked for its clock and its sums once a minute.
const SERVICE_SECONDS: u64 = 60;

#[component]
pub fn App() -> impl IntoView {
    let i18n = I18n::provide();
    let clock = Clock::provide();
    Router::provide();
    let session = Session::provide();
    let api = Api::provide(i18n, session, clock);
    let service: Remote<Service> = Remote::new(move || api.service()).every(SERVICE_SECONDS);
    provide_context(service);
    Localities::provide();
    Signer::provide(clock);
    flows::queueing::provide();
    flows::choosing::provide();
    leptos::task::spawn_local(async move {
        if api.resume().await.is_err() {
            session.give_up_waiting();
        }
    });
    view! {
        <a class="skip" href="#main">{i18n.t(t::shell::SKIP)}</a>
        <Banner service=service/>
        <Header/>
        <main id="main" class="wrap" tabindex="-1">
            <Page/>
        </main>
        <Footer/>
        <SessionWarning/>
    }
}

/// The page of the present address, for whoever is here.
#[component]
fn Page() -> impl IntoView {
    let router = use_router();
    let session = use_session();
    let route = Memo::new(move |_| router.route());
    let standing = Memo::new(move |_| session.standing());
    let shown = StoredValue::new(None::<Standing>);
    move || {
        let Some(route) = route.get() else {
            return pages::not_found::page();
        };
        if route.access() == Access::Everybody {
            return public(route);
        }
        let standing = standing.get();
        // Another page under the same address: its heading has to be read out.
        if shown
            .get_value()
            .is_some_and(|shown| shown != standing && shown != Standing::Unknown)
        {
            router.announce();
        }
        shown.set_value(Some(standing.clone()));
        match standing {
            Standing::Unknown => loading(),
            Standing::Nobody => pages::login::page(),
            Standing::EmailMissing => pages::email::page(),
            Standing::Person => personal(route),
        }
    }
}

fn public(route: Route) -> AnyView {
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

fn personal(route: Route) -> AnyView {
    match route {
        Route::Account => pages::account::page(),
        Route::Applications => pages::applications::page(),
        Route::NewApplication(step) => pages::new_application::page(step),
        Route::Application(id, tab) => pages::application::page(id, tab),
        Route::Submitted(id) => pages::new_application::submitted(id),
        Route::Choose(id, step) => pages::choose::page(id, step),
        Route::Document(id) => pages::document::page(id),
        _ => pages::not_found::page(),
    }
}

/// What the service says of itself.
pub fn use_service() -> Remote<Service> {
    expect_context()
}
