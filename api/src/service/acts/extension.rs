//! Extending a referral (R13): once, with a reason, to a day that the parent chooses.

use super::{
    Act, DRAFT_LIFETIME, Drafted, Drafting, Entry, Referring, Signer, again::Sending, draft_view,
    judge, keep_draft, perform,
};
use crate::{
    app::App,
    error::{Error, Result},
    service::{
        input::Fields,
        life::{
            journal::Cause,
            referral::{Locked, lock_referral},
            saving::save_referral,
            settle,
        },
        reading::referrals,
        signed::papers::{self, Lines, Paper},
    },
};
use balabaqsha_documents as paper;
use balabaqsha_shared::{
    Language,
    code::Code,
    comment::Comment,
    dto::{self, DocumentKind},
    entity::Referral,
    event::Event,
    id::{PersonId, ReferralId},
    input,
    referral::ExtensionReason,
    rules::r13_extension::{self, Standing, Wish},
    statement::Statement,
};
use balabaqsha_store::{Tx, drafts::DraftKind, localities::Locality};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

struct Extension;

/// What the draft keeps until it is signed.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    referral_id: ReferralId,
    until: NaiveDate,
    reason: ExtensionReason,
    comment: Option<Comment>,
}

/// Checks the day and the reason and answers with the text to sign.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn create_draft(
    app: &App,
    person: PersonId,
    id: ReferralId,
    request: dto::ExtensionDraftRequest,
) -> Result<dto::Draft> {
    settle::transact(app, async |tx| {
        create_draft_in(tx, app, person, id, request).await
    })
    .await
}

async fn create_draft_in(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    id: ReferralId,
    request: dto::ExtensionDraftRequest,
) -> Result<dto::Draft> {
    let now = app.core.now();
    let found = lock_referral(tx, &app.core, person, id, now).await?;
    let mut fields = Fields::default();
    let comment = fields
        .read("/comment", input::comment(&request.comment))
        .flatten();
    fields.finish()?;
    let wish = Wish {
        until: request.until,
        reason: request.reason,
        explained: comment.is_some(),
    };
    check(&found.referral, &found.locality, &wish, now)?;
    let reason = request
        .reason
        .ok_or_else(|| Error::refused(Code::ReasonRequired))?;
    let drafting = Drafting {
        application: Some(found.application.id),
        payload: Payload {
            referral_id: found.referral.id,
            until: request.until,
            reason,
            comment: comment.clone(),
        },
        language: request.language,
        expires_at: now + DRAFT_LIFETIME,
    };
    let by = Signer { app, person, now };
    let draft = keep_draft::<Extension>(tx, by, drafting, |draft| Statement::Extension {
        draft,
        child: &found.application.child,
        referral: found.referral.number.as_str(),
        kindergarten: &found.place.kindergarten.name,
        deadline: found.referral.deadline,
        until: request.until,
        reason,
        comment: comment.as_ref(),
    })
    .await?;
    Ok(draft_view(&draft))
}

/// Moves the deadline to the signed day.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn extend(
    app: &App,
    person: PersonId,
    id: ReferralId,
    request: dto::SignedDraft,
    language: Language,
) -> Result<dto::Referral> {
    let fits = |payload: &Payload| payload.referral_id == id;
    let sending = Sending::of(person, Extension::KIND, &request);
    let act = async || {
        let judged = judge::<Extension>(app, person, request, fits).await?;
        let answer = async |_: &mut Tx, done: Extended| done.of.view(app, language);
        perform(&Extension, app, person, judged, answer).await
    };
    let show = async |_| referrals::get(app, person, id, language).await;
    sending.once(app, Some(id.uuid()), act, show).await
}

struct Extended {
    of: Referring,
    previous_deadline: NaiveDate,
    reason: ExtensionReason,
}

impl Act for Extension {
    const KIND: DraftKind = DraftKind::Extension;
    type Payload = Payload;
    type Found = Locked;
    type Done = Extended;

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
        draft: Drafted<Payload>,
        mut found: Locked,
    ) -> Result<Extended> {
        let Payload {
            until,
            reason,
            comment,
            ..
        } = draft.payload;
        let wish = Wish {
            until,
            reason: Some(reason),
            explained: comment.is_some(),
        };
        check(&found.referral, &found.locality, &wish, by.now)?;
        let previous_deadline = found.referral.deadline;
        let extended = found.referral.extend(until, reason, comment, by.now)?;
        found.referral = save_referral(tx, extended).await?;
        let calendar = by.app.core.calendar.current(tx).await?;
        Ok(Extended {
            of: Referring::of(found, calendar),
            previous_deadline,
            reason,
        })
    }

    fn led_to(done: &Extended) -> Uuid {
        done.of.referral.id.uuid()
    }

    /// The act itself, and the referral anew with its new deadline; the old one stays as history.
    fn papers<'a>(&self, done: &'a Extended) -> Vec<Paper<'a>> {
        let act = Paper::Lines(Lines {
            kind: DocumentKind::Extension,
            number: done.of.referral.number.as_str(),
            application: Some(done.of.application.id),
            referral: Some(done.of.referral.id),
            lines: lines(&done.of),
        });
        vec![act, done.of.paper()]
    }

    fn events<'a>(&self, by: Signer<'_>, done: &'a Extended) -> Vec<Entry<'a>> {
        vec![Entry {
            subject: done.of.subject(),
            cause: Cause::Person(by.person),
            event: Event::ReferralExtended {
                number: done.of.referral.number.clone(),
                deadline: done.of.referral.deadline,
                previous_deadline: done.previous_deadline,
                reason: done.reason,
            },
        }]
    }
}

fn check(referral: &Referral, locality: &Locality, wish: &Wish, now: DateTime<Utc>) -> Result<()> {
    let closed = r13_extension::closed(&Standing {
        state: referral.state,
        deadline: referral.deadline,
        now,
    });
    // If the referral cannot be extended at all, problems with the date are not reported.
    let violations = if closed.is_empty() {
        r13_extension::refused(wish, referral.deadline, &locality.rules)
    } else {
        closed
    };
    let explain = wish.reason.is_some();
    let pointer = |code| match code {
        Code::ExtensionNotLater | Code::ExtensionTooLong => "/until",
        Code::ReasonRequired if explain => "/comment",
        Code::ReasonRequired => "/reason",
        _ => "",
    };
    Error::by_rule_on(violations, pointer).map_or(Ok(()), Err)
}

fn lines(done: &Referring) -> Vec<paper::Fact> {
    let (application, referral, place) = (&done.application, &done.referral, &done.place);
    let mut lines = papers::child_lines(application);
    lines.push(papers::kindergarten_line(place));
    if let Some(extension) = &referral.extension {
        lines.push(papers::fact(
            "Бұрынғы соңғы күн",
            "Прежний последний день прибытия",
            papers::day(extension.previous_deadline),
        ));
        lines.push(papers::fact(
            "Жаңа соңғы күн",
            "Новый последний день прибытия",
            papers::day(referral.deadline),
        ));
        let reason = extension.reason;
        lines.push(papers::fact(
            "Себебі",
            "Причина",
            paper::Bilingual::new(reason.name(Language::Kk), reason.name(Language::Ru)),
        ));
        lines.extend(extension.comment.as_ref().map(|comment| {
            papers::fact(
                "Түсініктеме",
                "Пояснение",
                paper::Bilingual::same(comment.as_str()),
            )
        }));
    }
    lines
}
