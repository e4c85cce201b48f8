//! «Постановка в очередь»: the child, the details, the check of all answers, the signature, and the
//! confirmation. One thing a page; the answers wait in [`crate::flows::queueing`].

mod check;
mod child;
mod details;
mod sign;
mod submitted;

pub use submitted::page as submitted;

use crate::{
    clock::use_clock,
    components::steps::Steps,
    flows::{Answers, Unread},
    i18n::t,
    routes::NewApplicationStep,
};
use balabaqsha_shared::time;
use leptos::prelude::*;

pub fn page(step: NewApplicationStep) -> AnyView {
    match step {
        NewApplicationStep::Child => child::page(),
        NewApplicationStep::Details => details::page(),
        NewApplicationStep::Check => check::page(),
        NewApplicationStep::Sign => sign::page(),
    }
}

fn steps(current: NewApplicationStep) -> AnyView {
    let names = [
        (NewApplicationStep::Child, t::queueing::STEP_CHILD),
        (NewApplicationStep::Details, t::queueing::STEP_DETAILS),
        (NewApplicationStep::Check, t::queueing::STEP_CHECK),
        (NewApplicationStep::Sign, t::queueing::STEP_SIGN),
    ];
    let position = names
        .iter()
        .position(|(step, _)| *step == current)
        .unwrap_or_default();
    let names = names.map(|(_, name)| name).to_vec();
    view! { <Steps names=names current=position/> }.into_any()
}

/// What cannot be read among the answers, today.
fn unread(answers: &Answers) -> Vec<Unread> {
    answers.unread(time::local_date(use_clock().now()))
}
