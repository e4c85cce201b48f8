//! The registry as officials see and change it: one thing at a time, its history, changes on a day to come,
//! and suspensions by signed decisions.

use super::rows::{a_referral, application, begin, now, person};
use balabaqsha_shared::{
    comment::Comment,
    dto::DocumentKind,
    id::{DocumentId, GroupId, KindergartenId, PersonId, RegistryChangeId, SuspensionId},
    import::{GroupRow, KindergartenRow},
    kindergarten::{InstructionLanguage, KindergartenKind},
};
use balabaqsha_store::{
    self as store, Db, Tx,
    appointments::By,
    documents::Document,
    registry::{
        entries::{self, Concerned, Filter, Places, Reading, Sorting, Within},
        history::{self, Change, Plan},
    },
    suspensions::Suspension,
};
use balabaqsha_tests::{
    builders::{Town, day, id},
    on_both_engines,
};
use chrono::TimeDelta;
use serde_json::json;

on_both_engines!(on_database:
    a_kindergarten_is_made_found_and_said_anew,
    a_group_keeps_what_is_held_and_taken,
    a_profile_concerns_who_waits,
    the_history_is_read_from_the_newest,
    a_planned_change_waits_for_its_day,
    a_suspension_is_ended_by_a_decision,
);

fn kindergarten_row(town: &Town) -> KindergartenRow {
    KindergartenRow {
        external_id: "K-7".into(),
        locality: town.locality.code.clone(),
        kind: KindergartenKind::Private,
        bin: "050440000012".parse().unwrap(),
        name_kk: "Ақбота".into(),
        name_ru: "Акбота".into(),
        name_en: "Aqbota".into(),
        address_kk: "Абай көшесі, 1".into(),
        address_ru: "ул. Абая, 1".into(),
        address_en: "1 Abai Street".into(),
        latitude: 49.47,
        longitude: 57.42,
        phone: "+7 713 33 12 34".into(),
        schedule: "08:00–18:00".into(),
        licence_until: Some(day("2030-01-01")),
        contract_until: None,
    }
}

fn group_row(capacity: i32) -> GroupRow {
    GroupRow {
        external_id: "G-7".into(),
        kindergarten: "K-7".into(),
        name: "Балапан".into(),
        language: InstructionLanguage::Kazakh,
        birth_year_from: 2021,
        birth_year_to: 2023,
        state_order: true,
        capacity,
        open_from: None,
        closed_from: Some(day("2027-09-01")),
    }
}

/// A kindergarten with one group, none of whose twenty places are published.
async fn made(tx: &mut Tx, town: &Town) -> (KindergartenId, GroupId) {
    let (kindergarten, group) = (KindergartenId::new(id()), GroupId::new(id()));
    let row = kindergarten_row(town);
    entries::insert_kindergarten(tx, kindergarten, town.id(), "city", &row)
        .await
        .unwrap();
    entries::insert_group(tx, group, kindergarten, "city", &group_row(20))
        .await
        .unwrap();
    (kindergarten, group)
}

async fn a_kindergarten_is_made_found_and_said_anew(db: &Db) {
    let town = Town::with_free_places(2).store(db).await;
    let mut tx = begin(db).await;
    let (id, _) = made(&mut tx, &town).await;
    let row = kindergarten_row(&town);
    let known = entries::kindergarten(&mut tx, id, Reading::Only)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((&known.row, known.version), (&row, 1));
    assert_eq!(known.source.as_deref(), Some("city"));
    let changed = KindergartenRow {
        name_ru: "Акбота-2".into(),
        contract_until: Some(day("2028-12-31")),
        ..row
    };
    entries::update_kindergarten(&mut tx, id, town.id(), &changed)
        .await
        .unwrap();
    let known = entries::kindergarten(&mut tx, id, Reading::ToChange)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((known.row, known.version), (changed, 2));

    // The other one of the town is under the state order.
    let mut filter = Filter {
        localities: vec![town.id()],
        kind: None,
    };
    let own = town.kindergarten.id;
    for (kind, expected) in [
        (None, vec![own.uuid(), id.uuid()]),
        (Some(KindergartenKind::Private), vec![id.uuid()]),
    ] {
        filter.kind = kind;
        for sorting in [Sorting::Name, Sorting::Bin] {
            let named = entries::named(&mut tx, &filter, sorting).await.unwrap();
            let mut found: Vec<_> = named.into_iter().map(|one| one.id).collect();
            found.sort();
            let mut expected = expected.clone();
            expected.sort();
            assert_eq!(found, expected, "{sorting:?}");
        }
    }
    let sums = entries::summaries(&mut tx, &[id], now()).await.unwrap();
    assert_eq!((sums.len(), sums[0].groups), (1, 1));
    assert_eq!(
        (sums[0].places.unpublished, sums[0].places.capacity()),
        (20, 20)
    );
    let sources = entries::sources(&mut tx, &[town.id()]).await.unwrap();
    assert_eq!(sources, [("city".to_owned(), town.id())]);
}

