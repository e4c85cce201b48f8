//! Texts that wait for their signature, of parents and of officials: kept until they are signed, and used up by
//! the act.

use super::{again, record::SignedAct};
use crate::{
    app::App,
    error::{Error, Result},
    hex::hex,
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
    drafts::{Draft, DraftKind, Spent},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// How long an act can be signed.
pub(in crate::service) const DRAFT_LIFETIME: TimeDelta = TimeDelta::minutes(30);

/// Whose draft it is, and of what.
#[derive(Clone, Copy, Debug)]
pub(in crate::service) struct Author {
    pub person: PersonId,
    pub kind: DraftKind,
    pub now: DateTime<Utc>,
}

/// What a draft is made of.
pub(in crate::service) struct Drafting<P> {
    pub application: Option<ApplicationId>,
    pub payload: P,
    /// Of the text.
    pub language: Language,
    pub expires_at: DateTime<Utc>,
}

/// Fixes the text of an act, which names its draft, and keeps it until it is signed.
pub(in crate::service) async fn keep<'a, P: Serialize>(
    tx: &mut Tx,
    app: &App,
    by: Author,
    drafting: Drafting<P>,
    statement: impl FnOnce(DraftId) -> Statement<'a>,
) -> Result<Draft> {
    let id = DraftId::new(app.core.new_id());
    let text = statement(id).text(drafting.language, by.now);
    let draft = Draft {
        id,
        person_id: by.person,
        kind: by.kind,
        application_id: drafting.application,
        payload: serde_json::to_value(&drafting.payload).map_err(Error::internal)?,
        content: text.into_bytes(),
        created_at: by.now,
        expires_at: drafting.expires_at,
        used_at: None,
    };
    store::drafts::insert(tx, &draft).await?;
    Ok(draft)
}

pub(in crate::service) fn view(draft: &Draft) -> dto::Draft {
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

/// A draft of this person and this kind that nobody has signed yet.
pub(in crate::service) async fn open(
    app: &App,
    person: PersonId,
    id: DraftId,
    kind: DraftKind,
) -> Result<Draft> {
    let mut tx = app.core.db.read().await?;
    let draft = store::drafts::get(&mut tx, id)
        .await?
        .filter(|draft| draft.person_id == person && draft.kind == kind)
        .ok_or_else(|| Error::refused(Code::NotFound))?;
    if draft.used_at.is_some() {
        return Err(again::used(&mut tx, &draft).await?);
    }
    Ok(draft)
}

/// A draft whose time has come.
#[derive(Debug)]
pub(in crate::service) struct Drafted<P> {
    pub id: DraftId,
    pub application: Option<ApplicationId>,
    pub payload: P,
}

/// A signed act that is ready to take effect.
#[derive(Debug)]
pub(in crate::service) struct Judged<P> {
    pub draft: Drafted<P>,
    pub signed: SignedAct,
    /// By what the signature is known again.
    pub signature: [u8; 32],
    pub now: DateTime<Utc>,
}

/// Reads the draft and judges the signature under it; outside of transactions, since judging takes
/// long and may ask others. `too_late` says why it is too late to sign it.
pub(in crate::service) async fn judge<P: DeserializeOwned>(
    app: &App,
    by: Author,
    request: dto::SignedDraft,
    fits: impl FnOnce(&P) -> bool,
    too_late: impl FnOnce(&Draft, DateTime<Utc>) -> Option<Code>,
) -> Result<Judged<P>> {
    let Author { person, kind, now } = by;
    let draft = open(app, person, request.draft_id, kind).await?;
    let too_late = too_late(&draft, now);
    let payload: P = serde_json::from_value(draft.payload).map_err(Error::internal)?;
    if !fits(&payload) {
        return Err(Error::refused(Code::NotFound));
    }
    if let Some(code) = too_late {
        return Err(Error::refused(code));
    }
    let signature = again::digest(&request.cms).unwrap_or_default();
    let signed = SignedAct::judge(app, person, draft.content, request.cms, now).await?;
    Ok(Judged {
        draft: Drafted {
            id: draft.id,
            application: draft.application_id,
            payload,
        },
        signed,
        signature,
        now,
    })
}

/// Why it is too late to sign a draft, where nothing else ends before it.
pub(in crate::service) fn expired(draft: &Draft, now: DateTime<Utc>) -> Option<Code> {
    (now >= draft.expires_at).then_some(Code::DraftExpired)
}

/// Uses a draft up. A second request with the same signature waits here and is refused.
pub(in crate::service) async fn use_up(tx: &mut Tx, id: DraftId, now: DateTime<Utc>) -> Result<()> {
    if store::drafts::use_up(tx, id, now).await? {
        Ok(())
    } else {
        Err(Error::refused(Code::DraftUsed))
    }
}

/// Puts what a used draft has led to in the place of what it said.
pub(in crate::service) async fn spend(
    tx: &mut Tx,
    id: DraftId,
    led_to: Uuid,
    signature: &[u8; 32],
    signed: &SignedAct,
) -> Result<()> {
    let spent = Spent {
        led_to,
        signature_digest: signature.to_vec(),
        content_digest: signed.content_digest().to_vec(),
    };
    Ok(store::drafts::spend(tx, id, &spent).await?)
}
