//! The last day to arrive with a referral, as an event for calendars (iCalendar, RFC 5545).

use super::referrals;
use crate::{app::App, error::Result};
use balabaqsha_shared::{
    Language, dto,
    id::{PersonId, ReferralId},
};
use chrono::{DateTime, TimeDelta, Utc};
use icalendar::{Alarm, Calendar, Component, Event, EventLike};

/// From the beginning of the last day back to nine in the morning of the day before.
const REMINDER_BEFORE: TimeDelta = TimeDelta::hours(15);

/// An event as a file.
#[derive(Debug)]
pub struct File {
    pub file_name: String,
    pub text: String,
}

#[tracing::instrument(level = "debug", skip_all)]
pub async fn get(app: &App, person: PersonId, id: ReferralId, language: Language) -> Result<File> {
    let referral = referrals::get(app, person, id, language).await?;
    Ok(File {
        file_name: format!("{}.ics", referral.number.as_str()),
        text: event(&referral, language, app.core.now()),
    })
}

/// The id stays the same when the deadline moves: a calendar then moves its own entry.
fn event(referral: &dto::Referral, language: Language, now: DateTime<Utc>) -> String {
    let (title, number, telephone) = words(language);
    let title = format!("{title}: {}", referral.kindergarten_name.get(language));
    let description = format!(
        "{number}: {}. {telephone}: {}.",
        referral.number.as_str(),
        referral.phone
    );
    let event = Event::new()
        .uid(&format!("{}@balabaqsha", referral.id))
        .timestamp(now)
        .starts(referral.deadline)
        // RFC 5545, section 3.6.1: the end is not part of the event.
        .ends(referral.deadline.succ_opt().unwrap_or(referral.deadline))
        .summary(&title)
        .location(referral.address.get(language))
        .description(&description)
        .add_property("TRANSP", "TRANSPARENT")
        .alarm(Alarm::display(&title, -REMINDER_BEFORE))
        .done();
    Calendar::new().push(event).done().to_string()
}

/// What the day is, the number, and the telephone of the kindergarten.
const fn words(language: Language) -> (&'static str, &'static str, &'static str) {
    match language {
        Language::Kk => (
            "Балабақшаға келудің соңғы күні",
            "Жолдама",
            "Балабақша телефоны",
        ),
        Language::Ru => (
            "Последний день прибытия в детский сад",
            "Направление",
            "Телефон сада",
        ),
        Language::En => (
            "Last day to come to the kindergarten",
            "Referral",
            "Telephone of the kindergarten",
        ),
    }
}
