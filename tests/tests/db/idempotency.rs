//! Keys of requests, and effects whose transaction stays open.

use super::rows::{begin, now};
use balabaqsha_store::{
    self as store, Db, Tx,
    idempotency::{Answer, Attempt, Keyed, Known},
};
use balabaqsha_tests::{builders::id, on_both_engines};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

on_both_engines!(on_database:
    a_key_goes_from_an_attempt_to_its_answer,
    an_attempt_ends_and_a_key_is_forgotten,
    an_effect_happens_when_it_is_completed,
    an_effect_that_is_dropped_never_happened,
    an_effect_without_a_key_happens_at_once,
);

fn keyed(caller: Uuid, digest: &[u8]) -> Keyed {
    Keyed {
        caller,
        key: "a-key".to_owned(),
        request_digest: digest.to_vec(),
    }
}

fn attempt(begun_at: DateTime<Utc>) -> Attempt {
    Attempt {
        id: id(),
        begun_at,
        ends_at: begun_at + TimeDelta::seconds(60),
        forgotten: begun_at - TimeDelta::hours(24),
    }
}

async fn begin_attempt(tx: &mut Tx, keyed: &Keyed, attempt: Attempt) -> Known {
    store::idempotency::begin(tx, keyed, attempt).await.unwrap()
}

async fn a_key_goes_from_an_attempt_to_its_answer(db: &Db) {
    let mut tx = begin(db).await;
    let of = keyed(id(), &[0, 255]);
    let first = attempt(now());
    assert_eq!(begin_attempt(&mut tx, &of, first).await, Known::New);
    assert_eq!(
        begin_attempt(&mut tx, &of, attempt(now())).await,
        Known::Running
    );
    let other = keyed(of.caller, &[1]);
    let known = begin_attempt(&mut tx, &other, attempt(now())).await;
    assert_eq!(known, Known::OfAnotherRequest);
    let stranger = keyed(id(), &[1]);
    assert_eq!(
        begin_attempt(&mut tx, &stranger, attempt(now())).await,
        Known::New
    );

    // An attempt that has led to nothing leaves nothing, and only its own.
    store::idempotency::give_up(&mut tx, &of, id())
        .await
        .unwrap();
    assert_eq!(
        begin_attempt(&mut tx, &of, attempt(now())).await,
        Known::Running
    );
    store::idempotency::give_up(&mut tx, &of, first.id)
        .await
        .unwrap();
    let second = attempt(now());
    assert_eq!(begin_attempt(&mut tx, &of, second).await, Known::New);

    let answer = Answer {
        status: 201,
        content_type: Some("application/json".to_owned()),
        location: None,
        body: "{\"ә\":1}".into(),
    };
    let finish = async |tx: &mut Tx, attempt| {
        store::idempotency::finish(tx, &of, attempt, &answer)
            .await
            .unwrap()
    };
    assert!(!finish(&mut tx, first.id).await, "it was given up");
    assert!(finish(&mut tx, second.id).await);
    assert!(!finish(&mut tx, second.id).await, "it has an answer");
    let known = begin_attempt(&mut tx, &of, attempt(now())).await;
    assert_eq!(known, Known::Done(answer));
    // An answer is not given up.
    store::idempotency::give_up(&mut tx, &of, second.id)
        .await
        .unwrap();
    let known = begin_attempt(&mut tx, &of, attempt(now())).await;
    assert!(matches!(known, Known::Done(_)));
}

async fn an_attempt_ends_and_a_key_is_forgotten(db: &Db) {
    let mut tx = begin(db).await;
    let of = keyed(id(), &[7]);
    assert_eq!(
        begin_attempt(&mut tx, &of, attempt(now())).await,
        Known::New
    );
    let end = now() + TimeDelta::seconds(60);
    let before = attempt(end - TimeDelta::microseconds(1));
    assert_eq!(begin_attempt(&mut tx, &of, before).await, Known::Running);
    assert_eq!(begin_attempt(&mut tx, &of, attempt(end)).await, Known::New);
    // After a day it is anybody's, whether the job has been there or not.
    let other = keyed(of.caller, &[8]);
    let day = end + TimeDelta::hours(24);
    assert_eq!(
        begin_attempt(&mut tx, &other, attempt(day)).await,
        Known::New
    );
    let forget = async |tx: &mut Tx, before| store::idempotency::forget(tx, before).await.unwrap();
    assert_eq!(forget(&mut tx, day - TimeDelta::microseconds(1)).await, 0);
    assert_eq!(forget(&mut tx, day).await, 1);
}

async fn value(db: &Db) -> Option<String> {
    let mut tx = db.read().await.unwrap();
    store::settings::get(&mut tx, "effect").await.unwrap()
}

async fn put(db: &Db, value: &str) -> store::Result<()> {
    db.effect(async |tx| store::settings::put(tx, "effect", value).await)
        .await
}

async fn an_effect_happens_when_it_is_completed(db: &Db) {
    let work = async {
        put(db, "1").await.unwrap();
        // What the request does later belongs to it.
        put(db, "2").await.unwrap();
        value(db).await
    };
    let (seen, open) = store::effect::kept_open(work).await;
    assert_eq!(seen, None, "it has not happened yet");
    let seen = store::effect::complete(open.unwrap(), async |tx| {
        store::settings::get(tx, "effect").await
    });
    assert_eq!(seen.await.unwrap().as_deref(), Some("2"));
    assert_eq!(value(db).await.as_deref(), Some("2"));
}

async fn an_effect_that_is_dropped_never_happened(db: &Db) {
    let (_, open) = store::effect::kept_open(put(db, "1")).await;
    drop(open);
    assert_eq!(value(db).await, None);
    // Nor does one that fails, and what came before it.
    let work = async {
        put(db, "1").await.unwrap();
        let failed = db.effect(async |tx| {
            store::settings::put(tx, "effect", "2").await?;
            Err::<(), _>(store::Error::UnknownEngine)
        });
        failed.await.unwrap_err()
    };
    let (_, open) = store::effect::kept_open(work).await;
    assert!(open.is_none());
    assert_eq!(value(db).await, None);
}

async fn an_effect_without_a_key_happens_at_once(db: &Db) {
    put(db, "1").await.unwrap();
    assert_eq!(value(db).await.as_deref(), Some("1"));
}
