//! Claimed benefits (R21): a list by age with what is overdue in front, the proof beside the decision, the signature
//! under it (R18), and then the next one at once.

use super::{
    list::{Table, Title, day},
    routes::{BenefitStep, OfficePage},
    state::use_office,
};
use crate::{
    api::{Failure, use_api},
    components::{
        document::DownloadButton,
        facts::{Fact, Facts},
        fields::{RadioChoice, RadioField, SubmitButton, TextField},
        form::{ErrorSummary, Field, Form},
        heading::Heading,
        links::{ActionLink, BackLink, Redirect},
        notice::Inset,
        outcome::{SignedWay, Step},
        scans::ScanPages,
        steps::{StepName, Steps},
        tag::{Mood, Tag},
        trouble::TroubleSlot,
    },
    flows::use_deciding,
    i18n::{Locale, format, language, language_now, localized, t, t_string, td_string, use_i18n},
    navigation::use_navigation,
    remote::{Fetched, Remote, failure_of},
    signing::{KeyChoice, SignStep, Usage, use_signing},
    state::{Way, use_outcome},
};
use balabaqsha_shared::{
    Code,
    benefit::{BenefitVerdict, ClaimState, ScanKind, VirusCheck},
    dto::{
        BenefitDecisionDraftRequest, Draft, OfficeBenefitClaim, OfficeBenefitClaimList, Scan,
        VirusCheckOverride,
    },
    endpoint,
    id::BenefitClaimId,
};
use leptos::{ev, prelude::*};

const CONFIRM: &str = "confirm";
const REFUSE: &str = "refuse";

#[component]
pub fn BenefitsPage() -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    // A decision that was signed just now is shown here.
    use_outcome().shown();
    let found: Remote<OfficeBenefitClaimList> =
        Remote::new(move || office.watch(api.office_benefit_claims()));
    let list = move |list: OfficeBenefitClaimList| {
        if list.items.is_empty() {
            return view! { <p class="empty">{t!(i18n, benefits.none)}</p> }.into_any();
        }
        let total = list.total;
        let sum = move || {
            let total = format::number(i18n.get_locale(), total);
            t_string!(i18n, benefits.total, total = total)
        };
        let first = list.items.first().map(|item| item.claim.id);
        let rows = list.items.into_iter();
        let rows = rows.map(|item| view! { <Row item/> }).collect_view();
        view! {
            <p class="sum">{sum}</p>
            {first.map(|first| view! {
                <p>
                    <ActionLink to=OfficePage::Benefit(first, BenefitStep::Ask).route()
                        text=move || t_string!(i18n, benefits.begin)/>
                </p>
            })}
            <Table caption=move || t_string!(i18n, benefits.heading) head=HEAD.to_vec()>
                {rows}
            </Table>
        }
        .into_any()
    };
    view! {
        <Heading text=move || t_string!(i18n, benefits.heading)/>
        <p>{t!(i18n, benefits.section_text)}</p>
        <Fetched data=found let:found>{list(found)}</Fetched>
    }
}

const HEAD: [Title; 5] = [
    |locale| td_string!(locale, application.child),
    |locale| td_string!(locale, benefit.ground),
    |locale| td_string!(locale, common.locality),
    |locale| td_string!(locale, benefits.decide_by),
    |locale| td_string!(locale, application.number),
];

#[component]
fn Row(item: OfficeBenefitClaim) -> impl IntoView {
    let i18n = use_i18n();
    let OfficeBenefitClaim {
        application_number,
        locality,
        child_name,
        overdue,
        claim,
        ..
    } = item;
    let link = OfficePage::Benefit(claim.id, BenefitStep::Ask).path();
    let (ground, by) = (claim.ground.name, claim.decide_by);
    let late = overdue.then(|| {
        view! { " " <Tag mood=Mood::Stop text=move || t_string!(i18n, benefits.overdue)/> }
    });
    view! {
        <tr>
            <th scope="row"><a href=link>{child_name}</a></th>
            <td>{localized(i18n, &ground)}</td>
            <td>{localized(i18n, &locality)}</td>
            <td>{move || format::day(i18n.get_locale(), by)} {late}</td>
            <td>{application_number.to_string()}</td>
        </tr>
    }
}

