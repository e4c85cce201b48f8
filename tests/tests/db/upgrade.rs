//! Who serves, and whether an upgrade is finished.

use super::rows::{begin, now};
use crate::conformance::sources;
use balabaqsha_shared::id::{DraftId, PersonId, SessionId};
use balabaqsha_store::{self as store, Db, upgrade::Process};
use balabaqsha_tests::{
    Engine, TestDatabase,
    builders::id,
    database::{run_sql, strings},
    on_both_engines,
};
use chrono::TimeDelta;
use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection, migrate::Migrator,
    sqlite::SqliteConnectOptions,
};
use std::{borrow::Cow, str::FromStr};
use uuid::Uuid;

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
    assert_eq!(alive, std::slice::from_ref(&beaten));
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
    let database = TestDatabase::empty(Engine::Sqlite).await.unwrap();
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

/// What the release before has brought; those between came with this one.
fn is_of_the_release_before(version: i64) -> bool {
    version <= 10 || version == 40
}

/// Rows as the release before writes them: somebody who has logged in, a draft that was signed, one
/// that was not, and a mail that was sent. `number` is the last digit of the ids.
fn rows(engine: Engine, number: u8) -> Vec<String> {
    let id = |digit: u8| match engine {
        Engine::Sqlite => format!("x'{number:030}{digit:02}'"),
        Engine::Postgres => format!("'{number:030}{digit:02}'"),
    };
    let bytes = match engine {
        Engine::Sqlite => "x'61'",
        Engine::Postgres => "'\\x61'",
    };
    let (at, end) = ("'2026-11-23T05:00:00+00:00'", "'2026-11-23T17:00:00+00:00'");
    let draft = |digit, used: &str| {
        format!(
            "INSERT INTO drafts (id, person_id, kind, payload, content, created_at, expires_at, \
             used_at) VALUES ({}, {}, 'application', '{{\"a\": 1}}', {bytes}, {at}, {end}, {used})",
            id(digit),
            id(1)
        )
    };
    let hash = match engine {
        Engine::Sqlite => format!("x'{number:02}'"),
        Engine::Postgres => format!("'\\x{number:02}'"),
    };
    vec![
        format!(
            "INSERT INTO persons (id, iin, full_name, email, language, created_at) \
             VALUES ({}, '85071530001{number}', 'x', 'a@example.kz', 'ru', {at})",
            id(1)
        ),
        format!(
            "INSERT INTO sessions (id, person_id, refresh_hash, rotated_at, expires_at) \
             VALUES ({}, {}, {hash}, {at}, {end})",
            id(2),
            id(1)
        ),
        draft(3, at),
        draft(4, "NULL"),
        format!(
            "INSERT INTO mails (id, recipient, subject, body, created_at, attempts, \
             next_attempt_at, sent_at) VALUES ({}, 'a@example.kz', 's', '042137', {at}, 1, {at}, {at})",
            id(5)
        ),
    ]
}

fn uuid(number: u8, digit: u8) -> Uuid {
    format!("{number:030}{digit:02}").parse().unwrap()
}

/// A database as the release before has left it.
async fn left_by_the_release_before(engine: Engine, url: &str) {
    let folder = match engine {
        Engine::Sqlite => "migrations/sqlite",
        Engine::Postgres => "migrations/postgres",
    };
    let all = Migrator::new(sources::root().join(folder)).await.unwrap();
    let before = all.migrations.iter();
    let before = before.filter(|one| is_of_the_release_before(one.version));
    let migrator = Migrator {
        migrations: Cow::Owned(before.cloned().collect()),
        ..Migrator::DEFAULT
    };
    match engine {
        Engine::Sqlite => {
            let options = SqliteConnectOptions::from_str(url).unwrap();
            let options = options.create_if_missing(true);
            let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
            migrator.run(&mut connection).await.unwrap();
            for row in rows(engine, 1) {
                connection.execute(AssertSqlSafe(row)).await.unwrap();
            }
            connection.close().await.unwrap();
        }
        Engine::Postgres => {
            let mut connection = PgConnection::connect(url).await.unwrap();
            migrator.run(&mut connection).await.unwrap();
            for row in rows(engine, 1) {
                connection.execute(AssertSqlSafe(row)).await.unwrap();
            }
            connection.close().await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_file_of_the_release_before_goes_on() {
    goes_on(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_server_of_the_release_before_goes_on() {
    goes_on(Engine::Postgres).await;
}

async fn goes_on(engine: Engine) {
    let Some(database) = TestDatabase::empty(engine).await else {
        return;
    };
    left_by_the_release_before(engine, database.url()).await;
    let db = database.connect().await;
    assert!(!finished(&db).await);
    // A process of the release before writes on as it did.
    for row in rows(engine, 2) {
        run_sql(&db, &row).await;
    }
    let mut tx = begin(&db).await;
    let draft = async |tx: &mut store::Tx, digit| {
        let id = DraftId::new(uuid(1, digit));
        store::drafts::get(tx, id).await.unwrap().unwrap()
    };
    let (used, open) = (draft(&mut tx, 3).await, draft(&mut tx, 4).await);
    assert_eq!(
        (used.content, used.payload),
        (Vec::new(), serde_json::json!({}))
    );
    assert_eq!(
        (open.content, open.payload),
        (vec![b'a'], serde_json::json!({"a": 1}))
    );
    let spent = store::drafts::spent(&mut tx, used.id).await.unwrap();
    assert_eq!(spent, None);
    for number in [1, 2] {
        let session = SessionId::new(uuid(number, 2));
        let session = store::renewals::get(&mut tx, session)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((session.generation, session.beginning), (0, None));
        let person = PersonId::new(uuid(number, 1));
        let person = store::persons::require(&mut tx, person).await.unwrap();
        assert_eq!(person.email_refused_at, None);
    }
    drop(tx);
    let mails = async || {
        let mails = "SELECT recipient || subject || body FROM mails ORDER BY id".to_owned();
        strings(&db, mails).await
    };
    assert_eq!(mails().await, ["", "a@example.kzs042137"]);
    // What a process of the release before has left meanwhile is blanked with the end of the upgrade.
    let mut tx = begin(&db).await;
    store::drafts::blank_used(&mut tx).await.unwrap();
    store::mails::blank_ended(&mut tx).await.unwrap();
    for (digit, left) in [(3, vec![]), (4, vec![b'a'])] {
        let id = DraftId::new(uuid(2, digit));
        let draft = store::drafts::get(&mut tx, id).await.unwrap().unwrap();
        assert_eq!(draft.content, left);
    }
    tx.commit().await.unwrap();
    assert_eq!(mails().await, ["", ""]);
    db.close().await;
    database.remove().await;
}
