//! Sessions for signing with a phone, and the browsers from which people log in with one.

use super::rows::{application, begin, draft, now, person};
use balabaqsha_shared::{
    id::{ChallengeId, DraftId, PersonId, SigningSessionId},
    signing_session::{SigningState, Standing},
};
use balabaqsha_store::{
    self as store, Db, Tx,
    signing_sessions::{Beginner, Document, SigningSession, Subject},
};
use balabaqsha_tests::{
    builders::{Town, id},
    on_both_engines,
};
use chrono::TimeDelta;
use serde_json::json;

on_both_engines!(on_database:
    a_session_is_found_by_its_id_and_its_code,
    a_session_keeps_how_it_stands,
    open_sessions_are_counted,
    a_session_goes_with_its_text,
    browsers_are_known_until_they_are_forgotten,
);

fn a_session(beginner: Beginner) -> SigningSession {
    SigningSession {
        id: SigningSessionId::new(id()),
        code_hash: id().as_bytes().to_vec(),
        token_hash: vec![7; 32],
        beginner,
        standing: Standing::new(now() + TimeDelta::minutes(5)),
        failure: None,
        answer_digest: None,
        created_at: now(),
    }
}

async fn a_challenge(tx: &mut Tx) -> ChallengeId {
    let challenge = ChallengeId::new(id());
    store::challenges::insert(tx, challenge, b"c", now())
        .await
        .unwrap();
    challenge
}

/// A session of each kind, and a browser.
pub async fn one_of_each(tx: &mut Tx, person: PersonId) {
    let challenge = Subject::Challenge(a_challenge(tx).await);
    let session = a_session(Beginner::Browser(vec![1; 32]));
    store::signing_sessions::insert(tx, &session, &[challenge], id())
        .await
        .unwrap();
    store::known_browsers::note(tx, person, &[1; 32], now())
        .await
        .unwrap();
}

/// A person with two drafts.
struct Drafts {
    tx: Tx,
    person: PersonId,
    ids: [DraftId; 2],
}

async fn drafts(db: &Db) -> Drafts {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let of = application(&mut tx, town.id(), 1).await;
    let first = draft(&mut tx, &of, now()).await;
    let second = draft(&mut tx, &of, now()).await;
    Drafts {
        tx,
        person: of.applicant_id,
        ids: [first.id, second.id],
    }
}

async fn a_session_is_found_by_its_id_and_its_code(db: &Db) {
    let Drafts {
        mut tx,
        person,
        ids,
    } = drafts(db).await;
    let session = a_session(Beginner::Person(person));
    let subjects = ids.map(Subject::Draft);
    store::signing_sessions::insert(&mut tx, &session, &subjects, id())
        .await
        .unwrap();
    let found = store::signing_sessions::get(&mut tx, session.id)
        .await
        .unwrap();
    assert_eq!(found.as_ref(), Some(&session));
    let by_code = store::signing_sessions::by_code(&mut tx, &session.code_hash)
        .await
        .unwrap();
    assert_eq!(by_code, found);
    assert_eq!(
        store::signing_sessions::by_code(&mut tx, b"x")
            .await
            .unwrap(),
        None
    );
    let documents = store::signing_sessions::documents(&mut tx, session.id)
        .await
        .unwrap();
    let expected = [(1, subjects[0]), (2, subjects[1])];
    assert_eq!(
        documents,
        expected.map(|(number, subject)| Document {
            number,
            subject,
            cms: None
        })
    );
    let challenge = a_challenge(&mut tx).await;
    let none = store::signing_sessions::browser_of(&mut tx, challenge)
        .await
        .unwrap();
    assert_eq!(none, None);
    let login = a_session(Beginner::Browser(vec![9; 32]));
    let subjects = [Subject::Challenge(challenge)];
    store::signing_sessions::insert(&mut tx, &login, &subjects, id())
        .await
        .unwrap();
    let browser = store::signing_sessions::browser_of(&mut tx, challenge)
        .await
        .unwrap();
    assert_eq!(browser, Some(vec![9; 32]));
}

