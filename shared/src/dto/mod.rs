//! What crosses the wire between the service, the front and integrators. Field names are
//! snake_case; moments are RFC 3339 with offset; days are `YYYY-MM-DD`. Enumerations may grow:
//! a reader must expect values it does not know.

mod application;
mod appointment;
mod attachment;
mod audit;
mod benefit;
mod decision;
mod demo;
mod desk;
mod document;
mod draft;
mod import;
mod kindergarten;
mod locality;
mod notice;
mod problem;
mod referral;
mod registry;
mod service;
mod session;
mod signature;
mod signing_session;
mod spoken;

pub use application::*;
pub use appointment::*;
pub use attachment::*;
pub use audit::*;
pub use benefit::*;
pub use decision::*;
pub use demo::*;
pub use desk::*;
pub use document::*;
pub use draft::*;
pub use import::*;
pub use kindergarten::*;
pub use locality::*;
pub use notice::*;
pub use problem::*;
pub use referral::*;
pub use registry::*;
pub use service::*;
pub use session::*;
pub use signature::*;
pub use signing_session::*;
pub use spoken::Spoken;

use serde::{Deserialize, Serialize};

/// One page of a list; `next_cursor` is absent on the last page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    pub items: Vec<T>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}
