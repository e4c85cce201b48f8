//! The doors of programs: each looks whether the program was revoked, and writes the audit log (R25),
//! an act in its own transaction, a look before its answer.

use super::clients;
use crate::{
    app::App,
    error::Result,
    service::{
        audit::{self, Actor, Done, Entry, Origin},
        life::settle::{self, Settled},
    },
};
use balabaqsha_shared::{audit::AuditCapacity, id::ClientId, language::Localized};
use balabaqsha_store::{self as store, Tx, clients::Client};

/// The program of an organisation that calls.
#[derive(Clone, Debug)]
pub struct Program {
    id: ClientId,
    origin: Origin,
}

impl Program {
    #[must_use]
    pub const fn new(id: ClientId, origin: Origin) -> Self {
        Self { id, origin }
    }
}

async fn record(
    tx: &mut Tx,
    app: &App,
    program: &Program,
    client: &Client,
    entry: Entry,
) -> Result<()> {
    let kindergarten = store::kindergartens::by_bin(tx, &client.bin).await?;
    let (organisation, locality) = match kindergarten {
        Some(known) => (known.name, Some(known.locality_id)),
        None => {
            let bin = client.bin.to_string();
            (Localized::new(bin.clone(), bin.clone(), bin), None)
        }
    };
    let actor = Actor {
        capacity: AuditCapacity::Program,
        name: program.id.to_string(),
        organisation,
        origin: &program.origin,
    };
    let entry = match locality {
        Some(locality) => entry.in_locality(locality),
        None => entry,
    };
    audit::record(tx, &app.core, actor, entry).await
}

/// Something a program does.
pub(super) async fn act<T>(
    app: &App,
    program: &Program,
    work: impl AsyncFnOnce(&mut Tx, &Client) -> Result<Done<T>>,
) -> Result<T> {
    settle::transact(app, async |tx| {
        let client = clients::require(tx, program.id).await?;
        match work(tx, &client).await? {
            Done::Recorded(value, entry) => {
                record(tx, app, program, &client, entry).await?;
                Ok(value)
            }
            Done::Unchanged(value) => Ok(value),
        }
    })
    .await
}

/// A look at the data of children: no answer without its record.
pub(super) async fn look<T>(
    app: &App,
    program: &Program,
    work: impl AsyncFnOnce(&mut Settled, &Client) -> Result<(T, Entry)>,
) -> Result<T> {
    let mut tx = settle::read(app).await?;
    let client = clients::require(&mut tx, program.id).await?;
    let (value, entry) = work(&mut tx, &client).await?;
    drop(tx);
    app.core
        .db
        .transact(async |tx| record(tx, app, program, &client, entry).await)
        .await?;
    Ok(value)
}
