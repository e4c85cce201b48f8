//! A day as people write it: `15.04.2022`, `2022-04-15`, `15 апреля 2022 г.`, `2022 жылғы 15 сәуір`,
//! `15 April 22`.

use crate::text::typed::{is_apostrophe, is_grouping, one_alphabet, tidy};
use chrono::{Datelike, NaiveDate};

/// Why a text is no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    #[error("not a day, a month and a year")]
    Unreadable,
    #[error("a year has twelve months")]
    NoSuchMonth,
    #[error("the month has {days} days")]
    NoSuchDay { days: u8 },
}

/// The beginnings of the names of the months, by which they are told apart in all their cases, in
/// Russian, Kazakh, Kazakh without its own letters, and English.
const MONTHS: [&[&str]; 12] = [
    &["янв", "қаң", "кан", "jan"],
    &["фев", "ақп", "акп", "feb"],
    &["март", "мар", "нау", "mar"],
    &["апр", "сәу", "сау", "apr"],
    &["май", "мая", "мае", "мам", "may"],
    &["июн", "мау", "jun"],
    &["июл", "шіл", "шил", "jul"],
    &["авг", "там", "aug"],
    &["сен", "қыр", "кыр", "sep"],
    &["окт", "қаз", "каз", "oct"],
    &["ноя", "қар", "кар", "nov"],
    &["дек", "жел", "dec"],
];

/// Words beside a year or a day that say nothing more.
const FILLERS: [&str; 15] = [
    "г",
    "гг",
    "год",
    "года",
    "году",
    "ж",
    "жыл",
    "жылы",
    "жылғы",
    "of",
    "the",
    "st",
    "nd",
    "rd",
    "th",
];

/// Reads a day. A year of two digits is one of this century.
pub fn read(text: &str) -> Result<NaiveDate, DateError> {
    let (year, month, day) = parts(text).ok_or(DateError::Unreadable)?;
    if !(1900..=2999).contains(&year) {
        return Err(DateError::Unreadable);
    }
    let first = NaiveDate::from_ymd_opt(year, month, 1).ok_or(DateError::NoSuchMonth)?;
    let days = first.num_days_in_month();
    NaiveDate::from_ymd_opt(year, month, day).ok_or(DateError::NoSuchDay { days })
}

/// Year, month and day of what was typed.
fn parts(text: &str) -> Option<(i32, u32, u32)> {
    let tidy = tidy(text).to_lowercase();
    // A moment of a program is a day with a time behind it.
    let tidy = tidy.split_once('t').map_or(tidy.as_str(), |(day, time)| {
        let is_time = time.starts_with(|c: char| c.is_ascii_digit()) && day.len() == 10;
        if is_time { day } else { &tidy }
    });
    let mut numbers: Vec<&str> = Vec::new();
    let mut month = None;
    for token in tokens(tidy) {
        if token.bytes().all(|b| b.is_ascii_digit()) {
            numbers.push(token);
        } else if !FILLERS.contains(&token) {
            let named = month_of(token)?;
            if month.replace(named).is_some() {
                return None;
            }
        }
    }
    let number = |digits: &str| (digits.len() <= 4).then(|| digits.parse::<u32>().ok())?;
    let year = |digits: &str| {
        let year = digits.parse::<i32>().ok()?;
        match digits.len() {
            2 => Some(2000 + year),
            4 => Some(year),
            _ => None,
        }
    };
    match (month, numbers.as_slice()) {
        (Some(month), [first, second]) if first.len() == 4 => {
            Some((year(first)?, month, number(second)?))
        }
        (Some(month), [first, second]) => Some((year(second)?, month, number(first)?)),
        (None, [first, second, third]) if first.len() == 4 => {
            Some((year(first)?, number(second)?, number(third)?))
        }
        (None, [first, second, third]) => Some((year(third)?, number(second)?, number(first)?)),
        (None, [digits]) if digits.len() == 8 => {
            let (start, end) = digits.split_at_checked(4)?;
            let (first, second) = start.split_at_checked(2)?;
            // 15042022, and 20220415 as programs write it.
            if matches!(first, "19" | "20") && number(second)? > 12 {
                let (month, day) = end.split_at_checked(2)?;
                Some((year(start)?, number(month)?, number(day)?))
            } else {
                Some((year(end)?, number(second)?, number(first)?))
            }
        }
        _ => None,
    }
}

