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
        let text = |kind| subject.first(kind).map(str::to_owned);
        let common_name = subject.common_name();
        let surname = text(&known::SURNAME);
        let patronymic = text(&known::GIVEN_NAME);
        let given_name = surname
            .as_deref()
            .and_then(|surname| common_name.strip_prefix(surname))
            .map(str::trim)
            .filter(|rest| !rest.is_empty())
            .map(str::to_owned);
        let mut full_name = common_name.trim().to_owned();
        if let Some(patronymic) = patronymic.as_deref()
            && surname.is_some()
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
                    super::GeneralName::Email(email) => Some(email.clone()),
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
