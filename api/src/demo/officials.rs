//! The official of the demo.

use super::keys::OFFICIAL;
use crate::{
    app::App,
    error::{Error, Result},
    service::office::appointments::{self, AppointmentError, Period, Wish},
};
use balabaqsha_shared::appointment::Duty;
use balabaqsha_store as store;

/// Whose name the audit log has for it.
const BY: &str = "Демо";

/// Appoints the official for everything, in all localities that are served here.
pub(super) async fn appoint(app: &App) -> Result<()> {
    let mut tx = app.core.db.read().await?;
    let localities = store::localities::list(&mut tx).await?;
    drop(tx);
    let served = localities
        .into_iter()
        .filter(|locality| locality.served_here);
    let codes: Vec<String> = served.map(|locality| locality.code).collect();
    let duties = Duty::ALL.map(|duty| duty.as_str().to_owned());
    let wish = Wish {
        iin: OFFICIAL.iin(),
        localities: &codes,
        duties: &duties,
        period: Period::default(),
        by: BY,
    };
    match appointments::appoint_by_operator(&app.core, wish).await {
        Ok(_) => Ok(()),
        Err(AppointmentError::Service(error)) => Err(error),
        Err(error) => Err(Error::internal(error)),
    }
}
