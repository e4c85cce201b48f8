//! Free places come to those who wait for them: subscriptions, and the feed of what has become
//! free.

use super::{
    error::{Error, Located, Result},
    notices::{
        self, Told,
        texts::{Facts, FreePlaces},
    },
    settle, views,
};
use crate::state::App;
use balabaqsha_shared::{
    code::Code,
    dto,
    id::{GroupId, PersonId, VacancySubscriptionId},
    language::Localized,
    notice::NoticeKind,
    rules::Violation,
    vacancy::{Offer, VacancyFilter},
};
use balabaqsha_store::{
    self as store, Tx, freed::FreedPlace, kindergartens::Place, subscriptions::Subscription,
};
use chrono::{DateTime, TimeDelta, Utc};
use rand::seq::SliceRandom;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// So many people are told in one transaction.
const BATCH: usize = 50;
/// When a process that tells has died, another one begins after this time; who was told is not told
/// again.
const LEASE: TimeDelta = TimeDelta::minutes(5);
/// So many subscriptions one person may have.
const LIMIT: usize = 20;
/// So many entries a feed has.
const ENTRIES: usize = 50;
/// Among so many the entries that fit are looked for.
const LOOKED_AT: i64 = 500;

pub async fn create(
    app: &App,
    person: PersonId,
    filter: VacancyFilter,
) -> Result<dto::VacancySubscription> {
    let mut wrong = filter.meaningless();
    let mut tx = app.db.begin().await?;
    if let Some(id) = filter.locality_id
        && store::localities::get(&mut tx, id).await?.is_none()
    {
        wrong.push("/locality_id");
    }
    if !wrong.is_empty() {
        let located = |pointer: &str| Located {
            pointer: pointer.to_owned(),
            violation: Violation::new(Code::ChoiceInvalid),
        };
        return Err(Error::invalid(wrong.into_iter().map(located).collect()));
    }
    if store::subscriptions::list_of(&mut tx, person).await?.len() >= LIMIT {
        return Err(Violation::new(Code::TooManySubscriptions)
            .with("limit", LIMIT)
            .into());
    }
    let subscription = Subscription {
        id: VacancySubscriptionId::new(app.new_id()),
        person_id: person,
        filter,
        created_at: app.now(),
    };
    store::subscriptions::insert(&mut tx, &subscription).await?;
    tx.commit().await?;
    Ok(view(&subscription))
}

fn view(subscription: &Subscription) -> dto::VacancySubscription {
    dto::VacancySubscription {
        id: subscription.id,
        filter: subscription.filter,
        created_at: subscription.created_at,
    }
}

pub async fn list(app: &App, person: PersonId) -> Result<dto::VacancySubscriptionList> {
    let mut tx = app.db.read().await?;
    let subscriptions = store::subscriptions::list_of(&mut tx, person).await?;
    Ok(dto::VacancySubscriptionList {
        items: subscriptions.iter().map(view).collect(),
    })
}

pub async fn delete(app: &App, person: PersonId, id: VacancySubscriptionId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    if !store::subscriptions::delete(&mut tx, person, id).await? {
        return Err(Error::refused(Code::NotFound));
    }
    tx.commit().await?;
    Ok(())
}

fn offer(place: &Place) -> Offer {
    Offer {
        locality_id: place.kindergarten.locality_id,
        instruction_language: place.group.instruction_language,
        birth_years: place.group.birth_years,
        coordinates: place.kindergarten.coordinates,
    }
}

/// Tells those who have subscribed of the places that have become free, each person once however
/// many there are. It is the work of a job and never of a request: so many people are told in one
/// transaction that nobody else waits for long, in an order that is another with each place.
pub async fn tell_of_freed_places(app: &App) -> Result<()> {
    let now = app.now();
    if !app.clock.is_certain() {
        return Ok(());
    }
    let mut tx = app.db.read().await?;
    let anything = store::freed::is_untold(&mut tx, now).await?;
    drop(tx);
    if !anything {
        return Ok(());
    }
    let freed = app
        .db
        .transact(async |tx| store::freed::claim_untold(tx, now, now + LEASE).await)
        .await?;
    let Some(last) = freed.last() else {
        return Ok(());
    };
    let mut people = whom_to_tell(app, &freed, now).await?;
    people.shuffle(&mut rand::rng());
    for batch in people.chunks(BATCH) {
        app.db
            .transact(async |tx| tell(tx, app, batch, (last.id, now)).await)
            .await?;
    }
    app.db
        .transact(async |tx| {
            for place in &freed {
                store::freed::mark_told(tx, place.id, now).await?;
            }
            Ok(())
        })
        .await
}

