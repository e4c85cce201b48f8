//! What the service works with: built once at the start, shared by all requests.

use crate::{
    clock::{self, Clock, TestClock},
    config::Settings,
    db::Db,
    service::{calendar::Calendars, eds::TrustStore, registry::Registry, tokens::TokenSigner},
};
use balabaqsha_documents::Renderer;
use chrono::{DateTime, Utc};
use std::sync::Arc;
use uuid::Uuid;

/// The parts of a running service.
#[derive(Clone, Debug)]
pub struct App {
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    /// The same clock where it can be moved: in demo mode.
    pub test_clock: Option<Arc<TestClock>>,
    pub settings: Arc<Settings>,
    pub calendar: Arc<Calendars>,
    pub registry: Arc<dyn Registry>,
    pub trust: Arc<TrustStore>,
    pub tokens: Arc<TokenSigner>,
    pub renderer: Arc<Renderer>,
}

impl App {
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A new id for an entity made now.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        clock::new_id(self.now())
    }
}
