//! Grounds of benefits, claims, and what is known of scans (R21).

use super::rows::{a_queued_application, application, begin, now, person};
use balabaqsha_shared::{
    application::Category,
    benefit::{BenefitGround, ClaimState, ScanKind, VirusCheck},
    comment::Comment,
    id::{BenefitClaimId, BenefitGroundId, LocalityId, ScanId},
    language::Localized,
};
use balabaqsha_store::{
    self as store, Db, Tx,
    applications::Application,
    benefits::{Claim, Decided},
    scans::{Scan, SealedKey},
};
use balabaqsha_tests::{
    builders::{a_locality, day, id},
    on_both_engines,
};
use chrono::TimeDelta;

on_both_engines!(on_database:
    grounds_end_and_stay_known,
    a_claim_is_saved_in_the_state_it_was_in,
    claims_wait_are_reminded_of_and_expire_at_their_moments,
    a_scan_is_kept_sent_once_and_checked,
    scans_are_found_by_their_key_and_age,
);

fn ground(code: &str, proof_days: Option<u16>) -> BenefitGround {
    BenefitGround {
        id: BenefitGroundId::new(id()),
        code: code.into(),
        category: Category::Priority,
        name: Localized::new("негіз", "основание", "ground"),
        article: Localized::new("8-бап", "статья 8", "article 8"),
        proof_days,
    }
}

fn claim(of: &Application, ground: &BenefitGround) -> Claim {
    Claim {
        id: BenefitClaimId::new(id()),
        application_id: of.id,
        ground_id: ground.id,
        claimed_at: now(),
        claimed_by: of.applicant_id,
        decide_by: day("2026-11-30"),
        state: ClaimState::Open,
        decided: None,
        valid_until: None,
        remind_at: None,
        expires_at: None,
    }
}

fn scan(of: &Application, digest: u8) -> Scan {
    Scan {
        id: ScanId::new(id()),
        application_id: of.id,
        claim_id: None,
        uploaded_by: of.applicant_id,
        uploaded_at: now(),
        kind: ScanKind::Pdf,
        size: 1_234,
        sha256: [digest; 32],
        pages: 3,
        key: None,
        virus_check: VirusCheck::Unchecked,
    }
}

fn key(by: &str) -> SealedKey {
    SealedKey {
        by: by.into(),
        bytes: vec![1, 2, 3],
    }
}

async fn town(tx: &mut Tx) -> LocalityId {
    let locality = a_locality();
    store::localities::insert(tx, &locality).await.unwrap();
    locality.id
}

/// A confirmed claim with a scan, for whoever needs a row of each.
pub async fn some_of(tx: &mut Tx, of: &Application) {
    let ground = ground("family", None);
    store::benefits::add_ground(tx, of.locality_id, &ground)
        .await
        .unwrap();
    let claim = claim(of, &ground);
    store::benefits::insert(tx, &claim).await.unwrap();
    store::scans::insert(tx, &scan(of, 1)).await.unwrap();
}

async fn grounds_end_and_stay_known(db: &Db) {
    let mut tx = begin(db).await;
    let locality = town(&mut tx).await;
    let (family, work) = (ground("family", None), ground("work", Some(30)));
    for ground in [&work, &family] {
        store::benefits::add_ground(&mut tx, locality, ground)
            .await
            .unwrap();
    }
    let known = store::benefits::grounds_of(&mut tx, locality)
        .await
        .unwrap();
    assert_eq!(known, [family.clone(), work.clone()]);
    store::benefits::end_ground(&mut tx, work.id, now())
        .await
        .unwrap();
    let twice = store::benefits::end_ground(&mut tx, work.id, now()).await;
    assert!(twice.is_err());
    let known = store::benefits::grounds_of(&mut tx, locality)
        .await
        .unwrap();
    assert_eq!(known, [family]);
    let ended = store::benefits::require_ground(&mut tx, work.id).await;
    assert_eq!(ended.unwrap(), work);
    // Its code is free again.
    store::benefits::add_ground(&mut tx, locality, &ground("work", Some(60)))
        .await
        .unwrap();
}

