//! The pages and their addresses: what links point to. Which component shows which address stands
//! in [`crate::app`].

use balabaqsha_shared::id::{ApplicationId, AttachmentId, DocumentId, KindergartenId};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    Home,
    /// A locality, by its short name.
    Locality(String),
    /// The bulletin of free places.
    Places,
    /// A kindergarten, for everybody.
    Kindergarten(KindergartenId),
    Login,
    Account,
    /// The journal of applications.
    Applications,
    NewApplication(NewApplicationStep),
    Application(ApplicationId, ApplicationTab),
    /// The application was submitted just now.
    Submitted(ApplicationId),
    Choose(ApplicationId, ChooseStep),
    Act(ApplicationId, Act, ActStep),
    /// Requests to attach an application to a second parent's IIN.
    Attachments,
    Attach(AttachStep),
    /// Ending an attachment.
    Detach(AttachmentId, DetachStep),
    /// What the person was told.
    Notices,
    Document(DocumentId),
    /// The public check behind the QR code of a referral.
    Verification(String),
    /// The check for those who hold the paper but have no camera.
    VerifyByHand,
    Help,
    Accessibility,
    /// In the demo: a stand-in for a phone that reads this code.
    DemoPhone(String),
    /// What was saved on this device.
    Saved,
    /// Who has looked at the data of the child.
    Looks(ApplicationId),
    /// What benefit an application has, and claiming one.
    Benefit(ApplicationId),
    /// A page of the office: its own addresses stand with its pages.
    Office(String),
    /// A page of the desk of a kindergarten: its own addresses stand with its pages.
    Desk(String),
}

/// Where the addresses of the office begin.
pub const OFFICE: &str = "/office";
/// Where the addresses of the desk begin.
const DESK: &str = "/desk";

/// Putting a child in the queue, one thing a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NewApplicationStep {
    Child,
    Details,
    Check,
    Sign,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplicationTab {
    Data,
    History,
    Documents,
}

/// Choosing a private kindergarten, one thing a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChooseStep {
    /// The notice (R7) and the list.
    List,
    Check,
    Sign,
    Done,
}

/// What a person does with an application or its referral, with a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Act {
    /// «Продлить направление» (R13).
    Extension,
    /// «Отозвать направление» (R14).
    Revocation,
    /// «Забрать заявление» (R15).
    Withdrawal,
}

impl Act {
    const ALL: [Self; 3] = [Self::Extension, Self::Revocation, Self::Withdrawal];

    const fn path(self) -> &'static str {
        match self {
            Self::Extension => "extension",
            Self::Revocation => "revocation",
            Self::Withdrawal => "withdrawal",
        }
    }
}

impl FromStr for Act {
    type Err = UnknownSegment;

    fn from_str(segment: &str) -> Result<Self, UnknownSegment> {
        Self::ALL
            .into_iter()
            .find(|act| act.path() == segment)
            .ok_or(UnknownSegment)
    }
}

/// One thing a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActStep {
    /// What it means and what it asks for.
    Start,
    Check,
    Sign,
    Done,
}

/// Asking to attach an application, one thing a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttachStep {
    Ask,
    Sign,
    Done,
}

/// Ending an attachment, one thing a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DetachStep {
    /// What it means.
    Start,
    Sign,
    Done,
}

/// A part of an address that names nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownSegment;

/// The steps of a flow: the first one has the address of the flow itself.
macro_rules! steps {
    ($step:ident: $first:ident, $($segment:literal => $variant:ident),+) => {
        impl FromStr for $step {
            type Err = UnknownSegment;

            fn from_str(segment: &str) -> Result<Self, UnknownSegment> {
                match segment {
                    "" => Ok(Self::$first),
                    $($segment => Ok(Self::$variant),)+
                    _ => Err(UnknownSegment),
                }
            }
        }

        impl $step {
            /// What comes behind the address of the flow.
            const fn suffix(self) -> &'static str {
                match self {
                    Self::$first => "",
                    $(Self::$variant => concat!("/", $segment),)+
                }
            }
        }
    };
}

steps!(NewApplicationStep: Child, "details" => Details, "check" => Check, "sign" => Sign);
steps!(ChooseStep: List, "check" => Check, "sign" => Sign, "done" => Done);
steps!(ActStep: Start, "check" => Check, "sign" => Sign, "done" => Done);
steps!(AttachStep: Ask, "sign" => Sign, "done" => Done);
steps!(DetachStep: Start, "sign" => Sign, "done" => Done);

