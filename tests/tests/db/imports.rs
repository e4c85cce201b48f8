//! Staged tables, what is found wrong with them, and what becomes of them; suspensions and numbers.

use super::rows::{a_queued_application, begin, now, person};
use balabaqsha_shared::{
    appointment::Duty,
    comment::Comment,
    dto::ImportState,
    id::{AppointmentId, ImportId, LiftedLimitsId, LocalityId, SuspensionId},
    import::ImportKind,
    profile::RulesProfile,
};
use balabaqsha_store::{
    self as store, Db, Tx,
    appointments::{Appointment, By},
    imports::{Import, Numbers, RowError, StagedRow},
    lifted_limits::LiftedLimits,
    registry::Part,
    suspensions::Suspension,
};
use balabaqsha_tests::{
    builders::{a_locality, id, iin},
    on_both_engines,
};
use chrono::TimeDelta;
use serde_json::{Value, json};

on_both_engines!(on_database:
    a_registry_is_added_changed_and_left_as_it_is,
    what_is_wrong_is_found_by_statements_over_all_rows,
    a_queue_brings_applications_referrals_and_places,
    an_import_goes_on_or_is_given_up,
    a_file_that_is_no_table_fails,
    officials_import_within_their_localities,
    an_import_tells_whose_check_it_switches,
    a_moment_that_somebody_has_comes_a_microsecond_later,
    a_suspension_lasts_between_its_moments,
    limits_are_lifted_between_their_moments,
    numbers_are_reserved_in_one_go,
);

const CITY: Part<'_> = Part {
    source: "city",
    locality: None,
};

fn operator() -> By {
    By::Operator(Comment::parse("А. Ахметова").unwrap())
}

async fn an_import(tx: &mut Tx, kind: ImportKind, rows: &[(&str, Option<&str>, Value)]) -> Import {
    let import = Import {
        id: ImportId::new(id()),
        kind,
        source: "city".into(),
        file_name: "table.csv".into(),
        digest: vec![7; 32],
        state: ImportState::Staging,
        created_at: now(),
        author: operator(),
        rows_read: 0,
        applied_at: None,
        protocol: json!({}),
        failure: None,
    };
    store::imports::insert(tx, &import).await.unwrap();
    let rows: Vec<StagedRow> = (2..)
        .zip(rows)
        .map(|(number, (key, parent, data))| StagedRow {
            number,
            key: (*key).to_owned(),
            parent_key: parent.map(str::to_owned),
            target_id: id(),
            further_id: id(),
            referral_id: (data["state"] == "referred").then(id),
            data: data.clone(),
        })
        .collect();
    let begun = store::imports::advance(tx, import.id, 0, 9).await.unwrap();
    assert!(begun);
    store::imports::stage(tx, import.id, &rows, &[])
        .await
        .unwrap();
    store::imports::gather_statistics(tx).await.unwrap();
    store::imports::resolve(tx, &import).await.unwrap();
    import
}

/// Applies an import without errors, and says what has become of the rows.
async fn applied(tx: &mut Tx, import: &Import) -> Vec<(String, i64)> {
    let errors = store::imports::errors(tx, import.id, 0, 99).await.unwrap();
    assert!(errors.is_empty(), "{errors:?}");
    let counts = store::imports::counts(tx, import.id).await.unwrap();
    store::imports::apply(tx, import, now()).await.unwrap();
    let state = ImportState::Applied;
    store::imports::set_state(tx, import.id, state, &json!({"n": 1}), now())
        .await
        .unwrap();
    counts
}

fn one(action: &str) -> Vec<(String, i64)> {
    vec![(action.to_owned(), 1)]
}

fn locality(code: &str) -> (&str, Option<&str>, Value) {
    (
        "L-1",
        None,
        json!({"external_id": "L-1", "code": code, "name_kk": "а", "name_ru": "б", "name_en": "c",
            "district_kk": "а", "district_ru": "б", "district_en": "c", "latitude": 49.4744,
            "longitude": 57.4, "number_region": "АКТ", "child_check": false, "upper_age_years": 6,
            "hold_minutes": 10, "arrival_working_days": 5, "stop_list_working_days": 10,
            "publication_time": null, "rules": RulesProfile::default()}),
    )
}

