//! What a person does with an application or its referral: the name of each act, and the time in
//! which a referral can be revoked.

use super::hold::Countdown;
use crate::{
    i18n::{Locale, format, t, t_string, td_string, use_i18n},
    routes::Act,
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

/// The name of the act, which is also on the button that leads to it.
pub fn act_name(locale: Locale, act: Act) -> &'static str {
    match act {
        Act::Extension => td_string!(locale, act.extend),
        Act::Revocation => td_string!(locale, act.revoke),
        Act::Withdrawal => td_string!(locale, act.withdraw),
    }
}

/// Fewer seconds than these are shown as urgent.
const URGENT_SECONDS: i64 = 600;

/// The time in which a revocation is possible (R14), to the second.
#[component]
pub fn RevocationTime(
    until: DateTime<Utc>,
    /// Becomes true when the time is over.
    over: RwSignal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let words = move || {
        let at = format::moment(i18n.get_locale(), until);
        t_string!(i18n, act.revoke_until, at = at)
    };
    view! {
        <Countdown text=words ends_at=until urgent_below=URGENT_SECONDS
            write=format::long_countdown on_over=move |()| over.set(true)>
            {move || over.get().then(|| view! { <span>{t!(i18n, act.revoke_over)}</span> })}
        </Countdown>
    }
}
