//! What the HTTP side works with besides the service itself; one for all workers.

use super::{
    assets::Assets, connections::Connections, limits::RateLimits, prepared::Prepared,
    problem::ApiError, security::Security, stream_slots::StreamSlots,
};
use crate::{
    clock::Clock,
    config::{Limits, Network, Settings},
    push::single_flight::SingleFlight,
    readiness::Readiness,
};
use actix_web::{HttpRequest, web};
use balabaqsha_shared::id::LocalityId;
use std::{io, sync::Arc};

/// What everybody sees alike, and everybody asks for when places are published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bulletin {
    Localities,
    Vacancies {
        locality: Option<LocalityId>,
        birth_year: Option<i32>,
    },
}

#[derive(Debug)]
pub struct HttpState {
    pub public_url: String,
    pub security: Security,
    pub limits: Limits,
    pub rates: Option<RateLimits>,
    pub trusted_proxies: Vec<Network>,
    pub assets: Option<Assets>,
    pub clock: Arc<dyn Clock>,
    /// Answers that many ask for at the same time.
    pub bulletins: SingleFlight<Bulletin, Arc<Prepared>>,
    /// For those who listen.
    pub stream_slots: Arc<StreamSlots>,
    pub connections: Arc<Connections>,
    pub readiness: Readiness,
}

impl HttpState {
    /// Reads the built pages and sets the limits up.
    ///
    /// # Errors
    /// When the folder with the pages cannot be read or has no `index.html`.
    pub fn new(settings: &Settings, clock: Arc<dyn Clock>) -> io::Result<Self> {
        let assets = match settings.web_dir.as_deref() {
            Some(folder) => Some(Assets::load(folder, settings.mode())?),
            None => None,
        };
        let inline_styles = assets.as_ref().map(Assets::inline_styles);
        Ok(Self {
            public_url: settings.public_url.clone(),
            security: Security::new(settings.https(), inline_styles.unwrap_or_default()),
            limits: settings.limits.clone(),
            rates: RateLimits::of(&settings.limits.rates),
            trusted_proxies: settings.trusted_proxies.clone(),
            assets,
            clock,
            bulletins: SingleFlight::default(),
            stream_slots: StreamSlots::of_process(),
            connections: Connections::new(settings),
            readiness: Readiness::default(),
        })
    }

    /// # Errors
    /// When the application was built without it, which a test would notice.
    pub fn of(request: &HttpRequest) -> Result<&Self, ApiError> {
        request
            .app_data::<web::Data<Self>>()
            .map(|data| data.get_ref())
            .ok_or_else(|| ApiError::internal("the application has no HTTP state"))
    }
}
