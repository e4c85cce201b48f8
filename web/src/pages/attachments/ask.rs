//! The child's IIN and the number of the application; then the service writes the text.

use super::Progress;
use crate::{
    api::use_api,
    components::{
        fields::{SubmitButton, TextField},
        form::{ErrorSummary, Field, Form},
        heading::Heading,
        links::BackLink,
        notice::Inset,
        trouble::TroubleSlot,
    },
    flows::use_attaching,
    i18n::{language_now, t, t_string, use_i18n},
    navigation::use_navigation,
    remote::failure_of,
    routes::{AttachStep, Route},
};
use balabaqsha_shared::{dto::AttachmentDraftRequest, input};
use leptos::{ev, prelude::*};

#[component]
pub fn AskPage() -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let navigation = use_navigation();
    let flow = use_attaching();
    let given = flow.get_now();
    let iin = Field::new("iin", given.iin);
    let number = Field::new("application-number", given.number);
    let form = Form::new([iin, number]);
    // Kept as it is typed, for a reload or a lost network.
    Effect::new(move || {
        flow.update(|attaching| {
            attaching.iin = iin.value.get();
            attaching.number = number.value.get();
        });
    });
    let write = Action::new_local(move |request: &AttachmentDraftRequest| {
        let request = request.clone();
        async move {
            match api.draft_attachment(request).await {
                Ok(draft) => {
                    flow.update(|attaching| attaching.draft = Some(draft));
                    navigation.go(&Route::Attach(AttachStep::Sign));
                    Ok(())
                }
                Err(refused) => {
                    let pointers = [("/child_iin", iin), ("/application_number", number)];
                    form.take(refused, &pointers)
                }
            }
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if write.pending().get_untracked() {
            return;
        }
        form.clear();
        let child = iin.read(|text| input::iin(text).map(|iin| iin.to_string()));
        let application =
            number.read(|text| input::application_number(text).map(|number| number.to_string()));
        let (Some(child_iin), Some(application_number)) = (child, application) else {
            return form.refuse();
        };
        write.dispatch_local(AttachmentDraftRequest {
            child_iin,
            application_number,
            language: language_now(i18n),
        });
    };
    view! {
        <BackLink to=Route::Attachments text=move || t_string!(i18n, attach.heading)/>
        <Progress current=0/>
        <ErrorSummary form/>
        <Heading text=move || t_string!(i18n, attach.new) form/>
        <form class="narrow" on:submit=submit novalidate>
            <TextField field=iin label=move || t_string!(i18n, queueing.iin)
                hint=move || t_string!(i18n, queueing.iin_hint)
                inputmode="numeric" width="w-12"/>
            <TextField field=number label=move || t_string!(i18n, attach.number)
                hint=move || t_string!(i18n, attach.number_hint)/>
            <Inset><p>{t!(i18n, attach.next)}</p></Inset>
            <TroubleSlot failure=failure_of(write)/>
            <SubmitButton text=move || t_string!(i18n, common.proceed) busy=write.pending()/>
        </form>
    }
}
