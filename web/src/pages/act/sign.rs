//! The signature of the act.

use super::{Progress, Subject};
use crate::{
    api::use_api,
    components::{
        form::ErrorSummary,
        heading::Heading,
        links::{ActionLink, BackLink, Redirect},
    },
    flows::use_acting,
    i18n::{t_string, use_i18n},
    remote::{Ready, Remote},
    routes::{Act, ActStep, ApplicationTab, Route},
    signing::{KeyChoice, SignStep, Usage, use_signing},
    state::Way,
};
use balabaqsha_shared::{
    dto::{Application, Draft},
    id::ApplicationId,
};
use leptos::prelude::*;

#[component]
pub fn SignPage(id: ApplicationId, act: Act) -> impl IntoView {
    match use_acting().get_now().draft(id, act).cloned() {
        Some(draft) => view! { <Sign id act draft/> }.into_any(),
        None => view! { <Redirect to=Route::Act(id, act, ActStep::Start)/> }.into_any(),
    }
}

#[component]
fn Sign(id: ApplicationId, act: Act, draft: Draft) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let choice = KeyChoice::new(Usage::Signing);
    let application: Remote<Application> = Remote::new(move || api.application(id));
    let draft = StoredValue::new(draft);
    let signature = move || {
        let subject = application.with_now(|found| Subject::of(act, found))?;
        Some(match subject {
            Some(subject) => {
                view! { <Signature id act subject choice draft=draft.get_value()/> }.into_any()
            }
            // The page before this one tells why.
            None => view! { <Redirect to=Route::Act(id, act, ActStep::Start)/> }.into_any(),
        })
    };
    view! {
        <BackLink to=Route::Act(id, act, ActStep::Check)
            text=move || t_string!(i18n, act.check)/>
        <Progress act current=2/>
        <ErrorSummary form=choice.form()/>
        <Heading text=move || t_string!(i18n, sign.heading) form=choice.form()/>
        <Ready data=application>{signature}</Ready>
    }
}

#[component]
fn Signature(
    id: ApplicationId,
    act: Act,
    subject: Subject,
    choice: KeyChoice,
    draft: Draft,
) -> impl IntoView {
    let i18n = use_i18n();
    let sign = use_signing(
        choice,
        vec![draft],
        Way::Acting(id, act),
        subject.endpoint(),
    );
    view! {
        <div class="narrow">
            <SignStep choice sign anew=Route::Act(id, act, ActStep::Start)/>
            <Show when=move || sign.refusal.with(Option::is_some)>
                <p>
                    <ActionLink to=Route::Application(id, ApplicationTab::Data) class="btn ghost"
                        text=move || t_string!(i18n, choosing.to_application)/>
                </p>
            </Show>
        </div>
    }
}
