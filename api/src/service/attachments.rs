//! Attaching an application to a second parent (R3): asked for with a signature, confirmed by the
//! registry or by the applicant. Until then nothing of it is visible.

use super::{
    access::{self, locked},
    acts::{self, About},
    again::Sending,
    documents,
    error::{Error, Result},
    input::Fields,
    views,
};
use crate::state::App;
use balabaqsha_documents as paper;
use balabaqsha_shared::{
    Language,
    attachment::AttachmentState,
    code::Code,
    dto::{self, DocumentKind, EventKind},
    id::{ApplicationId, AttachmentId, PersonId},
    iin::Iin,
    mask,
    number::ApplicationNumber,
    rules::r03_attachment,
    statement::Statement,
};
use balabaqsha_store::{
    self as store, Tx, applications::Application, attachments::Attachment, drafts::DraftKind,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// More than anybody has; the list is no archive.
const LIST_LIMIT: i64 = 100;

/// What the draft keeps until it is signed.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    application_id: ApplicationId,
    child_iin: Iin,
}

/// Answers with the text to sign, to somebody who knows the child's IIN and the number.
pub async fn create_draft(
    app: &App,
    person: PersonId,
    request: &dto::AttachmentDraftRequest,
) -> Result<dto::Draft> {
    let mut fields = Fields::default();
    let child_iin = fields.iin("/child_iin", &request.child_iin);
    let number = fields.filled("/application_number", &request.application_number);
    fields.finish()?;
    let (Some(child_iin), Some(number)) = (child_iin, number) else {
        return Err(Error::internal("fields were accepted without values"));
    };
    let asked = Asked { child_iin, number };
    app.db
        .transact(async |tx| create_draft_in(tx, app, person, asked, request.language).await)
        .await
}

/// What somebody has typed in who wants an application attached.
struct Asked {
    child_iin: Iin,
    number: String,
}

async fn create_draft_in(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    Asked { child_iin, number }: Asked,
    language: Language,
) -> Result<dto::Draft> {
    let now = app.now();
    let found = match ApplicationNumber::parse(&number.to_uppercase()) {
        Ok(number) => store::applications::by_number(tx, &number).await?,
        Err(_) => None,
    };
    let application = check(tx, person, &child_iin, found).await?;
    let about = About {
        kind: DraftKind::Attachment,
        application: None,
        payload: Payload {
            application_id: application.id,
            child_iin: child_iin.clone(),
        },
        language,
    };
    acts::keep_draft(tx, app, person, about, now, |draft| Statement::Attachment {
        draft,
        child_iin: &child_iin,
        application: application.number.as_str(),
    })
    .await
}

/// Makes the signed request; the registry may confirm it at once.
pub async fn request(
    app: &App,
    person: PersonId,
    request: dto::SignedDraft,
) -> Result<dto::Attachment> {
    let sending = Sending::of(person, DraftKind::Attachment, &request);
    let act = async || {
        let fits = |_: &Payload| true;
        let judged = acts::judge(app, person, request, DraftKind::Attachment, fits).await?;
        let mut tx = app.db.read().await?;
        let parent = store::persons::require(&mut tx, person).await?;
        drop(tx);
        let child = &judged.payload.child_iin;
        let confirmed = app.registry.confirms(&parent.iin, child).await;
        app.db
            .transact(async |tx| {
                let attachment = request_in(tx, app, person, judged, confirmed).await?;
                sending.spend(tx, attachment.id.uuid()).await?;
                Ok(attachment)
            })
            .await
    };
    let show = async |id| get(app, AttachmentId::new(id)).await;
    sending.once(app, None, act, show).await
}

/// An attachment, for whoever is known to have asked for it.
async fn get(app: &App, id: AttachmentId) -> Result<dto::Attachment> {
    let mut tx = app.db.read().await?;
    let attachment = store::attachments::get(&mut tx, id)
        .await?
        .ok_or_else(|| Error::refused(Code::NotFound))?;
    let application = store::applications::require(&mut tx, attachment.application_id).await?;
    Ok(view(&application, &attachment))
}

