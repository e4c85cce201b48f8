//! Attaching an application to a second parent (R3): asked for with a signature, confirmed by the
//! registry or by the applicant. Until then nothing of it is visible.

use super::{
    Act, DRAFT_LIFETIME, Drafted, Drafting, Entry, Signer, again::Sending, draft_view, judge,
    keep_draft, perform, strangers,
};
use crate::{
    app::App,
    error::{Error, Result},
    outside::registry::Answer,
    service::{
        input::Fields,
        life::{
            claims,
            journal::{self, Cause},
            locking::lock_child_of,
            visibility::{self, locked},
        },
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
    id::{ApplicationId, AttachmentId, PersonId},
    iin::Iin,
    input,
    number::ApplicationNumber,
    rules::r03_attachment,
    statement::Statement,
};
use balabaqsha_store::{self as store, Tx, attachments::Attachment, drafts::DraftKind};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

struct Attaching {
    /// Whether the registry knows the parent as one of the child.
    confirmed: bool,
}

/// What the draft keeps until it is signed.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    application_id: ApplicationId,
    child_iin: Iin,
}

/// Answers with the text to sign, to somebody who knows the child's IIN and the number.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn create_draft(
    app: &App,
    person: PersonId,
    request: &dto::AttachmentDraftRequest,
) -> Result<dto::Draft> {
    let mut fields = Fields::default();
    let child_iin = fields.read("/child_iin", input::iin(&request.child_iin));
    let number = fields.read(
        "/application_number",
        input::application_number(&request.application_number),
    );
    fields.finish()?;
    let (Some(child_iin), Some(number)) = (child_iin, number) else {
        return Err(Error::internal("fields were accepted without values"));
    };
    let asked = Asked { child_iin, number };
    strangers::count(app, person, &asked.child_iin, None).await?;
    app.core
        .db
        .effect(async |tx| create_draft_in(tx, app, person, asked, request.language).await)
        .await
}

/// What somebody has typed in who wants an application attached.
struct Asked {
    child_iin: Iin,
    number: ApplicationNumber,
}

async fn create_draft_in(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    Asked { child_iin, number }: Asked,
    language: Language,
) -> Result<dto::Draft> {
    let now = app.core.now();
    let found = store::applications::by_number(tx, &number).await?;
    let application = check(tx, person, &child_iin, found).await?;
    let drafting = Drafting {
        application: None,
        payload: Payload {
            application_id: application.id,
            child_iin: child_iin.clone(),
        },
        language,
        expires_at: now + DRAFT_LIFETIME,
    };
    let by = Signer { app, person, now };
    let draft = keep_draft::<Attaching>(tx, by, drafting, |draft| Statement::Attachment {
        draft,
        child_iin: &child_iin,
        application: application.number.as_str(),
    })
    .await?;
    Ok(draft_view(&draft))
}

/// Makes the signed request; the registry may confirm it at once.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn request(
    app: &App,
    person: PersonId,
    request: dto::SignedDraft,
) -> Result<dto::Attachment> {
    let sending = Sending::of(person, Attaching::KIND, &request);
    let act = async || {
        let judged = judge::<Attaching>(app, person, request, |_| true).await?;
        let mut tx = app.core.db.read().await?;
        let parent = store::persons::require(&mut tx, person).await?;
        drop(tx);
        let child = &judged.draft.payload.child_iin;
        let answer = app.registry.ask(&parent.iin, child).await;
        let confirmed = matches!(answer, Answer::Yes { .. });
        let act = Attaching { confirmed };
        perform(&act, app, person, judged, async |_, done: Requested| {
            Ok(view(&done.application, &done.attachment))
        })
        .await
    };
    let show = async |id| attachments::asked(app, AttachmentId::new(id)).await;
    sending.once(app, None, act, show).await
}

struct Requested {
    application: Application,
    attachment: Attachment,
}

impl Act for Attaching {
    const KIND: DraftKind = DraftKind::Attachment;
    type Payload = Payload;
    type Found = Option<Application>;
    type Done = Requested;

    async fn find(
        &self,
        tx: &mut Tx,
        _: Signer<'_>,
        draft: &Drafted<Payload>,
    ) -> Result<Option<Application>> {
        lock_child_of(tx, draft.payload.application_id).await?;
        Ok(store::applications::lock(tx, draft.payload.application_id).await?)
    }

