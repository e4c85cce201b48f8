//! «Постановка в очередь»: the child, the details, the check of all answers, the signature, and the
//! confirmation. One thing a page; the answers wait in [`crate::flows`].

mod check;
mod child;
mod details;
mod sign;
mod submitted;

pub use submitted::page as submitted;

use crate::{
    clock::use_clock,
    components::steps::steps,
    dom::{El, View},
    flows::{Answers, Unread},
    i18n::t,
    routes::NewApplicationStep,
};
use balabaqsha_shared::time;

pub fn page(step: NewApplicationStep) -> View {
    match step {
        NewApplicationStep::Child => child::page(),
        NewApplicationStep::Details => details::page(),
        NewApplicationStep::Check => check::page(),
        NewApplicationStep::Sign => sign::page(),
    }
}

fn progress(current: NewApplicationStep) -> El {
    let all = [
        (NewApplicationStep::Child, t::queueing::STEP_CHILD),
        (NewApplicationStep::Details, t::queueing::STEP_DETAILS),
        (NewApplicationStep::Check, t::queueing::STEP_CHECK),
        (NewApplicationStep::Sign, t::queueing::STEP_SIGN),
    ];
    let position = all
        .iter()
        .position(|(step, _)| *step == current)
        .unwrap_or_default();
    steps(&all.map(|(_, name)| name), position)
}

/// What cannot be read among the answers, today.
fn unread(answers: &Answers) -> Vec<Unread> {
    answers.unread(time::local_date(use_clock().now()))
}
