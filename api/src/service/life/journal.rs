//! The journal of an application: what has happened, by which rule, who caused it. Everybody whom an
//! event concerns is told in the same transaction.

use crate::{app::Core, error::Result, service::telling::notices};
use balabaqsha_shared::{
    comment::Comment,
    dto::EventKind,
    id::{ApplicationId, ClientId, EventId, PersonId},
    time,
};
use balabaqsha_store::{self as store, Tx};
use chrono::{DateTime, Utc};
use serde_json::Value;

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

impl From<Option<PersonId>> for Cause {
    fn from(person: Option<PersonId>) -> Self {
        person.map_or(Self::Rules, Self::Person)
    }
}

/// Writes the journal in the transaction of the change, and the notices for those whom it concerns.
pub(in crate::service) async fn record(
    tx: &mut Tx,
    core: &Core,
    application: ApplicationId,
    at: DateTime<Utc>,
    (kind, rule): (EventKind, &str),
    cause: impl Into<Cause>,
    data: Value,
) -> Result<()> {
    let (actor_id, client_id, official) = match cause.into() {
        Cause::Rules => (None, None, None),
        Cause::Person(id) => (Some(id), None, None),
        Cause::Client(id) => (None, Some(id), None),
        Cause::Official(name) => (None, None, Some(name)),
    };
    let event = store::events::Event {
        id: EventId::new(core.new_id()),
        application_id: application,
        at,
        kind,
        rule: rule.to_owned(),
        actor_id,
        client_id,
        official,
        data,
    };
    store::events::insert(tx, &event).await?;
    store::queue::record_move(
        tx,
        application,
        event.id.uuid(),
        kind,
        (at, time::local_date(at)),
    )
    .await?;
    notices::tell(tx, core, &event).await
}
