//! Connecting, transactions, and the facts about the database itself.

use super::rows::{begin, now};
use balabaqsha_store::{self as store, Db, token_keys::TokenKeyRow};
use balabaqsha_tests::{
    Dump, Engine, TestDatabase, builders::Town, database, database::number, on_both_engines,
};
use chrono::TimeDelta;
use futures_util::FutureExt;
use std::time::Duration;

on_both_engines!(on_database:
    migrating_twice_changes_nothing,
    what_is_not_committed_never_happened,
    work_is_done_as_a_whole_or_not_at_all,
    a_reader_sees_one_moment,
    a_reader_cannot_write,
    a_transaction_that_is_given_up_at_any_moment_leaves_no_trace,
    an_answer_shows_that_the_database_is_there,
    the_time_of_a_server_goes_on,
    a_statement_ends_when_its_process_is_gone,
    counters_count_without_gaps,
    counters_skip_values_after_a_restore,
    many_writers_get_a_number_each,
    settings_are_kept,
    token_keys_come_newest_first,
    token_keys_are_retired_and_forgotten,
    emptying_leaves_no_row,
    a_database_is_in_use_when_somebody_has_served_from_it,
);

#[tokio::test]
async fn an_unknown_engine_is_refused() {
    for url in ["mysql://localhost/x", "", "postgresq://x", "/var/lib/x"] {
        let refused = Db::connect(url).await.unwrap_err();
        assert!(
            matches!(refused, store::Error::UnknownEngine),
            "{url}: {refused}"
        );
    }
}

