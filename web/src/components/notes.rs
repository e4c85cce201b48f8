//! What stands above every page when it has to be said: a signature whose outcome is open or has
//! come meanwhile, and a computer with a wrong clock.

use super::notice::Inset;
use crate::{
    i18n::{t, use_i18n},
    navigation::use_navigation,
    state::{Stage, use_clock, use_outcome},
};
use leptos::prelude::*;

#[component]
pub fn Notes() -> impl IntoView {
    view! {
        <OutcomeNote/>
        <ClockNote/>
    }
}

#[component]
fn OutcomeNote() -> impl IntoView {
    let i18n = use_i18n();
    let outcome = use_outcome();
    let navigation = use_navigation();
    move || {
        let here = navigation.pathname();
        let (said, to, link) = match outcome.stage() {
            Stage::Sending(way) | Stage::Asking(way) | Stage::Waiting(way, _)
                if !way.has(&here) =>
            {
                let link = t!(i18n, outcome.to_question).into_any();
                (t!(i18n, outcome.open).into_any(), way.sign_page(), link)
            }
            Stage::Done(way, result) if !way.has(&here) && result.path() != here => {
                let link = t!(i18n, outcome.to_result).into_any();
                (t!(i18n, outcome.done).into_any(), result, link)
            }
            _ => return None,
        };
        Some(view! {
            <Inset><p role="status">{said} " " <a href=to.path()>{link}</a></p></Inset>
        })
    }
}

#[component]
fn ClockNote() -> impl IntoView {
    let i18n = use_i18n();
    let clock = use_clock();
    let wrong = Memo::new(move |_| clock.is_wrong());
    view! {
        <Show when=move || wrong.get()>
            <Inset><p role="status">{t!(i18n, shell.wrong_clock)}</p></Inset>
        </Show>
    }
}
