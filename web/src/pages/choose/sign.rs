//! The signature that makes the referral (R9).

use super::{another_button, hold_bar, lost, over_note, progress};
use crate::{
    api::{Failure, use_api},
    components::{form::error_summary, heading::form_heading, key_panel::KeyChoice},
    dom::{View, live, view},
    flows::use_choosing,
    i18n::t,
    pages::{
        back, elsewhere, narrow,
        signing::{Send, signing},
    },
    router::use_router,
    routes::{ChooseStep, Route},
};
use balabaqsha_shared::{endpoint, id::ApplicationId};
use leptos::prelude::*;
use std::rc::Rc;

pub fn page(id: ApplicationId) -> View {
    let api = use_api();
    let router = use_router();
    let flow = use_choosing();
    let Some(held) = flow.get_now().held(id).cloned() else {
        return elsewhere(move || router.replace(&Route::Choose(id, ChooseStep::List)));
    };
    let choice = KeyChoice::new();
    let failure = RwSignal::new(None::<Failure>);
    let over = RwSignal::new(false);
    let bar = hold_bar(&held, over);
    let send: Send = Rc::new(move |signed| {
        Box::pin(async move {
            api.act(endpoint::REFERRALS, signed).await?;
            flow.clear();
            Ok(Route::Choose(id, ChooseStep::Done))
        })
    });
    let draft = held.draft;
    let content = live(move || {
        if over.get() {
            return over_note(id);
        }
        let way = live(move || {
            let lost = failure.with(|failure| failure.as_ref().is_some_and(lost));
            lost.then(|| another_button(id, "btn"))
        });
        view((
            signing(choice, draft.clone(), failure, Rc::clone(&send)),
            way,
        ))
    });
    view((
        back(&Route::Choose(id, ChooseStep::Check), t::choosing::CHECK),
        progress(3),
        bar,
        error_summary(choice.form()),
        form_heading(t::sign::HEADING, choice.form()),
        narrow(content),
    ))
}
