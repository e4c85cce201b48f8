//! A deadline as a file for calendars (iCalendar, RFC 5545), made in the browser: it names the child's
//! kindergarten, and nobody else has to know. The few lines here weigh less than a library would.

use super::fields::PlainButton;
use crate::{
    browser::{self, BlobUrl},
    i18n::{Locale, t_string, td_string, use_i18n},
    state::use_clock,
};
use balabaqsha_shared::dto::Referral;
use chrono::{DateTime, Days, NaiveDate, Utc};
use leptos::prelude::*;

/// What happens on a day.
struct DayEvent<'a> {
    /// The same for the same event: a calendar that has it already changes it.
    id: &'a str,
    day: NaiveDate,
    title: &'a str,
    place: &'a str,
    description: &'a str,
}

/// Hands over the last day to arrive with a referral.
#[component]
pub fn DeadlineFile(referral: Referral) -> impl IntoView {
    let i18n = use_i18n();
    let clock = use_clock();
    let referral = StoredValue::new(referral);
    let save = move |()| {
        let file = referral.with_value(|referral| {
            deadline_file(referral, i18n.get_locale_untracked(), clock.now())
        });
        let name = referral.with_value(|referral| format!("{}.ics", referral.number.as_str()));
        let blob = browser::blob(file.as_bytes(), "text/calendar;charset=utf-8");
        if let Some(url) = blob.and_then(|blob| BlobUrl::new(&blob)) {
            browser::save(&url, &name);
        }
    };
    view! { <PlainButton text=move || t_string!(i18n, referral.to_calendar) on_press=save/> }
}

fn deadline_file(referral: &Referral, locale: Locale, now: DateTime<Utc>) -> String {
    let language = locale.into();
    let kindergarten = referral.kindergarten_name.get(language);
    let title = td_string!(locale, referral.calendar_title, name = kindergarten);
    let description = td_string!(
        locale,
        referral.calendar_text,
        number = referral.number.as_str(),
        phone = referral.phone.as_str()
    );
    file(
        &DayEvent {
            id: &referral.id.to_string(),
            day: referral.deadline,
            title: &title,
            place: referral.address.get(language),
            description: &description,
        },
        now,
    )
}

fn file(event: &DayEvent<'_>, now: DateTime<Utc>) -> String {
    let day = |day: NaiveDate| day.format("%Y%m%d");
    let next = event.day.checked_add_days(Days::new(1));
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Balabaqsha//Balabaqsha//KK".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}@balabaqsha", event.id),
        format!("DTSTAMP:{}", now.format("%Y%m%dT%H%M%SZ")),
        format!("DTSTART;VALUE=DATE:{}", day(event.day)),
        format!("DTEND;VALUE=DATE:{}", day(next.unwrap_or(event.day))),
        format!("SUMMARY:{}", escaped(event.title)),
        format!("LOCATION:{}", escaped(event.place)),
        format!("DESCRIPTION:{}", escaped(event.description)),
        "TRANSP:TRANSPARENT".to_owned(),
        "BEGIN:VALARM".to_owned(),
        "ACTION:DISPLAY".to_owned(),
        // In the morning of the day before.
        "TRIGGER:-PT15H".to_owned(),
        format!("DESCRIPTION:{}", escaped(event.title)),
        "END:VALARM".to_owned(),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
    ];
    lines.iter().map(|line| folded(line)).collect()
}

/// Section 3.3.11.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// Section 3.1: no line has more than 75 octets, and no character is cut.
fn folded(line: &str) -> String {
    const OCTETS: usize = 75;
    let mut folded = String::with_capacity(line.len() + 8);
    let mut octets = 0;
    for c in line.chars() {
        if octets + c.len_utf8() > OCTETS {
            folded.push_str("\r\n ");
            octets = 1;
        }
        octets += c.len_utf8();
        folded.push(c);
    }
    folded.push_str("\r\n");
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn any() -> DayEvent<'static> {
        DayEvent {
            id: "0198a0b0",
            day: NaiveDate::from_ymd_opt(2026, 12, 31).unwrap(),
            title: "Прибыть в «Айголек», 5; Кандыагаш",
            place: "ул. Абая, 1",
            description: "a\nb\\c",
        }
    }

    #[test]
    fn the_event_is_the_whole_last_day() {
        let file = file(&any(), DateTime::UNIX_EPOCH);
        assert!(file.contains("DTSTART;VALUE=DATE:20261231\r\n"));
        assert!(file.contains("DTEND;VALUE=DATE:20270101\r\n"));
        assert!(file.contains("DTSTAMP:19700101T000000Z\r\n"));
        assert!(file.contains("LOCATION:ул. Абая\\, 1\r\n"));
        assert!(file.contains("DESCRIPTION:a\\nb\\\\c\r\n"));
    }

    #[test]
    fn lines_are_short_and_lose_nothing() {
        let long = "SUMMARY:".to_owned() + &"балабақша ".repeat(30);
        let folded = folded(&long);
        assert!(folded.split("\r\n").all(|line| line.len() <= 75));
        assert_eq!(folded.replace("\r\n ", "").trim_end_matches("\r\n"), long);
    }
}
