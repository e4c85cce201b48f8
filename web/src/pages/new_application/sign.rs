//! The signature under the application.

use super::Progress;
use crate::{
    components::{
        form::ErrorSummary,
        heading::Heading,
        links::{BackLink, Redirect},
        notice::Inset,
    },
    flows::use_queueing,
    i18n::{t, t_string, use_i18n},
    routes::{NewApplicationStep, Route},
    signing::{KeyChoice, SignStep, Usage, use_signing},
    state::Way,
};
use balabaqsha_shared::{
    dto::{Draft, Warning},
    endpoint,
};
use leptos::prelude::*;

const CHECK: Route = Route::NewApplication(NewApplicationStep::Check);

#[component]
pub fn SignPage() -> impl IntoView {
    match use_queueing().get_now().draft {
        Some(draft) => view! { <Signature draft/> }.into_any(),
        None => view! { <Redirect to=CHECK/> }.into_any(),
    }
}

#[component]
fn Signature(draft: Draft) -> impl IntoView {
    let i18n = use_i18n();
    let choice = KeyChoice::new(Usage::Signing);
    let warnings = draft.warnings.clone().into_iter();
    let warnings = warnings.map(|warning| match warning {
        Warning::BirthDateDiffersFromIin => {
            view! { <Inset><p>{t!(i18n, queueing.other_day)}</p></Inset> }
        }
    });
    let endpoint = endpoint::APPLICATIONS.to_owned();
    let sign = use_signing(choice, vec![draft], Way::Queueing, endpoint);
    view! {
        <BackLink to=CHECK text=move || t_string!(i18n, queueing.check)/>
        <Progress step=NewApplicationStep::Sign/>
        <ErrorSummary form=choice.form()/>
        <Heading text=move || t_string!(i18n, sign.heading) form=choice.form()/>
        <div class="narrow">
            {warnings.collect_view()}
            <SignStep choice sign anew=CHECK/>
        </div>
    }
}
