//! The one zone of the country: UTC+5 since 2024-03-01. Moments are stored in UTC; days, deadlines
//! and ages are local.

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};

/// UTC+5.
const OFFSET_SECONDS: i32 = 5 * 60 * 60;

fn zone() -> FixedOffset {
    // Inside ±24 h by definition; UTC is the harmless answer to the impossible.
    FixedOffset::east_opt(OFFSET_SECONDS).unwrap_or_else(|| chrono::Offset::fix(&Utc))
}

/// The moment as the wall clocks of the country show it.
#[must_use]
pub fn local(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    at.with_timezone(&zone())
}

/// How a moment is written for people.
pub const MOMENT: &str = "%d.%m.%Y %H:%M:%S";

/// A moment that was written for people, read again.
#[must_use]
pub fn parse_moment(text: &str) -> Option<DateTime<FixedOffset>> {
    let read = NaiveDateTime::parse_from_str(text, MOMENT).ok()?;
    zone().from_local_datetime(&read).single()
}

/// The local day of a moment.
#[must_use]
pub fn local_date(at: DateTime<Utc>) -> NaiveDate {
    local(at).date_naive()
}

/// The first moment of a local day.
#[must_use]
pub fn start_of_day(day: NaiveDate) -> DateTime<Utc> {
    zone()
        .from_local_datetime(&day.and_time(NaiveTime::MIN))
        .earliest()
        .map_or_else(
            || day.and_time(NaiveTime::MIN).and_utc(),
            |at| at.with_timezone(&Utc),
        )
}

/// The moment that the wall clocks of the country show like this.
#[must_use]
pub fn from_local(shown: NaiveDateTime) -> DateTime<Utc> {
    start_of_day(shown.date()) + (shown.time() - NaiveTime::MIN)
}

/// The first moment after a local day: a deadline on `day` is missed from here on.
#[must_use]
pub fn end_of_day(day: NaiveDate) -> DateTime<Utc> {
    start_of_day(day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX))
}

/// Moments are kept to the microsecond, which both storage engines can hold.
#[must_use]
pub fn to_micros(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(at.timestamp_micros()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_for_people_can_be_read_again() {
        let at: DateTime<Utc> = "2026-11-23T19:00:01Z".parse().unwrap();
        let text = local(at).format(MOMENT).to_string();
        assert_eq!(text, "24.11.2026 00:00:01");
        assert_eq!(parse_moment(&text), Some(local(at)));
        assert_eq!(parse_moment("24.11.2026"), None);
    }

    #[test]
    fn a_moment_is_kept_to_the_microsecond() {
        let at: DateTime<Utc> = "2026-11-23T19:00:01.123456789Z".parse().unwrap();
        let kept: DateTime<Utc> = "2026-11-23T19:00:01.123456Z".parse().unwrap();
        assert_eq!(to_micros(at), kept);
        assert_eq!(to_micros(kept), kept);
    }

    #[test]
    fn a_local_day_is_from_19_to_19_utc() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        assert_eq!(start_of_day(day).to_rfc3339(), "2026-11-22T19:00:00+00:00");
        assert_eq!(end_of_day(day).to_rfc3339(), "2026-11-23T19:00:00+00:00");
        let last = end_of_day(day) - chrono::TimeDelta::microseconds(1);
        assert_eq!(local_date(last), day);
        assert_eq!(local_date(end_of_day(day)), day.succ_opt().unwrap());
    }
}
