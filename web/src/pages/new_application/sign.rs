//! The signature under the application.

use super::progress;
use crate::{
    api::{Failure, use_api},
    components::{form::error_summary, heading::form_heading, key_panel::KeyChoice, notice::inset},
    dom::{View, live, p, view},
    flows::use_queueing,
    i18n::t,
    pages::{
        action, back, elsewhere, narrow,
        signing::{Send, signing},
    },
    router::use_router,
    routes::{NewApplicationStep, Route},
};
use balabaqsha_shared::{Code, dto::Warning};
use leptos::prelude::*;
use std::rc::Rc;

pub fn page() -> View {
    let api = use_api();
    let router = use_router();
    let flow = use_queueing();
    let check = Route::NewApplication(NewApplicationStep::Check);
    let Some(draft) = flow.get_now().draft else {
        return elsewhere(move || router.replace(&check));
    };
    let choice = KeyChoice::new();
    let failure = RwSignal::new(None::<Failure>);
    let send: Send = Rc::new(move |signed| {
        Box::pin(async move {
            let application = api.submit_application(signed).await?;
            flow.clear();
            Ok(Route::Submitted(application.id))
        })
    });
    let warnings: Vec<_> = draft
        .warnings
        .iter()
        .map(|warning| match warning {
            Warning::BirthDateDiffersFromIin => inset(p().add(t::queueing::OTHER_DAY)),
        })
        .collect();
    let back = back(&check, t::queueing::CHECK);
    let anew = live(move || {
        let over = failure.with(|failure| {
            let code = failure.as_ref().and_then(Failure::code);
            matches!(code, Some(Code::DraftExpired | Code::DraftUsed))
        });
        over.then(|| p().add(action(&check, t::sign::ANEW)))
    });
    view((
        back,
        progress(NewApplicationStep::Sign),
        error_summary(choice.form()),
        form_heading(t::sign::HEADING, choice.form()),
        narrow((warnings, signing(choice, draft, failure, send), anew)),
    ))
}
