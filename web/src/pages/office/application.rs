//! Everything about an application for officials with the duty `queue`, and the decision about it (R22, R27): what is
//! known beside what can be decided, the reason, and the signature under both (R18).

use super::{
    list::{Table, Title, day},
    routes::{DecisionStep, OfficePage},
    state::use_office,
};
use crate::{
    api::use_api,
    components::{
        facts::{Fact, Facts},
        fields::{Choice, RadioChoice, RadioField, SelectField, SubmitButton, TextField},
        form::{ErrorSummary, Field, Form},
        heading::Heading,
        links::{BackLink, PhoneLink, Redirect},
        notice::Inset,
        outcome::{SignedWay, Step},
        steps::{StepName, Steps},
        tag::{ApplicationTag, ReferralTag},
        trouble::TroubleSlot,
    },
    flows::use_decision,
    i18n::{Locale, format, language, language_now, localized, t, t_string, td_string, use_i18n},
    navigation::use_navigation,
    pages::{application::HistoryLine, looks::LookLine},
    remote::{Fetched, Remote, failure_of},
    signing::{KeyChoice, SignStep, Usage, use_signing},
    state::Way,
};
use balabaqsha_shared::{
    Code,
    application::{Standing, VerifiedBy},
    child::Child,
    decision::{ApplicationDecision, DecisionKind},
    dto::{
        AnnulmentDraftRequest, ApplicationDecisionDraftRequest, AttachedParent, Draft,
        OfficeApplication, OfficeReferral, OtherApplication,
    },
    endpoint,
    id::{ApplicationId, ReferralId},
    input,
    referral::ReferralState,
};
use leptos::{ev, prelude::*};

/// Annulling has an operation of its own.
const ANNUL: &str = "annul_referral";

#[component]
pub fn ApplicationPage(id: ApplicationId, step: DecisionStep) -> impl IntoView {
    let way = Way::DecidingApplication(id);
    match step {
        DecisionStep::Ask => view! {
            <SignedWay way step=Step::BeforeSigning><CasePage id/></SignedWay>
        }
        .into_any(),
        DecisionStep::Sign => view! {
            <SignedWay way step=Step::Signing><SignPage id/></SignedWay>
        }
        .into_any(),
        DecisionStep::Done => view! {
            <SignedWay way step=Step::Result><CasePage id decided=true/></SignedWay>
        }
        .into_any(),
    }
}

#[component]
fn Progress(current: usize) -> impl IntoView {
    let names: Vec<StepName> = vec![|locale| td_string!(locale, cases.step_decide), |locale| {
        td_string!(locale, act.step_sign)
    }];
    view! { <Steps names current/> }
}

#[component]
fn CasePage(
    id: ApplicationId,
    /// A decision was signed just now.
    #[prop(optional)]
    decided: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let found: Remote<OfficeApplication> =
        Remote::new(move || office.watch(api.office_application(id)));
    view! {
        <BackLink to=OfficePage::Waiting.route() text=move || t_string!(i18n, cases.heading)/>
        <Fetched data=found page=true let:item><Case item decided/></Fetched>
    }
}

#[component]
fn Case(item: OfficeApplication, decided: bool) -> impl IntoView {
    let i18n = use_i18n();
    let id = item.application.id;
    let child = item.application.child_name.clone();
    let decision = if decided {
        view! {
            <Inset>
                <p role="status">{t!(i18n, cases.done)}</p>
                <p><a href=OfficePage::Waiting.path()>{t!(i18n, cases.to_list)}</a></p>
                <p>
                    <a href=OfficePage::Application(id, DecisionStep::Ask).path()>
                        {t!(i18n, cases.once_more)}
                    </a>
                </p>
            </Inset>
        }
        .into_any()
    } else if item.own {
        view! { <Inset><p>{t!(i18n, benefits.own)}</p></Inset> }.into_any()
    } else {
        let possible = item.possible.clone();
        let attached = item.attached.clone();
        let (referral, child) = (item.referral.clone(), item.child.clone());
        view! { <Decision id child possible attached referral/> }.into_any()
    };
    view! {
        <Progress current=0/>
        <Heading text=move || child.clone()/>
        <div class="two">
            <div>
                <Known item=item.clone()/>
                <Others items=item.others/>
                <h2>{t!(i18n, application.tab_history)}</h2>
                <ol class="line">
                    {item.history.into_iter()
                        .map(|event| view! { <HistoryLine event/> })
                        .collect_view()}
                </ol>
                <h2>{t!(i18n, cases.looks)}</h2>
                {item.looks.is_empty().then(|| view! { <p>{t!(i18n, looks.empty)}</p> })}
                <ol class="line">
                    {item.looks.into_iter()
                        .map(|look| view! { <LookLine look/> })
                        .collect_view()}
                </ol>
            </div>
            <aside>{decision}</aside>
        </div>
    }
}