async fn a_group_keeps_what_is_held_and_taken(db: &Db) {
    let town = Town::with_free_places(2).store(db).await;
    let mut tx = begin(db).await;
    let (kindergarten, group) = made(&mut tx, &town).await;
    let groups = entries::groups_of(&mut tx, kindergarten, now()).await;
    let groups = groups.unwrap();
    assert_eq!((groups.len(), &groups[0].row), (1, &group_row(20)));
    assert_eq!(groups[0].id, group);

    // 23 of the 25 places of the town's own group are taken.
    let own = town.group.id;
    assert!(
        !entries::update_group(&mut tx, own, &group_row(22))
            .await
            .unwrap()
    );
    for (capacity, free, unpublished) in [(24, 1, 0), (23, 0, 0), (30, 0, 7)] {
        let row = group_row(capacity);
        assert!(entries::update_group(&mut tx, own, &row).await.unwrap());
        let known = entries::group(&mut tx, own, now(), Reading::ToChange).await;
        let expected = Places {
            free,
            resting: 0,
            unpublished,
            held: 0,
            taken: 23,
        };
        assert_eq!(known.unwrap().unwrap().places, expected);
    }
    let version = entries::group(&mut tx, own, now(), Reading::Only).await;
    assert_eq!(version.unwrap().unwrap().version, 4);

    let of = application(&mut tx, town.id(), 1).await;
    let referral = a_referral(&of, own, 1);
    store::referrals::insert(&mut tx, &referral).await.unwrap();
    for (within, expected) in [
        (Within::Group(own), 1),
        (Within::Kindergarten(town.kindergarten.id), 1),
        (Within::Group(group), 0),
        (Within::Kindergarten(kindergarten), 0),
    ] {
        let open = entries::open_referrals(&mut tx, within, 9).await.unwrap();
        assert_eq!(open.len(), expected, "{within:?}");
        let count = entries::count_open_referrals(&mut tx, within).await;
        assert_eq!(usize::try_from(count.unwrap()).unwrap(), expected);
        for one in open {
            let number = referral.number.to_string();
            assert_eq!((one.id, one.number), (referral.id, number));
        }
    }
}

async fn a_profile_concerns_who_waits(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let version = entries::locality(&mut tx, town.id(), Reading::ToChange).await;
    let version = version.unwrap().unwrap();
    assert_eq!((version.version, version.source), (1, None));
    let born = application(&mut tx, town.id(), 1).await.child.birth_date;
    for (old_enough, too_old) in [(1, 0), (0, 1)] {
        let before = |counts: i64| born - TimeDelta::days(1 - counts);
        let days = (before(old_enough), before(too_old));
        let found = entries::concerned(&mut tx, town.id(), days.0, days.1).await;
        let expected = Concerned {
            waiting: 1,
            old_enough,
            too_old,
            unverified: 1,
            active_referrals: 0,
            live_holds: 0,
        };
        assert_eq!(found.unwrap(), expected);
    }
}

async fn the_history_is_read_from_the_newest(db: &Db) {
    let mut tx = begin(db).await;
    let official = person(&mut tx).await;
    let subject = id();
    let operator = By::Operator(Comment::parse("А. Ахметова").unwrap());
    let mut written = Vec::new();
    for (seconds, kind, author) in [
        (0, "groups", operator),
        (1, "groups", By::Person(official.id)),
        (2, "places", By::Person(official.id)),
    ] {
        let change = Change {
            id: RegistryChangeId::new(id()),
            at: now() + TimeDelta::seconds(seconds),
            kind,
            subject,
            data: json!({"n": seconds}),
            author,
        };
        history::insert(&mut tx, &change).await.unwrap();
        written.push(change);
    }
    let all = history::of(&mut tx, subject, None, 9).await.unwrap();
    let authors: Vec<_> = all.iter().map(|entry| entry.author.as_str()).collect();
    assert_eq!(authors, ["СЕРИКОВ ДАНИЯР", "СЕРИКОВ ДАНИЯР", "А. Ахметова"]);
    let rest = history::of(&mut tx, subject, Some(written[1].id), 9).await;
    let rest: Vec<_> = rest.unwrap().into_iter().map(|entry| entry.id).collect();
    assert_eq!(rest, [written[0].id.uuid()]);
    let last = history::last(&mut tx, subject).await.unwrap().unwrap();
    assert_eq!(last.id, written[1].id.uuid());
    assert!(history::last(&mut tx, id()).await.unwrap().is_none());
}

