//! The addresses of the office. The router of the app knows them as one, so that no parent loads the others.

use crate::routes::{OFFICE, Route};
use balabaqsha_shared::{
    appointment::Duty,
    dto::DutyInLocality,
    id::{
        ApplicationId, BenefitClaimId, GroupId, ImportId, KindergartenId, LocalityId, SuspensionId,
    },
};

/// A page of the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfficePage {
    Start,
    Applications,
    /// Everything about one of them, and the decision about it.
    Application(ApplicationId, DecisionStep),
    /// Those that wait for a decision.
    Waiting,
    Benefits,
    /// The claim that waits longest.
    NextBenefit,
    Benefit(BenefitClaimId, BenefitStep),
    Kindergartens,
    NewKindergarten,
    Kindergarten(KindergartenId),
    ChangeKindergarten(KindergartenId),
    NewGroup(KindergartenId),
    Group(GroupId),
    ChangeGroup(GroupId),
    Localities,
    Locality(LocalityId),
    ChangeLocality(LocalityId),
    Calendar,
    Imports,
    NewImport,
    Import(ImportId),
    Suspensions,
    Suspend(SuspendStep),
    Resume(SuspensionId, SuspendStep),
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

/// Suspending the issue of referrals, or ending that, one thing a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuspendStep {
    Ask,
    Sign,
}

/// Deciding about a claimed benefit, one thing a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BenefitStep {
    Ask,
    Sign,
}

