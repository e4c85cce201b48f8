//! The signature that makes the referral (R9).

use super::{hold_bar, lost, over_note, steps};
use crate::{
    api::{Failure, use_api},
    components::{form::ErrorSummary, heading::Heading, key_panel::KeyChoice},
    flows::use_choosing,
    i18n::t,
    pages::{
        back,
        choose::another_button,
        signing::{Send, Signing},
        words,
    },
    router::use_router,
    routes::{ChooseStep, Route},
};
use balabaqsha_shared::id::ApplicationId;
use leptos::prelude::*;
use std::sync::Arc;

pub fn page(id: ApplicationId) -> AnyView {
    let api = use_api();
    let router = use_router();
    let flow = use_choosing();
    let Some(held) = flow.get_now().held(id).cloned() else {
        request_animation_frame(move || router.replace(&Route::Choose(id, ChooseStep::List)));
        return ().into_any();
    };
    let choice = KeyChoice::new();
    let failure = RwSignal::new(None::<Failure>);
    let over = RwSignal::new(false);
    let bar = hold_bar(&held, over);
    let send: Send = Arc::new(move |signed| {
        Box::pin(async move {
            let referral = api.issue_referral(&signed).await?;
            flow.update(|choosing| choosing.issue(referral));
            Ok(Route::Choose(id, ChooseStep::Done))
        })
    });
    let way = move || {
        let lost = failure.with(|failure| failure.as_ref().is_some_and(lost));
        lost.then(|| another_button(id, "btn"))
    };
    let draft = held.draft;
    let view = move || {
        if over.get() {
            over_note(id)
        } else {
            let send: Send = Arc::clone(&send);
            view! {
                <Signing choice=choice draft=draft.clone() send=send failure=failure/>
                {way}
            }
            .into_any()
        }
    };
    view! {
        {back(&Route::Choose(id, ChooseStep::Check), t::choosing::CHECK)}
        {steps(3)}
        {bar}
        <ErrorSummary form=choice.form()/>
        <Heading words=words(t::sign::HEADING) form=choice.form()/>
        <div class="narrow">{view}</div>
    }
    .into_any()
}
