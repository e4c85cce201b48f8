//! Revoking a referral (R14): the place is free again and the child stands where it stood.

use super::{
    Act, DRAFT_LIFETIME, Drafted, Drafting, Entry, Referring, Signer, again::Sending, draft_view,
    judge, keep_draft, perform,
};
use crate::{
    app::App,
    error::{Error, Result},
    service::{
        life::{
            journal::Cause,
            referral::{Locked, give_back, lock_referral},
            settle,
        },
        reading::referrals,
        signed::papers::{self, Lines, Paper},
    },
};
use balabaqsha_documents as paper;
use balabaqsha_shared::{
    Language,
    dto::{self, DocumentKind},
    entity::Referral,
    event::Event,
    id::{PersonId, ReferralId},
    rules::r14_revocation::{self, Revocation as Facts},
    statement::Statement,
    time,
};
use balabaqsha_store::{Tx, drafts::DraftKind, localities::Locality};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

struct Revocation;

/// What the draft keeps until it is signed.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    referral_id: ReferralId,
}

/// Answers with the text to sign, while it is not too late.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn create_draft(
    app: &App,
    person: PersonId,
    id: ReferralId,
    request: dto::ActDraftRequest,
) -> Result<dto::Draft> {
    settle::transact(app, async |tx| {
        create_draft_in(tx, app, person, id, request.language).await
    })
    .await
}

async fn create_draft_in(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    id: ReferralId,
    language: Language,
) -> Result<dto::Draft> {
    let now = app.core.now();
    let found = lock_referral(tx, &app.core, person, id, now).await?;
    check(&found.referral, &found.locality, now)?;
    let drafting = Drafting {
        application: Some(found.application.id),
        payload: Payload {
            referral_id: found.referral.id,
        },
        language,
        expires_at: now + DRAFT_LIFETIME,
    };
    let by = Signer { app, person, now };
    let draft = keep_draft::<Revocation>(tx, by, drafting, |draft| Statement::Revocation {
        draft,
        child: &found.application.child,
        referral: found.referral.number.as_str(),
        kindergarten: &found.place.kindergarten.name,
        submitted_at: found.application.submitted_at,
    })
    .await?;
    Ok(draft_view(&draft))
}

/// Ends the referral, frees its place and queues the child again, all or nothing.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn revoke(
    app: &App,
    person: PersonId,
    id: ReferralId,
    request: dto::SignedDraft,
    language: Language,
) -> Result<dto::Referral> {
    let fits = |payload: &Payload| payload.referral_id == id;
    let sending = Sending::of(person, Revocation::KIND, &request);
    let act = async || {
        let judged = judge::<Revocation>(app, person, request, fits).await?;
        let answer = async |_: &mut Tx, done: Referring| done.view(app, language);
        perform(&Revocation, app, person, judged, answer).await
    };
    let show = async |_| referrals::get(app, person, id, language).await;
    sending.once(app, Some(id.uuid()), act, show).await
}

impl Act for Revocation {
    const KIND: DraftKind = DraftKind::Revocation;
    type Payload = Payload;
    type Found = Locked;
    type Done = Referring;

    async fn find(&self, tx: &mut Tx, by: Signer<'_>, draft: &Drafted<Payload>) -> Result<Locked> {
        lock_referral(
            tx,
            &by.app.core,
            by.person,
            draft.payload.referral_id,
            by.now,
        )
        .await
    }

    async fn take_effect(
        &self,
        tx: &mut Tx,
        by: Signer<'_>,
        _: Drafted<Payload>,
        found: Locked,
    ) -> Result<Referring> {
        check(&found.referral, &found.locality, by.now)?;
        let (place, locality) = (found.place, found.locality);
        let revoked = found.referral.revoke(by.now)?;
        let (referral, application) = give_back(
            tx,
            &by.app.core,
            revoked,
            found.application,
            &place,
            &locality,
        )
        .await?;
        Ok(Referring {
            referral,
            application,
            locality,
            place,
            calendar: by.app.core.calendar.current(tx).await?,
        })
    }

    fn led_to(done: &Referring) -> Uuid {
        done.referral.id.uuid()
    }

    fn papers<'a>(&self, done: &'a Referring) -> Vec<Paper<'a>> {
        let mut lines = papers::child_lines(&done.application);
        lines.push(papers::kindergarten_line(&done.place));
        let submitted_at = time::local(done.application.submitted_at);
        lines.push(papers::fact(
            "Кезекке қойылған сәт",
            "Момент подачи заявления",
            paper::Bilingual::same(submitted_at.format(time::MOMENT).to_string()),
        ));
        vec![Paper::Lines(Lines {
            kind: DocumentKind::Revocation,
            number: done.referral.number.as_str(),
            application: Some(done.application.id),
            referral: Some(done.referral.id),
            lines,
        })]
    }

    fn events<'a>(&self, by: Signer<'_>, done: &'a Referring) -> Vec<Entry<'a>> {
        vec![Entry {
            subject: done.subject(),
            cause: Cause::Person(by.person),
            event: Event::ReferralRevoked {
                number: done.referral.number.clone(),
            },
        }]
    }
}

fn check(referral: &Referral, locality: &Locality, now: DateTime<Utc>) -> Result<()> {
    let violations = r14_revocation::violations(&Facts {
        state: referral.state,
        revocable_until: referral.revocable_until,
        now,
        profile: &locality.rules,
    });
    Error::by_rule(violations).map_or(Ok(()), Err)
}
