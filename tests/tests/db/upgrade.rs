//! Who serves, and whether an upgrade is finished.

use super::rows::{begin, now};
use balabaqsha_store::{self as store, Db, upgrade::Process};
use balabaqsha_tests::{
    Engine, TestDatabase,
    builders::id,
    database::{run_sql, strings},
    on_both_engines,
};
use chrono::TimeDelta;

on_both_engines!(on_database:
    a_new_database_has_nothing_to_finish,
    an_upgraded_database_is_finished_once,
    processes_come_beat_and_go,
    connections_of_the_service_have_a_name,
);

async fn finished(db: &Db) -> bool {
    let mut tx = db.read().await.unwrap();
    store::upgrade::finished(&mut tx).await.unwrap()
}

async fn a_new_database_has_nothing_to_finish(db: &Db) {
    assert!(finished(db).await);
}

async fn an_upgraded_database_is_finished_once(db: &Db) {
    run_sql(db, "DELETE FROM settings").await;
    db.migrate().await.unwrap();
    assert!(!finished(db).await, "its tables were there before");
    let mut tx = begin(db).await;
    store::upgrade::finish(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    assert!(finished(db).await);
}

async fn processes_come_beat_and_go(db: &Db) {
    let mut tx = begin(db).await;
    let one = Process {
        id: id(),
        version: "0.1.0".to_owned(),
        level: 0,
        seen_at: now(),
    };
    let two = Process {
        id: id(),
        level: store::upgrade::LEVEL,
        ..one.clone()
    };
    store::upgrade::register(&mut tx, &one).await.unwrap();
    store::upgrade::register(&mut tx, &two).await.unwrap();
    let alive = store::upgrade::alive(&mut tx, now()).await.unwrap();
    assert_eq!(alive, [one.clone(), two.clone()]);

    let later = now() + TimeDelta::seconds(10);
    let beaten = Process {
        seen_at: later,
        ..two.clone()
    };
    store::upgrade::register(&mut tx, &beaten).await.unwrap();
    let alive = store::upgrade::alive(&mut tx, later).await.unwrap();
    assert_eq!(alive, [beaten.clone()]);
    store::upgrade::forget(&mut tx, later).await.unwrap();
    let alive = store::upgrade::alive(&mut tx, now()).await.unwrap();
    assert_eq!(alive, [beaten]);
    store::upgrade::leave(&mut tx, two.id).await.unwrap();
    let alive = store::upgrade::alive(&mut tx, now()).await.unwrap();
    assert_eq!(alive, []);
}

async fn connections_of_the_service_have_a_name(db: &Db) {
    let mut tx = begin(db).await;
    let others = store::upgrade::connections_of_others(&mut tx)
        .await
        .unwrap();
    assert_eq!(others, [""; 0]);
    drop(tx);
    if let Db::Postgres(_) = db {
        let name = "SELECT current_setting('application_name')".to_owned();
        let level = store::upgrade::LEVEL;
        assert_eq!(
            strings(db, name).await,
            [format!("balabaqsha level {level}")]
        );
    }
}

#[tokio::test]
async fn a_file_of_sqlite_that_somebody_has_open_is_known() {
    let database = TestDatabase::create(Engine::Sqlite).await.unwrap();
    let url = database.url();
    let db = database.connect().await;
    assert!(!store::upgrade::nobody_has_open(url).await.unwrap());
    db.close().await;
    assert!(store::upgrade::nobody_has_open(url).await.unwrap());
    // The look itself leaves no lock behind.
    let db = database.connect().await;
    assert!(finished(&db).await);
    db.close().await;
    database.remove().await;
}
