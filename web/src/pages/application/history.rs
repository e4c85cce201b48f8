//! The tab «История»: what happened, when, and by which rule.

use crate::{
    api::use_api,
    i18n::{I18n, format, t, use_i18n},
    remote::Remote,
};
use balabaqsha_shared::{
    Language,
    dto::{EventKind, History, HistoryEvent},
    id::ApplicationId,
};
use chrono::{DateTime, NaiveDate, Utc};
use leptos::prelude::*;
use serde_json::Value;

const REFRESH_SECONDS: u64 = 15;

pub fn tab(id: ApplicationId) -> AnyView {
    let api = use_api();
    let i18n = use_i18n();
    let history: Remote<History> = Remote::new(move || api.history(id)).every(REFRESH_SECONDS);
    let view = history.show(move |history| {
        let items = history
            .items
            .into_iter()
            .map(|event| entry(event, i18n))
            .collect_view();
        view! { <ol class="line">{items}</ol> }.into_any()
    });
    view.into_any()
}

fn entry(event: HistoryEvent, i18n: I18n) -> AnyView {
    let at = event.at;
    let rule = event.rule.clone();
    view! {
        <li>
            <time datetime=at.to_rfc3339()>
                {i18n.say(move |language| format::moment(language, at))}
            </time>
            <p>{i18n.say(move |language| sentence(&event, language))}</p>
            <p class="muted">{i18n.say(move |language| t::history::by_rule(language, &rule))}</p>
        </li>
    }
    .into_any()
}

/// The event in words. A fact that is missing leaves its place empty rather than the event out.
fn sentence(event: &HistoryEvent, language: Language) -> String {
    let text = |name: &str| match event.data.get(name) {
        // Names come in all languages.
        Some(Value::Object(names)) => names
            .get(language.tag())
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let day = |name: &str| {
        text(name)
            .parse::<NaiveDate>()
            .map_or_else(|_| text(name), |day| format::day(language, day))
    };
    let moment = |name: &str| {
        text(name)
            .parse::<DateTime<Utc>>()
            .map_or_else(|_| text(name), |at| format::moment(language, at))
    };
    use t::history as words;
    match event.kind {
        EventKind::ApplicationSubmitted => words::application_submitted(language, &text("number")),
        EventKind::PlaceHeld => {
            words::place_held(language, &text("kindergarten"), &moment("expires_at"))
        }
        EventKind::HoldReleased => words::hold_released(language, &text("kindergarten")),
        EventKind::ReferralIssued => words::referral_issued(
            language,
            &day("deadline"),
            &text("kindergarten"),
            &text("number"),
        ),
        EventKind::ReferralLapsed => {
            words::referral_lapsed(language, &day("deadline"), &text("number"))
        }
        EventKind::StopListed => words::stop_listed(language, &day("until")),
        EventKind::StopListEnded => words::STOP_LIST_ENDED.get(language).to_owned(),
        EventKind::RemovedFromQueue => words::removed(language, &text("lapses")),
    }
}
