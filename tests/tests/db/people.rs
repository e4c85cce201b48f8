//! Persons, their e-mail addresses, challenges and sessions.

use super::rows::{begin, now, person, same};
use balabaqsha_shared::{
    Language,
    email::Email,
    id::{ChallengeId, PersonId, SessionId},
    iin::Iin,
};
use balabaqsha_store::{self as store, Db, Tx, sessions::Session};
use balabaqsha_tests::{
    builders::{day, id, iin},
    on_both_engines,
};
use chrono::TimeDelta;

on_both_engines!(on_database:
    a_person_is_made_once_and_renamed_later,
    numbers_of_a_test_authority_are_kept,
    an_address_is_set_and_confirmed,
    attempts_are_counted,
    a_challenge_is_used_once,
    expired_challenges_are_forgotten,
    a_session_rotates_its_token,
    a_session_ends_once,
);

async fn a_person_is_made_once_and_renamed_later(db: &Db) {
    let mut tx = begin(db).await;
    let number = iin(day("1985-07-15"));
    let (first, second) = (PersonId::new(id()), PersonId::new(id()));
    let made = store::persons::log_in(&mut tx, first, &number, "А", Language::Kk, now())
        .await
        .unwrap();
    assert_eq!(
        (made.id, made.iin.clone(), made.language),
        (first, number.clone(), Language::Kk)
    );
    assert_eq!(
        (made.email, made.email_confirmed_at, made.created_at),
        (None, None, now())
    );
    let later = now() + TimeDelta::days(1);
    let found = store::persons::log_in(&mut tx, second, &number, "Б", Language::En, later)
        .await
        .unwrap();
    assert_eq!((found.id, found.full_name.as_str()), (first, "Б"));
    assert_eq!((found.language, found.created_at), (Language::Kk, now()));
    same(
        &store::persons::get(&mut tx, first).await.unwrap().unwrap(),
        &found,
    );
    same(
        &store::persons::require(&mut tx, first).await.unwrap(),
        &found,
    );
    assert!(
        store::persons::get(&mut tx, second)
            .await
            .unwrap()
            .is_none()
    );
    assert!(store::persons::require(&mut tx, second).await.is_err());
}

async fn numbers_of_a_test_authority_are_kept(db: &Db) {
    let mut tx = begin(db).await;
    let number = Iin::parse_of_test_authority("123456789011").unwrap();
    let new = PersonId::new(id());
    store::persons::log_in(&mut tx, new, &number, "ТЕСТОВ", Language::Ru, now())
        .await
        .unwrap();
    assert_eq!(
        store::persons::require(&mut tx, new).await.unwrap().iin,
        number
    );
}

async fn an_address_is_set_and_confirmed(db: &Db) {
    let mut tx = begin(db).await;
    let id_of = person(&mut tx).await.id;
    assert!(
        store::persons::confirm_email(&mut tx, id_of, now())
            .await
            .is_err(),
        "no address yet"
    );
    let email = Email::parse("Parent@Example.kz").unwrap();
    store::persons::set_email(&mut tx, id_of, &email, Language::En)
        .await
        .unwrap();
    store::persons::put_confirmation(&mut tx, id_of, &[1; 32], now())
        .await
        .unwrap();
    store::persons::confirm_email(&mut tx, id_of, now())
        .await
        .unwrap();
    let confirmed = store::persons::require(&mut tx, id_of).await.unwrap();
    assert_eq!(
        (confirmed.email.as_ref(), confirmed.language),
        (Some(&email), Language::En)
    );
    assert_eq!(confirmed.email_confirmed_at, Some(now()));
    assert!(
        store::persons::attempt_confirmation(&mut tx, id_of)
            .await
            .unwrap()
            .is_none()
    );
    store::persons::set_email(&mut tx, id_of, &email, Language::Ru)
        .await
        .unwrap();
    assert_eq!(
        store::persons::require(&mut tx, id_of)
            .await
            .unwrap()
            .email_confirmed_at,
        None
    );
    let unknown = PersonId::new(id());
    assert!(
        store::persons::set_email(&mut tx, unknown, &email, Language::Ru)
            .await
            .is_err()
    );
}

async fn attempts_are_counted(db: &Db) {
    let mut tx = begin(db).await;
    let id_of = person(&mut tx).await.id;
    assert!(
        store::persons::attempt_confirmation(&mut tx, id_of)
            .await
            .unwrap()
            .is_none()
    );
    store::persons::put_confirmation(&mut tx, id_of, &[7; 32], now())
        .await
        .unwrap();
    for attempts in 1..=3 {
        let code = store::persons::attempt_confirmation(&mut tx, id_of)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (code.code_hash, code.expires_at, code.attempts),
            (vec![7; 32], now(), attempts)
        );
    }
    store::persons::put_confirmation(&mut tx, id_of, &[8; 32], now())
        .await
        .unwrap();
    let code = store::persons::attempt_confirmation(&mut tx, id_of)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((code.code_hash, code.attempts), (vec![8; 32], 1));
}

