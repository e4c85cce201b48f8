//! What a person asked to have attached, and what waits for their decision (R3).

use crate::{
    app::App,
    error::{Error, Result},
    service::life::settle,
};
use balabaqsha_shared::{
    attachment::AttachmentState,
    code::Code,
    dto,
    id::{AttachmentId, PersonId},
};
use balabaqsha_store::{self as store, applications::Application, attachments::Attachment};

/// More than anybody has; the list is no archive.
const LIST_LIMIT: i64 = 100;

/// What the person asked for, and what waits for their decision.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn list(app: &App, person: PersonId) -> Result<dto::AttachmentList> {
    let mut tx = settle::read(app).await?;
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
            child_name: application.child.full_name(),
            requester_name: requester.full_name,
            requester_iin_masked: requester.iin.masked(),
            requested_at: attachment.requested_at,
        });
    }
    let mut attached = Vec::new();
    for attachment in store::attachments::attached_by(&mut tx, person, LIST_LIMIT).await? {
        let AttachmentState::Attached { at } = attachment.state else {
            continue;
        };
        let application = store::applications::require(&mut tx, attachment.application_id).await?;
        let other = store::persons::require(&mut tx, attachment.person_id).await?;
        attached.push(dto::AttachedPerson {
            id: attachment.id,
            application_id: application.id,
            application_number: application.number,
            child_name: application.child.full_name(),
            name: other.full_name,
            iin_masked: other.iin.masked(),
            attached_at: at,
        });
    }
    Ok(dto::AttachmentList {
        mine,
        waiting,
        attached,
    })
}

/// An attachment, for whoever is known to have asked for it.
pub(in crate::service) async fn asked(app: &App, id: AttachmentId) -> Result<dto::Attachment> {
    let mut tx = app.core.db.read().await?;
    let attachment = store::attachments::get(&mut tx, id)
        .await?
        .ok_or_else(|| Error::refused(Code::NotFound))?;
    let application = store::applications::require(&mut tx, attachment.application_id).await?;
    Ok(view(&application, &attachment))
}

pub(in crate::service) fn view(
    application: &Application,
    attachment: &Attachment,
) -> dto::Attachment {
    let attached = matches!(attachment.state, AttachmentState::Attached { .. });
    dto::Attachment {
        id: attachment.id,
        application_number: application.number.clone(),
        application_id: attached.then_some(application.id),
        state: attachment.state,
        requested_at: attachment.requested_at,
    }
}
