//! Applications as their parents see them: the list, one of them, its history, the places that fit.

use super::views;
use crate::{
    app::App,
    error::Result,
    service::{
        life::{holding, settle, visibility::visible},
        paging::{page, to_read},
    },
};
use balabaqsha_shared::{
    Language, dto,
    id::{ApplicationId, PersonId},
};
use balabaqsha_store as store;

/// The journal of applications; the cursor names the last line of the page before.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn list(
    app: &App,
    person: PersonId,
    cursor: Option<ApplicationId>,
    limit: u16,
) -> Result<dto::Page<dto::ApplicationSummary>> {
    let mut tx = settle::read(app).await?;
    let before = match cursor {
        Some(id) => {
            let last = visible(&mut tx, person, id).await?;
            Some((last.submitted_at, last.id))
        }
        None => None,
    };
    let rows = store::applications::list_of(&mut tx, person, before, to_read(limit)).await?;
    let dto::Page {
        items: rows,
        next_cursor,
    } = page(rows, limit, |row| row.id);
    let items = rows.into_iter().map(views::application_summary).collect();
    Ok(dto::Page { items, next_cursor })
}

#[tracing::instrument(level = "debug", skip_all)]
pub async fn get(
    app: &App,
    person: PersonId,
    id: ApplicationId,
    language: Language,
) -> Result<dto::Application> {
    let mut tx = settle::read(app).await?;
    let application = visible(&mut tx, person, id).await?;
    views::application(&mut tx, app, person, application, language).await
}

#[tracing::instrument(level = "debug", skip_all)]
pub async fn history(app: &App, person: PersonId, id: ApplicationId) -> Result<dto::History> {
    let mut tx = settle::read(app).await?;
    visible(&mut tx, person, id).await?;
    let items = store::events::list_of(&mut tx, id)
        .await?
        .into_iter()
        .map(event)
        .collect();
    Ok(dto::History { items })
}

/// Without who has caused it.
pub(in crate::service) fn event(event: store::events::Event) -> dto::HistoryEvent {
    dto::HistoryEvent {
        id: event.id,
        at: event.at,
        kind: event.kind,
        rule: event.rule,
        data: event.data,
    }
}

/// Places of the locality that fit the child's year of birth and are free for this child.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn vacancies(app: &App, person: PersonId, id: ApplicationId) -> Result<dto::VacancyList> {
    let mut tx = settle::read(app).await?;
    let application = visible(&mut tx, person, id).await?;
    let now = app.core.now();
    let locality = store::localities::require(&mut tx, application.locality_id).await?;
    let chances =
        holding::chances(&mut tx, app, person, &application, &locality.rules, now).await?;
    let places = holding::vacancies(&mut tx, &application, &chances, now).await?;
    Ok(dto::VacancyList {
        items: places.into_iter().map(views::vacancy).collect(),
    })
}
