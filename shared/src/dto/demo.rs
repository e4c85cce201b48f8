//! What demo mode hands out, so that everybody can try everything.

use serde::{Deserialize, Serialize};

/// Keys of the demo authority.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemoKeyList {
    /// The password of all of them.
    pub password: String,
    pub items: Vec<DemoKey>,
}

/// A key file to try.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemoKey {
    pub file_name: String,
    pub owner: String,
    pub purpose: DemoKeyPurpose,
    pub condition: DemoKeyCondition,
    /// Where the file is.
    pub url: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DemoKeyPurpose {
    Login,
    Signing,
    LoginAndSigning,
}

/// What a try with the key shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DemoKeyCondition {
    Valid,
    Expired,
    /// Issued by an authority that nobody trusts.
    Untrusted,
}
