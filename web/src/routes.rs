//! The addresses of the pages as a type: what is no route does not compile as a link, and each
//! route writes exactly the path that it is read from. Knows nothing of the browser.

use balabaqsha_shared::id::{ApplicationId, DocumentId};
use serde::{Deserialize, Serialize};

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    Home,
    /// A locality, by its short name.
    Locality(String),
    /// The bulletin of free places.
    Places,
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
    /// What the person was told.
    Notices,
    Document(DocumentId),
    /// The public check behind the QR code of a referral.
    Verification(String),
    /// The check for those who hold the paper but have no camera.
    VerifyByHand,
    Help,
    Accessibility,
}

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

    fn parse(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.path() == path)
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

/// Who may see a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Everybody,
    /// Only somebody who has logged in and given an e-mail address (R1).
    Person,
}

impl Route {
    /// The page of a path, if there is one.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        Some(match parts.as_slice() {
            [] => Self::Home,
            ["localities", code] => Self::Locality(word(code)?),
            ["places"] => Self::Places,
            ["login"] => Self::Login,
            ["account"] => Self::Account,
            ["applications"] => Self::Applications,
            ["applications", "new"] => Self::NewApplication(NewApplicationStep::Child),
            ["applications", "new", step] => Self::NewApplication(match *step {
                "details" => NewApplicationStep::Details,
                "check" => NewApplicationStep::Check,
                "sign" => NewApplicationStep::Sign,
                _ => return None,
            }),
            ["applications", id] => Self::Application(id.parse().ok()?, ApplicationTab::Data),
            ["applications", id, page] => {
                let id = id.parse().ok()?;
                match *page {
                    "history" => Self::Application(id, ApplicationTab::History),
                    "documents" => Self::Application(id, ApplicationTab::Documents),
                    "submitted" => Self::Submitted(id),
                    "choose" => Self::Choose(id, ChooseStep::List),
                    act => Self::Act(id, Act::parse(act)?, ActStep::Start),
                }
            }
            ["applications", id, "choose", step] => Self::Choose(
                id.parse().ok()?,
                match *step {
                    "check" => ChooseStep::Check,
                    "sign" => ChooseStep::Sign,
                    "done" => ChooseStep::Done,
                    _ => return None,
                },
            ),
            ["applications", id, act, step] => Self::Act(
                id.parse().ok()?,
                Act::parse(act)?,
                match *step {
                    "check" => ActStep::Check,
                    "sign" => ActStep::Sign,
                    "done" => ActStep::Done,
                    _ => return None,
                },
            ),
            ["attachments"] => Self::Attachments,
            ["attachments", "new"] => Self::Attach(AttachStep::Ask),
            ["attachments", "new", "sign"] => Self::Attach(AttachStep::Sign),
            ["attachments", "new", "done"] => Self::Attach(AttachStep::Done),
            ["notices"] => Self::Notices,
            ["documents", id] => Self::Document(id.parse().ok()?),
            ["r"] => Self::VerifyByHand,
            ["r", token] => Self::Verification(word(token)?),
            ["help"] => Self::Help,
            ["accessibility"] => Self::Accessibility,
            _ => return None,
        })
    }

    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Home => "/".into(),
            Self::Locality(code) => format!("/localities/{code}"),
            Self::Places => "/places".into(),
            Self::Login => "/login".into(),
            Self::Account => "/account".into(),
            Self::Applications => "/applications".into(),
            Self::NewApplication(step) => match step {
                NewApplicationStep::Child => "/applications/new".into(),
                NewApplicationStep::Details => "/applications/new/details".into(),
                NewApplicationStep::Check => "/applications/new/check".into(),
                NewApplicationStep::Sign => "/applications/new/sign".into(),
            },
            Self::Application(id, tab) => match tab {
                ApplicationTab::Data => format!("/applications/{id}"),
                ApplicationTab::History => format!("/applications/{id}/history"),
                ApplicationTab::Documents => format!("/applications/{id}/documents"),
            },
            Self::Submitted(id) => format!("/applications/{id}/submitted"),
            Self::Choose(id, step) => match step {
                ChooseStep::List => format!("/applications/{id}/choose"),
                ChooseStep::Check => format!("/applications/{id}/choose/check"),
                ChooseStep::Sign => format!("/applications/{id}/choose/sign"),
                ChooseStep::Done => format!("/applications/{id}/choose/done"),
            },
            Self::Act(id, act, step) => {
                let act = act.path();
                match step {
                    ActStep::Start => format!("/applications/{id}/{act}"),
                    ActStep::Check => format!("/applications/{id}/{act}/check"),
                    ActStep::Sign => format!("/applications/{id}/{act}/sign"),
                    ActStep::Done => format!("/applications/{id}/{act}/done"),
                }
            }
            Self::Attachments => "/attachments".into(),
            Self::Attach(step) => match step {
                AttachStep::Ask => "/attachments/new".into(),
                AttachStep::Sign => "/attachments/new/sign".into(),
                AttachStep::Done => "/attachments/new/done".into(),
            },
            Self::Notices => "/notices".into(),
            Self::Document(id) => format!("/documents/{id}"),
            Self::VerifyByHand => "/r".into(),
            Self::Verification(token) => format!("/r/{token}"),
            Self::Help => "/help".into(),
            Self::Accessibility => "/accessibility".into(),
        }
    }

    #[must_use]
    pub const fn access(&self) -> Access {
        match self {
            Self::Account
            | Self::Applications
            | Self::NewApplication(_)
            | Self::Application(..)
            | Self::Submitted(_)
            | Self::Choose(..)
            | Self::Act(..)
            | Self::Attachments
            | Self::Attach(_)
            | Self::Notices
            | Self::Document(_) => Access::Person,
            Self::Home
            | Self::Locality(_)
            | Self::Places
            | Self::Login
            | Self::Verification(_)
            | Self::VerifyByHand
            | Self::Help
            | Self::Accessibility => Access::Everybody,
        }
    }
}

