//! All answers on one page, each with the way to change it; then the text is written and
//! «Подписать и отправить» leads to the signature. Who cannot be put on the queue is told why
//! here, on a page of its own.

use super::{steps, unread};
use crate::{
    api::{Failure, use_api},
    clock::use_clock,
    components::{
        facts::{Answer, Answers, plain},
        heading::Heading,
        notice::Inset,
        trouble::TroubleSlot,
    },
    flows::{self, use_queueing},
    i18n::{format, t, use_i18n},
    localities::use_localities,
    pages::{back, words},
    router::use_router,
    routes::{NewApplicationStep, Route},
};
use balabaqsha_shared::{Code, dto::Locality, rules::Violation, time};
use leptos::prelude::*;

/// Refusals that say that the child cannot be put on the queue.
const REASONS: [Code; 3] = [
    Code::ChildTooOld,
    Code::ChildAlreadyQueued,
    Code::LocalityServedElsewhere,
];

pub fn page() -> AnyView {
    let router = use_router();
    let clock = use_clock();
    let localities = use_localities();
    let answers = use_queueing().get_now();
    // An address typed by hand, or a tab that was begun anew: first things first.
    if let Some(missing) = unread(&answers).first() {
        let step = missing.step();
        request_animation_frame(move || router.replace(&Route::NewApplication(step)));
        return ().into_any();
    }
    localities
        .remote()
        .show_once(move || {
            let Some(locality) = localities.by_code(&answers.locality) else {
                return crate::pages::not_found::page();
            };
            let reasons = answers.reasons_against(&locality, time::local_date(clock.now()));
            let said = RwSignal::new(None::<String>);
            let answers = answers.clone();
            let view = move || {
                let known = sentences(&reasons);
                match said.get().map_or(known, |sentence| vec![sentence]) {
                    reasons if reasons.is_empty() => checked(&answers, &locality, said),
                    reasons => refused(reasons),
                }
            };
            view.into_any()
        })
        .into_any()
}

/// `said` takes the sentence of the service when it refuses the child.
fn checked(
    answers: &flows::Answers,
    locality: &Locality,
    said: RwSignal<Option<String>>,
) -> AnyView {
    let i18n = use_i18n();
    let api = use_api();
    let router = use_router();
    let flow = use_queueing();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let request = StoredValue::new(answers.request(locality, i18n.language_now()));
    let sign = move |_| {
        let (Some(mut request), false) = (request.get_value(), busy.get_untracked()) else {
            return;
        };
        request.language = i18n.language_now();
        busy.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            let answer = api.draft_application(&request).await;
            busy.try_set(false);
            match answer {
                Ok(draft) => {
                    flow.update(|answers| answers.draft = Some(draft));
                    router.go(&Route::NewApplication(NewApplicationStep::Sign));
                }
                Err(problem) if problem.code().is_some_and(|code| REASONS.contains(&code)) => {
                    router.announce();
                    said.try_set(Some(problem.detail(i18n.language_now())));
                }
                Err(problem) => {
                    failure.try_set(Some(problem));
                }
            }
        });
    };
    let other_day = answers.iin_tells_another_day().then(|| {
        view! { <Inset><p>{i18n.t(t::queueing::OTHER_DAY)}</p></Inset> }
    });
    view! {
        {back(&Route::NewApplication(NewApplicationStep::Details), t::queueing::DETAILS)}
        {steps(NewApplicationStep::Check)}
        <Heading words=words(t::queueing::CHECK)/>
        <div class="narrow">
            {other_day}
            {list(answers, locality)}
            <h2>{i18n.t(t::queueing::NEXT)}</h2>
            <p>{i18n.t(t::queueing::NEXT_TEXT)}</p>
            <TroubleSlot failure=failure/>
            <button type="button" class="btn" on:click=sign
                aria-disabled=move || busy.get().then_some("true")>
                {move || if busy.get() {
                    i18n.t(t::common::WORKING)()
                } else {
                    i18n.t(t::sign::SIGN_AND_SEND)()
                }}
            </button>
        </div>
    }
    .into_any()
}

fn list(answers: &flows::Answers, locality: &Locality) -> AnyView {
    let i18n = use_i18n();
    let child = Route::NewApplication(NewApplicationStep::Child);
    let details = Route::NewApplication(NewApplicationStep::Details);
    let birth_date = answers.birth_date();
    let category = answers.category;
    let name = locality.name.clone();
    let rows = vec![
        Answer {
            name: t::queueing::IIN,
            value: plain(answers.iin.trim()),
            change: child.clone(),
        },
        Answer {
            name: t::queueing::FULL_NAME,
            value: plain(answers.full_name()),
            change: child.clone(),
        },
        Answer {
            name: t::common::BIRTH_DATE,
            value: i18n
                .say(move |language| {
                    birth_date
                        .map(|day| format::day(language, day))
                        .unwrap_or_default()
                })
                .into_any(),
            change: child,
        },
        Answer {
            name: t::common::LOCALITY,
            value: i18n
                .say(move |language| name.get(language).to_owned())
                .into_any(),
            change: details.clone(),
        },
        Answer {
            name: t::queueing::CATEGORY,
            value: i18n
                .say(move |language| {
                    category
                        .map(|category| category.name(language))
                        .unwrap_or_default()
                        .to_owned()
                })
                .into_any(),
            change: details.clone(),
        },
        Answer {
            name: t::queueing::PHONE,
            value: plain(answers.phone.trim()),
            change: details,
        },
    ];
    view! { <Answers answers=rows/> }.into_any()
}

fn sentences(reasons: &[Violation]) -> Vec<String> {
    let language = use_i18n().language();
    reasons
        .iter()
        .map(|reason| reason.sentence(language))
        .collect()
}

/// Not a mistake in the form: the rules do not allow it now.
fn refused(reasons: Vec<String>) -> AnyView {
    let i18n = use_i18n();
    let items = reasons
        .into_iter()
        .map(|reason| view! { <li class="no">{reason}</li> })
        .collect_view();
    view! {
        {back(&Route::NewApplication(NewApplicationStep::Details), t::queueing::DETAILS)}
        <Heading words=words(t::queueing::REFUSED)/>
        <ul class="check">{items}</ul>
        <p>{i18n.t(t::queueing::REFUSED_TEXT)}</p>
        <p class="buttons">
            <a class="btn" href=Route::Applications.path()>{i18n.t(t::applications::HEADING)}</a>
            <a class="btn ghost" href=Route::Help.path()>{i18n.t(t::help::HEADING)}</a>
        </p>
    }
    .into_any()
}
