//! The frame that the acts share: the form, the button, and on to the text that the service writes.

use super::Progress;
use crate::{
    api::{Api, Failure, use_api},
    components::{
        acts::act_name,
        fields::SubmitButton,
        form::{ErrorSummary, Field, Form},
        heading::Heading,
        trouble::TroubleSlot,
    },
    flows::use_acting,
    i18n::{language_now, use_i18n},
    navigation::use_navigation,
    remote::failure_of,
    routes::{Act, ActStep, Route},
};
use balabaqsha_shared::{
    Language,
    dto::{ActDraftRequest, Draft, ExtensionDraftRequest},
    id::{ApplicationId, ReferralId},
};
use leptos::{ev, prelude::*};

/// What the service is asked to write the text of.
#[derive(Clone, Debug)]
pub enum Wanted {
    Extension(ReferralId, ExtensionDraftRequest),
    Revocation(ReferralId),
    Withdrawal(ApplicationId),
}

impl Wanted {
    async fn draft(self, api: Api, language: Language) -> Result<Draft, Failure> {
        let plain = ActDraftRequest { language };
        match self {
            Self::Extension(referral, request) => api.draft_extension(referral, request).await,
            Self::Revocation(referral) => api.draft_revocation(referral, plain).await,
            Self::Withdrawal(application) => api.draft_withdrawal(application, plain).await,
        }
    }
}

#[component]
pub fn ActForm(
    id: ApplicationId,
    act: Act,
    form: Form,
    /// Where the service may find a fault.
    #[prop(default = Vec::new())]
    pointers: Vec<(&'static str, Field)>,
    /// Reads the form; none while something is missing that was complained about.
    #[prop(into)]
    read: Callback<(), Option<Wanted>>,
    /// On the button.
    #[prop(into)]
    button: Signal<String>,
    /// The time for it has run out on this page.
    #[prop(optional, into)]
    over: Signal<bool>,
    children: Children,
) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let navigation = use_navigation();
    let flow = use_acting();
    let pointers = StoredValue::new(pointers);
    let draft = Action::new_local(move |wanted: &Wanted| {
        let wanted = wanted.clone();
        async move {
            match wanted.draft(api, language_now(i18n)).await {
                Ok(draft) => {
                    flow.update(|acting| {
                        *acting = std::mem::take(acting).of(id, act).with_draft(draft);
                    });
                    navigation.go(&Route::Act(id, act, ActStep::Check));
                    Ok(())
                }
                Err(failure) => form.take(failure, &pointers.get_value()),
            }
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if draft.pending().get_untracked() {
            return;
        }
        form.clear();
        match read.run(()) {
            Some(wanted) => drop(draft.dispatch_local(wanted)),
            None => form.refuse(),
        }
    };
    view! {
        <Progress act current=0/>
        <ErrorSummary form/>
        <Heading text=move || act_name(i18n.get_locale(), act) form/>
        <div class="narrow">
            <form on:submit=submit novalidate>
                {children()}
                <TroubleSlot failure=failure_of(draft)/>
                <Show when=move || !over.get()>
                    <SubmitButton text=button busy=draft.pending()/>
                </Show>
            </form>
        </div>
    }
}