fn kindergarten(name: &str) -> (&str, Option<&str>, Value) {
    (
        "K-1",
        Some("kandyagash"),
        json!({"external_id": "K-1", "locality": "kandyagash", "kind": "private_state_order",
            "bin": "050440000012", "name_kk": name, "name_ru": name, "name_en": name,
            "address_kk": "а", "address_ru": "б", "address_en": "c", "latitude": 49.4,
            "longitude": 57.4, "phone": "1", "schedule": "", "licence_until": null,
            "contract_until": "2030-12-31"}),
    )
}

fn group(capacity: i32, closed_from: Option<&str>) -> (&'static str, Option<&'static str>, Value) {
    (
        "G-1",
        Some("K-1"),
        json!({"external_id": "G-1", "kindergarten": "K-1", "name": "Ботақан", "language": "kazakh",
            "birth_year_from": 2021, "birth_year_to": 2023, "state_order": true,
            "capacity": capacity, "open_from": null, "closed_from": closed_from}),
    )
}

async fn registry(tx: &mut Tx) {
    for (kind, row) in [
        (ImportKind::Localities, locality("kandyagash")),
        (ImportKind::Kindergartens, kindergarten("Балапан")),
        (ImportKind::Groups, group(25, None)),
        (
            ImportKind::Places,
            ("G-1", None, json!({"group": "G-1", "free": 3})),
        ),
    ] {
        let import = an_import(tx, kind, &[row]).await;
        let expected = if kind == ImportKind::Places {
            "change"
        } else {
            "add"
        };
        if kind == ImportKind::Places {
            let to_come = store::registry::places_to_come(tx, import.id)
                .await
                .unwrap();
            assert_eq!(to_come.len(), 1);
            assert_eq!(to_come[0].2, 3);
        }
        assert_eq!(applied(tx, &import).await, one(expected), "{kind:?}");
    }
}

async fn a_registry_is_added_changed_and_left_as_it_is(db: &Db) {
    let mut tx = begin(db).await;
    registry(&mut tx).await;
    let sizes = store::registry::sizes(&mut tx).await.unwrap();
    assert_eq!(
        (
            sizes.localities,
            sizes.kindergartens,
            sizes.groups,
            sizes.free_places
        ),
        (1, 1, 1, 3)
    );
    for (kind, row, expected) in [
        (ImportKind::Localities, locality("kandyagash"), "none"),
        (ImportKind::Kindergartens, kindergarten("Балапан"), "none"),
        (ImportKind::Kindergartens, kindergarten("Ботақан"), "change"),
        (ImportKind::Groups, group(25, None), "none"),
        (ImportKind::Groups, group(2, None), "change"),
        (ImportKind::Groups, group(30, Some("2026-12-01")), "end"),
        (
            ImportKind::Places,
            ("G-1", None, json!({"group": "G-1", "free": 2})),
            "none",
        ),
    ] {
        let import = an_import(&mut tx, kind, &[row]).await;
        assert_eq!(applied(&mut tx, &import).await, one(expected), "{kind:?}");
    }
    let groups = store::registry::groups(&mut tx, CITY, "", 9).await.unwrap();
    let (group, places) = &groups[0];
    // Two were left when the capacity was two.
    assert_eq!((group.capacity, places.free), (30, 2));
    assert_eq!(group.closed_from, Some("2026-12-01".parse().unwrap()));
    let kindergartens = store::registry::kindergartens(&mut tx, CITY, "", 9)
        .await
        .unwrap();
    assert_eq!(kindergartens[0].name_ru, "Ботақан");
    let localities = store::registry::localities(&mut tx, CITY, "", 9)
        .await
        .unwrap();
    assert_eq!(localities[0].code, "kandyagash");
    let rest = store::registry::localities(&mut tx, CITY, "L-1", 9)
        .await
        .unwrap();
    assert!(rest.is_empty());
}

async fn found(tx: &mut Tx, import: &Import) -> Vec<(i64, String, String)> {
    let count = store::imports::count_errors(tx, import.id).await.unwrap();
    let errors = store::imports::errors(tx, import.id, 0, 99).await.unwrap();
    assert_eq!(i64::try_from(errors.len()).unwrap(), count);
    errors
        .into_iter()
        .map(|error| (error.number, error.column, error.code))
        .collect()
}

