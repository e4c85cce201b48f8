//! The signature under the request, and what happens next.

use super::Progress;
use crate::{
    api::use_api,
    components::{
        card::Card,
        form::ErrorSummary,
        heading::Heading,
        links::{ActionLink, BackLink, Redirect},
    },
    flows::use_attaching,
    i18n::{t, t_string, use_i18n},
    remote::{Fetched, Remote},
    routes::{AttachStep, Route},
    signing::{KeyChoice, SignStep, Usage, use_signing},
    state::Way,
};
use balabaqsha_shared::{
    attachment::AttachmentState,
    dto::{AttachmentList, Draft},
    endpoint,
};
use leptos::prelude::*;

const ASK: Route = Route::Attach(AttachStep::Ask);

#[component]
pub fn SignPage() -> impl IntoView {
    match use_attaching().get_now().draft {
        Some(draft) => view! { <Signature draft/> }.into_any(),
        None => view! { <Redirect to=ASK/> }.into_any(),
    }
}

#[component]
fn Signature(draft: Draft) -> impl IntoView {
    let i18n = use_i18n();
    let choice = KeyChoice::new(Usage::Signing);
    let endpoint = endpoint::ATTACHMENTS.to_owned();
    let sign = use_signing(choice, vec![draft], Way::Attaching, endpoint);
    view! {
        <BackLink to=ASK text=move || t_string!(i18n, attach.new)/>
        <Progress current=1/>
        <ErrorSummary form=choice.form()/>
        <Heading text=move || t_string!(i18n, sign.heading) form=choice.form()/>
        <div class="narrow">
            <SignStep choice sign anew=ASK/>
        </div>
    }
}

/// The newest request is the one that was just signed.
#[component]
pub fn DonePage() -> impl IntoView {
    let api = use_api();
    let list: Remote<AttachmentList> = Remote::new(move || api.attachments());
    view! {
        <Fetched data=list page=true let:found>
            {if is_attached(&found) {
                view! { <Attached/> }.into_any()
            } else {
                view! { <Sent/> }.into_any()
            }}
        </Fetched>
    }
}

fn is_attached(list: &AttachmentList) -> bool {
    let newest = list.mine.first();
    newest.is_some_and(|asked| matches!(asked.state, AttachmentState::Attached { .. }))
}

/// The registry knows the relationship.
#[component]
fn Attached() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="panel">
            <Heading text=move || t_string!(i18n, attach.done_attached)/>
        </div>
        <Card title=move || t_string!(i18n, referral.next)>
            <p>{t!(i18n, attach.done_attached_text)}</p>
            <p>
                <ActionLink to=Route::Applications
                    text=move || t_string!(i18n, applications.heading)/>
            </p>
        </Card>
    }
}

/// The applicant has to decide.
#[component]
fn Sent() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="panel">
            <Heading text=move || t_string!(i18n, attach.done)/>
        </div>
        <Card title=move || t_string!(i18n, referral.next)>
            <p>{t!(i18n, attach.done_text)}</p>
            <p>
                <ActionLink to=Route::Attachments text=move || t_string!(i18n, attach.heading)/>
            </p>
        </Card>
    }
}
