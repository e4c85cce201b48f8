//! The last step of a signed act: the very text, the key, «Подписать». What happens with the
//! signature is the page's.

use super::{
    ChosenKey, KeyChoice, KeyPanel, PhonePanel, PhoneSignature, PhoneTask, Text, use_signer,
};
use crate::{
    api::Failure,
    components::{
        card::Card, fields::WorkingButton, links::ActionLink, notice::Papers, trouble::TroubleSlot,
    },
    i18n::{t, t_string, use_i18n},
    remote::failure_of,
    routes::Route,
    state::{Sent, Signed, Way, use_outcome},
};
use balabaqsha_shared::{
    Code,
    dto::{Draft, SignedDraft},
};
use leptos::prelude::*;

/// How the signature is made.
#[derive(Clone, Debug)]
enum Made {
    Here(ChosenKey),
    OnPhone(Vec<PhoneSignature>),
}

/// Signing drafts, one or those of a joint step, and sending the signatures.
#[derive(Clone, Copy)]
pub struct Signing {
    action: Action<Made, Result<(), Failure>>,
    drafts: StoredValue<Vec<Draft>>,
    /// Why the service refused; nobody knows of any other end.
    pub refusal: Signal<Option<Failure>>,
}

impl Signing {
    pub fn is_pending(self) -> bool {
        self.action.pending().get()
    }
}

/// Signs the drafts with the chosen key and sends the signatures to `endpoint`; what becomes of them,
/// [`crate::state::Outcome`] finds out.
pub fn use_signing(choice: KeyChoice, drafts: Vec<Draft>, way: Way, endpoint: String) -> Signing {
    let outcome = use_outcome();
    let signer = use_signer();
    let first = drafts.first().map(|draft| draft.id);
    let drafts = StoredValue::new(drafts);
    let action = Action::new_local(move |made: &Made| {
        let (made, drafts, endpoint) = (made.clone(), drafts.get_value(), endpoint.clone());
        async move {
            let signed = match made {
                Made::OnPhone(signed) => Ok(on_phone(&drafts, &signed)),
                Made::Here(key) => {
                    let texts = drafts.iter().map(|draft| Text {
                        content: &draft.content,
                        shown: &draft.text,
                    });
                    signer.sign(key, &texts.collect::<Vec<_>>()).await
                }
            };
            let signatures = match signed {
                Ok(signatures) => signatures,
                Err(problem) => {
                    choice.take(&problem);
                    return Ok(());
                }
            };
            let signed = drafts.iter().zip(signatures);
            let signed = signed.map(|(draft, cms)| SignedDraft {
                draft_id: draft.id,
                cms,
            });
            let Some(signed) = Signed::of(signed.collect()) else {
                return Ok(());
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
        failure.get().or_else(|| outcome.refusal(first?))
    });
    Signing {
        action,
        drafts,
        refusal,
    }
}

/// What the phone has signed, in the order of the drafts.
fn on_phone(drafts: &[Draft], signed: &[PhoneSignature]) -> Vec<String> {
    let of = |draft: &Draft| signed.iter().find(|one| one.draft == Some(draft.id));
    let signatures = drafts.iter().filter_map(of);
    signatures.map(|one| one.cms.clone()).collect()
}

#[component]
pub fn SignStep(
    choice: KeyChoice,
    sign: Signing,
    /// The page that has the text written anew when this one can no longer be signed.
    #[prop(optional)]
    anew: Option<Route>,
) -> impl IntoView {
    let i18n = use_i18n();
    let Signing {
        action: sign,
        drafts,
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
    let on_signed = move |signed: Vec<PhoneSignature>| {
        if !sign.pending().get_untracked() {
            sign.dispatch_local(Made::OnPhone(signed));
        }
    };
    let texts = drafts.with_value(|drafts| drafts.iter().map(|draft| draft.text.clone()).collect());
    let ids = move || drafts.with_value(|drafts| drafts.iter().map(|draft| draft.id).collect());
    view! {
        <h2>{t!(i18n, sign.text)}</h2>
        <p>{t!(i18n, sign.text_hint)}</p>
        <Papers texts/>
        <Card title=move || t_string!(i18n, sign.key)>
            <KeyPanel choice/>
            <Show when=move || on_phone.get()>
                <Show when=move || !sign.pending().get()
                    fallback=move || view! { <p role="status">{t!(i18n, sign.working)}</p> }>
                    <PhonePanel task=PhoneTask::Drafts(ids()) on_signed/>
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
