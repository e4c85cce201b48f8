//! Whether this process can do its work. Everybody may ask, so one look at the database answers all
//! who ask within a second: it writes, and must not keep others from writing.

use balabaqsha_store::Db;
use std::time::Duration;
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

/// How long a result is used again.
const FRESH: Duration = Duration::from_secs(1);
/// Timeout of a check, including the wait for the write connection.
const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Debug)]
pub struct Readiness {
    patience: Duration,
    last: Mutex<Option<(Instant, bool)>>,
}

impl Default for Readiness {
    fn default() -> Self {
        Self::with(PATIENCE)
    }
}

impl Readiness {
    fn with(patience: Duration) -> Self {
        Self {
            patience,
            last: Mutex::default(),
        }
    }

    /// Whether the database answers and takes changes.
    pub async fn look(&self, db: &Db) -> bool {
        let mut last = self.last.lock().await;
        if let Some((at, ready)) = *last
            && at.elapsed() < FRESH
        {
            return ready;
        }
        let ready = match timeout(self.patience, db.ping()).await {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                tracing::warn!(%error, "not ready: the database takes no changes");
                false
            }
            Err(_) => {
                tracing::warn!("not ready: the database does not answer in time");
                false
            }
        };
        *last = Some((Instant::now(), ready));
        ready
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_writer_that_is_not_given_back_makes_the_service_not_ready_until_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("a.sqlite").display());
        let db = Db::connect(&url).await.unwrap();
        db.migrate().await.unwrap();
        let held = db.begin().await.unwrap();
        let impatient = Readiness::with(Duration::from_millis(50));
        assert!(!impatient.look(&db).await);
        drop(held);
        assert!(Readiness::default().look(&db).await);
        db.close().await;
        assert!(!Readiness::default().look(&db).await);
    }
}
