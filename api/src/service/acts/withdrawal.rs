//! Withdrawing an application that is queued or stop-listed (R15).

use super::{
    Act, DRAFT_LIFETIME, Drafted, Drafting, Entry, Signer, again::Sending, draft_view, judge,
    keep_draft, perform,
};
use crate::{
    app::App,
    error::{Error, Result},
    service::{
        life::{
            claims, freeing::release, journal::Cause, locking::lock_all_of, referral::lock_settled,
            saving::save_application, settle,
        },
        reading::{applications, views},
        signed::papers::{self, Lines, Paper},
        telling::notices::Subject,
    },
};
use balabaqsha_documents as paper;
use balabaqsha_shared::{
    Language,
    dto::{self, DocumentKind},
    entity::Application,
    event::Event,
    id::{ApplicationId, PersonId},
    rules::r15_withdrawal,
    statement::Statement,
};
use balabaqsha_store::{self as store, Tx, drafts::DraftKind, localities::Locality};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

struct Withdrawal;

/// What the draft keeps until it is signed.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    application_id: ApplicationId,
}

/// Answers with the text to sign.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn create_draft(
    app: &App,
    person: PersonId,
    id: ApplicationId,
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
    id: ApplicationId,
    language: Language,
) -> Result<dto::Draft> {
    let now = app.core.now();
    let (application, locality) = lock_settled(tx, &app.core, person, id, now).await?;
    check(&application)?;
    let drafting = Drafting {
        application: Some(application.id),
        payload: Payload {
            application_id: application.id,
        },
        language,
        expires_at: now + DRAFT_LIFETIME,
    };
    let by = Signer { app, person, now };
    let draft = keep_draft::<Withdrawal>(tx, by, drafting, |draft| Statement::Withdrawal {
        draft,
        child: &application.child,
        application: application.number.as_str(),
        locality: &locality.name,
    })
    .await?;
    Ok(draft_view(&draft))
}

/// Takes the application off the queue; a place that was held for it is free again.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn withdraw(
    app: &App,
    person: PersonId,
    id: ApplicationId,
    request: dto::SignedDraft,
    language: Language,
) -> Result<dto::Application> {
    let fits = |payload: &Payload| payload.application_id == id;
    let sending = Sending::of(person, Withdrawal::KIND, &request);
    let act = async || {
        let judged = judge::<Withdrawal>(app, person, request, fits).await?;
        perform(&Withdrawal, app, person, judged, async |tx, done: Found| {
            views::application(tx, app, person, done.application, language).await
        })
        .await
    };
    let show = async |_| applications::get(app, person, id, language).await;
    sending.once(app, Some(id.uuid()), act, show).await
}

struct Found {
    application: Application,
    locality: Locality,
}

impl Act for Withdrawal {
    const KIND: DraftKind = DraftKind::Withdrawal;
    type Payload = Payload;
    type Found = Found;
    type Done = Found;

    async fn find(&self, tx: &mut Tx, by: Signer<'_>, draft: &Drafted<Payload>) -> Result<Found> {
        let id = draft.payload.application_id;
        // A claim may take part once this application is gone.
        if let Some(child) = store::applications::child_of(tx, id).await? {
            lock_all_of(tx, &child).await?;
        }
        let (application, locality) = lock_settled(tx, &by.app.core, by.person, id, by.now).await?;
        Ok(Found {
            application,
            locality,
        })
    }

    async fn take_effect(
        &self,
        tx: &mut Tx,
        by: Signer<'_>,
        _: Drafted<Payload>,
        found: Found,
    ) -> Result<Found> {
        check(&found.application)?;
        if let Some(hold) = store::holds::live_of(tx, found.application.id).await? {
            release(tx, &by.app.core, hold).await?;
        }
        let withdrawn = found.application.withdraw(by.now)?;
        let application = save_application(tx, withdrawn).await?;
        claims::release(tx, &by.app.core, &application.child.iin, by.now).await?;
        Ok(Found {
            application,
            locality: found.locality,
        })
    }

    fn led_to(done: &Found) -> Uuid {
        done.application.id.uuid()
    }

    fn papers<'a>(&self, done: &'a Found) -> Vec<Paper<'a>> {
        let mut lines = papers::child_lines(&done.application);
        let locality = &done.locality.name;
        lines.push(papers::fact(
            "Елді мекен",
            "Населённый пункт",
            paper::Bilingual::new(&locality.kk, &locality.ru),
        ));
        vec![Paper::Lines(Lines {
            kind: DocumentKind::Withdrawal,
            number: done.application.number.as_str(),
            application: Some(done.application.id),
            referral: None,
            lines,
        })]
    }

    fn events<'a>(&self, by: Signer<'_>, done: &'a Found) -> Vec<Entry<'a>> {
        vec![Entry {
            subject: Subject::Application(&done.application),
            cause: Cause::Person(by.person),
            event: Event::Withdrawn {},
        }]
    }
}

fn check(application: &Application) -> Result<()> {
    Error::by_rule(r15_withdrawal::violations(application.state)).map_or(Ok(()), Err)
}
