//! The notices of a person, as they are shown in the account.

use crate::{
    app::App,
    error::{Error, Result},
    service::{
        counting::count,
        life::settle,
        paging::{page, to_read},
        telling::texts::{self, Facts},
    },
};
use balabaqsha_shared::{
    Language,
    code::Code,
    dto,
    id::{NoticeId, PersonId},
};
use balabaqsha_store::{self as store, notices::Notice};

/// The notices of a person, the newest first; the cursor names the last one of the page before.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn list(
    app: &App,
    person: PersonId,
    cursor: Option<NoticeId>,
    limit: u16,
    language: Language,
) -> Result<dto::NoticePage> {
    let mut tx = settle::read(app).await?;
    let unread = store::notices::count_unread(&mut tx, person).await?;
    let rows = store::notices::list_of(&mut tx, person, cursor, to_read(limit)).await?;
    let dto::Page {
        items: rows,
        next_cursor,
    } = page(rows, limit, |row| row.id);
    Ok(dto::NoticePage {
        unread: count(unread),
        items: rows
            .into_iter()
            .map(|row| view(row, language))
            .collect::<Result<_>>()?,
        next_cursor,
    })
}

fn view(notice: Notice, language: Language) -> Result<dto::Notice> {
    let facts: Facts = serde_json::from_value(notice.facts).map_err(Error::internal)?;
    let words = texts::notice(language, notice.kind, &facts);
    Ok(dto::Notice {
        id: notice.id,
        kind: notice.kind,
        at: notice.at,
        application_id: notice.application_id,
        title: words.title,
        text: words.text,
        read_at: notice.read_at,
    })
}

/// Marks a notice as read; again changes nothing.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn mark_read(app: &App, person: PersonId, id: NoticeId) -> Result<()> {
    app.core
        .db
        .transact(async |tx| {
            if store::notices::mark_read(tx, person, id, app.core.now()).await? {
                Ok(())
            } else {
                Err(Error::refused(Code::NotFound))
            }
        })
        .await
}
