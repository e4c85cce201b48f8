//! Suspending the issue of referrals in a locality (R24), and letting them be issued again: both are decisions that
//! the official signs (R18).

use super::{
    list::{Table, Title, day},
    routes::{OfficePage, SuspendStep},
    state::use_office,
};
use crate::{
    api::{Failure, use_api},
    components::{
        document::DownloadButton,
        fields::{SelectField, SubmitButton, TextField, WorkingButton},
        form::{Complaint, ErrorSummary, Field, Form},
        heading::Heading,
        links::{ActionLink, BackLink, Redirect},
        notice::Inset,
        outcome::{SignedWay, Step},
        steps::{StepName, Steps},
        tag::{Mood, Tag},
        trouble::TroubleSlot,
    },
    flows::use_suspending,
    i18n::{format, language_now, t, t_string, td_string, use_i18n},
    navigation::use_navigation,
    remote::{Fetched, Remote, failure_of},
    routes::Route,
    signing::{KeyChoice, SignStep, Usage, use_signing},
    state::{Way, use_clock, use_localities, use_outcome},
};
use balabaqsha_shared::{
    Code,
    appointment::Duty,
    dto::{ActDraftRequest, Draft, OfficeSuspension, OfficeSuspensionList, SuspensionDraftRequest},
    endpoint,
    id::SuspensionId,
};
use chrono::TimeDelta;
use leptos::{ev, prelude::*};

#[component]
pub fn SuspensionsPage() -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    // A decision that was signed just now is shown here.
    use_outcome().shown();
    let found: Remote<OfficeSuspensionList> = Remote::new(move || office.watch(api.suspensions()));
    let failure = RwSignal::new(None::<Failure>);
    let list = move |list: OfficeSuspensionList| {
        if list.items.is_empty() {
            return view! { <p class="empty">{t!(i18n, suspensions.none)}</p> }.into_any();
        }
        let rows = list.items.into_iter();
        let rows = rows
            .map(|suspension| view! { <Row suspension failure/> })
            .collect_view();
        view! {
            <Table caption=move || t_string!(i18n, suspensions.heading) head=HEAD.to_vec()>
                {rows}
            </Table>
        }
        .into_any()
    };
    view! {
        <Heading text=move || t_string!(i18n, suspensions.heading)/>
        <p>{t!(i18n, suspensions.section_text)}</p>
        <p>
            <ActionLink to=OfficePage::Suspend(SuspendStep::Ask).route()
                text=move || t_string!(i18n, suspensions.suspend)/>
        </p>
        <TroubleSlot failure/>
        <Fetched data=found let:found>{list(found)}</Fetched>
    }
}

const HEAD: [Title; 5] = [
    |locale| td_string!(locale, common.locality),
    |locale| td_string!(locale, suspensions.period),
    |locale| td_string!(locale, suspensions.reason),
    |locale| td_string!(locale, imports.by),
    |locale| td_string!(locale, imports.state),
];

#[component]
fn Row(
    suspension: OfficeSuspension,
    /// Takes what goes wrong with a paper.
    failure: RwSignal<Option<Failure>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let clock = use_clock();
    let localities = use_localities();
    let OfficeSuspension {
        id,
        locality_id,
        begins_at,
        ends_at,
        reason,
        by,
        in_force,
        document_ids,
        ..
    } = suspension;
    let papers = document_ids
        .into_iter()
        .map(|id| {
            view! {
                <DownloadButton text=move || t_string!(i18n, suspensions.paper)
                    path=endpoint::decision_pdf(id) file_name=format!("{id}.pdf") failure
                    class="btn small ghost"/>
            }
        })
        .collect_view();
    let coming = !in_force && begins_at > clock.now();
    let (mood, state) = match (in_force, coming) {
        (true, _) => (Mood::Soon, State::InForce),
        (false, true) => (Mood::Wait, State::Coming),
        (false, false) => (Mood::Over, State::Over),
    };
    let state = move || match state {
        State::InForce => t_string!(i18n, suspensions.in_force),
        State::Coming => t_string!(i18n, suspensions.coming),
        State::Over => t_string!(i18n, suspensions.over),
    };
    let period = move || {
        let locale = i18n.get_locale();
        let from = format::day_of(locale, begins_at);
        // The end is the first moment at which referrals are issued again.
        let until = format::day_of(locale, ends_at - TimeDelta::seconds(1));
        t_string!(i18n, appointments.from_until, from = from, until = until)
    };
    let end = (in_force || coming).then(|| {
        view! {
            " "
            <ActionLink to=OfficePage::Resume(id, SuspendStep::Ask).route()
                class="btn small ghost" text=move || t_string!(i18n, suspensions.resume)/>
        }
    });
    view! {
        <tr>
            <th scope="row">{localities.name(locality_id)}</th>
            <td>{period}</td>
            <td>{reason}</td>
            <td>{by} " " {papers}</td>
            <td><Tag mood text=state/> {end}</td>
        </tr>
    }
}

