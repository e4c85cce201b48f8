//! Made-up children who have got their places lately.

use super::names;
use crate::{
    app::App,
    clock,
    error::{Error, Result},
};
use balabaqsha_shared::{
    Language,
    application::{
        ApplicationState, Benefit, BenefitState, Category, Standing, Verification, VerifiedBy,
    },
    child::{Child, NamePart},
    entity::{Application, Changed, Referral},
    event::Event,
    id::{ApplicationId, EventId, GroupId, LocalityId, PersonId, ReferralId},
    number::{ApplicationNumber, ReferralNumber},
    phone::Phone,
    referral::{ReferralState, Terms},
    rules::r10_arrival,
    time, token,
};
use balabaqsha_store::{self as store, Tx, kindergartens::Group, localities::Locality};
use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use rand::{Rng, SeedableRng, rngs::StdRng};

const SEED: u64 = 85;
const ENROLLED: usize = 240;

pub(super) async fn make_up(tx: &mut Tx, app: &App) -> Result<()> {
    let now = app.core.now();
    let rng = &mut StdRng::seed_from_u64(SEED);
    let localities = store::localities::list(tx).await?;
    let mut fitting = Vec::new();
    for kindergarten in store::kindergartens::list(tx, None, None, i64::MAX).await? {
        let groups = store::kindergartens::groups(tx, kindergarten.id, now).await?;
        // Most children were there before the service was.
        let fits = |group: &Group| group.state_order && group.capacity - group.free > 12;
        fitting.extend(groups.into_iter().filter(fits).map(|group| Fitting {
            locality: kindergarten.locality_id,
            group,
        }));
    }
    for _ in 0..ENROLLED {
        let Fitting { locality, group } = nth(&fitting, rng.random())?;
        let locality = localities
            .iter()
            .find(|known| known.id == *locality)
            .ok_or_else(|| Error::internal("a locality of the demo"))?;
        enrolled(tx, rng, app, locality, group).await?;
    }
    Ok(())
}

/// A group that children come to.
struct Fitting {
    locality: LocalityId,
    group: Group,
}

fn nth<T>(list: &[T], part: f64) -> Result<&T> {
    list.iter()
        .enumerate()
        .find(|(index, _)| {
            let edge = u32::try_from(index + 1).map_or(0.0, f64::from);
            let length = u32::try_from(list.len()).map_or(1.0, f64::from);
            part < edge / length
        })
        .map(|(_, item)| item)
        .ok_or_else(|| Error::internal("an empty list of the demo"))
}

async fn application(
    tx: &mut Tx,
    rng: &mut StdRng,
    locality: &Locality,
    birth_date: NaiveDate,
    submitted_at: DateTime<Utc>,
) -> Result<Application> {
    let name = |text: &str| NamePart::parse(text).map_err(Error::internal);
    let child = names::person(rng, birth_date);
    let parent_birth = birth_date - Days::new(rng.random_range(8_000..14_000));
    let parent = names::person(rng, parent_birth);
    let person = store::persons::log_in(
        tx,
        PersonId::new(clock::id_from(submitted_at, rng.random())),
        &parent.iin,
        &format!("{} {}", parent.surname, parent.given_name).to_uppercase(),
        Language::Kk,
        submitted_at,
    )
    .await?;
    let year = time::local_date(submitted_at).year();
    let region = &*locality.number_region;
    let serial = store::counters::next(tx, &format!("application {region} {year}")).await?;
    let phone = format!("+7701{:07}", rng.random_range(0..10_000_000));
    Ok(Application {
        id: ApplicationId::new(clock::id_from(submitted_at, rng.random())),
        number: ApplicationNumber::new(region, year, serial),
        locality_id: locality.id,
        applicant_id: person.id,
        child: Child {
            iin: child.iin,
            surname: name(&child.surname)?,
            given_name: name(&child.given_name)?,
            patronymic: None,
            birth_date,
        },
        // Those that are shown have been decided.
        benefit: match rng.random_range(0..100) {
            0..3 => Some(Category::Extraordinary),
            3..15 => Some(Category::Priority),
            _ => None,
        }
        .map(|category| Benefit {
            category,
            state: BenefitState::Confirmed,
        }),
        contact_phone: Phone::parse(&phone).map_err(Error::internal)?,
        submitted_at: time::to_micros(submitted_at),
        state: ApplicationState::Queued,
        standing: Standing::TakesPart,
        verification: Verification::Verified {
            by: VerifiedBy::ExistedBefore,
            at: submitted_at,
        },
        discounted: false,
        lapses: 0,
    })
}

