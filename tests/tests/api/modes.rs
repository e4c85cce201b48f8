//! Demo and production never share a database.

use balabaqsha_api::{
    clock::{Clock, SystemClock},
    config::Settings,
    mode::{self, ModeError},
    service::office::imports::{self, Order, TableFile},
    startup::{self, StartupError},
    trust::anchors::TrustError,
};
use balabaqsha_shared::{
    comment::Comment,
    dto::ServiceMode::{self, Demo, Production},
    import::ImportKind,
};
use balabaqsha_store::{self as store, Db, appointments::By};
use balabaqsha_tests::{
    Dump, Engine, TestDatabase, authority, builders::Town, database::number, on_both_engines,
};
use secrecy::ExposeSecret;
use std::{path::Path, sync::Arc};

on_both_engines!(here::on_a_database:
    the_first_start_decides,
    a_database_without_a_mark_is_what_its_data_say,
    demo_mode_touches_no_production_database,
    production_touches_no_demo_database,
    beginning_the_demo_anew_keeps_the_mark,
    commands_take_the_mode_from_the_settings,
    the_demo_is_made_of_the_tables_that_it_gives,
);

fn on_a_database(engine: Engine, test: impl AsyncFnOnce(&TestDatabase)) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let Some(database) = TestDatabase::empty(engine).await else {
            return;
        };
        test(&database).await;
        database.remove().await;
    });
}

fn settings(database: &TestDatabase, folder: &Path, mode: ServiceMode) -> Settings {
    let mut settings = Settings::demo(([127, 0, 0, 1], 0).into(), folder).unwrap();
    settings.demo = mode == Demo;
    settings.database_url = database.url().into();
    if mode == Production {
        let anchor = folder.join("anchor.pem");
        std::fs::write(&anchor, authority().rsa_anchor_pem()).unwrap();
        settings.test_trust_anchors = vec![anchor];
    }
    settings
}

/// Why the service does not start.
async fn refusal(settings: Settings) -> ModeError {
    match startup::build(settings, Arc::new(SystemClock)).await {
        Err(StartupError::Mode(error)) => error,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it starts"),
    }
}

/// Each table is brought in once more, and changes nothing.
async fn the_demo_is_made_of_the_tables_that_it_gives(database: &TestDatabase) {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(database, folder.path(), Demo);
    let app = startup::build(settings, Arc::new(SystemClock))
        .await
        .unwrap();
    let core = &app.core;
    for (kind, rows) in [
        (ImportKind::Localities, 12),
        (ImportKind::Kindergartens, 60),
        (ImportKind::Groups, 240),
        (ImportKind::Places, 117),
        (ImportKind::Queue, 3_200),
    ] {
        let name = format!("{}.csv", kind.as_str());
        let path = folder.path().join(&name);
        let table = balabaqsha_api::demo::table(&app, &name).await.unwrap();
        std::fs::write(&path, table).unwrap();
        let order = Order {
            kind,
            source: "demo".into(),
            table: TableFile::open(&path).unwrap(),
            by: By::Operator(Comment::parse("А. Ахметова").unwrap()),
        };
        let checked = imports::check(core, order).await.unwrap();
        assert!(checked.is_clean(), "{name}: {:?}", checked.errors);
        assert_eq!(checked.counts, [("none".to_owned(), rows)], "{name}");
    }
    let none = balabaqsha_api::demo::table(&app, "persons.csv").await;
    assert!(none.is_err());
    let queued = "SELECT COUNT(*) FROM applications WHERE state = 'queued'";
    // Those of the demo's parents as well.
    assert_eq!(number(&core.db, queued).await, 3_202);
    core.db.close().await;
}

async fn serve_once(settings: Settings) {
    let app = startup::build(settings, Arc::new(SystemClock))
        .await
        .unwrap();
    app.core.db.close().await;
}

/// The keys of the demo lie beside its authority, and everybody has their password.
#[tokio::test]
async fn the_demo_authority_is_no_real_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::demo(([127, 0, 0, 1], 0).into(), folder.path()).unwrap();
    let db = Db::connect(settings.database_url.expose_secret())
        .await
        .unwrap();
    db.migrate().await.unwrap();
    let now = SystemClock.now();
    balabaqsha_api::demo::open(&settings, &db, now)
        .await
        .unwrap();
    db.close().await;
    settings.demo = false;
    settings.database_url =
        format!("sqlite://{}", folder.path().join("real.sqlite").display()).into();
    settings.trust_anchors = vec![folder.path().join("demo-keys/authority.pem")];
    match startup::build(settings, Arc::new(SystemClock)).await {
        Err(StartupError::Trust(TrustError::DemoAuthority(_))) => {}
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it starts"),
    }
}

async fn without_a_change(db: &Db, action: impl Future<Output = ()>) {
    let before = Dump::of(db).await;
    action.await;
    let difference = before.difference(&Dump::of(db).await);
    assert!(difference.is_empty(), "{difference:?}");
}

