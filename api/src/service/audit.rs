//! Writing the audit log (R25): who looked at the data of a child or a parent, and who did what. The
//! doors of `office` and `programs` write it; a use case that enters by them cannot forget it.

use crate::{app::Core, error::Result};
use balabaqsha_shared::{
    audit::{AuditCapacity, AuditKind, SearchReason},
    id::{ApplicationId, AuditRecordId, LocalityId},
    language::Localized,
};
use balabaqsha_store::{self as store, Tx, audit::Record};
use serde_json::{Value, json};
use std::net::IpAddr;

/// Where a request came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    pub address: Option<IpAddr>,
    pub request_id: Option<String>,
}

/// Who looked or acted, and for whom.
#[derive(Clone, Debug)]
pub(in crate::service) struct Actor<'a> {
    pub capacity: AuditCapacity,
    pub name: String,
    pub organisation: Localized,
    pub origin: &'a Origin,
}

/// What was looked at or done.
#[derive(Clone, Debug)]
pub struct Entry {
    operation: &'static str,
    kind: AuditKind,
    reason: Option<SearchReason>,
    locality: Option<LocalityId>,
    subjects: Vec<ApplicationId>,
    facts: Value,
}

impl Entry {
    fn new(operation: &'static str, kind: AuditKind) -> Self {
        Self {
            operation,
            kind,
            reason: None,
            locality: None,
            subjects: Vec::new(),
            facts: json!({}),
        }
    }

    #[must_use]
    pub fn look(operation: &'static str) -> Self {
        Self::new(operation, AuditKind::Look)
    }

    #[must_use]
    pub fn act(operation: &'static str) -> Self {
        Self::new(operation, AuditKind::Act)
    }

    #[must_use]
    pub fn because(mut self, reason: SearchReason) -> Self {
        self.reason = Some(reason);
        self
    }

    /// In which locality; officials with `audit` there find the record.
    #[must_use]
    pub fn in_locality(mut self, locality: LocalityId) -> Self {
        self.locality = Some(locality);
        self
    }

    /// Whose data it is about.
    #[must_use]
    pub fn about(mut self, subjects: impl IntoIterator<Item = ApplicationId>) -> Self {
        self.subjects.extend(subjects);
        self
    }

    /// What was done, without personal data.
    #[must_use]
    pub fn with(mut self, facts: Value) -> Self {
        self.facts = facts;
        self
    }

    #[must_use]
    pub const fn locality(&self) -> Option<LocalityId> {
        self.locality
    }
}

/// What a use case has done, with what the log says of it.
#[derive(Debug)]
pub enum Done<T> {
    Recorded(T, Entry),
    /// It was done before: nothing has changed, and nothing is told that the caller did not say.
    Unchanged(T),
}

pub(in crate::service) async fn record(
    tx: &mut Tx,
    core: &Core,
    actor: Actor<'_>,
    entry: Entry,
) -> Result<()> {
    let record = Record {
        id: AuditRecordId::new(core.new_id()),
        at: core.now(),
        capacity: actor.capacity,
        actor: actor.name,
        organisation: actor.organisation,
        locality_id: entry.locality,
        operation: entry.operation.to_owned(),
        kind: entry.kind,
        reason: entry.reason,
        address: actor.origin.address.map(|address| address.to_string()),
        request_id: actor.origin.request_id.clone(),
        facts: entry.facts,
    };
    Ok(store::audit::insert(tx, &record, &entry.subjects).await?)
}

/// What an operator does at the command line; only acts, since looks at the database leave no trace
/// here anyway.
pub(in crate::service) async fn record_operator(
    tx: &mut Tx,
    core: &Core,
    name: &str,
    entry: Entry,
) -> Result<()> {
    let origin = Origin::default();
    let actor = Actor {
        capacity: AuditCapacity::Operator,
        name: name.to_owned(),
        organisation: Localized::new(
            "қызмет операторы",
            "оператор сервиса",
            "operator of the service",
        ),
        origin: &origin,
    };
    record(tx, core, actor, entry).await
}
