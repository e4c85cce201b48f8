//! The step to a new release, with the real program: finished by an operator, and not while a process of
//! the release before is alive.

use balabaqsha_store::{self as store, Db, upgrade::Process};
use balabaqsha_tests::{TestApp, builders::id, database::run_sql, on_both_engines};
use chrono::TimeDelta;
use sqlx::{Connection, PgConnection};

on_both_engines!(over_http: an_upgrade_is_finished_when_no_old_process_is_alive);

/// Of a command that was refused.
const FAILED: i32 = 1;

async fn finished(db: &Db) -> bool {
    let mut tx = db.read().await.unwrap();
    store::upgrade::finished(&mut tx).await.unwrap()
}

async fn an_upgrade_is_finished_when_no_old_process_is_alive(app: &TestApp) {
    const FINISH: [&str; 2] = ["upgrade", "finish"];
    let Some(finish) = app.operate(&FINISH) else {
        return;
    };
    assert_eq!(finish.done(), "the upgrade was finished before\n");
    run_sql(
        app.db(),
        "DELETE FROM settings WHERE name = 'upgraded to level'",
    )
    .await;

    let refusal = || app.operate(&FINISH).unwrap().failed(FAILED);
    if let Db::Sqlite { .. } = app.db() {
        // Whoever has the file open may be of any release.
        assert!(refusal().contains("has the file of the database open"));
        assert!(!finished(app.db()).await);
        return;
    }
    let old = Process {
        id: id(),
        version: "0.0.9".to_owned(),
        level: store::upgrade::LEVEL - 1,
        // The program has the time of the server, which is not that of the test.
        seen_at: app.db().moment().await.unwrap().unwrap().moment,
    };
    app.db()
        .transact(async |tx| store::upgrade::register(tx, &old).await)
        .await
        .unwrap();
    let told = refusal();
    assert!(
        told.contains("version 0.0.9") && told.contains(&old.id.to_string()),
        "{told}"
    );

    let silent = Process {
        seen_at: old.seen_at - TimeDelta::minutes(2),
        ..old
    };
    app.db()
        .transact(async |tx| store::upgrade::register(tx, &silent).await)
        .await
        .unwrap();
    // Releases from before the register have connections without its name.
    let stranger = PgConnection::connect(app.database_url()).await.unwrap();
    let told = refusal();
    assert!(told.contains("without a name"), "{told}");
    assert!(!finished(app.db()).await);
    stranger.close().await.unwrap();

    assert_eq!(
        app.operate(&FINISH).unwrap().done(),
        "the upgrade is finished\n"
    );
    assert!(finished(app.db()).await);
}
