//! Choosing a private kindergarten under the state order (R6), holding the place while its draft
//! is signed (R8), and issuing the referral (R9).

pub mod joint;
mod place;

use self::place::Intended;
use super::{
    Act, Drafted, Entry, Referring, Signer, again::Sending, draft_view, judge, open_draft, perform,
};
use crate::{
    app::App,
    clock,
    error::{Error, Result},
    service::{
        life::{
            freeing::release, journal::Cause, locking::lock_person_and_children_of,
            referral::lock_settled, saving::save_application, settle,
        },
        reading::referrals,
        signed::papers::Paper,
    },
};
use balabaqsha_shared::{
    Language,
    code::Code,
    dto,
    entity::{Application, Referral},
    event::Event,
    id::{ApplicationId, DraftId, HoldId, JointStepId, PersonId, ReferralId},
    number::ReferralNumber,
    referral::{ReferralState, Terms},
    rules::{Violation, r06_choosing},
    time, token,
};
use balabaqsha_store::{
    self as store, Tx,
    drafts::{Draft, DraftKind},
    holds::{Hold, HoldState},
    localities::Locality,
};
use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

struct Choosing;

/// What the draft keeps until it is signed; the hold knows the rest.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    /// Several drafts may be made for one hold; whichever is signed first uses it. Drafts of before
    /// name none and are named by it.
    #[serde(default)]
    hold_id: Option<HoldId>,
    /// Of a draft that is signed together with others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    step: Option<Step>,
}

/// A joint step: whose referrals are issued together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Step {
    id: JointStepId,
    applications: Vec<ApplicationId>,
}

/// Holds the chosen place and answers with the text to sign.
///
/// Choosing the group again that is already held keeps the hold and its end; another group gives
/// the old place back. When the new place cannot be had, the old hold stays.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn create_draft(
    app: &App,
    person: PersonId,
    request: &dto::ReferralDraftRequest,
) -> Result<dto::Draft> {
    settle::transact(app, async |tx| {
        create_draft_in(tx, app, person, request).await
    })
    .await
}

async fn create_draft_in(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    request: &dto::ReferralDraftRequest,
) -> Result<dto::Draft> {
    let now = app.core.now();
    let by = Signer { app, person, now };
    lock_person_and_children_of(tx, person, [request.application_id]).await?;
    let wanted = place::wanted(tx, by, request.application_id, request.group_id).await?;
    let intended = Intended::of(tx, by, wanted, &[], String::new()).await?;
    let expires_at = intended.expires_at(now);
    let draft = place::draft(tx, by, &intended, request.language, expires_at, None).await?;
    let prepared = [place::Prepared { intended, draft }];
    place::hold(tx, by, &prepared, None).await?;
    let [prepared] = prepared;
    Ok(prepared.view())
}

/// Gives the held place back before its time is over, and the others of its joint step with it.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn cancel_draft(app: &App, person: PersonId, id: DraftId) -> Result<()> {
    let draft = open_draft(app, person, id, Choosing::KIND).await?;
    let payload: Payload = serde_json::from_value(draft.payload).map_err(Error::internal)?;
    app.core
        .db
        .effect(async |tx| {
            if let Some(hold) = hold_of(tx, id, &payload).await? {
                release(tx, &app.core, hold).await?;
            }
            Ok(())
        })
        .await
}

/// The hold for which a draft was made.
async fn hold_of(tx: &mut Tx, draft: DraftId, payload: &Payload) -> Result<Option<Hold>> {
    Ok(match payload.hold_id {
        Some(id) => store::holds::get(tx, id).await?,
        None => store::holds::of_draft(tx, draft).await?,
    })
}

/// R9: issues the referral, takes the place and takes the child off the queue, all or nothing.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn issue(
    app: &App,
    person: PersonId,
    request: dto::SignedDraft,
    language: Language,
) -> Result<dto::Referral> {
    let sending = Sending::of(person, Choosing::KIND, &request);
    let act = async || {
        let judged = judge::<Choosing>(app, person, request, |_| true).await?;
        if judged.draft.payload.step.is_some() {
            return Err(Error::refused(Code::JointStepIncomplete));
        }
        let answer = async |_: &mut Tx, done: Referring| done.view(app, language);
        perform(&Choosing, app, person, judged, answer).await
    };
    let show = async |id| {
        let id = ReferralId::new(id);
        referrals::get(app, person, id, language).await
    };
    sending.once(app, None, act, show).await
}

struct Found {
    application: Application,
    locality: Locality,
}