/// What is known of the child and the applicant.
#[component]
fn Known(item: OfficeApplication) -> impl IntoView {
    let i18n = use_i18n();
    let OfficeApplication {
        application,
        locality,
        child,
        applicant_name,
        applicant_iin_masked,
        contact_phone,
        standing,
        verified_by,
        denied,
        birth_date_differs,
        lapses,
        category,
        referral,
        attached,
        decisions,
        ..
    } = item;
    let (born, submitted, state) = (
        child.birth_date,
        application.submitted_at,
        application.state,
    );
    let differs = birth_date_differs.then(|| {
        view! { <br/><span class="muted">{t!(i18n, cases.date_differs)}</span> }
    });
    let referral = referral.map(|referral| {
        let deadline = referral.deadline;
        view! {
            <Fact name=move || t_string!(i18n, cases.referral)>
                {referral.number.to_string()} " " <ReferralTag state=referral.state/>
                <br/>
                {localized(i18n, &referral.kindergarten)}
                <br/>
                {move || format::day(i18n.get_locale(), deadline)}
            </Fact>
        }
    });
    let attached = (!attached.is_empty()).then(|| {
        let names: Vec<String> = attached.into_iter().map(|one| one.name).collect();
        view! {
            <Fact name=move || t_string!(i18n, cases.attached)>{names.join(", ")}</Fact>
        }
    });
    let decisions = (!decisions.is_empty()).then(|| {
        let items = decisions.into_iter().map(move |one| {
            let at = one.signed_at;
            view! {
                <li>
                    {localized(i18n, &one.title)} ", "
                    {move || format::moment(i18n.get_locale(), at)}
                </li>
            }
        });
        view! {
            <Fact name=move || t_string!(i18n, cases.decisions)>
                <ul>{items.collect_view()}</ul>
            </Fact>
        }
    });
    view! {
        <Facts>
            <Fact name=move || t_string!(i18n, application.number)>
                {application.number.to_string()} " " <ApplicationTag state/>
            </Fact>
            <Fact name=move || t_string!(i18n, common.locality)>{localized(i18n, &locality)}</Fact>
            <Fact name=move || t_string!(i18n, search.child_iin)>{child.iin.to_string()}</Fact>
            <Fact name=move || t_string!(i18n, common.birth_date)>
                {move || format::day(i18n.get_locale(), born)} {differs}
            </Fact>
            <Fact name=move || t_string!(i18n, cases.applicant)>
                {applicant_name} <br/> {applicant_iin_masked} <br/>
                <PhoneLink number=contact_phone.to_string()/>
            </Fact>
            <Fact name=move || t_string!(i18n, cases.parenthood)>
                {move || parenthood(i18n.get_locale(), verified_by, denied)}
            </Fact>
            <Fact name=move || t_string!(i18n, cases.standing)>
                {move || standing_words(i18n.get_locale(), standing)}
            </Fact>
            <Fact name=move || t_string!(i18n, application.submitted)>
                {move || format::moment(i18n.get_locale(), submitted)}
            </Fact>
            <Fact name=move || t_string!(i18n, application.category)>
                {move || category.name(language(i18n))}
            </Fact>
            <Fact name=move || t_string!(i18n, cases.lapses)>{lapses.to_string()}</Fact>
            {referral}
            {attached}
            {decisions}
        </Facts>
    }
}

