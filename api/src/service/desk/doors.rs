//! The doors of the desk (R19). Who attends to a kindergarten, its staff or its program, opens nothing but these. Each
//! looks in the transaction of the work for which kindergartens that counts, and writes the audit log (R25): an act in
//! its own transaction, a look before its answer. Other kindergartens do not exist.

use crate::{
    app::App,
    error::{Error, Result},
    service::{
        audit::{self, Actor, Done, Entry, Origin},
        life::{
            journal::Cause,
            settle::{self, Settled},
        },
        programs::clients,
    },
};
use balabaqsha_shared::{
    audit::AuditCapacity,
    code::Code,
    comment::Comment,
    id::{ClientId, KindergartenId, PersonId, SessionId},
    language::Localized,
    staff::StaffRole,
};
use balabaqsha_store::{self as store, Tx, kindergartens::Kindergarten};
use chrono::{DateTime, Utc};

/// A person who acts as staff of a kindergarten.
#[derive(Clone, Debug)]
pub struct Staff {
    person: PersonId,
    session: SessionId,
    origin: Origin,
}

impl Staff {
    /// Whoever has logged in and chosen this capacity. For which kindergartens they work, the doors find out.
    #[must_use]
    pub const fn new(person: PersonId, session: SessionId, origin: Origin) -> Self {
        Self {
            person,
            session,
            origin,
        }
    }
}

/// The program of an organisation that calls.
#[derive(Clone, Debug)]
pub struct Program {
    id: ClientId,
    origin: Origin,
}

impl Program {
    #[must_use]
    pub const fn new(id: ClientId, origin: Origin) -> Self {
        Self { id, origin }
    }
}

/// Who attends to a kindergarten.
#[derive(Clone, Debug)]
pub enum Attendant {
    Staff(Staff),
    Program(Program),
}

impl From<Staff> for Attendant {
    fn from(staff: Staff) -> Self {
        Self::Staff(staff)
    }
}

/// For what the attendant counts.
#[derive(Debug)]
pub struct Authority {
    kindergartens: Vec<(KindergartenId, StaffRole)>,
    /// In words, for the audit log.
    name: String,
    capacity: AuditCapacity,
    /// What the log calls the organisation where no single kindergarten is concerned.
    organisation: Localized,
    cause: Cause,
    pub(super) person: Option<PersonId>,
    pub(super) now: DateTime<Utc>,
}

impl Authority {
    /// What belongs to other kindergartens does not exist.
    pub(super) fn require(&self, kindergarten: KindergartenId) -> Result<()> {
        if self.role_in(kindergarten).is_some() {
            Ok(())
        } else {
            Err(Error::refused(Code::NotFound))
        }
    }

    /// The person who is the head of the kindergarten.
    pub(super) fn require_head(&self, kindergarten: KindergartenId) -> Result<PersonId> {
        self.require(kindergarten)?;
        match (self.role_in(kindergarten), self.person) {
            (Some(StaffRole::Head), Some(person)) => Ok(person),
            _ => Err(Error::refused(Code::HeadOnly)),
        }
    }

    fn role_in(&self, kindergarten: KindergartenId) -> Option<StaffRole> {
        let found = self
            .kindergartens
            .iter()
            .find(|(id, _)| *id == kindergarten);
        found.map(|(_, role)| *role)
    }

    /// The kindergarten that is meant: the one that is named, else the only one.
    pub(super) fn chosen(&self, named: Option<KindergartenId>) -> Result<KindergartenId> {
        match (named, self.kindergartens.as_slice()) {
            (Some(named), _) => self.require(named).map(|()| named),
            (None, [(only, _), rest @ ..]) if rest.iter().all(|(id, _)| id == only) => Ok(*only),
            (None, _) => Err(Error::refused(Code::NotFound)),
        }
    }

    /// All kindergartens.
    pub(super) fn kindergartens(&self) -> impl Iterator<Item = KindergartenId> {
        self.kindergartens.iter().map(|(id, _)| *id)
    }

    /// By which name the history of the registry knows a program.
    pub(super) fn signature(&self) -> Result<Comment> {
        Comment::parse(&self.name).map_err(Error::internal)
    }

    /// Whom the journal names.
    pub(super) fn cause(&self) -> Cause {
        self.cause.clone()
    }
}

