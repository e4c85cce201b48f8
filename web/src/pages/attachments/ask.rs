//! The child's IIN and the number of the application; then the service writes the text.

use crate::{
    api::{Failure, use_api},
    components::{
        fields::{TextField, submit_button},
        form::{Field, Form, error_summary},
        heading::form_heading,
        notice::inset,
        steps::steps,
        trouble::trouble_slot,
    },
    dom::{El, View, effect, form, p, view},
    flows::use_attaching,
    i18n::{language_now, t},
    pages::back,
    router::use_router,
    routes::{AttachStep, Route},
};
use balabaqsha_shared::{Code, dto::AttachmentDraftRequest, iin::Iin};
use leptos::prelude::*;

pub fn progress(current: usize) -> El {
    steps(&[t::attach::STEP_ASK, t::act::STEP_SIGN], current)
}

pub fn page() -> View {
    let api = use_api();
    let router = use_router();
    let flow = use_attaching();
    let given = flow.get_now();
    let iin = Field::new("iin", given.iin);
    let number = Field::new("application-number", given.number);
    let checks = Form::new([iin, number]);
    effect(move || {
        flow.update(|attaching| {
            attaching.iin = iin.value.get();
            attaching.number = number.value.get();
        });
    });
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let submit = move || {
        if busy.get_untracked() {
            return;
        }
        checks.clear();
        failure.set(None);
        let child = iin.read(|text| {
            Iin::parse(text)
                .map(|_| text.to_owned())
                .map_err(|_| Code::IinInvalid)
        });
        let application = number.read(|text| Ok::<_, Code>(text.to_owned()));
        let (Some(child_iin), Some(application_number)) = (child, application) else {
            return checks.refuse();
        };
        let request = AttachmentDraftRequest {
            child_iin,
            application_number,
            language: language_now(),
        };
        busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = api.draft_attachment(request).await;
            busy.try_set(false);
            match answer {
                Ok(draft) => {
                    flow.update(|attaching| attaching.draft = Some(draft));
                    router.go(&Route::Attach(AttachStep::Sign));
                }
                Err(refused) => {
                    let pointers = [("/child_iin", iin), ("/application_number", number)];
                    failure.try_set(checks.take(refused, &pointers));
                }
            }
        });
    };
    let child = TextField::new(iin, t::queueing::IIN)
        .hint(t::queueing::IIN_HINT)
        .kind("text", "off", "numeric")
        .width("w-12");
    view((
        back(&Route::Attachments, t::attach::HEADING),
        progress(0),
        error_summary(checks),
        form_heading(t::attach::NEW, checks),
        form().class("narrow").on_submit(submit).add((
            child.el(),
            TextField::new(number, t::attach::NUMBER)
                .hint(t::attach::NUMBER_HINT)
                .el(),
            inset(p().add(t::attach::NEXT)),
            trouble_slot(failure),
            submit_button(t::common::CONTINUE, busy),
        )),
    ))
}
