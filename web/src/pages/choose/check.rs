//! The choice and the very text, while the place is held.

use super::{another_button, hold_bar, over_note, steps};
use crate::{
    components::{
        facts::{Facts, plain},
        heading::Heading,
        kindergarten,
        notice::Warning,
        paper::Paper,
    },
    flows::{Held, use_choosing},
    i18n::{t, use_i18n},
    pages::words,
    router::use_router,
    routes::{ChooseStep, Route},
};
use balabaqsha_shared::id::ApplicationId;
use leptos::prelude::*;

pub fn page(id: ApplicationId) -> AnyView {
    let router = use_router();
    let Some(held) = use_choosing().get_now().held(id).cloned() else {
        request_animation_frame(move || router.replace(&Route::Choose(id, ChooseStep::List)));
        return ().into_any();
    };
    let over = RwSignal::new(false);
    let bar = hold_bar(&held, over);
    let view = move || {
        if over.get() {
            over_note(id)
        } else {
            check(id, &held)
        }
    };
    view! {
        {steps(2)}
        {bar}
        <Heading words=words(t::choosing::CHECK)/>
        {view}
    }
    .into_any()
}

fn check(id: ApplicationId, held: &Held) -> AnyView {
    let i18n = use_i18n();
    let vacancy = held.vacancy.clone();
    let (name, address) = (vacancy.kindergarten_name, vacancy.address);
    let (instruction, years) = (vacancy.instruction_language, vacancy.birth_years);
    let facts = vec![
        (
            t::referral::KINDERGARTEN,
            i18n.say(move |language| name.get(language).to_owned())
                .into_any(),
        ),
        (
            t::referral::ADDRESS,
            i18n.say(move |language| address.get(language).to_owned())
                .into_any(),
        ),
        (
            t::place::LANGUAGE,
            i18n.say(move |language| instruction.name(language).to_owned())
                .into_any(),
        ),
        (t::referral::GROUP, plain(vacancy.group_name)),
        (
            t::place::YEARS,
            i18n.say(move |language| kindergarten::years(language, years))
                .into_any(),
        ),
    ];
    view! {
        <div class="narrow">
            <Facts facts=facts/>
            <p>{another_button(id, "link")}</p>
            <h2>{i18n.t(t::sign::TEXT)}</h2>
            <p>{i18n.t(t::sign::TEXT_HINT)}</p>
            <Paper text=held.draft.text.clone()/>
            <Warning text=t::choosing::NOTICE_QUEUE/>
            <a class="btn" href=Route::Choose(id, ChooseStep::Sign).path()>
                {i18n.t(t::sign::SIGN_AND_SEND)}
            </a>
        </div>
    }
    .into_any()
}
