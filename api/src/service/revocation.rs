//! Revoking a referral (R14): the place is free again and the child stands where it stood.

use super::{
    acts::{self, About},
    again::Sending,
    documents,
    error::{Error, Result},
    referrals::{self, lock_referral},
    settle, views,
};
use crate::state::App;
use balabaqsha_documents as paper;
use balabaqsha_shared::{
    Language,
    dto::{self, DocumentKind, EventKind},
    id::{PersonId, ReferralId},
    rules::r14_revocation::{self, Revocation},
    statement::Statement,
    time,
};
use balabaqsha_store::{
    self as store, Tx, drafts::DraftKind, localities::Locality, referrals::Referral,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What the draft keeps until it is signed.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    referral_id: ReferralId,
}

/// Answers with the text to sign, while it is not too late.
pub async fn create_draft(
    app: &App,
    person: PersonId,
    id: ReferralId,
    request: dto::ActDraftRequest,
) -> Result<dto::Draft> {
    settle::sweep(app).await?;
    app.db
        .transact(async |tx| create_draft_in(tx, app, person, id, request.language).await)
        .await
}

async fn create_draft_in(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    id: ReferralId,
    language: Language,
) -> Result<dto::Draft> {
    let now = app.now();
    let (referral, application, locality) = lock_referral(tx, app, person, id, now).await?;
    check(&referral, &locality, now)?;
    let place = store::kindergartens::require_place(tx, referral.group_id).await?;
    let about = About {
        kind: DraftKind::Revocation,
        application: Some(application.id),
        payload: Payload {
            referral_id: referral.id,
        },
        language,
    };
    acts::keep_draft(tx, app, person, about, now, |draft| Statement::Revocation {
        draft,
        child: &application.child,
        referral: referral.number.as_str(),
        kindergarten: &place.kindergarten.name,
        submitted_at: application.submitted_at,
    })
    .await
}

/// Ends the referral, frees its place and queues the child again, all or nothing.
pub async fn revoke(
    app: &App,
    person: PersonId,
    id: ReferralId,
    request: dto::SignedDraft,
    language: Language,
) -> Result<dto::Referral> {
    let fits = |payload: &Payload| payload.referral_id == id;
    let sending = Sending::of(person, DraftKind::Revocation, &request);
    let act = async || {
        let judged = acts::judge(app, person, request, DraftKind::Revocation, fits).await?;
        app.db
            .transact(async |tx| {
                let referral = revoke_in(tx, app, person, judged).await?;
                sending.spend(tx, referral.id.uuid()).await?;
                views::referral(tx, app, referral, language).await
            })
            .await
    };
    let show = async |_| referrals::get(app, person, id, language).await;
    sending.once(app, Some(id.uuid()), act, show).await
}

async fn revoke_in(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    judged: acts::Judged<Payload>,
) -> Result<Referral> {
    let acts::Judged {
        draft,
        payload,
        act,
        now,
    } = judged;
    let (referral, application, locality) =
        lock_referral(tx, app, person, payload.referral_id, now).await?;
    acts::use_up(tx, draft, now).await?;
    check(&referral, &locality, now)?;
    let revoked = referral
        .state
        .revoke(now)
        .map_err(|error| store::Error::inconsistent("referrals", referral.id, error))?;
    referrals::give_back(tx, app, (&referral, &application), revoked).await?;

    let place = store::kindergartens::require_place(tx, referral.group_id).await?;
    let mut lines = documents::child_lines(&application);
    lines.push(documents::kindergarten_line(&place));
    lines.push(documents::fact(
        ("Кезекке қойылған сәт", "Момент подачи заявления"),
        paper::Bilingual::same(
            time::local(application.submitted_at)
                .format(time::MOMENT)
                .to_string(),
        ),
    ));
    let named = (DocumentKind::Revocation, referral.number.as_str());
    let about = (application.id, Some(referral.id));
    act.keep_lines(tx, app, named, about, lines).await?;
    views::journal(
        tx,
        app,
        application.id,
        now,
        (EventKind::ReferralRevoked, "R14"),
        Some(person),
        json!({"number": referral.number}),
    )
    .await?;
    Ok(Referral {
        state: revoked,
        ..referral
    })
}

fn check(referral: &Referral, locality: &Locality, now: DateTime<Utc>) -> Result<()> {
    let violations = r14_revocation::violations(&Revocation {
        state: referral.state,
        revocable_until: referral.revocable_until,
        now,
        profile: &locality.rules,
    });
    Error::by_rule(violations).map_or(Ok(()), Err)
}
