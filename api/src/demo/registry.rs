//! The stand-in for a registry of parents: it confirms the families of the demo, denies half of the others
//! and does not answer for the rest, so that all three answers can be tried.

use crate::{
    error::{Error, Result},
    outside::registry::{Answer, Registry},
};
use balabaqsha_shared::iin::Iin;
use balabaqsha_store::{self as store, Db};
use chrono::NaiveDate;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

const SETTING: &str = "demo families";

/// A parent of the demo and a child.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Family {
    pub parent: Iin,
    pub child: Iin,
    pub birth_date: NaiveDate,
}

/// Keeps the families of the demo.
pub(super) async fn remember(db: &Db, families: &[Family]) -> Result<()> {
    let words = serde_json::to_string(families).map_err(Error::internal)?;
    db.transact(async |tx| Ok(store::settings::put(tx, SETTING, &words).await?))
        .await
}

/// The registry of a demo.
#[derive(Clone, Debug)]
pub struct StandIn {
    db: Db,
}

impl StandIn {
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }

    async fn families(&self) -> Result<Vec<Family>> {
        let mut tx = self.db.read().await?;
        let words = store::settings::get(&mut tx, SETTING).await?;
        words.map_or_else(
            || Ok(Vec::new()),
            |words| serde_json::from_str(&words).map_err(Error::internal),
        )
    }
}

impl Registry for StandIn {
    fn ask<'a>(&'a self, parent: &'a Iin, child: &'a Iin) -> BoxFuture<'a, Answer> {
        Box::pin(async move {
            let families = match self.families().await {
                Ok(families) => families,
                Err(error) => {
                    tracing::warn!(%error, "the stand-in of the registry does not answer");
                    return Answer::None;
                }
            };
            let known = families
                .into_iter()
                .find(|family| family.parent == *parent && family.child == *child);
            let even = child.to_string().ends_with(['0', '2', '4', '6', '8']);
            match (known, even) {
                (Some(family), _) => Answer::Yes {
                    birth_date: Some(family.birth_date),
                },
                (None, true) => Answer::No,
                (None, false) => Answer::None,
            }
        })
    }
}
