//! What the service works with: built once at the start, shared by all requests.

use crate::{
    access::{sessions::LivingSessions, tokens::TokenSigner},
    clock::{self, Clock, TestClock},
    config::Settings,
    outside::registry::Registry,
    push::{hub::Changes, single_flight::SingleFlight},
    scans::Scans,
    trust::judgement::TrustStore,
    working_calendar::Calendars,
};
use balabaqsha_documents::Renderer;
use balabaqsha_shared::endpoint;
use balabaqsha_store::Db;
use chrono::{DateTime, Utc};
use std::sync::Arc;
use uuid::Uuid;

/// What a change of the state and the telling of it need, whoever makes the change: a running
/// service or the command of an operator.
#[derive(Clone, Debug)]
pub struct Core {
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub calendar: Arc<Calendars>,
    /// Origin under which people find the pages; no slash at its end.
    pub public_url: String,
}

/// The parts of a running service.
#[derive(Clone, Debug)]
pub struct App {
    pub core: Core,
    /// Of this process in the register of those that serve.
    pub process: Uuid,
    /// The same clock where it can be moved: in demo mode.
    pub test_clock: Option<Arc<TestClock>>,
    pub settings: Arc<Settings>,
    pub registry: Arc<dyn Registry>,
    pub trust: Arc<TrustStore>,
    pub tokens: Arc<TokenSigner>,
    pub sessions: Arc<LivingSessions>,
    pub renderer: Arc<Renderer>,
    /// Of proofs (R21).
    pub scans: Arc<Scans>,
    /// Whether anything is due, for all who ask at the same time.
    pub due: Arc<SingleFlight<(), Option<DateTime<Utc>>>>,
    /// Who listens in this process.
    pub changes: Arc<Changes>,
}

impl Core {
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The public page behind the QR code of a referral.
    #[must_use]
    pub fn verification_url(&self, token: &str) -> String {
        format!("{}{}", self.public_url, endpoint::verification_page(token))
    }

    /// A new id for an entity made now.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        clock::new_id(self.now())
    }
}
