//! Runs a test on an engine, and takes everything down again whatever happened.

use crate::{Engine, Installation, TestApp, TestDatabase, TrustServices};
use balabaqsha_api::config::Settings;
use balabaqsha_store::Db;
use futures_util::FutureExt;
use std::{
    panic::{AssertUnwindSafe, resume_unwind},
    sync::Arc,
};

/// Makes of each function two tests, one per engine. A function that is not listed is dead code,
/// which the lints refuse.
#[macro_export]
macro_rules! on_both_engines {
    // With a runner of the test's own module.
    (here::$run:ident: $($test:ident),+ $(,)?) => {$(
        mod $test {
            #[test]
            fn sqlite() {
                super::$run($crate::Engine::Sqlite, super::$test);
            }

            #[test]
            fn postgres() {
                super::$run($crate::Engine::Postgres, super::$test);
            }
        }
    )+};
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
    over_http_with(engine, |settings| settings.demo = true, test);
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

/// Runs a test against the whole service, which trusts an authority with services of its own and
/// asks them about revocation.
pub fn with_services(
    engine: Engine,
    change: impl FnOnce(&mut Settings, &TrustServices),
    test: impl AsyncFnOnce(&TestApp, &TrustServices),
) {
    runtime().block_on(async {
        let services = TrustServices::start().await;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let change = |settings: &mut Settings| {
            services.configure(settings, folder.path());
            change(settings, &services);
        };
        if let Some(app) = TestApp::start_with(engine, change).await {
            services.follow(Arc::clone(&app.clock));
            let outcome = AssertUnwindSafe(test(&app, &services)).catch_unwind().await;
            app.stop().await;
            services.stop().await;
            outcome.unwrap_or_else(|panic| resume_unwind(panic));
        }
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

/// Runs a test against a database on which processes of the real program work.
pub fn with_processes(engine: Engine, test: impl AsyncFnOnce(&Installation<'_>)) {
    let Some(binary) = Installation::find() else {
        return;
    };
    runtime().block_on(async {
        let Some(database) = TestDatabase::create(engine).await else {
            return;
        };
        let db = database.connect().await;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let installation = Installation::new(binary, &db, database.url(), folder.path());
        let outcome = AssertUnwindSafe(test(&installation)).catch_unwind().await;
        db.close().await;
        database.remove().await;
        outcome.unwrap_or_else(|panic| resume_unwind(panic));
    });
}
