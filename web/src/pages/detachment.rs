//! The ending of an attachment (R3), by the applicant or by the attached person: what it means, the
//! signature, and what is so now.

use crate::{
    api::use_api,
    components::{
        card::Card,
        fields::WorkingButton,
        form::ErrorSummary,
        heading::Heading,
        links::{ActionLink, BackLink, Redirect},
        notice::{Inset, Warning},
        outcome::{SignedWay, Step},
        steps::{StepName, Steps},
        trouble::TroubleSlot,
    },
    flows::{Detaching, use_detaching},
    i18n::{language_now, t, t_string, td_string, use_i18n},
    navigation::use_navigation,
    remote::{Fetched, Remote, failure_of},
    routes::{DetachStep, Route},
    signing::{KeyChoice, SignStep, Usage, use_signing},
    state::Way,
};
use balabaqsha_shared::{
    attachment::AttachmentState,
    dto::{ActDraftRequest, AttachedPerson, Attachment, AttachmentList, Draft},
    endpoint,
    id::AttachmentId,
};
use leptos::prelude::*;

#[component]
pub fn DetachPage(id: AttachmentId, step: DetachStep) -> impl IntoView {
    let of_way = match step {
        DetachStep::Start => Step::BeforeSigning,
        DetachStep::Sign => Step::Signing,
        DetachStep::Done => Step::Result,
    };
    let page = move || match step {
        DetachStep::Start => view! { <StartPage id/> }.into_any(),
        DetachStep::Sign => view! { <SignPage id/> }.into_any(),
        DetachStep::Done => view! { <DonePage/> }.into_any(),
    };
    view! { <SignedWay way=Way::Detaching(id) step=of_way>{page()}</SignedWay> }
}

#[component]
fn Progress(current: usize) -> impl IntoView {
    let names: Vec<StepName> = vec![|locale| td_string!(locale, act.step_meaning), |locale| {
        td_string!(locale, act.step_sign)
    }];
    view! { <Steps names current/> }
}

/// An attachment as the one sees it who may end it.
#[derive(Clone, Debug, PartialEq)]
enum Ending {
    /// Somebody is attached to an application of the reader.
    Theirs(AttachedPerson),
    /// The reader is attached.
    Own(Attachment),
}

impl Ending {
    /// None when it has ended, or is not the reader's.
    fn find(list: AttachmentList, id: AttachmentId) -> Option<Self> {
        let theirs = list.attached.into_iter().find(|person| person.id == id);
        let own = list
            .mine
            .into_iter()
            .find(|own| own.id == id && matches!(own.state, AttachmentState::Attached { .. }));
        theirs.map(Self::Theirs).or(own.map(Self::Own))
    }
}

#[component]
fn StartPage(id: AttachmentId) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let list: Remote<AttachmentList> = Remote::new(move || api.attachments());
    view! {
        <BackLink to=Route::Attachments text=move || t_string!(i18n, attach.heading)/>
        <Fetched data=list page=true let:found>
            {match Ending::find(found, id) {
                Some(ending) => view! { <Meaning id ending/> }.into_any(),
                None => view! { <Over/> }.into_any(),
            }}
        </Fetched>
    }
}

/// There is nothing to end.
#[component]
fn Over() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Heading text=move || t_string!(i18n, attach.end)/>
        <p>{t!(i18n, attach.end_over)}</p>
        <p>
            <ActionLink to=Route::Attachments text=move || t_string!(i18n, attach.heading)/>
        </p>
    }
}

#[component]
fn Meaning(id: AttachmentId, ending: Ending) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let navigation = use_navigation();
    let flow = use_detaching();
    let write = Action::new_local(move |(): &()| async move {
        let request = ActDraftRequest {
            language: language_now(i18n),
        };
        let draft = api.draft_detachment(id, request).await?;
        flow.update(|detaching| *detaching = Detaching::drafted(id, draft));
        navigation.go(&Route::Detach(id, DetachStep::Sign));
        Ok(())
    });
    let press = move |()| {
        if !write.pending().get_untracked() {
            write.dispatch_local(());
        }
    };
    let meaning = match ending {
        Ending::Theirs(person) => view! { <Theirs person/> }.into_any(),
        Ending::Own(own) => view! { <Own own/> }.into_any(),
    };
    view! {
        <Progress current=0/>
        <Heading text=move || t_string!(i18n, attach.end)/>
        <div class="narrow">
            {meaning}
            <Inset>
                <p>{t!(i18n, attach.end_queue)}</p>
                <p>{t!(i18n, attach.end_later)}</p>
            </Inset>
            <TroubleSlot failure=failure_of(write)/>
            <WorkingButton text=move || t_string!(i18n, common.proceed) busy=write.pending()
                on_press=press/>
        </div>
    }
}