/// Deciding about an application, one thing a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecisionStep {
    Ask,
    Sign,
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
    pub fn read(segments: &Segments) -> Option<Self> {
        let Segments { section, id, step } = segments;
        let page = match (section.as_str(), id.as_str(), step.as_str()) {
            ("", "", "") => Self::Start,
            ("applications", "", "") => Self::Applications,
            ("applications", id, "") => Self::Application(id.parse().ok()?, DecisionStep::Ask),
            ("applications", id, "sign") => Self::Application(id.parse().ok()?, DecisionStep::Sign),
            ("applications", id, "done") => Self::Application(id.parse().ok()?, DecisionStep::Done),
            ("waiting", "", "") => Self::Waiting,
            ("benefits", "", "") => Self::Benefits,
            ("benefits", "next", "") => Self::NextBenefit,
            ("benefits", id, "") => Self::Benefit(id.parse().ok()?, BenefitStep::Ask),
            ("benefits", id, "sign") => Self::Benefit(id.parse().ok()?, BenefitStep::Sign),
            ("kindergartens", "", "") => Self::Kindergartens,
            ("kindergartens", "new", "") => Self::NewKindergarten,
            ("kindergartens", id, "") => Self::Kindergarten(id.parse().ok()?),
            ("kindergartens", id, "change") => Self::ChangeKindergarten(id.parse().ok()?),
            ("kindergartens", id, "group") => Self::NewGroup(id.parse().ok()?),
            ("groups", id, "") => Self::Group(id.parse().ok()?),
            ("groups", id, "change") => Self::ChangeGroup(id.parse().ok()?),
            ("localities", "", "") => Self::Localities,
            ("localities", id, "") => Self::Locality(id.parse().ok()?),
            ("localities", id, "change") => Self::ChangeLocality(id.parse().ok()?),
            ("calendar", "", "") => Self::Calendar,
            ("imports", "", "") => Self::Imports,
            ("imports", "new", "") => Self::NewImport,
            ("imports", id, "") => Self::Import(id.parse().ok()?),
            ("suspensions", "", "") => Self::Suspensions,
            ("suspensions", "new", "") => Self::Suspend(SuspendStep::Ask),
            ("suspensions", "new", "sign") => Self::Suspend(SuspendStep::Sign),
            ("suspensions", id, "end") => Self::Resume(id.parse().ok()?, SuspendStep::Ask),
            ("suspensions", id, "sign") => Self::Resume(id.parse().ok()?, SuspendStep::Sign),
            ("appointments", "", "") => Self::Appointments,
            ("appointments", "new", "") => Self::Appoint(AppointStep::Ask),
            ("appointments", "new", "check") => Self::Appoint(AppointStep::Check),
            ("appointments", "new", "done") => Self::Appoint(AppointStep::Done),
            ("audit", "", "") => Self::Audit,
            _ => return None,
        };
        Some(page)
    }

    /// One of which one has to be appointed for; none where any appointment will do.
    pub const fn duties(self) -> &'static [Duty] {
        match self {
            Self::Start => &[],
            Self::Applications
            | Self::Application(..)
            | Self::Waiting
            | Self::Benefits
            | Self::NextBenefit
            | Self::Benefit(..) => &[Duty::Queue],
            Self::Kindergartens
            | Self::NewKindergarten
            | Self::Kindergarten(_)
            | Self::ChangeKindergarten(_)
            | Self::NewGroup(_)
            | Self::Group(_)
            | Self::ChangeGroup(_)
            | Self::Localities
            | Self::Locality(_)
            | Self::ChangeLocality(_)
            | Self::Calendar
            | Self::Suspensions
            | Self::Suspend(_)
            | Self::Resume(..) => &[Duty::Registry],
            Self::Imports | Self::NewImport | Self::Import(_) => &[Duty::Registry, Duty::Queue],
            Self::Appointments | Self::Appoint(_) => &[Duty::Appointments],
            Self::Audit => &[Duty::Audit],
        }
    }

    /// Whether somebody with these duties may be here.
    pub fn is_for(self, held: &[DutyInLocality]) -> bool {
        let wanted = self.duties();
        wanted.is_empty() || held.iter().any(|held| wanted.contains(&held.duty))
    }

    /// What comes behind `/office`.
    fn suffix(self) -> String {
        match self {
            Self::Start => String::new(),
            Self::Applications => "/applications".into(),
            Self::Application(id, DecisionStep::Ask) => format!("/applications/{id}"),
            Self::Application(id, DecisionStep::Sign) => format!("/applications/{id}/sign"),
            Self::Application(id, DecisionStep::Done) => format!("/applications/{id}/done"),
            Self::Waiting => "/waiting".into(),
            Self::Benefits => "/benefits".into(),
            Self::NextBenefit => "/benefits/next".into(),
            Self::Benefit(id, BenefitStep::Ask) => format!("/benefits/{id}"),
            Self::Benefit(id, BenefitStep::Sign) => format!("/benefits/{id}/sign"),
            Self::Kindergartens => "/kindergartens".into(),
            Self::NewKindergarten => "/kindergartens/new".into(),
            Self::Kindergarten(id) => format!("/kindergartens/{id}"),
            Self::ChangeKindergarten(id) => format!("/kindergartens/{id}/change"),
            Self::NewGroup(id) => format!("/kindergartens/{id}/group"),
            Self::Group(id) => format!("/groups/{id}"),
            Self::ChangeGroup(id) => format!("/groups/{id}/change"),
            Self::Localities => "/localities".into(),
            Self::Locality(id) => format!("/localities/{id}"),
            Self::ChangeLocality(id) => format!("/localities/{id}/change"),
            Self::Calendar => "/calendar".into(),
            Self::Imports => "/imports".into(),
            Self::NewImport => "/imports/new".into(),
            Self::Import(id) => format!("/imports/{id}"),
            Self::Suspensions => "/suspensions".into(),
            Self::Suspend(SuspendStep::Ask) => "/suspensions/new".into(),
            Self::Suspend(SuspendStep::Sign) => "/suspensions/new/sign".into(),
            Self::Resume(id, SuspendStep::Ask) => format!("/suspensions/{id}/end"),
            Self::Resume(id, SuspendStep::Sign) => format!("/suspensions/{id}/sign"),
            Self::Appointments => "/appointments".into(),
            Self::Appoint(AppointStep::Ask) => "/appointments/new".into(),
            Self::Appoint(AppointStep::Check) => "/appointments/new/check".into(),
            Self::Appoint(AppointStep::Done) => "/appointments/new/done".into(),
            Self::Audit => "/audit".into(),
        }
    }

    pub fn route(self) -> Route {
        Route::Office(self.suffix())
    }

    pub fn path(self) -> String {
        self.route().path()
    }

    /// The section that a path belongs to: its first part behind `/office`. Groups belong to their kindergartens.
    pub fn section(path: &str) -> Option<&str> {
        let rest = path.strip_prefix(OFFICE)?;
        if rest.is_empty() {
            return Some("");
        }
        match rest.strip_prefix('/')?.split('/').next()? {
            "groups" => Some("kindergartens"),
            section => Some(section),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::words::SECTIONS, *};
    use rstest::rstest;

    const ID: &str = "0198a0b0-0000-7000-8000-000000000001";

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
        let (group, kindergarten) = (ID.parse().unwrap(), ID.parse().unwrap());
        let (locality, suspension) = (ID.parse().unwrap(), ID.parse().unwrap());
        let pages = [
            OfficePage::Application(ID.parse().unwrap(), DecisionStep::Ask),
            OfficePage::Application(ID.parse().unwrap(), DecisionStep::Sign),
            OfficePage::Application(ID.parse().unwrap(), DecisionStep::Done),
            OfficePage::NextBenefit,
            OfficePage::Benefit(ID.parse().unwrap(), BenefitStep::Ask),
            OfficePage::Benefit(ID.parse().unwrap(), BenefitStep::Sign),
            OfficePage::NewKindergarten,
            OfficePage::Kindergarten(kindergarten),
            OfficePage::ChangeKindergarten(kindergarten),
            OfficePage::NewGroup(kindergarten),
            OfficePage::Group(group),
            OfficePage::ChangeGroup(group),
            OfficePage::Locality(locality),
            OfficePage::ChangeLocality(locality),
            OfficePage::NewImport,
            OfficePage::Import(ID.parse().unwrap()),
            OfficePage::Suspend(SuspendStep::Ask),
            OfficePage::Suspend(SuspendStep::Sign),
            OfficePage::Resume(suspension, SuspendStep::Ask),
            OfficePage::Resume(suspension, SuspendStep::Sign),
            OfficePage::Appoint(AppointStep::Ask),
            OfficePage::Appoint(AppointStep::Check),
            OfficePage::Appoint(AppointStep::Done),
        ];
        let sections = SECTIONS.map(|section| section.page);
        for page in pages.into_iter().chain(sections) {
            assert_eq!(OfficePage::read(&segments(&page.path())), Some(page));
        }
    }

    #[rstest]
    #[case("/office/benefits/7")]
    #[case("/office/appointments/7")]
    #[case("/office/audit/new")]
    #[case("/office/groups")]
    #[case("/office/imports/new/7")]
    fn an_address_that_names_nothing_is_no_page(#[case] path: &str) {
        assert_eq!(OfficePage::read(&segments(path)), None);
    }

    #[rstest]
    #[case("/office", Some(""))]
    #[case("/office/audit", Some("audit"))]
    #[case("/office/appointments/new", Some("appointments"))]
    #[case("/office/groups/7", Some("kindergartens"))]
    #[case("/officer", None)]
    #[case("/places", None)]
    fn the_section_is_the_first_part(#[case] path: &str, #[case] section: Option<&str>) {
        assert_eq!(OfficePage::section(path), section);
    }
}