#[derive(Clone, Copy)]
enum State {
    InForce,
    Coming,
    Over,
}

#[component]
fn Progress(current: usize) -> impl IntoView {
    let names: Vec<StepName> = vec![
        |locale| td_string!(locale, suspensions.step_ask),
        |locale| td_string!(locale, act.step_sign),
    ];
    view! { <Steps names current/> }
}

#[component]
pub fn SuspendPage(step: SuspendStep) -> impl IntoView {
    let way = Way::Suspending;
    match step {
        SuspendStep::Ask => view! {
            <SignedWay way step=Step::BeforeSigning><AskPage/></SignedWay>
        }
        .into_any(),
        SuspendStep::Sign => view! {
            <SignedWay way step=Step::Signing>
                <SignPage way ends=None endpoint=endpoint::SUSPENSIONS.to_owned()
                    anew=OfficePage::Suspend(SuspendStep::Ask).route()/>
            </SignedWay>
        }
        .into_any(),
    }
}

#[component]
fn AskPage() -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let navigation = use_navigation();
    let flow = use_suspending();
    let typed = flow.get_now();
    let only = office.only_locality(Duty::Registry);
    let place = if typed.locality.is_empty() {
        only.map(|id| id.to_string()).unwrap_or_default()
    } else {
        typed.locality
    };
    let locality = Field::new("locality", place);
    let first_day = Field::new("first-day", typed.first_day);
    let last_day = Field::new("last-day", typed.last_day);
    let reason = Field::new("reason", typed.reason);
    let form = Form::new([locality, first_day, last_day, reason]);
    // Kept as it is typed, for a reload or a lost network.
    Effect::new(move || {
        flow.update(|kept| {
            kept.locality = locality.value.get();
            kept.first_day = first_day.value.get();
            kept.last_day = last_day.value.get();
            kept.reason = reason.value.get();
        });
    });
    let draft = Action::new_local(move |request: &SuspensionDraftRequest| {
        let asked = api.draft_suspension(request);
        async move {
            match office.watch(asked).await {
                Ok(draft) => {
                    flow.update(|kept| {
                        kept.ends = None;
                        kept.draft = Some(draft);
                    });
                    navigation.go(&OfficePage::Suspend(SuspendStep::Sign).route());
                    Ok(())
                }
                Err(refused) => {
                    let pointers = [
                        ("/locality_id", locality),
                        ("/first_day", first_day),
                        ("/last_day", last_day),
                        ("/reason", reason),
                    ];
                    form.take(refused, &pointers)
                }
            }
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if draft.pending().get_untracked() {
            return;
        }
        form.clear();
        let place = locality.read(|text| text.parse().map_err(|_| Code::FieldRequired));
        let first = (!first_day.text().is_empty()).then(|| first_day.read(day));
        let last = last_day.read(day);
        let why = reason.read(|text| -> Result<String, Complaint> { Ok(text.to_owned()) });
        let (Some(locality_id), Some(last_day), Some(reason)) = (place, last, why) else {
            return form.refuse();
        };
        let first_day = match first {
            Some(None) => return form.refuse(),
            Some(first) => first,
            None => None,
        };
        draft.dispatch_local(SuspensionDraftRequest {
            locality_id,
            first_day,
            last_day,
            reason,
            language: language_now(i18n),
        });
    };
    view! {
        <BackLink to=OfficePage::Suspensions.route()
            text=move || t_string!(i18n, suspensions.heading)/>
        <Progress current=0/>
        <ErrorSummary form/>
        <Heading text=move || t_string!(i18n, suspensions.suspend) form/>
        <form class="narrow" on:submit=submit novalidate>
            <Inset>
                <p>{t!(i18n, suspensions.consequence)}</p>
                <p>{t!(i18n, suspensions.holds_honoured)}</p>
            </Inset>
            <SelectField field=locality label=move || t_string!(i18n, common.locality)
                empty=move || t_string!(i18n, common.choose)
                choices=Signal::derive(move || office.localities(Duty::Registry))/>
            <TextField field=first_day label=move || t_string!(i18n, appointments.first_day)
                hint=move || t_string!(i18n, appointments.first_day_hint) width="w-12"/>
            <TextField field=last_day label=move || t_string!(i18n, appointments.last_day)
                hint=move || t_string!(i18n, suspensions.last_day_hint) width="w-12"/>
            <TextField field=reason label=move || t_string!(i18n, suspensions.reason)
                hint=move || t_string!(i18n, suspensions.reason_hint)/>
            <TroubleSlot failure=failure_of(draft)/>
            <SubmitButton text=move || t_string!(i18n, suspensions.to_signature)
                busy=draft.pending()/>
        </form>
    }
}

#[component]
pub fn ResumePage(id: SuspensionId, step: SuspendStep) -> impl IntoView {
    let way = Way::Resuming(id);
    match step {
        SuspendStep::Ask => view! {
            <SignedWay way step=Step::BeforeSigning><EndPage id/></SignedWay>
        }
        .into_any(),
        SuspendStep::Sign => view! {
            <SignedWay way step=Step::Signing>
                <SignPage way ends=Some(id) endpoint=endpoint::suspension_ending(id)
                    anew=OfficePage::Resume(id, SuspendStep::Ask).route()/>
            </SignedWay>
        }
        .into_any(),
    }
}

#[component]
fn EndPage(id: SuspensionId) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let navigation = use_navigation();
    let flow = use_suspending();
    let draft = Action::new_local(move |(): &()| {
        let request = ActDraftRequest {
            language: language_now(i18n),
        };
        let asked = api.draft_suspension_ending(id, &request);
        async move {
            let draft = office.watch(asked).await?;
            flow.update(|kept| {
                kept.ends = Some(id);
                kept.draft = Some(draft);
            });
            navigation.go(&OfficePage::Resume(id, SuspendStep::Sign).route());
            Ok(())
        }
    });
    let press = move |()| {
        if !draft.pending().get_untracked() {
            draft.dispatch_local(());
        }
    };
    view! {
        <BackLink to=OfficePage::Suspensions.route()
            text=move || t_string!(i18n, suspensions.heading)/>
        <Progress current=0/>
        <Heading text=move || t_string!(i18n, suspensions.resume)/>
        <div class="narrow">
            <p class="lead">{t!(i18n, suspensions.resume_text)}</p>
            <TroubleSlot failure=failure_of(draft)/>
            <WorkingButton text=move || t_string!(i18n, suspensions.to_signature)
                busy=draft.pending() on_press=press/>
        </div>
    }
}

/// The signature under the decision.
#[component]
fn SignPage(
    way: Way,
    /// The suspension that the draft is to end.
    ends: Option<SuspensionId>,
    endpoint: String,
    anew: Route,
) -> impl IntoView {
    let kept = use_suspending().get_now();
    match kept.draft.filter(|_| kept.ends == ends) {
        Some(draft) => view! { <Signature way draft endpoint anew/> }.into_any(),
        None => view! { <Redirect to=anew/> }.into_any(),
    }
}

#[component]
fn Signature(way: Way, draft: Draft, endpoint: String, anew: Route) -> impl IntoView {
    let i18n = use_i18n();
    let choice = KeyChoice::new(Usage::Signing);
    let sign = use_signing(choice, vec![draft], way, endpoint);
    view! {
        <BackLink to=OfficePage::Suspensions.route()
            text=move || t_string!(i18n, suspensions.heading)/>
        <Progress current=1/>
        <ErrorSummary form=choice.form()/>
        <Heading text=move || t_string!(i18n, sign.heading) form=choice.form()/>
        <div class="narrow">
            <SignStep choice sign anew/>
        </div>
    }
}