    async fn take_effect(
        &self,
        tx: &mut Tx,
        by: Signer<'_>,
        draft: Drafted<Payload>,
        found: Option<Application>,
    ) -> Result<Requested> {
        let application = check(tx, by.person, &draft.payload.child_iin, found).await?;
        let state = if self.confirmed {
            AttachmentState::Attached { at: by.now }
        } else {
            AttachmentState::Pending
        };
        // A claim may have asked already, of which its applicant does not know.
        let asked = store::attachments::live_of(tx, application.id, by.person).await?;
        let attachment = match asked {
            Some(asked) => {
                store::attachments::disclose(tx, asked.id, by.now).await?;
                if self.confirmed {
                    store::attachments::decide(tx, asked.id, state, None).await?;
                }
                Attachment {
                    state,
                    requested_at: by.now,
                    claim_id: None,
                    ..asked
                }
            }
            None => {
                let attachment = Attachment {
                    id: AttachmentId::new(by.app.core.new_id()),
                    application_id: application.id,
                    person_id: by.person,
                    state,
                    requested_at: by.now,
                    claim_id: None,
                };
                store::attachments::insert(tx, &attachment).await?;
                attachment
            }
        };
        if self.confirmed {
            // Whoever is attached claims nothing against it any more (R27).
            claims::release(tx, &by.app.core, &application.child.iin, by.now).await?;
        }
        Ok(Requested {
            application,
            attachment,
        })
    }

    fn led_to(done: &Requested) -> Uuid {
        done.attachment.id.uuid()
    }

    fn papers<'a>(&self, done: &'a Requested) -> Vec<Paper<'a>> {
        let application = &done.application;
        let lines = vec![
            papers::fact(
                "Баланың ЖСН-і",
                "ИИН ребёнка",
                paper::Bilingual::same(application.child.iin.masked()),
            ),
            papers::fact(
                "Өтініш нөмірі",
                "Номер заявления",
                paper::Bilingual::same(application.number.as_str()),
            ),
        ];
        vec![Paper::Lines(Lines {
            kind: DocumentKind::Attachment,
            number: application.number.as_str(),
            application: Some(application.id),
            referral: None,
            lines,
        })]
    }

    fn events<'a>(&self, by: Signer<'_>, done: &'a Requested) -> Vec<Entry<'a>> {
        let attachment_id = done.attachment.id;
        let entry = |cause, event| Entry {
            subject: Subject::Attachment(&done.application, &done.attachment),
            cause,
            event,
        };
        let requested = Event::AttachmentRequested { attachment_id };
        let mut entries = vec![entry(Cause::Person(by.person), requested)];
        if self.confirmed {
            entries.push(entry(Cause::Rules, Event::Attached { attachment_id }));
        }
        entries
    }
}

/// R3: the application, for somebody who may ask for it.
async fn check(
    tx: &mut Tx,
    person: PersonId,
    child: &Iin,
    found: Option<Application>,
) -> Result<Application> {
    let found = found.filter(|application| application.child.iin == *child);
    let (visible, live) = match &found {
        Some(application) => (
            visibility::permits(tx, person, application).await?,
            store::attachments::live_of(tx, application.id, person).await?,
        ),
        None => (false, None),
    };
    let violations = r03_attachment::violations(&r03_attachment::Attachment {
        found: found.is_some(),
        visible,
        pending: live.is_some_and(|known| {
            known.state == AttachmentState::Pending && known.claim_id.is_none()
        }),
    });
    match Error::by_rule(violations) {
        Some(refusal) => Err(refusal),
        None => found.ok_or_else(|| Error::refused(Code::AttachmentNotFound)),
    }
}

/// The applicant's answer. The same answer once more changes nothing.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn decide(
    app: &App,
    person: PersonId,
    id: AttachmentId,
    decision: dto::AttachmentDecision,
) -> Result<()> {
    app.core
        .db
        .effect(async |tx| decide_in(tx, app, person, id, decision.accept).await)
        .await
}

async fn decide_in(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    id: AttachmentId,
    accept: bool,
) -> Result<()> {
    let now = app.core.now();
    let refused = || Error::refused(Code::NotFound);
    let known = store::attachments::get(tx, id).await?.ok_or_else(refused)?;
    lock_child_of(tx, known.application_id).await?;
    let application = locked(tx, person, known.application_id).await?;
    // An attached parent does not decide about further requests.
    if application.applicant_id != person {
        return Err(refused());
    }
    let attachment = store::attachments::get(tx, id).await?.ok_or_else(refused)?;
    match (attachment.state, accept) {
        (AttachmentState::Attached { .. }, true) | (AttachmentState::Declined { .. }, false) => {
            return Ok(());
        }
        _ => {}
    }
    let decided = if accept {
        attachment.state.accept(now)
    } else {
        attachment.state.decline(now)
    };
    let decided = Attachment {
        state: decided.map_err(|_| Error::refused(Code::AttachmentDecided))?,
        ..attachment
    };
    if !store::attachments::decide(tx, id, decided.state, Some(person)).await? {
        return Err(Error::refused(Code::AttachmentDecided));
    }
    let event = if accept {
        Event::Attached { attachment_id: id }
    } else {
        Event::AttachmentDeclined { attachment_id: id }
    };
    let subject = Subject::Attachment(&application, &decided);
    journal::record(tx, &app.core, subject, now, Cause::Person(person), &event).await?;
    if accept {
        claims::release(tx, &app.core, &application.child.iin, now).await?;
    }
    Ok(())
}
