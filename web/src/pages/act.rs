//! An act on an application or its referral: «Продлить направление» (R13), «Отозвать направление»
//! (R14), «Забрать заявление» (R15). First what it means or asks for, then the very text, the
//! signature, and what happens next.

mod check;
mod done;
mod form;
mod sign;
mod start;

use self::{check::CheckPage, done::DonePage, sign::SignPage, start::StartPage};
use crate::{
    components::{
        outcome::{SignedWay, Step},
        steps::{StepName, Steps},
    },
    i18n::td_string,
    routes::{Act, ActStep},
    state::Way,
};
use balabaqsha_shared::{
    dto::Application,
    endpoint,
    id::{ApplicationId, ReferralId},
};
use leptos::prelude::*;

#[component]
pub fn ActPage(id: ApplicationId, act: Act, step: ActStep) -> impl IntoView {
    let of_way = match step {
        ActStep::Start | ActStep::Check => Step::BeforeSigning,
        ActStep::Sign => Step::Signing,
        ActStep::Done => Step::Result,
    };
    let page = move || match step {
        ActStep::Start => view! { <StartPage id act/> }.into_any(),
        ActStep::Check => view! { <CheckPage id act/> }.into_any(),
        ActStep::Sign => view! { <SignPage id act/> }.into_any(),
        ActStep::Done => view! { <DonePage id act/> }.into_any(),
    };
    view! { <SignedWay way=Way::Acting(id, act) step=of_way>{page()}</SignedWay> }
}

#[component]
fn Progress(act: Act, current: usize) -> impl IntoView {
    let first: StepName = match act {
        Act::Extension => |locale| td_string!(locale, act.step_date),
        Act::Revocation | Act::Withdrawal => |locale| td_string!(locale, act.step_meaning),
    };
    let names: [StepName; 3] = [
        first,
        |locale| td_string!(locale, act.step_check),
        |locale| td_string!(locale, act.step_sign),
    ];
    view! { <Steps names=names.to_vec() current/> }
}

/// What an act is done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    Extension(ReferralId),
    Revocation(ReferralId),
    Withdrawal(ApplicationId),
}

impl Subject {
    /// None where the act is about a referral and there is none.
    fn of(act: Act, application: &Application) -> Option<Self> {
        let referral = application.referral.as_ref().map(|referral| referral.id);
        match act {
            Act::Extension => referral.map(Self::Extension),
            Act::Revocation => referral.map(Self::Revocation),
            Act::Withdrawal => Some(Self::Withdrawal(application.id)),
        }
    }

    /// Where the signed text is sent.
    fn endpoint(self) -> String {
        match self {
            Self::Extension(referral) => endpoint::extension(referral),
            Self::Revocation(referral) => endpoint::revocation(referral),
            Self::Withdrawal(application) => endpoint::withdrawal(application),
        }
    }
}
