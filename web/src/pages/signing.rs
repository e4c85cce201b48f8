//! The last step of a signed act: the very text, the key, «Подписать». What happens with the
//! signature is the page's.

use crate::{
    api::Failure,
    components::{
        key_panel::{KeyChoice, KeyPanel},
        paper::Paper,
        trouble::TroubleSlot,
    },
    i18n::{t, use_i18n},
    router::use_router,
    routes::Route,
    signer::use_signer,
    signing::Usage,
};
use balabaqsha_shared::dto::{Draft, SignedDraft};
use leptos::prelude::*;
use std::{future::Future, pin::Pin, sync::Arc};

/// Sends the signature and says where to go afterwards.
pub type Send = Arc<
    dyn Fn(SignedDraft) -> Pin<Box<dyn Future<Output = Result<Route, Failure>>>>
        + std::marker::Send
        + Sync,
>;

#[component]
pub fn Signing(
    choice: KeyChoice,
    draft: Draft,
    send: Send,
    /// What the service refused, for a page that knows a way on.
    failure: RwSignal<Option<Failure>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let router = use_router();
    let signer = use_signer();
    let busy = RwSignal::new(false);
    let text = draft.text.clone();
    let draft = StoredValue::new(draft);
    let send = StoredValue::new(send);
    let sign = move |_| {
        let (Some(key), false) = (choice.key(), busy.get_untracked()) else {
            return;
        };
        let (draft, send) = (draft.get_value(), send.get_value());
        busy.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            let signed = signer.sign(key, &draft.content, &draft.text).await;
            let cms = match signed {
                Ok(cms) => cms,
                Err(problem) => {
                    busy.try_set(false);
                    choice.take(&problem);
                    return;
                }
            };
            let outcome = send(SignedDraft {
                draft_id: draft.id,
                cms,
            })
            .await;
            busy.try_set(false);
            match outcome {
                Ok(route) => router.replace(&route),
                Err(refused) => {
                    failure.try_set(Some(refused));
                }
            }
        });
    };
    let button = move || {
        choice.facts().map(|_| view! {
            <button type="button" class="btn" on:click=sign
                aria-disabled=move || busy.get().then_some("true")>
                {move || if busy.get() { i18n.t(t::sign::WORKING)() } else { i18n.t(t::sign::SIGN)() }}
            </button>
        })
    };
    view! {
        <h2>{i18n.t(t::sign::TEXT)}</h2>
        <p>{i18n.t(t::sign::TEXT_HINT)}</p>
        <Paper text=text/>
        <div class="card">
            <h2>{i18n.t(t::sign::KEY)}</h2>
            <KeyPanel choice=choice usage=Usage::Signing/>
            <TroubleSlot failure=failure/>
            {button}
        </div>
    }
    .into_any()
}
