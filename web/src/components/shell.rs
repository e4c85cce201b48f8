//! What stands around every page: the demo banner, the header with the sections and the languages,
//! and the footer.

use super::{demo_clock::demo_clock, fields::plain_button};
use crate::{
    api::use_api,
    app::use_service,
    clock::use_clock,
    dom::{El, View, a, aside, b, button, div, footer, header, live, nav, p, say, span, svg, view},
    flows::{use_acting, use_attaching, use_choosing, use_queueing},
    i18n::{self, Text, format, t},
    notices::use_unread,
    router::use_router,
    routes::Route,
    session::use_session,
};
use balabaqsha_shared::Language;
use chrono::DateTime;
use leptos::prelude::*;

/// Says on every page that nothing here is real.
pub fn banner() -> View {
    let service = use_service();
    let clock = use_clock();
    let demo = Memo::new(move |_| service.is_demo());
    // To the minute: a banner that changes each second would never let anybody read.
    let minute = Memo::new(move |_| clock.ticking().timestamp() / 60);
    let now = move || {
        let at = DateTime::from_timestamp(minute.get() * 60, 0).unwrap_or_default();
        t::shell::demo_now(&format::moment(at))
    };
    live(move || {
        let keys = format!("{}#demo-keys", Route::Login.path());
        demo.get().then(|| {
            aside()
                .class("demo")
                .label(t::shell::DEMO)
                .add(div().class("wrap").add((
                    p().add((b().add(t::shell::DEMO), " ", t::shell::DEMO_TEXT)),
                    p().add(say(now)),
                    p().add(a().href(&keys).add(t::shell::DEMO_KEYS)),
                    demo_clock(),
                )))
        })
    })
}

pub fn page_header() -> El {
    let session = use_session();
    let name = Memo::new(move |_| session.person().map(|person| person.full_name));
    let account = live(move || match name.get() {
        Some(name) => view((
            a().class("who").href(&Route::Account.path()).add((
                span()
                    .class("visually-hidden")
                    .add((t::account::HEADING, ": ")),
                name,
            )),
            log_out(),
        )),
        None => view(
            a().class("btn small")
                .href(&Route::Login.path())
                .add(t::shell::LOG_IN),
        ),
    });
    header().class("top").add(
        div().class("wrap").add((
            a().class("mark")
                .href(&Route::Home.path())
                .label(t::shell::TO_HOME)
                .add((mark(), "Балабақша")),
            language_switch(),
            div().class("account").add(account),
            nav().class("main").label(t::shell::SECTIONS).add((
                section(Route::Places, t::places::HEADING),
                section(Route::Applications, t::applications::HEADING),
                notices(),
                section(Route::Help, t::help::NAV),
            )),
        )),
    )
}

/// A link that knows whether its section is the present one.
fn section(route: Route, text: Text) -> El {
    let router = use_router();
    let path = route.path();
    let current = {
        let path = path.clone();
        move || {
            let here = router.route()?.path();
            let exactly = (here == path).then_some("page");
            exactly
                .or_else(|| here.starts_with(&path).then_some("true"))
                .map(str::to_owned)
        }
    };
    a().href(&path).live_attr("aria-current", current).add(text)
}

/// The notices of whoever is here, with the number of unread ones.
fn notices() -> View {
    let session = use_session();
    let unread = use_unread();
    let here = Memo::new(move |_| session.is_logged_in());
    let count = live(move || {
        let count = unread.get();
        (count > 0).then(|| {
            span()
                .class("tag soon")
                .add(say(move || t::notices::unread(count)))
        })
    });
    let count = std::cell::Cell::new(Some(count));
    live(move || {
        here.get()
            .then(|| section(Route::Notices, t::notices::HEADING).add((" ", count.take())))
    })
}

/// The sign: a yurt's crown over an open book.
fn mark() -> El {
    let path = |class: &str, line: &str| svg("path").attr("class", class).attr("d", line);
    svg("svg")
        .attr("viewBox", "0 0 34 34")
        .attr("width", "36")
        .attr("height", "36")
        .attr("aria-hidden", "true")
        .attr("focusable", "false")
        .add((
            path("mark-ground", "M1 17a16 16 0 1 0 32 0a16 16 0 1 0-32 0z"),
            path("mark-sun", "M7 21a10 10 0 0 1 20 0z"),
            path(
                "mark-lines",
                "M17 11v10M11.5 14l5.5 7 5.5-7M9 18.5l8 2.5 8-2.5",
            ),
            path(
                "mark-base",
                "M7.3 22h19.4a1.3 1.3 0 0 1 0 2.6H7.3a1.3 1.3 0 0 1 0-2.6z",
            ),
        ))
}

fn language_switch() -> El {
    let item = |language: Language, short: &str, name: &str| {
        button()
            .attr("type", "button")
            .attr("lang", language.tag())
            .attr("title", name)
            .live_attr("aria-pressed", move || {
                Some((i18n::language() == language).to_string())
            })
            .on_click(move || i18n::switch(language))
            .add(short)
    };
    div()
        .class("lang")
        .attr("role", "group")
        .label(t::shell::LANGUAGE)
        .add((
            item(Language::Kk, "Қаз", "Қазақша"),
            item(Language::Ru, "Рус", "Русский"),
            item(Language::En, "Eng", "English"),
        ))
}

/// Ends the session and everything that was kept for it.
pub fn end_session(after: impl Fn() + Copy + 'static) -> impl Fn() + Copy + 'static {
    let api = use_api();
    let session = use_session();
    let queueing = use_queueing();
    let choosing = use_choosing();
    let acting = use_acting();
    let attaching = use_attaching();
    move || {
        leptos::task::spawn_local(async move {
            if api.log_out().await.is_err() {
                // Without the service the cookie stays; the page forgets the person all the same.
                session.end();
            }
            queueing.clear();
            choosing.clear();
            acting.clear();
            attaching.clear();
            after();
        });
    }
}

fn log_out() -> El {
    let router = use_router();
    let end = end_session(move || router.go(&Route::Home));
    plain_button(t::shell::LOG_OUT, end).class("btn small ghost")
}

pub fn page_footer() -> El {
    let link = |route: Route, text: Text| a().href(&route.path()).add(text);
    footer().class("bottom").add(div().class("wrap").add((
        nav().label(t::shell::FOOTER).add((
            link(Route::Help, t::help::HEADING),
            link(Route::VerifyByHand, t::verification::NAV),
            link(Route::Accessibility, t::accessibility::HEADING),
        )),
        p().add(t::shell::ABOUT),
    )))
}