async fn a_claim_is_saved_in_the_state_it_was_in(db: &Db) {
    let mut tx = begin(db).await;
    let locality = town(&mut tx).await;
    let of = application(&mut tx, locality, 1).await;
    let ground = ground("work", Some(30));
    store::benefits::add_ground(&mut tx, locality, &ground)
        .await
        .unwrap();
    let open = claim(&of, &ground);
    store::benefits::insert(&mut tx, &open).await.unwrap();
    let known = store::benefits::get(&mut tx, open.id).await.unwrap();
    assert_eq!(known, Some(open.clone()));
    let words = |text| Comment::parse(text).unwrap();
    let refused = Claim {
        state: ClaimState::Refused,
        decided: Some(Decided {
            at: now(),
            by: words("А. Ахметова"),
            reason: Some(words("без печати")),
            document_id: None,
        }),
        ..open.clone()
    };
    let save = store::benefits::save(&mut tx, ClaimState::Open, &refused).await;
    assert!(save.unwrap());
    let twice = store::benefits::save(&mut tx, ClaimState::Open, &refused).await;
    assert!(!twice.unwrap(), "somebody was faster");
    let later = Claim {
        claimed_at: now() + TimeDelta::seconds(1),
        ..claim(&of, &ground)
    };
    store::benefits::insert(&mut tx, &later).await.unwrap();
    let all = store::benefits::of_application(&mut tx, of.id)
        .await
        .unwrap();
    assert_eq!(all, [later, refused]);
    let none = balabaqsha_shared::id::DocumentId::new(id());
    let decision = store::benefits::of_document(&mut tx, none).await.unwrap();
    assert_eq!(decision, None);
}

async fn claims_wait_are_reminded_of_and_expire_at_their_moments(db: &Db) {
    let mut tx = begin(db).await;
    let locality = town(&mut tx).await;
    let ground = ground("work", Some(30));
    store::benefits::add_ground(&mut tx, locality, &ground)
        .await
        .unwrap();
    let applicant = person(&mut tx).await;
    let mut claims = Vec::new();
    for serial in 1..=2 {
        let of = a_queued_application(locality, applicant.id, serial);
        store::applications::insert(&mut tx, &of).await.unwrap();
        let one = Claim {
            decide_by: day("2026-11-30") - chrono::Days::new(serial.into()),
            ..claim(&of, &ground)
        };
        store::benefits::insert(&mut tx, &one).await.unwrap();
        claims.insert(0, one);
    }
    let elsewhere = [LocalityId::new(id())];
    let list = store::benefits::waiting(&mut tx, &[locality], 10).await;
    assert_eq!(list.unwrap(), claims);
    let list = store::benefits::waiting(&mut tx, &elsewhere, 10).await;
    assert!(list.unwrap().is_empty());
    let count = store::benefits::count_waiting(&mut tx, &[locality]).await;
    assert_eq!(count.unwrap(), 2);
    let (remind, end) = (now() + TimeDelta::days(1), now() + TimeDelta::days(15));
    let confirmed = Claim {
        state: ClaimState::Confirmed,
        decided: Some(Decided {
            at: now(),
            by: Comment::parse("А. Ахметова").unwrap(),
            reason: None,
            document_id: None,
        }),
        valid_until: Some(day("2026-12-07")),
        remind_at: Some(remind),
        expires_at: Some(end),
        ..claims.remove(0)
    };
    store::benefits::save(&mut tx, ClaimState::Open, &confirmed)
        .await
        .unwrap();
    let just_before = TimeDelta::microseconds(1);
    let due = store::due::anything(&mut tx, remind - just_before).await;
    assert!(!due.unwrap());
    assert!(store::due::anything(&mut tx, remind).await.unwrap());
    let before = store::benefits::to_remind(&mut tx, remind - just_before, 10).await;
    assert!(before.unwrap().is_empty());
    let due = store::benefits::to_remind(&mut tx, remind, 10)
        .await
        .unwrap();
    assert_eq!(due.len(), 1);
    let take = store::benefits::take_reminder(&mut tx, confirmed.id).await;
    assert!(take.unwrap());
    let twice = store::benefits::take_reminder(&mut tx, confirmed.id).await;
    assert!(!twice.unwrap());
    let before = store::benefits::expired(&mut tx, end - just_before, 10).await;
    assert!(before.unwrap().is_empty());
    assert!(store::due::anything(&mut tx, end).await.unwrap());
    let due = store::benefits::expired(&mut tx, end, 10).await.unwrap();
    assert_eq!(due[0].id, confirmed.id);
}

