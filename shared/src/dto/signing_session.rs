//! Signing with a phone: the session that its page follows, and the two answers that the national
//! application eGov Mobile reads. The names of the latter are the application's.

use crate::{
    id::{ChallengeId, DraftId, SigningSessionId},
    signing_session::SigningState,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Drafts to sign with a phone, all in one session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SigningSessionRequest {
    /// Drafts of the person who has logged in, each once.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 4))]
    pub draft_ids: Vec<DraftId>,
}

/// A session for signing with a phone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SigningSession {
    pub id: SigningSessionId,
    pub state: SigningState,
    pub expires_at: DateTime<Utc>,
    /// Why the last signature of the phone did not pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<SigningFailure>,
    pub documents: Vec<SigningDocument>,
}

/// A signature that did not pass.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SigningFailure {
    /// A code of `/errors`.
    pub code: String,
    pub detail: String,
}

/// One text of a session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SigningDocument {
    /// In a session for a login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge_id: Option<ChallengeId>,
    /// In a session for acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft_id: Option<DraftId>,
    /// The detached CMS in Base64, once the session is signed: send it as one of a key file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cms: Option<String>,
}

/// A session that has just begun. The way to it is told once, to whoever began it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BegunSigningSession {
    pub session: SigningSession,
    /// The text of the QR code.
    pub qr_text: String,
    /// The QR code as SVG.
    pub qr_svg: String,
    /// Opens eGov Mobile on the phone itself.
    pub launch_link: String,
    /// Opens eGov Business, where keys of organisations are.
    pub business_launch_link: String,
}

/// What eGov Mobile reads first (API №1): who asks for a signature, and where the texts are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhoneInvitation {
    pub description: String,
    /// RFC 3339 with milliseconds and an offset.
    pub expiry_date: String,
    pub organisation: PhoneOrganisation,
    pub document: PhoneDocumentPlace,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhoneOrganisation {
    pub name_ru: String,
    pub name_kz: String,
    pub name_en: String,
    pub bin: String,
}

/// The address of API №2 and how to call it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhoneDocumentPlace {
    pub uri: String,
    /// `Token`: with `Authorization: Bearer <auth_token>`.
    pub auth_type: String,
    pub auth_token: String,
}

/// What is to be signed, and the same with signatures in place of the texts (API №2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhoneDocuments {
    /// `CMS_SIGN_ONLY`: a detached CMS.
    pub sign_method: String,
    /// Some versions of the application leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    pub documents_to_sign: Vec<PhoneDocument>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhoneDocument {
    pub id: u32,
    #[serde(default)]
    pub name_ru: String,
    #[serde(default)]
    pub name_kz: String,
    #[serde(default)]
    pub name_en: String,
    #[serde(default)]
    pub meta: Vec<PhoneFact>,
    pub document: PhoneContent,
}

/// What the application shows beside the name of a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhoneFact {
    pub name: String,
    pub value: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhoneContent {
    pub file: PhoneFile,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhoneFile {
    #[serde(default)]
    pub mime: String,
    /// Base64 of the text, or of its signature.
    pub data: String,
}

/// What the application shows after it has sent signatures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhoneVerdict {
    /// The status of the answer.
    pub code: String,
    pub message: String,
}
