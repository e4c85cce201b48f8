//! «Выбрать частный детский сад»: the notice, the list, the check of the text while the place is
//! held, the signature, the referral (R6 to R9).

mod check;
mod done;
mod list;
mod notice;
mod sign;

use crate::{
    api::{Failure, use_api},
    components::{hold, steps::steps},
    dom::{El, View, button, div, h2, p, view},
    flows::{Held, use_choosing},
    i18n::{name, t},
    router::use_router,
    routes::{ChooseStep, Route},
};
use balabaqsha_shared::{Code, id::ApplicationId};
use leptos::prelude::*;

pub fn page(id: ApplicationId, step: ChooseStep) -> View {
    match step {
        ChooseStep::List => list::page(id),
        ChooseStep::Check => check::page(id),
        ChooseStep::Sign => sign::page(id),
        ChooseStep::Done => done::page(id),
    }
}

/// The notice is the first step, the list the second.
fn progress(current: usize) -> El {
    let names = [
        t::choosing::STEP_NOTICE,
        t::choosing::STEP_LIST,
        t::choosing::STEP_CHECK,
        t::choosing::STEP_SIGN,
    ];
    steps(&names, current)
}

/// The held place on the pages where it is signed for; `over` becomes true with its time.
fn hold_bar(held: &Held, over: RwSignal<bool>) -> El {
    let expires_at = held
        .draft
        .hold
        .as_ref()
        .map_or(held.draft.expires_at, |hold| hold.expires_at);
    hold::hold_bar(name(&held.vacancy.kindergarten_name), expires_at, over)
}

/// Gives the place back and goes to the list again.
fn another_button(id: ApplicationId, class: &str) -> El {
    let api = use_api();
    let router = use_router();
    let flow = use_choosing();
    let choose = move || {
        let draft = flow.get_now().held(id).map(|held| held.draft.id);
        flow.update(|choosing| choosing.release());
        if let Some(draft) = draft {
            leptos::task::spawn_local(async move {
                // A place that cannot be given back now comes free by itself in some minutes.
                drop(api.release(draft).await);
            });
        }
        router.go(&Route::Choose(id, ChooseStep::List));
    };
    button()
        .attr("type", "button")
        .class(class)
        .on_click(choose)
        .add(t::choosing::ANOTHER)
}

/// After these the place is gone and another one has to be chosen.
fn lost(failure: &Failure) -> bool {
    failure.code().is_some_and(|code| {
        matches!(
            code,
            Code::PlaceTaken
                | Code::HoldExpired
                | Code::DraftExpired
                | Code::DraftUsed
                | Code::GroupUnsuitable
                | Code::NoVacancy
        )
    })
}

/// What stands on the page when the time of the hold is over.
fn over_note(id: ApplicationId) -> View {
    view(div().class("trouble").attr("role", "alert").add((
        h2().add(t::hold::OVER),
        p().add(t::hold::OVER_TEXT),
        another_button(id, "btn"),
    )))
}
