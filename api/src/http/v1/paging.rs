//! Pages of lists: opaque cursors and a capped limit.

use crate::http::problem::ApiError;
use balabaqsha_shared::{code::Code, rules::Violation};
use serde::Deserialize;
use std::str::FromStr;
use utoipa::IntoParams;

const DEFAULT_LIMIT: u16 = 20;
const MAX_LIMIT: u16 = 100;

/// Where a page begins and how long it is.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries of a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u16>,
}

impl Paging {
    /// The asked length, inside what is possible.
    pub fn limit(&self) -> u16 {
        self.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT)
    }

    /// The id a cursor stands for.
    pub fn after<T: FromStr>(&self) -> Result<Option<T>, ApiError> {
        self.cursor
            .as_deref()
            .map(str::parse)
            .transpose()
            .map_err(|_| {
                Violation::new(Code::MalformedRequest)
                    .with("reason", "cursor")
                    .into()
            })
    }
}
