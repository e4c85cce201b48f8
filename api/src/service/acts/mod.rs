//! The signed acts of parents. Each is drafted, signed by the client, and then takes effect: the
//! signature is judged outside of any transaction, and in one transaction what it is about is locked
//! and settled, the draft is used up, the rules are asked, the effect is stored, the act is kept with
//! its papers, and the journal is written. [`perform`] has this order; an [`Act`] says the rest.

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
    error::Result,
    service::{
        life::{
            journal::{self, Cause},
            referral::Locked,
        },
        reading::views::{self, ReferralParts},
        signed::{
            again,
            drafting::{
                self, Author, DRAFT_LIFETIME, Drafted, Drafting, Judged, open as open_draft,
                view as draft_view,
            },
            papers::{self, Paper},
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
    id::{DraftId, PersonId},
    statement::Statement,
};
use balabaqsha_store::{
    Tx,
    drafts::{Draft, DraftKind},
    kindergartens::Place,
    localities::Locality,
};
use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;
use uuid::Uuid;

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
        drafting::expired(draft, now)
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

/// An entry of the journal.
#[derive(Debug)]
struct Entry<'a> {
    subject: Subject<'a>,
    cause: Cause,
    event: Event,
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

/// Fixes the text of an act, which names its draft, and keeps it until it is signed.
async fn keep_draft<'a, A: Act>(
    tx: &mut Tx,
    by: Signer<'_>,
    drafting: Drafting<A::Payload>,
    statement: impl FnOnce(DraftId) -> Statement<'a>,
) -> Result<Draft> {
    drafting::keep(
        tx,
        by.app,
        author::<A>(by.person, by.now),
        drafting,
        statement,
    )
    .await
}

fn author<A: Act>(person: PersonId, now: DateTime<Utc>) -> Author {
    Author {
        person,
        kind: A::KIND,
        now,
    }
}

/// Reads the draft and judges the signature under it.
async fn judge<A: Act>(
    app: &App,
    person: PersonId,
    request: dto::SignedDraft,
    fits: impl FnOnce(&A::Payload) -> bool,
) -> Result<Judged<A::Payload>> {
    let by = author::<A>(person, app.core.now());
    drafting::judge(app, by, request, fits, A::too_late).await
}

/// Lets a judged act take effect, all or nothing, and answers from the same transaction.
async fn perform<A: Act, T>(
    act: &A,
    app: &App,
    person: PersonId,
    judged: Judged<A::Payload>,
    answer: impl AsyncFnOnce(&mut Tx, A::Done) -> Result<T>,
) -> Result<T> {
    app.core
        .db
        .effect(async |tx| {
            let done = perform_in(tx, act, app, person, judged).await?;
            answer(tx, done).await
        })
        .await
}

/// The same in a transaction of the caller.
async fn perform_in<A: Act>(
    tx: &mut Tx,
    act: &A,
    app: &App,
    person: PersonId,
    judged: Judged<A::Payload>,
) -> Result<A::Done> {
    let Judged {
        draft,
        signed,
        signature,
        now,
    } = judged;
    let id = draft.id;
    let by = Signer { app, person, now };
    let found = act.find(tx, by, &draft).await?;
    drafting::use_up(tx, id, now).await?;
    let done = act.take_effect(tx, by, draft, found).await?;
    drafting::spend(tx, id, A::led_to(&done), &signature, &signed).await?;
    for paper in act.papers(&done) {
        papers::keep(tx, app, &signed, paper).await?;
    }
    for entry in act.events(by, &done) {
        journal::record(tx, &app.core, entry.subject, now, entry.cause, &entry.event).await?;
    }
    Ok(done)
}
