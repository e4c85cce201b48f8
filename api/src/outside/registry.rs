//! The registry that knows who is whose parent (R3): a JSON service behind a configured address,
//! or none. Whatever it does not clearly confirm is left to the applicant.

use crate::config::Settings;
use balabaqsha_shared::iin::Iin;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde_json::json;
use std::{fmt::Debug, sync::Arc, time::Duration};

const TIMEOUT: Duration = Duration::from_secs(3);
/// An answer has some 20 bytes.
const LONGEST_ANSWER: usize = 4096;

/// Somebody who may know parents.
pub trait Registry: Debug + Send + Sync {
    /// True only when the person is certainly a parent of the child.
    fn confirms<'a>(&'a self, parent: &'a Iin, child: &'a Iin) -> BoxFuture<'a, bool>;
}

/// Nobody to ask: the applicant decides.
#[derive(Clone, Copy, Debug)]
pub struct NoRegistry;

impl Registry for NoRegistry {
    fn confirms<'a>(&'a self, _: &'a Iin, _: &'a Iin) -> BoxFuture<'a, bool> {
        Box::pin(async { false })
    }
}

/// A service that takes `{parent_iin, child_iin}` and answers `{parent}`.
#[derive(Debug)]
pub struct JsonRegistry {
    http: reqwest::Client,
    url: String,
}

#[derive(Deserialize)]
struct Answer {
    parent: bool,
}

impl JsonRegistry {
    /// # Errors
    /// When no HTTP client can be made on this machine.
    pub fn new(url: &str) -> Result<Self, reqwest::Error> {
        Ok(Self {
            http: reqwest::Client::builder()
                .timeout(TIMEOUT)
                .no_proxy()
                .redirect(reqwest::redirect::Policy::none())
                .build()?,
            url: url.to_owned(),
        })
    }

    async fn ask(&self, parent: &Iin, child: &Iin) -> Result<bool, String> {
        let question = json!({
            "parent_iin": parent.to_string(),
            "child_iin": child.to_string(),
        });
        // The address is left out of errors; numbers of people are in none.
        let failed = |error: reqwest::Error| error.without_url().to_string();
        let request = self.http.post(&self.url).json(&question);
        let mut answer = request.send().await.map_err(failed)?;
        if !answer.status().is_success() {
            return Err(format!("it answered {}", answer.status()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > LONGEST_ANSWER {
                return Err("it answered too much".into());
            }
            body.extend_from_slice(&chunk);
        }
        serde_json::from_slice::<Answer>(&body)
            .map(|answer| answer.parent)
            .map_err(|_| "it answered in another shape".into())
    }
}

impl Registry for JsonRegistry {
    fn confirms<'a>(&'a self, parent: &'a Iin, child: &'a Iin) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            self.ask(parent, child).await.unwrap_or_else(|reason| {
                tracing::warn!(%reason, "the registry of parents did not answer");
                false
            })
        })
    }
}

/// The registry of the settings.
///
/// # Errors
/// When no HTTP client can be made on this machine.
pub fn of(settings: &Settings) -> Result<Arc<dyn Registry>, reqwest::Error> {
    Ok(match &settings.registry_url {
        Some(url) => Arc::new(JsonRegistry::new(url)?),
        None => Arc::new(NoRegistry),
    })
}
