//! The place of a child: whether it may be chosen (R6), and holding it for the time of signing (R8), for one child
//! or for several in one step.

use super::{Choosing, Payload, Step, check_choosing};
use crate::{
    error::{Error, Located, Result},
    service::{
        acts::{Drafting, Signer, keep_draft},
        life::{
            freeing::{end_hold, with_their_steps},
            holding::{self, Chances},
            journal::{self, Cause},
            referral::lock_settled,
            visibility,
        },
        telling::notices::Subject,
    },
};
use balabaqsha_shared::{
    Language,
    code::Code,
    dto,
    entity::Application,
    event::Event,
    id::{ApplicationId, GroupId, HoldId, JointStepId},
    kindergarten::KindergartenKind,
    rules::{Violation, r06_choosing, r08_hold},
    statement::Statement,
};
use balabaqsha_store::{
    self as store, Tx,
    drafts::Draft,
    holds::{Hold, HoldState, Resting},
    kindergartens::Place,
    localities::Locality,
};
use chrono::{DateTime, Utc};

/// A place that a child may choose, as far as the child and the place go.
pub(super) struct Wanted {
    pub application: Application,
    pub locality: Locality,
    pub place: Place,
}

/// Locks and settles the application, and asks whether the child may choose (R6) and the group fits.
pub(super) async fn wanted(
    tx: &mut Tx,
    by: Signer<'_>,
    application: ApplicationId,
    group: GroupId,
) -> Result<Wanted> {
    let now = by.now;
    let (application, locality) =
        lock_settled(tx, &by.app.core, by.person, application, now).await?;
    check_choosing(tx, &application, &locality, now).await?;
    // (f): holds that live are honoured.
    if store::holds::live_of(tx, application.id).await?.is_none()
        && let Some(suspended) = store::suspensions::of(tx, locality.id, now).await?
    {
        let reason = suspended.reason.as_str();
        return Err(r06_choosing::suspension(suspended.ends_at, reason).into());
    }
    let place = store::kindergartens::place(tx, group)
        .await?
        .filter(|place| fits(place, &application))
        .ok_or_else(|| {
            Error::invalid(vec![Located {
                pointer: "/group_id".into(),
                violation: Violation::new(Code::GroupUnsuitable),
            }])
        })?;
    Ok(Wanted {
        application,
        locality,
        place,
    })
}

/// How a place comes to be held.
#[derive(Clone, Debug)]
enum Way {
    /// It is held already.
    Kept(Hold),
    /// It rests after a hold of the child.
    Regained(Resting),
    New,
}

/// A hold that is about to begin, or to go on.
pub(super) struct Intended {
    wanted: Wanted,
    way: Way,
    id: HoldId,
    /// Of the request.
    pointer: String,
}

impl Intended {
    /// Refused where nothing is left to hold with.
    pub async fn of(
        tx: &mut Tx,
        by: Signer<'_>,
        wanted: Wanted,
        beside: &[&Application],
        pointer: String,
    ) -> Result<Self> {
        let of = holding::Of {
            person: by.person,
            application: &wanted.application,
            profile: &wanted.locality.rules,
            beside,
        };
        let chances = holding::chances(tx, by.app, of, by.now).await?;
        let way = Way::of(&chances, wanted.place.group.id);
        let against = match way {
            // One that becomes a hold of a joint step is one more of it.
            Way::Kept(_) if beside.is_empty() => Vec::new(),
            Way::Kept(_) | Way::Regained(_) => chances.against_regained,
            Way::New => chances.against_new,
        };
        match Error::by_rule(against) {
            Some(refusal) => Err(refusal),
            None => Ok(Self {
                id: match &way {
                    Way::Kept(hold) => hold.id,
                    Way::Regained(_) | Way::New => HoldId::new(by.app.core.new_id()),
                },
                wanted,
                way,
                pointer,
            }),
        }
    }

    pub const fn application(&self) -> ApplicationId {
        self.wanted.application.id
    }

    /// The joint step of the hold that is kept.
    pub fn kept_step(&self) -> Option<JointStepId> {
        match &self.way {
            Way::Kept(hold) => hold.joint_step,
            Way::Regained(_) | Way::New => None,
        }
    }

    /// When the hold would be over by itself.
    pub fn expires_at(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let rules = &self.wanted.locality.rules;
        match &self.way {
            Way::Kept(hold) => hold.expires_at,
            Way::Regained(first) => {
                let left = first.expires_at - first.ended_at;
                r08_hold::regained_expires_at(now, left, rules)
            }
            Way::New => r08_hold::expires_at(now, rules),
        }
    }
}

impl Way {
    fn of(chances: &Chances, group: GroupId) -> Self {
        let kept = chances.live.iter().find(|hold| hold.group_id == group);
        let regained = chances
            .resting
            .iter()
            .find(|resting| resting.group == group);
        match (kept, regained) {
            (Some(hold), _) => Self::Kept(hold.clone()),
            (None, Some(first)) => Self::Regained(*first),
            (None, None) => Self::New,
        }
    }
}

