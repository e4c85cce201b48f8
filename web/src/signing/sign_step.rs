//! The last step of a signed act: the very text, the key, «Подписать». What happens with the
//! signature is the page's.

use super::{ChosenKey, KeyChoice, KeyPanel, use_signer};
use crate::{
    api::Failure,
    components::{
        card::Card, fields::WorkingButton, links::ActionLink, notice::Paper, trouble::TroubleSlot,
    },
    i18n::{t, t_string, use_i18n},
    navigation::use_navigation,
    remote::failure_of,
    routes::Route,
};
use balabaqsha_shared::{
    Code,
    dto::{Draft, SignedDraft},
};
use leptos::prelude::*;
use std::future::Future;

/// Signs with a key, sends the signature and goes on.
pub type SignAction = Action<ChosenKey, Result<(), Failure>>;

/// Signs the draft with the chosen key; `send` sends the signature and says where to go afterwards.
pub fn use_signing<F, Fut>(choice: KeyChoice, draft: Draft, send: F) -> SignAction
where
    F: Fn(SignedDraft) -> Fut + Copy + 'static,
    Fut: Future<Output = Result<Route, Failure>> + 'static,
{
    let navigation = use_navigation();
    let signer = use_signer();
    Action::new_local(move |key: &ChosenKey| {
        let (key, draft) = (*key, draft.clone());
        async move {
            let cms = match signer.sign(key, &draft.content, &draft.text).await {
                Ok(cms) => cms,
                Err(problem) => {
                    choice.take(&problem);
                    return Ok(());
                }
            };
            let signed = SignedDraft {
                draft_id: draft.id,
                cms,
            };
            navigation.replace(&send(signed).await?);
            Ok(())
        }
    })
}

#[component]
pub fn SignStep(
    choice: KeyChoice,
    text: String,
    sign: SignAction,
    /// The page that has the text written anew when this one can no longer be signed.
    #[prop(optional)]
    anew: Option<Route>,
) -> impl IntoView {
    let i18n = use_i18n();
    let failure = failure_of(sign);
    let over = Memo::new(move |_| {
        let code = failure.with(|failure| failure.as_ref().and_then(Failure::code));
        matches!(code, Some(Code::DraftExpired | Code::DraftUsed))
    });
    let anew = move || {
        let to = anew.clone().filter(|_| over.get())?;
        Some(view! { <p><ActionLink to text=move || t_string!(i18n, sign.anew)/></p> })
    };
    let ready = Memo::new(move |_| choice.key().is_some());
    let press = move |()| {
        let key = untrack(|| choice.key());
        if let (Some(key), false) = (key, sign.pending().get_untracked()) {
            sign.dispatch_local(key);
        }
    };
    view! {
        <h2>{t!(i18n, sign.text)}</h2>
        <p>{t!(i18n, sign.text_hint)}</p>
        <Paper text/>
        <Card title=move || t_string!(i18n, sign.key)>
            <KeyPanel choice/>
            <TroubleSlot failure/>
            {anew}
            <Show when=move || ready.get()>
                <WorkingButton text=move || t_string!(i18n, sign.sign)
                    working=move || t_string!(i18n, sign.working)
                    busy=sign.pending() on_press=press/>
            </Show>
        </Card>
    }
}
