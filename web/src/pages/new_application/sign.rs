//! The signature under the application.

use super::steps;
use crate::{
    api::{Failure, use_api},
    components::{form::ErrorSummary, heading::Heading, key_panel::KeyChoice, notice::Inset},
    flows::use_queueing,
    i18n::{t, use_i18n},
    pages::{
        back,
        signing::{Send, Signing},
        words,
    },
    router::use_router,
    routes::{NewApplicationStep, Route},
};
use balabaqsha_shared::{Code, dto::Warning};
use leptos::prelude::*;
use std::sync::Arc;

pub fn page() -> AnyView {
    let i18n = use_i18n();
    let api = use_api();
    let router = use_router();
    let flow = use_queueing();
    let check = Route::NewApplication(NewApplicationStep::Check);
    let Some(draft) = flow.get_now().draft else {
        request_animation_frame(move || router.replace(&check));
        return ().into_any();
    };
    let choice = KeyChoice::new();
    let failure = RwSignal::new(None::<Failure>);
    let send: Send = Arc::new(move |signed| {
        Box::pin(async move {
            let application = api.submit_application(&signed).await?;
            flow.clear();
            Ok(Route::Submitted(application.id))
        })
    });
    let over = move || {
        let over = failure.with(|failure| {
            failure.as_ref().is_some_and(|failure| {
                failure.is(Code::DraftExpired) || failure.is(Code::DraftUsed)
            })
        });
        over.then(|| {
            view! {
                <p><a class="btn" href=Route::NewApplication(NewApplicationStep::Check).path()>
                    {i18n.t(t::sign::ANEW)}
                </a></p>
            }
        })
    };
    let warnings = draft
        .warnings
        .iter()
        .map(|warning| match warning {
            Warning::BirthDateDiffersFromIin => t::queueing::OTHER_DAY,
        })
        .map(|text| view! { <Inset><p>{i18n.t(text)}</p></Inset> })
        .collect_view();
    view! {
        {back(&check, t::queueing::CHECK)}
        {steps(NewApplicationStep::Sign)}
        <ErrorSummary form=choice.form()/>
        <Heading words=words(t::sign::HEADING) form=choice.form()/>
        <div class="narrow">
            {warnings}
            <Signing choice=choice draft=draft send=send failure=failure/>
            {over}
        </div>
    }
    .into_any()
}
