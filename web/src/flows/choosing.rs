//! Choosing a private kindergarten: the notice that was read and the places that are held, of one child or of several
//! in one step.

use super::Kept;
use balabaqsha_shared::{
    dto::{Draft, Vacancy},
    id::ApplicationId,
};
use serde::{Deserialize, Serialize};

/// Under which it is kept in the tab.
pub const NAME: &str = "choosing";
/// The same for what the confirmation needs.
const TOGETHER: &str = "together";

/// A held place and the text that waits for its signature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    pub application: ApplicationId,
    /// The full name of the child.
    pub child: String,
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
    /// Those of one step; the first is that of the application.
    held: Vec<Held>,
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
    pub fn held(&self, application: ApplicationId) -> &[Held] {
        if self.application == Some(application) {
            &self.held
        } else {
            &[]
        }
    }

    pub fn hold(&mut self, application: ApplicationId, held: Vec<Held>) {
        self.notice(application);
        self.held = held;
    }

    pub fn release(&mut self) {
        self.held.clear();
    }
}

pub type Flow = Kept<Choosing>;

pub fn use_choosing() -> Flow {
    Kept::of(NAME)
}

/// For whom else a place was held in the same step. The flow is forgotten once it is signed for; the confirmation shows
/// them all.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Together {
    application: Option<ApplicationId>,
    others: Vec<ApplicationId>,
}

impl Together {
    #[must_use]
    pub fn of(held: &[Held]) -> Self {
        let mut all = held.iter().map(|held| held.application);
        Self {
            application: all.next(),
            others: all.collect(),
        }
    }

    #[must_use]
    pub fn with(self, application: ApplicationId) -> Vec<ApplicationId> {
        if self.application == Some(application) {
            self.others
        } else {
            Vec::new()
        }
    }
}

pub fn use_together() -> Kept<Together> {
    Kept::of(TOGETHER)
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
            application: id(1),
            child: "Айлин".into(),
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
        choosing.hold(id(1), vec![held()]);
        assert!(choosing.is_noticed(id(1)) && !choosing.held(id(1)).is_empty());
        assert!(!choosing.is_noticed(id(2)) && choosing.held(id(2)).is_empty());
        choosing.notice(id(2));
        assert!(choosing.held(id(2)).is_empty() && choosing.held(id(1)).is_empty());
    }

    #[test]
    fn reading_the_notice_again_keeps_the_held_place() {
        let mut choosing = Choosing::default();
        choosing.hold(id(1), vec![held()]);
        choosing.notice(id(1));
        assert!(!choosing.held(id(1)).is_empty());
        choosing.release();
        assert!(choosing.held(id(1)).is_empty() && choosing.is_noticed(id(1)));
    }

    #[test]
    fn the_confirmation_knows_the_other_children_of_the_step() {
        let other = Held {
            application: id(2),
            ..held()
        };
        let together = Together::of(&[held(), other]);
        assert_eq!(together.clone().with(id(1)), [id(2)]);
        assert_eq!(together.with(id(2)), []);
        assert_eq!(Together::of(&[held()]).with(id(1)), []);
    }

    #[test]
    fn it_survives_being_kept() {
        let mut choosing = Choosing::default();
        choosing.hold(id(1), vec![held()]);
        let text = serde_json::to_string(&choosing).unwrap();
        assert_eq!(serde_json::from_str::<Choosing>(&text).unwrap(), choosing);
    }
}
