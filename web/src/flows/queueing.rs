//! Putting a child in the queue: the answers, page by page, until they are signed.

use super::Kept;
use crate::routes::NewApplicationStep;
use balabaqsha_shared::{
    Code, Language,
    application::Category,
    child::NamePart,
    date,
    dto::{ApplicationDraftRequest, ChildInput, Draft, Locality},
    iin::Iin,
    input,
    phone::Phone,
    rules::{Violation, r04_queueing},
    text,
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
    Iin(Violation),
    Surname(Violation),
    GivenName(Violation),
    Patronymic(Violation),
    BirthDate(Violation),
    Locality(Violation),
    Category(Violation),
    Phone(Violation),
}

impl Unread {
    #[cfg(test)]
    fn code(&self) -> Code {
        match self {
            Self::Iin(violation)
            | Self::Surname(violation)
            | Self::GivenName(violation)
            | Self::Patronymic(violation)
            | Self::BirthDate(violation)
            | Self::Locality(violation)
            | Self::Category(violation)
            | Self::Phone(violation) => violation.code,
        }
    }

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
    /// The birth date as typed: in its three fields, or all of it in the first one.
    fn typed_birth_date(&self) -> String {
        [&self.day, &self.month, &self.year]
            .map(String::as_str)
            .join(" ")
    }

    /// The birth date, if what was typed is a day.
    #[must_use]
    pub fn birth_date(&self) -> Option<NaiveDate> {
        date::read(&self.typed_birth_date()).ok()
    }

    /// The number of the child as it was read.
    #[must_use]
    pub fn child_iin(&self) -> Option<Iin> {
        Iin::typed(&self.iin).ok()
    }

    /// The telephone as it was read.
    #[must_use]
    pub fn contact_phone(&self) -> Option<Phone> {
        Phone::parse(&self.phone).ok()
    }

    /// The names as they were read.
    #[must_use]
    pub fn full_name(&self) -> String {
        let parts = [&self.surname, &self.given_name, &self.patronymic];
        let names: Vec<NamePart> = parts
            .into_iter()
            .filter_map(|part| NamePart::parse(part).ok())
            .collect();
        let names: Vec<&str> = names.iter().map(NamePart::as_str).collect();
        names.join(" ")
    }

    /// The letters of the names that the papers will not show.
    #[must_use]
    pub fn letters_not_on_papers(&self) -> String {
        text::scripts::not_on_papers(&self.full_name())
    }

    /// Everything on both pages that cannot be read. The same types decide in the service.
    #[must_use]
    pub fn unread(&self, today: NaiveDate) -> Vec<Unread> {
        let mut found = Vec::new();
        found.extend(input::iin(&self.iin).err().map(Unread::Iin));
        found.extend(input::name(&self.surname).err().map(Unread::Surname));
        found.extend(input::name(&self.given_name).err().map(Unread::GivenName));
        let patronymic = input::optional(&self.patronymic, input::name);
        found.extend(patronymic.err().map(Unread::Patronymic));
        let birth_date = input::birth_date(&self.typed_birth_date(), today);
        found.extend(birth_date.err().map(Unread::BirthDate));
        let not_chosen = Violation::new(Code::ChoiceInvalid);
        if self.locality.is_empty() {
            found.push(Unread::Locality(not_chosen.clone()));
        }
        if self.category.is_none() {
            found.push(Unread::Category(not_chosen));
        }
        found.extend(input::phone(&self.phone).err().map(Unread::Phone));
        found
    }

    /// Whether the digits of the IIN tell another birth date: worth a look, never an error.
    #[must_use]
    pub fn iin_tells_another_day(&self) -> bool {
        let told = self.child_iin().and_then(|iin| iin.birth_date());
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
                iin: self.iin.clone(),
                surname: self.surname.clone(),
                given_name: self.given_name.clone(),
                patronymic: self.patronymic.clone(),
                birth_date: self.birth_date()?.to_string(),
            },
            category: self.category?,
            contact_phone: self.phone.clone(),
            language,
        })
    }
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
        assert_eq!(request.child.birth_date, "2022-12-31");
        assert_eq!(good().full_name(), "Серикова Айлин");
    }

    #[test]
    fn all_that_is_missing_is_named_at_once() {
        let missing = Answers::default().unread(today());
        assert_eq!(
            missing.iter().map(Unread::code).collect::<Vec<_>>(),
            [
                Code::FieldRequired,
                Code::FieldRequired,
                Code::FieldRequired,
                Code::FieldRequired,
                Code::ChoiceInvalid,
                Code::ChoiceInvalid,
                Code::FieldRequired,
            ]
        );
    }

    #[rstest]
    #[case(Answers { iin: "221231600024".into(), ..good() }, Code::IinInvalid)]
    #[case(Answers { iin: "22123160002".into(), ..good() }, Code::IinInvalid)]
    #[case(Answers { surname: "Серик0ва".into(), ..good() }, Code::NameInvalid)]
    #[case(Answers { patronymic: "?".into(), ..good() }, Code::NameInvalid)]
    #[case(Answers { month: "2".into(), ..good() }, Code::DayImpossible)]
    #[case(Answers { month: "апреля".into(), ..good() }, Code::DayImpossible)]
    #[case(Answers { year: "27".into(), ..good() }, Code::BirthDateInvalid)]
    #[case(Answers { year: "".into(), ..good() }, Code::DateUnreadable)]
    #[case(Answers { phone: "123".into(), ..good() }, Code::PhoneInvalid)]
    fn what_cannot_be_read_is_named(#[case] answers: Answers, #[case] expected: Code) {
        let codes: Vec<Code> = answers.unread(today()).iter().map(Unread::code).collect();
        assert_eq!(codes, [expected]);
    }

    #[rstest]
    #[case(Answers { iin: "221231 600023".into(), ..good() })]
    #[case(Answers { surname: "Cepикова".into(), ..good() })]
    #[case(Answers { given_name: "Аи\u{306}лин".into(), ..good() })]
    #[case(Answers { month: "декабря".into(), year: "22".into(), ..good() })]
    #[case(Answers { day: "31.12.2022".into(), month: "".into(), year: "".into(), ..good() })]
    #[case(Answers { phone: "\u{202a}+7 701 123\u{2011}45\u{2011}67\u{202c}".into(), ..good() })]
    fn what_looks_right_is_read_as_it_looks(#[case] answers: Answers) {
        assert_eq!(answers.unread(today()), []);
        assert_eq!(answers.child_iin(), good().child_iin());
        assert_eq!(answers.full_name(), "Серикова Айлин");
        assert_eq!(answers.birth_date(), good().birth_date());
        assert_eq!(answers.contact_phone(), good().contact_phone());
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
