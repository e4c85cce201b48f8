//! Pages of lists: opaque cursors and a capped limit.

use crate::error::Located;
use crate::http::{malformed, problem::ApiError, shape::located};
use balabaqsha_shared::{
    code::Code,
    dto::{NoticePage, Page},
    id::{
        ApplicationId, AppointmentId, AuditRecordId, ImportId, KindergartenId, NoticeId,
        ReferralId, RegistryChangeId,
    },
    rules::Violation,
};
use serde::Deserialize;
use std::{fmt::Display, ops::RangeInclusive, str::FromStr};
use utoipa::IntoParams;

const DEFAULT_LIMIT: u16 = 20;
const MAX_LIMIT: u16 = 100;

/// Where a page begins and how long it is.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Paging {
    /// `next_cursor` of the page before, of the same list.
    pub cursor: Option<String>,
    /// Entries of a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u16>,
}

/// What a list is a list of. A cursor of another list leads nowhere.
pub trait Listed: FromStr {
    const LIST: &'static str;
}

impl Listed for ApplicationId {
    const LIST: &'static str = "a";
}

impl Listed for AppointmentId {
    const LIST: &'static str = "o";
}

impl Listed for AuditRecordId {
    const LIST: &'static str = "l";
}

impl Listed for KindergartenId {
    const LIST: &'static str = "k";
}

impl Listed for NoticeId {
    const LIST: &'static str = "n";
}

impl Listed for ReferralId {
    const LIST: &'static str = "r";
}

impl Listed for ImportId {
    const LIST: &'static str = "t";
}

impl Listed for RegistryChangeId {
    const LIST: &'static str = "c";
}

impl Paging {
    /// The asked length.
    pub fn limit(&self) -> Result<u16, ApiError> {
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        within("/limit", limit, 1..=MAX_LIMIT)
    }

    /// The id a cursor stands for.
    pub fn after<T: Listed>(&self) -> Result<Option<T>, ApiError> {
        let read = |cursor: &str| cursor.strip_prefix(T::LIST)?.parse().ok();
        self.cursor
            .as_deref()
            .map(|cursor| {
                read(cursor).ok_or_else(|| wrong(located("/cursor", Code::ValueFormInvalid)))
            })
            .transpose()
    }
}

/// The page with a cursor of its list.
pub fn of<T: Listed, I>(page: Page<I>) -> Page<I> {
    Page {
        next_cursor: page.next_cursor.map(|id| cursor::<T>(&id)),
        ..page
    }
}

/// The same for notices.
pub fn of_notices(page: NoticePage) -> NoticePage {
    NoticePage {
        next_cursor: page.next_cursor.map(|id| cursor::<NoticeId>(&id)),
        ..page
    }
}

fn cursor<T: Listed>(id: &str) -> String {
    format!("{}{id}", T::LIST)
}

/// A parameter between two limits.
pub fn within<N: PartialOrd + Display>(
    pointer: &str,
    value: N,
    range: RangeInclusive<N>,
) -> Result<N, ApiError> {
    if range.contains(&value) {
        return Ok(value);
    }
    let violation = Violation::new(Code::ValueOutOfRange)
        .with("from", range.start())
        .with("to", range.end());
    Err(wrong(Located {
        pointer: pointer.to_owned(),
        violation,
    }))
}

fn wrong(located: Located) -> ApiError {
    let reason = format!("query: {}", located.pointer.trim_start_matches('/'));
    malformed::shape(reason, vec![located])
}
