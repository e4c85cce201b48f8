//! Choosing a private kindergarten: the notice that was read and the place that is held.

use super::Kept;
use balabaqsha_shared::{
    dto::{Draft, Vacancy},
    id::ApplicationId,
};
use serde::{Deserialize, Serialize};

/// Under which it is kept in the tab.
pub const NAME: &str = "choosing";

/// A held place and the text that waits for its signature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    pub vacancy: Vacancy,
    pub draft: Draft,
}

/// How far the choosing for one application has come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choosing {
    application: Option<ApplicationId>,
    /// R7: the notice comes first.
    noticed: bool,
    held: Option<Held>,
}

impl Choosing {
    #[must_use]
    pub fn is_noticed(&self, application: ApplicationId) -> bool {
        self.noticed && self.application == Some(application)
    }

    /// Another application begins anew.
    pub fn notice(&mut self, application: ApplicationId) {
        if self.application != Some(application) {
            *self = Self {
                application: Some(application),
                ..Self::default()
            };
        }
        self.noticed = true;
    }

    #[must_use]
    pub fn held(&self, application: ApplicationId) -> Option<&Held> {
        self.held
            .as_ref()
            .filter(|_| self.application == Some(application))
    }

    pub fn hold(&mut self, application: ApplicationId, held: Held) {
        self.notice(application);
        self.held = Some(held);
    }

    pub fn release(&mut self) {
        self.held = None;
    }
}

pub type Flow = Kept<Choosing>;

pub fn use_choosing() -> Flow {
    Kept::of(NAME)
}

#[cfg(test)]
mod tests {
    use super::*;
    use balabaqsha_shared::{
        Localized,
        kindergarten::{BirthYears, Coordinates, InstructionLanguage},
    };

    fn id(last: u8) -> ApplicationId {
        format!("0198a0b0-0000-7000-8000-0000000000{last:02}")
            .parse()
            .unwrap()
    }

    fn held() -> Held {
        let any = "0198a0b0-0000-7000-8000-000000000099";
        Held {
            vacancy: Vacancy {
                group_id: any.parse().unwrap(),
                group_name: "Ботақан".into(),
                instruction_language: InstructionLanguage::Kazakh,
                birth_years: BirthYears {
                    from: 2022,
                    to: 2022,
                },
                free_places: 1,
                kindergarten_id: any.parse().unwrap(),
                locality_id: any.parse().unwrap(),
                kindergarten_name: Localized::new("а", "б", "c"),
                address: Localized::new("а", "б", "c"),
                coordinates: Coordinates {
                    latitude: 49.5,
                    longitude: 57.4,
                },
            },
            draft: Draft {
                id: any.parse().unwrap(),
                content: String::new(),
                text: String::new(),
                sha256: String::new(),
                expires_at: chrono::DateTime::UNIX_EPOCH,
                hold: None,
                warnings: Vec::new(),
            },
        }
    }

    #[test]
    fn what_was_chosen_for_one_child_is_not_shown_for_another() {
        let mut choosing = Choosing::default();
        choosing.hold(id(1), held());
        assert!(choosing.is_noticed(id(1)) && choosing.held(id(1)).is_some());
        assert!(!choosing.is_noticed(id(2)) && choosing.held(id(2)).is_none());
        choosing.notice(id(2));
        assert!(choosing.held(id(2)).is_none() && choosing.held(id(1)).is_none());
    }

    #[test]
    fn reading_the_notice_again_keeps_the_held_place() {
        let mut choosing = Choosing::default();
        choosing.hold(id(1), held());
        choosing.notice(id(1));
        assert!(choosing.held(id(1)).is_some());
        choosing.release();
        assert!(choosing.held(id(1)).is_none() && choosing.is_noticed(id(1)));
    }

    #[test]
    fn it_survives_being_kept() {
        let mut choosing = Choosing::default();
        choosing.hold(id(1), held());
        let text = serde_json::to_string(&choosing).unwrap();
        assert_eq!(serde_json::from_str::<Choosing>(&text).unwrap(), choosing);
    }
}
