//! The addresses of the office. The router of the app knows them as one, so that no parent loads the others.

use crate::routes::{OFFICE, Route};
use balabaqsha_shared::appointment::Duty;

/// A page of the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfficePage {
    Start,
    Applications,
    Appointments,
    Appoint(AppointStep),
    Audit,
}

/// Appointing an official, one thing a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppointStep {
    Ask,
    Check,
    Done,
}

/// The parts of an address behind `/office`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segments {
    pub section: String,
    pub id: String,
    pub step: String,
}

impl OfficePage {
    /// Those that links lead to from everywhere.
    pub const SECTIONS: [Self; 4] = [
        Self::Start,
        Self::Applications,
        Self::Appointments,
        Self::Audit,
    ];

    pub fn read(segments: &Segments) -> Option<Self> {
        let Segments { section, id, step } = segments;
        Some(match (section.as_str(), id.as_str(), step.as_str()) {
            ("", "", "") => Self::Start,
            ("applications", "", "") => Self::Applications,
            ("appointments", "", "") => Self::Appointments,
            ("appointments", "new", "") => Self::Appoint(AppointStep::Ask),
            ("appointments", "new", "check") => Self::Appoint(AppointStep::Check),
            ("appointments", "new", "done") => Self::Appoint(AppointStep::Done),
            ("audit", "", "") => Self::Audit,
            _ => return None,
        })
    }

    /// What one has to be appointed for.
    pub const fn duty(self) -> Option<Duty> {
        match self {
            Self::Start => None,
            Self::Applications => Some(Duty::Queue),
            Self::Appointments | Self::Appoint(_) => Some(Duty::Appointments),
            Self::Audit => Some(Duty::Audit),
        }
    }

    /// What comes behind `/office`.
    fn suffix(self) -> String {
        match self {
            Self::Start => "",
            Self::Applications => "/applications",
            Self::Appointments => "/appointments",
            Self::Appoint(AppointStep::Ask) => "/appointments/new",
            Self::Appoint(AppointStep::Check) => "/appointments/new/check",
            Self::Appoint(AppointStep::Done) => "/appointments/new/done",
            Self::Audit => "/audit",
        }
        .into()
    }

    pub fn route(self) -> Route {
        Route::Office(self.suffix())
    }

    pub fn path(self) -> String {
        self.route().path()
    }

    /// The section that a path belongs to: its first part behind `/office`.
    pub fn section(path: &str) -> Option<&str> {
        let rest = path.strip_prefix(OFFICE)?;
        if rest.is_empty() {
            return Some("");
        }
        rest.strip_prefix('/')?.split('/').next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGES: [OfficePage; 7] = [
        OfficePage::Start,
        OfficePage::Applications,
        OfficePage::Appointments,
        OfficePage::Appoint(AppointStep::Ask),
        OfficePage::Appoint(AppointStep::Check),
        OfficePage::Appoint(AppointStep::Done),
        OfficePage::Audit,
    ];

    fn segments(path: &str) -> Segments {
        let mut parts = path.strip_prefix("/office").unwrap().split('/').skip(1);
        let mut part = || parts.next().unwrap_or_default().to_owned();
        Segments {
            section: part(),
            id: part(),
            step: part(),
        }
    }

    #[test]
    fn a_page_is_read_from_the_address_it_writes() {
        for page in PAGES {
            assert_eq!(OfficePage::read(&segments(&page.path())), Some(page));
        }
    }

    #[test]
    fn an_address_that_names_nothing_is_no_page() {
        for path in [
            "/office/benefits",
            "/office/appointments/7",
            "/office/audit/new",
        ] {
            assert_eq!(OfficePage::read(&segments(path)), None, "{path}");
        }
    }

    #[test]
    fn the_section_is_the_first_part() {
        assert_eq!(OfficePage::section("/office"), Some(""));
        assert_eq!(OfficePage::section("/office/audit"), Some("audit"));
        assert_eq!(
            OfficePage::section("/office/appointments/new"),
            Some("appointments")
        );
        assert_eq!(OfficePage::section("/officer"), None);
        assert_eq!(OfficePage::section("/places"), None);
    }
}
