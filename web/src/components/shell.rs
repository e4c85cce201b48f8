//! What stands around every page: the demo banner, the header with the sections and the languages,
//! and the footer.

use crate::{
    api::use_api,
    clock::use_clock,
    flows::{use_choosing, use_queueing},
    i18n::{Text, format, t, use_i18n},
    remote::Remote,
    router::use_router,
    routes::Route,
    session::use_session,
};
use balabaqsha_shared::{
    Language,
    dto::{Service, ServiceMode},
};
use chrono::DateTime;
use leptos::prelude::*;

/// Says on every page that nothing here is real.
#[component]
pub fn Banner(service: Remote<Service>) -> impl IntoView {
    let i18n = use_i18n();
    let clock = use_clock();
    let demo = Memo::new(move |_| {
        service
            .get()
            .is_some_and(|service| service.mode == ServiceMode::Demo)
    });
    // To the minute: a banner that changes each second would never let anybody read.
    let minute = Memo::new(move |_| clock.ticking().timestamp() / 60);
    let now = move || {
        let at = DateTime::from_timestamp(minute.get() * 60, 0).unwrap_or_default();
        t::shell::demo_now(i18n.language(), &format::moment(i18n.language(), at))
    };
    move || {
        demo.get().then(|| {
            view! {
                <aside class="demo" aria-label=i18n.t(t::shell::DEMO)>
                    <div class="wrap">
                        <p><b>{i18n.t(t::shell::DEMO)}</b> " " {i18n.t(t::shell::DEMO_TEXT)}</p>
                        <p>{now}</p>
                        <p><a href="/login#demo-keys">{i18n.t(t::shell::DEMO_KEYS)}</a></p>
                    </div>
                </aside>
            }
        })
    }
}

#[component]
pub fn Header() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let person = Memo::new(move |_| session.person().map(|person| person.full_name));
    let account = move || match person.get() {
        Some(name) => view! {
            <a class="who" href=Route::Account.path()>
                <span class="visually-hidden">{i18n.t(t::account::HEADING)} ": "</span>
                {name}
            </a>
            <LogOut/>
        }
        .into_any(),
        None => {
            view! { <a class="btn small" href=Route::Login.path()>{i18n.t(t::shell::LOG_IN)}</a> }
                .into_any()
        }
    };
    view! {
        <header class="top">
            <div class="wrap">
                <a class="mark" href=Route::Home.path() aria-label=i18n.t(t::shell::TO_HOME)>
                    <Mark/>
                    "Балабақша"
                </a>
                <LanguageSwitch/>
                <div class="account">{account}</div>
                <nav class="main" aria-label=i18n.t(t::shell::SECTIONS)>
                    <Section route=Route::Places text=t::places::HEADING/>
                    <Section route=Route::Applications text=t::applications::HEADING/>
                    <Section route=Route::Help text=t::help::NAV/>
                </nav>
            </div>
        </header>
    }
    .into_any()
}

/// A link that knows whether its section is the present one.
#[component]
fn Section(route: Route, text: Text) -> impl IntoView {
    let i18n = use_i18n();
    let router = use_router();
    let path = route.path();
    let current = move || {
        let here = router.route()?.path();
        (here == path)
            .then_some("page")
            .or_else(|| here.starts_with(&path).then_some("true"))
    };
    view! { <a href=route.path() aria-current=current>{i18n.t(text)}</a> }.into_any()
}

/// The sign: a yurt's crown over an open book.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg viewBox="0 0 34 34" width="36" height="36" aria-hidden="true" focusable="false">
            <circle class="mark-ground" cx="17" cy="17" r="16"></circle>
            <path class="mark-sun" d="M7 21a10 10 0 0 1 20 0z"></path>
            <path class="mark-lines" d="M17 11v10M11.5 14l5.5 7 5.5-7M9 18.5l8 2.5 8-2.5"></path>
            <rect class="mark-base" x="6" y="22" width="22" height="2.6" rx="1.3"></rect>
        </svg>
    }
    .into_any()
}

#[component]
fn LanguageSwitch() -> impl IntoView {
    let i18n = use_i18n();
    let item = move |language: Language, short: &'static str, name: &'static str| {
        let chosen = move || {
            if i18n.language() == language {
                "true"
            } else {
                "false"
            }
        };
        view! {
            <button type="button" lang=language.tag() title=name aria-pressed=chosen
                on:click=move |_| i18n.switch(language)>
                {short}
            </button>
        }
    };
    view! {
        <div class="lang" role="group" aria-label=i18n.t(t::shell::LANGUAGE)>
            {item(Language::Kk, "Қаз", "Қазақша")}
            {item(Language::Ru, "Рус", "Русский")}
            {item(Language::En, "Eng", "English")}
        </div>
    }
    .into_any()
}

/// Ends the session and everything that was kept for it.
pub(super) fn end_session(after: impl Fn() + Copy + 'static) -> impl Fn() + Copy + 'static {
    let api = use_api();
    let session = use_session();
    let queueing = use_queueing();
    let choosing = use_choosing();
    move || {
        leptos::task::spawn_local(async move {
            if api.log_out().await.is_err() {
                // Without the service the cookie stays; the page forgets the person all the same.
                session.end();
            }
            queueing.clear();
            choosing.clear();
            after();
        });
    }
}

#[component]
fn LogOut() -> impl IntoView {
    let i18n = use_i18n();
    let router = use_router();
    let end = end_session(move || router.go(&Route::Home));
    view! {
        <button type="button" class="btn small ghost" on:click=move |_| end()>
            {i18n.t(t::shell::LOG_OUT)}
        </button>
    }
    .into_any()
}

#[component]
pub fn Footer() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <footer class="bottom">
            <div class="wrap">
                <nav aria-label=i18n.t(t::shell::FOOTER)>
                    <a href=Route::Help.path()>{i18n.t(t::help::HEADING)}</a>
                    <a href=Route::VerifyByHand.path()>{i18n.t(t::verification::NAV)}</a>
                    <a href=Route::Accessibility.path()>{i18n.t(t::accessibility::HEADING)}</a>
                </nav>
                <p>{i18n.t(t::shell::ABOUT)}</p>
            </div>
        </footer>
    }
    .into_any()
}