/// Leads to the claim that waits longest.
#[component]
pub fn NextBenefitPage() -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    use_outcome().shown();
    let found: Remote<OfficeBenefitClaimList> =
        Remote::new(move || office.watch(api.office_benefit_claims()));
    let next = move |list: OfficeBenefitClaimList| {
        let first = list.items.iter().find(|item| !item.own);
        match first.map(|item| item.claim.id) {
            Some(id) => view! {
                <Redirect to=OfficePage::Benefit(id, BenefitStep::Ask).route()/>
            }
            .into_any(),
            None => view! {
                <Heading text=move || t_string!(i18n, benefits.heading)/>
                <p class="lead" role="status">{t!(i18n, benefits.none)}</p>
                <p>
                    <ActionLink to=OfficePage::Start.route()
                        text=move || t_string!(i18n, office.to_start)/>
                </p>
            }
            .into_any(),
        }
    };
    view! { <Fetched data=found page=true let:found>{next(found)}</Fetched> }
}

#[component]
fn Progress(current: usize) -> impl IntoView {
    let names: Vec<StepName> = vec![
        |locale| td_string!(locale, benefits.step_decide),
        |locale| td_string!(locale, act.step_sign),
    ];
    view! { <Steps names current/> }
}

#[component]
pub fn BenefitPage(id: BenefitClaimId, step: BenefitStep) -> impl IntoView {
    let way = Way::Deciding(id);
    match step {
        BenefitStep::Ask => view! {
            <SignedWay way step=Step::BeforeSigning><ClaimPage id/></SignedWay>
        }
        .into_any(),
        BenefitStep::Sign => view! {
            <SignedWay way step=Step::Signing><SignPage id/></SignedWay>
        }
        .into_any(),
    }
}

#[component]
fn ClaimPage(id: BenefitClaimId) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let found: Remote<OfficeBenefitClaim> =
        Remote::new(move || office.watch(api.office_benefit_claim(id)));
    view! {
        <BackLink to=OfficePage::Benefits.route() text=move || t_string!(i18n, benefits.heading)/>
        <Fetched data=found page=true let:item><Open item found/></Fetched>
    }
}

#[component]
fn Open(item: OfficeBenefitClaim, found: Remote<OfficeBenefitClaim>) -> impl IntoView {
    let i18n = use_i18n();
    let id = item.claim.id;
    let failure = RwSignal::new(None::<Failure>);
    let scans = item.claim.scans.clone();
    let scans = scans
        .into_iter()
        .zip(std::iter::once(true).chain(std::iter::repeat(false)))
        .map(|(scan, first)| view! { <Proof scan found failure open=first/> })
        .collect_view();
    let ground = item.claim.ground.clone();
    let (name, article) = (ground.name.clone(), ground.article.clone());
    let (category, by) = (ground.category, item.claim.decide_by);
    let (birth_date, submitted_at) = (item.birth_date, item.submitted_at);
    let late = item.overdue.then(|| {
        view! { " " <Tag mood=Mood::Stop text=move || t_string!(i18n, benefits.overdue)/> }
    });
    let child = item.child_name.clone();
    let decision = match (item.claim.state, item.own) {
        (ClaimState::Open, false) => view! { <Decision id days=ground.proof_days/> }.into_any(),
        (ClaimState::Open, true) => {
            view! { <Inset><p>{t!(i18n, benefits.own)}</p></Inset> }.into_any()
        }
        (state, _) => view! {
            <Inset>
                <p>{move || decided_words(i18n.get_locale(), state)}</p>
                <ActionLink to=OfficePage::NextBenefit.route()
                    text=move || t_string!(i18n, benefits.next)/>
            </Inset>
        }
        .into_any(),
    };
    view! {
        <Progress current=0/>
        <Heading text=move || child.clone()/>
        <div class="two">
            <div>
                {scans}
                <TroubleSlot failure/>
            </div>
            <aside>
                <Facts>
                    <Fact name=move || t_string!(i18n, benefit.ground)>
                        {localized(i18n, &name)}
                        <br/>
                        <span class="muted">{localized(i18n, &article)}</span>
                    </Fact>
                    <Fact name=move || t_string!(i18n, application.category)>
                        {move || category.name(language(i18n))}
                    </Fact>
                    <Fact name=move || t_string!(i18n, common.birth_date)>
                        {move || format::day(i18n.get_locale(), birth_date)}
                    </Fact>
                    <Fact name=move || t_string!(i18n, application.submitted)>
                        {move || format::moment(i18n.get_locale(), submitted_at)}
                    </Fact>
                    <Fact name=move || t_string!(i18n, benefits.decide_by)>
                        {move || format::day(i18n.get_locale(), by)} {late}
                    </Fact>
                    <Fact name=move || t_string!(i18n, application.number)>
                        {item.application_number.to_string()}
                    </Fact>
                </Facts>
                {decision}
            </aside>
        </div>
    }
}

