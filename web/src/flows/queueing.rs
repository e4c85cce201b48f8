//! Putting a child in the queue: the answers, page by page, until they are signed.

use super::Kept;
use crate::routes::NewApplicationStep;
use balabaqsha_shared::{
    Code, Language,
    application::Category,
    child::{NameError, NamePart},
    dto::{ApplicationDraftRequest, ChildInput, Draft, Locality},
    iin::Iin,
    phone::Phone,
    rules::{Violation, r04_queueing},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Under which it is kept in the tab.
pub const NAME: &str = "queueing";

/// As typed and chosen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Answers {
    pub iin: String,
    pub surname: String,
    pub given_name: String,
    pub patronymic: String,
    pub day: String,
    pub month: String,
    pub year: String,
    /// Short name of the locality.
    pub locality: String,
    pub category: Option<Category>,
    pub phone: String,
    /// The text that waits for its signature.
    pub draft: Option<Draft>,
}

/// An answer that cannot be read, by its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    Iin(Code),
    Surname(Code),
    GivenName(Code),
    Patronymic(Code),
    BirthDate(Code),
    Locality(Code),
    Category(Code),
    Phone(Code),
}

impl Unread {
    /// The page on which the answer is given.
    #[must_use]
    pub const fn step(&self) -> NewApplicationStep {
        match self {
            Self::Iin(_)
            | Self::Surname(_)
            | Self::GivenName(_)
            | Self::Patronymic(_)
            | Self::BirthDate(_) => NewApplicationStep::Child,
            Self::Locality(_) | Self::Category(_) | Self::Phone(_) => NewApplicationStep::Details,
        }
    }
}

impl Answers {
    /// The birth date, if the three numbers are a day.
    #[must_use]
    pub fn birth_date(&self) -> Option<NaiveDate> {
        let year = self.year.trim();
        if year.len() != 4 {
            return None;
        }
        NaiveDate::from_ymd_opt(
            year.parse().ok()?,
            self.month.trim().parse().ok()?,
            self.day.trim().parse().ok()?,
        )
    }

    #[must_use]
    pub fn full_name(&self) -> String {
        let parts = [&self.surname, &self.given_name, &self.patronymic];
        let words: Vec<&str> = parts
            .into_iter()
            .flat_map(|part| part.split_whitespace())
            .collect();
        words.join(" ")
    }

    /// Everything on both pages that cannot be read. The same types decide in the service.
    #[must_use]
    pub fn unread(&self, today: NaiveDate) -> Vec<Unread> {
        let mut found = Vec::new();
        found.extend(
            required(&self.iin, |text| Iin::parse(text).is_ok(), Code::IinInvalid).map(Unread::Iin),
        );
        found.extend(name(&self.surname).map(Unread::Surname));
        found.extend(name(&self.given_name).map(Unread::GivenName));
        if !self.patronymic.trim().is_empty() {
            found.extend(name(&self.patronymic).map(Unread::Patronymic));
        }
        let empty = [&self.day, &self.month, &self.year]
            .iter()
            .all(|part| part.trim().is_empty());
        match self.birth_date() {
            Some(date) if date <= today => {}
            _ if empty => found.push(Unread::BirthDate(Code::FieldRequired)),
            _ => found.push(Unread::BirthDate(Code::BirthDateInvalid)),
        }
        if self.locality.is_empty() {
            found.push(Unread::Locality(Code::ChoiceInvalid));
        }
        if self.category.is_none() {
            found.push(Unread::Category(Code::ChoiceInvalid));
        }
        let phone = required(
            &self.phone,
            |text| Phone::parse(text).is_ok(),
            Code::PhoneInvalid,
        );
        found.extend(phone.map(Unread::Phone));
        found
    }

    /// Whether the digits of the IIN tell another birth date: worth a look, never an error.
    #[must_use]
    pub fn iin_tells_another_day(&self) -> bool {
        let told = Iin::parse(self.iin.trim())
            .ok()
            .and_then(|iin| iin.birth_date());
        match (told, self.birth_date()) {
            (Some(told), Some(given)) => told != given,
            _ => false,
        }
    }

    /// Why the child cannot be put on this queue, as far as it is known here (R4).
    #[must_use]
    pub fn reasons_against(&self, locality: &Locality, today: NaiveDate) -> Vec<Violation> {
        let Some(birth_date) = self.birth_date() else {
            return Vec::new();
        };
        r04_queueing::violations(&r04_queueing::Queueing {
            birth_date,
            today,
            profile: &locality.rules,
            served_here: locality.served_here,
            has_own_application: false,
            of_person: None,
        })
    }

    /// What the service is asked to write a text for, once everything can be read.
    #[must_use]
    pub fn request(
        &self,
        locality: &Locality,
        language: Language,
    ) -> Option<ApplicationDraftRequest> {
        Some(ApplicationDraftRequest {
            locality_id: locality.id,
            child: ChildInput {
                iin: self.iin.trim().to_owned(),
                surname: self.surname.clone(),
                given_name: self.given_name.clone(),
                patronymic: self.patronymic.clone(),
                birth_date: self.birth_date()?,
            },
            category: self.category?,
            contact_phone: self.phone.clone(),
            language,
        })
    }
}

