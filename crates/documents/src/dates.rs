//! Days and moments as the paper prints them: local time of the country, digits, and words in both
//! languages. Knows no clock and no calendar of working days.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Utc, Weekday};

use crate::{Bilingual, RenderError};

/// One zone for the whole country since 2024-03-01.
const LOCAL_OFFSET_HOURS: i64 = 5;
const YEARS: std::ops::RangeInclusive<i32> = 1900..=9999;

/// `27.11.2026`
pub(crate) fn digits(field: &'static str, date: NaiveDate) -> Result<String, RenderError> {
    if !YEARS.contains(&date.year()) {
        return Err(RenderError::DateOutOfRange { field });
    }
    Ok(date.format("%d.%m.%Y").to_string())
}

/// `2026 жылғы 27 қараша, жұма` and `27 ноября 2026 года, пятница`
pub(crate) fn words(date: NaiveDate) -> Bilingual {
    let (month, weekday) = (month(date.month()), weekday(date.weekday()));
    Bilingual {
        kk: format!(
            "{} жылғы {} {}, {}",
            date.year(),
            date.day(),
            month.kk,
            weekday.kk
        ),
        ru: format!(
            "{} {} {} года, {}",
            date.day(),
            month.ru,
            date.year(),
            weekday.ru
        ),
    }
}

/// `20.11.2026, 14:05:07`, local time
pub(crate) fn moment(field: &'static str, at: DateTime<Utc>) -> Result<String, RenderError> {
    Ok(local(field, at)?.format("%d.%m.%Y, %H:%M:%S").to_string())
}

/// The wall clock of the country at that moment.
pub(crate) fn local(field: &'static str, at: DateTime<Utc>) -> Result<NaiveDateTime, RenderError> {
    at.naive_utc()
        .checked_add_signed(TimeDelta::hours(LOCAL_OFFSET_HOURS))
        .filter(|local| YEARS.contains(&local.year()))
        .ok_or(RenderError::DateOutOfRange { field })
}

/// What stands behind a moment, so that a reader abroad is not misled.
pub(crate) const ZONE: &str = "UTC+5";

/// The offset of [`ZONE`] in minutes, for the metadata of the file.
pub(crate) const ZONE_MINUTES: i32 = 300;

struct Word {
    kk: &'static str,
    ru: &'static str,
}

/// Russian in the genitive, as it stands after the day.
fn month(number: u32) -> Word {
    let (kk, ru) = match number {
        1 => ("қаңтар", "января"),
        2 => ("ақпан", "февраля"),
        3 => ("наурыз", "марта"),
        4 => ("сәуір", "апреля"),
        5 => ("мамыр", "мая"),
        6 => ("маусым", "июня"),
        7 => ("шілде", "июля"),
        8 => ("тамыз", "августа"),
        9 => ("қыркүйек", "сентября"),
        10 => ("қазан", "октября"),
        11 => ("қараша", "ноября"),
        // A month of `NaiveDate` is never outside of 1 to 12.
        _ => ("желтоқсан", "декабря"),
    };
    Word { kk, ru }
}

fn weekday(day: Weekday) -> Word {
    let (kk, ru) = match day {
        Weekday::Mon => ("дүйсенбі", "понедельник"),
        Weekday::Tue => ("сейсенбі", "вторник"),
        Weekday::Wed => ("сәрсенбі", "среда"),
        Weekday::Thu => ("бейсенбі", "четверг"),
        Weekday::Fri => ("жұма", "пятница"),
        Weekday::Sat => ("сенбі", "суббота"),
        Weekday::Sun => ("жексенбі", "воскресенье"),
    };
    Word { kk, ru }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_in_words_names_month_and_weekday_in_both_languages() {
        let words = words(day("2026-11-27"));
        assert_eq!(words.kk, "2026 жылғы 27 қараша, жұма");
        assert_eq!(words.ru, "27 ноября 2026 года, пятница");
    }

    #[test]
    fn every_month_and_every_weekday_has_a_word_of_its_own() {
        let words: Vec<_> = (1..=12)
            .map(|m| words(NaiveDate::from_ymd_opt(2026, m, 1).unwrap()))
            .collect();
        let kk: std::collections::BTreeSet<_> = words
            .iter()
            .map(|w| w.kk.split(' ').nth(3).unwrap())
            .collect();
        let ru: std::collections::BTreeSet<_> = words
            .iter()
            .map(|w| w.ru.split(' ').nth(1).unwrap())
            .collect();
        assert_eq!((kk.len(), ru.len()), (12, 12));
        let week: std::collections::BTreeSet<_> = (22..=28)
            .map(|d| super::words(NaiveDate::from_ymd_opt(2026, 11, d).unwrap()))
            .flat_map(|w| [w.kk, w.ru].map(|text| text.rsplit(", ").next().unwrap().to_owned()))
            .collect();
        assert_eq!(week.len(), 14);
    }

    #[test]
    fn a_moment_is_shown_in_local_time_even_across_midnight() {
        let at = "2026-12-31T19:00:00Z".parse().unwrap();
        assert_eq!(moment("issued_at", at).unwrap(), "01.01.2027, 00:00:00");
    }

    #[test]
    fn days_that_no_paper_can_show_are_refused_by_name() {
        let error = digits("deadline.date", NaiveDate::MAX).unwrap_err();
        assert!(matches!(
            error,
            RenderError::DateOutOfRange {
                field: "deadline.date"
            }
        ));
        assert!(moment("issued_at", DateTime::<Utc>::MAX_UTC).is_err());
        assert!(digits("child.birth_date", day("0001-01-01")).is_err());
    }
}
