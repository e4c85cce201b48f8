//! Staff of kindergartens (R19), and what their pages and programs rely on.

use crate::{endpoint, number::ReferralNumber, token};
use serde::{Deserialize, Serialize};

/// What somebody is in a kindergarten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum StaffRole {
    /// Appoints colleagues as well.
    Head,
    Employee,
}

impl StaffRole {
    pub const ALL: [Self; 2] = [Self::Head, Self::Employee];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Employee => "employee",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

/// What names a referral: its number, or the token of the QR code on its paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamedReferral {
    Number(ReferralNumber),
    Token(String),
}

/// Why a text names no referral of this service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoReferral {
    /// An address elsewhere, or another page of this service.
    ForeignAddress,
    /// Neither a number nor an address.
    Unreadable,
}

/// Reads what a camera has seen or somebody has typed. `origin` is where the pages of this service are.
pub fn named_referral(text: &str, origin: &str) -> Result<NamedReferral, NoReferral> {
    let text = text.trim();
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    if lower.starts_with("http://") || lower.starts_with("https://") {
        let page = endpoint::verification_page("");
        return text
            .strip_prefix(origin.trim_end_matches('/'))
            .and_then(|path| path.strip_prefix(page.as_str()))
            .and_then(token::typed)
            .map(NamedReferral::Token)
            .ok_or(NoReferral::ForeignAddress);
    }
    if text.contains("://") {
        return Err(NoReferral::ForeignAddress);
    }
    match (ReferralNumber::typed(text), token::typed(text)) {
        (Ok(number), _) => Ok(NamedReferral::Number(number)),
        (Err(_), Some(token)) => Ok(NamedReferral::Token(token)),
        (Err(_), None) => Err(NoReferral::Unreadable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "https://balabaqsha.example.kz";

    #[test]
    fn names_are_read_again_and_are_those_of_the_wire() {
        for role in StaffRole::ALL {
            assert_eq!(StaffRole::from_name(role.as_str()), Some(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
        assert_eq!(StaffRole::from_name("Head"), None);
    }

    #[test]
    fn an_address_of_this_service_names_a_referral_and_no_other_does() {
        let token = token::written([7; 16]);
        let own = format!("{ORIGIN}{}", endpoint::verification_page(&token));
        for text in [own.as_str(), token.as_str()] {
            let read = named_referral(text, ORIGIN);
            assert_eq!(read, Ok(NamedReferral::Token(token.clone())));
        }
        for foreign in [
            format!("https://elsewhere.example.kz/r/{token}"),
            format!("{ORIGIN}.evil.example/r/{token}"),
            format!("{ORIGIN}/places"),
            format!("{ORIGIN}/r/"),
            "tel://87011234567".to_owned(),
        ] {
            assert_eq!(
                named_referral(&foreign, ORIGIN),
                Err(NoReferral::ForeignAddress),
                "{foreign}"
            );
        }
    }

    #[test]
    fn a_number_is_read_as_people_type_it() {
        let number = ReferralNumber::parse("АКТ-Н-2026-001873").unwrap();
        for typed in ["АКТ-Н-2026-001873", " акт-н-2026-1873 "] {
            let read = named_referral(typed, ORIGIN);
            assert_eq!(read, Ok(NamedReferral::Number(number.clone())), "{typed}");
        }
        for none in ["", "hello", "2026"] {
            assert_eq!(
                named_referral(none, ORIGIN),
                Err(NoReferral::Unreadable),
                "{none}"
            );
        }
    }
}
