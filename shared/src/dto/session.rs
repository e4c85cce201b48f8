//! Login by a signed challenge (R1), and the person behind the session.

use crate::{
    email::Email,
    id::{ChallengeId, PersonId, SessionId},
    iin::Iin,
    language::Language,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Asks for the text of a login.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChallengeRequest {
    /// Language of the text that will be signed; without it that of `Accept-Language`.
    #[serde(default)]
    pub language: Language,
}

/// A one-time text to sign with a key for logging in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Challenge {
    pub id: ChallengeId,
    /// The bytes to sign, in Base64 (RFC 4648, section 4).
    pub content: String,
    /// The same bytes as text.
    pub text: String,
    pub expires_at: DateTime<Utc>,
}

/// The signed challenge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionRequest {
    pub challenge_id: ChallengeId,
    /// Detached CMS (RFC 5652) over the content, DER in Base64.
    pub cms: String,
}

/// A session. The refresh token is in an HttpOnly cookie.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Bearer token (RFC 6750).
    pub access_token: String,
    pub expires_at: DateTime<Utc>,
    pub person: Person,
    /// Whether the person may act as an official as well (R18); `GET /v1/me` says for what.
    #[serde(default)]
    pub official: bool,
    /// Whether the person may act for a kindergarten (R19).
    #[serde(default)]
    pub staff: bool,
    /// Whether the session was begun with the key of a legal entity, with which nobody acts as a parent.
    #[serde(default)]
    pub only_staff: bool,
}

/// Where somebody is logged in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionList {
    pub items: Vec<LiveSession>,
}

/// One login that has not ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LiveSession {
    pub id: SessionId,
    /// Whether it is the one that asks.
    pub current: bool,
    /// Absent where it began before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<DateTime<Utc>>,
    pub renewed_at: DateTime<Utc>,
    /// Without being renewed it ends then.
    pub expires_at: DateTime<Utc>,
    /// What the browser calls itself; absent like `started_at`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
}

/// The person the certificate names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    pub id: PersonId,
    pub iin: Iin,
    pub full_name: String,
    /// Absent until the first login is completed.
    pub email: Option<EmailState>,
    pub language: Language,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmailState {
    pub address: Email,
    pub confirmed: bool,
    /// A new address that waits for its code; the other one counts until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_address: Option<Email>,
    /// Whether a mail server has said that there is no such address: mails do not arrive.
    #[serde(default)]
    pub refused: bool,
}

/// Sets the address; a code is sent to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmailRequest {
    pub address: String,
    /// Language of mails from now on; without it that of `Accept-Language`.
    #[serde(default)]
    pub language: Language,
}

/// The six digits of the mail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmailConfirmation {
    pub code: String,
}
