//! The doors of the office. An [`Official`] is somebody who acts in that capacity; it opens nothing but
//! these doors. Each looks whether the appointment for the duty is in force, in the transaction of the
//! work, and writes the audit log (R25): an act in its own transaction, a look before its answer.

use crate::{
    app::App,
    error::{Error, Result},
    service::{
        audit::{self, Actor, Done, Entry, Origin},
        life::settle::{self, Settled},
    },
};
use balabaqsha_shared::{
    appointment::Duty,
    audit::AuditCapacity,
    code::Code,
    id::{LocalityId, PersonId},
};
use balabaqsha_store::{self as store, Tx, persons::Person};
use chrono::{DateTime, Utc};
use std::marker::PhantomData;

/// Duties in the type of a handler's argument: one of them is needed.
pub trait Office {
    const DUTIES: &'static [Duty];
}

macro_rules! offices {
    ($($(#[$doc:meta])* $name:ident: $($duty:ident)|+;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub enum $name {}

        impl Office for $name {
            const DUTIES: &'static [Duty] = &[$(Duty::$duty),+];
        }
    )+};
}

offices! {
    /// [`Duty::Registry`].
    Registry: Registry;
    /// [`Duty::Queue`].
    Queue: Queue;
    /// [`Duty::Audit`].
    Audit: Audit;
    /// [`Duty::Appointments`].
    Appointments: Appointments;
    /// Tables of the registry or of a queue; which of the two is asked later.
    Tables: Registry | Queue;
    /// Signed decisions; which duty it takes, their kind says.
    Decisions: Registry | Queue;
    /// Whatever an official is appointed for.
    AnyDuty: Registry | Queue | Audit | Appointments;
}

/// A person who acts as an official with one of the duties of `D`.
#[derive(Clone, Debug)]
pub struct Official<D> {
    person: PersonId,
    origin: Origin,
    duty: PhantomData<D>,
}

impl<D: Office> Official<D> {
    /// Whoever has logged in and chosen this capacity. Whether they are appointed, the doors find out.
    #[must_use]
    pub const fn new(person: PersonId, origin: Origin) -> Self {
        Self {
            person,
            origin,
            duty: PhantomData,
        }
    }
}

impl<D> Official<D> {
    pub(super) const fn person(&self) -> PersonId {
        self.person
    }
}

/// What an official may touch: localities in which an appointment for one of the duties is in force.
#[derive(Debug)]
pub struct Authority {
    pub(super) person: Person,
    pub(super) localities: Vec<LocalityId>,
    pub(super) now: DateTime<Utc>,
    /// In force, of those that the door asks for.
    appointments: Vec<(LocalityId, Duty)>,
}

impl Authority {
    /// What lies in other localities does not exist (R2).
    pub(super) fn require(&self, locality: LocalityId) -> Result<()> {
        if self.localities.contains(&locality) {
            Ok(())
        } else {
            Err(Error::refused(Code::NotFound))
        }
    }

    /// Where the official has this duty; nowhere is refused.
    pub(super) fn with(&self, duty: Duty) -> Result<Vec<LocalityId>> {
        let localities: Vec<LocalityId> = self
            .appointments
            .iter()
            .filter(|(_, known)| *known == duty)
            .map(|(locality, _)| *locality)
            .collect();
        if localities.is_empty() {
            Err(Error::refused(Code::NotAppointed))
        } else {
            Ok(localities)
        }
    }

    /// What the official is appointed for in a locality, as far as the door asks.
    pub(super) fn duties_in(&self, locality: LocalityId) -> Vec<Duty> {
        let here = self.appointments.iter().filter(|(at, _)| *at == locality);
        let mut duties: Vec<Duty> = here.map(|(_, duty)| *duty).collect();
        duties.dedup();
        duties
    }
}

async fn authority<D: Office>(
    tx: &mut Tx,
    official: &Official<D>,
    now: DateTime<Utc>,
) -> Result<Authority> {
    let appointments = store::appointments::in_force(tx, official.person, now).await?;
    let appointments: Vec<_> = appointments
        .into_iter()
        .filter(|appointment| D::DUTIES.contains(&appointment.duty))
        .map(|appointment| (appointment.locality_id, appointment.duty))
        .collect();
    let mut localities: Vec<_> = appointments.iter().map(|(locality, _)| *locality).collect();
    localities.dedup();
    if localities.is_empty() {
        return Err(Error::refused(Code::NotAppointed));
    }
    Ok(Authority {
        person: store::persons::require(tx, official.person).await?,
        localities,
        now,
        appointments,
    })
}

/// Writes the record; without a locality of its own it belongs to the first of the official's.
async fn record<D>(
    tx: &mut Tx,
    app: &App,
    official: &Official<D>,
    authority: &Authority,
    entry: Entry,
) -> Result<()> {
    let home = entry.locality().or(authority.localities.first().copied());
    let home = home.ok_or_else(|| Error::internal("an official without a locality"))?;
    let actor = Actor {
        capacity: AuditCapacity::Official,
        name: authority.person.iin.to_string(),
        organisation: store::localities::require(tx, home).await?.name,
        origin: &official.origin,
    };
    audit::record(tx, &app.core, actor, entry.in_locality(home)).await
}

/// Something an official does.
pub(super) async fn act<D: Office, T>(
    app: &App,
    official: &Official<D>,
    work: impl AsyncFnOnce(&mut Tx, &Authority) -> Result<Done<T>>,
) -> Result<T> {
    settle::transact(app, async |tx| {
        let authority = authority(tx, official, app.core.now()).await?;
        match work(tx, &authority).await? {
            Done::Recorded(value, entry) => {
                record(tx, app, official, &authority, entry).await?;
                Ok(value)
            }
            Done::Unchanged(value) => Ok(value),
        }
    })
    .await
}

/// What a rehearsal of an act ends with; either way nothing was changed.
enum Rehearsal<T> {
    Done(T),
    Refused(Error),
}

impl<T> From<store::Error> for Rehearsal<T> {
    fn from(error: store::Error) -> Self {
        Self::Refused(error.into())
    }
}

impl<T> From<Error> for Rehearsal<T> {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

/// Does what an act would do and takes it back, so that nobody is asked to sign what would be refused.
pub(super) async fn rehearse<D: Office, T>(
    app: &App,
    official: &Official<D>,
    work: impl AsyncFnOnce(&mut Tx, &Authority) -> Result<T>,
) -> Result<T> {
    settle::sweep(app).await?;
    let rehearsed: std::result::Result<(), Rehearsal<T>> = app
        .core
        .db
        .transact(async |tx| {
            let authority = authority(tx, official, app.core.now()).await?;
            Err(Rehearsal::Done(work(tx, &authority).await?))
        })
        .await;
    match rehearsed {
        Err(Rehearsal::Done(value)) => Ok(value),
        Err(Rehearsal::Refused(error)) => Err(error),
        Ok(()) => Err(Error::internal("a rehearsal was kept")),
    }
}

/// A look at the data of children or parents: no answer without its record.
pub(super) async fn look<D: Office, T>(
    app: &App,
    official: &Official<D>,
    work: impl AsyncFnOnce(&mut Settled, &Authority) -> Result<(T, Entry)>,
) -> Result<T> {
    let mut tx = settle::read(app).await?;
    let authority = authority(&mut tx, official, app.core.now()).await?;
    let (value, entry) = work(&mut tx, &authority).await?;
    drop(tx);
    app.core
        .db
        .transact(async |tx| record(tx, app, official, &authority, entry).await)
        .await?;
    Ok(value)
}

/// A look at what tells nothing of children or parents, such as the registry: it leaves no record.
pub(super) async fn view<D: Office, T>(
    app: &App,
    official: &Official<D>,
    work: impl AsyncFnOnce(&mut Settled, &Authority) -> Result<T>,
) -> Result<T> {
    let mut tx = settle::read(app).await?;
    let authority = authority(&mut tx, official, app.core.now()).await?;
    work(&mut tx, &authority).await
}
