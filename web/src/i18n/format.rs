//! Numbers, days and moments as each language writes them: by the browser's own ICU, and for
//! Kazakh, which many browsers leave out of theirs, by the words below.
//!
//! Moments are brought to the country's clock here and given to ICU as if they were UTC: browsers
//! whose time zone data is older than March 2024 would show them an hour off.

use super::Locale;
use balabaqsha_shared::time;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};
use js_sys::{Date, Number, Object, Reflect};
use leptos_i18n::reexports::icu::plurals::PluralOperands;
use std::fmt;
use wasm_bindgen::JsValue;

/// The `count` of a text with plural forms: chooses the form, and is written like [`number`].
#[derive(Clone, Copy, Debug)]
pub struct Count {
    value: u32,
    locale: Locale,
}

pub const fn count(locale: Locale, value: u32) -> Count {
    Count { value, locale }
}

/// The `count` of a list.
pub fn count_of<T>(locale: Locale, items: &[T]) -> Count {
    count(locale, u32::try_from(items.len()).unwrap_or(u32::MAX))
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&number(self.locale, self.value))
    }
}

impl From<Count> for PluralOperands {
    fn from(count: Count) -> Self {
        count.value.into()
    }
}

/// `3 912`.
pub fn number(locale: Locale, value: u32) -> String {
    written(locale, Number::from(value))
}

/// What ICU is asked for. Kazakh writes numbers like Russian; ICU in browsers often has no Kazakh.
/// The day before the month in English too, as in the country's other languages.
const fn icu_locale(locale: Locale) -> &'static str {
    match locale {
        Locale::kk | Locale::ru => "ru",
        Locale::en => "en-GB",
    }
}

/// `3` for a fraction such as 2.1.
pub fn rounded_up(locale: Locale, value: f64) -> String {
    written(locale, Number::from(value.ceil()))
}

fn written(locale: Locale, number: Number) -> String {
    number.to_locale_string(icu_locale(locale)).into()
}

/// `2 сентября 2026 г.`
pub fn day(locale: Locale, day: NaiveDate) -> String {
    if locale == Locale::kk {
        return kazakh::day(day);
    }
    write(
        locale,
        day.and_time(NaiveTime::MIN),
        &[("day", "numeric"), ("month", "long"), ("year", "numeric")],
    )
}

/// `пятница, 27 ноября 2026 г.`
pub fn weekday(locale: Locale, day: NaiveDate) -> String {
    if locale == Locale::kk {
        return kazakh::weekday(day);
    }
    write(
        locale,
        day.and_time(NaiveTime::MIN),
        &[
            ("weekday", "long"),
            ("day", "numeric"),
            ("month", "long"),
            ("year", "numeric"),
        ],
    )
}

/// The local day of a moment.
pub fn day_of(locale: Locale, at: DateTime<Utc>) -> String {
    day(locale, time::local_date(at))
}

/// `2 сентября 2026 г. в 09:14`.
pub fn moment(locale: Locale, at: DateTime<Utc>) -> String {
    if locale == Locale::kk {
        let local = time::local(at).naive_local();
        return format!(
            "{}, {:02}:{:02}",
            kazakh::day(local.date()),
            local.hour(),
            local.minute()
        );
    }
    write(
        locale,
        time::local(at).naive_local(),
        &[
            ("day", "numeric"),
            ("month", "long"),
            ("year", "numeric"),
            ("hour", "2-digit"),
            ("minute", "2-digit"),
        ],
    )
}

/// `14:05:10`.
pub fn clock(at: DateTime<Utc>) -> String {
    let at = time::local(at);
    format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
}

/// `09:41` of a time that is left; never below zero.
pub fn countdown(seconds: i64) -> String {
    let seconds = seconds.max(0);
    format!("{:02}:{:02}", seconds / 60, seconds % 60)
}

/// `23:59:59` of a time that is left; never below zero.
pub fn long_countdown(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (hours, rest) = (seconds / 3_600, seconds % 3_600);
    format!("{hours:02}:{:02}:{:02}", rest / 60, rest % 60)
}

/// As [`countdown`], from a measured time.
pub fn countdown_of_seconds(seconds: f64) -> String {
    let whole = std::time::Duration::try_from_secs_f64(seconds.ceil()).unwrap_or_default();
    countdown(i64::try_from(whole.as_secs()).unwrap_or_default())
}

/// `1,2 км` without the unit: one place below ten, whole numbers above.
pub fn kilometres(locale: Locale, km: f64) -> String {
    let rounded = if km < 10.0 {
        (km * 10.0).round() / 10.0
    } else {
        km.round()
    };
    written(locale, Number::from(rounded))
}

fn write(locale: Locale, at: NaiveDateTime, parts: &[(&str, &str)]) -> String {
    let options = Object::new();
    for (name, value) in parts
        .iter()
        .chain(&[("timeZone", "UTC"), ("hourCycle", "h23")])
    {
        // A plain object takes any property.
        drop(Reflect::set(&options, &(*name).into(), &(*value).into()));
    }
    let written = String::from(js_date(at).to_locale_string(icu_locale(locale), &options));
    // The short word for "year" in Russian never stands at the start of a line.
    written.replace(" г.", "\u{a0}г.")
}

/// To the minute, which is all that is shown and fits the numbers of JavaScript exactly.
fn js_date(at: NaiveDateTime) -> Date {
    let minutes = i32::try_from(at.and_utc().timestamp() / 60).unwrap_or(i32::MAX);
    Date::new(&JsValue::from_f64(f64::from(minutes) * 60_000.0))
}

mod kazakh {
    use chrono::{Datelike, NaiveDate};

    const MONTHS: [&str; 12] = [
        "қаңтар",
        "ақпан",
        "наурыз",
        "сәуір",
        "мамыр",
        "маусым",
        "шілде",
        "тамыз",
        "қыркүйек",
        "қазан",
        "қараша",
        "желтоқсан",
    ];
    const WEEKDAYS: [&str; 7] = [
        "дүйсенбі",
        "сейсенбі",
        "сәрсенбі",
        "бейсенбі",
        "жұма",
        "сенбі",
        "жексенбі",
    ];

    /// `2026 ж. 24 қараша`, a number always in one line with its word.
    pub fn day(day: NaiveDate) -> String {
        let month = nth(&MONTHS, day.month0());
        format!("{}\u{a0}ж. {}\u{a0}{month}", day.year(), day.day())
    }

    /// `2026 ж. 24 қараша, сейсенбі`.
    pub fn weekday(date: NaiveDate) -> String {
        let name = nth(&WEEKDAYS, date.weekday().num_days_from_monday());
        format!("{}, {name}", day(date))
    }

    fn nth(names: &[&'static str], index: u32) -> &'static str {
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        names.get(index).copied().unwrap_or_default()
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn days_are_written_as_kazakh_writes_them() {
            let date: NaiveDate = "2026-11-24".parse().unwrap();
            assert_eq!(day(date), "2026\u{a0}ж. 24\u{a0}қараша");
            assert_eq!(weekday(date), "2026\u{a0}ж. 24\u{a0}қараша, сейсенбі");
            assert_eq!(
                weekday("2027-01-03".parse().unwrap()),
                "2027\u{a0}ж. 3\u{a0}қаңтар, жексенбі"
            );
        }
    }
}
