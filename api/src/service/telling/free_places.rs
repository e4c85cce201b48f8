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
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

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
/// many there are; says how many places were told of.
pub(in crate::service) async fn tell(
    tx: &mut Tx,
    core: &Core,
    now: DateTime<Utc>,
) -> Result<usize> {
    let freed = store::freed::lock_untold(tx, now).await?;
    let Some(last) = freed.last() else {
        return Ok(0);
    };
    for place in &freed {
        store::freed::mark_told(tx, place.id, now).await?;
    }
    let groups: BTreeSet<GroupId> = freed.iter().map(FreedPlace::group).collect();
    // Somebody may have been faster: only what is still free is worth a mail.
    let places: Vec<Place> = store::kindergartens::vacancies(tx, None, None, now)
        .await?
        .into_iter()
        .filter(|place| groups.contains(&place.group.id))
        .collect();
    let wishes = store::subscriptions::list(tx).await?;
    for (person, fitting) in by_person(&wishes, &places) {
        let facts = Facts {
            places: free_places(tx, &fitting).await?,
            ..Facts::default()
        };
        let told = Told {
            kind: NoticeKind::PlaceAvailable,
            cause: last.id,
            at: now,
            application: None,
            facts: &facts,
        };
        let person = store::persons::require(tx, person).await?;
        notices::write(tx, core, &person, &told).await?;
    }
    Ok(freed.len())
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
