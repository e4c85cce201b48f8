//! The step from one release to the next beside running processes. A new release migrates the schema in
//! such a way that processes of the one before go on working over it. What these cannot read is written
//! only after an operator has finished the upgrade, which is refused while one of them is alive.
//! Processes of the one before cannot start any more, because they do not know the migrations.

use crate::{
    app::Core,
    error::{self, Result},
};
use balabaqsha_store::{self as store, Db, upgrade::Process};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// A process that has not been heard of for so long is not alive.
const SILENCE: TimeDelta = TimeDelta::seconds(60);

/// Why an upgrade is not finished.
#[derive(Debug, thiserror::Error)]
pub enum UpgradeError {
    #[error(
        "a process of the release before is alive, version {version}, id {id}: stop it and try again"
    )]
    OldProcess { version: String, id: Uuid },
    #[error(
        "the database has connections of programs that are no process of this release: {0}; stop them and try again"
    )]
    OldConnections(String),
    #[error(
        "another process has the file of the database open: stop the service, finish the upgrade, and start it again"
    )]
    FileInUse,
    #[error(transparent)]
    Service(#[from] error::Error),
}

impl From<store::Error> for UpgradeError {
    fn from(error: store::Error) -> Self {
        Self::Service(error.into())
    }
}

/// Whether a process had the file of SQLite open before the command opened it. Which release that is
/// of cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    Free,
    InUse,
}

/// What has become of the wish to finish an upgrade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finished {
    Now,
    /// There was nothing to finish.
    Before,
}

/// Says that this process serves.
///
/// # Errors
/// When the database does not answer.
pub async fn register(core: &Core, id: Uuid) -> Result<()> {
    let now = core.now();
    let process = Process {
        id,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        level: store::upgrade::LEVEL,
        seen_at: now,
    };
    core.db
        .transact(async |tx| {
            store::upgrade::register(tx, &process).await?;
            Ok(store::upgrade::forget(tx, now - SILENCE).await?)
        })
        .await
}

/// Says that this process serves no more.
///
/// # Errors
/// When the database does not answer.
pub async fn leave(db: &Db, id: Uuid) -> Result<()> {
    db.transact(async |tx| Ok(store::upgrade::leave(tx, id).await?))
        .await
}

/// Lets this release write what the one before cannot read.
///
/// # Errors
/// When a process of the release before is alive; nothing is changed then.
pub async fn finish(
    db: &Db,
    file: File,
    now: DateTime<Utc>,
) -> std::result::Result<Finished, UpgradeError> {
    db.transact(async |tx| {
        if store::upgrade::finished(tx).await? {
            return Ok(Finished::Before);
        }
        if file == File::InUse {
            return Err(UpgradeError::FileInUse);
        }
        let alive = store::upgrade::alive(tx, now - SILENCE).await?;
        if let Some(old) = alive
            .into_iter()
            .find(|process| process.level < store::upgrade::LEVEL)
        {
            return Err(UpgradeError::OldProcess {
                version: old.version,
                id: old.id,
            });
        }
        let others = store::upgrade::connections_of_others(tx).await?;
        if !others.is_empty() {
            return Err(UpgradeError::OldConnections(others.join(", ")));
        }
        // What processes of the release before have left behind while they ran beside.
        store::drafts::blank_used(tx).await?;
        store::mails::blank_ended(tx).await?;
        store::upgrade::finish(tx).await?;
        Ok(Finished::Now)
    })
    .await
}
