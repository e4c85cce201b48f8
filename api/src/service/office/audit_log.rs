//! Searching the audit log (R25). Looking into it is itself a record.

use super::doors::{self, Audit, Official};
use crate::{
    app::App,
    error::Result,
    service::{
        audit::Entry,
        paging::{page, to_read},
        reading::audit::look,
    },
};
use balabaqsha_shared::{
    dto,
    id::{ApplicationId, AuditRecordId},
    time,
};
use balabaqsha_store::{self as store, audit::Filter};
use chrono::NaiveDate;

/// What is looked for; what is absent does not matter.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    pub actor: Option<String>,
    pub application: Option<ApplicationId>,
    pub before: Option<AuditRecordId>,
    /// The first day, local time.
    pub since: Option<NaiveDate>,
    /// The last day, local time.
    pub until: Option<NaiveDate>,
}

/// One page of the records of the official's localities, the newest first.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn search(
    app: &App,
    official: &Official<Audit>,
    wish: Wish,
    limit: u16,
) -> Result<dto::Page<dto::AuditRecord>> {
    doors::look(app, official, async |tx, authority| {
        let filter = Filter {
            localities: authority.localities.clone(),
            actor: wish.actor,
            application: wish.application,
            before: wish.before,
            since: wish.since.map(time::start_of_day),
            until: wish.until.map(time::end_of_day),
        };
        let rows = store::audit::search(tx, &filter, to_read(limit)).await?;
        let dto::Page { items, next_cursor } = page(rows, limit, |row| row.id);
        let mut records = Vec::with_capacity(items.len());
        for record in items {
            records.push(dto::AuditRecord {
                application_ids: store::audit::subjects(tx, record.id).await?,
                id: record.id,
                actor: record.actor.clone(),
                address: record.address.clone(),
                request_id: record.request_id.clone(),
                facts: record.facts.clone(),
                look: look(record),
            });
        }
        let entry = Entry::look("search_audit_records").about(filter.application);
        let page = dto::Page {
            items: records,
            next_cursor,
        };
        Ok((page, entry))
    })
    .await
}
