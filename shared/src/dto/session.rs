//! Login by a signed challenge (R1), and the person behind the session.

use crate::{
    email::Email,
    id::{ChallengeId, PersonId},
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
