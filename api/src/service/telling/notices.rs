//! What people are told: written in the transaction of its cause, shown in the account, and mailed
//! through the outbox. One choke point, [`tell`], sees every event of the journal, so that no use
//! case can forget a notice; a unique key of cause, kind and person keeps everybody from being
//! told twice.

use super::{
    outbox,
    texts::{self, Facts},
};
use crate::{
    app::Core,
    error::{Error, Result},
};
use balabaqsha_shared::{
    attachment::AttachmentState,
    dto::EventKind,
    id::{ApplicationId, NoticeId, PersonId},
    notice::{self, NoticeKind},
    referral, time,
};
use balabaqsha_store::{
    self as store, Tx,
    attachments::Attachment,
    events::Event,
    notices::{Notice, Reminder},
    referrals::Referral,
};
use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

/// What is told, whoever is told it.
pub(in crate::service) struct Told<'a> {
    pub kind: NoticeKind,
    pub cause: Uuid,
    pub at: DateTime<Utc>,
    pub application: Option<ApplicationId>,
    pub facts: &'a Facts,
}

/// Tells everybody whom an event concerns, and plans the reminders that follow from it.
pub(in crate::service) async fn tell(tx: &mut Tx, core: &Core, event: &Event) -> Result<()> {
    plan_reminders(tx, core, event).await?;
    let Some(kind) = NoticeKind::of_event(event.kind) else {
        return Ok(());
    };
    let facts = facts(tx, event.application_id, &event.data).await?;
    let told = Told {
        kind,
        cause: event.id.uuid(),
        at: event.at,
        application: Some(event.application_id),
        facts: &facts,
    };
    if kind == NoticeKind::AttachmentDeclined {
        return tell_requester(tx, core, event, &told).await;
    }
    if kind == NoticeKind::AttachmentRequested && is_decided(tx, event).await? {
        return Ok(());
    }
    for person in store::applications::readers(tx, event.application_id).await? {
        write(tx, core, person, &told).await?;
    }
    Ok(())
}

/// Whoever asked in vain does not see the application (R2): they get its number, which they had,
/// and nothing else of it.
async fn tell_requester(tx: &mut Tx, core: &Core, event: &Event, told: &Told<'_>) -> Result<()> {
    let Some(attachment) = attachment(tx, event).await? else {
        return Ok(());
    };
    let facts = Facts {
        application: told.facts.application.clone(),
        ..Facts::default()
    };
    let told = Told {
        application: None,
        facts: &facts,
        ..*told
    };
    write(tx, core, attachment.person_id, &told).await
}

/// Whether the registry has answered (R3): then nobody is asked to decide, and the attaching itself
/// is told.
async fn is_decided(tx: &mut Tx, event: &Event) -> Result<bool> {
    let attachment = attachment(tx, event).await?;
    Ok(attachment.is_some_and(|known| known.state != AttachmentState::Pending))
}

/// The attachment that an event is about.
async fn attachment(tx: &mut Tx, event: &Event) -> Result<Option<Attachment>> {
    let id = event.data.get("attachment_id").and_then(Value::as_str);
    match id.and_then(|id| id.parse().ok()) {
        Some(id) => Ok(store::attachments::get(tx, id).await?),
        None => Ok(None),
    }
}

/// What the words of a notice need, from the application and the data of the event.
async fn facts(tx: &mut Tx, id: ApplicationId, data: &Value) -> Result<Facts> {
    let application = store::applications::require(tx, id).await?;
    let day = |name: &str| data.get(name)?.as_str()?.parse().ok();
    let mut facts = Facts {
        child: Some(application.child.given_name.as_str().to_owned()),
        application: Some(application.number),
        until: day("until"),
        previous_deadline: day("previous_deadline"),
        ..Facts::default()
    };
    if let Some(referral) = store::referrals::latest_of(tx, id).await? {
        let place = store::kindergartens::require_place(tx, referral.group_id).await?;
        facts.kindergarten = Some(place.kindergarten.name);
        facts.address = Some(place.kindergarten.address);
        facts.deadline = day("deadline").or(Some(referral.deadline));
        facts.revocable_until = Some(referral.revocable_until);
        facts.referral = Some(referral.number);
    }
    Ok(facts)
}

