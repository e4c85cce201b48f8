//! The tab «История»: what happened, when, and by which rule.

use super::position;
use crate::{
    api::use_api,
    changes::Topic,
    dom::{El, View, aside, div, li, ol, p, say, time, view},
    i18n::{format, language, t},
    remote::Remote,
};
use balabaqsha_shared::{
    dto::{EventKind, History, HistoryEvent},
    id::ApplicationId,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

const REFRESH_SECONDS: u32 = 15;

pub fn tab(id: ApplicationId) -> View {
    let api = use_api();
    let history: Remote<History> =
        Remote::new(move || api.history(id)).follow(Topic::Account, REFRESH_SECONDS);
    let happened = history.show(|history| {
        let events: Vec<El> = history.items.iter().map(entry).collect();
        ol().class("line").add(events)
    });
    view(
        div()
            .class("two")
            .add((div().add(happened), aside().add(position::explained(id)))),
    )
}

fn entry(event: &HistoryEvent) -> El {
    let (at, rule, event) = (event.at, event.rule.clone(), event.clone());
    li().add((
        time()
            .attr("datetime", &at.to_rfc3339())
            .add(say(move || format::moment(at))),
        p().add(say(move || sentence(&event))),
        p().class("muted")
            .add(say(move || t::history::by_rule(&rule))),
    ))
}

/// The event in words. A fact that is missing leaves its place empty rather than the event out.
fn sentence(event: &HistoryEvent) -> String {
    let text = |name: &str| match event.data.get(name) {
        // Names come in all languages.
        Some(Value::Object(names)) => names
            .get(language().tag())
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let day = |name: &str| {
        let text = text(name);
        text.parse::<NaiveDate>().map(format::day).unwrap_or(text)
    };
    let moment = |name: &str| {
        let text = text(name);
        text.parse::<DateTime<Utc>>()
            .map(format::moment)
            .unwrap_or(text)
    };
    use t::history as words;
    match event.kind {
        EventKind::ApplicationSubmitted => words::application_submitted(&text("number")),
        EventKind::PlaceHeld => words::place_held(&text("kindergarten"), &moment("expires_at")),
        EventKind::HoldReleased => words::hold_released(&text("kindergarten")),
        EventKind::ReferralIssued => {
            words::referral_issued(&day("deadline"), &text("kindergarten"), &text("number"))
        }
        EventKind::ReferralLapsed => words::referral_lapsed(&day("deadline"), &text("number")),
        EventKind::ReferralExtended => {
            words::referral_extended(&day("previous_deadline"), &day("deadline"), &text("number"))
        }
        EventKind::ReferralRevoked => words::referral_revoked(&text("number")),
        EventKind::Enrolled => words::enrolled(&text("kindergarten"), &text("number")),
        EventKind::EnrolmentUndone => words::enrolment_undone(&text("number")),
        EventKind::Withdrawn => words::WITHDRAWN.get().to_owned(),
        EventKind::AttachmentRequested => words::ATTACHMENT_REQUESTED.get().to_owned(),
        EventKind::Attached => words::ATTACHED.get().to_owned(),
        EventKind::AttachmentDeclined => words::ATTACHMENT_DECLINED.get().to_owned(),
        EventKind::ReferralAnnulled => words::referral_annulled(&text("number"), &text("reason")),
        EventKind::StopListed => words::stop_listed(&day("until")),
        EventKind::StopListEnded => words::STOP_LIST_ENDED.get().to_owned(),
        EventKind::RemovedFromQueue => words::removed(&text("lapses")),
    }
}