/// A short name or token: nothing in it needs escaping in an address.
fn word(text: &str) -> Option<String> {
    let fits = text.len() <= 128
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    fits.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const ID: &str = "0198a0b0-0000-7000-8000-000000000001";

    fn every_route() -> Vec<Route> {
        let application: ApplicationId = ID.parse().unwrap();
        let mut routes = vec![
            Route::Home,
            Route::Locality("kandyagash".into()),
            Route::Places,
            Route::Login,
            Route::Account,
            Route::Applications,
            Route::Attachments,
            Route::Notices,
            Route::Submitted(application),
            Route::Document(ID.parse().unwrap()),
            Route::Verification("aB-_9".into()),
            Route::VerifyByHand,
            Route::Help,
            Route::Accessibility,
        ];
        use NewApplicationStep as New;
        routes.extend([New::Child, New::Details, New::Check, New::Sign].map(Route::NewApplication));
        use ApplicationTab as Tab;
        routes.extend(
            [Tab::Data, Tab::History, Tab::Documents]
                .map(|tab| Route::Application(application, tab)),
        );
        use ChooseStep as Step;
        routes.extend(
            [Step::List, Step::Check, Step::Sign, Step::Done]
                .map(|step| Route::Choose(application, step)),
        );
        for act in Act::ALL {
            use ActStep as Step;
            routes.extend(
                [Step::Start, Step::Check, Step::Sign, Step::Done]
                    .map(|step| Route::Act(application, act, step)),
            );
        }
        use AttachStep as Attach;
        routes.extend([Attach::Ask, Attach::Sign, Attach::Done].map(Route::Attach));
        routes
    }

    #[test]
    fn a_route_is_read_from_the_path_it_writes() {
        for route in every_route() {
            assert_eq!(Route::parse(&route.path()), Some(route));
        }
    }

    #[rstest]
    #[case("/applications/7")]
    #[case("/applications/new/pay")]
    #[case("/v1/service")]
    #[case("/r/%3Cscript%3E")]
    #[case("/localities/a/b")]
    fn other_paths_are_no_pages(#[case] path: &str) {
        assert_eq!(Route::parse(path), None);
    }

    #[test]
    fn slashes_at_the_end_do_not_matter() {
        assert_eq!(Route::parse("/help/"), Some(Route::Help));
        assert_eq!(Route::parse("//"), Some(Route::Home));
    }

    #[test]
    fn what_belongs_to_a_person_is_not_for_everybody() {
        for route in every_route() {
            let personal = [
                "/account",
                "/applications",
                "/attachments",
                "/documents",
                "/notices",
            ]
            .iter()
            .any(|start| route.path().starts_with(start));
            assert_eq!(route.access() == Access::Person, personal, "{route:?}");
        }
    }
}
