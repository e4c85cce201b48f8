//! «Постановка в очередь»: the child, the details, the check of all answers, the signature, and the
//! confirmation. One thing a page; the answers wait in [`crate::flows`].

mod check;
mod child;
mod details;
mod sign;
mod submitted;

pub use submitted::SubmittedPage;

use crate::{
    components::{
        outcome::{SignedWay, Step},
        steps::{StepName, Steps},
    },
    flows::{Answers, Unread},
    i18n::td_string,
    routes::NewApplicationStep,
    state::{Clock, Way},
};
use balabaqsha_shared::time;
use check::CheckPage;
use child::ChildPage;
use details::DetailsPage;
use leptos::prelude::*;
use sign::SignPage;

#[component]
pub fn NewApplicationPage(step: NewApplicationStep) -> impl IntoView {
    let of_way = match step {
        NewApplicationStep::Child | NewApplicationStep::Details | NewApplicationStep::Check => {
            Step::BeforeSigning
        }
        NewApplicationStep::Sign => Step::Signing,
    };
    let page = move || match step {
        NewApplicationStep::Child => view! { <ChildPage/> }.into_any(),
        NewApplicationStep::Details => view! { <DetailsPage/> }.into_any(),
        NewApplicationStep::Check => view! { <CheckPage/> }.into_any(),
        NewApplicationStep::Sign => view! { <SignPage/> }.into_any(),
    };
    view! { <SignedWay way=Way::Queueing step=of_way>{page()}</SignedWay> }
}

#[component]
fn Progress(step: NewApplicationStep) -> impl IntoView {
    let names: Vec<StepName> = vec![
        |locale| td_string!(locale, queueing.step_child),
        |locale| td_string!(locale, queueing.step_details),
        |locale| td_string!(locale, queueing.step_check),
        |locale| td_string!(locale, queueing.step_sign),
    ];
    let current = match step {
        NewApplicationStep::Child => 0,
        NewApplicationStep::Details => 1,
        NewApplicationStep::Check => 2,
        NewApplicationStep::Sign => 3,
    };
    view! { <Steps names current/> }
}

/// What cannot be read among the answers, today.
fn unread(answers: &Answers, clock: Clock) -> Vec<Unread> {
    answers.unread(time::local_date(clock.now()))
}
