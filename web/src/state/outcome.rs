//! What has become of a signed act whose answer was lost. A signature that was sent stays in the tab
//! until the service has answered: the same body is sent again, which does nothing a second time and
//! leads to what was made. Wherever the person goes meanwhile, and after a reload, it goes on.

use super::{Session, use_session};
use crate::{
    api::{Api, Failure},
    browser,
    flows::{
        ACTING, ATTACHING, CHOOSING, DECIDING, DECISION, DETACHING, Flows, Kept, QUEUEING,
        SUSPENDING, use_flows,
    },
    navigation::Navigation,
    routes::{Act, ActStep, AttachStep, ChooseStep, DetachStep, NewApplicationStep, Route},
};
use balabaqsha_shared::{
    Code,
    dto::SignedDraft,
    id::{ApplicationId, AttachmentId, BenefitClaimId, DraftId, SuspensionId},
};
use gloo_timers::future::sleep;
use leptos::{ev, prelude::*};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Under which it is kept in the tab.
const NAME: &str = "sent";
const BEAT: Duration = Duration::from_secs(1);
/// The pauses between questions, in seconds; the last one stays.
const PAUSES: [u32; 5] = [1, 2, 4, 8, 15];

/// A way that ends with a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    Queueing,
    Choosing(ApplicationId),
    Acting(ApplicationId, Act),
    Attaching,
    /// An official suspends the issue of referrals (R24).
    Suspending,
    /// An official lets referrals be issued again.
    Resuming(SuspensionId),
    /// An official decides about a benefit (R21).
    Deciding(BenefitClaimId),
    /// An official decides about an application (R22, R27).
    DecidingApplication(ApplicationId),
    Detaching(AttachmentId),
}

impl Way {
    /// The page on which it is signed.
    #[must_use]
    pub fn sign_page(self) -> Route {
        match self {
            Self::Queueing => Route::NewApplication(NewApplicationStep::Sign),
            Self::Choosing(id) => Route::Choose(id, ChooseStep::Sign),
            Self::Acting(id, act) => Route::Act(id, act, ActStep::Sign),
            Self::Attaching => Route::Attach(AttachStep::Sign),
            Self::Suspending => Route::Office("/suspensions/new/sign".into()),
            Self::Resuming(id) => Route::Office(format!("/suspensions/{id}/sign")),
            Self::Deciding(id) => Route::Office(format!("/benefits/{id}/sign")),
            Self::DecidingApplication(id) => Route::Office(format!("/applications/{id}/sign")),
            Self::Detaching(id) => Route::Detach(id, DetachStep::Sign),
        }
    }

    /// The page that shows the result. Of a new application only its answer tells the id.
    #[must_use]
    pub fn result_page(self, application: Option<ApplicationId>) -> Route {
        match self {
            Self::Queueing => application.map_or(Route::Applications, Route::Submitted),
            Self::Choosing(id) => Route::Choose(id, ChooseStep::Done),
            Self::Acting(id, act) => Route::Act(id, act, ActStep::Done),
            Self::Attaching => Route::Attach(AttachStep::Done),
            Self::Suspending | Self::Resuming(_) => Route::Office("/suspensions".into()),
            // The next one that waits.
            Self::Deciding(_) => Route::Office("/benefits/next".into()),
            Self::DecidingApplication(id) => Route::Office(format!("/applications/{id}/done")),
            Self::Detaching(id) => Route::Detach(id, DetachStep::Done),
        }
    }

    /// The name of what was answered on it.
    const fn flow(self) -> &'static str {
        match self {
            Self::Queueing => QUEUEING,
            Self::Choosing(_) => CHOOSING,
            Self::Acting(..) => ACTING,
            Self::Attaching => ATTACHING,
            Self::Suspending | Self::Resuming(_) => SUSPENDING,
            Self::Deciding(_) => DECIDING,
            Self::DecidingApplication(_) => DECISION,
            Self::Detaching(_) => DETACHING,
        }
    }

    /// Whether a page is one of this way.
    #[must_use]
    pub fn has(self, path: &str) -> bool {
        let sign = self.sign_page().path();
        let base = sign.strip_suffix("/sign").unwrap_or(&sign);
        path.strip_prefix(base)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// A signature on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sent {
    pub way: Way,
    /// Where it was sent.
    pub endpoint: String,
    pub signed: SignedDraft,
}

/// What the page knows of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Stage {
    #[default]
    Nothing,
    /// The first answer is awaited.
    Sending(Way),
    /// It was lost; the service is being asked.
    Asking(Way),
    /// The service could not be asked either; it will be again.
    Waiting(Way, Failure),
    /// It was done, and its page has not been shown yet.
    Done(Way, Route),
}

#[derive(Clone, Copy)]
pub struct Outcome {
    stage: RwSignal<Stage>,
    /// The last refusal, by the draft that was refused.
    refused: RwSignal<Option<(DraftId, Failure)>>,
    /// Somebody wants to know now.
    hurry: StoredValue<bool>,
    owner: StoredValue<Owner>,
    flows: Flows,
    api: Api,
    session: Session,
    navigation: Navigation,
}

impl Outcome {
    /// Inside of the router.
    pub fn provide(api: Api, navigation: Navigation) {
        let session = use_session();
        let outcome = Self {
            stage: RwSignal::new(Stage::Nothing),
            refused: RwSignal::new(None),
            hurry: StoredValue::new(false),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            flows: use_flows(),
            api,
            session,
            navigation,
        };
        provide_context(outcome);
        let person = Memo::new(move |_| session.person_id());
        Effect::new(move || {
            outcome.stage.set(Stage::Nothing);
            if person.get().is_some()
                && let Some(sent) = outcome.kept().get_now()
            {
                outcome.stage.set(Stage::Asking(sent.way));
                leptos::task::spawn_local(async move { drop(outcome.settle(sent).await) });
            }
        });
        let listening = window_event_listener(ev::online, move |_| outcome.ask_now());
        on_cleanup(move || listening.remove());
    }