fn required(text: &str, fits: impl FnOnce(&str) -> bool, code: Code) -> Option<Code> {
    let text = text.trim();
    if text.is_empty() {
        Some(Code::FieldRequired)
    } else {
        (!fits(text)).then_some(code)
    }
}

fn name(text: &str) -> Option<Code> {
    NamePart::parse(text).err().map(|error| match error {
        NameError::Empty => Code::FieldRequired,
        NameError::TooLong | NameError::Characters => Code::NameInvalid,
    })
}

pub type Queueing = Kept<Answers>;

pub fn use_queueing() -> Queueing {
    Kept::of(NAME)
}

#[cfg(test)]
mod tests {
    use super::*;
    use balabaqsha_shared::{
        Localized, id::LocalityId, kindergarten::Coordinates, profile::RulesProfile,
    };
    use rstest::rstest;

    fn today() -> NaiveDate {
        "2026-11-23".parse().unwrap()
    }

    fn good() -> Answers {
        Answers {
            iin: "221231600023".into(),
            surname: "Серикова".into(),
            given_name: " Айлин".into(),
            day: "31".into(),
            month: "12".into(),
            year: "2022".into(),
            locality: "kandyagash".into(),
            category: Some(Category::General),
            phone: "8 701 123 45 67".into(),
            ..Answers::default()
        }
    }

    fn locality(served_here: bool) -> Locality {
        Locality {
            id: "0198a0b0-0000-7000-8000-000000000001"
                .parse::<LocalityId>()
                .unwrap(),
            code: "kandyagash".into(),
            name: Localized::new("", "", ""),
            district: Localized::new("", "", ""),
            center: Coordinates {
                latitude: 0.0,
                longitude: 0.0,
            },
            served_here,
            free_places: 0,
            queued_children: 0,
            rules: RulesProfile::default(),
            suspension: None,
        }
    }

    #[test]
    fn good_answers_become_a_request() {
        assert_eq!(good().unread(today()), []);
        let request = good().request(&locality(true), Language::Ru).unwrap();
        assert_eq!(request.child.birth_date, "2022-12-31".parse().unwrap());
        assert_eq!(good().full_name(), "Серикова Айлин");
    }

    #[test]
    fn all_that_is_missing_is_named_at_once() {
        use Code::{ChoiceInvalid, FieldRequired};
        assert_eq!(
            Answers::default().unread(today()),
            [
                Unread::Iin(FieldRequired),
                Unread::Surname(FieldRequired),
                Unread::GivenName(FieldRequired),
                Unread::BirthDate(FieldRequired),
                Unread::Locality(ChoiceInvalid),
                Unread::Category(ChoiceInvalid),
                Unread::Phone(FieldRequired),
            ]
        );
    }

    #[rstest]
    #[case(Answers { iin: "221231600024".into(), ..good() }, Unread::Iin(Code::IinInvalid))]
    #[case(Answers { surname: "Серик0ва".into(), ..good() }, Unread::Surname(Code::NameInvalid))]
    #[case(Answers { patronymic: "?".into(), ..good() }, Unread::Patronymic(Code::NameInvalid))]
    #[case(Answers { day: "31".into(), month: "2".into(), ..good() }, Unread::BirthDate(Code::BirthDateInvalid))]
    #[case(Answers { year: "22".into(), ..good() }, Unread::BirthDate(Code::BirthDateInvalid))]
    #[case(Answers { year: "2027".into(), ..good() }, Unread::BirthDate(Code::BirthDateInvalid))]
    #[case(Answers { phone: "123".into(), ..good() }, Unread::Phone(Code::PhoneInvalid))]
    fn what_cannot_be_read_is_named(#[case] answers: Answers, #[case] expected: Unread) {
        assert_eq!(answers.unread(today()), [expected]);
    }

    #[test]
    fn another_day_in_the_iin_is_only_worth_a_look() {
        assert!(!good().iin_tells_another_day());
        let other = Answers {
            day: "30".into(),
            ..good()
        };
        assert!(other.iin_tells_another_day());
        assert_eq!(other.unread(today()), []);
    }

    #[test]
    fn the_rule_of_queueing_hints_before_anything_is_sent() {
        let codes = |answers: Answers, served: bool| -> Vec<Code> {
            let reasons = answers.reasons_against(&locality(served), today());
            reasons.into_iter().map(|reason| reason.code).collect()
        };
        assert_eq!(codes(good(), true), []);
        let school = Answers {
            year: "2019".into(),
            ..good()
        };
        assert_eq!(codes(school, true), [Code::ChildTooOld]);
        assert_eq!(codes(good(), false), [Code::LocalityServedElsewhere]);
    }

    #[test]
    fn answers_are_kept_and_read_again_even_when_the_form_has_grown() {
        let text = serde_json::to_string(&good()).unwrap();
        assert_eq!(serde_json::from_str::<Answers>(&text).unwrap(), good());
        let old: Answers = serde_json::from_str(r#"{"iin":"1","gone":2}"#).unwrap();
        assert_eq!(old.iin, "1");
    }
}