fn expected(errors: &[(i64, &str, &str)]) -> Vec<(i64, String, String)> {
    errors
        .iter()
        .map(|(number, column, code)| (*number, (*column).to_owned(), (*code).to_owned()))
        .collect()
}

async fn what_is_wrong_is_found_by_statements_over_all_rows(db: &Db) {
    let mut tx = begin(db).await;
    registry(&mut tx).await;
    store::localities::insert(
        &mut tx,
        &balabaqsha_store::localities::Locality {
            code: "alga".into(),
            ..a_locality()
        },
    )
    .await
    .unwrap();
    let twice = [locality("alga"), locality("alga")];
    let import = an_import(&mut tx, ImportKind::Localities, &twice).await;
    let wrong = [
        (2, "code", "name-taken"),
        (3, "code", "name-taken"),
        (3, "code", "row-twice"),
        (3, "external_id", "row-twice"),
    ];
    assert_eq!(found(&mut tx, &import).await, expected(&wrong));
    let (_, _, data) = kindergarten("Балапан");
    let stranger = [("K-2", Some("nowhere"), data)];
    let import = an_import(&mut tx, ImportKind::Kindergartens, &stranger).await;
    let wrong = [
        (2, "bin", "name-taken"),
        (2, "locality", "locality-unknown"),
    ];
    assert_eq!(found(&mut tx, &import).await, expected(&wrong));
    let (_, _, data) = group(25, None);
    let import = an_import(&mut tx, ImportKind::Groups, &[("G-2", Some("K-9"), data)]).await;
    let wrong = [(2, "kindergarten", "kindergarten-unknown")];
    assert_eq!(found(&mut tx, &import).await, expected(&wrong));
    let places = [
        ("G-1", None, json!({"group": "G-1", "free": 26})),
        ("G-9", None, json!({"group": "G-9", "free": 1})),
    ];
    let import = an_import(&mut tx, ImportKind::Places, &places).await;
    let wrong = [
        (2, "free", "places-beyond-capacity"),
        (3, "group", "group-unknown"),
    ];
    assert_eq!(found(&mut tx, &import).await, expected(&wrong));
    let errors = store::imports::errors(&mut tx, import.id, 0, 1)
        .await
        .unwrap();
    assert_eq!(errors[0].params["most"], "25");
}

fn child(number: &str, iin: &str, state: Value) -> (String, Value) {
    let mut data = json!({"previous_number": number, "child_iin": iin, "child_surname": "Серикова",
        "child_given_name": "Айлин", "child_patronymic": null, "birth_date": "2022-05-10",
        "birth_year": 2022, "rank": 2, "applicant_iin": "850715300013",
        "applicant_name": "СЕРИКОВ ДАНИЯР", "contact_phone": "+77011234567",
        "submitted_at": store::imports::moment(now() - TimeDelta::days(99)), "lapses": 1});
    for (name, value) in state.as_object().unwrap() {
        data[name] = value.clone();
    }
    (number.to_owned(), data)
}

fn referral(group: &str) -> Value {
    json!({"state": "referred", "referral_group": group,
        "issued_at": store::imports::moment(now() - TimeDelta::days(1)), "deadline": "2030-12-31",
        "lapses_at": store::imports::moment(now() + TimeDelta::days(1)),
        "revocable_until": store::imports::moment(now()), "previous_referral": "Н-5",
        "verification_token": format!("token-{}", id())})
}

