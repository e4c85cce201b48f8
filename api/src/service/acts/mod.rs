//! What all signed acts have in common: a draft that waits half an hour for its signature, and a
//! signature that is judged before anything is locked.

pub mod attaching;
pub mod choosing;
pub mod extension;
pub mod queueing;
pub mod revocation;
pub mod withdrawal;

use crate::{
    app::App,
    error::{Error, Result},
    hex::hex,
    service::signed::record::SignedAct,
};
use balabaqsha_shared::{
    Language,
    code::Code,
    dto,
    id::{ApplicationId, DraftId, PersonId},
    statement::Statement,
};
use balabaqsha_store::{
    self as store, Tx,
    drafts::{Draft, DraftKind},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

/// How long an act can be signed.
const DRAFT_LIFETIME: TimeDelta = TimeDelta::minutes(30);

/// What an act is about.
struct About<P> {
    pub kind: DraftKind,
    pub application: Option<ApplicationId>,
    pub payload: P,
    /// Of the text.
    pub language: Language,
}

/// Fixes the text of an act, which names its draft, and keeps it until it is signed.
async fn keep_draft<'a, P: Serialize>(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    about: About<P>,
    now: DateTime<Utc>,
    statement: impl FnOnce(DraftId) -> Statement<'a>,
) -> Result<dto::Draft> {
    let id = DraftId::new(app.new_id());
    let draft = Draft {
        id,
        person_id: person,
        kind: about.kind,
        application_id: about.application,
        payload: serde_json::to_value(&about.payload).map_err(Error::internal)?,
        content: statement(id).text(about.language, now).into_bytes(),
        created_at: now,
        expires_at: now + DRAFT_LIFETIME,
        used_at: None,
    };
    store::drafts::insert(tx, &draft).await?;
    Ok(draft_view(&draft))
}

/// A signed act that is ready to take effect.
struct Judged<P> {
    pub draft: DraftId,
    pub payload: P,
    pub act: SignedAct,
    pub now: DateTime<Utc>,
}

/// Reads the draft and judges the signature under it; outside of transactions, since judging takes
/// long and may ask others.
async fn judge<P: DeserializeOwned>(
    app: &App,
    person: PersonId,
    request: dto::SignedDraft,
    kind: DraftKind,
    fits: impl FnOnce(&P) -> bool,
) -> Result<Judged<P>> {
    let now = app.now();
    let draft = open_draft(app, person, request.draft_id, kind).await?;
    let payload: P = serde_json::from_value(draft.payload).map_err(Error::internal)?;
    if !fits(&payload) {
        return Err(Error::refused(Code::NotFound));
    }
    if now >= draft.expires_at {
        return Err(Error::refused(Code::DraftExpired));
    }
    let act = SignedAct::judge(app, person, draft.content, request.cms, now).await?;
    Ok(Judged {
        draft: draft.id,
        payload,
        act,
        now,
    })
}

/// Uses a draft up, so that a second request with the same signature changes nothing.
async fn use_up(tx: &mut Tx, draft: DraftId, now: DateTime<Utc>) -> Result<()> {
    if store::drafts::use_up(tx, draft, now).await? {
        Ok(())
    } else {
        Err(Error::refused(Code::DraftUsed))
    }
}

/// A draft of this person and this kind that nobody has signed yet.
async fn open_draft(app: &App, person: PersonId, id: DraftId, kind: DraftKind) -> Result<Draft> {
    let mut tx = app.db.read().await?;
    let draft = store::drafts::get(&mut tx, id)
        .await?
        .filter(|draft| draft.person_id == person && draft.kind == kind)
        .ok_or_else(|| Error::refused(Code::NotFound))?;
    if draft.used_at.is_some() {
        return Err(Error::refused(Code::DraftUsed));
    }
    Ok(draft)
}

fn draft_view(draft: &Draft) -> dto::Draft {
    dto::Draft {
        id: draft.id,
        content: BASE64_STANDARD.encode(&draft.content),
        text: String::from_utf8_lossy(&draft.content).into_owned(),
        sha256: hex(&Sha256::digest(&draft.content)),
        expires_at: draft.expires_at,
        hold: None,
        warnings: Vec::new(),
    }
}
