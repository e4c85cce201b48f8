//! The account of a person.

use crate::{app::App, error::Result};
use balabaqsha_shared::{dto, id::PersonId};
use balabaqsha_store::{self as store, Tx, persons::Person};
use chrono::{DateTime, Utc};

/// The person of a session.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn me(app: &App, id: PersonId) -> Result<dto::Person> {
    let mut tx = app.core.db.read().await?;
    let person = store::persons::require(&mut tx, id).await?;
    view(&mut tx, person, app.core.now()).await
}

/// The person as everybody who is them sees it.
pub(super) async fn view(tx: &mut Tx, person: Person, now: DateTime<Utc>) -> Result<dto::Person> {
    let waiting = store::persons::new_address(tx, person.id, now).await?;
    let email = person.email.map(|address| dto::EmailState {
        address,
        confirmed: person.email_confirmed_at.is_some(),
        new_address: waiting.map(|(address, _)| address),
        refused: person.email_refused_at.is_some(),
    });
    Ok(dto::Person {
        id: person.id,
        iin: person.iin,
        full_name: person.full_name,
        email,
        language: person.language,
    })
}