fn parenthood(locale: Locale, by: Option<VerifiedBy>, denied: bool) -> &'static str {
    match by {
        Some(VerifiedBy::Registry) => td_string!(locale, cases.by_registry),
        Some(VerifiedBy::Official) => td_string!(locale, cases.by_official),
        Some(VerifiedBy::ExistedBefore) => td_string!(locale, cases.existed_before),
        Some(VerifiedBy::Imported) => td_string!(locale, cases.imported),
        None if denied => td_string!(locale, cases.denied),
        None => td_string!(locale, cases.nobody),
    }
}

fn standing_words(locale: Locale, standing: Standing) -> &'static str {
    match standing {
        Standing::TakesPart => td_string!(locale, cases.takes_part),
        Standing::Claim => td_string!(locale, cases.claim),
        Standing::Disputed => td_string!(locale, cases.disputed),
    }
}

/// Other applications about the child, on which a claim or a dispute rests.
#[component]
fn Others(items: Vec<OtherApplication>) -> impl IntoView {
    if items.is_empty() {
        return ().into_any();
    }
    let i18n = use_i18n();
    let head: Vec<Title> = vec![
        |locale| td_string!(locale, application.number),
        |locale| td_string!(locale, cases.applicant),
        |locale| td_string!(locale, common.locality),
        |locale| td_string!(locale, application.submitted),
        |locale| td_string!(locale, cases.parenthood),
        |locale| td_string!(locale, cases.standing),
    ];
    let rows = items.into_iter().map(move |other| {
        let number = other.number.to_string();
        let number = match other.id {
            Some(id) => {
                let href = OfficePage::Application(id, DecisionStep::Ask).path();
                view! { <a href=href>{number}</a> }.into_any()
            }
            None => number.into_any(),
        };
        let (submitted, by, standing) = (other.submitted_at, other.verified_by, other.standing);
        view! {
            <tr>
                <th scope="row">{number}</th>
                <td>{other.applicant_name}</td>
                <td>{localized(i18n, &other.locality)}</td>
                <td>{move || format::moment(i18n.get_locale(), submitted)}</td>
                <td>{move || parenthood(i18n.get_locale(), by, false)}</td>
                <td>
                    {move || if other.active {
                        standing_words(i18n.get_locale(), standing)
                    } else {
                        td_string!(i18n.get_locale(), cases.over)
                    }}
                </td>
            </tr>
        }
    });
    view! {
        <h2>{t!(i18n, cases.others)}</h2>
        <Table caption=move || t_string!(i18n, cases.others) head>{rows.collect_view()}</Table>
    }
    .into_any()
}

/// What the form asks a draft of.
#[derive(Clone)]
enum Asked {
    Decision(ApplicationDecisionDraftRequest),
    Annulment(ReferralId, AnnulmentDraftRequest),
}

