//! Appointing officials and ending appointments (R18): by an official whose duty that is, or at the
//! command line, where the first one is appointed.

use super::doors::{self, Appointments, Official};
use crate::{
    app::{App, Core},
    error::{Error, Result},
    service::{
        audit::{self, Done, Entry},
        input::Fields,
        paging::{page, to_read},
    },
};
use balabaqsha_shared::{
    appointment::Duty,
    code::Code,
    comment::Comment,
    dto,
    id::{AppointmentId, LocalityId},
    iin::Iin,
    rules::Violation,
    time,
};
use balabaqsha_store::{
    self as store, Tx,
    appointments::{Appointment, By},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

/// One page of the appointments in the official's localities.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn list(
    app: &App,
    official: &Official<Appointments>,
    after: Option<AppointmentId>,
    limit: u16,
) -> Result<dto::Page<dto::Appointment>> {
    doors::look(app, official, async |tx, authority| {
        let chief = authority.person.id;
        let (duty, now) = (Duty::Appointments, authority.now);
        let rows =
            store::appointments::list_under(tx, chief, duty, now, after, to_read(limit)).await?;
        let dto::Page { items, next_cursor } = page(rows, limit, |(row, _)| row.id);
        let items = items
            .into_iter()
            .map(|(appointment, full_name)| view(appointment, full_name, now))
            .collect();
        Ok((
            dto::Page { items, next_cursor },
            Entry::look("list_appointments"),
        ))
    })
    .await
}

/// Appoints somebody else.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn appoint(
    app: &App,
    official: &Official<Appointments>,
    request: &dto::AppointmentRequest,
) -> Result<dto::Appointment> {
    let mut fields = Fields::default();
    let iin = fields.iin("/iin", &request.iin);
    let period = Period {
        first_day: request.first_day,
        last_day: request.last_day,
    };
    if !period.is_possible(app.core.now()) {
        fields.refuse("/last_day", Violation::new(Code::PeriodInvalid));
    }
    fields.finish()?;
    let iin = iin.ok_or_else(|| Error::internal("an IIN that was read is absent"))?;
    doors::act(app, official, async |tx, authority| {
        authority.require(request.locality_id)?;
        if iin == authority.person.iin {
            return Err(Error::refused(Code::OwnAppointment));
        }
        let wish = NewAppointment {
            iin: &iin,
            locality: request.locality_id,
            duty: request.duty,
            period,
        };
        let by = By::Person(authority.person.id);
        let (appointment, entry) = appoint_in(tx, &app.core, wish, by).await?;
        Ok(Done::Recorded(
            view(appointment, None, authority.now),
            entry,
        ))
    })
    .await
}

/// Ends an appointment at once.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn end(
    app: &App,
    official: &Official<Appointments>,
    id: AppointmentId,
) -> Result<dto::Appointment> {
    doors::act(app, official, async |tx, authority| {
        let known = store::appointments::get(tx, id).await?;
        let known = known.ok_or_else(|| Error::refused(Code::NotFound))?;
        authority.require(known.locality_id)?;
        let by = By::Person(authority.person.id);
        let (ended, entry) = end_in(tx, &app.core, id, &by).await?;
        Ok(Done::Recorded(view(ended, None, authority.now), entry))
    })
    .await
}

/// From the first moment of a day to the last of another.
#[derive(Clone, Copy, Debug, Default)]
pub struct Period {
    /// From now on when absent.
    pub first_day: Option<NaiveDate>,
    /// Without end when absent.
    pub last_day: Option<NaiveDate>,
}

impl Period {
    fn begins_at(self, now: DateTime<Utc>) -> DateTime<Utc> {
        let first = self.first_day.map(time::start_of_day);
        first.map_or(now, |first| first.max(now))
    }

    fn ends_at(self) -> Option<DateTime<Utc>> {
        self.last_day.map(time::end_of_day)
    }