/// Writes the notice of one person, and its mail where there is an address and the wish for it.
pub(in crate::service) async fn write(
    tx: &mut Tx,
    core: &Core,
    person: PersonId,
    told: &Told<'_>,
) -> Result<()> {
    let notice = Notice {
        id: NoticeId::new(core.new_id()),
        person_id: person,
        application_id: told.application,
        cause_id: told.cause,
        kind: told.kind,
        at: told.at,
        facts: serde_json::to_value(told.facts).map_err(Error::internal)?,
        read_at: None,
    };
    if !store::notices::insert(tx, &notice).await? {
        return Ok(());
    }
    let person = store::persons::require(tx, person).await?;
    let Some(email) = person.email else {
        return Ok(());
    };
    let unwanted = !told.kind.obligatory()
        && store::notices::switched_off(tx, person.id)
            .await?
            .contains(&told.kind);
    if unwanted {
        return Ok(());
    }
    let mail = if person.email_confirmed_at.is_some() {
        let page = page(core, told.application);
        texts::mail(person.language, told.kind, told.facts, &page)
    } else {
        texts::mail_to_unconfirmed(person.language, &format!("{}/notices", core.public_url))
    };
    outbox::enqueue(tx, core, &email, mail, Some(notice.id)).await
}

/// Where the reader finds more.
fn page(core: &Core, application: Option<ApplicationId>) -> String {
    let origin = &core.public_url;
    match application {
        Some(id) => format!("{origin}/applications/{id}"),
        None => origin.clone(),
    }
}

/// Reminders come with a deadline, move with it, and go with the end of the referral.
async fn plan_reminders(tx: &mut Tx, core: &Core, event: &Event) -> Result<()> {
    let deadline_counts = match event.kind {
        EventKind::ReferralIssued | EventKind::ReferralExtended | EventKind::EnrolmentUndone => {
            true
        }
        EventKind::ReferralLapsed
        | EventKind::ReferralRevoked
        | EventKind::ReferralAnnulled
        | EventKind::Enrolled => false,
        _ => return Ok(()),
    };
    let Some(referral) = store::referrals::latest_of(tx, event.application_id).await? else {
        return Ok(());
    };
    store::notices::cancel_reminders(tx, referral.id).await?;
    if deadline_counts {
        insert_reminders(tx, core, &referral).await?;
    }
    Ok(())
}

async fn insert_reminders(tx: &mut Tx, core: &Core, referral: &Referral) -> Result<()> {
    let now = core.now();
    let calendar = core.calendar.current(tx).await?;
    for working_days_left in notice::REMINDERS {
        let due_at = notice::reminder_at(referral.deadline, working_days_left, now, &calendar)?;
        if let Some(due_at) = due_at {
            let reminder = Reminder {
                id: core.new_id(),
                referral_id: referral.id,
                working_days_left,
                due_at,
            };
            store::notices::insert_reminder(tx, reminder).await?;
        }
    }
    Ok(())
}

/// Sends a reminder that is due. One that comes so late that the next one says more is left out,
/// and so is one that comes after the deadline: the lapse, in this batch or in a later one, says it.
pub(in crate::service) async fn remind(
    tx: &mut Tx,
    core: &Core,
    reminder: Reminder,
    now: DateTime<Utc>,
) -> Result<()> {
    if !store::notices::take_reminder(tx, reminder.id).await? {
        return Ok(());
    }
    let referral = store::referrals::get(tx, reminder.referral_id).await?;
    let (Some(kind), Some(referral)) = (NoticeKind::reminder(reminder.working_days_left), referral)
    else {
        return Ok(());
    };
    let calendar = core.calendar.current(tx).await?;
    let left = calendar.working_days_between(time::local_date(now), referral.deadline)?;
    let active = referral.state.is_active() && !referral::is_overdue(referral.deadline, now);
    let told_better = left < reminder.working_days_left && reminder.working_days_left > 1;
    if !active || told_better {
        return Ok(());
    }
    let facts = facts(tx, referral.application_id, &Value::Null).await?;
    let told = Told {
        kind,
        cause: reminder.id,
        at: reminder.due_at,
        application: Some(referral.application_id),
        facts: &facts,
    };
    for person in store::applications::readers(tx, referral.application_id).await? {
        write(tx, core, person, &told).await?;
    }
    Ok(())
}
