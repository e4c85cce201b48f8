//! Whose a certificate is, read by attribute type in the national way.

use super::Certificate;
use crate::asn1::known;
use serde::Serialize;

/// The kind of user an ExtendedKeyUsage names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum KindOfUser {
    Person,
    LegalEntity,
    LegalEntityHead,
    LegalEntityRightToSign,
    LegalEntityEmployee,
}

/// The holder of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Owner {
    /// Surname, given name and patronymic, as far as they are there.
    pub full_name: String,
    pub surname: Option<String>,
    /// Stands only inside the common name, after the surname.
    pub given_name: Option<String>,
    /// The attribute "given name" (GN) holds the patronymic.
    pub patronymic: Option<String>,
    pub iin: Option<String>,
    pub bin: Option<String>,
    pub organisation: Option<String>,
    pub email: Option<String>,
    pub country: Option<String>,
    pub kinds: Vec<KindOfUser>,
}

impl Owner {
    pub(super) fn of(certificate: &Certificate) -> Self {
        let subject = certificate.subject();
        let text = |kind| {
            let value = subject.first(kind).map(balabaqsha_text::visible)?;
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            (!is_placeholder(&value)).then_some(value)
        };
        let common_name = subject.common_name();
        let common_name: Vec<&str> = common_name.split_whitespace().collect();
        let surname = text(&known::SURNAME);
        let patronymic = text(&known::GIVEN_NAME);
        let words = |name: &Option<String>| -> Vec<String> {
            let words = name.iter().flat_map(|name| name.split(' '));
            words.map(str::to_owned).collect()
        };
        let (first, last) = (words(&surname), words(&patronymic));
        let mut full: Vec<&str> = common_name.clone();
        // A placeholder stands for a name that is not there.
        while full.last().is_some_and(|word| is_placeholder(word)) {
            full.pop();
        }
        let has_surname = !first.is_empty() && begins_with(&full, &first);
        let has_patronymic =
            !last.is_empty() && full.len() > first.len() && ends_with(&full, &last);
        let given_name = if has_surname {
            let end = full.len() - if has_patronymic { last.len() } else { 0 };
            let given = full.get(first.len()..end).unwrap_or_default().join(" ");
            (!given.is_empty()).then_some(given)
        } else {
            None
        };
        let mut full_name = full.join(" ");
        if let Some(patronymic) = patronymic.as_deref()
            && surname.is_some()
            && !has_patronymic
        {
            full_name.push(' ');
            full_name.push_str(patronymic);
        }
        let from_alternative_names = || {
            certificate
                .extensions()
                .alternative_names
                .iter()
                .flatten()
                .find_map(|name| match name {
                    super::GeneralName::Email(email) => {
                        Some(balabaqsha_text::visible(email).into_owned())
                    }
                    _ => None,
                })
        };
        Self {
            full_name,
            surname,
            given_name,
            patronymic,
            iin: numbered(subject.all(&known::SERIAL_NUMBER), "IIN"),
            bin: numbered(subject.all(&known::ORGANISATIONAL_UNIT), "BIN"),
            organisation: text(&known::ORGANISATION),
            email: text(&known::EMAIL_ADDRESS).or_else(from_alternative_names),
            country: text(&known::COUNTRY),
            kinds: kinds(certificate),
        }
    }
}

/// What authorities write where there is no name.
fn is_placeholder(text: &str) -> bool {
    text.chars()
        .all(|c| matches!(c, '-' | '\u{2010}'..='\u{2015}' | '_' | '.' | '*'))
}

fn begins_with(words: &[&str], part: &[String]) -> bool {
    words.len() >= part.len()
        && words
            .iter()
            .zip(part)
            .all(|(word, part)| is_same(word, part))
}

fn ends_with(words: &[&str], part: &[String]) -> bool {
    words.len() >= part.len()
        && words
            .iter()
            .rev()
            .zip(part.iter().rev())
            .all(|(word, part)| is_same(word, part))
}

/// Letters of either case name the same person.
fn is_same(one: &str, other: &str) -> bool {
    let one = one.chars().flat_map(char::to_lowercase);
    one.eq(other.chars().flat_map(char::to_lowercase))
}

/// The 12 digits behind a prefix. Whether they add up is for the rules to say: keys of the test
/// authority carry numbers that do not.
fn numbered<'a>(values: impl Iterator<Item = &'a str>, prefix: &str) -> Option<String> {
    let mut found = values
        .filter_map(|value| value.strip_prefix(prefix))
        .filter(|digits| digits.len() == 12 && digits.bytes().all(|digit| digit.is_ascii_digit()));
    let number = found.next()?;
    // Two different numbers name nobody.
    found
        .all(|other| other == number)
        .then(|| number.to_owned())
}