impl Route {
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Home => "/".into(),
            Self::Locality(code) => format!("/localities/{code}"),
            Self::Places => "/places".into(),
            Self::Kindergarten(id) => format!("/kindergartens/{id}"),
            Self::Login => "/login".into(),
            Self::Account => "/account".into(),
            Self::Applications => "/applications".into(),
            Self::NewApplication(step) => format!("/applications/new{}", step.suffix()),
            Self::Application(id, tab) => match tab {
                ApplicationTab::Data => format!("/applications/{id}"),
                ApplicationTab::History => format!("/applications/{id}/history"),
                ApplicationTab::Documents => format!("/applications/{id}/documents"),
            },
            Self::Submitted(id) => format!("/applications/{id}/submitted"),
            Self::Choose(id, step) => format!("/applications/{id}/choose{}", step.suffix()),
            Self::Act(id, act, step) => {
                format!("/applications/{id}/{}{}", act.path(), step.suffix())
            }
            Self::Attachments => "/attachments".into(),
            Self::Attach(step) => format!("/attachments/new{}", step.suffix()),
            Self::Detach(id, step) => format!("/attachments/{id}/end{}", step.suffix()),
            Self::Notices => "/notices".into(),
            Self::Document(id) => format!("/documents/{id}"),
            Self::VerifyByHand => "/r".into(),
            Self::Verification(token) => format!("/r/{token}"),
            Self::Help => "/help".into(),
            Self::Accessibility => "/accessibility".into(),
            Self::DemoPhone(code) => format!("/demo/phone#{code}"),
            Self::Saved => "/saved".into(),
            Self::Looks(id) => format!("/applications/{id}/looks"),
            Self::Benefit(id) => format!("/applications/{id}/benefit"),
            Self::Office(path) => format!("{OFFICE}{path}"),
            Self::Desk(path) => format!("{DESK}{path}"),
        }
    }
}

/// A short name or token in an address: nothing in it needs escaping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word(pub String);

impl FromStr for Word {
    type Err = UnknownSegment;

    fn from_str(segment: &str) -> Result<Self, UnknownSegment> {
        let fits = (1..=128).contains(&segment.len())
            && segment
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        fits.then(|| Self(segment.to_owned())).ok_or(UnknownSegment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use std::fmt::Debug;

    const ID: &str = "0198a0b0-0000-7000-8000-000000000001";

    fn id() -> ApplicationId {
        ID.parse().unwrap()
    }

    #[rstest]
    #[case(Route::Home, "/")]
    #[case(Route::Locality("kandyagash".into()), "/localities/kandyagash")]
    #[case(Route::Places, "/places")]
    #[case(Route::Login, "/login")]
    #[case(Route::Account, "/account")]
    #[case(Route::Applications, "/applications")]
    #[case(Route::NewApplication(NewApplicationStep::Child), "/applications/new")]
    #[case(
        Route::NewApplication(NewApplicationStep::Sign),
        "/applications/new/sign"
    )]
    #[case(
        Route::Application(id(), ApplicationTab::Data),
        "/applications/0198a0b0-0000-7000-8000-000000000001"
    )]
    #[case(
        Route::Application(id(), ApplicationTab::Documents),
        "/applications/0198a0b0-0000-7000-8000-000000000001/documents"
    )]
    #[case(
        Route::Submitted(id()),
        "/applications/0198a0b0-0000-7000-8000-000000000001/submitted"
    )]
    #[case(
        Route::Choose(id(), ChooseStep::List),
        "/applications/0198a0b0-0000-7000-8000-000000000001/choose"
    )]
    #[case(
        Route::Act(id(), Act::Revocation, ActStep::Check),
        "/applications/0198a0b0-0000-7000-8000-000000000001/revocation/check"
    )]
    #[case(Route::Attachments, "/attachments")]
    #[case(Route::Attach(AttachStep::Ask), "/attachments/new")]
    #[case(Route::Attach(AttachStep::Done), "/attachments/new/done")]
    #[case(
        Route::Detach(ID.parse().unwrap(), DetachStep::Sign),
        "/attachments/0198a0b0-0000-7000-8000-000000000001/end/sign"
    )]
    #[case(Route::Notices, "/notices")]
    #[case(
        Route::Document(ID.parse().unwrap()),
        "/documents/0198a0b0-0000-7000-8000-000000000001"
    )]
    #[case(Route::Verification("aB-_9".into()), "/r/aB-_9")]
    #[case(Route::VerifyByHand, "/r")]
    #[case(Route::Help, "/help")]
    #[case(Route::Accessibility, "/accessibility")]
    #[case(Route::DemoPhone("AB".into()), "/demo/phone#AB")]
    fn links_point_to_the_published_addresses(#[case] route: Route, #[case] path: &str) {
        assert_eq!(route.path(), path);
    }

    fn reads<T: FromStr + PartialEq + Debug>(segment: &str) -> Option<T> {
        segment.parse().ok()
    }

    #[test]
    fn a_step_is_read_from_the_segment_it_writes() {
        for step in [
            ChooseStep::List,
            ChooseStep::Check,
            ChooseStep::Sign,
            ChooseStep::Done,
        ] {
            assert_eq!(reads(step.suffix().trim_start_matches('/')), Some(step));
        }
        for step in [ActStep::Start, ActStep::Check, ActStep::Sign, ActStep::Done] {
            assert_eq!(reads(step.suffix().trim_start_matches('/')), Some(step));
        }
        assert_eq!(reads::<NewApplicationStep>("pay"), None);
        assert_eq!(reads::<AttachStep>("check"), None);
    }

    #[test]
    fn an_unknown_act_is_no_act() {
        for act in Act::ALL {
            assert_eq!(reads(act.path()), Some(act));
        }
        assert_eq!(reads::<Act>("choose"), None);
        assert_eq!(reads::<Act>(""), None);
    }

    #[rstest]
    #[case("%3Cscript%3E")]
    #[case("")]
    #[case("а")]
    fn what_needs_escaping_is_no_token(#[case] segment: &str) {
        assert_eq!(reads::<Word>(segment), None);
    }
}
