//! «Прикрепление заявления к ИИН-у родителя» (R3): what the reader asked for, what waits for the
//! reader's decision, and a new request with its signature.

mod ask;
mod list;
mod sign;

pub use list::AttachmentsPage;

use crate::{
    components::steps::{StepName, Steps},
    i18n::td_string,
    routes::AttachStep,
};
use ask::AskPage;
use leptos::prelude::*;
use sign::{DonePage, SignPage};

#[component]
pub fn AttachPage(step: AttachStep) -> impl IntoView {
    match step {
        AttachStep::Ask => view! { <AskPage/> }.into_any(),
        AttachStep::Sign => view! { <SignPage/> }.into_any(),
        AttachStep::Done => view! { <DonePage/> }.into_any(),
    }
}

#[component]
fn Progress(current: usize) -> impl IntoView {
    let names: Vec<StepName> = vec![|locale| td_string!(locale, attach.step_ask), |locale| {
        td_string!(locale, act.step_sign)
    }];
    view! { <Steps names current/> }
}