    fn is_possible(self, now: DateTime<Utc>) -> bool {
        self.ends_at().is_none_or(|end| self.begins_at(now) < end)
    }
}

struct NewAppointment<'a> {
    iin: &'a Iin,
    locality: LocalityId,
    duty: Duty,
    period: Period,
}

async fn appoint_in(
    tx: &mut Tx,
    core: &Core,
    wish: NewAppointment<'_>,
    by: By,
) -> Result<(Appointment, Entry)> {
    let now = core.now();
    let (locality, duty) = (wish.locality, wish.duty);
    let (begins_at, ends_at) = (wish.period.begins_at(now), wish.period.ends_at());
    let living = store::appointments::lock_living(tx, wish.iin, locality, duty, now).await?;
    let meets = |known: &Appointment| {
        ends_at.is_none_or(|end| known.begins_at < end)
            && known.ends_at.is_none_or(|end| begins_at < end)
    };
    if living.iter().any(meets) {
        return Err(Error::refused(Code::AppointmentExists));
    }
    let appointment = Appointment {
        id: AppointmentId::new(core.new_id()),
        iin: wish.iin.clone(),
        locality_id: locality,
        duty,
        begins_at,
        ends_at,
        made_at: now,
        made_by: by,
    };
    store::appointments::insert(tx, &appointment).await?;
    let entry = Entry::act("create_appointment")
        .in_locality(locality)
        .with(json!({"appointment_id": appointment.id, "duty": duty}));
    Ok((appointment, entry))
}

async fn end_in(
    tx: &mut Tx,
    core: &Core,
    id: AppointmentId,
    by: &By,
) -> Result<(Appointment, Entry)> {
    let now = core.now();
    let ended = store::appointments::end(tx, id, now, by).await?;
    let known = store::appointments::get(tx, id).await?;
    let known = known.ok_or_else(|| Error::refused(Code::NotFound))?;
    if !ended {
        let over = Violation::new(Code::AppointmentOver);
        return Err(over
            .with_moment("ended", known.ends_at.unwrap_or(now))
            .into());
    }
    let entry = Entry::act("end_appointment")
        .in_locality(known.locality_id)
        .with(json!({"appointment_id": known.id, "duty": known.duty}));
    Ok((known, entry))
}

fn view(
    appointment: Appointment,
    full_name: Option<String>,
    now: DateTime<Utc>,
) -> dto::Appointment {
    dto::Appointment {
        in_force: appointment.in_force(now),
        id: appointment.id,
        iin: appointment.iin,
        full_name,
        locality_id: appointment.locality_id,
        duty: appointment.duty,
        begins_at: appointment.begins_at,
        ends_at: appointment.ends_at,
        made_at: appointment.made_at,
    }
}

/// Why an operator's command did nothing.
#[derive(Debug, thiserror::Error)]
pub enum AppointmentError {
    #[error("{0:?} is not an IIN: twelve digits with a right control digit")]
    Iin(String),
    #[error("there is no locality {0:?}; `balabaqsha import localities` makes them")]
    Locality(String),
    #[error("{0:?} is no duty; known are: {known}", known = duties())]
    Duty(String),
    #[error(
        "the name of who decided must have 1 to {max} characters and no hidden ones",
        max = Comment::MAX_CHARS
    )]
    Operator,
    #[error("{code}: the last day lies before the first", code = Code::PeriodInvalid)]
    Period,
    #[error("there is no appointment {0}")]
    Unknown(String),
    #[error("{code}: {iin} in {locality}, {duty}", code = Code::AppointmentExists, duty = .duty.as_str())]
    Exists {
        iin: String,
        locality: String,
        duty: Duty,
    },
    #[error("{code}: {0}", code = Code::AppointmentOver)]
    Over(AppointmentId),
    #[error(transparent)]
    Service(#[from] Error),
}

impl From<store::Error> for AppointmentError {
    fn from(error: store::Error) -> Self {
        Self::Service(error.into())
    }
}