async fn authority(tx: &mut Tx, attendant: &Attendant, now: DateTime<Utc>) -> Result<Authority> {
    match attendant {
        Attendant::Staff(staff) => {
            let known = store::staff::in_force(tx, staff.person, staff.session, now).await?;
            let Some((_, organisation)) = known.first().cloned() else {
                return Err(Error::refused(Code::NotStaff));
            };
            let person = store::persons::require(tx, staff.person).await?;
            Ok(Authority {
                kindergartens: known
                    .into_iter()
                    .map(|(member, _)| (member.kindergarten_id, member.role))
                    .collect(),
                name: person.iin.to_string(),
                capacity: AuditCapacity::Staff,
                organisation,
                cause: Cause::Person(person.id),
                person: Some(person.id),
                now,
            })
        }
        Attendant::Program(program) => {
            let client = clients::require(tx, program.id).await?;
            let known = store::kindergartens::by_bin(tx, &client.bin).await?;
            let bin = client.bin.to_string();
            Ok(Authority {
                kindergartens: known
                    .iter()
                    .map(|known| (known.id, StaffRole::Employee))
                    .collect(),
                name: program.id.to_string(),
                capacity: AuditCapacity::Program,
                organisation: known.map_or_else(
                    || Localized::new(bin.clone(), bin.clone(), bin.clone()),
                    |known| known.name,
                ),
                cause: Cause::Client(client.id),
                person: None,
                now,
            })
        }
    }
}

/// What was done or looked at, and in which kindergarten; none where nothing was found.
#[derive(Debug)]
pub(super) struct In {
    pub kindergarten: Option<KindergartenId>,
    pub entry: Entry,
}

impl In {
    pub(super) const fn kindergarten(id: KindergartenId, entry: Entry) -> Self {
        Self {
            kindergarten: Some(id),
            entry,
        }
    }
}

async fn record(
    tx: &mut Tx,
    app: &App,
    attendant: &Attendant,
    authority: &Authority,
    done: In,
) -> Result<()> {
    let home = done
        .kindergarten
        .or_else(|| authority.kindergartens().next());
    let home: Option<Kindergarten> = match home {
        Some(id) => store::kindergartens::get(tx, id).await?,
        None => None,
    };
    let (organisation, entry) = match home {
        Some(home) => (home.name, done.entry.in_locality(home.locality_id)),
        None => (authority.organisation.clone(), done.entry),
    };
    let origin = match attendant {
        Attendant::Staff(staff) => &staff.origin,
        Attendant::Program(program) => &program.origin,
    };
    let actor = Actor {
        capacity: authority.capacity,
        name: authority.name.clone(),
        organisation,
        origin,
    };
    audit::record(tx, &app.core, actor, entry).await
}

/// What an attendant has done.
#[derive(Debug)]
pub(super) enum Outcome<T> {
    Recorded(T, In),
    Unchanged(T),
}

impl<T> Outcome<T> {
    /// The same in a kindergarten.
    pub(super) fn of(done: Done<T>, kindergarten: KindergartenId) -> Self {
        match done {
            Done::Recorded(value, entry) => {
                Self::Recorded(value, In::kindergarten(kindergarten, entry))
            }
            Done::Unchanged(value) => Self::Unchanged(value),
        }
    }
}

/// Something an attendant does.
pub(super) async fn act<T>(
    app: &App,
    attendant: &Attendant,
    work: impl AsyncFnOnce(&mut Tx, &Authority) -> Result<Outcome<T>>,
) -> Result<T> {
    settle::transact(app, async |tx| {
        let authority = authority(tx, attendant, app.core.now()).await?;
        match work(tx, &authority).await? {
            Outcome::Recorded(value, done) => {
                record(tx, app, attendant, &authority, done).await?;
                Ok(value)
            }
            Outcome::Unchanged(value) => Ok(value),
        }
    })
    .await
}

/// A look at the data of children: no answer without its record.
pub(super) async fn look<T>(
    app: &App,
    attendant: &Attendant,
    work: impl AsyncFnOnce(&mut Settled, &Authority) -> Result<(T, In)>,
) -> Result<T> {
    let mut tx = settle::read(app).await?;
    let authority = authority(&mut tx, attendant, app.core.now()).await?;
    let (value, seen) = work(&mut tx, &authority).await?;
    drop(tx);
    app.core
        .db
        .transact(async |tx| record(tx, app, attendant, &authority, seen).await)
        .await?;
    Ok(value)
}

/// A look at what tells nothing of children or parents, such as places: it leaves no record.
pub(super) async fn view<T>(
    app: &App,
    attendant: &Attendant,
    work: impl AsyncFnOnce(&mut Settled, &Authority) -> Result<T>,
) -> Result<T> {
    let mut tx = settle::read(app).await?;
    let authority = authority(&mut tx, attendant, app.core.now()).await?;
    work(&mut tx, &authority).await
}
