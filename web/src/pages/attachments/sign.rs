//! The signature under the request, and what happens next.

use super::ask::progress;
use crate::{
    api::{Failure, use_api},
    components::{
        form::error_summary,
        heading::{form_heading, heading},
        key_panel::KeyChoice,
    },
    dom::{View, div, p, view},
    flows::use_attaching,
    i18n::t,
    pages::{
        action, back, card, elsewhere, narrow,
        signing::{Send, signing},
    },
    remote::Remote,
    router::use_router,
    routes::{AttachStep, Route},
};
use balabaqsha_shared::{attachment::AttachmentState, dto::AttachmentList, endpoint};
use leptos::prelude::*;
use std::rc::Rc;

pub fn page() -> View {
    let api = use_api();
    let router = use_router();
    let flow = use_attaching();
    let Some(draft) = flow.get_now().draft else {
        return elsewhere(move || router.replace(&Route::Attach(AttachStep::Ask)));
    };
    let choice = KeyChoice::new();
    let failure = RwSignal::new(None::<Failure>);
    let send: Send = Rc::new(move |signed| {
        Box::pin(async move {
            api.act(endpoint::ATTACHMENTS, signed).await?;
            flow.clear();
            Ok(Route::Attach(AttachStep::Done))
        })
    });
    view((
        back(&Route::Attach(AttachStep::Ask), t::attach::NEW),
        progress(1),
        error_summary(choice.form()),
        form_heading(t::sign::HEADING, choice.form()),
        narrow(signing(choice, draft, failure, send)),
    ))
}

/// The newest request is the one that was just signed.
pub fn done() -> View {
    let api = use_api();
    let list: Remote<AttachmentList> = Remote::new(move || api.attachments());
    list.show(|found| {
        let newest = found.mine.first();
        let attached =
            newest.is_some_and(|asked| matches!(asked.state, AttachmentState::Attached { .. }));
        let (title, text, way, label) = if attached {
            let way = Route::Applications;
            (
                t::attach::DONE_ATTACHED,
                t::attach::DONE_ATTACHED_TEXT,
                way,
                t::applications::HEADING,
            )
        } else {
            let way = Route::Attachments;
            (
                t::attach::DONE,
                t::attach::DONE_TEXT,
                way,
                t::attach::HEADING,
            )
        };
        view((
            div().class("panel").add(heading(title)),
            card(
                t::referral::NEXT,
                (p().add(text), p().add(action(&way, label))),
            ),
        ))
    })
}
