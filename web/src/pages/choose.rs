//! «Выбрать частный детский сад»: the notice, the list, the check of the text while the place is
//! held, the signature, the referral (R6 to R9).

mod check;
mod done;
mod list;
mod notice;
mod sign;

use crate::{
    api::{Failure, use_api},
    components::{hold::HoldBar, steps::Steps, trouble::Trouble},
    flows::{Held, use_choosing},
    i18n::{t, use_i18n},
    router::use_router,
    routes::{ChooseStep, Route},
};
use balabaqsha_shared::{Code, id::ApplicationId};
use leptos::prelude::*;

pub fn page(id: ApplicationId, step: ChooseStep) -> AnyView {
    match step {
        ChooseStep::List => list::page(id),
        ChooseStep::Check => check::page(id),
        ChooseStep::Sign => sign::page(id),
        ChooseStep::Done => done::page(id),
    }
}

/// The notice is the first step, the list the second.
fn steps(current: usize) -> AnyView {
    let names = vec![
        t::choosing::STEP_NOTICE,
        t::choosing::STEP_LIST,
        t::choosing::STEP_CHECK,
        t::choosing::STEP_SIGN,
    ];
    view! { <Steps names=names current=current/> }.into_any()
}

/// The held place on the pages where it is signed for; when its time is over, `over` is set.
fn hold_bar(held: &Held, over: RwSignal<bool>) -> AnyView {
    let i18n = use_i18n();
    let name = held.vacancy.kindergarten_name.clone();
    let name = i18n.say(move |language| name.get(language).to_owned());
    let expires_at = held
        .draft
        .hold
        .as_ref()
        .map_or(held.draft.expires_at, |hold| hold.expires_at);
    let on_over = Callback::new(move |()| over.set(true));
    view! { <HoldBar name=name expires_at=expires_at on_over=on_over/> }.into_any()
}

/// Gives the place back and goes to the list again.
fn choose_another(id: ApplicationId) -> impl Fn() + Copy + 'static {
    let api = use_api();
    let router = use_router();
    let flow = use_choosing();
    move || {
        let draft = flow.get_now().held(id).map(|held| held.draft.id);
        flow.update(|choosing| choosing.release());
        if let Some(draft) = draft {
            leptos::task::spawn_local(async move {
                // A place that cannot be given back now comes free by itself in some minutes.
                drop(api.release(draft).await);
            });
        }
        router.go(&Route::Choose(id, ChooseStep::List));
    }
}

/// The button that does so.
fn another_button(id: ApplicationId, class: &'static str) -> AnyView {
    let i18n = use_i18n();
    let choose = choose_another(id);
    view! {
        <button type="button" class=class on:click=move |_| choose()>
            {i18n.t(t::choosing::ANOTHER)}
        </button>
    }
    .into_any()
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

/// The page when the time of the hold is over.
fn over_note(id: ApplicationId) -> AnyView {
    let i18n = use_i18n();
    view! {
        <div class="trouble" role="alert">
            <h2>{i18n.t(t::hold::OVER)}</h2>
            <p>{i18n.t(t::hold::OVER_TEXT)}</p>
            {another_button(id, "btn")}
        </div>
    }
    .into_any()
}

/// What the service refused, with the way on where the place is lost.
fn refusal(failure: Failure, id: ApplicationId) -> AnyView {
    let way = lost(&failure).then(|| another_button(id, "btn"));
    view! { <Trouble failure=failure/> {way} }.into_any()
}