/// The text of the referral that the hold is for.
pub(super) async fn draft(
    tx: &mut Tx,
    by: Signer<'_>,
    intended: &Intended,
    language: Language,
    expires_at: DateTime<Utc>,
    step: Option<Step>,
) -> Result<Draft> {
    let Wanted {
        application,
        locality,
        place,
    } = &intended.wanted;
    let drafting = Drafting {
        application: Some(application.id),
        payload: Payload {
            hold_id: Some(intended.id),
            step,
        },
        language,
        expires_at,
    };
    keep_draft::<Choosing>(tx, by, drafting, |draft| Statement::Referral {
        draft,
        child: &application.child,
        application: application.number.as_str(),
        kindergarten: &place.kindergarten.name,
        address: &place.kindergarten.address,
        group: &place.group.name,
        instruction: place.group.instruction_language,
        arrival_working_days: locality.rules.arrival_working_days,
    })
    .await
}

/// A hold with its draft.
pub(super) struct Prepared {
    pub intended: Intended,
    pub draft: Draft,
}

/// R8: takes the places for signing and gives the old ones back, in whatever locality they are; all, or none.
pub(super) async fn hold(
    tx: &mut Tx,
    by: Signer<'_>,
    prepared: &[Prepared],
    step: Option<&Step>,
) -> Result<()> {
    let mut old = Vec::new();
    for one in prepared {
        old.extend(replaced(tx, by, one).await?);
    }
    let kept: Vec<HoldId> = prepared.iter().map(|one| one.intended.id).collect();
    let mut ending = with_their_steps(tx, old).await?;
    ending.retain(|hold| !kept.contains(&hold.id));
    let groups = prepared.iter().map(Prepared::group);
    let groups = groups.chain(ending.iter().map(|hold| hold.group_id));
    store::dialect::lock_groups(tx, groups.collect()).await?;
    for one in prepared {
        if !one.take(tx, by.now).await? {
            return Err(Error::refused(Code::PlaceTaken).within(&one.intended.pointer));
        }
    }
    for hold in &ending {
        end_hold(tx, &by.app.core, hold, HoldState::Released).await?;
    }
    for one in prepared {
        one.keep(tx, by, step).await?;
    }
    Ok(())
}

/// The live holds of the child, the one that is kept among them.
async fn replaced(tx: &mut Tx, by: Signer<'_>, one: &Prepared) -> Result<Vec<Hold>> {
    let application = &one.intended.wanted.application;
    if let Way::Kept(hold) = &one.intended.way {
        return Ok(vec![hold.clone()]);
    }
    let old = store::holds::live_of_child(tx, &application.child.iin).await?;
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
    Ok(old)
}

impl Prepared {
    fn group(&self) -> GroupId {
        self.intended.wanted.place.group.id
    }

    /// Counts the place as held; false when it is gone.
    async fn take(&self, tx: &mut Tx, now: DateTime<Utc>) -> Result<bool> {
        let group = self.group();
        Ok(match &self.intended.way {
            Way::Kept(_) => true,
            Way::Regained(first) => {
                store::places::hold_resting_place(tx, group, first.hold, now).await?
            }
            Way::New => store::places::hold_place(tx, group, now).await?,
        })
    }

    /// Writes the hold down.
    async fn keep(&self, tx: &mut Tx, by: Signer<'_>, step: Option<&Step>) -> Result<()> {
        let Intended {
            wanted, way, id, ..
        } = &self.intended;
        let joint_step = step.map(|step| step.id);
        let regained_from = match way {
            Way::Kept(hold) => {
                let hold = Hold {
                    draft_id: self.draft.id,
                    expires_at: self.draft.expires_at,
                    joint_step,
                    ..hold.clone()
                };
                return Ok(store::holds::repoint(tx, &hold).await?);
            }
            Way::Regained(first) => Some(first.hold),
            Way::New => None,
        };
        let hold = Hold {
            id: *id,
            draft_id: self.draft.id,
            application_id: wanted.application.id,
            group_id: self.group(),
            state: HoldState::Live,
            created_at: by.now,
            expires_at: self.draft.expires_at,
            regained_from,
            joint_step,
        };
        store::holds::insert(tx, &hold, &wanted.application.child.iin).await?;
        let event = Event::PlaceHeld {
            group_id: hold.group_id,
            kindergarten: wanted.place.kindergarten.name.clone(),
            expires_at: hold.expires_at,
        };
        let cause = Cause::Person(by.person);
        journal::record(
            tx,
            &by.app.core,
            Subject::Hold(&hold),
            by.now,
            cause,
            &event,
        )
        .await
    }

    pub fn view(&self) -> dto::Draft {
        dto::Draft {
            hold: Some(dto::Hold {
                group_id: self.group(),
                expires_at: self.draft.expires_at,
            }),
            ..super::draft_view(&self.draft)
        }
    }
}

fn fits(place: &Place, application: &Application) -> bool {
    place.group.state_order
        && place.kindergarten.kind == KindergartenKind::PrivateStateOrder
        && place.kindergarten.locality_id == application.locality_id
        && place.group.birth_years.take(application.child.birth_date)
}
