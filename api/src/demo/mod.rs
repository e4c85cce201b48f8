//! Demo mode: a certification authority of its own with keys for everybody to try, and a made-up city. Its kindergartens
//! and its queue come by the imports of a city, from tables that everybody can have. The same calls as a parent's client
//! make the applications of the demo parents, signatures included.

mod children;
pub mod clock;
mod grounds;
mod keys;
mod names;
mod neighbours;
mod officials;
mod parents;
mod registry;
mod tables;

pub use keys::{PASSWORD, file, folder as keys_folder, list};
pub use registry::StandIn;
pub use tables::file as table;

use crate::{
    app::App,
    clock as source,
    config::Settings,
    error::{Error, Result},
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

/// Fills an empty database. What was interrupted goes on.
pub async fn prepare(app: &App) -> Result<()> {
    let mut tx = app.core.db.read().await?;
    let made = store::settings::get(&mut tx, mode::DEMO_DATA).await?;
    drop(tx);
    if made.is_some() {
        return Ok(());
    }
    tracing::info!("making up the demo data");
    let began = tables::begin(&app.core).await?;
    tables::bring_in(app, began).await?;
    app.core
        .db
        .transact(async |tx| {
            neighbours::make_up(tx, app).await?;
            grounds::make_up(tx, app).await?;
            children::make_up(tx, app).await?;
            Ok::<_, Error>(store::settings::put(tx, mode::DEMO_DATA, VERSION).await?)
        })
        .await?;
    parents::apply(app).await?;
    officials::appoint(app).await
}