async fn a_queue_brings_applications_referrals_and_places(db: &Db) {
    let mut tx = begin(db).await;
    registry(&mut tx).await;
    let number = || iin("2022-05-10".parse().unwrap()).to_string();
    let children: Vec<(String, Value)> = vec![
        child("1", &number(), json!({"state": "queued"})),
        child(
            "2",
            &number(),
            json!({"state": "stop_listed", "stop_listed_until": "2030-01-01",
                "stop_list_ends_at": store::imports::moment(now() + TimeDelta::days(9))}),
        ),
        child("3", &number(), referral("G-1")),
    ];
    let rows: Vec<_> = children
        .iter()
        .map(|(key, data)| (key.as_str(), Some("kandyagash"), data.clone()))
        .collect();
    let import = an_import(&mut tx, ImportKind::Queue, &rows).await;
    assert_eq!(found(&mut tx, &import).await, []);
    let outcomes = store::imports::outcomes(&mut tx, import.id, None, 2, 9)
        .await
        .unwrap();
    assert_eq!(outcomes.len(), 2);
    let regions = store::imports::regions(&mut tx, import.id).await.unwrap();
    assert_eq!(regions, [("АКТ".to_owned(), 3, 1)]);
    let counts = store::imports::queue_counts(&mut tx, import.id)
        .await
        .unwrap();
    assert_eq!(counts, [("kandyagash".to_owned(), 2022, 2, 3)]);
    let numbers = Numbers {
        year: 2026,
        applications: 999_998,
        referrals: 7,
    };
    store::imports::apply_queue(&mut tx, &import, now(), "АКТ", numbers)
        .await
        .unwrap();
    let ids = store::imports::referrals(&mut tx, import.id).await.unwrap();
    let referral = balabaqsha_shared::id::ReferralId::new(ids[0]);
    let referral = store::referrals::get(&mut tx, referral)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(referral.number.as_str(), "АКТ-Н-2026-000008");
    let application = store::applications::require(&mut tx, referral.application_id)
        .await
        .unwrap();
    assert_eq!(application.lapses, 1);
    let mut known: Vec<String> = Vec::new();
    for serial in [999_999, 1_000_000, 1_000_001] {
        let number = balabaqsha_shared::number::ApplicationNumber::new("АКТ", 2026, serial);
        let found = store::applications::by_number(&mut tx, &number)
            .await
            .unwrap();
        known.push(found.expect("an application").child.iin.to_string());
    }
    assert_eq!(known.len(), 3);
    let place = store::kindergartens::require_place(&mut tx, referral.group_id)
        .await
        .unwrap();
    let group = place.group;
    // The place comes from those that nobody had published.
    assert_eq!((group.free, group.taken, group.capacity), (3, 1, 25));
    let events = store::events::list_of(&mut tx, application.id)
        .await
        .unwrap();
    assert_eq!(events[0].data, json!({"previous_number": "3"}));

    // The same again changes nothing; the same children under other numbers are refused.
    let again = an_import(&mut tx, ImportKind::Queue, &rows).await;
    assert_eq!(found(&mut tx, &again).await, []);
    let counts = store::imports::counts(&mut tx, again.id).await.unwrap();
    assert_eq!(counts, [("none".to_owned(), 3)]);
    let others = [
        ("7", Some("kandyagash"), children[0].1.clone()),
        ("8", Some("kandyagash"), children[0].1.clone()),
        (
            "9",
            Some("nowhere"),
            child("9", &number(), json!({"state": "queued"})).1,
        ),
        (
            "10",
            Some("kandyagash"),
            child("10", &number(), self::referral("G-9")).1,
        ),
        ("11", Some("kandyagash"), children[2].1.clone()),
    ];
    let import = an_import(&mut tx, ImportKind::Queue, &others).await;
    let wrong = [
        (2, "child_iin", "child-already-queued"),
        (3, "child_iin", "child-already-queued"),
        (3, "child_iin", "child-twice"),
        (4, "locality", "locality-unknown"),
        (5, "referral_group", "group-unknown"),
        (6, "child_iin", "child-already-queued"),
        (6, "child_iin", "referral-active"),
    ];
    assert_eq!(found(&mut tx, &import).await, expected(&wrong));
    // More referrals than places.
    let many: Vec<(String, Value)> = (0..25)
        .map(|nth| child(&format!("m-{nth}"), &number(), self::referral("G-1")))
        .collect();
    let rows: Vec<_> = many
        .iter()
        .map(|(key, data)| (key.as_str(), Some("kandyagash"), data.clone()))
        .collect();
    let import = an_import(&mut tx, ImportKind::Queue, &rows).await;
    let wrong = [(26, "referral_group", "places-beyond-capacity")];
    assert_eq!(found(&mut tx, &import).await, expected(&wrong));
}

