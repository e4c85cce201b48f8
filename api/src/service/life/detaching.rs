//! An attachment ends (R3): by the applicant or the attached person with a signature, or by an official.

use super::{
    deciding::{self, Decision, DecisionError, Wish},
    journal::{self, Cause},
};
use crate::{
    app::Core,
    error::{Error, Result},
    service::telling::notices::Subject,
};
use balabaqsha_shared::{
    code::Code, comment::Comment, entity::Application, event::Event, id::PersonId, iin::Iin,
    number::ApplicationNumber,
};
use balabaqsha_store::{self as store, Tx, attachments::Attachment};

/// Ends an attachment of a locked application; whoever comes second is told that there is none.
pub(in crate::service) async fn end(
    tx: &mut Tx,
    core: &Core,
    attachment: Attachment,
    by: Option<PersonId>,
) -> Result<Attachment> {
    let now = core.now();
    let ended = attachment
        .state
        .end(now)
        .map_err(|_| Error::refused(Code::AttachmentNotAttached))?;
    if !store::attachments::end(tx, attachment.id, now, by).await? {
        return Err(Error::refused(Code::AttachmentNotAttached));
    }
    Ok(Attachment {
        state: ended,
        ..attachment
    })
}

/// Writes that an attachment has ended; both parents are told.
pub(in crate::service) async fn record(
    tx: &mut Tx,
    core: &Core,
    application: &Application,
    attachment: &Attachment,
    cause: Cause,
) -> Result<()> {
    let event = Event::AttachmentEnded {
        attachment_id: attachment.id,
    };
    let subject = Subject::Attachment(application, attachment);
    journal::record(tx, core, subject, core.now(), cause, &event).await
}

/// An official ends the attachment of an application to a person.
///
/// # Errors
/// With what is wrong; nothing was changed then.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn end_by_official(
    core: &Core,
    wish: Wish<'_>,
    person: &Iin,
) -> std::result::Result<ApplicationNumber, DecisionError> {
    let decision = Decision::read(wish)?;
    core.db
        .transact(async |tx| {
            let application = decision.lock(tx).await?;
            for attachment in store::attachments::attached_to(tx, application.id).await? {
                let attached = store::persons::require(tx, attachment.person_id).await?;
                if attached.iin == *person {
                    end_known(tx, core, &application, attachment, decision.official).await?;
                    return Ok(application.number);
                }
            }
            Err(deciding::fate(
                &application,
                Code::AttachmentNotAttached,
                "is not attached to this person",
            ))
        })
        .await
}

/// An official ends an attachment of a locked application.
pub(in crate::service) async fn end_known(
    tx: &mut Tx,
    core: &Core,
    application: &Application,
    attachment: Attachment,
    official: Comment,
) -> Result<()> {
    let ended = end(tx, core, attachment, None).await?;
    record(tx, core, application, &ended, Cause::Official(official)).await
}
