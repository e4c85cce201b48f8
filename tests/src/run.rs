//! Runs a test on an engine, and takes everything down again whatever happened.

use crate::{Engine, TestApp, TestDatabase};
use balabaqsha_api::{config::Settings, db::Db};
use balabaqsha_shared::dto::ServiceMode;
use futures_util::FutureExt;
use std::panic::{AssertUnwindSafe, resume_unwind};

/// Makes of each function two tests, one per engine. A function that is not listed is dead code,
/// which the lints refuse.
#[macro_export]
macro_rules! on_both_engines {
    ($run:ident: $($test:ident),+ $(,)?) => {$(
        mod $test {
            #[test]
            fn sqlite() {
                $crate::$run($crate::Engine::Sqlite, super::$test);
            }

            #[test]
            fn postgres() {
                $crate::$run($crate::Engine::Postgres, super::$test);
            }
        }
    )+};
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
}

/// Runs a test against the whole service over HTTP.
pub fn over_http(engine: Engine, test: impl AsyncFnOnce(&TestApp)) {
    over_http_with(engine, |_| (), test);
}

/// The same in demo mode, with its test clock.
pub fn in_demo_mode(engine: Engine, test: impl AsyncFnOnce(&TestApp)) {
    over_http_with(engine, |settings| settings.mode = ServiceMode::Demo, test);
}

/// The same with other settings.
pub fn over_http_with(
    engine: Engine,
    change: impl FnOnce(&mut Settings),
    test: impl AsyncFnOnce(&TestApp),
) {
    runtime().block_on(async {
        let Some(app) = TestApp::start_with(engine, change).await else {
            return;
        };
        let outcome = AssertUnwindSafe(test(&app)).catch_unwind().await;
        app.stop().await;
        outcome.unwrap_or_else(|panic| resume_unwind(panic));
    });
}

/// Runs a test against the storage alone.
pub fn on_database(engine: Engine, test: impl AsyncFnOnce(&Db)) {
    runtime().block_on(async {
        let Some(database) = TestDatabase::create(engine).await else {
            return;
        };
        let db = database.connect().await;
        let outcome = AssertUnwindSafe(test(&db)).catch_unwind().await;
        db.close().await;
        database.remove().await;
        outcome.unwrap_or_else(|panic| resume_unwind(panic));
    });
}