/// A child that got a place under the state order in the past weeks and arrived.
async fn enrolled(
    tx: &mut Tx,
    rng: &mut StdRng,
    app: &App,
    locality: &Locality,
    group: &Group,
) -> Result<()> {
    let now = app.core.now();
    let region = &*locality.number_region;
    let issued_at = time::to_micros(now - TimeDelta::seconds(rng.random_range(90_000..5_000_000)));
    let birth = NaiveDate::from_yo_opt(group.birth_years.from, rng.random_range(1..300))
        .ok_or_else(|| Error::internal("a day of the demo"))?;
    let submitted_at = issued_at - TimeDelta::days(rng.random_range(30..400));
    let application = application(tx, rng, locality, birth, submitted_at).await?;
    let at = (issued_at + TimeDelta::days(1)).min(now);
    store::applications::insert(tx, &application).await?;
    submitted(tx, rng, &application).await?;
    let calendar = app.core.calendar.current(tx).await?;
    let terms = Terms::at_issue(issued_at, &locality.rules, &calendar)?;
    let year = time::local_date(issued_at).year();
    let serial = store::counters::next(tx, &format!("referral {region} {year}")).await?;
    let referral = Referral {
        id: ReferralId::new(clock::id_from(issued_at, rng.random())),
        number: ReferralNumber::new(region, year, serial),
        application_id: application.id,
        child_iin: application.child.iin.clone(),
        group_id: group.id,
        state: ReferralState::Enrolled { at },
        issued_at,
        deadline: terms.deadline,
        revocable_until: terms.revocable_until,
        extension: None,
        undoable_until: Some(r10_arrival::undoable_until(at, &calendar)?),
        stop_listed_until: None,
        arrived_on: None,
        excused_at: None,
        verification_token: token::written(clock::random()),
    };
    store::referrals::insert(tx, &referral).await?;
    let application = save(tx, application.refer(referral.id)?).await?;
    let application = save(tx, application.enrol(at)?).await?;
    take_place(tx, group.id, now).await?;
    let place = store::kindergartens::require_place(tx, group.id).await?;
    let issued = Event::ReferralIssued {
        number: referral.number.clone(),
        kindergarten: place.kindergarten.name.clone(),
        deadline: referral.deadline,
    };
    journal(tx, rng, &application, issued_at, &issued).await?;
    let enrolled = Event::Enrolled {
        number: referral.number,
        kindergarten: place.kindergarten.name,
    };
    journal(tx, rng, &application, at, &enrolled).await
}

/// A place that nobody has published goes to the child.
async fn take_place(tx: &mut Tx, group: GroupId, now: DateTime<Utc>) -> Result<()> {
    let published = store::places::publish(tx, group, 1).await?;
    if published.is_none() || !store::places::hold_place(tx, group, now).await? {
        return Err(Error::internal("a place of the demo"));
    }
    Ok(store::places::take_held_place(tx, group).await?)
}

async fn save(tx: &mut Tx, changed: Changed<Application>) -> Result<Application> {
    if store::applications::save(tx, &changed).await? {
        Ok(changed.into_now())
    } else {
        Err(Error::internal("an application of the demo changed"))
    }
}

async fn submitted(tx: &mut Tx, rng: &mut StdRng, application: &Application) -> Result<()> {
    let event = Event::ApplicationSubmitted {
        number: application.number.clone(),
    };
    journal(tx, rng, application, application.submitted_at, &event).await
}

/// An event of the past, without notices.
async fn journal(
    tx: &mut Tx,
    rng: &mut StdRng,
    application: &Application,
    at: DateTime<Utc>,
    event: &Event,
) -> Result<()> {
    let entry = store::events::Event {
        id: EventId::new(clock::id_from(at, rng.random())),
        application_id: application.id,
        at,
        kind: event.kind(),
        rule: event.rule().to_owned(),
        actor_id: Some(application.applicant_id),
        client_id: None,
        official: None,
        data: event.data().map_err(Error::internal)?,
    };
    store::events::insert(tx, &entry).await?;
    let moved = store::queue::Cause {
        event: entry.id.uuid(),
        leaving: clock::id_from(at, rng.random()),
        kind: entry.kind,
        at,
    };
    store::queue::record_move(tx, application.id, moved).await?;
    Ok(())
}
