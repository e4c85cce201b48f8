//! Problem details (RFC 9457) as every 4xx and 5xx answer carries them.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A problem. `code` is stable and listed in `docs/errors.md`; `title` and `detail` are in the
/// language of `Accept-Language` (kk, ru or en). Further members are values of the sentence, such
/// as `until` or `since`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Where the code is explained.
    #[serde(rename = "type")]
    pub type_uri: String,
    pub title: String,
    pub status: u16,
    pub detail: String,
    pub instance: String,
    pub code: String,
    pub request_id: String,
    /// All violations at once; empty when the problem is not about single fields or conditions.
    #[serde(default)]
    pub errors: Vec<ProblemError>,
    #[serde(flatten)]
    #[cfg_attr(feature = "openapi", schema(additional_properties))]
    pub members: BTreeMap<String, Value>,
}

/// One violation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProblemError {
    /// JSON Pointer (RFC 6901) into the request body; empty for a condition that is not a field.
    pub pointer: String,
    pub code: String,
    pub detail: String,
}
