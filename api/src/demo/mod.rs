//! Demo mode: a certification authority of its own with keys for everybody to try, and made-up
//! places and children. The same calls as a parent's client make the applications of the demo
//! parents, signatures included.

mod children;
pub mod clock;
mod keys;
mod names;
mod parents;
mod places;

pub use keys::{PASSWORD, file, folder as keys_folder, list};

use crate::{
    app::App,
    config::Settings,
    error::Result,
    mode::{self, ModeError},
    trust::judgement::TrustStore,
};
use balabaqsha_store::{self as store, Db};
use chrono::{DateTime, Utc};

const VERSION: &str = "1";

/// Makes or loads the demo keys, and empties the database when the demo begins anew.
pub async fn open(
    settings: &Settings,
    db: &Db,
    now: DateTime<Utc>,
) -> std::result::Result<TrustStore, ModeError> {
    if settings.fresh {
        mode::begin_demo_anew(db).await?;
    }
    Ok(keys::open(&settings.data_dir, settings.fresh, now).await?)
}

/// Fills an empty database.
pub async fn prepare(app: &App) -> Result<()> {
    let places = app
        .core
        .db
        .transact(async |tx| {
            if store::settings::get(tx, mode::DEMO_DATA).await?.is_some() {
                return Ok(None);
            }
            tracing::info!("making up the demo data");
            let now = app.core.now();
            let places = places::make_up(tx, now).await?;
            children::make_up(tx, app, &places, now).await?;
            store::settings::put(tx, mode::DEMO_DATA, VERSION).await?;
            Result::Ok(Some(places))
        })
        .await?;
    match places {
        Some(places) => parents::apply(app, &places).await,
        None => Ok(()),
    }
}
