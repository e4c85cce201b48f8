//! Who may see and do what with an application (R2, R3). The one place that decides it: whoever
//! may see an application may do with it what its applicant may.

use super::settle::Settled;
use crate::error::{Error, Result};
use balabaqsha_shared::{
    attachment::AttachmentState,
    code::Code,
    id::{ApplicationId, PersonId},
};
use balabaqsha_store::{self as store, Tx, applications::Application};

/// Whether the person signed the application, or has it attached.
pub(in crate::service) async fn permits(
    tx: &mut Tx,
    person: PersonId,
    application: &Application,
) -> Result<bool> {
    if application.applicant_id == person {
        return Ok(true);
    }
    let attachment = store::attachments::live_of(tx, application.id, person).await?;
    Ok(attachment.is_some_and(|known| matches!(known.state, AttachmentState::Attached { .. })))
}

/// R2: an application of somebody else does not exist.
pub(in crate::service) async fn visible(
    tx: &mut Settled,
    person: PersonId,
    id: ApplicationId,
) -> Result<Application> {
    let application = store::applications::get(tx, id).await?;
    only_if_permitted(tx, person, application).await
}

/// The same, locked until the end of the transaction.
pub(in crate::service) async fn locked(
    tx: &mut Tx,
    person: PersonId,
    id: ApplicationId,
) -> Result<Application> {
    let application = store::applications::lock(tx, id).await?;
    only_if_permitted(tx, person, application).await
}

async fn only_if_permitted(
    tx: &mut Tx,
    person: PersonId,
    application: Option<Application>,
) -> Result<Application> {
    let refused = || Error::refused(Code::NotFound);
    let application = application.ok_or_else(refused)?;
    if permits(tx, person, &application).await? {
        Ok(application)
    } else {
        Err(refused())
    }
}
