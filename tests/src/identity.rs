//! People to whom keys are issued.

use crate::builders::{self, day};

/// Whom a certificate names.
#[derive(Clone, Debug)]
pub struct Identity {
    pub surname: String,
    pub given_name: String,
    pub patronymic: String,
    pub iin: String,
}

impl Identity {
    /// Somebody whom no other test knows.
    #[must_use]
    pub fn new() -> Self {
        Self {
            surname: "СЕРИКОВ".into(),
            given_name: "ДАНИЯР".into(),
            patronymic: "БОЛАТУЛЫ".into(),
            iin: builders::iin(day("1985-07-15")).to_string(),
        }
    }

    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {} {}", self.surname, self.given_name, self.patronymic)
    }
}

impl Default for Identity {
    fn default() -> Self {
        Self::new()
    }
}
