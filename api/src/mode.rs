//! Demo and production never share a database: the first start writes into it which of the two it
//! is. In demo mode anybody may move the clock and begin anew, and keys are handed out.

use crate::error;
use balabaqsha_shared::dto::ServiceMode;
use balabaqsha_store::{self as store, Db, Tx};

const SETTING: &str = "mode";
/// The setting that says which demo data the database has.
pub(crate) const DEMO_DATA: &str = "demo data";
const PRODUCTION: &str = "production";
const DEMO: &str = "demo";

/// Why a database is left alone.
#[derive(Debug, thiserror::Error)]
pub enum ModeError {
    #[error(
        "the database is one of production, and demo mode, in which anybody moves the clock, does \
         not touch it: name another with --data-dir or --database-url, or leave out --demo"
    )]
    Production,
    #[error(
        "the database is one of demo mode, with made-up data and keys that everybody has: name \
         another with --data-dir or --database-url, or add --demo"
    )]
    Demo,
    #[error("the database is of a mode that this version does not know: {0:?}")]
    Unknown(String),
    #[error(transparent)]
    Service(#[from] error::Error),
}

impl From<store::Error> for ModeError {
    fn from(error: store::Error) -> Self {
        Self::Service(error.into())
    }
}

const fn word(mode: ServiceMode) -> &'static str {
    match mode {
        ServiceMode::Production => PRODUCTION,
        ServiceMode::Demo => DEMO,
    }
}

fn parse(word: &str) -> Result<ServiceMode, ModeError> {
    match word {
        PRODUCTION => Ok(ServiceMode::Production),
        DEMO => Ok(ServiceMode::Demo),
        other => Err(ModeError::Unknown(other.to_owned())),
    }
}

fn same(asked: ServiceMode, found: ServiceMode) -> Result<(), ModeError> {
    match (asked, found) {
        (ServiceMode::Production, ServiceMode::Production)
        | (ServiceMode::Demo, ServiceMode::Demo) => Ok(()),
        (ServiceMode::Demo, ServiceMode::Production) => Err(ModeError::Production),
        (ServiceMode::Production, ServiceMode::Demo) => Err(ModeError::Demo),
    }
}

/// What a database is; none while nobody has served from it. One that was used before databases had
/// a mark is a demo when the demo's data are there.
async fn found(tx: &mut Tx) -> Result<Option<ServiceMode>, ModeError> {
    if let Some(mark) = store::settings::get(tx, SETTING).await? {
        return parse(&mark).map(Some);
    }
    if store::settings::get(tx, DEMO_DATA).await?.is_some() {
        return Ok(Some(ServiceMode::Demo));
    }
    let used = store::maintenance::is_in_use(tx).await?;
    Ok(used.then_some(ServiceMode::Production))
}

/// What a database is, also one that has no tables yet or those of an earlier version.
///
/// # Errors
/// When the database does not answer, or its mark is not known.
pub async fn of(db: &Db) -> Result<Option<ServiceMode>, ModeError> {
    let mut tx = db.read().await?;
    if !store::maintenance::has_schema(&mut tx).await? {
        return Ok(None);
    }
    found(&mut tx).await
}

/// Refuses a database of the other mode, before anything in it is changed.
///
/// # Errors
/// With the mode that it has.
pub async fn check(db: &Db, asked: ServiceMode) -> Result<(), ModeError> {
    match of(db).await? {
        Some(found) => same(asked, found),
        None => Ok(()),
    }
}

/// Marks a database that has no mark. Of two processes that start at once, the first decides.
///
/// # Errors
/// When it is one of the other mode; nothing is changed then.
pub async fn claim(db: &Db, asked: ServiceMode) -> Result<(), ModeError> {
    db.transact(async |tx| claim_in(tx, asked).await).await
}

async fn claim_in(tx: &mut Tx, asked: ServiceMode) -> Result<(), ModeError> {
    let known = found(tx).await?.unwrap_or(asked);
    let mark = store::settings::lock(tx, SETTING, word(known)).await?;
    same(asked, parse(&mark)?)
}

/// Empties a database of demo mode, and no other.
///
/// # Errors
/// When it is one of production; nothing is changed then.
pub async fn begin_demo_anew(db: &Db) -> Result<(), ModeError> {
    db.transact(async |tx| {
        claim_in(tx, ServiceMode::Demo).await?;
        let upgraded = store::upgrade::finished(tx).await?;
        store::maintenance::empty(tx).await?;
        if upgraded {
            store::upgrade::finish(tx).await?;
        }
        Ok(store::settings::put(tx, SETTING, DEMO).await?)
    })
    .await
}
