//! What signed acts rest on, and acts that wait for a time stamp.

use super::rows::{application, begin, now, same};
use balabaqsha_shared::{
    dto::{DocumentKind, EvidenceRole},
    id::DocumentId,
};
use balabaqsha_store::{
    self as store, Db, Tx,
    documents::Document,
    evidence::Piece,
    known_revocations::{KnownRevocation, Source},
    time_stamps::Order,
};
use balabaqsha_tests::{
    builders::{Town, id},
    database, on_both_engines,
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

on_both_engines!(on_database:
    evidence_is_kept_in_its_order_and_only_grows,
    the_same_piece_of_two_acts_is_kept_once,
    two_acts_with_the_same_pieces_do_not_wait_in_a_circle,
    a_time_stamp_is_claimed_with_a_lease_until_it_is_there,
    a_known_revocation_is_kept_as_it_was_told_first,
);

async fn a_document(tx: &mut Tx, town: &Town, serial: u32) -> DocumentId {
    let of = application(tx, town.id(), serial).await;
    let document = Document {
        id: DocumentId::new(id()),
        kind: DocumentKind::Application,
        application_id: Some(of.id),
        referral_id: None,
        signer_id: of.applicant_id,
        number: "АКТ-2026-000001".into(),
        content: vec![1],
        cms: vec![2],
        certificate: vec![3],
        report: json!({}),
        facts: json!({}),
        signed_at: now(),
    };
    store::documents::insert(tx, &document).await.unwrap();
    document.id
}

fn piece(role: EvidenceRole, number: u8) -> Piece {
    Piece {
        role,
        sha256: vec![number; 32],
        der: vec![number, 0, 255],
        added_at: now(),
    }
}

/// Evidence of a document, and an order for a time stamp.
pub async fn some_of(tx: &mut Tx, document: DocumentId) {
    let pieces = [piece(EvidenceRole::Signer, 1)];
    store::evidence::add(tx, document, &pieces).await.unwrap();
    store::time_stamps::order(tx, document, now())
        .await
        .unwrap();
    let known = KnownRevocation {
        issuer_key: vec![1; 32],
        serial: vec![1],
        source: Source::Ocsp,
        revoked_at: now(),
        reason: 1,
    };
    store::known_revocations::keep(tx, &known, now())
        .await
        .unwrap();
}

async fn evidence_is_kept_in_its_order_and_only_grows(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let document = a_document(&mut tx, &town, 1).await;
    // All roles, and digests that do not grow.
    let mut pieces: Vec<Piece> = (0..)
        .zip(EvidenceRole::ALL)
        .map(|(number, role)| piece(role, 200 - number * 7))
        .collect();
    store::evidence::add(&mut tx, document, &pieces)
        .await
        .unwrap();
    same(
        &store::evidence::list_of(&mut tx, document).await.unwrap(),
        &pieces,
    );
    let later = Piece {
        added_at: now() + TimeDelta::days(1),
        ..piece(EvidenceRole::TimeStamp, 3)
    };
    store::evidence::add(&mut tx, document, std::slice::from_ref(&later))
        .await
        .unwrap();
    pieces.push(later);
    same(
        &store::evidence::list_of(&mut tx, document).await.unwrap(),
        &pieces,
    );
    let unknown = DocumentId::new(id());
    assert_eq!(
        store::evidence::list_of(&mut tx, unknown).await.unwrap(),
        []
    );
}

async fn the_same_piece_of_two_acts_is_kept_once(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let pieces = [piece(EvidenceRole::Crl, 9)];
    for serial in [1, 2] {
        let document = a_document(&mut tx, &town, serial).await;
        store::evidence::add(&mut tx, document, &pieces)
            .await
            .unwrap();
        assert_eq!(
            store::evidence::list_of(&mut tx, document).await.unwrap(),
            pieces
        );
    }
    tx.commit().await.unwrap();
    assert_eq!(
        database::number(db, "SELECT COUNT(*) FROM evidence").await,
        1
    );
}

async fn two_acts_with_the_same_pieces_do_not_wait_in_a_circle(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let (first, second) = (
        a_document(&mut tx, &town, 1).await,
        a_document(&mut tx, &town, 2).await,
    );
    tx.commit().await.unwrap();
    let forward: Vec<Piece> = (0..40).map(|n| piece(EvidenceRole::Ocsp, n)).collect();
    let backward: Vec<Piece> = forward.iter().rev().cloned().collect();
    let add = |document, pieces: Vec<Piece>| async move {
        let mut tx = begin(db).await;
        store::evidence::add(&mut tx, document, &pieces)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    };
    futures_util::future::join(add(first, forward), add(second, backward)).await;
    assert_eq!(
        database::number(db, "SELECT COUNT(*) FROM document_evidence").await,
        80
    );
}

async fn claimed(db: &Db, moment: DateTime<Utc>) -> Vec<Order> {
    let mut tx = begin(db).await;
    let lease = moment + TimeDelta::minutes(1);
    let orders = store::time_stamps::claim_due(&mut tx, moment, lease, 10)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    orders
}

async fn a_time_stamp_is_claimed_with_a_lease_until_it_is_there(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let document = a_document(&mut tx, &town, 1).await;
    store::time_stamps::order(&mut tx, document, now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let just_before = TimeDelta::microseconds(1);
    assert_eq!(claimed(db, now() - just_before).await, []);
    let order = |attempts| Order { document, attempts };
    assert_eq!(claimed(db, now()).await, [order(1)]);
    let lease = now() + TimeDelta::minutes(1);
    assert_eq!(claimed(db, lease - just_before).await, []);
    assert_eq!(claimed(db, lease).await, [order(2)]);

    let next = now() + TimeDelta::hours(1);
    let mut tx = begin(db).await;
    store::time_stamps::mark_failed(&mut tx, document, next)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(claimed(db, next - just_before).await, []);
    assert_eq!(claimed(db, next).await, [order(3)]);

    let mut tx = begin(db).await;
    let mark = store::time_stamps::mark_stamped(&mut tx, document, next).await;
    assert!(mark.unwrap());
    // Another process that was slower has nothing to add.
    let again = store::time_stamps::mark_stamped(&mut tx, document, next).await;
    assert!(!again.unwrap());
    let unknown = DocumentId::new(id());
    let failed = store::time_stamps::mark_failed(&mut tx, unknown, next).await;
    assert!(failed.is_err());
    tx.commit().await.unwrap();
    assert_eq!(claimed(db, next + TimeDelta::days(1)).await, []);
}

async fn a_known_revocation_is_kept_as_it_was_told_first(db: &Db) {
    let known = |number: u8, reason| KnownRevocation {
        issuer_key: vec![number; 32],
        serial: vec![0, 255, number],
        source: Source::Crl,
        revoked_at: now(),
        reason,
    };
    let answered = KnownRevocation {
        source: Source::Ocsp,
        ..known(1, 1)
    };
    let mut tx = begin(db).await;
    for told in [
        &known(1, 4),
        &known(1, 1),
        &answered,
        &known(2, 1),
        &known(1, 4),
    ] {
        store::known_revocations::keep(&mut tx, told, now())
            .await
            .unwrap();
    }
    let of = async |tx: &mut Tx, number: u8, serial: &[u8]| {
        store::known_revocations::of(tx, &[number; 32], serial)
            .await
            .unwrap()
    };
    assert_eq!(
        of(&mut tx, 1, &[0, 255, 1]).await,
        [known(1, 1), known(1, 4)]
    );
    assert_eq!(of(&mut tx, 2, &[0, 255, 2]).await, [known(2, 1)]);
    assert_eq!(of(&mut tx, 2, &[0, 255, 1]).await, []);
    assert_eq!(of(&mut tx, 3, &[0, 255, 1]).await, []);
}
