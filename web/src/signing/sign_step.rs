//! The last step of a signed act: the very text, the key, «Подписать». What happens with the
//! signature is the page's.

use super::{ChosenKey, KeyChoice, KeyPanel, PhonePanel, PhoneSignature, PhoneTask, use_signer};
use crate::{
    api::Failure,
    components::{
        card::Card, fields::WorkingButton, links::ActionLink, notice::Paper, trouble::TroubleSlot,
    },
    i18n::{t, t_string, use_i18n},
    remote::failure_of,
    routes::Route,
    state::{Sent, Way, use_outcome},
};
use balabaqsha_shared::{
    Code,
    dto::{Draft, SignedDraft},
    id::DraftId,
};
use leptos::prelude::*;

/// How the signature is made.
#[derive(Clone, Debug)]
enum Made {
    Here(ChosenKey),
    OnPhone(String),
}

/// Signing a draft and sending the signature.
#[derive(Clone, Copy)]
pub struct Signing {
    action: Action<Made, Result<(), Failure>>,
    draft: DraftId,
    /// Why the service refused; nobody knows of any other end.
    pub refusal: Signal<Option<Failure>>,
}

impl Signing {
    pub fn is_pending(self) -> bool {
        self.action.pending().get()
    }
}

/// Signs the draft with the chosen key and sends the signature to `endpoint`; what becomes of it,
/// [`crate::state::Outcome`] finds out.
pub fn use_signing(choice: KeyChoice, draft: Draft, way: Way, endpoint: String) -> Signing {
    let outcome = use_outcome();
    let signer = use_signer();
    let id = draft.id;
    let action = Action::new_local(move |made: &Made| {
        let (made, draft, endpoint) = (made.clone(), draft.clone(), endpoint.clone());
        async move {
            let signed = match made {
                Made::OnPhone(cms) => Ok(cms),
                Made::Here(key) => signer.sign(key, &draft.content, &draft.text).await,
            };
            let cms = match signed {
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
            let sent = Sent {
                way,
                endpoint,
                signed,
            };
            outcome.send(sent).await
        }
    });
    let failure = failure_of(action);
    let refusal = Signal::derive(move || {
        // It may have come after this page was left, or before a reload.
        failure.get().or_else(|| outcome.refusal(id))
    });
    Signing {
        action,
        draft: id,
        refusal,
    }
}

#[component]
pub fn SignStep(
    choice: KeyChoice,
    text: String,
    sign: Signing,
    /// The page that has the text written anew when this one can no longer be signed.
    #[prop(optional)]
    anew: Option<Route>,
) -> impl IntoView {
    let i18n = use_i18n();
    let Signing {
        action: sign,
        draft,
        refusal: failure,
    } = sign;
    let over = Memo::new(move |_| {
        let code = failure.with(|failure| failure.as_ref().and_then(Failure::code));
        matches!(code, Some(Code::DraftExpired))
    });
    let anew = move || {
        let to = anew.clone().filter(|_| over.get())?;
        Some(view! { <p><ActionLink to text=move || t_string!(i18n, sign.anew)/></p> })
    };
    let ready = Memo::new(move |_| choice.key().is_some());
    let press = move |()| {
        let key = untrack(|| choice.key());
        if let (Some(key), false) = (key, sign.pending().get_untracked()) {
            sign.dispatch_local(Made::Here(key));
        }
    };
    let on_phone = Memo::new(move |_| choice.in_phone());
    let on_signed = move |signature: PhoneSignature| {
        if !sign.pending().get_untracked() {
            sign.dispatch_local(Made::OnPhone(signature.cms));
        }
    };
    view! {
        <h2>{t!(i18n, sign.text)}</h2>
        <p>{t!(i18n, sign.text_hint)}</p>
        <Paper text/>
        <Card title=move || t_string!(i18n, sign.key)>
            <KeyPanel choice/>
            <Show when=move || on_phone.get()>
                <Show when=move || !sign.pending().get()
                    fallback=move || view! { <p role="status">{t!(i18n, sign.working)}</p> }>
                    <PhonePanel task=PhoneTask::Draft(draft) on_signed/>
                </Show>
            </Show>
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
