//! Whether a session lives. It ends by logging out, by a cookie that was stolen, or by its time, and
//! everything ends with it: whatever is done in its name asks here first.

use super::caller::SessionAt;
use crate::error::Result;
use balabaqsha_shared::id::SessionId;
use balabaqsha_store::{self as store, Db};
use chrono::{DateTime, Utc};
use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// How long a cached answer of the database is used.
const FRESH: Duration = Duration::from_secs(1);
/// At this size of the cache expired answers are evicted.
const MANY: usize = 4096;

/// Cached answers of the database.
#[derive(Default)]
pub struct LivingSessions {
    known: Mutex<HashMap<SessionId, Answer>>,
}

#[derive(Clone, Copy)]
struct Answer {
    asked: Instant,
    /// `None` when the session has ended.
    ends_at: Option<DateTime<Utc>>,
    /// The latest generation of tokens that was seen in use.
    arrived: i64,
}

impl Answer {
    fn is_fresh(&self) -> bool {
        self.asked.elapsed() < FRESH
    }
}

impl fmt::Debug for LivingSessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LivingSessions").finish_non_exhaustive()
    }
}

impl LivingSessions {
    /// Whether a session lives of which somebody shows an access token of a generation.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn lives(
        &self,
        db: &Db,
        SessionAt { id, generation, .. }: SessionAt,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let known = self.known().get(&id).copied();
        // One that has ended by its time may have been carried along with a demo's clock.
        let counts =
            |answer: &Answer| answer.is_fresh() && answer.ends_at.is_none_or(|end| now < end);
        let answer = match known.filter(counts) {
            Some(answer) => answer,
            None => self.ask(db, id, now).await?,
        };
        let lives = answer.ends_at.is_some_and(|end| now < end);
        if lives && answer.arrived < generation {
            self.arrived(db, id, generation).await;
        }
        Ok(lives)
    }

    async fn ask(&self, db: &Db, id: SessionId, now: DateTime<Utc>) -> Result<Answer> {
        let asked = Instant::now();
        let mut tx = db.read().await?;
        let session = store::renewals::get(&mut tx, id).await?;
        drop(tx);
        let answer = Answer {
            asked,
            ends_at: session
                .as_ref()
                .filter(|session| session.lives(now))
                .map(|session| session.expires_at),
            arrived: session.map_or(0, |session| session.arrived),
        };
        let mut known = self.known();
        if known.len() >= MANY {
            known.retain(|_, answer| answer.is_fresh());
        }
        known.insert(id, answer);
        Ok(answer)
    }

    /// Notes that the answer with these tokens was not lost. Where that cannot be written, the client
    /// is believed a little longer.
    async fn arrived(&self, db: &Db, id: SessionId, generation: i64) {
        let noted = db
            .transact(async |tx| store::renewals::arrived(tx, id, generation).await)
            .await;
        match noted {
            Ok(()) => {
                if let Some(answer) = self.known().get_mut(&id) {
                    answer.arrived = answer.arrived.max(generation);
                }
            }
            Err(error) => tracing::warn!(%error, "the use of a renewal could not be noted"),
        }
    }

    /// Evicts a session that this process has ended, without waiting for the cache to expire.
    pub fn ended(&self, id: SessionId) {
        let answer = Answer {
            asked: Instant::now(),
            ends_at: None,
            arrived: 0,
        };
        self.known().insert(id, answer);
    }

    fn known(&self) -> MutexGuard<'_, HashMap<SessionId, Answer>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