fn kinds(certificate: &Certificate) -> Vec<KindOfUser> {
    let kinds = [
        (known::PERSON, KindOfUser::Person),
        (known::LEGAL_ENTITY, KindOfUser::LegalEntity),
        (known::LEGAL_ENTITY_HEAD, KindOfUser::LegalEntityHead),
        (
            known::LEGAL_ENTITY_RIGHT_TO_SIGN,
            KindOfUser::LegalEntityRightToSign,
        ),
        (
            known::LEGAL_ENTITY_EMPLOYEE,
            KindOfUser::LegalEntityEmployee,
        ),
    ];
    let usages = certificate.extended_key_usage().unwrap_or_default();
    kinds
        .into_iter()
        .filter(|(oid, _)| usages.iter().any(|usage| usage == oid))
        .map(|(_, kind)| kind)
        .collect()
}

#[cfg(test)]
#[cfg(all(feature = "authority", feature = "system-random"))]
mod tests {
    use crate::authority::{Authority, Profile, Subject, Validity};
    use crate::random::SystemRandom;
    use rstest::rstest;

    fn owner(surname: &str, given: &str, patronymic: Option<&str>) -> super::Owner {
        let rng = &mut SystemRandom;
        let validity = Validity {
            not_before: "2026-06-01T00:00:00Z".parse().unwrap(),
            not_after: "2027-01-01T00:00:00Z".parse().unwrap(),
        };
        let authority = Authority::gost512("CA", validity, rng).unwrap();
        let subject = Subject::person(surname, given, patronymic, "880229400023");
        let issued = authority.issue(&subject, Profile::Gost512, validity, "1", rng);
        issued.unwrap().certificate.owner()
    }

    /// Surname, what follows it in the common name, and the patronymic as the certificate has them;
    /// full name, given name and patronymic as they are told.
    #[rstest]
    #[case::as_usual(
        "ИВАНОВА",
        "АННА",
        Some("ПЕТРОВНА"),
        "ИВАНОВА АННА ПЕТРОВНА",
        "АННА",
        Some("ПЕТРОВНА")
    )]
    #[case::patronymic_in_the_common_name_as_well(
        "ИВАНОВА",
        "АННА ПЕТРОВНА",
        Some("ПЕТРОВНА"),
        "ИВАНОВА АННА ПЕТРОВНА",
        "АННА",
        Some("ПЕТРОВНА")
    )]
    #[case::in_another_case(
        "ИВАНОВА",
        "АННА Петровна",
        Some("ПЕТРОВНА"),
        "ИВАНОВА АННА Петровна",
        "АННА",
        Some("ПЕТРОВНА")
    )]
    #[case::of_two_words(
        "ӘЛИ",
        "АЙБЕК СЕРІК ҰЛЫ",
        Some("СЕРІК ҰЛЫ"),
        "ӘЛИ АЙБЕК СЕРІК ҰЛЫ",
        "АЙБЕК",
        Some("СЕРІК ҰЛЫ")
    )]
    #[case::dash_for_no_patronymic("ЛИ", "ВЕЙ", Some("-"), "ЛИ ВЕЙ", "ВЕЙ", None)]
    #[case::dash_in_the_common_name("ЛИ", "ВЕЙ -", Some("-"), "ЛИ ВЕЙ", "ВЕЙ", None)]
    #[case::long_dash("ЛИ", "ВЕЙ", Some("—"), "ЛИ ВЕЙ", "ВЕЙ", None)]
    #[case::blank("ЛИ", "ВЕЙ", Some(" "), "ЛИ ВЕЙ", "ВЕЙ", None)]
    #[case::none("ЛИ", "ВЕЙ", None, "ЛИ ВЕЙ", "ВЕЙ", None)]
    #[case::a_name_that_ends_alike(
        "ПЕТРОВНА",
        "АННА",
        Some("НА"),
        "ПЕТРОВНА АННА НА",
        "АННА",
        Some("НА")
    )]
    #[case::spaces("ЛИ", " ВЕЙ  ", Some(" ЧЖАН "), "ЛИ ВЕЙ ЧЖАН", "ВЕЙ", Some("ЧЖАН"))]
    fn names_are_told_once_each(
        #[case] surname: &str,
        #[case] given: &str,
        #[case] patronymic: Option<&str>,
        #[case] full: &str,
        #[case] told: &str,
        #[case] told_patronymic: Option<&str>,
    ) {
        let owner = owner(surname, given, patronymic);
        assert_eq!(owner.full_name, full);
        assert_eq!(owner.given_name.as_deref(), Some(told));
        assert_eq!(owner.patronymic.as_deref(), told_patronymic);
    }

    #[rstest]
    fn hidden_characters_are_not_told(
        #[values(
            '\u{1b}',
            '\u{7f}',
            '\u{9b}',
            '\u{ad}',
            '\u{200b}',
            '\u{202e}',
            '\u{2066}',
            '\u{feff}',
            '\u{e0001}'
        )]
        hidden: char,
    ) {
        let with = |text: &str| format!("{text}{hidden}X");
        let owner = owner(&with("ЛИ"), &with("ВЕЙ"), Some(&with("ЧЖАН")));
        let told = serde_json::to_string(&owner).unwrap();
        assert!(!balabaqsha_text::has_hidden(&told), "{told}");
        assert_eq!(owner.full_name, "ЛИ\u{fffd}X ВЕЙ\u{fffd}X ЧЖАН\u{fffd}X");
    }
}