    fn kept(self) -> Kept<Option<Sent>> {
        self.owner.with_value(|owner| owner.with(|| Kept::of(NAME)))
    }

    pub fn stage(self) -> Stage {
        self.stage.get()
    }

    /// Why the draft was refused in the end.
    pub fn refusal(self, draft: DraftId) -> Option<Failure> {
        self.refused.with(|refused| match refused {
            Some((of, failure)) if *of == draft => Some(failure.clone()),
            _ => None,
        })
    }

    /// Called by a page that shows a result. Until then the page before it stays away: it would find
    /// nothing to sign and lead back.
    pub fn shown(self) {
        if self
            .stage
            .with_untracked(|stage| matches!(stage, Stage::Done(..)))
        {
            self.stage.set(Stage::Nothing);
        }
    }

    /// Asks without waiting any longer.
    pub fn ask_now(self) {
        self.hurry.set_value(true);
    }

    /// Sends a signature and leads to the result, however long that takes. The error is a refusal:
    /// then nothing was done.
    pub async fn send(self, sent: Sent) -> Result<(), Failure> {
        self.refused.set(None);
        self.kept().update(|kept| *kept = Some(sent.clone()));
        self.stage.set(Stage::Sending(sent.way));
        self.settle(sent).await
    }

    async fn settle(self, sent: Sent) -> Result<(), Failure> {
        let kept = self.kept();
        // Another person, or a log-out, takes the question away.
        let asked = || kept.get_now().as_ref() == Some(&sent);
        let mut pauses = PAUSES.into_iter();
        let mut pause = 0;
        while asked() {
            match self.ask(&sent).await {
                Ok(result) => {
                    kept.clear();
                    self.flows.clear(sent.way.flow());
                    self.lead_to(sent.way, result);
                    return Ok(());
                }
                Err(failure) if failure.leaves_open() => {
                    if asked() {
                        self.stage.set(Stage::Waiting(sent.way, failure));
                    }
                }
                Err(failure) => {
                    kept.clear();
                    self.refused
                        .set(Some((sent.signed.draft_id, failure.clone())));
                    self.stage.set(Stage::Nothing);
                    return Err(failure);
                }
            }
            pause = pauses.next().unwrap_or(pause.max(1));
            self.wait(pause, asked).await;
            if asked() {
                self.stage.set(Stage::Asking(sent.way));
            }
        }
        Ok(())
    }

    /// The page with the result.
    async fn ask(self, sent: &Sent) -> Result<Route, Failure> {
        let answer = self
            .api
            .send_signed(&sent.endpoint, sent.signed.clone())
            .await;
        match answer {
            Ok(made) => {
                let application = (sent.way == Way::Queueing).then_some(made);
                Ok(sent.way.result_page(application.flatten()))
            }
            // The first sending has arrived, and this one came with another signature.
            Err(Failure::Refused(problem))
                if Code::from_code(&problem.code) == Some(Code::DraftUsed) =>
            {
                let made = problem.members.get("application_id");
                let made = made.and_then(|id| id.as_str()?.parse().ok());
                Ok(sent.way.result_page(made))
            }
            Err(failure) => Err(failure),
        }
    }

    async fn wait(self, seconds: u32, asked: impl Fn() -> bool) {
        self.hurry.set_value(false);
        let mut waited = 0;
        let over = |waited: u32| waited >= seconds || self.hurry.get_value();
        while asked() && (!over(waited) || !self.may_ask()) {
            sleep(BEAT).await;
            waited += 1;
        }
    }

    /// After the end of a session somebody has to log in first.
    fn may_ask(self) -> bool {
        browser::visible() && untrack(|| self.session.is_logged_in())
    }

    /// Takes the person to the result, or says where it is when they have gone elsewhere.
    fn lead_to(self, way: Way, result: Route) {
        self.stage.set(Stage::Done(way, result.clone()));
        if way.has(&untrack(|| self.navigation.pathname())) {
            self.navigation.replace(&result);
        }
    }
}

pub fn use_outcome() -> Outcome {
    expect_context()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> ApplicationId {
        "0198a0b0-0000-7000-8000-000000000001".parse().unwrap()
    }

    #[test]
    fn a_way_has_its_own_pages_only() {
        let choosing = Way::Choosing(id());
        let base = format!("/applications/{}/choose", id());
        for step in ["", "/check", "/sign", "/done"] {
            assert!(choosing.has(&format!("{base}{step}")), "{step}");
        }
        assert!(!choosing.has(&format!("/applications/{}", id())));
        assert!(!choosing.has(&format!("{base}n")));
        assert!(Way::Queueing.has("/applications/new"));
        assert!(!Way::Queueing.has("/applications"));
        assert!(!Way::Acting(id(), Act::Extension).has(&format!("{base}/sign")));
    }

    #[test]
    fn each_way_leads_to_its_result() {
        assert_eq!(Way::Queueing.result_page(None), Route::Applications);
        assert_eq!(
            Way::Queueing.result_page(Some(id())),
            Route::Submitted(id())
        );
        assert_eq!(
            Way::Acting(id(), Act::Revocation).result_page(None),
            Route::Act(id(), Act::Revocation, ActStep::Done)
        );
    }
}