/// Runs of digits and runs of letters.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(is_between);
        let first = rest.chars().next()?;
        let end = rest
            .find(|c: char| is_between(c) || c.is_ascii_digit() != first.is_ascii_digit())
            .unwrap_or(rest.len());
        let (token, behind) = rest.split_at_checked(end)?;
        rest = behind;
        Some(token)
    })
}

fn is_between(c: char) -> bool {
    is_grouping(c) || is_apostrophe(c)
}

fn month_of(word: &str) -> Option<u32> {
    let word = one_alphabet(word);
    (1..).zip(MONTHS).find_map(|(number, names)| {
        let named = names.iter().any(|name| word.starts_with(name));
        named.then_some(number)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    fn one_day_is_written_in_many_ways(
        #[values(
            "15.04.2022",
            "15.4.2022",
            "15.04.22",
            " 15 . 04 . 2022 г. ",
            "15/04/2022",
            "15-04-2022",
            "15\u{2013}04\u{2013}2022",
            "15 04 2022",
            "15042022",
            "20220415",
            "2022-04-15",
            "2022-04-15T00:00:00Z",
            "2022.04.15",
            "15 апреля 2022",
            "15 апреля 2022 года",
            "15 АПР. 2022 г.",
            "15апреля2022",
            "15 апрель 22",
            "15 сәуір 2022 жыл",
            "2022 жылғы 15 сәуір",
            "2022 ж. 15 сауир",
            "15 April 2022",
            "April 15, 2022",
            "15th of April 2022",
            "\u{202a}15.\u{200b}04.2022\u{202c}"
        )]
        text: &str,
    ) {
        assert_eq!(
            read(text),
            Ok(NaiveDate::from_ymd_opt(2022, 4, 15).unwrap()),
            "{text}"
        );
    }

    #[rstest]
    #[case("31.02.2022", DateError::NoSuchDay { days: 28 })]
    #[case("30 февраля 2024", DateError::NoSuchDay { days: 29 })]
    #[case("31 апреля 2022", DateError::NoSuchDay { days: 30 })]
    #[case("0.04.2022", DateError::NoSuchDay { days: 30 })]
    #[case("15.13.2022", DateError::NoSuchMonth)]
    #[case("апреля", DateError::Unreadable)]
    #[case("15 апреля", DateError::Unreadable)]
    #[case("15.04", DateError::Unreadable)]
    #[case("15.04.202", DateError::Unreadable)]
    #[case("15.04.0022", DateError::Unreadable)]
    #[case("15 мая апреля 2022", DateError::Unreadable)]
    #[case("вчера", DateError::Unreadable)]
    #[case("", DateError::Unreadable)]
    #[case("99999999999999999999", DateError::Unreadable)]
    fn the_real_reason_is_named(#[case] text: &str, #[case] expected: DateError) {
        assert_eq!(read(text), Err(expected));
    }

    #[test]
    fn every_month_is_read_by_its_names() {
        let names = [
            "января қаңтар january",
            "февраля ақпан february",
            "марта наурыз march",
            "апреля сәуір april",
            "мая мамыр may",
            "июня маусым june",
            "июля шілде july",
            "августа тамыз august",
            "сентября қыркүйек september",
            "октября қазан october",
            "ноября қараша november",
            "декабря желтоқсан december",
        ];
        for (number, names) in (1..).zip(names) {
            for name in names.split(' ') {
                assert_eq!(month_of(name), Some(number), "{name}");
            }
        }
    }
}
