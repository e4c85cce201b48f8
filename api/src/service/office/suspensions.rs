//! R24: a locality issues no referrals for a time. Holds that live are honoured, and deadlines run on.

use crate::{
    app::Core,
    error::Error,
    service::audit::{self, Entry},
};
use balabaqsha_shared::{code::Code, comment::Comment, id::SuspensionId, time};
use balabaqsha_store::{self as store, localities::Locality, suspensions::Suspension};
use chrono::NaiveDate;
use serde_json::json;

/// Why a command did nothing.
#[derive(Debug, thiserror::Error)]
pub enum SuspensionError {
    #[error("there is no locality {0:?}")]
    Locality(String),
    #[error("the reason must have 1 to {max} characters and no hidden ones", max = Comment::MAX_CHARS)]
    Reason,
    #[error(
        "the name of who decided must have 1 to {max} characters and no hidden ones",
        max = Comment::MAX_CHARS
    )]
    Operator,
    #[error("{code}: the last day lies before the first, or is over", code = Code::PeriodInvalid)]
    Period,
    #[error("nothing is suspended in {0}")]
    None(String),
    #[error(transparent)]
    Service(#[from] Error),
}

impl From<store::Error> for SuspensionError {
    fn from(error: store::Error) -> Self {
        Self::Service(error.into())
    }
}

/// What an operator has typed in.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// Code of the locality.
    pub locality: &'a str,
    /// From now on when absent.
    pub first_day: Option<NaiveDate>,
    pub last_day: NaiveDate,
    /// Parents read it.
    pub reason: &'a str,
    /// Name of who decided.
    pub by: &'a str,
}

async fn locality(
    tx: &mut store::Tx,
    code: &str,
) -> std::result::Result<Locality, SuspensionError> {
    store::localities::by_code(tx, code)
        .await?
        .ok_or_else(|| SuspensionError::Locality(code.to_owned()))
}

/// Suspends the issue of referrals.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn begin(
    core: &Core,
    wish: Wish<'_>,
) -> std::result::Result<Suspension, SuspensionError> {
    let now = core.now();
    let begins_at = wish.first_day.map_or(now, time::start_of_day).max(now);
    let ends_at = time::end_of_day(wish.last_day);
    let reason = Comment::parse(wish.reason).map_err(|_| SuspensionError::Reason)?;
    let made_by = Comment::parse(wish.by).map_err(|_| SuspensionError::Operator)?;
    if ends_at <= begins_at {
        return Err(SuspensionError::Period);
    }
    core.db
        .transact(async |tx| {
            let locality = locality(tx, wish.locality).await?;
            let suspension = Suspension {
                id: SuspensionId::new(core.new_id()),
                locality_id: locality.id,
                begins_at,
                ends_at,
                reason,
                made_at: now,
                made_by,
            };
            store::suspensions::insert(tx, &suspension).await?;
            let entry = Entry::act("suspend_issue")
                .in_locality(locality.id)
                .with(json!({"suspension_id": suspension.id, "ends_at": ends_at}));
            audit::record_operator(tx, core, suspension.made_by.as_str(), entry).await?;
            Ok(suspension)
        })
        .await
}

/// Lets referrals be issued again.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn end(core: &Core, code: &str, by: &str) -> std::result::Result<(), SuspensionError> {
    let by = Comment::parse(by).map_err(|_| SuspensionError::Operator)?;
    core.db
        .transact(async |tx| {
            let locality = locality(tx, code).await?;
            if store::suspensions::end(tx, locality.id, core.now()).await? == 0 {
                return Err(SuspensionError::None(code.to_owned()));
            }
            let entry = Entry::act("resume_issue").in_locality(locality.id);
            audit::record_operator(tx, core, by.as_str(), entry).await?;
            Ok(())
        })
        .await
}
