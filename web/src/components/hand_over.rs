//! A referral for somebody else's eyes: handed to another app of the device, or printed.

use super::fields::PlainButton;
use crate::{
    browser,
    i18n::{format, language, t_string, use_i18n},
};
use balabaqsha_shared::dto::Referral;
use leptos::prelude::*;

/// What is shared is the address of the public check, which masks the names, with the number and the
/// last day. Where the device cannot share, only the button for printing is there.
#[component]
pub fn HandOver(referral: Referral) -> impl IntoView {
    let i18n = use_i18n();
    let url = referral.verification_url.clone();
    let share = move |()| {
        let locale = i18n.get_locale_untracked();
        let kindergarten = referral.kindergarten_name.get(language(i18n)).to_owned();
        let text = t_string!(
            i18n,
            referral.share_text,
            number = referral.number.as_str().to_owned(),
            kindergarten = kindergarten,
            day = format::day(locale, referral.deadline)
        );
        browser::share(&text, &url);
    };
    view! {
        {browser::can_share().then(|| view! {
            <PlainButton text=move || t_string!(i18n, referral.share) on_press=share/>
        })}
        <PlainButton text=move || t_string!(i18n, referral.print)
            on_press=move |()| browser::print()/>
    }
}
