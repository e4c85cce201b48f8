//! All answers on one page, each with the way to change it; then the text is written and
//! «Подписать и отправить» leads to the signature. Who cannot be put in the queue is told why
//! here, on a page of its own.

use super::{Progress, unread};
use crate::{
    api::{Failure, use_api},
    components::{
        facts::{Answer, Answers as AnswerList},
        fields::WorkingButton,
        heading::Heading,
        links::{ActionLink, BackLink, Redirect},
        notice::Inset,
        trouble::TroubleSlot,
    },
    flows::{Answers, use_queueing},
    i18n::{I18n, format, language, language_now, localized, t, t_string, use_i18n},
    navigation::use_navigation,
    pages::not_found::NotFoundPage,
    remote::{Ready, failure_of},
    routes::{NewApplicationStep, Route},
    state::{use_clock, use_localities},
};
use balabaqsha_shared::{Code, dto::Locality, rules::Violation, time};
use leptos::prelude::*;

/// Refusals that say that the child cannot be put in the queue.
const REASONS: [Code; 3] = [
    Code::ChildTooOld,
    Code::ChildAlreadyQueued,
    Code::LocalityServedElsewhere,
];

#[component]
pub fn CheckPage() -> impl IntoView {
    let clock = use_clock();
    let localities = use_localities();
    let given = use_queueing().get_now();
    // An address typed by hand, or a tab that was begun anew: first things first.
    if let Some(missing) = unread(&given, clock).first() {
        let step = missing.step();
        return view! { <Redirect to=Route::NewApplication(step)/> }.into_any();
    }
    let given = StoredValue::new(given);
    let page = move || {
        let given = given.get_value();
        let known = |locality: &Locality| locality.code == given.locality;
        match localities.one(known, Locality::clone) {
            Some(locality) => view! { <Checked given locality/> }.into_any(),
            None => view! { <NotFoundPage/> }.into_any(),
        }
    };
    view! { <Ready data=localities.remote() page=true>{untrack(page)}</Ready> }.into_any()
}

/// The answers, or why they cannot be sent.
#[component]
fn Checked(given: Answers, locality: Locality) -> impl IntoView {
    let i18n = use_i18n();
    let clock = use_clock();
    let known = given.reasons_against(&locality, time::local_date(clock.now()));
    // What the service says when it refuses the child.
    let said = RwSignal::new(None::<String>);
    move || match said.get() {
        Some(sentence) => view! { <Refused reasons=vec![sentence]/> }.into_any(),
        None if known.is_empty() => {
            view! { <Review given=given.clone() locality=locality.clone() said/> }.into_any()
        }
        None => {
            let known = known.clone();
            let reasons = Signal::derive(move || sentences(i18n, &known));
            view! { <Refused reasons/> }.into_any()
        }
    }
}

#[component]
fn Review(given: Answers, locality: Locality, said: RwSignal<Option<String>>) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let navigation = use_navigation();
    let flow = use_queueing();
    let not_printed = given.letters_not_on_papers();
    let not_printed = (!not_printed.is_empty()).then(|| {
        let words = move || t_string!(i18n, queueing.not_printed, letters = not_printed.clone());
        view! { <Inset><p>{words}</p></Inset> }
    });
    let other_day = given
        .iin_tells_another_day()
        .then(|| view! { <Inset><p>{t!(i18n, queueing.other_day)}</p></Inset> });
    let request = {
        let (given, locality) = (given.clone(), locality.clone());
        move || given.request(&locality, language_now(i18n))
    };
    let write = Action::new_local(move |(): &()| {
        let request = request();
        async move {
            let Some(request) = request else {
                return Ok(());
            };
            match api.draft_application(request).await {
                Ok(draft) => {
                    flow.update(|answers| answers.draft = Some(draft));
                    navigation.go(&Route::NewApplication(NewApplicationStep::Sign));
                    Ok(())
                }
                Err(refused) if is_reason(&refused) => {
                    navigation.announce();
                    said.try_set(Some(refused.detail(i18n.get_locale_untracked())));
                    Ok(())
                }
                Err(failure) => Err(failure),
            }
        }
    });
    let press = move |()| {
        if !write.pending().get_untracked() {
            write.dispatch_local(());
        }
    };
    view! {
        <BackLink to=Route::NewApplication(NewApplicationStep::Details)
            text=move || t_string!(i18n, queueing.details)/>
        <Progress step=NewApplicationStep::Check/>
        <Heading text=move || t_string!(i18n, queueing.check)/>
        <div class="narrow">
            {other_day}
            {not_printed}
            <GivenAnswers given locality/>
            <h2>{t!(i18n, queueing.next)}</h2>
            <p>{t!(i18n, queueing.next_text)}</p>
            <TroubleSlot failure=failure_of(write)/>
            <WorkingButton text=move || t_string!(i18n, sign.sign_and_send)
                busy=write.pending() on_press=press/>
        </div>
    }
}

/// Whether the service refuses the child, not the form.
fn is_reason(refused: &Failure) -> bool {
    refused.code().is_some_and(|code| REASONS.contains(&code))
}

#[component]
fn GivenAnswers(given: Answers, locality: Locality) -> impl IntoView {
    let i18n = use_i18n();
    let (birth_date, category) = (given.birth_date(), given.category);
    let iin = given.child_iin().map(|iin| iin.to_string());
    let full_name = given.full_name();
    let phone = given.contact_phone().map(|phone| phone.to_string());
    let day = move || birth_date.map(|day| format::day(i18n.get_locale(), day));
    let category = move || category.map(|category| category.name(language(i18n)));
    let child = Route::NewApplication(NewApplicationStep::Child);
    let details = Route::NewApplication(NewApplicationStep::Details);
    view! {
        <AnswerList>
            <Answer name=move || t_string!(i18n, queueing.iin) change=child.clone()>
                {iin}
            </Answer>
            <Answer name=move || t_string!(i18n, queueing.full_name) change=child.clone()>
                {full_name}
            </Answer>
            <Answer name=move || t_string!(i18n, common.birth_date) change=child>{day}</Answer>
            <Answer name=move || t_string!(i18n, common.locality) change=details.clone()>
                {localized(i18n, &locality.name)}
            </Answer>
            <Answer name=move || t_string!(i18n, queueing.category) change=details.clone()>
                {category}
            </Answer>
            <Answer name=move || t_string!(i18n, queueing.phone) change=details>
                {phone}
            </Answer>
        </AnswerList>
    }
}

fn sentences(i18n: I18n, reasons: &[Violation]) -> Vec<String> {
    reasons
        .iter()
        .map(|reason| reason.sentence(language(i18n)))
        .collect()
}

/// Not a mistake in the form: the rules do not allow it now.
#[component]
fn Refused(#[prop(into)] reasons: Signal<Vec<String>>) -> impl IntoView {
    let i18n = use_i18n();
    let items = move || {
        let reasons = reasons.get().into_iter();
        reasons
            .map(|reason| view! { <li class="no">{reason}</li> })
            .collect_view()
    };
    view! {
        <BackLink to=Route::NewApplication(NewApplicationStep::Details)
            text=move || t_string!(i18n, queueing.details)/>
        <Heading text=move || t_string!(i18n, queueing.refused)/>
        <ul class="check">{items}</ul>
        <p>{t!(i18n, queueing.refused_text)}</p>
        <p class="buttons">
            <ActionLink to=Route::Applications text=move || t_string!(i18n, applications.heading)/>
            <ActionLink to=Route::Help text=move || t_string!(i18n, help.heading) class="btn ghost"/>
        </p>
    }
}