async fn a_challenge_is_used_once(db: &Db) {
    let mut tx = begin(db).await;
    let challenge = ChallengeId::new(id());
    store::challenges::insert(&mut tx, challenge, "Вхожу\0".as_bytes(), now())
        .await
        .unwrap();
    let kept = store::challenges::get(&mut tx, challenge)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (kept.content, kept.expires_at, kept.used_at),
        ("Вхожу\0".into(), now(), None)
    );
    assert!(
        store::challenges::use_up(&mut tx, challenge, now())
            .await
            .unwrap()
    );
    let later = now() + TimeDelta::seconds(1);
    assert!(
        !store::challenges::use_up(&mut tx, challenge, later)
            .await
            .unwrap()
    );
    let kept = store::challenges::get(&mut tx, challenge)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kept.used_at, Some(now()));
    let unknown = ChallengeId::new(id());
    assert!(
        store::challenges::get(&mut tx, unknown)
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        !store::challenges::use_up(&mut tx, unknown, now())
            .await
            .unwrap()
    );
}

async fn expired_challenges_are_forgotten(db: &Db) {
    let mut tx = begin(db).await;
    let [old, new] = [ChallengeId::new(id()), ChallengeId::new(id())];
    let just_before = now() - TimeDelta::microseconds(1);
    store::challenges::insert(&mut tx, old, b"old", just_before)
        .await
        .unwrap();
    store::challenges::insert(&mut tx, new, b"new", now())
        .await
        .unwrap();
    assert_eq!(
        store::challenges::delete_expired(&mut tx, now())
            .await
            .unwrap(),
        1
    );
    assert!(
        store::challenges::get(&mut tx, old)
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        store::challenges::get(&mut tx, new)
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!(
        store::challenges::delete_expired(&mut tx, now())
            .await
            .unwrap(),
        0
    );
}

async fn a_session_rotates_its_token(db: &Db) {
    let mut tx = begin(db).await;
    let session = Session {
        id: SessionId::new(id()),
        person_id: person(&mut tx).await.id,
        expires_at: now() + TimeDelta::hours(12),
        ended_at: None,
    };
    store::sessions::insert(&mut tx, &session, b"one", now())
        .await
        .unwrap();
    same(
        &store::sessions::get(&mut tx, session.id)
            .await
            .unwrap()
            .unwrap(),
        &session,
    );
    same(
        &store::sessions::by_refresh(&mut tx, b"one")
            .await
            .unwrap()
            .unwrap(),
        &session,
    );
    assert!(
        store::sessions::by_previous_refresh(&mut tx, b"one")
            .await
            .unwrap()
            .is_none()
    );
    let (later, end) = (now() + TimeDelta::minutes(9), now() + TimeDelta::hours(13));
    let rotated = store::sessions::rotate(&mut tx, session.id, b"one", b"two", later, end).await;
    assert!(rotated.unwrap());
    let again = store::sessions::rotate(&mut tx, session.id, b"one", b"three", later, end).await;
    assert!(!again.unwrap(), "somebody was faster");
    assert!(
        store::sessions::by_refresh(&mut tx, b"one")
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(
        store::sessions::by_refresh(&mut tx, b"two")
            .await
            .unwrap()
            .unwrap()
            .expires_at,
        end
    );
    let previous = store::sessions::by_previous_refresh(&mut tx, b"one")
        .await
        .unwrap();
    assert_eq!(previous, Some((session.id, later)));
}

async fn a_session_ends_once(db: &Db) {
    let mut tx = begin(db).await;
    let session = Session {
        id: SessionId::new(id()),
        person_id: person(&mut tx).await.id,
        expires_at: now(),
        ended_at: None,
    };
    store::sessions::insert(&mut tx, &session, b"one", now())
        .await
        .unwrap();
    store::sessions::end(&mut tx, session.id, now())
        .await
        .unwrap();
    store::sessions::end(&mut tx, session.id, now() + TimeDelta::days(1))
        .await
        .unwrap();
    let ended = store::sessions::get(&mut tx, session.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(ended.ended_at, Some(now()));
    let ended_since =
        async |tx: &mut Tx, moment| store::sessions::ended_since(tx, moment).await.unwrap();
    let before = now() - TimeDelta::microseconds(1);
    assert_eq!(ended_since(&mut tx, before).await, [session.id]);
    assert!(ended_since(&mut tx, now()).await.is_empty());
    let late = store::sessions::rotate(&mut tx, session.id, b"one", b"two", now(), now()).await;
    assert!(!late.unwrap(), "an ended session is not renewed");
    assert!(
        store::sessions::end(&mut tx, SessionId::new(id()), now())
            .await
            .is_err()
    );
}
