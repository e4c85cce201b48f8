//! The signature that makes the referral (R9).

use super::{ChooseAnother, HoldOver, Holding, Progress, lost};
use crate::{
    components::{
        form::ErrorSummary,
        heading::Heading,
        links::{ActionLink, BackLink, Redirect},
    },
    flows::{Held, use_choosing},
    i18n::{t_string, use_i18n},
    routes::{ApplicationTab, ChooseStep, Route},
    signing::{KeyChoice, SignStep, Usage, use_signing},
    state::Way,
};
use balabaqsha_shared::{endpoint, id::ApplicationId};
use leptos::prelude::*;

#[component]
pub fn SignPage(id: ApplicationId) -> impl IntoView {
    let held = use_choosing().get_now().held(id).to_vec();
    match held.first().cloned() {
        Some(first) => view! { <Sign id first held/> }.into_any(),
        None => view! { <Redirect to=Route::Choose(id, ChooseStep::List)/> }.into_any(),
    }
}

#[component]
fn Sign(id: ApplicationId, first: Held, held: Vec<Held>) -> impl IntoView {
    let i18n = use_i18n();
    let choice = KeyChoice::new(Usage::Signing);
    let time_over = RwSignal::new(false);
    let endpoint = match held.len() {
        1 => endpoint::REFERRALS,
        _ => endpoint::JOINT_REFERRALS,
    };
    let drafts = held.into_iter().map(|held| held.draft).collect();
    let sign = use_signing(choice, drafts, Way::Choosing(id), endpoint.to_owned());
    let refusal = sign.refusal;
    let place_lost = Memo::new(move |_| refusal.with(|refusal| refusal.as_ref().is_some_and(lost)));
    // While the signature is on its way the end of the hold says nothing: the place may be taken.
    let over = Memo::new(move |_| time_over.get() && !sign.is_pending());
    let content = move || {
        if over.get() {
            return view! { <HoldOver id/> }.into_any();
        }
        view! {
            <SignStep choice sign/>
            <Show when=move || place_lost.get()>
                <ChooseAnother id/>
            </Show>
            <Show when=move || refusal.with(Option::is_some) && !place_lost.get()>
                <p>
                    <ActionLink to=Route::Application(id, ApplicationTab::Data) class="btn ghost"
                        text=move || t_string!(i18n, choosing.to_application)/>
                </p>
            </Show>
        }
        .into_any()
    };
    view! {
        <BackLink to=Route::Choose(id, ChooseStep::Check)
            text=move || t_string!(i18n, choosing.check)/>
        <Progress current=3/>
        <Holding held=first over=time_over/>
        <ErrorSummary form=choice.form()/>
        <Heading text=move || t_string!(i18n, sign.heading) form=choice.form()/>
        <div class="narrow">{content}</div>
    }
}
