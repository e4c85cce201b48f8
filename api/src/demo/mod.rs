//! Demo mode: a certification authority of its own with keys for everybody to try, and made-up
//! places and children. The same calls as a parent's client make the applications of the demo
//! parents, signatures included.

mod children;
pub mod clock;
mod grounds;
mod keys;
mod names;
mod officials;
mod parents;
mod places;
mod registry;

pub use keys::{PASSWORD, file, folder as keys_folder, list};
pub use registry::StandIn;

use crate::{
    app::App,
    clock as source,
    config::Settings,
    error::Result,
    mode::{self, ModeError},
    trust::judgement::TrustStore,
};
use balabaqsha_shared::{dto::DemoChild, time};
use balabaqsha_store::{self as store, Db};
use chrono::{DateTime, Days, Utc};
use rand::{Rng, SeedableRng, rngs::StdRng};

const VERSION: &str = "1";

/// A child of three whom nobody has queued: any number will do, but for one that is taken.
pub async fn made_up_child(app: &App) -> Result<DemoChild> {
    let today = time::local_date(app.core.now());
    let mut tx = app.core.db.read().await?;
    loop {
        let rng = &mut StdRng::from_seed(source::random());
        let birth_date = today - Days::new(rng.random_range(1_150..1_400));
        let child = names::person(rng, birth_date);
        if store::applications::of_child(&mut tx, &child.iin)
            .await?
            .is_empty()
        {
            return Ok(DemoChild {
                iin: child.iin,
                birth_date,
            });
        }
    }
}

/// Makes or loads the demo keys, and empties the database when the demo begins anew.
pub async fn open(
    settings: &Settings,
    db: &Db,
    now: DateTime<Utc>,
) -> std::result::Result<TrustStore, ModeError> {
    if settings.fresh {
        mode::begin_demo_anew(db).await?;
    }
    let trust = keys::open(&settings.data_dir, settings.fresh, now).await?;
    keys::note_revoked(db, &settings.data_dir, now).await?;
    Ok(trust)
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
            grounds::make_up(tx, app).await?;
            children::make_up(tx, app, &places, now).await?;
            store::settings::put(tx, mode::DEMO_DATA, VERSION).await?;
            Result::Ok(Some(places))
        })
        .await?;
    match places {
        Some(places) => {
            parents::apply(app, &places).await?;
            officials::appoint(app).await
        }
        None => Ok(()),
    }
}