async fn a_scan_is_kept_sent_once_and_checked(db: &Db) {
    let mut tx = begin(db).await;
    let locality = town(&mut tx).await;
    let of = application(&mut tx, locality, 1).await;
    let other = application(&mut tx, locality, 2).await;
    let ground = ground("family", None);
    store::benefits::add_ground(&mut tx, locality, &ground)
        .await
        .unwrap();
    let claim = claim(&of, &ground);
    store::benefits::insert(&mut tx, &claim).await.unwrap();
    let mut kept = scan(&of, 1);
    store::scans::insert(&mut tx, &kept).await.unwrap();
    let known = store::scans::get(&mut tx, kept.id).await.unwrap();
    assert_eq!(known, None, "it is being kept");
    let early = store::scans::send(&mut tx, kept.id, of.id, claim.id).await;
    assert!(!early.unwrap());
    kept.key = Some(key("aabbccddeeff"));
    store::scans::set_key(&mut tx, kept.id, &key("aabbccddeeff"))
        .await
        .unwrap();
    let known = store::scans::get(&mut tx, kept.id).await.unwrap();
    assert_eq!(known, Some(kept.clone()));
    let foreign = store::scans::send(&mut tx, kept.id, other.id, claim.id).await;
    assert!(!foreign.unwrap());
    let sent = store::scans::send(&mut tx, kept.id, of.id, claim.id).await;
    assert!(sent.unwrap());
    let twice = store::scans::send(&mut tx, kept.id, of.id, claim.id).await;
    assert!(!twice.unwrap());
    assert!(!store::scans::delete_unsent(&mut tx, kept.id).await.unwrap());
    kept.claim_id = Some(claim.id);
    let all = store::scans::of_application(&mut tx, of.id).await.unwrap();
    assert_eq!(all, [kept.clone()]);

    let waiting = store::scans::unchecked(&mut tx, 10).await.unwrap();
    assert_eq!(waiting, [kept.clone()]);
    let words = |text| Comment::parse(text).unwrap();
    let (official, reason) = (words("А. Ахметова"), words("не отвечает"));
    let opened = store::scans::override_virus_check(&mut tx, kept.id, &official, &reason).await;
    assert!(opened.unwrap());
    let twice = store::scans::override_virus_check(&mut tx, kept.id, &official, &reason).await;
    assert!(!twice.unwrap());
    // The scanner is asked all the same.
    let waiting = store::scans::unchecked(&mut tx, 10).await.unwrap();
    assert_eq!(waiting[0].virus_check, VirusCheck::Overridden);
    let looked = store::scans::set_virus_check(&mut tx, kept.id, VirusCheck::Clean).await;
    assert!(looked.unwrap());
    let twice = store::scans::set_virus_check(&mut tx, kept.id, VirusCheck::Infected).await;
    assert!(!twice.unwrap());
    assert!(
        store::scans::unchecked(&mut tx, 10)
            .await
            .unwrap()
            .is_empty()
    );
}

async fn scans_are_found_by_their_key_and_age(db: &Db) {
    let mut tx = begin(db).await;
    let locality = town(&mut tx).await;
    let of = application(&mut tx, locality, 1).await;
    let (first, second) = (scan(&of, 1), scan(&of, 2));
    for one in [&first, &second] {
        store::scans::insert(&mut tx, one).await.unwrap();
    }
    store::scans::set_key(&mut tx, first.id, &key("aabbccddeeff"))
        .await
        .unwrap();
    let names = store::scans::key_names(&mut tx).await.unwrap();
    assert_eq!(names, ["aabbccddeeff"]);
    let others = store::scans::sealed_by_others(&mut tx, "001122334455", 10).await;
    assert_eq!(others.unwrap()[0].id, first.id);
    let others = store::scans::sealed_by_others(&mut tx, "aabbccddeeff", 10).await;
    assert!(others.unwrap().is_empty());
    let old = store::scans::forgotten(&mut tx, now(), 10).await.unwrap();
    assert!(old.is_empty());
    let later = now() + TimeDelta::microseconds(1);
    let old = store::scans::forgotten(&mut tx, later, 10).await.unwrap();
    assert_eq!(old.len(), 2, "also what never came to be kept");
    assert!(
        store::scans::delete_unsent(&mut tx, second.id)
            .await
            .unwrap()
    );
    assert!(
        !store::scans::delete_unsent(&mut tx, second.id)
            .await
            .unwrap()
    );
}
