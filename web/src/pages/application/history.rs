//! The tab «История»: what happened and when; beside it, how the place in the queue
//! has moved.

use super::position::PositionExplained;
use crate::{
    api::use_api,
    i18n::{Locale, format, td_string, use_i18n},
    remote::{Fetched, Remote},
    state::Topic,
};
use balabaqsha_shared::{
    Language,
    dto::{EventKind, History, HistoryEvent},
    id::ApplicationId,
};
use chrono::{DateTime, NaiveDate, Utc};
use leptos::prelude::*;
use serde_json::Value;

const REFRESH_SECONDS: u32 = 15;

#[component]
pub fn HistoryTab(id: ApplicationId) -> impl IntoView {
    let api = use_api();
    let history: Remote<History> =
        Remote::new(move || api.history(id)).follow(Topic::Account, REFRESH_SECONDS);
    let entries = |history: History| {
        let events = history.items.into_iter();
        events
            .map(|event| view! { <HistoryLine event/> })
            .collect_view()
    };
    view! {
        <div class="two">
            <div>
                <Fetched data=history let:found><ol class="line">{entries(found)}</ol></Fetched>
            </div>
            <aside><PositionExplained id/></aside>
        </div>
    }
}

#[component]
pub fn HistoryLine(event: HistoryEvent) -> impl IntoView {
    let i18n = use_i18n();
    let at = event.at;
    view! {
        <li>
            <time datetime=at.to_rfc3339()>{move || format::moment(i18n.get_locale(), at)}</time>
            <p>{move || sentence(i18n.get_locale(), &event)}</p>
        </li>
    }
}

/// The facts of an event, in words.
struct Facts<'event> {
    data: &'event Value,
    locale: Locale,
}

impl Facts<'_> {
    /// A fact that is missing is empty: the event is told all the same.
    fn text(&self, name: &str) -> String {
        match self.data.get(name) {
            // Names come in all languages.
            Some(Value::Object(names)) => names
                .get(Language::from(self.locale).tag())
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        }
    }

    fn day(&self, name: &str) -> String {
        let text = self.text(name);
        let day = text.parse::<NaiveDate>();
        day.map_or(text, |day| format::day(self.locale, day))
    }

    fn moment(&self, name: &str) -> String {
        let text = self.text(name);
        let at = text.parse::<DateTime<Utc>>();
        at.map_or(text, |at| format::moment(self.locale, at))
    }
}

