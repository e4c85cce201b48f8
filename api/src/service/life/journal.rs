//! The journal of an application: what has happened, by which rule, who caused it. Everybody whom an
//! event concerns is told in the same transaction.

use crate::{
    app::Core,
    error::{Error, Result},
    service::telling::notices::{self, Happened, Subject},
};
use balabaqsha_shared::{
    comment::Comment,
    event::Event,
    id::{ClientId, EventId, PersonId},
};
use balabaqsha_store::{self as store, Tx};
use chrono::{DateTime, Utc};

/// Who caused an event.
#[derive(Clone, Debug)]
pub(in crate::service) enum Cause {
    /// The rules themselves, at their moment.
    Rules,
    Person(PersonId),
    Client(ClientId),
    /// By name, at the command line.
    Official(Comment),
}

/// Writes the journal in the transaction of the change, and the notices for those whom it concerns.
pub(in crate::service) async fn record(
    tx: &mut Tx,
    core: &Core,
    subject: Subject<'_>,
    at: DateTime<Utc>,
    cause: Cause,
    event: &Event,
) -> Result<()> {
    let (actor_id, client_id, official) = match cause {
        Cause::Rules => (None, None, None),
        Cause::Person(id) => (Some(id), None, None),
        Cause::Client(id) => (None, Some(id), None),
        Cause::Official(name) => (None, None, Some(name)),
    };
    let id = EventId::new(core.new_id());
    let application_id = subject.application_id();
    let entry = store::events::Event {
        id,
        application_id,
        at,
        kind: event.kind(),
        rule: event.rule().to_owned(),
        actor_id,
        client_id,
        official,
        data: event.data().map_err(Error::internal)?,
    };
    store::events::insert(tx, &entry).await?;
    let moved = store::queue::Cause {
        event: id.uuid(),
        leaving: core.new_id(),
        kind: event.kind(),
        at,
    };
    store::queue::record_move(tx, application_id, moved).await?;
    let happened = Happened {
        id,
        at,
        event,
        subject,
    };
    notices::tell(tx, core, happened).await
}