/// A change of something that is to come on the first of December.
pub async fn planned(tx: &mut Tx, author: PersonId) -> Plan {
    let plan = Plan {
        id: RegistryChangeId::new(id()),
        kind: "groups",
        subject: id(),
        effective_on: day("2026-12-01"),
        data: json!({"capacity": 30}),
        made_at: now(),
        author: By::Person(author),
    };
    history::plan(tx, &plan).await.unwrap();
    plan
}

async fn a_planned_change_waits_for_its_day(db: &Db) {
    let mut tx = begin(db).await;
    let official = person(&mut tx).await;
    let plan = planned(&mut tx, official.id).await;
    let listed = history::planned(&mut tx, plan.subject).await.unwrap();
    assert_eq!((listed.len(), listed[0].id), (1, plan.id.uuid()));
    assert_eq!(listed[0].author, official.full_name);
    assert_eq!(listed[0].by().unwrap(), plan.author);
    let one = history::planned_change(&mut tx, plan.id).await.unwrap();
    assert_eq!(one.unwrap().data.0, plan.data);
    let before = plan.effective_on - TimeDelta::days(1);
    assert!(history::due(&mut tx, before).await.unwrap().is_none());
    let due = history::due(&mut tx, plan.effective_on).await.unwrap();
    assert_eq!(due.unwrap().id, plan.id.uuid());
    let why = json!({"code": "places-beyond-capacity"});
    history::refuse(&mut tx, plan.id, &why).await.unwrap();
    // It stands there with the reason, and is not tried again.
    let due = history::due(&mut tx, plan.effective_on).await.unwrap();
    assert!(due.is_none());
    let one = history::planned_change(&mut tx, plan.id).await.unwrap();
    assert_eq!(one.unwrap().refused.unwrap().0, why);
    assert!(history::take(&mut tx, plan.id).await.unwrap());
    assert!(!history::take(&mut tx, plan.id).await.unwrap());
}

async fn decision(tx: &mut Tx, signer: PersonId, kind: DocumentKind) -> DocumentId {
    let document = Document {
        id: DocumentId::new(id()),
        kind,
        application_id: None,
        referral_id: None,
        signer_id: signer,
        number: id().to_string(),
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

async fn a_suspension_is_ended_by_a_decision(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let official = person(&mut tx).await;
    let begun = decision(&mut tx, official.id, DocumentKind::Suspension).await;
    let ended = decision(&mut tx, official.id, DocumentKind::Resumption).await;
    let suspension = Suspension {
        id: SuspensionId::new(id()),
        locality_id: town.id(),
        begins_at: now(),
        ends_at: now() + TimeDelta::days(1),
        reason: Comment::parse("перевод групп").unwrap(),
        made_at: now(),
        made_by: Comment::parse("А. Ахметова").unwrap(),
        document_id: Some(begun),
        ending_document_id: None,
    };
    store::suspensions::insert(&mut tx, &suspension)
        .await
        .unwrap();
    let listed = store::suspensions::list_of(&mut tx, &[town.id()], 9).await;
    assert_eq!(listed.unwrap(), std::slice::from_ref(&suspension));
    let later = now() + TimeDelta::hours(1);
    store::suspensions::end_one(&mut tx, suspension.id, later, ended)
        .await
        .unwrap();
    let expected = Suspension {
        ends_at: later,
        ending_document_id: Some(ended),
        ..suspension
    };
    let id = expected.id;
    let known = store::suspensions::get(&mut tx, id).await.unwrap();
    assert_eq!(known.as_ref(), Some(&expected));
    for document in [begun, ended] {
        let known = store::suspensions::of_document(&mut tx, document).await;
        assert_eq!(known.unwrap().as_ref(), Some(&expected));
    }
    let twice = store::suspensions::end_one(&mut tx, id, later, ended).await;
    assert!(twice.is_err());
}