/// The event in words.
fn sentence(locale: Locale, event: &HistoryEvent) -> String {
    let facts = Facts {
        data: &event.data,
        locale,
    };
    let number = || facts.text("number");
    let kindergarten = || facts.text("kindergarten");
    let reason = || facts.text("reason");
    match event.kind {
        EventKind::ApplicationSubmitted => {
            td_string!(locale, history.application_submitted, number = number())
        }
        EventKind::ApplicationTransferred => td_string!(
            locale,
            history.application_transferred,
            number = facts.text("previous_number")
        ),
        EventKind::PlaceHeld => td_string!(
            locale,
            history.place_held,
            kindergarten = kindergarten(),
            until = facts.moment("expires_at")
        ),
        EventKind::HoldReleased => {
            td_string!(locale, history.hold_released, kindergarten = kindergarten())
        }
        EventKind::ReferralIssued => td_string!(
            locale,
            history.referral_issued,
            number = number(),
            kindergarten = kindergarten(),
            deadline = facts.day("deadline")
        ),
        EventKind::ReferralLapsed => td_string!(
            locale,
            history.referral_lapsed,
            number = number(),
            deadline = facts.day("deadline")
        ),
        EventKind::ReferralExtended => td_string!(
            locale,
            history.referral_extended,
            number = number(),
            deadline = facts.day("deadline"),
            before = facts.day("previous_deadline")
        ),
        EventKind::ReferralRevoked => {
            td_string!(locale, history.referral_revoked, number = number())
        }
        EventKind::ReferralAnnulled => td_string!(
            locale,
            history.referral_annulled,
            number = number(),
            reason = facts.text("reason")
        ),
        EventKind::Enrolled => td_string!(
            locale,
            history.enrolled,
            number = number(),
            kindergarten = kindergarten()
        ),
        EventKind::EnrolmentUndone => {
            td_string!(locale, history.enrolment_undone, number = number())
        }
        EventKind::StopListed => {
            td_string!(locale, history.stop_listed, until = facts.day("until"))
        }
        EventKind::StopListEnded => td_string!(locale, history.stop_list_ended).to_owned(),
        EventKind::RemovedFromQueue => {
            td_string!(locale, history.removed, lapses = facts.text("lapses"))
        }
        EventKind::Withdrawn => td_string!(locale, history.withdrawn).to_owned(),
        EventKind::ContactPhoneChanged => td_string!(locale, history.contact_phone).to_owned(),
        EventKind::AttachmentRequested => {
            td_string!(locale, history.attachment_requested).to_owned()
        }
        EventKind::Attached => td_string!(locale, history.attached).to_owned(),
        EventKind::AttachmentDeclined => td_string!(locale, history.attachment_declined).to_owned(),
        EventKind::AttachmentEnded => td_string!(locale, history.attachment_ended).to_owned(),
        EventKind::EnrolledLate => td_string!(
            locale,
            history.enrolled_late,
            number = number(),
            kindergarten = kindergarten(),
            day = facts.day("arrived_on")
        ),
        EventKind::LateEnrolmentUndone => {
            td_string!(locale, history.late_undone, number = number())
        }
        EventKind::EnrolmentEnded => td_string!(
            locale,
            history.enrolment_ended,
            number = number(),
            kindergarten = kindergarten()
        ),
        EventKind::ReferralRestored => td_string!(
            locale,
            history.restored,
            number = number(),
            deadline = facts.day("deadline"),
            reason = reason()
        ),
        EventKind::LapseExcused => {
            td_string!(
                locale,
                history.excused,
                number = number(),
                reason = reason()
            )
        }
        EventKind::ChildCorrected => td_string!(
            locale,
            history.corrected,
            day = facts.day("birth_date"),
            before = facts.day("previous"),
            reason = reason()
        ),
        EventKind::Superseded => td_string!(locale, history.superseded, number = number()),
        EventKind::BenefitClaimed => td_string!(locale, history.benefit_claimed).to_owned(),
        EventKind::BenefitConfirmed => td_string!(locale, history.benefit_confirmed).to_owned(),
        EventKind::BenefitRefused => {
            td_string!(locale, history.benefit_refused, reason = reason())
        }
        EventKind::BenefitEnding => {
            td_string!(locale, history.benefit_ending, day = facts.day("until"))
        }
        EventKind::BenefitExpired => td_string!(locale, history.benefit_expired).to_owned(),
        EventKind::ChildVerified => td_string!(locale, history.child_verified).to_owned(),
        EventKind::BirthDateRegistered => td_string!(
            locale,
            history.birth_date,
            day = facts.day("birth_date"),
            before = facts.day("previous")
        ),
        EventKind::ClaimMade => td_string!(locale, history.claim_made).to_owned(),
        EventKind::ClaimEnded => td_string!(locale, history.claim_ended).to_owned(),
        EventKind::Disputed => td_string!(locale, history.disputed).to_owned(),
        EventKind::DecidedFor => td_string!(locale, history.decided_for, reason = reason()),
        EventKind::DecidedAgainst => {
            td_string!(locale, history.decided_against, reason = reason())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(locale: Locale, kind: EventKind, data: Value) -> String {
        let event = HistoryEvent {
            id: "0198a0b0-0000-7000-8000-000000000001".parse().unwrap(),
            at: "2026-11-30T05:00:00Z".parse().unwrap(),
            kind,
            rule: "R9".into(),
            data,
        };
        sentence(locale, &event)
    }

    #[test]
    fn a_name_in_all_languages_is_told_in_the_chosen_one() {
        let data = json!({"kindergarten": {"kk": "Айгөлек", "ru": "Айголек", "en": "Aigolek"}});
        let told = |locale| told(locale, EventKind::HoldReleased, data.clone());
        assert!(told(Locale::kk).contains("Айгөлек"));
        assert!(told(Locale::ru).contains("Айголек"));
        assert!(told(Locale::en).contains("Aigolek"));
    }

    #[test]
    fn days_and_moments_are_written_as_the_language_does() {
        let extended = json!({"number": "N-1", "deadline": "2026-12-07",
            "previous_deadline": "2026-11-30"});
        let extended = told(Locale::kk, EventKind::ReferralExtended, extended);
        assert!(extended.contains("7\u{a0}желтоқсан"), "{extended}");
        assert!(extended.contains("30\u{a0}қараша"), "{extended}");
        let held = json!({"kindergarten": {"kk": "Айгөлек"},
            "expires_at": "2026-11-30T05:10:00Z"});
        let held = told(Locale::kk, EventKind::PlaceHeld, held);
        assert!(held.contains("10:10"), "{held}");
    }

    #[test]
    fn an_event_without_its_facts_is_told_all_the_same() {
        let told = told(Locale::ru, EventKind::RemovedFromQueue, json!({}));
        assert!(told.starts_with("Ребёнок снят с очереди"), "{told}");
    }
}