#[component]
fn Theirs(person: AttachedPerson) -> impl IntoView {
    let i18n = use_i18n();
    let who = move || {
        t_string!(
            i18n,
            attach.person,
            child = person.child_name.clone(),
            iin = person.iin_masked.clone(),
            name = person.name.clone(),
            number = person.application_number.as_str().to_owned()
        )
    };
    view! {
        <p class="lead">{who}</p>
        <Warning text=move || t_string!(i18n, attach.end_theirs)/>
    }
}

#[component]
fn Own(own: Attachment) -> impl IntoView {
    let i18n = use_i18n();
    let number = own.application_number.as_str().to_owned();
    view! {
        <Warning text=move || t_string!(i18n, attach.end_own, number = number.clone())/>
    }
}

#[component]
fn SignPage(id: AttachmentId) -> impl IntoView {
    match use_detaching().get_now().draft(id) {
        Some(draft) => view! { <Signature id draft/> }.into_any(),
        None => view! { <Redirect to=Route::Detach(id, DetachStep::Start)/> }.into_any(),
    }
}

#[component]
fn Signature(id: AttachmentId, draft: Draft) -> impl IntoView {
    let i18n = use_i18n();
    let choice = KeyChoice::new(Usage::Signing);
    let start = Route::Detach(id, DetachStep::Start);
    let sign = use_signing(
        choice,
        vec![draft],
        Way::Detaching(id),
        endpoint::detachment(id),
    );
    view! {
        <BackLink to=start.clone() text=move || t_string!(i18n, attach.end)/>
        <Progress current=1/>
        <ErrorSummary form=choice.form()/>
        <Heading text=move || t_string!(i18n, sign.heading) form=choice.form()/>
        <div class="narrow">
            <SignStep choice sign anew=start/>
        </div>
    }
}

#[component]
fn DonePage() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="panel">
            <Heading text=move || t_string!(i18n, attach.end_done)/>
        </div>
        <Card title=move || t_string!(i18n, referral.next)>
            <p>{t!(i18n, attach.end_done_text)}</p>
            <p class="buttons">
                <ActionLink to=Route::Applications
                    text=move || t_string!(i18n, applications.heading)/>
                <ActionLink to=Route::Attachments class="btn ghost"
                    text=move || t_string!(i18n, attach.heading)/>
            </p>
        </Card>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"{
        "mine": [
            {"id": "0198a0b0-0000-7000-8000-000000000001", "application_number": "АКТ-2026-000001",
             "application_id": "0198a0b0-0000-7000-8000-000000000011",
             "state": {"status": "attached", "at": "2026-11-23T05:00:00Z"},
             "requested_at": "2026-11-23T05:00:00Z"},
            {"id": "0198a0b0-0000-7000-8000-000000000002", "application_number": "АКТ-2026-000002",
             "state": {"status": "pending"}, "requested_at": "2026-11-23T05:00:00Z"}
        ],
        "waiting": [],
        "attached": [
            {"id": "0198a0b0-0000-7000-8000-000000000003",
             "application_id": "0198a0b0-0000-7000-8000-000000000013",
             "application_number": "АКТ-2026-000003", "child_name": "Иванова Алиса",
             "name": "СЕРИКОВ АРМАН", "iin_masked": "85••••••0013",
             "attached_at": "2026-11-23T05:00:00Z"}
        ]
    }"#;

    fn found(last: u8) -> Option<Ending> {
        let list = serde_json::from_str(LIST).unwrap();
        let id = format!("0198a0b0-0000-7000-8000-0000000000{last:02}");
        Ending::find(list, id.parse().unwrap())
    }

    #[test]
    fn only_what_is_attached_can_be_ended() {
        assert!(matches!(found(1), Some(Ending::Own(_))));
        assert_eq!(found(2), None);
        assert!(matches!(found(3), Some(Ending::Theirs(_))));
        assert_eq!(found(4), None);
    }
}
