//! Persons, their e-mail addresses, challenges and sessions.

use super::rows::{begin, now, person, same};
use balabaqsha_shared::{
    Language,
    email::Email,
    id::{ChallengeId, PersonId, SessionId},
    iin::Iin,
};
use balabaqsha_store::{
    self as store, Db, Tx,
    renewals::{Beginning, Renewal},
    sessions::Session,
};
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
    a_new_address_waits_for_its_code,
    codes_of_a_recipient_are_counted,
    a_person_sees_the_sessions_that_live,
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

async fn a_new_address_waits_for_its_code(db: &Db) {
    let mut tx = begin(db).await;
    let of = person(&mut tx).await.id;
    let email = Email::parse("new@example.kz").unwrap();
    let put =
        async |tx: &mut Tx| store::persons::put_new_address(tx, of, &email, Language::En).await;
    assert!(put(&mut tx).await.is_err(), "there is no code");
    let refuse = async |tx: &mut Tx, address: &str| {
        store::persons::refuse_email(tx, address, now())
            .await
            .unwrap()
    };
    assert_eq!(refuse(&mut tx, "new@example.kz").await, []);
    store::persons::set_email(&mut tx, of, &email, Language::En)
        .await
        .unwrap();
    assert_eq!(refuse(&mut tx, "new@example.kz").await, [of]);
    assert_eq!(refuse(&mut tx, "new@example.kz").await, [], "known");
    let refused = store::persons::require(&mut tx, of).await.unwrap();
    assert_eq!(refused.email_refused_at, Some(now()));
    store::persons::set_email(&mut tx, of, &email, Language::En)
        .await
        .unwrap();
    let again = store::persons::require(&mut tx, of).await.unwrap();
    assert_eq!(again.email_refused_at, None);
    let end = now() + TimeDelta::hours(1);
    store::persons::put_confirmation(&mut tx, of, &[1; 32], end)
        .await
        .unwrap();
    let waiting =
        async |tx: &mut Tx, moment| store::persons::new_address(tx, of, moment).await.unwrap();
    assert_eq!(waiting(&mut tx, now()).await, None);
    put(&mut tx).await.unwrap();
    assert_eq!(
        waiting(&mut tx, now()).await,
        Some((email.clone(), Language::En))
    );
    assert_eq!(waiting(&mut tx, end).await, None);
    let code = store::persons::attempt_confirmation(&mut tx, of)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(code.address.as_deref(), Some("new@example.kz"));
    // Another code is for another address.
    store::persons::put_confirmation(&mut tx, of, &[2; 32], end)
        .await
        .unwrap();
    assert_eq!(waiting(&mut tx, now()).await, None);
}

async fn codes_of_a_recipient_are_counted(db: &Db) {
    let mut tx = begin(db).await;
    let later = now() + TimeDelta::seconds(1);
    for (digest, moment) in [([1], now()), ([1], later), ([2], later)] {
        store::mailed_codes::insert(&mut tx, id(), &digest, moment)
            .await
            .unwrap();
    }
    let before = now() - TimeDelta::microseconds(1);
    let since =
        async |tx: &mut Tx, moment| store::mailed_codes::since(tx, &[1], moment).await.unwrap();
    assert_eq!(since(&mut tx, before).await, [later, now()]);
    assert_eq!(since(&mut tx, now()).await, [later]);
    assert_eq!(
        store::mailed_codes::forget(&mut tx, now()).await.unwrap(),
        1
    );
    assert_eq!(since(&mut tx, before).await, [later]);
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
    let by_token =
        async |tx: &mut Tx, hash: &[u8]| store::renewals::by_token(tx, hash).await.unwrap();
    let first = by_token(&mut tx, b"one").await.unwrap();
    assert_eq!(
        (first.id, first.generation, first.beginning.clone()),
        (session.id, 0, None)
    );
    let beginning = Beginning {
        secret: vec![0, 255],
        started_at: now(),
        last_end: now() + TimeDelta::days(7),
        device: "ұялы телефон".into(),
    };
    store::renewals::begin(&mut tx, session.id, &beginning)
        .await
        .unwrap();
    let unknown = SessionId::new(id());
    assert!(
        store::renewals::begin(&mut tx, unknown, &beginning)
            .await
            .is_err()
    );
    assert_eq!(store::renewals::get(&mut tx, unknown).await.unwrap(), None);
    let (later, end) = (now() + TimeDelta::minutes(9), now() + TimeDelta::hours(13));
    let rotated = store::sessions::rotate(&mut tx, session.id, b"one", b"two", later, end).await;
    assert!(rotated.unwrap());
    let again = store::sessions::rotate(&mut tx, session.id, b"one", b"three", later, end).await;
    assert!(!again.unwrap(), "somebody was faster");
    let renewed = Renewal {
        refresh_hash: b"two".to_vec(),
        rotated_at: later,
        expires_at: end,
        beginning: Some(beginning),
        generation: 1,
        ..first
    };
    // By the present token and by the last one.
    for hash in [b"one".as_slice(), b"two"] {
        assert_eq!(by_token(&mut tx, hash).await.as_ref(), Some(&renewed));
    }
    assert_eq!(by_token(&mut tx, b"three").await, None);
    for (generation, arrived) in [(1, 1), (0, 1), (3, 3)] {
        store::renewals::arrived(&mut tx, session.id, generation)
            .await
            .unwrap();
        let known = store::renewals::get(&mut tx, session.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(known.arrived, arrived);
    }
}

async fn a_person_sees_the_sessions_that_live(db: &Db) {
    let mut tx = begin(db).await;
    let (own, other) = (person(&mut tx).await.id, person(&mut tx).await.id);
    let mut ids = Vec::new();
    for (number, person_id) in (0..).zip([own, own, other, own]) {
        let session = Session {
            id: SessionId::new(id()),
            person_id,
            expires_at: now() + TimeDelta::hours(i64::from(number) + 1),
            ended_at: None,
        };
        let (hash, at) = ([number], now() + TimeDelta::seconds(i64::from(number)));
        store::sessions::insert(&mut tx, &session, &hash, at)
            .await
            .unwrap();
        ids.push(session.id);
    }
    store::sessions::end(&mut tx, ids[3], now()).await.unwrap();
    let living = async |tx: &mut Tx, moment, limit| -> Vec<SessionId> {
        let living = store::renewals::living_of(tx, own, moment, limit)
            .await
            .unwrap();
        living.into_iter().map(|session| session.id).collect()
    };
    assert_eq!(living(&mut tx, now(), 9).await, [ids[1], ids[0]]);
    assert_eq!(living(&mut tx, now(), 1).await, [ids[1]]);
    let later = now() + TimeDelta::hours(1);
    assert_eq!(living(&mut tx, later, 9).await, [ids[1]]);
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
