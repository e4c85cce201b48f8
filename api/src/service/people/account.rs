//! The account of a person.

use crate::{app::App, error::Result};
use balabaqsha_shared::{appointment::Capacity, dto, id::PersonId};
use balabaqsha_store::{self as store, persons::Person};

/// The person of a session, and in what capacities they may act.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn me(app: &App, id: PersonId) -> Result<dto::Me> {
    let mut tx = app.core.db.read().await?;
    let person = view(&store::persons::require(&mut tx, id).await?);
    let appointments = store::appointments::in_force(&mut tx, id, app.core.now()).await?;
    let mut duties = Vec::with_capacity(appointments.len());
    for appointment in appointments {
        let locality = store::localities::require(&mut tx, appointment.locality_id).await?;
        duties.push(dto::DutyInLocality {
            duty: appointment.duty,
            locality_id: locality.id,
            locality_name: locality.name,
            ends_at: appointment.ends_at,
        });
    }
    let parent = dto::AvailableCapacity {
        capacity: Capacity::Parent,
        duties: Vec::new(),
    };
    let official = (!duties.is_empty()).then_some(dto::AvailableCapacity {
        capacity: Capacity::Official,
        duties,
    });
    Ok(dto::Me {
        person,
        capacities: std::iter::once(parent).chain(official).collect(),
    })
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
