//! Full years of age, reached on the birthday; a child born on 29 February reaches an age on
//! 28 February of a common year.

use chrono::{Datelike, NaiveDate};

/// The day on which a person born on `birth` is `years` full years old.
#[must_use]
pub fn reaches(birth: NaiveDate, years: u8) -> NaiveDate {
    let year = birth.year() + i32::from(years);
    birth
        .with_year(year)
        .or_else(|| NaiveDate::from_ymd_opt(year, 2, 28))
        .unwrap_or(NaiveDate::MAX)
}

/// Whether a person born on `birth` is at least `years` full years old on `day`.
#[must_use]
pub fn is_at_least(birth: NaiveDate, years: u8, day: NaiveDate) -> bool {
    day >= reaches(birth, years)
}

/// Full years on `day`; zero before the birth.
#[must_use]
pub fn full_years(birth: NaiveDate, day: NaiveDate) -> u8 {
    (1..=u8::MAX)
        .take_while(|years| is_at_least(birth, *years, day))
        .last()
        .unwrap_or(0)
}

/// The last birth date on which a person is `years` full years old on `day`.
#[must_use]
pub fn born_until(day: NaiveDate, years: u8) -> NaiveDate {
    let year = day.year() - i32::from(years);
    let candidates = [
        // Reached on 28 February of a common year.
        NaiveDate::from_ymd_opt(year, 2, 29),
        day.with_year(year),
        NaiveDate::from_ymd_opt(year, 2, 28),
    ];
    let reached = |birth: &NaiveDate| reaches(*birth, years) <= day;
    let last = candidates.into_iter().flatten().filter(reached).max();
    last.unwrap_or(NaiveDate::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[rstest::rstest]
    #[case("2023-11-23", 3, "2026-11-22", false)]
    #[case("2023-11-23", 3, "2026-11-23", true)]
    #[case("2020-02-29", 3, "2023-02-27", false)]
    #[case("2020-02-29", 3, "2023-02-28", true)]
    #[case("2020-02-29", 4, "2024-02-28", false)]
    #[case("2020-02-29", 4, "2024-02-29", true)]
    fn an_age_is_reached_on_the_birthday(
        #[case] birth: &str,
        #[case] years: u8,
        #[case] today: &str,
        #[case] reached: bool,
    ) {
        assert_eq!(is_at_least(day(birth), years, day(today)), reached);
    }

    #[test]
    fn full_years_count_birthdays() {
        assert_eq!(full_years(day("2020-05-01"), day("2026-04-30")), 5);
        assert_eq!(full_years(day("2020-05-01"), day("2026-05-01")), 6);
        assert_eq!(full_years(day("2020-05-01"), day("2019-05-01")), 0);
    }

    #[test]
    fn the_last_birth_date_of_an_age_is_the_last_that_has_reached_it() {
        let first = day("2023-01-01");
        for today in first.iter_days().take(1500) {
            for years in [0, 1, 3, 4, 6] {
                let last = born_until(today, years);
                assert!(reaches(last, years) <= today, "{today} {years}");
                let next = last.succ_opt().unwrap();
                assert!(reaches(next, years) > today, "{today} {years}");
            }
        }
    }
}
