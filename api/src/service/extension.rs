//! Extending a referral (R13): once, with a reason, to a day that the parent chooses.

use super::{
    acts::{self, About},
    again::Sending,
    documents::{self, SignedAct},
    error::{Error, Result},
    input::Fields,
    referrals::{self, lock_referral},
    settle, views,
};
use crate::state::App;
use balabaqsha_documents as paper;
use balabaqsha_shared::{
    Language,
    code::Code,
    comment::Comment,
    dto::{self, DocumentKind, EventKind},
    id::{PersonId, ReferralId},
    referral::{ExtensionReason, ReferralState},
    rules::r13_extension::{self, Standing, Wish},
    statement::Statement,
};
use balabaqsha_store::{
    self as store, Tx,
    applications::Application,
    drafts::DraftKind,
    kindergartens::Place,
    localities::Locality,
    referrals::{Extension, Referral},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What the draft keeps until it is signed.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    referral_id: ReferralId,
    until: NaiveDate,
    reason: ExtensionReason,
    comment: Option<Comment>,
}

/// Checks the day and the reason and answers with the text to sign.
pub async fn create_draft(
    app: &App,
    person: PersonId,
    id: ReferralId,
    request: dto::ExtensionDraftRequest,
) -> Result<dto::Draft> {
    settle::sweep(app).await?;
    app.db
        .transact(async |tx| create_draft_in(tx, app, person, id, request).await)
        .await
}

async fn create_draft_in(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    id: ReferralId,
    request: dto::ExtensionDraftRequest,
) -> Result<dto::Draft> {
    let now = app.now();
    let (referral, application, locality) = lock_referral(tx, app, person, id, now).await?;
    let mut fields = Fields::default();
    let comment = fields.comment("/comment", &request.comment);
    fields.finish()?;
    let wish = Wish {
        until: request.until,
        reason: request.reason,
        explained: comment.is_some(),
    };
    check(&referral, &locality, &wish, now)?;
    let reason = request
        .reason
        .ok_or_else(|| Error::refused(Code::ReasonRequired))?;
    let place = store::kindergartens::require_place(tx, referral.group_id).await?;
    let about = About {
        kind: DraftKind::Extension,
        application: Some(application.id),
        payload: Payload {
            referral_id: referral.id,
            until: request.until,
            reason,
            comment: comment.clone(),
        },
        language: request.language,
    };
    acts::keep_draft(tx, app, person, about, now, |draft| Statement::Extension {
        draft,
        child: &application.child,
        referral: referral.number.as_str(),
        kindergarten: &place.kindergarten.name,
        deadline: referral.deadline,
        until: request.until,
        reason,
        comment: comment.as_ref(),
    })
    .await
}

/// Moves the deadline to the signed day.
pub async fn extend(
    app: &App,
    person: PersonId,
    id: ReferralId,
    request: dto::SignedDraft,
    language: Language,
) -> Result<dto::Referral> {
    let fits = |payload: &Payload| payload.referral_id == id;
    let sending = Sending::of(person, DraftKind::Extension, &request);
    let act = async || {
        let judged = acts::judge(app, person, request, DraftKind::Extension, fits).await?;
        app.db
            .transact(async |tx| {
                let referral = extend_in(tx, app, person, judged).await?;
                sending.spend(tx, referral.id.uuid()).await?;
                views::referral(tx, app, referral, language).await
            })
            .await
    };
    let show = async |_| referrals::get(app, person, id, language).await;
    sending.once(app, Some(id.uuid()), act, show).await
}

async fn extend_in(
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
    let wish = Wish {
        until: payload.until,
        reason: Some(payload.reason),
        explained: payload.comment.is_some(),
    };
    check(&referral, &locality, &wish, now)?;
    let extension = Extension {
        at: now,
        previous_deadline: referral.deadline,
        reason: payload.reason,
        comment: payload.comment,
    };
    let extended = extended(referral, payload.until, extension)?;
    let known = extended.extension.as_ref();
    let moved = match known {
        Some(known) => store::referrals::extend(tx, extended.id, extended.deadline, known).await?,
        None => false,
    };
    if !moved {
        return Err(Error::internal("a locked referral changed"));
    }
    keep_papers(tx, app, &act, &application, &locality, &extended).await?;
    views::journal(
        tx,
        app,
        application.id,
        now,
        (EventKind::ReferralExtended, "R13"),
        Some(person),
        json!({
            "number": extended.number,
            "deadline": extended.deadline,
            "previous_deadline": known.map(|known| known.previous_deadline),
            "reason": payload.reason,
        }),
    )
    .await?;
    Ok(extended)
}

/// The referral as it is from now on.
fn extended(referral: Referral, until: NaiveDate, extension: Extension) -> Result<Referral> {
    let state: ReferralState = referral
        .state
        .extend(extension.extended())
        .map_err(|error| store::Error::inconsistent("referrals", referral.id, error))?;
    Ok(Referral {
        state,
        deadline: until,
        extension: Some(extension),
        ..referral
    })
}

/// R13, with violations at the fields that they are about.
fn check(referral: &Referral, locality: &Locality, wish: &Wish, now: DateTime<Utc>) -> Result<()> {
    let closed = r13_extension::closed(&Standing {
        state: referral.state,
        deadline: referral.deadline,
        now,
    });
    // Of a referral that cannot be extended at all, the chosen day has nothing to say.
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

/// The act itself, and the referral anew with its new deadline; the old one stays as history.
async fn keep_papers(
    tx: &mut Tx,
    app: &App,
    act: &SignedAct,
    application: &Application,
    locality: &Locality,
    referral: &Referral,
) -> Result<()> {
    let place = store::kindergartens::require_place(tx, referral.group_id).await?;
    let about = (application.id, Some(referral.id));
    let named = (DocumentKind::Extension, referral.number.as_str());
    let lines = lines(application, referral, &place);
    act.keep_lines(tx, app, named, about, lines).await?;
    let of = (application, locality);
    act.keep_referral(tx, app, of, (referral, &place)).await
}

fn lines(application: &Application, referral: &Referral, place: &Place) -> Vec<paper::Fact> {
    let mut lines = documents::child_lines(application);
    lines.push(documents::kindergarten_line(place));
    if let Some(extension) = &referral.extension {
        lines.push(documents::fact(
            ("Бұрынғы соңғы күн", "Прежний последний день прибытия"),
            documents::day(extension.previous_deadline),
        ));
        lines.push(documents::fact(
            ("Жаңа соңғы күн", "Новый последний день прибытия"),
            documents::day(referral.deadline),
        ));
        let reason = extension.reason;
        lines.push(documents::fact(
            ("Себебі", "Причина"),
            paper::Bilingual::new(reason.name(Language::Kk), reason.name(Language::Ru)),
        ));
        lines.extend(extension.comment.as_ref().map(|comment| {
            documents::fact(
                ("Түсініктеме", "Пояснение"),
                paper::Bilingual::same(comment.as_str()),
            )
        }));
    }
    lines
}
