//! R22: an official lifts the limits of a person in a locality for a time: how many applications the person
//! submits (R4), and for how many unverified children it holds places (R8).

use crate::{
    app::Core,
    error::Error,
    service::audit::{self, Entry},
};
use balabaqsha_shared::{
    code::Code,
    comment::Comment,
    id::{LiftedLimitsId, LocalityId},
    iin::Iin,
    time,
};
use balabaqsha_store::{self as store, Tx, lifted_limits::LiftedLimits, localities::Locality};
use chrono::NaiveDate;
use serde_json::json;

/// Why a command did nothing.
#[derive(Debug, thiserror::Error)]
pub enum LimitsError {
    #[error("an IIN has twelve digits")]
    Iin,
    #[error("there is no locality {0:?}")]
    Locality(String),
    #[error("the reason must have 1 to {max} characters and no hidden ones", max = Comment::MAX_CHARS)]
    Reason,
    #[error(
        "the name of who decided must have 1 to {max} characters and no hidden ones",
        max = Comment::MAX_CHARS
    )]
    Operator,
    #[error("{code}: the last day is over", code = Code::PeriodInvalid)]
    Period,
    #[error("no limits of this person are lifted in {0}")]
    None(String),
    #[error(transparent)]
    Service(#[from] Error),
}

impl From<store::Error> for LimitsError {
    fn from(error: store::Error) -> Self {
        Self::Service(error.into())
    }
}

impl From<LimitsError> for Error {
    fn from(error: LimitsError) -> Self {
        match error {
            LimitsError::Iin => Self::refused(Code::IinInvalid),
            LimitsError::Locality(_) | LimitsError::None(_) => Self::refused(Code::NotFound),
            LimitsError::Reason | LimitsError::Operator => Self::refused(Code::TextInvalid),
            LimitsError::Period => Self::refused(Code::PeriodInvalid),
            LimitsError::Service(error) => error,
        }
    }
}

/// Whose limits, and where; as an operator has typed it.
#[derive(Clone, Copy, Debug)]
pub struct Whose<'a> {
    pub iin: &'a str,
    /// Code of the locality.
    pub locality: &'a str,
    /// Name of who decided.
    pub by: &'a str,
}

struct Found {
    iin: Iin,
    locality: Locality,
    by: Comment,
}

async fn find(tx: &mut Tx, whose: Whose<'_>) -> Result<Found, LimitsError> {
    let iin = Iin::typed(whose.iin).map_err(|_| LimitsError::Iin)?;
    let by = Comment::parse(whose.by).map_err(|_| LimitsError::Operator)?;
    let locality = store::localities::by_code(tx, whose.locality)
        .await?
        .ok_or_else(|| LimitsError::Locality(whose.locality.to_owned()))?;
    Ok(Found { iin, locality, by })
}

/// Lifts the limits until the end of a day.
///
/// # Errors
/// With what is wrong; nothing was changed then.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn lift(
    core: &Core,
    whose: Whose<'_>,
    last_day: NaiveDate,
    reason: &str,
) -> Result<LiftedLimits, LimitsError> {
    let reason = Comment::parse(reason).map_err(|_| LimitsError::Reason)?;
    core.db
        .transact(async |tx| {
            let found = find(tx, whose).await?;
            let lifting = Lifting {
                iin: found.iin,
                locality: found.locality.id,
                last_day,
                reason,
                by: found.by,
            };
            let lifted = lift_in(tx, core, lifting).await?;
            let entry = Entry::act("lift_limits")
                .in_locality(lifted.locality_id)
                .with(json!({"lifted_limits_id": lifted.id, "ends_at": lifted.ends_at}));
            audit::record_operator(tx, core, lifted.made_by.as_str(), entry).await?;
            Ok(lifted)
        })
        .await
}

/// What an official has decided.
pub(super) struct Lifting {
    pub iin: Iin,
    pub locality: LocalityId,
    pub last_day: NaiveDate,
    pub reason: Comment,
    pub by: Comment,
}

pub(super) async fn lift_in(
    tx: &mut Tx,
    core: &Core,
    lifting: Lifting,
) -> Result<LiftedLimits, LimitsError> {
    let now = core.now();
    let ends_at = time::end_of_day(lifting.last_day);
    if ends_at <= now {
        return Err(LimitsError::Period);
    }
    let lifted = LiftedLimits {
        id: LiftedLimitsId::new(core.new_id()),
        iin: lifting.iin,
        locality_id: lifting.locality,
        begins_at: now,
        ends_at,
        reason: lifting.reason,
        made_by: lifting.by,
    };
    store::lifted_limits::insert(tx, &lifted).await?;
    Ok(lifted)
}

/// Lets the limits hold again before their time.
///
/// # Errors
/// With what is wrong; nothing was changed then.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn end(core: &Core, whose: Whose<'_>) -> Result<(), LimitsError> {
    core.db
        .transact(async |tx| {
            let found = find(tx, whose).await?;
            let locality = found.locality.id;
            if store::lifted_limits::end(tx, &found.iin, locality, core.now()).await? == 0 {
                return Err(LimitsError::None(whose.locality.to_owned()));
            }
            let entry = Entry::act("restore_limits").in_locality(locality);
            audit::record_operator(tx, core, found.by.as_str(), entry).await?;
            Ok(())
        })
        .await
}

/// All that are lifted now, each with the code of its locality.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn list(core: &Core) -> Result<Vec<(LiftedLimits, String)>, LimitsError> {
    let mut tx = core.db.read().await?;
    let mut listed = Vec::new();
    for lifted in store::lifted_limits::present(&mut tx, core.now()).await? {
        let locality = store::localities::require(&mut tx, lifted.locality_id).await?;
        listed.push((lifted, locality.code));
    }
    Ok(listed)
}
