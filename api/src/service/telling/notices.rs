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
    calendar::WorkingCalendar,
    entity::{Application, Referral},
    event::Event,
    id::{ApplicationId, EventId, NoticeId, PersonId},
    notice::{self, NoticeKind},
    referral, time,
};
use balabaqsha_store::{
    self as store, Tx,
    attachments::Attachment,
    holds::Hold,
    kindergartens::Place,
    notices::{Notice, Reminder},
    persons::Person,
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// What is told, whoever is told it.
pub(in crate::service) struct Told<'a> {
    pub kind: NoticeKind,
    pub cause: Uuid,
    pub at: DateTime<Utc>,
    pub application: Option<ApplicationId>,
    pub facts: &'a Facts,
}

/// Whom and what an event is about, as the use case holds it.
#[derive(Clone, Copy, Debug)]
pub(in crate::service) enum Subject<'a> {
    /// A place that is held or given back: nobody is told.
    Hold(&'a Hold),
    Application(&'a Application),
    Referral(Referred<'a>),
    /// The request of a second parent.
    Attachment(&'a Application, &'a Attachment),
}

/// A referral with what belongs to it.
#[derive(Clone, Copy, Debug)]
pub(in crate::service) struct Referred<'a> {
    pub application: &'a Application,
    pub referral: &'a Referral,
    pub place: &'a Place,
    /// For events that give the referral a deadline: its reminders are planned by it.
    pub calendar: Option<&'a WorkingCalendar>,
}

impl Subject<'_> {
    pub fn application_id(&self) -> ApplicationId {
        match self {
            Self::Hold(hold) => hold.application_id,
            Self::Application(application) | Self::Attachment(application, _) => application.id,
            Self::Referral(of) => of.application.id,
        }
    }

    /// What the words of a notice need.
    fn facts(&self, event: &Event) -> Facts {
        let application = match self {
            Self::Hold(_) => return Facts::default(),
            Self::Application(application) | Self::Attachment(application, _) => application,
            Self::Referral(of) => of.application,
        };
        let mut facts = Facts {
            child: Some(application.child.given_name.as_str().to_owned()),
            application: Some(application.number.clone()),
            ..Facts::default()
        };
        match event {
            Event::StopListed { until } | Event::BenefitEnding { until, .. } => {
                facts.until = Some(*until);
            }
            Event::ReferralExtended {
                previous_deadline, ..
            } => facts.previous_deadline = Some(*previous_deadline),
            Event::BirthDateRegistered { birth_date, .. } => facts.birth_date = Some(*birth_date),
            _ => {}
        }
        if let Self::Referral(of) = self {
            of.name(&mut facts);
        }
        facts
    }
}

impl Referred<'_> {
    fn name(&self, facts: &mut Facts) {
        facts.kindergarten = Some(self.place.kindergarten.name.clone());
        facts.address = Some(self.place.kindergarten.address.clone());
        facts.deadline = Some(self.referral.deadline);
        facts.revocable_until = Some(self.referral.revocable_until);
        facts.referral = Some(self.referral.number.clone());
    }
}

/// An event that was just written to the journal.
#[derive(Clone, Copy, Debug)]
pub(in crate::service) struct Happened<'a> {
    pub id: EventId,
    pub at: DateTime<Utc>,
    pub event: &'a Event,
    pub subject: Subject<'a>,
}

/// Tells everybody whom an event concerns, and plans the reminders that follow from it.
pub(in crate::service) async fn tell(
    tx: &mut Tx,
    core: &Core,
    happened: Happened<'_>,
) -> Result<()> {
    let Happened {
        id,
        at,
        event,
        subject,
    } = happened;
    plan_reminders(tx, core, event, subject).await?;
    let Some(kind) = NoticeKind::of_event(event.kind()) else {
        return Ok(());
    };
    let facts = subject.facts(event);
    let told = Told {
        kind,
        cause: id.uuid(),
        at,
        application: Some(subject.application_id()),
        facts: &facts,
    };
    match (kind, subject) {
        // Nobody has asked in person (R27): the claimant does not know of the application.
        (NoticeKind::AttachmentDeclined, Subject::Attachment(_, attachment))
            if attachment.claim_id.is_some() =>
        {
            Ok(())
        }
        (NoticeKind::AttachmentEnded, Subject::Attachment(_, attachment)) => {
            tell_readers(tx, core, subject, &told).await?;
            tell_requester(tx, core, attachment.person_id, &told).await
        }
        (NoticeKind::AttachmentDeclined, Subject::Attachment(_, attachment)) => {
            tell_requester(tx, core, attachment.person_id, &told).await
        }
        // The registry has answered (R3): nobody is asked to decide, and the attaching itself is
        // told.
        (NoticeKind::AttachmentRequested, Subject::Attachment(_, attachment))
            if attachment.state != AttachmentState::Pending =>
        {
            Ok(())
        }
        _ => tell_readers(tx, core, subject, &told).await,
    }
}

