//! Whether children are verified in a locality (R27): what an operator switches, and what the doctor says
//! of it.

use super::deciding::DecisionError;
use crate::{
    app::Core,
    error::{Error, Result},
    service::audit::{self, Entry},
};
use balabaqsha_shared::{
    comment::Comment,
    id::RegistryChangeId,
    import::LocalityRow,
    profile::{ChildCheck, RulesProfile},
};
use balabaqsha_store::{
    self as store, Tx,
    appointments::By,
    localities::Locality,
    registry::{self, entries::Reading, history::Change},
};
use serde_json::json;

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

impl From<Error> for CheckingError {
    fn from(error: Error) -> Self {
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
    let official = Comment::parse(official).map_err(|_| DecisionError::Official)?;
    let verified = core
        .db
        .transact(async |tx| {
            if !store::upgrade::finished(tx).await? {
                return Err(CheckingError::from(DecisionError::UpgradeUnfinished));
            }
            let Some(locality) = store::localities::by_code(tx, code).await? else {
                return Err(CheckingError::Unknown(code.to_owned()));
            };
            let rules = RulesProfile {
                child_check: check,
                ..locality.rules.clone()
            };
            let by = By::Operator(official.clone());
            let verified = set_rules(tx, core, &locality, &rules, by).await?;
            let entry = Entry::act("switch_child_check")
                .in_locality(locality.id)
                .with(json!({"child_check": check}));
            audit::record_operator(tx, core, official.as_str(), entry).await?;
            Ok(verified)
        })
        .await?;
    tracing::info!(
        locality = code,
        ?check,
        official = official.as_str(),
        "the check of children was switched"
    );
    Ok(verified)
}

/// Gives a locality another profile and writes its history. Deadlines that are fixed stay. What takes part
/// when the check of children is switched on counts as verified; answers with how many applications that
/// are.
///
/// # Errors
/// When the database does not answer, or refuses.
pub async fn set_rules(
    tx: &mut Tx,
    core: &Core,
    locality: &Locality,
    rules: &RulesProfile,
    by: By,
) -> Result<u64> {
    let id = locality.id;
    let known = registry::entries::locality(tx, id, Reading::ToChange).await?;
    let external_id = known.and_then(|known| known.external_id);
    let row = row(locality, external_id).with_rules(rules);
    store::localities::set_rules(tx, id, rules).await?;
    let mut data = serde_json::to_value(&row).map_err(Error::internal)?;
    if let Some(members) = data.as_object_mut() {
        members.insert("rules".to_owned(), row.rules());
        members.insert("profile".to_owned(), json!(rules));
    }
    let change = Change {
        id: RegistryChangeId::new(core.new_id()),
        at: core.now(),
        kind: "localities",
        subject: id.uuid(),
        data,
        author: by,
    };
    registry::history::insert(tx, &change).await?;
    match (locality.rules.child_check, rules.child_check) {
        (ChildCheck::Off, ChildCheck::On) => {
            Ok(store::applications::verify_those_of_before(tx, id, core.now()).await?)
        }
        _ => Ok(0),
    }
}

/// The locality with the columns of an import.
fn row(locality: &Locality, external_id: Option<String>) -> LocalityRow {
    let name = &locality.name;
    let district = &locality.district;
    LocalityRow {
        external_id: external_id.unwrap_or_else(|| locality.code.clone()),
        code: locality.code.clone(),
        name_kk: name.kk.clone(),
        name_ru: name.ru.clone(),
        name_en: name.en.clone(),
        district_kk: district.kk.clone(),
        district_ru: district.ru.clone(),
        district_en: district.en.clone(),
        latitude: locality.center.latitude,
        longitude: locality.center.longitude,
        number_region: locality.number_region.clone(),
        child_check: false,
        upper_age_years: 0,
        hold_minutes: 0,
        arrival_working_days: 0,
        stop_list_working_days: 0,
        publication_time: None,
    }
    .with_rules(&locality.rules)
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
