//! What officials decide, by the use cases that their commands call.

use crate::TestApp;
use balabaqsha_api::service::life::{
    benefits,
    children::{self, Verdict},
    deciding::{DecisionError, Wish},
};
use balabaqsha_shared::{dto::Application, number::ApplicationNumber};

/// Who decides in the tests.
pub const OFFICIAL: &str = "А. Ахметова";

#[must_use]
pub fn about(application: &Application) -> Wish<'_> {
    Wish {
        number: application.number.as_str(),
        official: OFFICIAL,
    }
}

pub async fn confirm_benefit(app: &TestApp, application: &Application) {
    benefits::confirm(&app.app().core, about(application))
        .await
        .expect("a claimed benefit");
}

pub async fn verify(app: &TestApp, application: &Application) {
    children::verify_by_official(&app.app().core, about(application), None)
        .await
        .expect("an application that is not verified");
}

/// Decides a claim or a dispute.
///
/// # Errors
/// With the reason why nothing was decided.
pub async fn decide(
    app: &TestApp,
    application: &Application,
    in_favour: bool,
) -> Result<ApplicationNumber, DecisionError> {
    let verdict = Verdict {
        in_favour,
        reason: "по свидетельству о рождении",
    };
    children::decide(&app.app().core, about(application), verdict).await
}
