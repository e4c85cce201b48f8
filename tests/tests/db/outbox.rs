//! The outbox of mails.

use super::rows::{application, begin, now};
use balabaqsha_shared::{id::NoticeId, notice::NoticeKind};
use balabaqsha_store::{self as store, Db, mails::NewMail, notices::Notice};
use balabaqsha_tests::{
    Dump,
    builders::{Town, id},
    on_both_engines,
};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

on_both_engines!(on_database:
    a_mail_is_claimed_with_a_lease,
    a_mail_that_failed_comes_again,
    a_mail_that_was_sent_or_given_up_never_comes_again,
    mails_are_shared_between_processes,
    codes_are_sent_before_notices,
    the_oldest_due_mail_is_known_until_it_is_sent,
    a_mail_that_is_over_keeps_neither_address_nor_text,
);

fn mail(created_at: DateTime<Utc>) -> NewMail {
    NewMail {
        id: id(),
        recipient: "parent@example.kz".into(),
        subject: "Растау коды: 000000".into(),
        body: "a\r\n\nб".into(),
        created_at,
        notice_id: None,
    }
}

async fn claimed(db: &Db, moment: DateTime<Utc>, limit: i64) -> Vec<Uuid> {
    let mut tx = begin(db).await;
    let lease = moment + TimeDelta::minutes(1);
    let mails = store::mails::claim_due(&mut tx, moment, lease, limit)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    mails.into_iter().map(|mail| mail.id).collect()
}

async fn stored(db: &Db, mail: &NewMail) {
    let mut tx = begin(db).await;
    store::mails::insert(&mut tx, mail).await.unwrap();
    tx.commit().await.unwrap();
}

