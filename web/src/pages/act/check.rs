//! The very text that the act signs, and the signature.

use super::{name, progress};
use crate::{
    api::{Failure, use_api},
    components::{
        form::error_summary,
        heading::{form_heading, heading},
        key_panel::KeyChoice,
        notice::paper,
    },
    dom::{View, button, live, p, view},
    flows::use_acting,
    i18n::t,
    pages::{
        action, back, elsewhere, narrow,
        signing::{Send, signing},
    },
    remote::Remote,
    router::use_router,
    routes::{Act, ActStep, Route},
};
use balabaqsha_shared::{
    Code,
    dto::{Application, Draft},
    endpoint,
    id::ApplicationId,
};
use leptos::prelude::*;
use std::rc::Rc;

pub fn page(id: ApplicationId, act: Act) -> View {
    let router = use_router();
    let Some(draft) = use_acting().get_now().draft(id, act).cloned() else {
        return elsewhere(move || router.replace(&Route::Act(id, act, ActStep::Start)));
    };
    let sign = button()
        .attr("type", "button")
        .class("btn")
        .on_click(move || router.go(&Route::Act(id, act, ActStep::Sign)))
        .add(t::sign::SIGN_AND_SEND);
    view((
        back(&Route::Act(id, act, ActStep::Start), name(act)),
        progress(act, 1),
        heading(t::act::CHECK),
        narrow((p().add(t::sign::TEXT_HINT), paper(&draft.text), sign)),
    ))
}

pub fn sign_page(id: ApplicationId, act: Act) -> View {
    let api = use_api();
    let router = use_router();
    let Some(draft) = use_acting().get_now().draft(id, act).cloned() else {
        return elsewhere(move || router.replace(&Route::Act(id, act, ActStep::Start)));
    };
    let choice = KeyChoice::new();
    let application: Remote<Application> = Remote::new(move || api.application(id));
    view((
        back(&Route::Act(id, act, ActStep::Check), t::act::CHECK),
        progress(act, 2),
        error_summary(choice.form()),
        form_heading(t::sign::HEADING, choice.form()),
        application.show_once(move || {
            application.now(|found| signature(found, act, choice, draft.clone()))
        }),
    ))
}

fn signature(application: &Application, act: Act, choice: KeyChoice, draft: Draft) -> View {
    let api = use_api();
    let flow = use_acting();
    let id = application.id;
    let path = match (act, &application.referral) {
        (Act::Extension, Some(referral)) => endpoint::extension(referral.id),
        (Act::Revocation, Some(referral)) => endpoint::revocation(referral.id),
        _ => endpoint::withdrawal(id),
    };
    let failure = RwSignal::new(None::<Failure>);
    let send: Send = Rc::new(move |signed| {
        let path = path.clone();
        Box::pin(async move {
            api.act(&path, signed).await?;
            flow.clear();
            Ok(Route::Act(id, act, ActStep::Done))
        })
    });
    let anew = live(move || {
        let over = failure.with(|failure| {
            let code = failure.as_ref().and_then(Failure::code);
            matches!(code, Some(Code::DraftExpired | Code::DraftUsed))
        });
        over.then(|| p().add(action(&Route::Act(id, act, ActStep::Start), t::sign::ANEW)))
    });
    view(narrow((signing(choice, draft, failure, send), anew)))
}
