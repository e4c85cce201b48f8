//! The feed of what has become free.

use super::views;
use crate::{
    app::App,
    error::Result,
    service::{life::settle, telling::free_places::offer},
};
use balabaqsha_shared::{Localized, dto, vacancy::VacancyFilter};
use balabaqsha_store::{self as store, kindergartens::Place};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// So many entries a feed has.
const ENTRIES: usize = 50;

/// Among so many the entries that fit are looked for.
const LOOKED_AT: i64 = 500;

/// A place that has become free, for the feed.
#[derive(Clone, Debug)]
pub struct FeedEntry {
    pub id: Uuid,
    pub public_from: DateTime<Utc>,
    pub locality: Localized,
    pub vacancy: dto::Vacancy,
}

/// The latest places that have become free and fit, the newest first.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn feed(app: &App, filter: &VacancyFilter) -> Result<Vec<FeedEntry>> {
    let mut tx = settle::read(app).await?;
    let latest = store::freed::latest(
        &mut tx,
        filter.locality_id,
        filter.birth_year,
        app.core.now(),
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
