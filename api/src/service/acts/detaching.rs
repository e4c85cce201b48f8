//! Ending an attachment (R3): by the applicant or by the attached person, signed.

use super::{
    Act, DRAFT_LIFETIME, Drafted, Drafting, Entry, Signer, again::Sending, draft_view, judge,
    keep_draft, perform,
};
use crate::{
    app::App,
    error::{Error, Result},
    service::{
        life::{detaching, journal::Cause, locking::lock_child_of, visibility::locked},
        reading::attachments::{self, view},
        signed::papers::{self, Lines, Paper},
        telling::notices::Subject,
    },
};
use balabaqsha_documents as paper;
use balabaqsha_shared::{
    Language,
    attachment::AttachmentState,
    code::Code,
    dto::{self, DocumentKind},
    entity::Application,
    event::Event,
    id::{AttachmentId, PersonId},
    statement::Statement,
};
use balabaqsha_store::{
    self as store, Tx, attachments::Attachment, drafts::DraftKind, persons::Person,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

struct Detaching;

/// What the draft keeps until it is signed.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    attachment_id: AttachmentId,
}

/// Answers with the text to sign.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn create_draft(
    app: &App,
    person: PersonId,
    id: AttachmentId,
    request: dto::ActDraftRequest,
) -> Result<dto::Draft> {
    app.core
        .db
        .transact(async |tx| create_draft_in(tx, app, person, id, request.language).await)
        .await
}

async fn create_draft_in(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    id: AttachmentId,
    language: Language,
) -> Result<dto::Draft> {
    // A process of the release before does not know this act.
    if !store::upgrade::finished(tx).await? {
        return Err(Error::refused(Code::Unavailable));
    }
    let now = app.core.now();
    let found = find(tx, person, id).await?;
    let drafting = Drafting {
        application: Some(found.application.id),
        payload: Payload { attachment_id: id },
        language,
        expires_at: now + DRAFT_LIFETIME,
    };
    let by = Signer { app, person, now };
    let draft = keep_draft::<Detaching>(tx, by, drafting, |draft| Statement::Detachment {
        draft,
        child: &found.application.child,
        application: found.application.number.as_str(),
        attached: &found.attached.full_name,
    })
    .await?;
    Ok(draft_view(&draft))
}

/// Ends the attachment: that person does not see the application any more.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn end(
    app: &App,
    person: PersonId,
    id: AttachmentId,
    request: dto::SignedDraft,
) -> Result<dto::Attachment> {
    let fits = |payload: &Payload| payload.attachment_id == id;
    let sending = Sending::of(person, Detaching::KIND, &request);
    let act = async || {
        let judged = judge::<Detaching>(app, person, request, fits).await?;
        perform(&Detaching, app, person, judged, async |_, done: Found| {
            Ok(view(&done.application, &done.attachment))
        })
        .await
    };
    let show = async |id| attachments::asked(app, AttachmentId::new(id)).await;
    sending.once(app, Some(id.uuid()), act, show).await
}

struct Found {
    application: Application,
    attachment: Attachment,
    attached: Person,
}

impl Act for Detaching {
    const KIND: DraftKind = DraftKind::Detachment;
    type Payload = Payload;
    type Found = Found;
    type Done = Found;

    async fn find(&self, tx: &mut Tx, by: Signer<'_>, draft: &Drafted<Payload>) -> Result<Found> {
        find(tx, by.person, draft.payload.attachment_id).await
    }

    async fn take_effect(
        &self,
        tx: &mut Tx,
        by: Signer<'_>,
        _: Drafted<Payload>,
        found: Found,
    ) -> Result<Found> {
        let ended = detaching::end(tx, &by.app.core, found.attachment, Some(by.person)).await?;
        Ok(Found {
            attachment: ended,
            ..found
        })
    }

    fn led_to(done: &Found) -> Uuid {
        done.attachment.id.uuid()
    }

    fn papers<'a>(&self, done: &'a Found) -> Vec<Paper<'a>> {
        let application = &done.application;
        let mut lines = papers::child_lines(application);
        lines.push(papers::fact(
            "Кімге тіркелген еді",
            "К кому было прикреплено",
            paper::Bilingual::same(&done.attached.full_name),
        ));
        vec![Paper::Lines(Lines {
            kind: DocumentKind::Detachment,
            number: application.number.as_str(),
            application: Some(application.id),
            referral: None,
            lines,
        })]
    }

    fn events<'a>(&self, by: Signer<'_>, done: &'a Found) -> Vec<Entry<'a>> {
        vec![Entry {
            subject: Subject::Attachment(&done.application, &done.attachment),
            cause: Cause::Person(by.person),
            event: Event::AttachmentEnded {
                attachment_id: done.attachment.id,
            },
        }]
    }
}

/// The attachment, for its applicant and for whoever is attached by it; locked with its application.
async fn find(tx: &mut Tx, person: PersonId, id: AttachmentId) -> Result<Found> {
    let refused = || Error::refused(Code::NotFound);
    let known = store::attachments::get(tx, id).await?.ok_or_else(refused)?;
    lock_child_of(tx, known.application_id).await?;
    let application = locked(tx, person, known.application_id).await?;
    let attachment = store::attachments::get(tx, id).await?.ok_or_else(refused)?;
    if application.applicant_id != person && attachment.person_id != person {
        return Err(refused());
    }
    if !matches!(attachment.state, AttachmentState::Attached { .. }) {
        return Err(Error::refused(Code::AttachmentNotAttached));
    }
    let attached = store::persons::require(tx, attachment.person_id).await?;
    Ok(Found {
        application,
        attachment,
        attached,
    })
}
