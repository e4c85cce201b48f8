//! What people are told, and what they want mails about.

use crate::{
    id::{ApplicationId, NoticeId},
    notice::NoticeKind,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One notice, in the reader's words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Notice {
    pub id: NoticeId,
    pub kind: NoticeKind,
    /// When what it tells of has happened.
    pub at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_id: Option<ApplicationId>,
    pub title: String,
    /// What has happened, what comes next, and until when.
    pub text: String,
    /// Absent until it is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<DateTime<Utc>>,
}

/// One page of notices, the newest first; `next_cursor` is absent on the last page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoticePage {
    /// Notices that are not read yet, on all pages.
    pub unread: u32,
    pub items: Vec<Notice>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Whether a kind of notice is mailed. In the account all of them are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoticePreference {
    pub kind: NoticeKind,
    pub mail: bool,
    /// Cannot be switched off; ignored in requests.
    #[serde(default)]
    pub obligatory: bool,
}

/// The preferences of all kinds; a kind that is left out of a request stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoticePreferences {
    pub items: Vec<NoticePreference>,
}
