//! `Idempotency-Key`: a request that is sent again under the same key is not done again; it gets the
//! answer of the first time. The answer is kept in the transaction of the effect
//! ([why](../../../docs/adr/0019-idempotency.md)).

use crate::{
    app::App,
    error::{Error, Result},
};
use balabaqsha_shared::code::Code;
use balabaqsha_store::{
    self as store, Tx,
    idempotency::{Attempt, Keyed, Known},
};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// How long a key is known.
pub const KNOWN: TimeDelta = TimeDelta::hours(24);
/// A process that has died meanwhile does not come back to it.
const LONGEST_ATTEMPT: TimeDelta = TimeDelta::seconds(60);

/// A request with a key.
#[derive(Clone, Debug)]
pub struct Request {
    /// The person or the program.
    pub caller: Uuid,
    pub key: String,
    pub digest: [u8; 32],
}

/// The answer of a request that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub content_type: Option<String>,
    pub location: Option<String>,
    pub body: Vec<u8>,
}

impl Answer {
    fn kept(&self) -> store::idempotency::Answer {
        store::idempotency::Answer {
            status: self.status.into(),
            content_type: self.content_type.clone(),
            location: self.location.clone(),
            body: self.body.clone(),
        }
    }

    fn read(kept: store::idempotency::Answer) -> Result<Self> {
        Ok(Self {
            status: u16::try_from(kept.status).map_err(Error::internal)?,
            content_type: kept.content_type,
            location: kept.location,
            body: kept.body,
        })
    }
}

/// What is to be done with a request.
#[derive(Debug)]
pub enum Begun {
    /// It is done now, and told how it ended.
    Now(Running),
    /// It was done before.
    Before(Answer),
}

/// A request that is being done. Dropped without an end it has led to nothing.
#[derive(Debug)]
pub struct Running {
    app: App,
    keyed: Keyed,
    attempt: Uuid,
    over: bool,
}

/// Begins to do what a request asks for, unless it was done before.
///
/// # Errors
/// When another request had the key, or the same one is being done.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn begin(app: &App, request: Request) -> Result<Begun> {
    let now = app.core.now();
    let keyed = Keyed {
        caller: request.caller,
        key: request.key,
        request_digest: request.digest.to_vec(),
    };
    let attempt = Attempt {
        id: app.core.new_id(),
        begun_at: now,
        ends_at: now + LONGEST_ATTEMPT,
        forgotten: now - KNOWN,
    };
    let known = app
        .core
        .db
        .transact(async |tx| store::idempotency::begin(tx, &keyed, attempt).await)
        .await?;
    match known {
        Known::New => Ok(Begun::Now(Running {
            app: app.clone(),
            keyed,
            attempt: attempt.id,
            over: false,
        })),
        Known::Done(answer) => Ok(Begun::Before(Answer::read(answer)?)),
        Known::Running => Err(Error::refused(Code::RequestRunning)),
        Known::OfAnotherRequest => Err(Error::refused(Code::IdempotencyKeyReused)),
    }
}

/// Does the work of a request and keeps the transaction of its effect open for the end.
pub async fn run<T>(work: impl Future<Output = T>) -> (T, Effect) {
    let (outcome, open) = store::effect::kept_open(work).await;
    (outcome, Effect(open))
}

/// What a request has written, and has not happened yet.
#[derive(Debug)]
pub struct Effect(Option<Tx>);

impl Running {
    /// Lets the effect happen together with its answer.
    ///
    /// # Errors
    /// When the database does not take it, or another attempt has begun; nothing has happened then.
    pub async fn succeed(mut self, effect: Effect, answer: &Answer) -> Result<()> {
        let keep = async |tx: &mut Tx| {
            let answer = answer.kept();
            let kept = store::idempotency::finish(tx, &self.keyed, self.attempt, &answer).await?;
            if kept {
                Ok(())
            } else {
                Err(Error::refused(Code::RequestRunning))
            }
        };
        match effect.0 {
            Some(open) => store::effect::complete(open, keep).await?,
            None => self.app.core.db.transact(keep).await?,
        }
        self.over = true;
        Ok(())
    }

    /// Lets happen what a refused request has written, such as the count of an attempt, and forgets its
    /// key: it may be sent again.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn fail(mut self, effect: Effect) -> Result<()> {
        let forget =
            async |tx: &mut Tx| store::idempotency::give_up(tx, &self.keyed, self.attempt).await;
        match effect.0 {
            Some(open) => store::effect::complete(open, forget).await?,
            None => self.app.core.db.transact(forget).await?,
        }
        self.over = true;
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.over {
            return;
        }
        // Whoever has asked is gone, and so is what was written; the next attempt need not wait.
        let (app, keyed, attempt) = (self.app.clone(), self.keyed.clone(), self.attempt);
        tokio::spawn(async move {
            let given_up = app
                .core
                .db
                .transact(async |tx| store::idempotency::give_up(tx, &keyed, attempt).await)
                .await;
            if let Err(error) = given_up {
                tracing::warn!(%error, "a request that was given up keeps its key for a minute");
            }
        });
    }
}

/// Forgets keys that are no longer known.
pub(super) async fn forget(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    store::idempotency::forget(tx, now - KNOWN).await?;
    Ok(())
}
