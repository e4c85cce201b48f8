//! Withdrawing an application that is queued or stop-listed (R15).

use super::{
    acts::{self, About},
    again::Sending,
    applications, documents,
    error::{Error, Result},
    referrals::lock_settled,
    settle, views,
};
use crate::state::App;
use balabaqsha_documents as paper;
use balabaqsha_shared::{
    Language,
    dto::{self, DocumentKind, EventKind},
    id::{ApplicationId, PersonId},
    rules::r15_withdrawal,
    statement::Statement,
};
use balabaqsha_store::{
    self as store, Tx, applications::Application, drafts::DraftKind, holds::HoldState,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What the draft keeps until it is signed.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    application_id: ApplicationId,
}

/// Answers with the text to sign.
pub async fn create_draft(
    app: &App,
    person: PersonId,
    id: ApplicationId,
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
    id: ApplicationId,
    language: Language,
) -> Result<dto::Draft> {
    let now = app.now();
    let (application, locality) = lock_settled(tx, app, person, id, now).await?;
    check(&application)?;
    let about = About {
        kind: DraftKind::Withdrawal,
        application: Some(application.id),
        payload: Payload {
            application_id: application.id,
        },
        language,
    };
    acts::keep_draft(tx, app, person, about, now, |draft| Statement::Withdrawal {
        draft,
        child: &application.child,
        application: application.number.as_str(),
        locality: &locality.name,
    })
    .await
}

/// Takes the application off the queue; a place that was held for it is free again.
pub async fn withdraw(
    app: &App,
    person: PersonId,
    id: ApplicationId,
    request: dto::SignedDraft,
    language: Language,
) -> Result<dto::Application> {
    let fits = |payload: &Payload| payload.application_id == id;
    let sending = Sending::of(person, DraftKind::Withdrawal, &request);
    let act = async || {
        let judged = acts::judge(app, person, request, DraftKind::Withdrawal, fits).await?;
        app.db
            .transact(async |tx| {
                let application = withdraw_in(tx, app, person, judged).await?;
                sending.spend(tx, application.id.uuid()).await?;
                views::application(tx, app, application, language).await
            })
            .await
    };
    let show = async |_| applications::get(app, person, id, language).await;
    sending.once(app, Some(id.uuid()), act, show).await
}

async fn withdraw_in(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    judged: acts::Judged<Payload>,
) -> Result<Application> {
    let acts::Judged {
        draft,
        payload,
        act,
        now,
    } = judged;
    let (application, locality) =
        lock_settled(tx, app, person, payload.application_id, now).await?;
    acts::use_up(tx, draft, now).await?;
    check(&application)?;
    if let Some(hold) = store::holds::live_of(tx, application.id).await? {
        settle::end_hold(tx, app, &hold, HoldState::Released).await?;
    }
    let withdrawn = application
        .state
        .withdraw(now)
        .map_err(|error| store::Error::inconsistent("applications", application.id, error))?;
    applications::move_to(tx, &application, withdrawn).await?;
    let mut lines = documents::child_lines(&application);
    lines.push(documents::fact(
        ("Елді мекен", "Населённый пункт"),
        paper::Bilingual::new(&locality.name.kk, &locality.name.ru),
    ));
    let named = (DocumentKind::Withdrawal, application.number.as_str());
    act.keep_lines(tx, app, named, (application.id, None), lines)
        .await?;
    views::journal(
        tx,
        app,
        application.id,
        now,
        (EventKind::Withdrawn, "R15"),
        Some(person),
        json!({}),
    )
    .await?;
    Ok(Application {
        state: withdrawn,
        ..application
    })
}

fn check(application: &Application) -> Result<()> {
    Error::by_rule(r15_withdrawal::violations(application.state)).map_or(Ok(()), Err)
}
