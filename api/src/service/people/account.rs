//! The account of a person.

use crate::{app::App, error::Result};
use balabaqsha_shared::{dto, id::PersonId};
use balabaqsha_store::{self as store, persons::Person};

/// The person of a session.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn me(app: &App, id: PersonId) -> Result<dto::Person> {
    let mut tx = app.core.db.read().await?;
    Ok(view(&store::persons::require(&mut tx, id).await?))
}

pub(super) fn view(person: &Person) -> dto::Person {
    dto::Person {
        id: person.id,
        iin: person.iin.clone(),
        full_name: person.full_name.clone(),
        email: person.email.clone().map(|address| dto::EmailState {
            address,
            confirmed: person.email_confirmed_at.is_some(),
        }),
        language: person.language,
    }
}
