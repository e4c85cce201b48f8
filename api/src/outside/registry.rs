//! The registry that knows who is whose parent (R3): a JSON service behind a configured address,
//! or none. Whatever it does not clearly confirm is left to the applicant.

use crate::config::Settings;
use balabaqsha_shared::iin::Iin;
use chrono::NaiveDate;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde_json::json;
use std::{fmt::Debug, sync::Arc, time::Duration};

const TIMEOUT: Duration = Duration::from_secs(3);
/// Limit of an answer; the usual one has about 20 bytes.
const LONGEST_ANSWER: usize = 4096;

/// What a registry says of a person and a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The person is a parent of the child, which was born on this day.
    Yes {
        birth_date: Option<NaiveDate>,
    },
    No,
    /// It does not answer now; it is asked again.
    None,
}

/// Somebody who may know parents.
pub trait Registry: Debug + Send + Sync {
    fn ask<'a>(&'a self, parent: &'a Iin, child: &'a Iin) -> BoxFuture<'a, Answer>;
}

/// No registry is configured: the applicant decides, or an official.
#[derive(Clone, Copy, Debug)]
pub struct NoRegistry;

impl Registry for NoRegistry {
    fn ask<'a>(&'a self, _: &'a Iin, _: &'a Iin) -> BoxFuture<'a, Answer> {
        Box::pin(async { Answer::No })
    }
}

/// A service that takes `{parent_iin, child_iin}` and answers `{parent, birth_date}`.
#[derive(Debug)]
pub struct JsonRegistry {
    http: reqwest::Client,
    url: String,
}

#[derive(Deserialize)]
struct Told {
    parent: bool,
    #[serde(default)]
    birth_date: Option<NaiveDate>,
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

    async fn told(&self, parent: &Iin, child: &Iin) -> Result<Answer, String> {
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
        serde_json::from_slice::<Told>(&body)
            .map(|told| match told {
                Told {
                    parent: true,
                    birth_date,
                } => Answer::Yes { birth_date },
                Told { parent: false, .. } => Answer::No,
            })
            .map_err(|_| "it answered in another shape".into())
    }
}

impl Registry for JsonRegistry {
    fn ask<'a>(&'a self, parent: &'a Iin, child: &'a Iin) -> BoxFuture<'a, Answer> {
        Box::pin(async move {
            self.told(parent, child).await.unwrap_or_else(|reason| {
                tracing::warn!(%reason, "the registry of parents did not answer");
                Answer::None
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