/// A registry and a child that came by import, an import with an error, and a suspension.
pub async fn one_of_each(tx: &mut Tx) {
    registry(tx).await;
    let child = child(
        "1",
        &iin("2022-05-10".parse().unwrap()).to_string(),
        json!({"state": "queued"}),
    );
    let rows = [(child.0.as_str(), Some("kandyagash"), child.1.clone())];
    let import = an_import(tx, ImportKind::Queue, &rows).await;
    let numbers = Numbers {
        year: 2026,
        applications: 999_998,
        referrals: 7,
    };
    store::imports::apply_queue(tx, &import, now(), "АКТ", numbers)
        .await
        .unwrap();
    let refused = an_import(tx, ImportKind::Localities, &[]).await;
    let error = RowError {
        number: 5,
        column: "code".into(),
        code: "text-invalid".into(),
        value: "Ә".into(),
        params: [].into(),
    };
    store::imports::stage(tx, refused.id, &[], &[error])
        .await
        .unwrap();
    let locality = a_locality();
    store::localities::insert(tx, &locality).await.unwrap();
    let suspension = Suspension {
        id: SuspensionId::new(id()),
        locality_id: locality.id,
        begins_at: now(),
        ends_at: now() + TimeDelta::days(1),
        reason: Comment::parse("перевод групп").unwrap(),
        made_at: now(),
        made_by: Comment::parse("А. Ахметова").unwrap(),
        document_id: None,
        ending_document_id: None,
    };
    store::suspensions::insert(tx, &suspension).await.unwrap();
    let lifted = lifted_limits(suspension.locality_id);
    store::lifted_limits::insert(tx, &lifted).await.unwrap();
}

async fn an_import_goes_on_or_is_given_up(db: &Db) {
    let mut tx = begin(db).await;
    let kind = ImportKind::Localities;
    let import = an_import(&mut tx, kind, &[locality("kandyagash")]).await;
    let known = store::imports::in_staging(&mut tx, kind, "city")
        .await
        .unwrap();
    assert_eq!(
        known.as_ref().map(|known| (known.id, known.rows_read)),
        Some((import.id, 9))
    );
    for (kind, source) in [(ImportKind::Groups, "city"), (kind, "town")] {
        let other = store::imports::in_staging(&mut tx, kind, source)
            .await
            .unwrap();
        assert!(other.is_none());
    }
    // Of two that read the same file, one stops.
    let known = import.id;
    for (before, after, goes_on) in [(0, 12, false), (9, 12, true), (9, 12, false)] {
        let advanced = store::imports::advance(&mut tx, known, before, after)
            .await
            .unwrap();
        assert_eq!(advanced, goes_on);
    }
    let error = RowError {
        number: 5,
        column: "code".into(),
        code: "text-invalid".into(),
        value: "Ә".into(),
        params: [("limit".to_owned(), "1".to_owned())].into(),
    };
    let errors = [error.clone(), error.clone()];
    store::imports::stage(&mut tx, import.id, &[], &errors)
        .await
        .unwrap();
    assert_eq!(
        store::imports::errors(&mut tx, import.id, 0, 9)
            .await
            .unwrap(),
        [error]
    );
    let state = ImportState::Discarded;
    store::imports::set_state(&mut tx, import.id, state, &json!({}), now())
        .await
        .unwrap();
    assert_eq!(
        store::imports::count_errors(&mut tx, import.id)
            .await
            .unwrap(),
        0
    );
    let kept = store::imports::lock(&mut tx, import.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kept.state, ImportState::Discarded);
    assert_eq!(
        store::imports::get(&mut tx, import.id).await.unwrap(),
        Some(kept.clone())
    );
    assert_eq!(store::imports::list(&mut tx, 9).await.unwrap(), [kept]);
    let over = store::imports::set_state(&mut tx, import.id, state, &json!({}), now()).await;
    assert!(over.is_err());
    let person = person(&mut tx).await;
    let by_person = Import {
        id: ImportId::new(id()),
        author: By::Person(person.id),
        ..import
    };
    store::imports::insert(&mut tx, &by_person).await.unwrap();
    assert_eq!(
        store::imports::get(&mut tx, by_person.id).await.unwrap(),
        Some(by_person)
    );
}