#[tokio::test]
async fn a_copy_of_a_running_database_has_all_that_was_committed() {
    let database = TestDatabase::create(Engine::Sqlite).await.unwrap();
    let db = database.connect().await;
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("copy.sqlite");
    for number in 0..20 {
        let mut tx = begin(&db).await;
        store::settings::put(&mut tx, &number.to_string(), "x")
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    assert!(store::backup::copy(&db, &target, "now").await.unwrap());
    assert!(
        store::backup::copy(&db, &target, "now").await.is_err(),
        "never over a file"
    );
    let url = format!("sqlite://{}", target.display());
    assert_eq!(store::backup::file_of(&url).unwrap(), Some(target));
    assert_eq!(store::backup::file_of("postgres://h/b").unwrap(), None);
    let copy = Db::connect(&url).await.unwrap();
    copy.migrate().await.unwrap();
    let mut tx = copy.read().await.unwrap();
    for number in 0..20 {
        let kept = store::settings::get(&mut tx, &number.to_string())
            .await
            .unwrap();
        assert_eq!(kept.as_deref(), Some("x"));
    }
    let mark = store::settings::get(&mut tx, store::backup::COPIED)
        .await
        .unwrap();
    assert_eq!(mark.as_deref(), Some("now"));
    drop(tx);
    copy.close().await;
    let mut tx = db.read().await.unwrap();
    let mark = store::settings::get(&mut tx, store::backup::COPIED)
        .await
        .unwrap();
    assert_eq!(mark, None);
    drop(tx);
    db.close().await;
}

/// SQLite takes the transaction back by itself then, and the rollback that follows fails.
#[tokio::test]
async fn after_a_full_disk_the_writer_writes_again() {
    let database = TestDatabase::create(Engine::Sqlite).await.unwrap();
    let db = database.connect().await;
    let pages = database::number(&db, "PRAGMA page_count").await;
    // Of the connection, not of the file: a new one has room again.
    database::run_sql(&db, &format!("PRAGMA max_page_count = {}", pages + 3)).await;
    let long = "x".repeat(100_000);
    let failed = db
        .transact(async |tx| store::settings::put(tx, "a", &long).await)
        .await
        .unwrap_err();
    assert!(failed.is_transient(), "{failed}");
    assert!(failed.to_string().contains("full"), "{failed}");
    db.transact(async |tx| store::settings::put(tx, "b", &long).await)
        .await
        .unwrap();
    let mut tx = db.read().await.unwrap();
    assert_eq!(store::settings::get(&mut tx, "a").await.unwrap(), None);
    assert_eq!(
        store::settings::get(&mut tx, "b").await.unwrap(),
        Some(long)
    );
    drop(tx);
    db.ping().await.unwrap();
    db.close().await;
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_named_without_its_password() {
    let port = {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap().port()
    };
    let url = format!("postgres://balabaqsha:hunter2@127.0.0.1:{port}/queue");
    let refused = Db::connect(&url).await.unwrap_err().to_string();
    let named = format!("cannot connect to PostgreSQL at 127.0.0.1:{port}: ");
    assert!(refused.starts_with(&named), "{refused}");
    assert!(refused.contains("refused"), "{refused}");
    assert!(!refused.contains("hunter2"), "{refused}");
}

async fn migrating_twice_changes_nothing(db: &Db) {
    Town::with_free_places(1).store(db).await;
    let before = Dump::of(db).await;
    db.migrate().await.unwrap();
    assert!(before == Dump::of(db).await);
}

async fn what_is_not_committed_never_happened(db: &Db) {
    let mut tx = begin(db).await;
    store::settings::put(&mut tx, "a", "1").await.unwrap();
    drop(tx);
    let mut tx = begin(db).await;
    assert_eq!(store::settings::get(&mut tx, "a").await.unwrap(), None);
    store::settings::put(&mut tx, "a", "2").await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = db.read().await.unwrap();
    assert_eq!(
        store::settings::get(&mut tx, "a").await.unwrap().as_deref(),
        Some("2")
    );
}

async fn work_is_done_as_a_whole_or_not_at_all(db: &Db) {
    let failed: store::Result<()> = db
        .transact(async |tx| {
            store::settings::put(tx, "a", "1").await?;
            Err(store::Error::UnknownEngine)
        })
        .await;
    assert!(matches!(failed, Err(store::Error::UnknownEngine)));
    let done: store::Result<u8> = db
        .transact(async |tx| {
            store::settings::put(tx, "b", "2").await?;
            Ok(7)
        })
        .await;
    assert_eq!(done.unwrap(), 7);
    let mut tx = db.read().await.unwrap();
    assert_eq!(store::settings::get(&mut tx, "a").await.unwrap(), None);
    assert_eq!(
        store::settings::get(&mut tx, "b").await.unwrap().as_deref(),
        Some("2")
    );
}

async fn a_reader_sees_one_moment(db: &Db) {
    let mut reader = db.read().await.unwrap();
    assert_eq!(store::settings::get(&mut reader, "a").await.unwrap(), None);
    let mut writer = begin(db).await;
    store::settings::put(&mut writer, "a", "1").await.unwrap();
    writer.commit().await.unwrap();
    assert_eq!(store::settings::get(&mut reader, "a").await.unwrap(), None);
    drop(reader);
    let mut reader = db.read().await.unwrap();
    assert_eq!(
        store::settings::get(&mut reader, "a")
            .await
            .unwrap()
            .as_deref(),
        Some("1")
    );
}

/// Work whose requester has gone away stops wherever it waits.
async fn a_transaction_that_is_given_up_at_any_moment_leaves_no_trace(db: &Db) {
    let write = async || {
        let mut tx = db.begin().await.unwrap();
        store::settings::put(&mut tx, "a", "1").await.unwrap();
        // Never committed.
        std::future::pending::<()>().await;
    };
    let read = async || {
        let mut tx = db.read().await.unwrap();
        store::settings::get(&mut tx, "a").await.unwrap();
        std::future::pending::<()>().await;
    };
    for waits in 0..12 {
        for _ in 0..4 {
            give_up_after(waits, write()).await;
            give_up_after(waits, read()).await;
        }
        // Every connection of the pool may be one of those.
        let all = (0..16).map(async |_| {
            let mut tx = db.begin().await.unwrap();
            let kept = store::settings::get(&mut tx, "a").await.unwrap();
            store::settings::put(&mut tx, "b", "2").await.unwrap();
            tx.commit().await.unwrap();
            kept
        });
        for kept in futures_util::future::join_all(all).await {
            assert_eq!(kept, None, "given up after {waits} waits");
        }
    }
}

/// Polls so many times and drops it; each poll is given the time to get to the next wait.
async fn give_up_after(waits: usize, work: impl Future<Output = ()>) {
    let mut work = Box::pin(work);
    for _ in 0..waits {
        assert!((&mut work).now_or_never().is_none());
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

async fn a_reader_cannot_write(db: &Db) {
    let mut reader = db.read().await.unwrap();
    let written = store::settings::put(&mut reader, "a", "1").await;
    assert!(
        written.is_err(),
        "a transaction that only reads has written"
    );
}

async fn an_answer_shows_that_the_database_is_there(db: &Db) {
    db.ping().await.unwrap();
    db.close().await;
    assert!(db.ping().await.is_err());
}

/// SQLite is no server.
async fn the_time_of_a_server_goes_on(db: &Db) {
    let (first, second) = (db.moment().await.unwrap(), db.moment().await.unwrap());
    match db {
        Db::Sqlite { .. } => assert!(first.is_none() && second.is_none()),
        Db::Postgres(_) => {
            let (first, second) = (first.unwrap(), second.unwrap());
            assert!(first.moment <= second.moment);
            assert!(first.asked <= first.answered && first.answered <= second.asked);
        }
    }
}

/// PostgreSQL alone has statements that go on without whoever asked for them.
async fn a_statement_ends_when_its_process_is_gone(db: &Db) {
    let Db::Postgres(pool) = db else { return };
    let mut lost = pool.acquire().await.unwrap().detach();
    let asking = tokio::spawn(async move {
        let statement = sqlx::query("SELECT pg_sleep(600)");
        statement.execute(&mut lost).await.map(|_| ())
    });
    let running = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
                   AND query LIKE 'SELECT pg_sleep%' AND state = 'active' \
                   AND pid <> pg_backend_pid()";
    let becomes = async |expected: i64| {
        for _ in 0..300 {
            if number(db, running).await == expected {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        false
    };
    assert!(becomes(1).await, "the statement runs");
    asking.abort();
    assert!(becomes(0).await, "nobody waits for the statement any more");
}

async fn counters_count_without_gaps(db: &Db) {
    let mut tx = begin(db).await;
    for expected in 1..=3 {
        assert_eq!(store::counters::next(&mut tx, "a").await.unwrap(), expected);
    }
    assert_eq!(store::counters::next(&mut tx, "b").await.unwrap(), 1);
    tx.commit().await.unwrap();
    let mut tx = begin(db).await;
    assert_eq!(store::counters::next(&mut tx, "a").await.unwrap(), 4);
    drop(tx);
    let mut tx = begin(db).await;
    assert_eq!(
        store::counters::next(&mut tx, "a").await.unwrap(),
        4,
        "4 was never used"
    );
}

async fn counters_skip_values_after_a_restore(db: &Db) {
    let mut tx = begin(db).await;
    assert_eq!(store::counters::skip(&mut tx, 10).await.unwrap(), 0);
    store::counters::next(&mut tx, "a").await.unwrap();
    assert_eq!(store::counters::skip(&mut tx, 10).await.unwrap(), 1);
    assert_eq!(store::counters::next(&mut tx, "a").await.unwrap(), 12);
}

async fn many_writers_get_a_number_each(db: &Db) {
    let next = async || {
        let mut tx = begin(db).await;
        let number = store::counters::next(&mut tx, "a").await.unwrap();
        tx.commit().await.unwrap();
        number
    };
    let mut numbers = futures_util::future::join_all((0..40).map(|_| next())).await;
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=40).collect::<Vec<_>>());
}

async fn settings_are_kept(db: &Db) {
    let mut tx = begin(db).await;
    store::settings::put(&mut tx, "gone", "1").await.unwrap();
    assert!(store::settings::remove(&mut tx, "gone").await.unwrap());
    assert!(!store::settings::remove(&mut tx, "gone").await.unwrap());
    for value in ["1", "", "ұзақ мән ' \" \\ ;"] {
        store::settings::put(&mut tx, "demo data", value)
            .await
            .unwrap();
        let kept = store::settings::get(&mut tx, "demo data").await.unwrap();
        assert_eq!(kept.as_deref(), Some(value));
    }
}

async fn token_keys_come_newest_first(db: &Db) {
    let mut tx = begin(db).await;
    let key = |kid: &str, age| TokenKeyRow {
        kid: kid.into(),
        secret: vec![0, 255, 7],
        created_at: now() - TimeDelta::days(age),
        retired_at: (age > 1).then(now),
    };
    for (kid, age) in [("b", 1), ("c", 2), ("a", 0)] {
        store::token_keys::insert(&mut tx, &key(kid, age))
            .await
            .unwrap();
    }
    let keys = store::token_keys::load(&mut tx).await.unwrap();
    let kids: Vec<_> = keys.iter().map(|key| key.kid.as_str()).collect();
    assert_eq!(kids, ["a", "b", "c"]);
    assert_eq!(keys[2].secret, [0, 255, 7]);
    assert_eq!(
        (keys[1].retired_at, keys[2].retired_at),
        (None, Some(now()))
    );
    let twice = store::token_keys::insert(&mut tx, &key("a", 0))
        .await
        .unwrap_err();
    assert!(twice.is_unique_violation());
}

async fn emptying_leaves_no_row(db: &Db) {
    let town = Town::with_free_places(2).store(db).await;
    let mut tx = begin(db).await;
    // A row in every table, each with the ones that it refers to.
    super::acts::one_of_everything(&mut tx, &town).await;
    tx.commit().await.unwrap();
    let filled = Dump::of(db).await;
    for table in database::tables_of(db).await {
        assert!(
            !filled.rows(&table).is_empty(),
            "{table} is empty: nothing is shown for it"
        );
    }
    let mut tx = begin(db).await;
    store::maintenance::empty(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    let emptied = Dump::of(db).await;
    for table in database::tables_of(db).await {
        assert_eq!(emptied.rows(&table), [""; 0], "{table}");
    }
}

async fn a_database_is_in_use_when_somebody_has_served_from_it(db: &Db) {
    let mut tx = begin(db).await;
    assert!(store::maintenance::has_schema(&mut tx).await.unwrap());
    assert!(!store::maintenance::is_in_use(&mut tx).await.unwrap());
    super::rows::person(&mut tx).await;
    assert!(store::maintenance::is_in_use(&mut tx).await.unwrap());
}

async fn token_keys_are_retired_and_forgotten(db: &Db) {
    let mut tx = begin(db).await;
    let (earlier, later) = (now() - TimeDelta::hours(1), now() + TimeDelta::hours(1));
    for (kid, retired_at) in [("a", None), ("b", Some(earlier)), ("c", Some(later))] {
        let key = TokenKeyRow {
            kid: kid.into(),
            secret: vec![0; 32],
            created_at: now(),
            retired_at,
        };
        store::token_keys::insert(&mut tx, &key).await.unwrap();
    }
    store::token_keys::retire_all(&mut tx, now()).await.unwrap();
    let keys = store::token_keys::load(&mut tx).await.unwrap();
    let retired: Vec<_> = keys.iter().map(|key| key.retired_at).collect();
    assert_eq!(retired, [Some(now()), Some(earlier), Some(now())]);
    for (before, left) in [(earlier, 3), (now(), 2), (later, 0)] {
        store::token_keys::forget_retired(&mut tx, before)
            .await
            .unwrap();
        let keys = store::token_keys::load(&mut tx).await.unwrap();
        assert_eq!(keys.len(), left, "{before}");
    }
    // One that signs is never forgotten.
    let key = TokenKeyRow {
        kid: "d".into(),
        secret: vec![0; 32],
        created_at: earlier,
        retired_at: None,
    };
    store::token_keys::insert(&mut tx, &key).await.unwrap();
    store::token_keys::forget_retired(&mut tx, later)
        .await
        .unwrap();
    assert_eq!(store::token_keys::load(&mut tx).await.unwrap().len(), 1);
}
