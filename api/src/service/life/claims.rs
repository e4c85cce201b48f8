//! Claims (R27): somebody else had queued the child. A claim does not take part in the queue; the known
//! parents are told, and it ends with their consent, with a verification, or when nobody else's
//! application stands any more.

use super::{
    journal::{self, Cause},
    saving::save_application,
};
use crate::{
    app::Core,
    error::{Error, Result},
    service::telling::notices::Subject,
};
use balabaqsha_shared::{
    application::{ApplicationState, Standing},
    attachment::AttachmentState,
    entity::Application,
    event::Event,
    id::{ApplicationId, AttachmentId, PersonId},
    iin::Iin,
};
use balabaqsha_store::{self as store, Tx, attachments::Attachment};
use chrono::{DateTime, Utc};

/// Applications of others for the child that take part in a queue, or by which it has a place.
pub(in crate::service) async fn firsts(
    tx: &mut Tx,
    applicant: PersonId,
    child: &Iin,
) -> Result<Vec<Application>> {
    let mut found = Vec::new();
    for other in store::applications::of_child(tx, child).await? {
        let stands = other.standing == Standing::TakesPart
            && (other.state.is_active()
                || matches!(other.state, ApplicationState::Enrolled { .. }));
        if stands && other.applicant_id != applicant && !is_attached(tx, &other, applicant).await? {
            found.push(other);
        }
    }
    Ok(found)
}

async fn is_attached(tx: &mut Tx, to: &Application, person: PersonId) -> Result<bool> {
    let known = store::attachments::live_of(tx, to.id, person).await?;
    Ok(known.is_some_and(|known| matches!(known.state, AttachmentState::Attached { .. })))
}

/// Tells the known parents of a claim, and asks them on its behalf to attach the claimant. Done after
/// the request that made the claim, so that its time tells nothing.
pub(super) async fn tell(
    tx: &mut Tx,
    core: &Core,
    claim: Application,
    now: DateTime<Utc>,
) -> Result<()> {
    store::applications::mark_claim_told(tx, claim.id, now).await?;
    if !claim.state.is_active() {
        return Ok(());
    }
    for first in firsts(tx, claim.applicant_id, &claim.child.iin).await? {
        let live = store::attachments::live_of(tx, first.id, claim.applicant_id).await?;
        if live.is_none() {
            let request = Attachment {
                id: AttachmentId::new(core.new_id()),
                application_id: first.id,
                person_id: claim.applicant_id,
                state: AttachmentState::Pending,
                requested_at: now,
                claim_id: Some(claim.id),
            };
            store::attachments::insert(tx, &request).await?;
        }
        let subject = Subject::Application(&first);
        journal::record(tx, core, subject, now, Cause::Rules, &Event::ClaimMade {}).await?;
    }
    Ok(())
}

/// Ends a claim against which nobody else's application stands any more: it takes part with its own
/// moment, or is withdrawn where the child takes part already.
pub(in crate::service) async fn settle(
    tx: &mut Tx,
    core: &Core,
    id: ApplicationId,
    now: DateTime<Utc>,
) -> Result<()> {
    let claim = store::applications::lock(tx, id).await?;
    let claim = claim.filter(|claim| claim.standing == Standing::Claim && claim.state.is_active());
    let Some(claim) = claim else {
        return Ok(());
    };
    if !firsts(tx, claim.applicant_id, &claim.child.iin)
        .await?
        .is_empty()
    {
        return Ok(());
    }
    let others = store::applications::of_child(tx, &claim.child.iin).await?;
    let present = others.into_iter().find(|other| {
        other.id != claim.id
            && other.locality_id == claim.locality_id
            && other.standing == Standing::TakesPart
            && other.state.is_active()
    });
    let (changed, event) = match present {
        Some(present) => (
            claim.withdraw(now)?,
            Event::Superseded {
                number: present.number,
            },
        ),
        None => (claim.take_part()?, Event::ClaimEnded {}),
    };
    let claim = save_application(tx, changed).await?;
    let subject = Subject::Application(&claim);
    journal::record(tx, core, subject, now, Cause::Rules, &event).await
}

/// An application of the child no longer stands: claims that stood behind it may take part.
pub(in crate::service) async fn release(
    tx: &mut Tx,
    core: &Core,
    child: &Iin,
    now: DateTime<Utc>,
) -> Result<()> {
    for application in store::applications::of_child(tx, child).await? {
        if application.standing == Standing::Claim && application.state.is_active() {
            settle(tx, core, application.id, now).await?;
        }
    }
    Ok(())
}

/// Attaches a claimant to a first application whose applicant is verified as well.
pub(super) async fn attach(
    tx: &mut Tx,
    core: &Core,
    first: &Application,
    claim: &Application,
    now: DateTime<Utc>,
) -> Result<()> {
    let attached = AttachmentState::Attached { at: now };
    let attachment = match store::attachments::live_of(tx, first.id, claim.applicant_id).await? {
        Some(pending) => {
            if !store::attachments::decide(tx, pending.id, attached, None).await? {
                return Err(Error::internal("a locked request was decided"));
            }
            Attachment {
                state: attached,
                ..pending
            }
        }
        None => {
            let attachment = Attachment {
                id: AttachmentId::new(core.new_id()),
                application_id: first.id,
                person_id: claim.applicant_id,
                state: attached,
                requested_at: now,
                claim_id: Some(claim.id),
            };
            store::attachments::insert(tx, &attachment).await?;
            attachment
        }
    };
    let event = Event::Attached {
        attachment_id: attachment.id,
    };
    let subject = Subject::Attachment(first, &attachment);
    journal::record(tx, core, subject, now, Cause::Rules, &event).await
}
