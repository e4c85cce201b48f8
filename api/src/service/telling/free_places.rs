//! Tells those who have subscribed of the places that have become free.

use super::{
    notices::{self, Told},
    texts::{Facts, FreePlaces},
};
use crate::{app::Core, error::Result, service::counting::count};
use balabaqsha_shared::{
    id::{GroupId, PersonId},
    notice::NoticeKind,
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

/// What a place has to offer to those who look for one.
pub(in crate::service) fn offer(place: &Place) -> Offer {
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
pub async fn tell(core: &Core) -> Result<()> {
    let now = core.now();
    if !core.clock.is_certain() {
        return Ok(());
    }
    let mut tx = core.db.read().await?;
    let anything = store::freed::is_untold(&mut tx, now).await?;
    drop(tx);
    if !anything {
        return Ok(());
    }
    let freed = core
        .db
        .transact(async |tx| store::freed::claim_untold(tx, now, now + LEASE).await)
        .await?;
    let Some(last) = freed.last() else {
        return Ok(());
    };
    let mut people = whom_to_tell(core, &freed, now).await?;
    people.shuffle(&mut rand::rng());
    let news = News {
        cause: last.id,
        at: now,
    };
    for batch in people.chunks(BATCH) {
        core.db
            .transact(async |tx| tell_batch(tx, core, batch, news).await)
            .await?;
    }
    core.db
        .transact(async |tx| {
            for place in &freed {
                store::freed::mark_told(tx, place.id, now).await?;
            }
            Ok(())
        })
        .await
}

/// The last place of which people are told, and when.
#[derive(Clone, Copy, Debug)]
struct News {
    cause: Uuid,
    at: DateTime<Utc>,
}

/// Who waits for any of the places, and for which.
async fn whom_to_tell(
    core: &Core,
    freed: &[FreedPlace],
    now: DateTime<Utc>,
) -> Result<Vec<(PersonId, Facts)>> {
    let groups: BTreeSet<GroupId> = freed.iter().map(FreedPlace::group).collect();
    let mut tx = core.db.read().await?;
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

async fn tell_batch(
    tx: &mut Tx,
    core: &Core,
    people: &[(PersonId, Facts)],
    news: News,
) -> Result<()> {
    for (person, facts) in people {
        let told = Told {
            kind: NoticeKind::PlaceAvailable,
            cause: news.cause,
            at: news.at,
            application: None,
            facts,
        };
        let person = store::persons::require(tx, *person).await?;
        notices::write(tx, core, &person, &told).await?;
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
            count: count(i64::from(place.group.free)),
        });
    }
    Ok(named)
}
