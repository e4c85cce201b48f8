//! The rules, one file each. A rule is a pure function that returns *all* its violations, each
//! with a stable code; the same function hints in the browser and decides on the server.

pub mod r03_attachment;
pub mod r04_queueing;
pub mod r05_order;
pub mod r06_choosing;
pub mod r08_hold;
pub mod r10_arrival;
pub mod r11_lapses;
pub mod r13_extension;
pub mod r14_revocation;
pub mod r15_withdrawal;
pub mod r16_publication;
pub mod r20_profile;
pub mod r21_benefit;
pub mod r22_restoring;
pub mod r27_child;

use crate::{
    code::{Code, Params},
    language::Language,
    time,
};
use chrono::{DateTime, NaiveDate, Utc};
use std::fmt;

/// The next local day.
fn tomorrow(today: NaiveDate) -> NaiveDate {
    today.succ_opt().unwrap_or(NaiveDate::MAX)
}

/// One reason why a rule refuses, with the values of its sentence.
#[derive(Clone, PartialEq, Eq)]
pub struct Violation {
    pub code: Code,
    pub params: Params,
}

impl fmt::Debug for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The values may be what somebody has typed about a child.
        f.debug_struct("Violation")
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

impl Violation {
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self {
            code,
            params: Params::new(),
        }
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.params.insert(name, value.to_string());
        self
    }

    #[must_use]
    pub fn with_day(self, name: &'static str, day: NaiveDate) -> Self {
        self.with(name, day.format("%d.%m.%Y"))
    }

    /// A moment to the second, as the wall clocks of the country show it.
    #[must_use]
    pub fn with_moment(self, name: &'static str, at: DateTime<Utc>) -> Self {
        self.with(name, time::local(at).format(time::MOMENT))
    }

    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        self.code.detail(language, &self.params)
    }
}