impl Act for Choosing {
    const KIND: DraftKind = DraftKind::Referral;
    type Payload = Payload;
    type Found = Found;
    type Done = Referring;

    /// The hold says so.
    fn too_late(_: &Draft, _: DateTime<Utc>) -> Option<Code> {
        None
    }

    async fn find(&self, tx: &mut Tx, by: Signer<'_>, draft: &Drafted<Payload>) -> Result<Found> {
        let id = draft
            .application
            .ok_or_else(|| Error::internal("draft has no application"))?;
        let (application, locality) = lock_settled(tx, &by.app.core, by.person, id, by.now).await?;
        Ok(Found {
            application,
            locality,
        })
    }

    async fn take_effect(
        &self,
        tx: &mut Tx,
        by: Signer<'_>,
        draft: Drafted<Payload>,
        found: Found,
    ) -> Result<Referring> {
        let Found {
            application,
            locality,
        } = found;
        let now = by.now;
        let hold_is_over = || {
            Violation::new(Code::HoldExpired)
                .with("minutes", locality.rules.hold_minutes)
                .into()
        };
        let hold = hold_of(tx, draft.id, &draft.payload)
            .await?
            .filter(|hold| now < hold.expires_at)
            // Choosing for the child alone ends a joint step, and the other way round.
            .filter(|hold| hold.joint_step == draft.payload.step.as_ref().map(|step| step.id))
            .ok_or_else(hold_is_over)?;
        check_choosing(tx, &application, &locality, now).await?;
        if !store::holds::end(tx, hold.id, HoldState::Used, now).await? {
            return Err(hold_is_over());
        }
        store::places::take_held_place(tx, hold.group_id).await?;
        let place = store::kindergartens::require_place(tx, hold.group_id).await?;

        let calendar = by.app.core.calendar.current(tx).await?;
        let terms = Terms::at_issue(now, &locality.rules, &calendar)?;
        let year = time::local_date(now).year();
        let region = &locality.number_region;
        let serial = store::counters::next(tx, &format!("referral {region} {year}")).await?;
        let referral = Referral {
            id: ReferralId::new(by.app.core.new_id()),
            number: ReferralNumber::new(region, year, serial),
            application_id: application.id,
            child_iin: application.child.iin.clone(),
            group_id: hold.group_id,
            state: ReferralState::NEW,
            issued_at: terms.issued_at,
            deadline: terms.deadline,
            revocable_until: terms.revocable_until,
            extension: None,
            undoable_until: None,
            stop_listed_until: None,
            arrived_on: None,
            excused_at: None,
            verification_token: token::written(clock::random()),
        };
        store::referrals::insert(tx, &referral)
            .await
            .map_err(|error| {
                if error.is_unique_violation() {
                    Error::refused(Code::ReferralActive)
                } else {
                    error.into()
                }
            })?;
        let referred = application.refer(referral.id)?;
        Ok(Referring {
            application: save_application(tx, referred).await?,
            referral,
            locality,
            place,
            calendar,
        })
    }

    fn led_to(done: &Referring) -> Uuid {
        done.referral.id.uuid()
    }

    fn papers<'a>(&self, done: &'a Referring) -> Vec<Paper<'a>> {
        vec![done.paper()]
    }

    fn events<'a>(&self, by: Signer<'_>, done: &'a Referring) -> Vec<Entry<'a>> {
        vec![Entry {
            subject: done.subject(),
            cause: Cause::Person(by.person),
            event: Event::ReferralIssued {
                number: done.referral.number.clone(),
                kindergarten: done.place.kindergarten.name.clone(),
                deadline: done.referral.deadline,
            },
        }]
    }
}

/// R6 but for (c) and (g): a free place and a hold that is left are answered by holding the place.
async fn check_choosing(
    tx: &mut Tx,
    application: &Application,
    locality: &Locality,
    now: DateTime<Utc>,
) -> Result<()> {
    let child = &application.child.iin;
    let violations = r06_choosing::violations(&r06_choosing::Choosing {
        state: application.state,
        birth_date: application.child.birth_date,
        today: time::local_date(now),
        profile: &locality.rules,
        places: r06_choosing::Places {
            free: 1,
            next: None,
        },
        standing: application.standing,
        verification: application.verification,
        referred_elsewhere: store::referrals::has_active_elsewhere(tx, locality.id, child).await?,
        against_holding: &[],
    });
    Error::by_rule(violations).map_or(Ok(()), Err)
}