#[component]
fn Decision(
    id: ApplicationId,
    child: Child,
    possible: Vec<DecisionKind>,
    attached: Vec<AttachedParent>,
    referral: Option<OfficeReferral>,
) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let navigation = use_navigation();
    let flow = use_decision();
    let mut typed = flow.get_now();
    if typed.application != Some(id) {
        typed = Default::default();
    }
    if typed.surname.is_empty() && typed.given_name.is_empty() {
        typed.surname = child.surname.as_str().to_owned();
        typed.given_name = child.given_name.as_str().to_owned();
        let patronymic = child.patronymic.as_ref();
        typed.patronymic = patronymic.map_or_else(String::new, |name| name.as_str().to_owned());
    }
    let kind = Field::new("decision", typed.kind);
    let attachment = Field::new("attachment", typed.attachment);
    let until = Field::new("day", typed.day);
    let reason = Field::new("reason", typed.reason);
    let names = [
        Field::new("surname", typed.surname),
        Field::new("given-name", typed.given_name),
        Field::new("patronymic", typed.patronymic),
    ];
    let [surname, given_name, patronymic] = names;
    let form = Form::new([
        kind, surname, given_name, patronymic, attachment, until, reason,
    ]);
    // Kept as it is typed, for a reload or a lost network.
    Effect::new(move || {
        flow.update(|kept| {
            kept.application = Some(id);
            kept.kind = kind.value.get();
            kept.attachment = attachment.value.get();
            kept.day = until.value.get();
            kept.reason = reason.value.get();
            kept.surname = surname.value.get();
            kept.given_name = given_name.value.get();
            kept.patronymic = patronymic.value.get();
        });
    });
    let active = referral.filter(|known| matches!(known.state, ReferralState::Active { .. }));
    let annulled = active.map(|known| known.id);
    let draft = Action::new_local(move |request: &Asked| {
        let (asked, to) = match request {
            Asked::Annulment(referral, request) => (
                api.draft_annulment(*referral, request),
                endpoint::annulment(*referral),
            ),
            Asked::Decision(request) => (
                api.draft_application_decision(id, request),
                endpoint::application_decision(id),
            ),
        };
        async move {
            match office.watch(asked).await {
                Ok(draft) => {
                    flow.update(|kept| kept.draft = Some((draft, to)));
                    let sign = OfficePage::Application(id, DecisionStep::Sign);
                    navigation.go(&sign.route());
                    Ok(())
                }
                Err(refused) => {
                    let pointers = [
                        ("/reason", reason),
                        ("/decision/birth_date", until),
                        ("/decision/until", until),
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
        let chosen = kind.text();
        let why = reason.read(|text| -> Result<String, Code> { Ok(text.to_owned()) });
        let language = language_now(i18n);
        let request = match (chosen.as_str(), annulled) {
            (ANNUL, Some(referral)) => why.map(|reason| {
                let request = AnnulmentDraftRequest { reason, language };
                Asked::Annulment(referral, request)
            }),
            _ => {
                let decision = decision(kind, names, attachment, until);
                why.zip(decision).map(|(reason, decision)| {
                    Asked::Decision(ApplicationDecisionDraftRequest {
                        decision,
                        reason,
                        language,
                    })
                })
            }
        };
        match request {
            Some(request) => drop(draft.dispatch_local(request)),
            None => form.refuse(),
        }
    };
    let choice = |value: &'static str, label: Signal<String>| RadioChoice {
        value,
        label,
        hint: None,
    };
    let mut choices: Vec<RadioChoice> = possible
        .into_iter()
        .map(|kind| {
            let label = Signal::derive(move || kind.name(language(i18n)).to_owned());
            choice(kind.as_str(), label)
        })
        .collect();
    if annulled.is_some() {
        let label = Signal::derive(move || t_string!(i18n, cases.annul).to_owned());
        choices.push(choice(ANNUL, label));
    }
    let person = |one: AttachedParent| Choice {
        value: one.attachment_id.to_string(),
        label: one.name,
    };
    let people: Vec<Choice> = attached.into_iter().map(person).collect();
    let people = StoredValue::new(people);
    let chosen = Memo::new(move |_| DecisionKind::from_name(&kind.value.get()));
    let day_label = move || {
        let locale = i18n.get_locale();
        match chosen.get() {
            Some(DecisionKind::VerifyChild) => td_string!(locale, cases.birth_date),
            Some(DecisionKind::CorrectChild) => td_string!(locale, cases.right_birth_date),
            Some(DecisionKind::RestoreReferral) => td_string!(locale, cases.new_deadline),
            _ => td_string!(locale, cases.last_day),
        }
    };
    let has_day = move || {
        matches!(
            chosen.get(),
            Some(
                DecisionKind::VerifyChild
                    | DecisionKind::RestoreReferral
                    | DecisionKind::CorrectChild
                    | DecisionKind::LiftLimits
            )
        )
    };
    view! {
        <ErrorSummary form/>
        <form on:submit=submit novalidate>
            <RadioField field=kind label=move || t_string!(i18n, benefits.decision) choices/>
            <Show when=move || chosen.get() == Some(DecisionKind::EndAttachment)>
                <SelectField field=attachment label=move || t_string!(i18n, cases.whose)
                    empty=move || t_string!(i18n, common.choose)
                    choices=move || people.get_value()/>
            </Show>
            <Show when=move || chosen.get() == Some(DecisionKind::CorrectChild)>
                <TextField field=surname label=move || t_string!(i18n, cases.surname)/>
                <TextField field=given_name label=move || t_string!(i18n, cases.given_name)/>
                <TextField field=patronymic label=move || t_string!(i18n, cases.patronymic)/>
            </Show>
            <Show when=has_day>
                <TextField field=until label=day_label
                    hint=move || t_string!(i18n, cases.day_hint) width="w-12"/>
            </Show>
            <TextField field=reason label=move || t_string!(i18n, cases.reason)
                hint=move || t_string!(i18n, cases.reason_hint)/>
            <TroubleSlot failure=failure_of(draft)/>
            <SubmitButton text=move || t_string!(i18n, suspensions.to_signature)
                busy=draft.pending()/>
        </form>
    }
}

/// What was chosen; what is missing or cannot be read is said at its field.
fn decision(
    kind: Field,
    names: [Field; 3],
    attachment: Field,
    until: Field,
) -> Option<ApplicationDecision> {
    let chosen = kind.read(|text| DecisionKind::from_name(text).ok_or(Code::FieldRequired))?;
    let optional = || match until.text().is_empty() {
        true => Some(None),
        false => until.read(day).map(Some),
    };
    Some(match chosen {
        DecisionKind::VerifyChild => ApplicationDecision::VerifyChild {
            birth_date: optional()?,
        },
        DecisionKind::Dispute => ApplicationDecision::Dispute {},
        DecisionKind::DecideFor => ApplicationDecision::DecideFor {},
        DecisionKind::DecideAgainst => ApplicationDecision::DecideAgainst {},
        DecisionKind::RestoreReferral => {
            ApplicationDecision::RestoreReferral { until: optional()? }
        }
        DecisionKind::EndAttachment => ApplicationDecision::EndAttachment {
            attachment_id: attachment.read(|text| text.parse().map_err(|_| Code::FieldRequired))?,
        },
        DecisionKind::CorrectChild => {
            let [surname, given_name, patronymic] = names;
            let surname = surname.read(input::name);
            let given_name = given_name.read(input::name);
            let patronymic = match patronymic.text().is_empty() {
                true => Some(None),
                false => patronymic.read(input::name).map(Some),
            };
            let birth_date = until.read(day);
            ApplicationDecision::CorrectChild {
                surname: surname?,
                given_name: given_name?,
                patronymic: patronymic?,
                birth_date: birth_date?,
            }
        }
        DecisionKind::LiftLimits => ApplicationDecision::LiftLimits {
            until: until.read(day)?,
        },
    })
}

/// The signature under the decision.
#[component]
fn SignPage(id: ApplicationId) -> impl IntoView {
    let kept = use_decision().get_now();
    match kept.draft.filter(|_| kept.application == Some(id)) {
        Some((draft, to)) => view! { <Signature id draft to/> }.into_any(),
        None => view! {
            <Redirect to=OfficePage::Application(id, DecisionStep::Ask).route()/>
        }
        .into_any(),
    }
}

#[component]
fn Signature(
    id: ApplicationId,
    draft: Draft,
    /// Where the signature is sent.
    to: String,
) -> impl IntoView {
    let i18n = use_i18n();
    let choice = KeyChoice::new(Usage::Signing);
    let anew = OfficePage::Application(id, DecisionStep::Ask).route();
    let sign = use_signing(choice, vec![draft], Way::DecidingApplication(id), to);
    view! {
        <BackLink to=anew.clone() text=move || t_string!(i18n, cases.step_decide)/>
        <Progress current=1/>
        <ErrorSummary form=choice.form()/>
        <Heading text=move || t_string!(i18n, sign.heading) form=choice.form()/>
        <div class="narrow">
            <SignStep choice sign anew/>
        </div>
    }
}
