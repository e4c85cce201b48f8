//! What stands around every page: the way past it, the demo banner, the header with the sections
//! and the languages, and the footer.

use super::{demo_clock::DemoClock, fields::PlainButton};
use crate::{
    api::use_api,
    app::groups,
    browser,
    i18n::{self, format, t, t_string, use_i18n},
    lazy::preload,
    navigation::use_navigation,
    routes::Route,
    state::{Ending, use_acting, use_clock, use_demo, use_session, use_unread},
};
use balabaqsha_shared::{Language, appointment::Capacity};
use chrono::DateTime;
use leptos::{ev, prelude::*};

/// Past the header, for those who work by keyboard.
#[component]
pub fn SkipLink() -> impl IntoView {
    let i18n = use_i18n();
    let skip = |event: ev::MouseEvent| {
        // The router would scroll there without the focus.
        event.prevent_default();
        browser::focus_id("main");
    };
    view! { <a class="skip" href="#main" on:click=skip>{t!(i18n, shell.skip)}</a> }
}

/// Says on every page that nothing here is real.
#[component]
pub fn Banner() -> impl IntoView {
    let i18n = use_i18n();
    let clock = use_clock();
    let demo = use_demo();
    // To the minute: a banner that changes each second would never let anybody read.
    let minute = Memo::new(move |_| clock.ticking().timestamp() / 60);
    let now = move || {
        let at = DateTime::from_timestamp(minute.get() * 60, 0).unwrap_or_default();
        t_string!(
            i18n,
            shell.demo_now,
            now = format::moment(i18n.get_locale(), at)
        )
    };
    let keys = format!("{}#demo-keys", Route::Login.path());
    view! {
        <Show when=move || demo.get()>
            <aside class="demo" aria-label=move || t_string!(i18n, shell.demo)>
                // One line until it is opened: the page below keeps its place.
                <details class="wrap">
                    <summary>
                        <b>{t!(i18n, shell.demo)}</b> " "
                        <span class="demo-text">{t!(i18n, shell.demo_text)}</span> " "
                        <span class="more">{t!(i18n, shell.demo_more)}</span>
                    </summary>
                    <div class="demo-tools">
                        <p>{t!(i18n, shell.demo_registry)}</p>
                        <p>{now}</p>
                        <p><a href=keys.clone()>{t!(i18n, shell.demo_keys)}</a></p>
                        <DemoClock/>
                    </div>
                </details>
            </aside>
        </Show>
    }
}

#[component]
pub fn Header() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let name = Memo::new(move |_| session.person().map(|person| person.full_name));
    let logged_in = Memo::new(move |_| session.is_logged_in());
    // Office and desk have sections of their own.
    let acting = use_acting();
    let official = Memo::new(move |_| {
        acting
            .chosen()
            .is_some_and(|chosen| chosen != Capacity::Parent)
    });
    let account = move || match name.get() {
        Some(name) => view! {
            <a class="who" href=Route::Account.path()>
                <span class="visually-hidden">{t!(i18n, account.heading)} ": "</span>
                {name}
            </a>
            <LogOut/>
        }
        .into_any(),
        None => view! {
            <a class="btn small" href=Route::Login.path()>{t!(i18n, shell.log_in)}</a>
        }
        .into_any(),
    };
    view! {
        <header class="top">
            <div class="wrap">
                <a class="mark" href=Route::Home.path()
                    aria-label=move || t_string!(i18n, shell.to_home)>
                    <Mark/>
                    <span>"Балабақша"</span>
                </a>
                <LanguageSwitch/>
                <div class="account">{account}</div>
                <nav class="main" hidden=move || official.get() aria-label=move || t_string!(i18n, shell.sections)>
                    <SectionLink to=Route::Places ahead=|| preload(groups::Places)
                        text=move || t_string!(i18n, places.heading)/>
                    <SectionLink to=Route::Applications ahead=|| preload(groups::Applications)
                        text=move || t_string!(i18n, applications.heading)/>
                    <Show when=move || logged_in.get()>
                        // As the instruction for extending names the section.
                        <a href=format!("{}#queueing", Route::Applications.path())>
                            {t!(i18n, shell.queueing)}
                        </a>
                        <SectionLink to=Route::Notices ahead=|| preload(groups::Notices)
                            text=move || t_string!(i18n, notices.heading)>
                            <UnreadCount/>
                        </SectionLink>
                    </Show>
                    <SectionLink to=Route::Help ahead=|| preload(groups::Help)
                        text=move || t_string!(i18n, help.nav)/>
                </nav>
            </div>
        </header>
    }
}

