//! How everything goes: the way to a place, the queue, the keys, the deadlines.

use crate::{
    components::heading::Heading,
    i18n::{Locale, format, t, t_string, td_string, use_i18n},
    routes::Route,
};
use balabaqsha_shared::profile::RulesProfile;
use leptos::prelude::*;

/// The name of a part: `|locale| td_string!(locale, …)`.
type Title = fn(Locale) -> &'static str;

/// The parts of the page with the place that the contents lead to.
const PARTS: [(&str, Title); 6] = [
    ("way", |locale| td_string!(locale, help.way)),
    ("keys", |locale| td_string!(locale, help.keys)),
    ("queue", |locale| td_string!(locale, help.queue)),
    ("choosing", |locale| td_string!(locale, help.choosing)),
    ("referral", |locale| td_string!(locale, help.referral)),
    ("questions", |locale| td_string!(locale, help.questions)),
];

#[component]
pub fn HelpPage() -> impl IntoView {
    let i18n = use_i18n();
    let contents = PARTS.map(|(id, title)| {
        view! {
            <li>
                // The browser moves the focus along, the router would only scroll.
                <a href=format!("#{id}") rel="external">{move || title(i18n.get_locale())}</a>
            </li>
        }
    });
    view! {
        <Heading text=move || t_string!(i18n, help.heading)/>
        <nav class="contents" aria-label=move || t_string!(i18n, help.contents)>
            <ul>{contents.into_iter().collect_view()}</ul>
        </nav>
        <div class="prose">
            <Part id="way">
                <ol>
                    <li>{t!(i18n, help.way_locality)}</li>
                    <li>{t!(i18n, help.way_login)}</li>
                    <li>{t!(i18n, help.way_email)}</li>
                    <li>{t!(i18n, help.way_application)}</li>
                    <li>{t!(i18n, help.way_journal)}</li>
                    <li>{t!(i18n, help.way_choose)}</li>
                    <li>{t!(i18n, help.way_sign)}</li>
                    <li>{t!(i18n, help.way_document)}</li>
                </ol>
            </Part>
            <Part id="keys">
                <ul>
                    <li>{t!(i18n, help.keys_auth)}</li>
                    <li>{t!(i18n, help.keys_rsa)}</li>
                    <li>{t!(i18n, help.keys_gost)}</li>
                    <li>{t!(i18n, help.keys_safe)}</li>
                    <li>{t!(i18n, help.keys_expired)}</li>
                </ul>
            </Part>
            <Part id="queue">
                <p>{t!(i18n, help.queue_order)}</p>
                <p>{t!(i18n, help.queue_number)}</p>
                <p>{t!(i18n, help.queue_who)}</p>
            </Part>
            <Part id="choosing"><Conditions/></Part>
            <Part id="referral"><Deadlines/></Part>
            <Part id="questions"><Questions/></Part>
        </div>
    }
}

/// One of [`PARTS`] with its title.
#[component]
fn Part(id: &'static str, children: Children) -> impl IntoView {
    let i18n = use_i18n();
    let title = PARTS.into_iter().find(|(part, _)| *part == id);
    let title = move || title.map(|(_, title)| title(i18n.get_locale()));
    view! {
        <section id=id tabindex="-1">
            <h2>{title}</h2>
            {children()}
        </section>
    }
}

/// R6 to R8. The numbers are those that hold where a locality has no others of its own.
#[component]
fn Conditions() -> impl IntoView {
    let i18n = use_i18n();
    let rules = RulesProfile::default();
    let count = move |number: u32| format::count(i18n.get_locale(), number);
    let (age, hold, unused) = (
        rules.choosing_age_years.into(),
        rules.hold_minutes.into(),
        rules.unused_holds_per_day.into(),
    );
    view! {
        <p>{t!(i18n, help.choosing_when)}</p>
        <ul>
            <li>{t!(i18n, choosing.is_queued)}</li>
            <li>{move || t_string!(i18n, locality.rule_age, count = count(age))}</li>
            <li>{t!(i18n, help.choosing_places)}</li>
        </ul>
        <p>{t!(i18n, choosing.notice_queue)}</p>
        <p>{move || t_string!(i18n, locality.rule_hold, count = count(hold))}</p>
        <p>{move || t_string!(i18n, help.unused_holds, count = count(unused))}</p>
    }
}

/// R10 to R12.
#[component]
fn Deadlines() -> impl IntoView {
    let i18n = use_i18n();
    let rules = RulesProfile::default();
    let count = move |number: u32| format::count(i18n.get_locale(), number);
    let (arrival, stop_list) = (
        rules.arrival_working_days.into(),
        rules.stop_list_working_days.into(),
    );
    view! {
        <ul>
            <li>{move || t_string!(i18n, locality.rule_arrival, count = count(arrival))}</li>
            <li>{move || t_string!(i18n, locality.rule_stop_list, count = count(stop_list))}</li>
            <li>{t!(i18n, referral.next_lapse)}</li>
        </ul>
        <p>{t!(i18n, help.numbers)}</p>
    }
}

#[component]
fn Questions() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <details>
            <summary>{t!(i18n, help.q_not_seen)}</summary>
            <p>{t!(i18n, help.a_not_seen)}</p>
        </details>
        <details>
            <summary>{t!(i18n, help.q_no_button)}</summary>
            <p>{t!(i18n, help.a_no_button)}</p>
        </details>
        <details>
            <summary>{t!(i18n, help.q_password)}</summary>
            <p>{t!(i18n, help.a_password)}</p>
        </details>
        <details>
            <summary>{t!(i18n, help.q_network)}</summary>
            <p>{t!(i18n, help.a_network)}</p>
        </details>
        <details>
            <summary>{t!(i18n, help.q_enrolled)}</summary>
            <p>{t!(i18n, help.a_enrolled)}</p>
        </details>
        <details>
            <summary>{t!(i18n, help.q_cities)}</summary>
            <p>{t!(i18n, help.a_cities)}</p>
        </details>
        <p><a href=Route::VerifyByHand.path()>{t!(i18n, verification.nav)}</a></p>
    }
}
