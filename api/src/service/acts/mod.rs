//! The signed acts of parents. Each is drafted, signed by the client, and then takes effect: the
//! signature is judged outside of any transaction, and in one transaction what it is about is locked
//! and settled, the draft is used up, the rules are asked, the effect is stored, the act is kept with
//! its papers, and the journal is written. [`perform`] has this order; an [`Act`] says the rest.

mod again;
pub mod attaching;
pub mod choosing;
pub mod detaching;
pub mod extension;
pub mod queueing;
pub mod revocation;
mod strangers;
pub mod withdrawal;

use crate::{
    app::App,
    error::{Error, Result},
    hex::hex,
    service::{
        life::{
            journal::{self, Cause},
            referral::Locked,
        },
        reading::views::{self, ReferralParts},
        signed::{
            papers::{self, Paper},
            record::SignedAct,
        },
        telling::notices::{Referred, Subject},
    },
};
use balabaqsha_shared::{
    Language,
    calendar::WorkingCalendar,
    code::Code,
    dto,
    entity::{Application, Referral},
    event::Event,
    id::{ApplicationId, DraftId, PersonId},
    statement::Statement,
};
use balabaqsha_store::{
    self as store, Tx,
    drafts::{Draft, DraftKind, Spent},
    kindergartens::Place,
    localities::Locality,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use uuid::Uuid;

/// How long an act can be signed.
const DRAFT_LIFETIME: TimeDelta = TimeDelta::minutes(30);

/// Something that a parent does with a signature.
trait Act {
    const KIND: DraftKind;
    /// What the draft keeps until it is signed.
    type Payload: Serialize + DeserializeOwned;
    /// What the act is about.
    type Found;
    /// What has become of it.
    type Done;

    /// Why it is too late to sign a draft.
    fn too_late(draft: &Draft, now: DateTime<Utc>) -> Option<Code> {
        (now >= draft.expires_at).then_some(Code::DraftExpired)
    }

    /// Locks and settles what the act is about.
    async fn find(
        &self,
        tx: &mut Tx,
        by: Signer<'_>,
        draft: &Drafted<Self::Payload>,
    ) -> Result<Self::Found>;

    /// Asks the rules and stores the effect.
    async fn take_effect(
        &self,
        tx: &mut Tx,
        by: Signer<'_>,
        draft: Drafted<Self::Payload>,
        found: Self::Found,
    ) -> Result<Self::Done>;

    /// What it has made or changed: an application, a referral or an attachment.
    fn led_to(done: &Self::Done) -> Uuid;

    fn papers<'a>(&self, done: &'a Self::Done) -> Vec<Paper<'a>>;

    fn events<'a>(&self, by: Signer<'_>, done: &'a Self::Done) -> Vec<Entry<'a>>;
}

/// The parent who has signed, and when.
#[derive(Clone, Copy, Debug)]
struct Signer<'a> {
    app: &'a App,
    person: PersonId,
    now: DateTime<Utc>,
}

/// A draft whose time has come.
#[derive(Debug)]
struct Drafted<P> {
    id: DraftId,
    application: Option<ApplicationId>,
    payload: P,
}

/// An entry of the journal.
#[derive(Debug)]
struct Entry<'a> {
    subject: Subject<'a>,
    cause: Cause,
    event: Event,
}

/// A signed act that is ready to take effect.
#[derive(Debug)]
struct Judged<P> {
    draft: Drafted<P>,
    signed: SignedAct,
    /// By what the signature is known again.
    signature: [u8; 32],
    now: DateTime<Utc>,
}

/// A referral after an act on it, with all that belongs to it.
#[derive(Debug)]
struct Referring {
    referral: Referral,
    application: Application,
    locality: Locality,
    place: Place,
    calendar: Arc<WorkingCalendar>,
}

impl Referring {
    fn of(found: Locked, calendar: Arc<WorkingCalendar>) -> Self {
        Self {
            referral: found.referral,
            application: found.application,
            locality: found.locality,
            place: found.place,
            calendar,
        }
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Referral(Referred {
            application: &self.application,
            referral: &self.referral,
            place: &self.place,
            calendar: Some(&self.calendar),
        })
    }

    fn paper(&self) -> Paper<'_> {
        Paper::Referral {
            application: &self.application,
            locality: &self.locality,
            referral: &self.referral,
            place: &self.place,
        }
    }

    fn view(self, app: &App, language: Language) -> Result<dto::Referral> {
        let parts = ReferralParts {
            referral: self.referral,
            place: self.place,
            rules: &self.locality.rules,
            calendar: &self.calendar,
        };
        views::referral_of(app, parts, language)
    }
}

/// What a draft is made of.
struct Drafting<P> {
    application: Option<ApplicationId>,
    payload: P,
    /// Of the text.
    language: Language,
    expires_at: DateTime<Utc>,
}

/// Fixes the text of an act, which names its draft, and keeps it until it is signed.
async fn keep_draft<'a, A: Act>(
    tx: &mut Tx,
    by: Signer<'_>,
    drafting: Drafting<A::Payload>,
    statement: impl FnOnce(DraftId) -> Statement<'a>,
) -> Result<Draft> {
    let id = DraftId::new(by.app.core.new_id());
    let text = statement(id).text(drafting.language, by.now);
    let draft = Draft {
        id,
        person_id: by.person,
        kind: A::KIND,
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

/// A draft of this person and this kind that nobody has signed yet.
async fn open_draft(app: &App, person: PersonId, id: DraftId, kind: DraftKind) -> Result<Draft> {
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

/// Reads the draft and judges the signature under it; outside of transactions, since judging takes
/// long and may ask others.
async fn judge<A: Act>(
    app: &App,
    person: PersonId,
    request: dto::SignedDraft,
    fits: impl FnOnce(&A::Payload) -> bool,
) -> Result<Judged<A::Payload>> {
    let now = app.core.now();
    let draft = open_draft(app, person, request.draft_id, A::KIND).await?;
    let too_late = A::too_late(&draft, now);
    let payload: A::Payload = serde_json::from_value(draft.payload).map_err(Error::internal)?;
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

/// Lets a judged act take effect, all or nothing, and answers from the same transaction.
async fn perform<A: Act, T>(
    act: &A,
    app: &App,
    person: PersonId,
    judged: Judged<A::Payload>,
    answer: impl AsyncFnOnce(&mut Tx, A::Done) -> Result<T>,
) -> Result<T> {
    let Judged {
        draft,
        signed,
        signature,
        now,
    } = judged;
    let id = draft.id;
    let by = Signer { app, person, now };
    app.core
        .db
        .effect(async |tx| {
            let found = act.find(tx, by, &draft).await?;
            // A second request with the same signature waits here and is refused.
            if !store::drafts::use_up(tx, id, now).await? {
                return Err(Error::refused(Code::DraftUsed));
            }
            let done = act.take_effect(tx, by, draft, found).await?;
            let spent = Spent {
                led_to: A::led_to(&done),
                signature_digest: signature.to_vec(),
                content_digest: signed.content_digest().to_vec(),
            };
            store::drafts::spend(tx, id, &spent).await?;
            for paper in act.papers(&done) {
                papers::keep(tx, app, &signed, paper).await?;
            }
            for entry in act.events(by, &done) {
                journal::record(tx, &app.core, entry.subject, now, entry.cause, &entry.event)
                    .await?;
            }
            answer(tx, done).await
        })
        .await
}