/// A link that knows whether its section is the present one.
#[component]
fn SectionLink(
    to: Route,
    #[prop(into)] text: Signal<String>,
    /// Loads what the link leads to: called as soon as somebody points at it.
    #[prop(optional)]
    ahead: Option<fn()>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let navigation = use_navigation();
    let path = to.path();
    let current = {
        let path = path.clone();
        move || {
            let here = navigation.pathname();
            let inside = here.strip_prefix(&path)?;
            match inside {
                "" | "/" => Some("page"),
                inside if inside.starts_with('/') => Some("true"),
                _ => None,
            }
        }
    };
    view! {
        <a href=path aria-current=current on:pointerenter=move |_| ahead.into_iter().for_each(|ahead| ahead())>
            {text}
            {children.map(|children| view! { " " {children()} })}
        </a>
    }
}

/// How many notices are unread, if any are.
#[component]
fn UnreadCount() -> impl IntoView {
    let i18n = use_i18n();
    let unread = use_unread();
    let words = move || {
        t_string!(
            i18n,
            notices.unread,
            count = format::count(i18n.get_locale(), unread.get())
        )
    };
    view! {
        <Show when=move || { unread.get() > 0 }>
            <span class="tag soon">{words}</span>
        </Show>
    }
}

/// The sign: a yurt's crown over an open book.
#[component]
fn Mark() -> impl IntoView {
    view! {
        <svg viewBox="0 0 34 34" width="36" height="36" aria-hidden="true" focusable="false">
            <path class="mark-ground" d="M1 17a16 16 0 1 0 32 0a16 16 0 1 0-32 0z"></path>
            <path class="mark-sun" d="M7 21a10 10 0 0 1 20 0z"></path>
            <path class="mark-lines" d="M17 11v10M11.5 14l5.5 7 5.5-7M9 18.5l8 2.5 8-2.5"></path>
            <path class="mark-base" d="M7.3 22h19.4a1.3 1.3 0 0 1 0 2.6H7.3a1.3 1.3 0 0 1 0-2.6z">
            </path>
        </svg>
    }
}

#[component]
fn LanguageSwitch() -> impl IntoView {
    let i18n = use_i18n();
    let item = move |language: Language, short: &'static str, name: &'static str| {
        view! {
            <button type="button" lang=language.tag() title=name
                aria-pressed=move || (i18n::language(i18n) == language).to_string()
                on:click=move |_| i18n::switch(i18n, language)>
                {short}
            </button>
        }
    };
    view! {
        <div class="lang" role="group" aria-label=move || t_string!(i18n, shell.language)>
            {item(Language::Kk, "Қаз", "Қазақша")}
            {item(Language::Ru, "Рус", "Русский")}
            {item(Language::En, "Eng", "English")}
        </div>
    }
}

#[component]
fn LogOut() -> impl IntoView {
    let i18n = use_i18n();
    let navigation = use_navigation();
    let api = use_api();
    let log_out = move |()| {
        api.log_out(Ending::LoggedOut);
        navigation.go(&Route::Home);
    };
    view! {
        <PlainButton text=move || t_string!(i18n, shell.log_out) on_press=log_out
            class="btn small ghost"/>
    }
}

#[component]
pub fn Footer() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <footer class="bottom">
            <div class="wrap">
                <nav aria-label=move || t_string!(i18n, shell.footer)>
                    <a href=Route::Help.path()>{t!(i18n, help.heading)}</a>
                    <a href=Route::VerifyByHand.path()>{t!(i18n, verification.nav)}</a>
                    <a href=Route::Accessibility.path()>{t!(i18n, accessibility.heading)}</a>
                </nav>
                <p>{t!(i18n, shell.about)}</p>
            </div>
        </footer>
    }
}
