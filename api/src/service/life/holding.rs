//! What a person and a child may still hold (R8), and the places that are free for a child (R6 c): public
//! ones, the one it holds, and those that rest after its own holds.

use crate::{app::App, error::Result, service::counting::count};
use balabaqsha_shared::{
    dto::ServiceMode,
    entity::Application,
    id::{GroupId, PersonId},
    iin::Iin,
    profile::RulesProfile,
    rules::{
        Violation,
        r06_choosing::{Next, Places},
        r08_hold::{self, Holding, OfPerson},
    },
    time,
};
use balabaqsha_store::{
    self as store, Tx,
    holds::{Hold, Resting},
    kindergartens::Place,
};
use chrono::{DateTime, TimeDelta, Utc};

/// Whether people are counted: in the demo visitors share keys.
pub(in crate::service) fn counts_people(app: &App) -> bool {
    app.settings.mode() == ServiceMode::Production
}

/// What a child may still hold.
#[derive(Debug)]
pub(in crate::service) struct Chances {
    /// New holds that are left today.
    pub left: u32,
    /// What stands against a new hold.
    pub against_new: Vec<Violation>,
    /// What stands against going back to a place.
    pub against_regained: Vec<Violation>,
    /// The live hold of this application.
    pub live: Option<Hold>,
    /// Places that this child may take again.
    pub resting: Vec<Resting>,
}

impl Chances {
    /// What stands against choosing: nothing where the child has a hold already.
    pub fn against(&self) -> &[Violation] {
        match (&self.live, self.resting.is_empty()) {
            (Some(_), _) => &[],
            (None, false) => &self.against_regained,
            (None, true) => &self.against_new,
        }
    }
}

/// Whose chances are asked for.
#[derive(Clone, Copy, Debug)]
pub(in crate::service) struct Of<'a> {
    pub person: PersonId,
    pub application: &'a Application,
    pub profile: &'a RulesProfile,
    /// The applications of the other children of a joint step.
    pub beside: &'a [&'a Application],
}

pub(in crate::service) async fn chances(
    tx: &mut Tx,
    app: &App,
    of: Of<'_>,
    now: DateTime<Utc>,
) -> Result<Chances> {
    let Of {
        person,
        application,
        profile,
        beside,
    } = of;
    let child = &application.child.iin;
    let today = time::start_of_day(time::local_date(now));
    let of_person = if counts_people(app) {
        let others = beside.iter().map(|other| &other.child.iin);
        let children: Vec<&Iin> = others.chain([child]).collect();
        let in_hand =
            store::holds::in_hand(tx, person, &children, application.locality_id, now).await?;
        let limited = !application.verification.is_verified() && !in_hand.lifted;
        let further = u32::try_from(beside.len()).unwrap_or(u32::MAX);
        let unverified = beside
            .iter()
            .filter(|other| !other.verification.is_verified());
        let unverified = count(in_hand.unverified)
            .saturating_add(u32::try_from(unverified.count()).unwrap_or(u32::MAX));
        Some(OfPerson {
            counted: count(in_hand.counted),
            further_children: count(in_hand.further_children).saturating_add(further),
            live_holds: count(in_hand.live_holds),
            further_in_step: further,
            unverified_in_hand: limited.then_some(unverified),
        })
    } else {
        None
    };
    let facts = Holding {
        now,
        profile,
        of_child: count(store::holds::count_of_child(tx, child, today).await?),
        of_person,
    };
    Ok(Chances {
        left: r08_hold::left(&facts),
        against_new: r08_hold::violations(&facts),
        against_regained: of_person
            .map(|of_person| r08_hold::in_hand(profile, &of_person))
            .unwrap_or_default(),
        live: store::holds::live_of(tx, application.id).await?,
        resting: store::holds::resting_of(tx, application.id, now).await?,
    })
}

/// The groups with places that are free for the child, each with their number.
pub(in crate::service) async fn vacancies(
    tx: &mut Tx,
    application: &Application,
    chances: &Chances,
    now: DateTime<Utc>,
) -> Result<Vec<Place>> {
    let mut places = store::kindergartens::vacancies(
        tx,
        Some(application.locality_id),
        Some(application.child.birth_year()),
        now,
    )
    .await?;
    let own = chances.live.iter().map(|hold| hold.group_id);
    let own: Vec<GroupId> = own
        .chain(chances.resting.iter().map(|resting| resting.group))
        .collect();
    for group in own {
        match places.iter_mut().find(|place| place.group.id == group) {
            Some(place) => place.group.free += 1,
            None => {
                let mut place = store::kindergartens::require_place(tx, group).await?;
                place.group.free = 1;
                places.push(place);
            }
        }
    }
    places.sort_by_key(|place| (place.kindergarten.id, place.group.id));
    Ok(places)
}

/// R6 (c), and otherwise when a place may become free.
pub(in crate::service) async fn places(
    tx: &mut Tx,
    application: &Application,
    profile: &RulesProfile,
    free: u32,
    now: DateTime<Utc>,
) -> Result<Places> {
    if free > 0 {
        return Ok(Places { free, next: None });
    }
    let next = store::freed::next_publication(
        tx,
        application.locality_id,
        application.child.birth_year(),
        now,
    )
    .await?;
    let longest = TimeDelta::minutes(i64::from(profile.resting.to_minutes));
    let next = next.map(|at| match profile.publication_time {
        Some(_) if at > now + longest => Next::At(at),
        _ => Next::WithinMinutes,
    });
    Ok(Places { free, next })
}