async fn a_session_keeps_how_it_stands(db: &Db) {
    let Drafts {
        mut tx,
        person,
        ids: [draft, _],
    } = drafts(db).await;
    let mut session = a_session(Beginner::Person(person));
    let subjects = [Subject::Draft(draft)];
    store::signing_sessions::insert(&mut tx, &session, &subjects, id())
        .await
        .unwrap();
    for state in SigningState::ALL {
        session.standing.state = state;
        session.standing.failures += 1;
        session.failure = Some(json!({"code": "signer-mismatch", "params": {}}));
        session.answer_digest = Some(vec![3; 32]);
        store::signing_sessions::save(&mut tx, &session, id())
            .await
            .unwrap();
        let kept = store::signing_sessions::lock(&mut tx, session.id)
            .await
            .unwrap();
        assert_eq!(kept.as_ref(), Some(&session));
    }
    store::signing_sessions::put_signature(&mut tx, session.id, 1, b"cms")
        .await
        .unwrap();
    let documents = store::signing_sessions::documents(&mut tx, session.id)
        .await
        .unwrap();
    assert_eq!(documents[0].cms.as_deref(), Some(b"cms".as_slice()));
    let nothing = store::signing_sessions::put_signature(&mut tx, session.id, 2, b"cms").await;
    assert!(nothing.is_err());
}

async fn open_sessions_are_counted(db: &Db) {
    let Drafts {
        mut tx,
        person,
        ids: [first, second],
    } = drafts(db).await;
    let mut session = a_session(Beginner::Person(person));
    let subjects = [Subject::Draft(first)];
    store::signing_sessions::insert(&mut tx, &session, &subjects, id())
        .await
        .unwrap();
    let open = async |tx: &mut Tx, draft, at| {
        let found = store::signing_sessions::open_for(tx, Subject::Draft(draft), at).await;
        let count = store::signing_sessions::count_open(tx, person, at).await;
        (found.unwrap(), count.unwrap())
    };
    let just_before = session.standing.expires_at - TimeDelta::microseconds(1);
    assert_eq!(
        open(&mut tx, first, just_before).await,
        (vec![session.id], 1)
    );
    assert_eq!(open(&mut tx, second, just_before).await, (vec![], 1));
    assert_eq!(
        open(&mut tx, first, session.standing.expires_at).await,
        (vec![], 0)
    );
    session.standing.state = SigningState::Cancelled;
    store::signing_sessions::save(&mut tx, &session, id())
        .await
        .unwrap();
    assert_eq!(open(&mut tx, first, now()).await, (vec![], 0));
}

async fn a_session_goes_with_its_text(db: &Db) {
    let mut tx = begin(db).await;
    let challenge = a_challenge(&mut tx).await;
    let session = a_session(Beginner::Browser(vec![1; 32]));
    let subjects = [Subject::Challenge(challenge)];
    store::signing_sessions::insert(&mut tx, &session, &subjects, id())
        .await
        .unwrap();
    // A release that does not know sessions forgets challenges as before.
    let later = now() + TimeDelta::microseconds(1);
    assert_eq!(
        store::challenges::delete_expired(&mut tx, later)
            .await
            .unwrap(),
        1
    );
    let documents = store::signing_sessions::documents(&mut tx, session.id)
        .await
        .unwrap();
    assert_eq!(documents, []);
    let end = session.standing.expires_at;
    let forgotten = store::signing_sessions::delete_expired(&mut tx, end)
        .await
        .unwrap();
    assert_eq!(forgotten, 0);
    let after = end + TimeDelta::microseconds(1);
    let forgotten = store::signing_sessions::delete_expired(&mut tx, after)
        .await
        .unwrap();
    assert_eq!(forgotten, 1);
}

async fn browsers_are_known_until_they_are_forgotten(db: &Db) {
    let mut tx = begin(db).await;
    let (one, other) = (person(&mut tx).await.id, person(&mut tx).await.id);
    let note = async |tx: &mut Tx, of, hash: u8| {
        store::known_browsers::note(tx, of, &[hash; 32], now())
            .await
            .unwrap()
    };
    assert!(!note(&mut tx, one, 1).await && !note(&mut tx, one, 2).await);
    assert!(!note(&mut tx, other, 1).await);
    assert!(note(&mut tx, one, 1).await && note(&mut tx, one, 2).await);
    store::known_browsers::forget_others(&mut tx, one, Some(&[1; 32]))
        .await
        .unwrap();
    assert!(note(&mut tx, one, 1).await && !note(&mut tx, one, 2).await);
    store::known_browsers::forget_others(&mut tx, one, None)
        .await
        .unwrap();
    assert!(!note(&mut tx, one, 1).await && note(&mut tx, other, 1).await);
    store::known_browsers::forget(&mut tx, now()).await.unwrap();
    assert!(note(&mut tx, one, 1).await);
    let later = now() + TimeDelta::microseconds(1);
    store::known_browsers::forget(&mut tx, later).await.unwrap();
    assert!(!note(&mut tx, one, 1).await && !note(&mut tx, other, 1).await);
}
