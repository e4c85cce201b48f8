//! Choosing a private kindergarten under the state order (R6), holding the place while its draft
//! is signed (R8), and issuing the referral (R9).

use super::{
    Act, Drafted, Drafting, Entry, Referring, Signer, again::Sending, draft_view, judge,
    keep_draft, open_draft, perform,
};
use crate::{
    app::App,
    clock,
    error::{Error, Located, Result},
    service::{
        life::{
            freeing::end_hold,
            holding::chances,
            journal::{self, Cause},
            locking::lock_person_and_child_of,
            referral::lock_settled,
            saving::save_application,
            settle, visibility,
        },
        reading::referrals,
        signed::papers::Paper,
        telling::notices::Subject,
    },
};
use balabaqsha_shared::{
    Language,
    code::Code,
    dto,
    entity::{Application, Referral},
    event::Event,
    id::{DraftId, HoldId, PersonId, ReferralId},
    kindergarten::KindergartenKind,
    number::ReferralNumber,
    referral::{ReferralState, Terms},
    rules::{Violation, r06_choosing, r08_hold},
    statement::Statement,
    time,
};
use balabaqsha_store::{
    self as store, Tx,
    drafts::{Draft, DraftKind},
    holds::{Hold, HoldState},
    kindergartens::Place,
    localities::Locality,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
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
    lock_person_and_child_of(tx, person, request.application_id).await?;
    let (application, locality) =
        lock_settled(tx, &app.core, person, request.application_id, now).await?;
    check_choosing(tx, &application, &locality, now).await?;
    // (f): holds that live are honoured.
    if store::holds::live_of(tx, application.id).await?.is_none()
        && let Some(suspended) = store::suspensions::of(tx, locality.id, now).await?
    {
        let reason = suspended.reason.as_str();
        return Err(r06_choosing::suspension(suspended.ends_at, reason).into());
    }
    let place = store::kindergartens::place(tx, request.group_id)
        .await?
        .filter(|place| fits(place, &application))
        .ok_or_else(|| {
            Error::invalid(vec![Located {
                pointer: "/group_id".into(),
                violation: Violation::new(Code::GroupUnsuitable),
            }])
        })?;

    let chances = chances(tx, app, person, &application, &locality.rules, now).await?;
    let kept = chances.live.as_ref();
    let kept = kept.filter(|hold| hold.group_id == place.group.id);
    let resting = chances.resting.iter();
    let regained = resting
        .filter(|_| kept.is_none())
        .find(|resting| resting.group == place.group.id)
        .copied();
    let expires_at = match (kept, regained) {
        (Some(hold), _) => hold.expires_at,
        (None, Some(first)) => {
            let left = first.expires_at - first.ended_at;
            r08_hold::regained_expires_at(now, left, &locality.rules)
        }
        (None, None) => r08_hold::expires_at(now, &locality.rules),
    };
    let hold_id = match kept {
        Some(hold) => hold.id,
        None => HoldId::new(app.core.new_id()),
    };
    let drafting = Drafting {
        application: Some(application.id),
        payload: Payload {
            hold_id: Some(hold_id),
        },
        language: request.language,
        expires_at,
    };
    let by = Signer { app, person, now };
    let draft = keep_draft::<Choosing>(tx, by, drafting, |draft| Statement::Referral {
        draft,
        child: &application.child,
        application: application.number.as_str(),
        kindergarten: &place.kindergarten.name,
        address: &place.kindergarten.address,
        group: &place.group.name,
        instruction: place.group.instruction_language,
        arrival_working_days: locality.rules.arrival_working_days,
    })
    .await?;
    match kept {
        Some(hold) => store::holds::repoint(tx, hold.id, draft.id).await?,
        None => {
            let hold = Hold {
                id: hold_id,
                draft_id: draft.id,
                application_id: application.id,
                group_id: place.group.id,
                state: HoldState::Live,
                created_at: now,
                expires_at,
                regained_from: regained.map(|first| first.hold),
            };
            let against = match regained {
                Some(_) => &chances.against_regained,
                None => &chances.against_new,
            };
            if let Some(refusal) = Error::by_rule(against.clone()) {
                return Err(refusal);
            }
            take_hold(tx, by, &application, &place, &hold).await?;
        }
    }
    Ok(dto::Draft {
        hold: Some(dto::Hold {
            group_id: place.group.id,
            expires_at,
        }),
        ..draft_view(&draft)
    })
}

/// R8: takes the place for signing and gives the old one back, in whatever locality it is.
async fn take_hold(
    tx: &mut Tx,
    by: Signer<'_>,
    application: &Application,
    place: &Place,
    hold: &Hold,
) -> Result<()> {
    let child = &application.child.iin;
    let old = store::holds::live_of_child(tx, child).await?;
    for other in old
        .iter()
        .filter(|old| old.application_id != application.id)
    {
        let of = store::applications::require(tx, other.application_id).await?;
        if !visibility::permits(tx, by.person, &of).await? {
            return Err(Violation::new(Code::TooManyLiveHolds)
                .with("limit", 1)
                .into());
        }
    }
    let mut groups = vec![hold.group_id];
    groups.extend(old.iter().map(|hold| hold.group_id));
    store::dialect::lock_groups(tx, groups).await?;
    let taken = match hold.regained_from {
        Some(first) => store::places::hold_resting_place(tx, hold.group_id, first, by.now).await?,
        None => store::places::hold_place(tx, hold.group_id, by.now).await?,
    };
    if !taken {
        return Err(Error::refused(Code::PlaceTaken));
    }
    for old in &old {
        end_hold(tx, &by.app.core, old, HoldState::Released).await?;
    }
    store::holds::insert(tx, hold, child).await?;
    let event = Event::PlaceHeld {
        group_id: hold.group_id,
        kindergarten: place.kindergarten.name.clone(),
        expires_at: hold.expires_at,
    };
    let cause = Cause::Person(by.person);
    journal::record(tx, &by.app.core, Subject::Hold(hold), by.now, cause, &event).await
}

/// Gives the held place back before its time is over.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn cancel_draft(app: &App, person: PersonId, id: DraftId) -> Result<()> {
    let draft = open_draft(app, person, id, Choosing::KIND).await?;
    let payload: Payload = serde_json::from_value(draft.payload).map_err(Error::internal)?;
    app.core
        .db
        .effect(async |tx| {
            if let Some(hold) = hold_of(tx, id, &payload).await? {
                end_hold(tx, &app.core, &hold, HoldState::Released).await?;
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
            verification_token: new_token(),
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

/// The unguessable part of the address behind the QR code: 128 random bits.
fn new_token() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(clock::random::<16>())
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

fn fits(place: &Place, application: &Application) -> bool {
    place.group.state_order
        && place.kindergarten.kind == KindergartenKind::PrivateStateOrder
        && place.kindergarten.locality_id == application.locality_id
        && place.group.birth_years.take(application.child.birth_date)
}
