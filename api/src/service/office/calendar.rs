//! Days of the working calendar, as officials see them and import those of decrees (R20).

use super::doors::{self, Official, Registry};
use crate::{
    app::App,
    error::{Error, Result},
    service::{
        audit::{Done, Entry},
        input::Fields,
    },
    working_calendar,
};
use balabaqsha_shared::{
    calendar::{
        builtin,
        decrees::{self, Contradiction},
    },
    code::Code,
    comment::Comment,
    dto,
    rules::Violation,
    time,
};
use balabaqsha_store as store;
use chrono::Datelike;
use serde_json::json;

/// Of one import; a decree names a few.
const MOST_DAYS: usize = 400;

/// The days of a year, the present one when none is named.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn show(
    app: &App,
    official: &Official<Registry>,
    year: Option<i32>,
) -> Result<dto::CalendarYear> {
    doors::view(app, official, async |tx, authority| {
        let year = year.unwrap_or_else(|| time::local_date(authority.now).year());
        let calendar = app.core.calendar.current(tx).await?;
        if !calendar.years().contains(&year) {
            return Err(Violation::new(Code::ValueOutOfRange)
                .with("from", calendar.years().start())
                .with("to", calendar.years().end())
                .into());
        }
        let imported = store::calendar::days(tx).await?;
        let days = calendar.exceptions(year).into_iter().map(|(day, kind)| {
            let decree = imported.iter().find(|one| one.day == day);
            dto::CalendarDay {
                day,
                kind,
                decree: decree.map(|one| one.decree.clone()),
            }
        });
        Ok(dto::CalendarYear {
            year,
            days: days.collect(),
        })
    })
    .await
}

/// Lays days of a decree over the calendar, all or nothing. Deadlines that are fixed stay.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn import(
    app: &App,
    official: &Official<Registry>,
    request: dto::CalendarImport,
) -> Result<()> {
    check(&request)?;
    doors::act(app, official, async |tx, authority| {
        let version = app.core.new_id();
        working_calendar::put(tx, &request.days, version, authority.now).await?;
        let days: Vec<String> = request.days.iter().map(|one| one.day.to_string()).collect();
        let entry = Entry::act("import_calendar_days").with(json!({"days": days}));
        Ok(Done::Recorded((), entry))
    })
    .await
}

fn check(request: &dto::CalendarImport) -> Result<()> {
    let mut fields = Fields::default();
    let days = &request.days;
    if days.is_empty() {
        fields.refuse("/days", Violation::new(Code::FieldRequired));
    }
    if days.len() > MOST_DAYS {
        fields.refuse(
            "/days",
            Violation::new(Code::QuantityInvalid)
                .with("from", 1)
                .with("to", MOST_DAYS),
        );
        return fields.finish();
    }
    for (place, one) in days.iter().enumerate() {
        if Comment::parse(&one.decree).is_err() {
            let pointer = format!("/days/{place}/decree");
            fields.refuse(pointer, Violation::new(Code::TextInvalid));
        }
    }
    for contradiction in decrees::contradictions(days, &builtin::kazakhstan()) {
        let (day, code) = match contradiction {
            Contradiction::TwoKinds(day) => (day, Code::DayTwice),
            Contradiction::NotCovered(day) => (day, Code::DayNotCovered),
        };
        let place = days
            .iter()
            .position(|one| one.day == day)
            .ok_or_else(|| Error::internal("a day that nobody named"))?;
        fields.refuse(
            format!("/days/{place}/day"),
            Violation::new(code).with_day("day", day),
        );
    }
    fields.finish()
}
