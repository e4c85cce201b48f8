//! The choice and the very text, while the place is held.

use super::{another_button, hold_bar, over_note, progress};
use crate::{
    components::{
        facts::{fact, facts},
        heading::heading,
        kindergarten,
        notice::{paper, warning},
    },
    dom::{View, button, h2, live, p, say, view},
    flows::{Held, use_choosing},
    i18n::{language, name, t},
    pages::{elsewhere, narrow},
    router::use_router,
    routes::{ChooseStep, Route},
};
use balabaqsha_shared::id::ApplicationId;
use leptos::prelude::*;

pub fn page(id: ApplicationId) -> View {
    let router = use_router();
    let Some(held) = use_choosing().get_now().held(id).cloned() else {
        return elsewhere(move || router.replace(&Route::Choose(id, ChooseStep::List)));
    };
    let over = RwSignal::new(false);
    view((
        progress(2),
        hold_bar(&held, over),
        heading(t::choosing::CHECK),
        live(move || {
            if over.get() {
                over_note(id)
            } else {
                check(id, &held)
            }
        }),
    ))
}

fn check(id: ApplicationId, held: &Held) -> View {
    let router = use_router();
    let vacancy = &held.vacancy;
    let (instruction, years) = (vacancy.instruction_language, vacancy.birth_years);
    let sign = button()
        .attr("type", "button")
        .class("btn")
        .on_click(move || router.go(&Route::Choose(id, ChooseStep::Sign)))
        .add(t::sign::SIGN_AND_SEND);
    view(narrow((
        facts((
            fact(t::referral::KINDERGARTEN, name(&vacancy.kindergarten_name)),
            fact(t::referral::ADDRESS, name(&vacancy.address)),
            fact(
                t::place::LANGUAGE,
                say(move || instruction.name(language()).to_owned()),
            ),
            fact(t::referral::GROUP, vacancy.group_name.as_str()),
            fact(t::place::YEARS, kindergarten::plain_years(years)),
        )),
        p().add(another_button(id, "link")),
        h2().add(t::sign::TEXT),
        p().add(t::sign::TEXT_HINT),
        paper(&held.draft.text),
        warning(t::choosing::NOTICE_QUEUE),
        sign,
    )))
}
