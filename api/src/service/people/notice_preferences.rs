//! Which notices are mailed to a person.

use crate::{
    app::App,
    error::{Error, Located, Result},
};
use balabaqsha_shared::{code::Code, dto, id::PersonId, notice::NoticeKind, rules::Violation};
use balabaqsha_store::{self as store, Tx};

/// Which kinds are mailed to a person.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn preferences(app: &App, person: PersonId) -> Result<dto::NoticePreferences> {
    let mut tx = app.core.db.read().await?;
    preferences_in(&mut tx, person).await
}

async fn preferences_in(tx: &mut Tx, person: PersonId) -> Result<dto::NoticePreferences> {
    let off = store::notices::switched_off(tx, person).await?;
    let items = NoticeKind::ALL
        .into_iter()
        .map(|kind| dto::NoticePreference {
            kind,
            mail: kind.obligatory() || !off.contains(&kind),
            obligatory: kind.obligatory(),
        })
        .collect();
    Ok(dto::NoticePreferences { items })
}

/// Switches mails of some kinds on or off; all of the request, or nothing of it.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn set_preferences(
    app: &App,
    person: PersonId,
    request: &dto::NoticePreferences,
) -> Result<dto::NoticePreferences> {
    let refused: Vec<_> = request
        .items
        .iter()
        .enumerate()
        .filter(|(_, wish)| wish.kind.obligatory() && !wish.mail)
        .map(|(index, _)| Located {
            pointer: format!("/items/{index}/mail"),
            violation: Violation::new(Code::NoticeObligatory),
        })
        .collect();
    if !refused.is_empty() {
        return Err(Error::invalid(refused));
    }
    app.core
        .db
        .transact(async |tx| {
            for wish in &request.items {
                store::notices::switch(tx, person, wish.kind, wish.mail).await?;
            }
            preferences_in(tx, person).await
        })
        .await
}