async fn request_in(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    judged: acts::Judged<Payload>,
    confirmed: bool,
) -> Result<dto::Attachment> {
    let acts::Judged {
        draft,
        payload,
        act,
        now,
    } = judged;
    let found = store::applications::lock(tx, payload.application_id).await?;
    acts::use_up(tx, draft, now).await?;
    let application = check(tx, person, &payload.child_iin, found).await?;
    let attachment = Attachment {
        id: AttachmentId::new(app.new_id()),
        application_id: application.id,
        person_id: person,
        state: if confirmed {
            AttachmentState::Attached { at: now }
        } else {
            AttachmentState::Pending
        },
        requested_at: now,
    };
    store::attachments::insert(tx, &attachment).await?;
    let named = (DocumentKind::Attachment, application.number.as_str());
    let lines = vec![
        documents::fact(
            ("Баланың ЖСН", "ИИН ребёнка"),
            paper::Bilingual::same(payload.child_iin.masked()),
        ),
        documents::fact(
            ("Өтініш нөмірі", "Номер заявления"),
            paper::Bilingual::same(application.number.as_str()),
        ),
    ];
    act.keep_lines(tx, app, named, (application.id, None), lines)
        .await?;
    let mut events = vec![(EventKind::AttachmentRequested, Some(person))];
    events.extend(confirmed.then_some((EventKind::Attached, None)));
    for (kind, cause) in events {
        let data = json!({"attachment_id": attachment.id});
        views::journal(tx, app, application.id, now, (kind, "R3"), cause, data).await?;
    }
    Ok(view(&application, &attachment))
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
            access::permits(tx, person, application).await?,
            store::attachments::live_of(tx, application.id, person).await?,
        ),
        None => (false, None),
    };
    let violations = r03_attachment::violations(&r03_attachment::Attachment {
        found: found.is_some(),
        visible,
        pending: live.is_some_and(|known| known.state == AttachmentState::Pending),
    });
    match Error::by_rule(violations) {
        Some(refusal) => Err(refusal),
        None => found.ok_or_else(|| Error::refused(Code::AttachmentNotFound)),
    }
}

/// What the person asked for, and what waits for their decision.
pub async fn list(app: &App, person: PersonId) -> Result<dto::AttachmentList> {
    let mut tx = app.db.read().await?;
    let mut mine = Vec::new();
    for attachment in store::attachments::list_of(&mut tx, person, LIST_LIMIT).await? {
        let application = store::applications::require(&mut tx, attachment.application_id).await?;
        mine.push(view(&application, &attachment));
    }
    let mut waiting = Vec::new();
    for attachment in store::attachments::waiting_for(&mut tx, person, LIST_LIMIT).await? {
        let application = store::applications::require(&mut tx, attachment.application_id).await?;
        let requester = store::persons::require(&mut tx, attachment.person_id).await?;
        waiting.push(dto::AttachmentRequest {
            id: attachment.id,
            application_id: application.id,
            application_number: application.number,
            requester_name_masked: mask::name(&requester.full_name),
            requester_iin_masked: requester.iin.masked(),
            requested_at: attachment.requested_at,
        });
    }
    Ok(dto::AttachmentList { mine, waiting })
}

/// The applicant's answer. The same answer once more changes nothing.
pub async fn decide(
    app: &App,
    person: PersonId,
    id: AttachmentId,
    decision: dto::AttachmentDecision,
) -> Result<()> {
    app.db
        .transact(async |tx| decide_in(tx, app, person, id, decision.accept).await)
        .await
}

async fn decide_in(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    id: AttachmentId,
    accept: bool,
) -> Result<()> {
    let now = app.now();
    let refused = || Error::refused(Code::NotFound);
    let known = store::attachments::get(tx, id).await?.ok_or_else(refused)?;
    let application = locked(tx, person, known.application_id).await?;
    // Nobody decides for themselves, whatever they may do otherwise.
    let attachment = store::attachments::get(tx, id)
        .await?
        .filter(|known| known.person_id != person)
        .ok_or_else(refused)?;
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
    let decided = decided.map_err(|_| Error::refused(Code::AttachmentDecided))?;
    if !store::attachments::decide(tx, id, decided, Some(person)).await? {
        return Err(Error::refused(Code::AttachmentDecided));
    }
    let kind = if accept {
        EventKind::Attached
    } else {
        EventKind::AttachmentDeclined
    };
    views::journal(
        tx,
        app,
        application.id,
        now,
        (kind, "R3"),
        Some(person),
        json!({"attachment_id": id}),
    )
    .await
}

fn view(application: &Application, attachment: &Attachment) -> dto::Attachment {
    let attached = matches!(attachment.state, AttachmentState::Attached { .. });
    dto::Attachment {
        id: attachment.id,
        application_number: application.number.clone(),
        application_id: attached.then_some(application.id),
        state: attachment.state,
        requested_at: attachment.requested_at,
    }
}
