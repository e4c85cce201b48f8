//! «Кто смотрел данные моего ребёнка» (R25): what parents see of the audit log.

use crate::{
    app::App,
    error::Result,
    service::life::{settle, visibility::visible},
};
use balabaqsha_shared::{
    dto,
    id::{ApplicationId, PersonId},
};
use balabaqsha_store::{self as store, audit::Record};

/// So many are shown, the newest first.
const SHOWN: i64 = 500;

#[tracing::instrument(level = "debug", skip_all)]
pub async fn looks(app: &App, person: PersonId, id: ApplicationId) -> Result<dto::LookList> {
    let mut tx = settle::read(app).await?;
    visible(&mut tx, person, id).await?;
    let records = store::audit::of_application(&mut tx, id, SHOWN).await?;
    Ok(dto::LookList {
        items: records.into_iter().map(look).collect(),
    })
}

/// Without the person: parents see the capacity and the organisation.
pub(in crate::service) fn look(record: Record) -> dto::Look {
    dto::Look {
        at: record.at,
        capacity: record.capacity,
        organisation: record.organisation,
        kind: record.kind,
        operation: record.operation,
        reason: record.reason,
    }
}
