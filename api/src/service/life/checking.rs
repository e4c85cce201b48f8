//! Whether children are verified in a locality (R27): what an operator switches, and what the doctor says
//! of it.

use super::deciding::DecisionError;
use crate::{app::Core, error::Result};
use balabaqsha_shared::{comment::Comment, profile::ChildCheck};
use balabaqsha_store::{self as store, localities::Locality};

/// Why nothing was switched; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum CheckingError {
    #[error("there is no locality {0:?}")]
    Unknown(String),
    #[error(transparent)]
    Decision(#[from] DecisionError),
}

impl From<store::Error> for CheckingError {
    fn from(error: store::Error) -> Self {
        Self::Decision(error.into())
    }
}

/// Switches the check of a locality. What takes part when it is switched on counts as verified, and
/// says so; answers with how many applications that are.
///
/// # Errors
/// With what is wrong; nothing was changed then.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn switch(
    core: &Core,
    code: &str,
    check: ChildCheck,
    official: &str,
) -> std::result::Result<u64, CheckingError> {
    Comment::parse(official).map_err(|_| DecisionError::Official)?;
    let verified = core
        .db
        .transact(async |tx| {
            if !store::upgrade::finished(tx).await? {
                return Err(CheckingError::from(DecisionError::UpgradeUnfinished));
            }
            let Some(locality) = store::localities::by_code(tx, code).await? else {
                return Err(CheckingError::Unknown(code.to_owned()));
            };
            let before = locality.rules.child_check;
            let mut rules = locality.rules;
            rules.child_check = check;
            store::localities::set_rules(tx, locality.id, &rules).await?;
            match (before, check) {
                (ChildCheck::Off, ChildCheck::On) => {
                    let at = core.now();
                    Ok(store::applications::verify_those_of_before(tx, locality.id, at).await?)
                }
                _ => Ok(0),
            }
        })
        .await?;
    tracing::info!(
        locality = code,
        ?check,
        official,
        "the check of children was switched"
    );
    Ok(verified)
}

/// Localities that are served here, those without the check first.
///
/// # Errors
/// When the database does not answer.
pub async fn localities(core: &Core) -> Result<Vec<Locality>> {
    let mut tx = core.db.read().await?;
    let mut all = store::localities::list(&mut tx).await?;
    all.retain(|locality| locality.served_here);
    all.sort_by_key(|locality| locality.rules.child_check == ChildCheck::On);
    Ok(all)
}