async fn put(db: &Db, name: &str, value: &str) {
    let mut tx = db.begin().await.unwrap();
    store::settings::put(&mut tx, name, value).await.unwrap();
    tx.commit().await.unwrap();
}

async fn the_first_start_decides(database: &TestDatabase) {
    let folder = tempfile::tempdir().unwrap();
    let db = database.connect().await;
    assert_eq!(mode::of(&db).await.unwrap(), None);
    serve_once(settings(database, folder.path(), Production)).await;
    assert_eq!(mode::of(&db).await.unwrap(), Some(Production));
    serve_once(settings(database, folder.path(), Production)).await;
    db.close().await;
}

async fn a_database_without_a_mark_is_what_its_data_say(database: &TestDatabase) {
    // Before there are any tables.
    let empty = Db::connect(database.url()).await.unwrap();
    assert_eq!(mode::of(&empty).await.unwrap(), None);
    empty.close().await;
    let db = database.connect().await;
    assert_eq!(mode::of(&db).await.unwrap(), None);
    Town::with_free_places(1).store(&db).await;
    assert_eq!(mode::of(&db).await.unwrap(), Some(Production));
    put(&db, "demo data", "1").await;
    assert_eq!(mode::of(&db).await.unwrap(), Some(Demo));
    assert!(matches!(
        mode::claim(&db, Production).await,
        Err(ModeError::Demo)
    ));
    mode::claim(&db, Demo).await.unwrap();
    put(&db, "mode", "rehearsal").await;
    for asked in [Demo, Production] {
        let refused = mode::claim(&db, asked).await.unwrap_err();
        assert!(matches!(refused, ModeError::Unknown(_)), "{refused}");
    }
    db.close().await;
}

async fn demo_mode_touches_no_production_database(database: &TestDatabase) {
    let folder = tempfile::tempdir().unwrap();
    let db = database.connect().await;
    // Marked or not.
    Town::with_free_places(1).store(&db).await;
    for marked in [false, true] {
        if marked {
            serve_once(settings(database, folder.path(), Production)).await;
        }
        without_a_change(&db, async {
            for fresh in [false, true] {
                let mut demo = settings(database, folder.path(), Demo);
                demo.fresh = fresh;
                let refused = refusal(demo).await;
                assert!(matches!(refused, ModeError::Production), "{refused}");
                assert!(refused.to_string().contains("--demo"), "{refused}");
            }
            let refused = mode::begin_demo_anew(&db).await.unwrap_err();
            assert!(matches!(refused, ModeError::Production), "{refused}");
        })
        .await;
    }
    db.close().await;
}

async fn production_touches_no_demo_database(database: &TestDatabase) {
    let folder = tempfile::tempdir().unwrap();
    let db = database.connect().await;
    mode::claim(&db, Demo).await.unwrap();
    without_a_change(&db, async {
        let refused = refusal(settings(database, folder.path(), Production)).await;
        assert!(matches!(refused, ModeError::Demo), "{refused}");
    })
    .await;
    db.close().await;
}

async fn beginning_the_demo_anew_keeps_the_mark(database: &TestDatabase) {
    let db = database.connect().await;
    mode::claim(&db, Demo).await.unwrap();
    Town::with_free_places(1).store(&db).await;
    mode::begin_demo_anew(&db).await.unwrap();
    assert_eq!(mode::of(&db).await.unwrap(), Some(Demo));
    let mut tx = db.read().await.unwrap();
    assert!(!store::maintenance::is_in_use(&mut tx).await.unwrap());
    drop(tx);
    assert!(matches!(
        mode::claim(&db, Production).await,
        Err(ModeError::Demo)
    ));
    db.close().await;
}

async fn commands_take_the_mode_from_the_settings(database: &TestDatabase) {
    let folder = tempfile::tempdir().unwrap();
    let db = database.connect().await;
    mode::claim(&db, Production).await.unwrap();
    // A production database whose clock a demo has moved before there were marks.
    put(&db, "demo clock ahead", "86400000000").await;
    let file = folder.path().join("demo.toml");
    std::fs::write(&file, "demo = true\n").unwrap();
    let file = file.to_str().unwrap();
    let operate = |arguments: &[&str]| balabaqsha_tests::server::operate(database.url(), arguments);
    let Some(refused) = operate(&["token-key", "rotate", "--config", file]) else {
        return;
    };
    let sentence = refused.failed(1);
    assert!(sentence.contains("one of production"), "{sentence}");
    // Without a word on the mode the command follows the database, which has no moved clock.
    let rotated = operate(&["token-key", "rotate"]).unwrap().done();
    assert!(rotated.contains("signs from now on"), "{rotated}");
    let mut tx = db.read().await.unwrap();
    let keys = store::token_keys::load(&mut tx).await.unwrap();
    drop(tx);
    let now = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now());
    assert!(
        keys[0].created_at <= now,
        "{} is in the future",
        keys[0].created_at
    );
    db.close().await;
}
