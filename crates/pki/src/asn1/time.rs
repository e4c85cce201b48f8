//! The two time types, as RFC 5280 allows them: to the second, in UTC, with a final `Z`.

use super::Asn1Error;
use chrono::{DateTime, NaiveDate, Utc};

const WRONG: Asn1Error = Asn1Error::NotDer("time");

/// `YYMMDDHHMMSSZ`; two-digit years run from 1950 to 2049.
pub(crate) fn utc_time(contents: &[u8]) -> Result<DateTime<Utc>, Asn1Error> {
    let (year, rest) = contents.split_at_checked(2).ok_or(WRONG)?;
    let year = number(year)?;
    let year = if year < 50 { 2000 + year } else { 1900 + year };
    moment(year, rest)
}

/// `YYYYMMDDHHMMSSZ`; a fraction of a second, which some time-stamping services send, is allowed
/// and dropped.
pub(crate) fn generalized_time(contents: &[u8]) -> Result<DateTime<Utc>, Asn1Error> {
    let (year, rest) = contents.split_at_checked(4).ok_or(WRONG)?;
    let year = number(year)?;
    if let Some((whole, fraction)) = rest.split_at_checked(10)
        && let [b'.', digits @ .., b'Z'] = fraction
        && !digits.is_empty()
        && digits.len() <= 9
        && digits.iter().all(u8::is_ascii_digit)
        && digits.last() != Some(&b'0')
    {
        let mut to_the_second = whole.to_vec();
        to_the_second.push(b'Z');
        return moment(year, &to_the_second);
    }
    moment(year, rest)
}

fn moment(year: u32, rest: &[u8]) -> Result<DateTime<Utc>, Asn1Error> {
    let (digits, zone) = rest.split_at_checked(10).ok_or(WRONG)?;
    if zone != b"Z" {
        return Err(WRONG);
    }
    let mut parts = digits.chunks_exact(2).map(number);
    let mut next = || parts.next().unwrap_or(Err(WRONG));
    let (month, day, hour, minute, second) = (next()?, next()?, next()?, next()?, next()?);
    let year = i32::try_from(year).map_err(|_| WRONG)?;
    NaiveDate::from_ymd_opt(year, month, day)
        .and_then(|date| date.and_hms_opt(hour, minute, second))
        .map(|moment| moment.and_utc())
        .ok_or(WRONG)
}

fn number(digits: &[u8]) -> Result<u32, Asn1Error> {
    digits.iter().try_fold(0, |sum, digit| {
        if digit.is_ascii_digit() {
            Ok(sum * 10 + u32::from(digit - b'0'))
        } else {
            Err(WRONG)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(b"491231235959Z", "2049-12-31T23:59:59+00:00")]
    #[case(b"500101000000Z", "1950-01-01T00:00:00+00:00")]
    fn two_digit_years(#[case] contents: &[u8], #[case] expected: &str) {
        assert_eq!(utc_time(contents).unwrap().to_rfc3339(), expected);
    }

    #[rstest]
    #[case(b"4912312359Z")]
    #[case(b"491231235959+0000")]
    #[case(b"491331235959Z")]
    #[case(b"491231235960Z")]
    #[case(b"4912312359a9Z")]
    #[case(b"")]
    fn refused_utc_time(#[case] contents: &[u8]) {
        assert!(utc_time(contents).is_err());
    }

    #[test]
    fn four_digit_years_and_fractions() {
        assert!(generalized_time(b"20510101120000Z").is_ok());
        assert_eq!(
            generalized_time(b"20510101120000.25Z"),
            generalized_time(b"20510101120000Z")
        );
        assert!(generalized_time(b"20510101120000.Z").is_err());
        assert!(generalized_time(b"20510101120000.250Z").is_err());
        assert!(generalized_time(b"2051010112Z").is_err());
    }
}
