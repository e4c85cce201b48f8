//! Demo mode: a certification authority of its own with keys for everybody to try, and made-up
//! places and children. The same calls as a parent's client make the applications of the demo
//! parents, signatures included.

mod children;
pub mod clock;
mod keys;
mod names;
mod parents;
mod places;

pub use keys::{PASSWORD, file, folder as keys_folder, is_of_demo, list};

use crate::{
    app::App,
    config::Settings,
    error::Result,
    mode::{self, ModeError},
    trust::judgement::TrustStore,
};
use balabaqsha_store::{self as store, Db};
use chrono::{DateTime, Utc};

/// The setting that says which demo data the database has.
pub(crate) const SETTING: &str = "demo data";
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
    let mut tx = app.db.begin().await?;
    if store::settings::get(&mut tx, SETTING).await?.is_some() {
        return Ok(());
    }
    tracing::info!("making up the demo data");
    let now = app.now();
    let places = places::make_up(&mut tx, now).await?;
    children::make_up(&mut tx, app, &places, now).await?;
    store::settings::put(&mut tx, SETTING, VERSION).await?;
    tx.commit().await?;
    parents::apply(app, &places).await
}