fn decided_words(locale: Locale, state: ClaimState) -> &'static str {
    match state {
        ClaimState::Refused => td_string!(locale, benefits.was_refused),
        _ => td_string!(locale, benefits.was_confirmed),
    }
}

/// A scan with its pages; the first one of a claim is open at once.
#[component]
fn Proof(
    scan: Scan,
    found: Remote<OfficeBenefitClaim>,
    /// Takes what goes wrong with the file.
    failure: RwSignal<Option<Failure>>,
    open: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let id = scan.id;
    let extension = match scan.kind {
        ScanKind::Jpeg => "jpg",
        ScanKind::Png => "png",
        ScanKind::Pdf => "pdf",
    };
    let original = scan.virus_check.opens().then(|| {
        view! {
            <DownloadButton text=move || t_string!(i18n, benefits.original)
                path=endpoint::office_scan_original(id) file_name=format!("{id}.{extension}")
                failure class="btn small ghost"/>
        }
    });
    let unchecked = (scan.virus_check == VirusCheck::Unchecked)
        .then(|| view! { <Unchecked scan=scan.clone() found/> });
    view! {
        <ScanPages scan path=endpoint::office_scan_page open/>
        {original}
        {unchecked}
    }
}

/// Nobody has looked for viruses: the official may decide to open it all the same.
#[component]
fn Unchecked(scan: Scan, found: Remote<OfficeBenefitClaim>) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let reason = Field::new("override-reason", "");
    let form = Form::new([reason]);
    let open = Action::new_local(move |request: &VirusCheckOverride| {
        let asked = api.override_virus_check(scan.id, request);
        async move {
            match office.watch(asked).await {
                Ok(_) => {
                    found.refresh();
                    Ok(())
                }
                Err(refused) => form.take(refused, &[("/reason", reason)]),
            }
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if open.pending().get_untracked() {
            return;
        }
        form.clear();
        match reason.read(|text| -> Result<String, Code> { Ok(text.to_owned()) }) {
            Some(reason) => drop(open.dispatch_local(VirusCheckOverride { reason })),
            None => form.refuse(),
        }
    };
    view! {
        <form on:submit=submit novalidate>
            <Inset><p>{t!(i18n, benefits.unchecked_text)}</p></Inset>
            <TextField field=reason label=move || t_string!(i18n, benefits.open_reason)/>
            <TroubleSlot failure=failure_of(open)/>
            <SubmitButton text=move || t_string!(i18n, benefits.open) busy=open.pending()
                class="btn ghost"/>
        </form>
    }
}

#[component]
fn Decision(
    id: BenefitClaimId,
    /// For so many days such a proof can hold.
    days: Option<u16>,
) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let navigation = use_navigation();
    let flow = use_deciding();
    let mut typed = flow.get_now();
    if typed.claim != Some(id) {
        typed = Default::default();
    }
    let verdict = Field::new("verdict", typed.verdict);
    let reason = Field::new("reason", typed.reason);
    let valid_until = Field::new("valid-until", typed.valid_until);
    let form = Form::new([verdict, reason, valid_until]);
    // Kept as it is typed, for a reload or a lost network.
    Effect::new(move || {
        flow.update(|kept| {
            kept.claim = Some(id);
            kept.verdict = verdict.value.get();
            kept.reason = reason.value.get();
            kept.valid_until = valid_until.value.get();
        });
    });
    let draft = Action::new_local(move |request: &BenefitDecisionDraftRequest| {
        let asked = api.draft_benefit_decision(id, request);
        async move {
            match office.watch(asked).await {
                Ok(draft) => {
                    flow.update(|kept| kept.draft = Some(draft));
                    navigation.go(&OfficePage::Benefit(id, BenefitStep::Sign).route());
                    Ok(())
                }
                Err(refused) => {
                    let pointers = [("/reason", reason), ("/valid_until", valid_until)];
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
        let chosen = verdict.read(|text| match text {
            CONFIRM => Ok(BenefitVerdict::Confirm),
            REFUSE => Ok(BenefitVerdict::Refuse),
            _ => Err(Code::FieldRequired),
        });
        let refuses = chosen == Some(BenefitVerdict::Refuse);
        let why = if refuses {
            reason.read(|text| -> Result<String, Code> { Ok(text.to_owned()) })
        } else {
            None
        };
        let typed = !refuses && !valid_until.text().is_empty();
        let until = if typed { valid_until.read(day) } else { None };
        let (Some(verdict), true, true) =
            (chosen, !refuses || why.is_some(), !typed || until.is_some())
        else {
            return form.refuse();
        };
        draft.dispatch_local(BenefitDecisionDraftRequest {
            verdict,
            reason: why,
            valid_until: until,
            language: language_now(i18n),
        });
    };
    let choices = vec![
        RadioChoice {
            value: CONFIRM,
            label: Signal::derive(move || t_string!(i18n, benefits.confirm).to_owned()),
            hint: None,
        },
        RadioChoice {
            value: REFUSE,
            label: Signal::derive(move || t_string!(i18n, benefits.refuse).to_owned()),
            hint: None,
        },
    ];
    let until_hint = Signal::derive(move || match days {
        Some(days) => {
            let days = format::number(i18n.get_locale(), days.into());
            t_string!(i18n, benefits.until_hint, days = days)
        }
        None => t_string!(i18n, benefits.until_hint_free).to_owned(),
    });
    let is = move |value: &'static str| verdict.value.with(|chosen| chosen == value);
    view! {
        <ErrorSummary form/>
        <form on:submit=submit novalidate>
            <RadioField field=verdict label=move || t_string!(i18n, benefits.decision) choices/>
            <Show when=move || is(CONFIRM)>
                <TextField field=valid_until label=move || t_string!(i18n, benefits.until)
                    hint=until_hint width="w-12"/>
            </Show>
            <Show when=move || is(REFUSE)>
                <TextField field=reason label=move || t_string!(i18n, suspensions.reason)
                    hint=move || t_string!(i18n, suspensions.reason_hint)/>
            </Show>
            <TroubleSlot failure=failure_of(draft)/>
            <SubmitButton text=move || t_string!(i18n, suspensions.to_signature)
                busy=draft.pending()/>
        </form>
    }
}

/// The signature under the decision.
#[component]
fn SignPage(id: BenefitClaimId) -> impl IntoView {
    let kept = use_deciding().get_now();
    match kept.draft.filter(|_| kept.claim == Some(id)) {
        Some(draft) => view! { <Signature id draft/> }.into_any(),
        None => view! {
            <Redirect to=OfficePage::Benefit(id, BenefitStep::Ask).route()/>
        }
        .into_any(),
    }
}

#[component]
fn Signature(id: BenefitClaimId, draft: Draft) -> impl IntoView {
    let i18n = use_i18n();
    let choice = KeyChoice::new(Usage::Signing);
    let text = draft.text.clone();
    let anew = OfficePage::Benefit(id, BenefitStep::Ask).route();
    let sign = use_signing(
        choice,
        draft,
        Way::Deciding(id),
        endpoint::benefit_decision(id),
    );
    view! {
        <BackLink to=anew.clone() text=move || t_string!(i18n, benefits.step_decide)/>
        <Progress current=1/>
        <ErrorSummary form=choice.form()/>
        <Heading text=move || t_string!(i18n, sign.heading) form=choice.form()/>
        <div class="narrow">
            <SignStep choice text sign anew/>
        </div>
    }
}
