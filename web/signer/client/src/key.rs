//! The facts of one key in an opened file, as they are shown to its owner, and the judgement
//! whether the key may be used for what the owner is about to do.
//!
//! The judgement is a hint that spares the owner a refusal: the server verifies every signature
//! anew and alone decides.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What a key is to be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Usage {
    Login,
    Signing,
}

/// What the authority issued a key for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyPurpose {
    Login,
    Signing,
    LoginAndSigning,
    /// Neither: for example a server's key, or a certificate that names no purpose.
    Unfit,
}

impl KeyPurpose {
    #[must_use]
    pub fn serves(self, usage: Usage) -> bool {
        match self {
            Self::Login => usage == Usage::Login,
            Self::Signing => usage == Usage::Signing,
            Self::LoginAndSigning => true,
            Self::Unfit => false,
        }
    }
}

/// One key of an opened file. Everything is read from the certificate by OID.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyInfo {
    /// The place of the key in its file; names the key when signing.
    pub index: u32,
    pub owner_name: String,
    pub iin: Option<String>,
    /// Of the legal entity the owner acts for.
    pub bin: Option<String>,
    pub purpose: KeyPurpose,
    /// For people: "RSA-2048", "GOST 512".
    pub algorithm: String,
    /// Whether signatures of this kind and size of key are accepted.
    pub supported: bool,
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub not_before: DateTime<Utc>,
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub not_after: DateTime<Utc>,
    pub issuer: String,
    /// Of the certificate, in hexadecimal.
    pub serial: String,
    pub friendly_name: Option<String>,
}

impl KeyInfo {
    /// Why the key cannot be used for this, or nothing when it can.
    ///
    /// What no new date would mend comes first: an expired login key is no signing key either.
    #[must_use]
    pub fn unfit_for(&self, usage: Usage, now: DateTime<Utc>) -> Option<UnfitReason> {
        if !self.supported {
            return Some(UnfitReason::Unsupported {
                algorithm: self.algorithm.clone(),
            });
        }
        if !self.purpose.serves(usage) {
            return Some(UnfitReason::WrongPurpose);
        }
        if self.iin.is_none() {
            return Some(UnfitReason::NoIin);
        }
        if now < self.not_before {
            return Some(UnfitReason::NotYetValid {
                from: self.not_before,
            });
        }
        // A certificate is valid through its last second (RFC 5280, 4.1.2.5).
        if now > self.not_after {
            return Some(UnfitReason::Expired {
                until: self.not_after,
            });
        }
        None
    }
}

/// Why a key cannot be used, with what the owner has to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnfitReason {
    Expired {
        until: DateTime<Utc>,
    },
    NotYetValid {
        from: DateTime<Utc>,
    },
    WrongPurpose,
    Unsupported {
        algorithm: String,
    },
    /// The certificate names no person, so nobody can be logged in with it.
    NoIin,
}

impl UnfitReason {
    /// Stable: words and tests hang on it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Expired { .. } => "key-expired",
            Self::NotYetValid { .. } => "key-not-yet-valid",
            Self::WrongPurpose => "key-wrong-purpose",
            Self::Unsupported { .. } => "key-unsupported",
            Self::NoIin => "key-no-iin",
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, TimeZone};
    use rstest::rstest;

    use super::*;

    fn first_moment() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).unwrap()
    }

    fn last_moment() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2027, 1, 1, 0, 0, 0).unwrap()
    }

    fn key(purpose: KeyPurpose) -> KeyInfo {
        KeyInfo {
            index: 0,
            owner_name: "ИВАНОВА АЙГУЛЬ СЕРИКОВНА".to_owned(),
            iin: Some("880229400023".to_owned()),
            bin: None,
            purpose,
            algorithm: "RSA-2048".to_owned(),
            supported: true,
            not_before: first_moment(),
            not_after: last_moment(),
            issuer: "BALABAQSHA DEMO CA (RSA)".to_owned(),
            serial: "0a1b".to_owned(),
            friendly_name: None,
        }
    }

    #[rstest]
    #[case(KeyPurpose::Login, Usage::Login, true)]
    #[case(KeyPurpose::Login, Usage::Signing, false)]
    #[case(KeyPurpose::Signing, Usage::Login, false)]
    #[case(KeyPurpose::Signing, Usage::Signing, true)]
    #[case(KeyPurpose::LoginAndSigning, Usage::Login, true)]
    #[case(KeyPurpose::LoginAndSigning, Usage::Signing, true)]
    #[case(KeyPurpose::Unfit, Usage::Login, false)]
    #[case(KeyPurpose::Unfit, Usage::Signing, false)]
    fn a_key_serves_what_it_was_issued_for(
        #[case] purpose: KeyPurpose,
        #[case] usage: Usage,
        #[case] fit: bool,
    ) {
        let reason = key(purpose).unfit_for(usage, first_moment());
        assert_eq!(reason.is_none(), fit);
        if !fit {
            assert_eq!(reason, Some(UnfitReason::WrongPurpose));
        }
    }

    #[rstest]
    #[case(first_moment() - TimeDelta::microseconds(1), Some("key-not-yet-valid"))]
    #[case(first_moment(), None)]
    #[case(last_moment(), None)]
    #[case(last_moment() + TimeDelta::microseconds(1), Some("key-expired"))]
    fn the_dates_are_judged_to_the_microsecond(
        #[case] now: DateTime<Utc>,
        #[case] code: Option<&str>,
    ) {
        let reason = key(KeyPurpose::Signing).unfit_for(Usage::Signing, now);
        assert_eq!(reason.as_ref().map(UnfitReason::code), code);
    }

    #[test]
    fn what_no_new_date_would_mend_is_said_first() {
        let long_gone = last_moment() + TimeDelta::days(1);
        assert_eq!(
            key(KeyPurpose::Login).unfit_for(Usage::Signing, long_gone),
            Some(UnfitReason::WrongPurpose)
        );
        let unsupported = KeyInfo {
            supported: false,
            algorithm: "DSA".to_owned(),
            ..key(KeyPurpose::Unfit)
        };
        assert_eq!(
            unsupported.unfit_for(Usage::Login, long_gone),
            Some(UnfitReason::Unsupported {
                algorithm: "DSA".to_owned()
            })
        );
    }

    #[test]
    fn a_key_that_names_no_person_is_told_apart() {
        let nameless = KeyInfo {
            iin: None,
            ..key(KeyPurpose::LoginAndSigning)
        };
        assert_eq!(
            nameless.unfit_for(Usage::Login, first_moment()),
            Some(UnfitReason::NoIin)
        );
    }
}
