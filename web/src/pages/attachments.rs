//! «Прикрепление заявления к ИИН-у родителя» (R3): what the reader asked for, what waits for the
//! reader's decision, and a new request with its signature.

mod ask;
mod list;
mod sign;

pub use list::AttachmentsPage;

use crate::{
    components::{
        outcome::{SignedWay, Step},
        steps::{StepName, Steps},
    },
    i18n::td_string,
    routes::AttachStep,
    state::Way,
};
use ask::AskPage;
use leptos::prelude::*;
use sign::{DonePage, SignPage};

#[component]
pub fn AttachPage(step: AttachStep) -> impl IntoView {
    let of_way = match step {
        AttachStep::Ask => Step::BeforeSigning,
        AttachStep::Sign => Step::Signing,
        AttachStep::Done => Step::Result,
    };
    let page = move || match step {
        AttachStep::Ask => view! { <AskPage/> }.into_any(),
        AttachStep::Sign => view! { <SignPage/> }.into_any(),
        AttachStep::Done => view! { <DonePage/> }.into_any(),
    };
    view! { <SignedWay way=Way::Attaching step=of_way>{page()}</SignedWay> }
}

#[component]
fn Progress(current: usize) -> impl IntoView {
    let names: Vec<StepName> = vec![|locale| td_string!(locale, attach.step_ask), |locale| {
        td_string!(locale, act.step_sign)
    }];
    view! { <Steps names current/> }
}