async fn the_oldest_due_mail_is_known_until_it_is_sent(db: &Db) {
    let oldest = async |moment| {
        let mut tx = db.read().await.unwrap();
        store::mails::oldest_due(&mut tx, moment).await.unwrap()
    };
    assert_eq!(oldest(now()).await, None);
    let (first, second) = (mail(now()), mail(now() + TimeDelta::seconds(1)));
    stored(db, &second).await;
    stored(db, &first).await;
    assert_eq!(oldest(now() - TimeDelta::microseconds(1)).await, None);
    let later = now() + TimeDelta::seconds(1);
    assert_eq!(oldest(later).await, Some(now()));
    // In somebody's hands it is still not sent.
    assert_eq!(claimed(db, later, 1).await, [first.id]);
    assert_eq!(oldest(later).await, Some(now()));
    let mut tx = begin(db).await;
    store::mails::mark_sent(&mut tx, first.id, later)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(oldest(later).await, Some(later));
    let mut tx = begin(db).await;
    store::mails::mark_failed(&mut tx, second.id, later, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(oldest(later).await, None);
}

async fn codes_are_sent_before_notices(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let of = application(&mut tx, town.id(), 1).await;
    let mut news = Vec::new();
    for _ in 0..3 {
        let notice = Notice {
            id: NoticeId::new(id()),
            person_id: of.applicant_id,
            application_id: None,
            cause_id: id(),
            kind: NoticeKind::PlaceAvailable,
            at: now(),
            facts: serde_json::json!({}),
            read_at: None,
        };
        store::notices::insert(&mut tx, &notice).await.unwrap();
        let mail = NewMail {
            notice_id: Some(notice.id),
            ..mail(now())
        };
        store::mails::insert(&mut tx, &mail).await.unwrap();
        news.push(mail.id);
    }
    tx.commit().await.unwrap();
    let code = mail(now() + TimeDelta::seconds(1));
    stored(db, &code).await;
    let later = now() + TimeDelta::seconds(1);
    assert_eq!(claimed(db, later, 2).await, [code.id, news[0]]);
    assert_eq!(claimed(db, later, 1).await, [news[1]]);
    assert_eq!(claimed(db, later, 9).await, [news[2]]);
}

async fn a_mail_that_is_over_keeps_neither_address_nor_text(db: &Db) {
    let [sent, given_up, waits] = [mail(now()), mail(now()), mail(now())];
    for mail in [&sent, &given_up, &waits] {
        stored(db, mail).await;
    }
    let mut tx = begin(db).await;
    store::mails::mark_sent(&mut tx, sent.id, now())
        .await
        .unwrap();
    store::mails::mark_failed(&mut tx, given_up.id, now(), None)
        .await
        .unwrap();
    store::mails::mark_failed(&mut tx, waits.id, now(), Some(now()))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let dump = Dump::of(db).await;
    let with_address = dump
        .rows("mails")
        .iter()
        .filter(|row| row.contains("parent@example.kz"));
    assert_eq!(with_address.count(), 1);
    let mut tx = begin(db).await;
    let due = store::mails::claim_due(&mut tx, now(), now(), 10)
        .await
        .unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!(
        (due[0].id, due[0].body.as_str()),
        (waits.id, waits.body.as_str())
    );
}

async fn a_mail_is_claimed_with_a_lease(db: &Db) {
    let (first, second) = (mail(now()), mail(now() + TimeDelta::seconds(1)));
    stored(db, &second).await;
    stored(db, &first).await;
    assert!(
        claimed(db, now() - TimeDelta::microseconds(1), 10)
            .await
            .is_empty()
    );
    let mut tx = begin(db).await;
    let lease = now() + TimeDelta::minutes(1);
    let mails = store::mails::claim_due(&mut tx, now(), lease, 10)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(mails.len(), 1);
    let claim = &mails[0];
    assert_eq!((claim.id, claim.attempts), (first.id, 1));
    assert_eq!(
        (&claim.recipient, &claim.subject),
        (&first.recipient, &first.subject)
    );
    assert_eq!(claim.body, first.body);
    // While the lease runs nobody else sends it.
    assert_eq!(
        claimed(db, lease - TimeDelta::microseconds(1), 10).await,
        [second.id]
    );
    assert_eq!(claimed(db, lease, 10).await, [first.id]);
}

async fn a_mail_that_failed_comes_again(db: &Db) {
    let mail = mail(now());
    stored(db, &mail).await;
    claimed(db, now(), 1).await;
    let next = now() + TimeDelta::minutes(5);
    let mut tx = begin(db).await;
    store::mails::mark_failed(&mut tx, mail.id, now(), Some(next))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(
        claimed(db, next - TimeDelta::microseconds(1), 1)
            .await
            .is_empty()
    );
    let mut tx = begin(db).await;
    let again = store::mails::claim_due(&mut tx, next, next, 1)
        .await
        .unwrap();
    assert_eq!((again[0].id, again[0].attempts), (mail.id, 2));
    assert!(
        store::mails::mark_failed(&mut tx, id(), now(), None)
            .await
            .is_err()
    );
}

async fn a_mail_that_was_sent_or_given_up_never_comes_again(db: &Db) {
    let (sent, given_up) = (mail(now()), mail(now()));
    stored(db, &sent).await;
    stored(db, &given_up).await;
    assert_eq!(claimed(db, now(), 10).await.len(), 2);
    let mut tx = begin(db).await;
    store::mails::mark_sent(&mut tx, sent.id, now())
        .await
        .unwrap();
    store::mails::mark_failed(&mut tx, given_up.id, now(), None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(
        claimed(db, now() + TimeDelta::days(1000), 10)
            .await
            .is_empty()
    );
    let mut tx = begin(db).await;
    assert!(store::mails::mark_sent(&mut tx, id(), now()).await.is_err());
}

async fn mails_are_shared_between_processes(db: &Db) {
    for _ in 0..20 {
        stored(db, &mail(now())).await;
    }
    let claims = futures_util::future::join_all((0..10).map(|_| claimed(db, now(), 3))).await;
    let mut all: Vec<Uuid> = claims.into_iter().flatten().collect();
    all.extend(claimed(db, now(), 20).await);
    assert_eq!(all.len(), 20);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 20, "no mail was claimed twice");
}