async fn a_suspension_lasts_between_its_moments(db: &Db) {
    let mut tx = begin(db).await;
    let locality = a_locality();
    store::localities::insert(&mut tx, &locality).await.unwrap();
    let words = |text| Comment::parse(text).unwrap();
    let suspension = Suspension {
        id: SuspensionId::new(id()),
        locality_id: locality.id,
        begins_at: now(),
        ends_at: now() + TimeDelta::days(1),
        reason: words("перевод групп"),
        made_at: now(),
        made_by: words("А. Ахметова"),
        document_id: None,
        ending_document_id: None,
    };
    store::suspensions::insert(&mut tx, &suspension)
        .await
        .unwrap();
    let moment = TimeDelta::microseconds(1);
    for (at, lasts) in [
        (now() - moment, false),
        (now(), true),
        (suspension.ends_at - moment, true),
        (suspension.ends_at, false),
    ] {
        let found = store::suspensions::of(&mut tx, locality.id, at)
            .await
            .unwrap();
        assert_eq!(found, lasts.then(|| suspension.clone()), "{at}");
        let all = store::suspensions::present(&mut tx, at).await.unwrap();
        assert_eq!(all.len(), usize::from(lasts));
    }
    for ended in [1, 0] {
        let later = now() + TimeDelta::seconds(1);
        assert_eq!(
            store::suspensions::end(&mut tx, locality.id, later)
                .await
                .unwrap(),
            ended
        );
    }
}

async fn numbers_are_reserved_in_one_go(db: &Db) {
    let mut tx = begin(db).await;
    let name = format!("application {}", id());
    assert_eq!(
        store::counters::reserve(&mut tx, &name, 3).await.unwrap(),
        0
    );
    assert_eq!(store::counters::next(&mut tx, &name).await.unwrap(), 4);
    assert_eq!(
        store::counters::reserve(&mut tx, &name, 2).await.unwrap(),
        4
    );
}

fn lifted_limits(locality: LocalityId) -> LiftedLimits {
    LiftedLimits {
        id: LiftedLimitsId::new(id()),
        iin: "880229400023".parse().unwrap(),
        locality_id: locality,
        begins_at: now(),
        ends_at: now() + TimeDelta::days(1),
        reason: Comment::parse("приёмная семья").unwrap(),
        made_by: Comment::parse("А. Ахметова").unwrap(),
    }
}

async fn limits_are_lifted_between_their_moments(db: &Db) {
    let mut tx = begin(db).await;
    let locality = a_locality();
    store::localities::insert(&mut tx, &locality).await.unwrap();
    let lifted = lifted_limits(locality.id);
    store::lifted_limits::insert(&mut tx, &lifted)
        .await
        .unwrap();
    let moment = TimeDelta::microseconds(1);
    for (at, lasts) in [
        (lifted.begins_at - moment, false),
        (lifted.begins_at, true),
        (lifted.ends_at - moment, true),
        (lifted.ends_at, false),
    ] {
        let present = store::lifted_limits::present(&mut tx, at).await.unwrap();
        let expected: Vec<_> = lasts.then(|| lifted.clone()).into_iter().collect();
        assert_eq!(present, expected, "{at}");
    }
    for (at, ended) in [(lifted.ends_at, 0), (now(), 1), (now(), 0)] {
        let times = store::lifted_limits::end(&mut tx, &lifted.iin, locality.id, at).await;
        assert_eq!(times.unwrap(), ended, "{at}");
    }
    let present = store::lifted_limits::present(&mut tx, now()).await;
    assert_eq!(present.unwrap(), []);
}

async fn a_file_that_is_no_table_fails(db: &Db) {
    let mut tx = begin(db).await;
    let import = an_import(&mut tx, ImportKind::Localities, &[locality("alga")]).await;
    let failure = json!({"code": "table-unreadable"});
    store::imports::fail(&mut tx, import.id, &failure, now())
        .await
        .unwrap();
    let known = store::imports::get(&mut tx, import.id).await.unwrap();
    let known = known.unwrap();
    assert_eq!(
        (known.state, known.failure),
        (ImportState::Discarded, Some(failure))
    );
    let rows = store::imports::counts(&mut tx, import.id).await.unwrap();
    assert_eq!(rows, []);
}

