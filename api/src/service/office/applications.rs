//! Applications for officials with the duty `queue`: those that wait for a decision (R27), and everything about
//! one, with its history and who has looked at it (R25).

use super::doors::{self, Authority, Official, Queue};
use crate::{
    app::App,
    error::{Error, Result},
    service::{
        audit::Entry,
        life::{restoring, todo, visibility},
        reading::{applications::event, audit::look, views::application_summary},
        signed::papers::title,
    },
};
use balabaqsha_shared::{
    application::{Standing, Verification, VerifiedBy},
    attachment::AttachmentState,
    code::Code,
    decision::DecisionKind,
    dto::{self, DocumentKind},
    id::ApplicationId,
    time,
};
use balabaqsha_store::{
    self as store, Tx,
    applications::{Application, Waiting},
    referrals::Referral,
};

/// Of each kind so many are listed at once.
const LIMIT: i64 = 100;
/// So many records of the audit log are shown, the newest first.
const LOOKS: i64 = 100;

/// Applications that wait for an official.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn waiting(app: &App, official: &Official<Queue>) -> Result<dto::WaitingApplicationList> {
    doors::look(app, official, async |tx, authority| {
        let calendar = app.core.calendar.current(tx).await?;
        let today = time::local_date(authority.now);
        let mut items = Vec::new();
        for (waiting_for, what) in [
            (dto::WaitingFor::Disputed, Waiting::Disputed),
            (dto::WaitingFor::Claim, Waiting::Claim),
            (dto::WaitingFor::Unverified, Waiting::Unverified),
            (dto::WaitingFor::DateDiffers, Waiting::DateDiffers),
        ] {
            let within = Some(authority.localities.as_slice());
            for application in store::applications::waiting(tx, what, within, LIMIT).await? {
                let locality = store::localities::require(tx, application.locality_id).await?;
                items.push(dto::WaitingApplication {
                    locality: locality.name,
                    waiting_for,
                    overdue: todo::is_overdue(&application, today, &calendar),
                    application: application_summary(application),
                });
            }
        }
        items.sort_by_key(|item| (!item.overdue, item.application.submitted_at));
        let entry = Entry::look("list_waiting_applications")
            .about(items.iter().map(|item| item.application.id));
        Ok((dto::WaitingApplicationList { items }, entry))
    })
    .await
}

/// Everything about one application.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn show(
    app: &App,
    official: &Official<Queue>,
    id: ApplicationId,
) -> Result<dto::OfficeApplication> {
    doors::look(app, official, async |tx, authority| {
        let application = store::applications::get(tx, id).await?;
        let application = application.ok_or_else(|| Error::refused(Code::NotFound))?;
        authority.require(application.locality_id)?;
        let locality = application.locality_id;
        let shown = view(tx, authority, application).await?;
        let named = shown.others.iter().filter_map(|other| other.id);
        let entry = Entry::look("show_office_application")
            .in_locality(locality)
            .about(std::iter::once(id).chain(named));
        Ok((shown, entry))
    })
    .await
}

async fn view(
    tx: &mut Tx,
    authority: &Authority,
    application: Application,
) -> Result<dto::OfficeApplication> {
    let id = application.id;
    let locality = store::localities::require(tx, application.locality_id).await?;
    let applicant = store::persons::require(tx, application.applicant_id).await?;
    let latest = store::referrals::latest_of(tx, id).await?;
    let attached = attached(tx, id).await?;
    let own = visibility::permits(tx, authority.person.id, &application).await?;
    let possible = if own {
        Vec::new()
    } else {
        possible(&application, latest.as_ref(), !attached.is_empty())
    };
    let referral = match latest {
        Some(latest) => {
            let place = store::kindergartens::require_place(tx, latest.group_id).await?;
            Some(dto::OfficeReferral {
                id: latest.id,
                number: latest.number,
                kindergarten: place.kindergarten.name,
                deadline: latest.deadline,
                state: latest.state,
            })
        }
        None => None,
    };
    let events = store::events::list_of(tx, id).await?;
    let looks = store::audit::of_application(tx, id, LOOKS).await?;
    Ok(dto::OfficeApplication {
        locality: locality.name,
        child: application.child.clone(),
        applicant_name: applicant.full_name,
        applicant_iin_masked: applicant.iin.masked(),
        contact_phone: application.contact_phone.clone(),
        standing: application.standing,
        verified_by: verified_by(application.verification),
        denied: matches!(application.verification, Verification::Denied { .. }),
        birth_date_differs: application.child.birth_date_differs_from_iin(),
        lapses: application.lapses,
        category: application.category(),
        benefit: application.benefit,
        referral,
        attached,
        others: others(tx, authority, &application).await?,
        own,
        possible,
        decisions: decisions(tx, id).await?,
        history: events.into_iter().map(event).collect(),
        looks: looks.into_iter().map(look).collect(),
        application: application_summary(application),
    })
}

