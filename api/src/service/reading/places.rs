//! Localities, kindergartens and the bulletin of free places: public.

use super::views;
use crate::{
    app::App,
    error::{Error, Result},
    service::{
        counting::count,
        life::settle,
        paging::{page, to_read},
    },
};
use balabaqsha_shared::{
    code::Code,
    dto,
    id::{KindergartenId, LocalityId},
};
use balabaqsha_store::{self as store, Tx};

/// All localities with their sums.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn localities(app: &App) -> Result<dto::LocalityList> {
    let mut tx = settle::read(app).await?;
    let now = app.core.now();
    let sums = store::localities::sums(&mut tx, now).await?;
    let suspensions = store::suspensions::present(&mut tx, now).await?;
    let items = store::localities::list(&mut tx)
        .await?
        .into_iter()
        .map(|locality| {
            let sum = sums.iter().find(|sum| sum.locality_id == locality.id);
            dto::Locality {
                id: locality.id,
                code: locality.code,
                name: locality.name,
                district: locality.district,
                center: locality.center,
                served_here: locality.served_here,
                free_places: sum.map_or(0, |sum| count(sum.free_places)),
                queued_children: sum.map_or(0, |sum| count(sum.queued_children)),
                rules: locality.rules,
                suspension: suspensions
                    .iter()
                    .find(|one| one.locality_id == locality.id)
                    .map(|one| dto::Suspension {
                        ends_at: one.ends_at,
                        reason: one.reason.as_str().to_owned(),
                    }),
            }
        })
        .collect();
    Ok(dto::LocalityList { items })
}

/// One page of kindergartens; the cursor is the last id of the page before.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn kindergartens(
    app: &App,
    locality: Option<LocalityId>,
    after: Option<KindergartenId>,
    limit: u16,
) -> Result<dto::Page<dto::Kindergarten>> {
    let mut tx = settle::read(app).await?;
    let rows = store::kindergartens::list(&mut tx, locality, after, to_read(limit)).await?;
    let dto::Page {
        items: rows,
        next_cursor,
    } = page(rows, limit, |row| row.id);
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(view(&mut tx, app, row).await?);
    }
    Ok(dto::Page { items, next_cursor })
}

#[tracing::instrument(level = "debug", skip_all)]
pub async fn kindergarten(app: &App, id: KindergartenId) -> Result<dto::Kindergarten> {
    let mut tx = settle::read(app).await?;
    let row = store::kindergartens::get(&mut tx, id)
        .await?
        .ok_or_else(|| Error::refused(Code::NotFound))?;
    view(&mut tx, app, row).await
}

async fn view(
    tx: &mut Tx,
    app: &App,
    row: store::kindergartens::Kindergarten,
) -> Result<dto::Kindergarten> {
    let groups = store::kindergartens::groups(tx, row.id, app.core.now()).await?;
    Ok(dto::Kindergarten {
        id: row.id,
        locality_id: row.locality_id,
        kind: row.kind,
        name: row.name,
        address: row.address,
        coordinates: row.coordinates,
        phone: row.phone,
        schedule: row.schedule,
        about: row.about,
        bin: row.bin,
        groups: groups.into_iter().map(views::group).collect(),
    })
}

/// Groups under the state order that have a free place now.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn vacancies(
    app: &App,
    locality: Option<LocalityId>,
    birth_year: Option<i32>,
) -> Result<dto::VacancyList> {
    let mut tx = settle::read(app).await?;
    let places =
        store::kindergartens::vacancies(&mut tx, locality, birth_year, app.core.now()).await?;
    Ok(dto::VacancyList {
        items: places.into_iter().map(views::vacancy).collect(),
    })
}
