//! «Выбрать частный детский сад»: the notice, the list, the check of the text while the place is
//! held, the signature, the referral (R6 to R9).

mod check;
mod done;
mod list;
mod notice;
mod sign;
mod together;

use self::{check::CheckPage, done::DonePage, list::ListPage, sign::SignPage};
use crate::{
    api::{Failure, use_api},
    components::{
        fields::PlainButton,
        hold::HoldBar,
        outcome::{SignedWay, Step},
        steps::{StepName, Steps},
    },
    flows::{Held, use_choosing},
    i18n::{localized, t, t_string, td_string, use_i18n},
    navigation::use_navigation,
    routes::{ChooseStep, Route},
    state::Way,
};
use balabaqsha_shared::{Code, id::ApplicationId};
use leptos::prelude::*;

#[component]
pub fn ChoosePage(id: ApplicationId, step: ChooseStep) -> impl IntoView {
    let of_way = match step {
        ChooseStep::List | ChooseStep::Check => Step::BeforeSigning,
        ChooseStep::Sign => Step::Signing,
        ChooseStep::Done => Step::Result,
    };
    let page = move || match step {
        ChooseStep::List => view! { <ListPage id/> }.into_any(),
        ChooseStep::Check => view! { <CheckPage id/> }.into_any(),
        ChooseStep::Sign => view! { <SignPage id/> }.into_any(),
        ChooseStep::Done => view! { <DonePage id/> }.into_any(),
    };
    view! { <SignedWay way=Way::Choosing(id) step=of_way>{page()}</SignedWay> }
}

/// The notice is the first step, the list the second.
#[component]
fn Progress(current: usize) -> impl IntoView {
    let names: [StepName; 4] = [
        |locale| td_string!(locale, choosing.step_notice),
        |locale| td_string!(locale, choosing.step_list),
        |locale| td_string!(locale, choosing.step_check),
        |locale| td_string!(locale, choosing.step_sign),
    ];
    view! { <Steps names=names.to_vec() current/> }
}

/// The held place on the pages where it is signed for; those of one step end together.
#[component]
fn Holding(
    held: Held,
    /// Becomes true when the time is over.
    over: RwSignal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let hold = held.draft.hold.as_ref();
    let expires_at = hold.map_or(held.draft.expires_at, |hold| hold.expires_at);
    let name = localized(i18n, &held.vacancy.kindergarten_name);
    view! { <HoldBar name expires_at over/> }
}

/// Gives the place back and goes to the list again.
#[component]
fn ChooseAnother(id: ApplicationId, #[prop(default = "btn")] class: &'static str) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let navigation = use_navigation();
    let flow = use_choosing();
    let choose = move |()| {
        // One of a step stands for all of it.
        let draft = flow.get_now().held(id).first().map(|held| held.draft.id);
        flow.update(|choosing| choosing.release());
        if let Some(draft) = draft {
            leptos::task::spawn_local(async move {
                // A place that cannot be given back now comes free by itself in some minutes.
                drop(api.release(draft).await);
            });
        }
        navigation.go(&Route::Choose(id, ChooseStep::List));
    };
    view! { <PlainButton text=move || t_string!(i18n, choosing.another) on_press=choose class/> }
}

/// Whether the place is gone with this failure and another one has to be chosen.
fn lost(failure: &Failure) -> bool {
    failure.code().is_some_and(|code| {
        matches!(
            code,
            Code::PlaceTaken
                | Code::HoldExpired
                | Code::DraftExpired
                | Code::GroupUnsuitable
                | Code::NoVacancy
        )
    })
}

/// What stands on the page when the time of the hold is over.
#[component]
fn HoldOver(id: ApplicationId) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="trouble" role="alert">
            <h2>{t!(i18n, hold.over)}</h2>
            <p>{t!(i18n, hold.over_text)}</p>
            <ChooseAnother id/>
        </div>
    }
}