const fn verified_by(verification: Verification) -> Option<VerifiedBy> {
    match verification {
        Verification::Verified { by, .. } => Some(by),
        Verification::Unanswered | Verification::Denied { .. } => None,
    }
}

async fn attached(tx: &mut Tx, id: ApplicationId) -> Result<Vec<dto::AttachedParent>> {
    let mut attached = Vec::new();
    for attachment in store::attachments::attached_to(tx, id).await? {
        let AttachmentState::Attached { at } = attachment.state else {
            continue;
        };
        let person = store::persons::require(tx, attachment.person_id).await?;
        attached.push(dto::AttachedParent {
            attachment_id: attachment.id,
            name: person.full_name,
            iin_masked: person.iin.masked(),
            attached_at: at,
        });
    }
    Ok(attached)
}

/// What a claim or a dispute rests on. Who applied in a locality of others is not told.
async fn others(
    tx: &mut Tx,
    authority: &Authority,
    application: &Application,
) -> Result<Vec<dto::OtherApplication>> {
    let mut others = Vec::new();
    for other in store::applications::of_child(tx, &application.child.iin).await? {
        if other.id == application.id {
            continue;
        }
        let locality = store::localities::require(tx, other.locality_id).await?;
        let applicant = if authority.localities.contains(&other.locality_id) {
            Some(store::persons::require(tx, other.applicant_id).await?)
        } else {
            None
        };
        others.push(dto::OtherApplication {
            number: other.number,
            locality: locality.name,
            id: applicant.as_ref().map(|_| other.id),
            applicant_name: applicant.map(|person| person.full_name),
            submitted_at: other.submitted_at,
            standing: other.standing,
            verified_by: verified_by(other.verification),
            active: other.state.is_active(),
        });
    }
    Ok(others)
}

async fn decisions(tx: &mut Tx, id: ApplicationId) -> Result<Vec<dto::DecisionSummary>> {
    let documents = store::documents::list_of(tx, id).await?;
    let of_officials = documents.into_iter().filter(|one| {
        matches!(
            one.kind,
            DocumentKind::Annulment | DocumentKind::Benefit | DocumentKind::Decision
        )
    });
    let summary = |one: store::documents::Document| dto::DecisionSummary {
        id: one.id,
        title: title(one.kind),
        signed_at: one.signed_at,
    };
    Ok(of_officials.map(summary).collect())
}

/// What an official may decide as the application stands. Each decision looks again.
fn possible(
    application: &Application,
    latest: Option<&Referral>,
    attached: bool,
) -> Vec<DecisionKind> {
    let active = application.state.is_active();
    let standing = application.standing;
    let lapsed =
        latest.is_some_and(|referral| restoring::fate(application, referral.state).is_none());
    DecisionKind::ALL
        .into_iter()
        .filter(|kind| match kind {
            DecisionKind::VerifyChild => active && !application.verification.is_proven(),
            DecisionKind::Dispute => active && standing == Standing::TakesPart,
            DecisionKind::DecideFor => active && standing == Standing::Disputed,
            DecisionKind::DecideAgainst => active && standing != Standing::TakesPart,
            DecisionKind::RestoreReferral => lapsed,
            DecisionKind::EndAttachment => attached,
            DecisionKind::CorrectChild => active,
            DecisionKind::LiftLimits => true,
        })
        .collect()
}
