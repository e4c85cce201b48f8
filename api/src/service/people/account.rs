//! The account of a person.

use crate::{access::caller::SessionAt, app::App, error::Result};
use balabaqsha_shared::{appointment::Capacity, dto, id::PersonId};
use balabaqsha_store::{self as store, Tx, persons::Person};
use chrono::{DateTime, Utc};

/// The person of a session, and in what capacities they may act.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn me(app: &App, id: PersonId, session: SessionAt) -> Result<dto::Me> {
    let mut tx = app.core.db.read().await?;
    let now = app.core.now();
    let person = store::persons::require(&mut tx, id).await?;
    let person = view(&mut tx, person, now).await?;
    let appointments = store::appointments::in_force(&mut tx, id, now).await?;
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
    let kindergartens: Vec<_> = store::staff::in_force(&mut tx, id, session.id, now)
        .await?
        .into_iter()
        .map(|(member, kindergarten_name)| dto::StaffOf {
            kindergarten_id: member.kindergarten_id,
            kindergarten_name,
            role: member.role,
        })
        .collect();
    let capacity = |capacity| dto::AvailableCapacity {
        capacity,
        duties: Vec::new(),
        kindergartens: Vec::new(),
    };
    let mut capacities = Vec::new();
    if !session.only_staff {
        capacities.push(capacity(Capacity::Parent));
        if !duties.is_empty() {
            capacities.push(dto::AvailableCapacity {
                duties,
                ..capacity(Capacity::Official)
            });
        }
    }
    if !kindergartens.is_empty() {
        capacities.push(dto::AvailableCapacity {
            kindergartens,
            ..capacity(Capacity::Staff)
        });
    }
    Ok(dto::Me { person, capacities })
}

/// For whom a session is.
#[derive(Debug)]
pub(super) struct Holder {
    pub person: dto::Person,
    /// Whether any appointment is in force.
    pub official: bool,
    /// Whether they work for a kindergarten.
    pub staff: bool,
}

pub(super) async fn holder(
    tx: &mut Tx,
    person: Person,
    session: SessionAt,
    now: DateTime<Utc>,
) -> Result<Holder> {
    let appointments = store::appointments::in_force(tx, person.id, now).await?;
    let staff = store::staff::in_force(tx, person.id, session.id, now).await?;
    Ok(Holder {
        person: view(tx, person, now).await?,
        official: !appointments.is_empty() && !session.only_staff,
        staff: !staff.is_empty(),
    })
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
