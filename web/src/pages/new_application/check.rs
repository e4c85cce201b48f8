//! All answers on one page, each with the way to change it; then the text is written and
//! «Подписать и отправить» leads to the signature. Who cannot be put in the queue is told why
//! here, on a page of its own.

use super::{progress, unread};
use crate::{
    api::{Failure, use_api},
    clock::use_clock,
    components::{
        facts::{answer, answers},
        fields::working_button,
        heading::heading,
        notice::inset,
        trouble::trouble_slot,
    },
    dom::{El, View, a, h2, li, live, p, say, ul, view},
    flows::{Answers, use_queueing},
    i18n::{format, language, language_now, name, t},
    localities::use_localities,
    pages::{action, back, elsewhere, narrow, not_found},
    router::use_router,
    routes::{NewApplicationStep, Route},
};
use balabaqsha_shared::{Code, dto::Locality, rules::Violation, time};
use leptos::prelude::*;

/// Refusals that say that the child cannot be put in the queue.
const REASONS: [Code; 3] = [
    Code::ChildTooOld,
    Code::ChildAlreadyQueued,
    Code::LocalityServedElsewhere,
];

pub fn page() -> View {
    let router = use_router();
    let clock = use_clock();
    let localities = use_localities();
    let given = use_queueing().get_now();
    // An address typed by hand, or a tab that was begun anew: first things first.
    if let Some(missing) = unread(&given).first() {
        let step = missing.step();
        return elsewhere(move || router.replace(&Route::NewApplication(step)));
    }
    localities.remote().show_once(move || {
        let known = |locality: &Locality| locality.code == given.locality;
        let Some(locality) = untrack(|| localities.one(known, Locality::clone)) else {
            return not_found::page();
        };
        let reasons = given.reasons_against(&locality, time::local_date(clock.now()));
        // What the service says when it refuses the child.
        let said = RwSignal::new(None::<String>);
        let given = given.clone();
        live(move || match said.get() {
            Some(sentence) => refused(vec![sentence]),
            None if reasons.is_empty() => checked(&given, &locality, said),
            None => refused(sentences(&reasons)),
        })
    })
}

fn checked(given: &Answers, locality: &Locality, said: RwSignal<Option<String>>) -> View {
    let api = use_api();
    let router = use_router();
    let flow = use_queueing();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let request = given.request(locality, language_now());
    let sign = move || {
        let (Some(mut request), false) = (request.clone(), busy.get_untracked()) else {
            return;
        };
        request.language = language_now();
        busy.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            let answer = api.draft_application(request).await;
            busy.try_set(false);
            match answer {
                Ok(draft) => {
                    flow.update(|answers| answers.draft = Some(draft));
                    router.go(&Route::NewApplication(NewApplicationStep::Sign));
                }
                Err(problem) if problem.code().is_some_and(|code| REASONS.contains(&code)) => {
                    router.announce();
                    said.try_set(Some(problem.detail()));
                }
                Err(problem) => drop(failure.try_set(Some(problem))),
            }
        });
    };
    let other_day = given
        .iin_tells_another_day()
        .then(|| inset(p().add(t::queueing::OTHER_DAY)));
    view((
        back(
            &Route::NewApplication(NewApplicationStep::Details),
            t::queueing::DETAILS,
        ),
        progress(NewApplicationStep::Check),
        heading(t::queueing::CHECK),
        narrow((
            other_day,
            list(given, locality),
            h2().add(t::queueing::NEXT),
            p().add(t::queueing::NEXT_TEXT),
            trouble_slot(failure),
            working_button("button", t::sign::SIGN_AND_SEND, t::common::WORKING, busy)
                .on_click(sign),
        )),
    ))
}

fn list(given: &Answers, locality: &Locality) -> El {
    let child = Route::NewApplication(NewApplicationStep::Child);
    let details = Route::NewApplication(NewApplicationStep::Details);
    let birth_date = given.birth_date();
    let category = given.category;
    let day = say(move || birth_date.map(format::day).unwrap_or_default());
    let category = say(move || {
        category
            .map(|category| category.name(language()))
            .unwrap_or_default()
            .to_owned()
    });
    answers((
        answer(t::queueing::IIN, given.iin.trim(), &child),
        answer(t::queueing::FULL_NAME, given.full_name(), &child),
        answer(t::common::BIRTH_DATE, day, &child),
        answer(t::common::LOCALITY, name(&locality.name), &details),
        answer(t::queueing::CATEGORY, category, &details),
        answer(t::queueing::PHONE, given.phone.trim(), &details),
    ))
}

fn sentences(reasons: &[Violation]) -> Vec<String> {
    reasons
        .iter()
        .map(|reason| reason.sentence(language()))
        .collect()
}

/// Not a mistake in the form: the rules do not allow it now.
fn refused(reasons: Vec<String>) -> View {
    let reasons: Vec<El> = reasons
        .into_iter()
        .map(|reason| li().class("no").add(reason))
        .collect();
    view((
        back(
            &Route::NewApplication(NewApplicationStep::Details),
            t::queueing::DETAILS,
        ),
        heading(t::queueing::REFUSED),
        ul().class("check").add(reasons),
        p().add(t::queueing::REFUSED_TEXT),
        p().class("buttons").add((
            action(&Route::Applications, t::applications::HEADING),
            a().class("btn ghost")
                .href(&Route::Help.path())
                .add(t::help::HEADING),
        )),
    ))
}