/// Who waits for any of the places, and for which.
async fn whom_to_tell(
    app: &App,
    freed: &[FreedPlace],
    now: DateTime<Utc>,
) -> Result<Vec<(PersonId, Facts)>> {
    let groups: BTreeSet<GroupId> = freed.iter().map(FreedPlace::group).collect();
    let mut tx = app.db.read().await?;
    // Somebody may have been faster: only what is still free is worth a mail.
    let places: Vec<Place> = store::kindergartens::vacancies(&mut tx, None, None, now)
        .await?
        .into_iter()
        .filter(|place| groups.contains(&place.group.id))
        .collect();
    let wishes = store::subscriptions::list(&mut tx).await?;
    let mut people = Vec::new();
    for (person, fitting) in by_person(&wishes, &places) {
        let facts = Facts {
            places: free_places(&mut tx, &fitting).await?,
            ..Facts::default()
        };
        people.push((person, facts));
    }
    Ok(people)
}

async fn tell(
    tx: &mut Tx,
    app: &App,
    people: &[(PersonId, Facts)],
    (cause, at): (Uuid, DateTime<Utc>),
) -> Result<()> {
    for (person, facts) in people {
        let told = Told {
            kind: NoticeKind::PlaceAvailable,
            cause,
            at,
            application: None,
            facts,
        };
        notices::write(tx, app, *person, &told).await?;
    }
    Ok(())
}

/// The places that fit any of a person's wishes; people for whom there is none are left out.
fn by_person<'a>(
    wishes: &[Subscription],
    places: &'a [Place],
) -> BTreeMap<PersonId, Vec<&'a Place>> {
    let mut filters: BTreeMap<PersonId, Vec<&VacancyFilter>> = BTreeMap::new();
    for wish in wishes {
        filters
            .entry(wish.person_id)
            .or_default()
            .push(&wish.filter);
    }
    filters
        .into_iter()
        .map(|(person, filters)| {
            let fits = |place: &&Place| filters.iter().any(|filter| filter.fits(&offer(place)));
            (person, places.iter().filter(fits).collect::<Vec<_>>())
        })
        .filter(|(_, fitting)| !fitting.is_empty())
        .collect()
}

async fn free_places(tx: &mut Tx, places: &[&Place]) -> Result<Vec<FreePlaces>> {
    let mut named = Vec::with_capacity(places.len());
    for place in places {
        let locality = store::localities::require(tx, place.kindergarten.locality_id).await?;
        named.push(FreePlaces {
            locality: locality.name,
            kindergarten: place.kindergarten.name.clone(),
            group: place.group.name.clone(),
            count: views::count(i64::from(place.group.free)),
        });
    }
    Ok(named)
}

/// A place that has become free, for the feed.
#[derive(Clone, Debug)]
pub struct FeedEntry {
    pub id: Uuid,
    pub public_from: DateTime<Utc>,
    pub locality: Localized,
    pub vacancy: dto::Vacancy,
}

/// The latest places that have become free and fit, the newest first.
pub async fn feed(app: &App, filter: &VacancyFilter) -> Result<Vec<FeedEntry>> {
    settle::sweep(app).await?;
    let mut tx = app.db.read().await?;
    let latest = store::freed::latest(
        &mut tx,
        filter.locality_id,
        filter.birth_year,
        app.now(),
        LOOKED_AT,
    )
    .await?;
    let localities = store::localities::list(&mut tx).await?;
    let name = |place: &Place| {
        localities
            .iter()
            .find(|locality| locality.id == place.kindergarten.locality_id)
            .map(|locality| locality.name.clone())
    };
    Ok(latest
        .into_iter()
        .filter(|(_, place)| filter.fits(&offer(place)))
        .take(ENTRIES)
        .filter_map(|(freed, place)| {
            Some(FeedEntry {
                id: freed.id,
                public_from: freed.public_from,
                locality: name(&place)?,
                vacancy: views::vacancy(place),
            })
        })
        .collect())
}