async fn officials_import_within_their_localities(db: &Db) {
    let mut tx = begin(db).await;
    registry(&mut tx).await;
    let code = "kandyagash";
    let here = store::localities::by_code(&mut tx, code).await.unwrap();
    let here = here.unwrap().id;
    let official = person(&mut tx).await;
    let duty = Duty::Registry;
    let mut import = an_import(
        &mut tx,
        ImportKind::Kindergartens,
        &[kindergarten("Ақбота")],
    )
    .await;
    import.id = ImportId::new(id());
    import.author = By::Person(official.id);
    import.digest = vec![8; 32];
    store::imports::insert(&mut tx, &import).await.unwrap();
    let (key, parent, data) = kindergarten("Ақбота");
    let row = StagedRow {
        number: 2,
        key: key.to_owned(),
        parent_key: parent.map(str::to_owned),
        target_id: id(),
        further_id: id(),
        referral_id: None,
        data,
    };
    store::imports::stage(&mut tx, import.id, &[row], &[])
        .await
        .unwrap();
    store::imports::resolve(&mut tx, &import).await.unwrap();
    assert!(
        !store::imports::is_of(&mut tx, import.id, &[here])
            .await
            .unwrap()
    );
    let appointment = Appointment {
        id: AppointmentId::new(id()),
        iin: official.iin.clone(),
        locality_id: here,
        duty,
        begins_at: now(),
        ends_at: None,
        made_at: now(),
        made_by: operator(),
    };
    store::appointments::insert(&mut tx, &appointment)
        .await
        .unwrap();
    assert!(
        store::imports::is_of(&mut tx, import.id, &[here])
            .await
            .unwrap()
    );
    let kinds = [ImportKind::Kindergartens];
    let listed = store::imports::list_of(&mut tx, &[here], &kinds, None, 9).await;
    let listed: Vec<_> = listed.unwrap().into_iter().map(|one| one.id).collect();
    assert_eq!(listed, [import.id]);
    let before = Some(import.id);
    let rest = store::imports::list_of(&mut tx, &[here], &kinds, before, 9).await;
    assert!(rest.unwrap().is_empty());
    // The appointment begins now; a moment before it the locality is as good as unknown.
    store::imports::keep_within(&mut tx, &import, official.id, duty, now())
        .await
        .unwrap();
    assert_eq!(found(&mut tx, &import).await, []);
    let earlier = now() - TimeDelta::microseconds(1);
    store::imports::keep_within(&mut tx, &import, official.id, duty, earlier)
        .await
        .unwrap();
    let wrong = [(2, "locality", "locality-unknown")];
    assert_eq!(found(&mut tx, &import).await, expected(&wrong));
}

async fn an_import_tells_whose_check_it_switches(db: &Db) {
    let mut tx = begin(db).await;
    registry(&mut tx).await;
    let (key, parent, mut data) = locality("kandyagash");
    data["rules"]["child_check"] = json!("on");
    for (row, expected) in [
        (locality("kandyagash"), vec![]),
        ((key, parent, data), vec![true]),
    ] {
        let import = an_import(&mut tx, ImportKind::Localities, &[row]).await;
        let switched = store::imports::checks_switched(&mut tx, import.id).await;
        let switched: Vec<bool> = switched.unwrap().iter().map(|one| one.on).collect();
        assert_eq!(switched, expected);
    }
}

async fn a_moment_that_somebody_has_comes_a_microsecond_later(db: &Db) {
    let mut tx = begin(db).await;
    registry(&mut tx).await;
    let here = store::localities::by_code(&mut tx, "kandyagash").await;
    let here = here.unwrap().unwrap();
    let mut waits = a_queued_application(here.id, person(&mut tx).await.id, 1);
    waits.submitted_at = now() - TimeDelta::days(99);
    store::applications::insert(&mut tx, &waits).await.unwrap();
    let number = || iin("2022-05-10".parse().unwrap()).to_string();
    let next = waits.submitted_at + TimeDelta::microseconds(1);
    let next = json!({"state": "queued", "submitted_at": store::imports::moment(next)});
    // The second child has the next microsecond already.
    let children = [
        child("1", &number(), json!({"state": "queued"})),
        child("2", &number(), next),
    ];
    let rows: Vec<_> = children
        .iter()
        .map(|(key, data)| (key.as_str(), Some("kandyagash"), data.clone()))
        .collect();
    let import = an_import(&mut tx, ImportKind::Queue, &rows).await;
    let mut moved = async || store::imports::separate_moments(&mut tx, import.id).await;
    assert_eq!(moved().await.unwrap(), 1);
    assert_eq!(moved().await.unwrap(), 0);
}