/// Everybody who sees the application (R2).
async fn tell_readers(
    tx: &mut Tx,
    core: &Core,
    subject: Subject<'_>,
    told: &Told<'_>,
) -> Result<()> {
    for reader in store::persons::readers(tx, subject.application_id()).await? {
        write(tx, core, &reader, told).await?;
    }
    Ok(())
}

/// Whoever asked in vain does not see the application (R2): they get its number, which they had,
/// and nothing else of it.
async fn tell_requester(
    tx: &mut Tx,
    core: &Core,
    requester: PersonId,
    told: &Told<'_>,
) -> Result<()> {
    let facts = Facts {
        application: told.facts.application.clone(),
        ..Facts::default()
    };
    let told = Told {
        application: None,
        facts: &facts,
        ..*told
    };
    let requester = store::persons::require(tx, requester).await?;
    write(tx, core, &requester, &told).await
}

/// Reminders come with a deadline, move with it, and go with the end of the referral.
async fn plan_reminders(
    tx: &mut Tx,
    core: &Core,
    event: &Event,
    subject: Subject<'_>,
) -> Result<()> {
    let deadline_counts = match event {
        Event::ReferralIssued { .. }
        | Event::ReferralExtended { .. }
        | Event::EnrolmentUndone { .. }
        | Event::ReferralRestored { .. } => true,
        Event::ReferralLapsed { .. }
        | Event::ReferralRevoked { .. }
        | Event::ReferralAnnulled { .. }
        | Event::Enrolled { .. }
        | Event::EnrolledLate { .. }
        | Event::LateEnrolmentUndone { .. }
        | Event::EnrolmentEnded { .. } => false,
        Event::ApplicationSubmitted { .. }
        | Event::ApplicationTransferred { .. }
        | Event::PlaceHeld { .. }
        | Event::HoldReleased { .. }
        | Event::StopListed { .. }
        | Event::StopListEnded {}
        | Event::RemovedFromQueue { .. }
        | Event::Withdrawn {}
        | Event::ContactPhoneChanged {}
        | Event::AttachmentRequested { .. }
        | Event::Attached { .. }
        | Event::AttachmentDeclined { .. }
        | Event::AttachmentEnded { .. }
        | Event::LapseExcused { .. }
        | Event::Superseded { .. }
        | Event::ChildCorrected { .. }
        | Event::BenefitClaimed { .. }
        | Event::BenefitConfirmed { .. }
        | Event::BenefitRefused { .. }
        | Event::BenefitEnding { .. }
        | Event::BenefitExpired { .. }
        | Event::ChildVerified { .. }
        | Event::BirthDateRegistered { .. }
        | Event::ClaimMade {}
        | Event::ClaimEnded {}
        | Event::Disputed {}
        | Event::DecidedFor { .. }
        | Event::DecidedAgainst { .. } => return Ok(()),
    };
    let Subject::Referral(of) = subject else {
        return Err(Error::internal("an event of a referral without it"));
    };
    store::notices::cancel_reminders(tx, of.referral.id).await?;
    if deadline_counts {
        let calendar = of
            .calendar
            .ok_or_else(|| Error::internal("a deadline without a calendar"))?;
        insert_reminders(tx, core, of.referral, calendar).await?;
    }
    Ok(())
}

/// Reminders of the deadline of a referral that has none yet.
pub(in crate::service) async fn insert_reminders(
    tx: &mut Tx,
    core: &Core,
    referral: &Referral,
    calendar: &WorkingCalendar,
) -> Result<()> {
    let now = core.now();
    for working_days_left in notice::REMINDERS {
        let due_at = notice::reminder_at(referral.deadline, working_days_left, now, calendar)?;
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

/// Writes the notice of one person, and its mail where there is an address and the wish for it.
pub(in crate::service) async fn write(
    tx: &mut Tx,
    core: &Core,
    person: &Person,
    told: &Told<'_>,
) -> Result<()> {
    let notice = Notice {
        id: NoticeId::new(core.new_id()),
        person_id: person.id,
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
    let Some(email) = &person.email else {
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
    outbox::enqueue(tx, core, email, mail, Some(notice.id)).await
}

/// Where the reader finds more.
fn page(core: &Core, application: Option<ApplicationId>) -> String {
    let origin = &core.public_url;
    match application {
        Some(id) => format!("{origin}/applications/{id}"),
        None => origin.clone(),
    }
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
    let application = store::applications::require(tx, referral.application_id).await?;
    let place = store::kindergartens::require_place(tx, referral.group_id).await?;
    let mut facts = Facts {
        child: Some(application.child.given_name.as_str().to_owned()),
        application: Some(application.number.clone()),
        ..Facts::default()
    };
    let of = Referred {
        application: &application,
        referral: &referral,
        place: &place,
        calendar: None,
    };
    of.name(&mut facts);
    let told = Told {
        kind,
        cause: reminder.id,
        at: reminder.due_at,
        application: Some(referral.application_id),
        facts: &facts,
    };
    for reader in store::persons::readers(tx, referral.application_id).await? {
        write(tx, core, &reader, &told).await?;
    }
    Ok(())
}
