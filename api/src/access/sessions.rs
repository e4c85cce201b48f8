//! Whether a session lives. It ends by logging out, by a cookie that was stolen, or by its time, and
//! everything ends with it: whatever is done in its name asks here first.

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

/// How long an answer of the database counts.
const FRESH: Duration = Duration::from_secs(1);
/// With so many answers the old ones are forgotten.
const MANY: usize = 4096;

/// What the database has answered a moment ago.
#[derive(Default)]
pub struct LivingSessions {
    known: Mutex<HashMap<SessionId, Answer>>,
}

#[derive(Clone, Copy)]
struct Answer {
    asked: Instant,
    lives: bool,
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
    /// # Errors
    /// When the database does not answer.
    pub async fn lives(&self, db: &Db, id: SessionId, now: DateTime<Utc>) -> Result<bool> {
        if let Some(answer) = self.known().get(&id).filter(|answer| answer.is_fresh()) {
            return Ok(answer.lives);
        }
        let asked = Instant::now();
        let mut tx = db.read().await?;
        let session = store::sessions::get(&mut tx, id).await?;
        drop(tx);
        let lives = session.is_some_and(|session| session.lives(now));
        let mut known = self.known();
        if known.len() >= MANY {
            known.retain(|_, answer| answer.is_fresh());
        }
        known.insert(id, Answer { asked, lives });
        Ok(lives)
    }

    /// A session was ended by this process: nobody waits for an answer to grow old.
    pub fn ended(&self, id: SessionId) {
        let answer = Answer {
            asked: Instant::now(),
            lives: false,
        };
        self.known().insert(id, answer);
    }

    fn known(&self) -> MutexGuard<'_, HashMap<SessionId, Answer>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
