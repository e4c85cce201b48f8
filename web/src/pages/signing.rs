//! The last step of a signed act: the very text, the key, «Подписать». What happens with the
//! signature is the page's.

use super::card;
use crate::{
    api::Failure,
    components::{
        fields::working_button,
        key_panel::{KeyChoice, key_panel},
        notice::paper,
        trouble::trouble_slot,
    },
    dom::{View, h2, live, p, view},
    i18n::t,
    router::use_router,
    routes::Route,
    signer::use_signer,
    signing::Usage,
};
use balabaqsha_shared::dto::{Draft, SignedDraft};
use leptos::prelude::*;
use std::{future::Future, pin::Pin, rc::Rc};

/// Sends the signature and says where to go afterwards.
pub type Send = Rc<dyn Fn(SignedDraft) -> Pin<Box<dyn Future<Output = Result<Route, Failure>>>>>;

/// `failure` takes what the service refused, for a page that knows a way on.
pub fn signing(
    choice: KeyChoice,
    draft: Draft,
    failure: RwSignal<Option<Failure>>,
    send: Send,
) -> View {
    let router = use_router();
    let signer = use_signer();
    let busy = RwSignal::new(false);
    let text = paper(&draft.text);
    let sign = Rc::new(move || {
        let key = untrack(|| choice.key());
        let (Some(key), false) = (key, busy.get_untracked()) else {
            return;
        };
        let (draft, send) = (draft.clone(), Rc::clone(&send));
        busy.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            let outcome = match signer.sign(key, &draft.content, &draft.text).await {
                Ok(cms) => {
                    send(SignedDraft {
                        draft_id: draft.id,
                        cms,
                    })
                    .await
                }
                Err(problem) => {
                    busy.try_set(false);
                    return choice.take(&problem);
                }
            };
            busy.try_set(false);
            match outcome {
                Ok(route) => router.replace(&route),
                Err(refused) => drop(failure.try_set(Some(refused))),
            }
        });
    });
    let ready = Memo::new(move |_| choice.key().is_some());
    let button = live(move || {
        ready.get().then(|| {
            let sign = Rc::clone(&sign);
            working_button("button", t::sign::SIGN, t::sign::WORKING, busy).on_click(move || sign())
        })
    });
    view((
        h2().add(t::sign::TEXT),
        p().add(t::sign::TEXT_HINT),
        text,
        card(
            t::sign::KEY,
            (
                key_panel(choice, Usage::Signing),
                trouble_slot(failure),
                button,
            ),
        ),
    ))
}