fn duties() -> String {
    Duty::ALL.map(Duty::as_str).join(", ")
}

/// What an operator has typed in: the person gets each of the duties in each of the localities.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    pub iin: &'a str,
    /// Codes.
    pub localities: &'a [String],
    pub duties: &'a [String],
    pub period: Period,
    /// Name of who decided.
    pub by: &'a str,
}

/// Appoints at the command line, all or nothing.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn appoint_by_operator(
    core: &Core,
    wish: Wish<'_>,
) -> std::result::Result<Vec<Appointment>, AppointmentError> {
    let iin = Iin::parse(wish.iin.trim()).map_err(|_| AppointmentError::Iin(wish.iin.into()))?;
    let by = Comment::parse(wish.by).map_err(|_| AppointmentError::Operator)?;
    let duties = wish
        .duties
        .iter()
        .map(|name| Duty::from_name(name).ok_or_else(|| AppointmentError::Duty(name.clone())))
        .collect::<std::result::Result<Vec<_>, _>>()?;
    if !wish.period.is_possible(core.now()) {
        return Err(AppointmentError::Period);
    }
    core.db
        .transact(async |tx| {
            let mut made = Vec::new();
            for code in wish.localities {
                let locality = store::localities::by_code(tx, code)
                    .await?
                    .ok_or_else(|| AppointmentError::Locality(code.clone()))?;
                for duty in &duties {
                    let wish = NewAppointment {
                        iin: &iin,
                        locality: locality.id,
                        duty: *duty,
                        period: wish.period,
                    };
                    let appointed = appoint_in(tx, core, wish, By::Operator(by.clone())).await;
                    let (appointment, entry) = appointed.map_err(|error| match error {
                        Error::Refused(refusal) if refusal.code == Code::AppointmentExists => {
                            AppointmentError::Exists {
                                iin: iin.to_string(),
                                locality: code.clone(),
                                duty: *duty,
                            }
                        }
                        other => other.into(),
                    })?;
                    audit::record_operator(tx, core, by.as_str(), entry).await?;
                    made.push(appointment);
                }
            }
            Ok(made)
        })
        .await
}

/// Ends an appointment at the command line.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn end_by_operator(
    core: &Core,
    id: &str,
    by: &str,
) -> std::result::Result<Appointment, AppointmentError> {
    let unknown = || AppointmentError::Unknown(id.to_owned());
    let id: AppointmentId = id.parse().map_err(|_| unknown())?;
    let by = Comment::parse(by).map_err(|_| AppointmentError::Operator)?;
    core.db
        .transact(async |tx| {
            let ended = end_in(tx, core, id, &By::Operator(by.clone())).await;
            let (ended, entry) = ended.map_err(|error| match error {
                Error::Refused(refusal) if refusal.code == Code::NotFound => unknown(),
                Error::Refused(refusal) if refusal.code == Code::AppointmentOver => {
                    AppointmentError::Over(id)
                }
                other => other.into(),
            })?;
            audit::record_operator(tx, core, by.as_str(), entry).await?;
            Ok(ended)
        })
        .await
}

/// All appointments with the codes of their localities, also those that are over.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn list_for_operator(core: &Core) -> Result<Vec<(Appointment, String)>> {
    const AT_ONCE: i64 = 1_000;
    let mut tx = core.db.read().await?;
    let localities = store::localities::list(&mut tx).await?;
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let some = store::appointments::list(&mut tx, after, AT_ONCE).await?;
        let Some(last) = some.last() else {
            return Ok(all);
        };
        after = Some(last.id);
        for appointment in some {
            let of =
                |locality: &&store::localities::Locality| locality.id == appointment.locality_id;
            let code = localities
                .iter()
                .find(of)
                .map(|locality| locality.code.clone());
            all.push((appointment, code.unwrap_or_default()));
        }
    }
}
