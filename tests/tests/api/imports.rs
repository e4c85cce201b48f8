//! Tables of other systems: what is wrong is named and changes nothing, what is right is applied as a whole,
//! and a killed import goes on. R20, R23; and R24, which keeps referrals back for a time.

use balabaqsha_api::service::office::{
    exports,
    imports::{self, Checked, ImportError, Order, TableFile},
    suspensions::{self, SuspensionError},
};
use balabaqsha_shared::{
    Language,
    code::Code,
    comment::Comment,
    dto::{Draft, LocalityList, VacancyList},
    endpoint,
    import::ImportKind,
};
use balabaqsha_store::{appointments::By, registry::Part};
use balabaqsha_tests::{
    Parent, TestApp,
    builders::{child, day},
    on_both_engines,
};
use chrono::TimeDelta;
use std::{fs, path::Path};
use tempfile::TempDir;

on_both_engines!(over_http:
    a_town_is_imported_and_the_same_files_change_nothing,
    all_errors_are_named_at_once_and_change_nothing,
    an_export_is_what_was_imported,
    a_group_is_not_offered_before_and_after_its_days,
    new_places_wait_for_the_publication_of_their_locality,
    an_interrupted_import_goes_on,
    a_suspension_keeps_new_holds_back_and_honours_old_ones,
);

const CITY: Part<'_> = Part {
    source: "city",
    locality: None,
};
const LOCALITIES: &str = "external_id,code,name_kk,name_ru,name_en,district_kk,district_ru,\
    district_en,latitude,longitude,number_region,child_check,publication_time\n\
    L-1,kandyagash,Қандыағаш,Кандыагаш,Kandyagash,а,б,c,49.4744,57.4233,АКТ,off,\n";
const KINDERGARTENS: &str = "external_id;locality;kind;bin;name_kk;name_ru;name_en;address_kk;\
    address_ru;address_en;latitude;longitude;phone;contract_until\n\
    K-1;kandyagash;private_state_order;050440000012;Балапан;Балапан;Balapan;а;б;c;49,47;57,42;\
    +7 713 33 12 34;2026-11-30\n";
const GROUPS: &str = "external_id,kindergarten,name,language,birth_year_from,birth_year_to,\
    state_order,capacity,open_from,closed_from\n\
    G-1,K-1,Ботақан,kazakh,2021,2023,yes,25,,\n";
const PLACES: &str = "group,free\nG-1,3\n";

async fn check(
    app: &TestApp,
    kind: ImportKind,
    folder: &Path,
    text: &str,
) -> Result<Checked, ImportError> {
    let path = folder.join(format!("{}.csv", kind.as_str()));
    fs::write(&path, text).expect("a file");
    let order = Order {
        kind,
        source: "city".into(),
        table: TableFile::open(&path)?,
        by: By::Operator(Comment::parse("А. Ахметова").expect("a name")),
    };
    imports::check(&app.app().core, order).await
}

/// Imports a table; what has become of its rows.
async fn import(app: &TestApp, kind: ImportKind, folder: &Path, text: &str) -> Vec<(String, i64)> {
    let checked = check(app, kind, folder, text).await.expect("a table");
    assert!(checked.is_clean(), "{:?}", checked.errors);
    let applied = imports::apply(&app.app().core, checked.id).await;
    applied.expect("an import").counts
}

async fn town(app: &TestApp, folder: &Path) {
    for (kind, text) in [
        (ImportKind::Localities, LOCALITIES),
        (ImportKind::Kindergartens, KINDERGARTENS),
        (ImportKind::Groups, GROUPS),
        (ImportKind::Places, PLACES),
    ] {
        import(app, kind, folder, text).await;
    }
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

async fn locality(app: &TestApp) -> balabaqsha_shared::dto::Locality {
    let list: LocalityList = app.client().get(endpoint::LOCALITIES).await.shown();
    list.items.into_iter().next().expect("a locality")
}

async fn vacancies(app: &TestApp) -> usize {
    let list: VacancyList = app.client().get(endpoint::VACANCIES).await.shown();
    list.items.len()
}

async fn a_town_is_imported_and_the_same_files_change_nothing(app: &TestApp) {
    let folder = folder();
    town(app, folder.path()).await;
    let town = locality(app).await;
    assert_eq!((town.code.as_str(), town.free_places), ("kandyagash", 3));
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id, &child("2022-05-10")).await;
    let places: VacancyList = app.client().get(endpoint::VACANCIES).await.shown();
    parent.refer(application.id, places.items[0].group_id).await;
    for (kind, text) in [
        (ImportKind::Localities, LOCALITIES),
        (ImportKind::Kindergartens, KINDERGARTENS),
        (ImportKind::Groups, GROUPS),
    ] {
        let counts = import(app, kind, folder.path(), text).await;
        assert_eq!(counts, [("none".to_owned(), 1)], "{kind:?}");
    }
    assert_eq!(
        locality(app).await.free_places,
        2,
        "what parents have taken stays taken"
    );
    // A capacity below what is taken is refused with the number.
    let small = GROUPS.replace(",25,", ",0,");
    let checked = check(app, ImportKind::Groups, folder.path(), &small)
        .await
        .expect("a table");
    let error = &checked.errors[0];
    assert_eq!(error.code, Code::CapacityTooSmall.as_str());
    let sentence = imports::sentence(error, Language::Ru);
    assert!(
        sentence.contains('1') && !sentence.contains('{'),
        "{sentence}"
    );
}

async fn all_errors_are_named_at_once_and_change_nothing(app: &TestApp) {
    let folder = folder();
    let broken = LOCALITIES
        .replace("49.4744", "149")
        .replace("off", "perhaps");
    let wrong = format!("{broken}L-2,,а,б,c,а,б,c,49,57,АКТ,on,9\n");
    let checked = check(app, ImportKind::Localities, folder.path(), &wrong)
        .await
        .expect("a table");
    let named: Vec<_> = checked
        .errors
        .iter()
        .map(|error| (error.number, error.column.as_str(), error.code.as_str()))
        .collect();
    let expected = [
        (2, "child_check", "choice-invalid"),
        (2, "latitude", "quantity-invalid"),
        (3, "code", "field-required"),
        (3, "publication_time", "moment-invalid"),
    ];
    assert_eq!(named, expected);
    let refused = imports::apply(&app.app().core, checked.id).await;
    assert!(
        matches!(refused, Err(ImportError::Refused(_))),
        "{refused:?}"
    );
    for (text, sentence) in [
        ("", "no header"),
        ("external_id,colour\n", "unknown are colour"),
        ("external_id,code\nL-1\n", "missing are name_kk"),
    ] {
        let refused = check(app, ImportKind::Localities, folder.path(), text).await;
        let refused = refused.expect_err("no table").to_string();
        assert!(refused.contains(sentence), "{refused}");
    }
    let list: LocalityList = app.client().get(endpoint::LOCALITIES).await.shown();
    assert!(list.items.is_empty());
}

async fn an_export_is_what_was_imported(app: &TestApp) {
    let folder = folder();
    town(app, folder.path()).await;
    let core = &app.app().core;
    for kind in [
        ImportKind::Localities,
        ImportKind::Kindergartens,
        ImportKind::Groups,
        ImportKind::Places,
    ] {
        for ending in ["csv", "xlsx", "ndjson"] {
            let path = folder
                .path()
                .join(format!("{}-out.{ending}", kind.as_str()));
            let written = exports::export(core, kind, CITY, &path)
                .await
                .expect("a file");
            assert_eq!(written, 1);
            let order = Order {
                kind,
                source: "city".into(),
                table: TableFile::open(&path).expect("a table"),
                by: By::Operator(Comment::parse("А. Ахметова").expect("a name")),
            };
            let checked = imports::check(core, order).await.expect("a table");
            assert!(
                checked.is_clean(),
                "{kind:?} {ending}: {:?}",
                checked.errors
            );
            assert_eq!(
                checked.counts,
                [("none".to_owned(), 1)],
                "{kind:?} {ending}"
            );
            let again = exports::export(core, kind, CITY, &path).await;
            assert!(matches!(again, Err(ImportError::File { .. })), "{again:?}");
        }
        let template = folder
            .path()
            .join(format!("{}-template.xlsx", kind.as_str()));
        exports::template(kind, &template).expect("a template");
    }
    let queue = folder.path().join("queue-out.csv");
    let refused = exports::export(core, ImportKind::Queue, CITY, &queue).await;
    assert!(
        matches!(refused, Err(ImportError::NotExported)),
        "{refused:?}"
    );
}

async fn a_group_is_not_offered_before_and_after_its_days(app: &TestApp) {
    let folder = folder();
    town(app, folder.path()).await;
    assert_eq!(vacancies(app).await, 1);
    let parent = Parent::new(app).await;
    let town = locality(app).await;
    let application = parent.queue(town.id, &child("2022-05-10")).await;
    let places: VacancyList = app.client().get(endpoint::VACANCIES).await.shown();
    let group = places.items[0].group_id;
    for (days, offered) in [
        (",25,2026-11-24,", 0),
        (",25,2026-11-23,", 1),
        (",25,,2026-11-24", 1),
        (",25,,2026-11-23", 0),
    ] {
        let text = GROUPS.replace(",25,,", days);
        import(app, ImportKind::Groups, folder.path(), &text).await;
        assert_eq!(vacancies(app).await, offered, "{days}");
        let shown = locality(app).await.free_places;
        assert_eq!(
            shown,
            u32::try_from(offered * 3).expect("a number"),
            "{days}"
        );
    }
    // The bulletin of before does not help.
    let refused = parent.draft_referral(application.id, group).await;
    refused.refused(Code::PlaceTaken);
    import(app, ImportKind::Groups, folder.path(), GROUPS).await;
    // The contract runs out.
    app.clock.set(balabaqsha_tests::at("2026-11-30T18:59:59Z"));
    assert_eq!(vacancies(app).await, 1);
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(vacancies(app).await, 0);
}

async fn new_places_wait_for_the_publication_of_their_locality(app: &TestApp) {
    let folder = folder();
    let publishing = LOCALITIES.replace("off,\n", "off,09:00\n");
    for (kind, text) in [
        (ImportKind::Localities, publishing.as_str()),
        (ImportKind::Kindergartens, KINDERGARTENS),
        (ImportKind::Groups, GROUPS),
        (ImportKind::Places, PLACES),
    ] {
        import(app, kind, folder.path(), text).await;
    }
    assert_eq!(vacancies(app).await, 0);
    let public = balabaqsha_tests::at("2026-11-24T04:00:00Z");
    app.go_just_before(public);
    assert_eq!(vacancies(app).await, 0);
    app.clock.set(public);
    assert_eq!(locality(app).await.free_places, 3);
}

async fn an_interrupted_import_goes_on(app: &TestApp) {
    let folder = folder();
    town(app, folder.path()).await;
    let mut text = GROUPS.to_owned();
    for number in 2..=5_000 {
        text.push_str(&format!("G-{number},K-1,Топ,russian,2021,2023,yes,20,,\n"));
    }
    let core = app.app().core.clone();
    let path = folder.path().join("groups.csv");
    fs::write(&path, &text).expect("a file");
    let order = || Order {
        kind: ImportKind::Groups,
        source: "city".into(),
        table: TableFile::open(&path).expect("a table"),
        by: By::Operator(Comment::parse("А. Ахметова").expect("a name")),
    };
    // Dropped wherever it is: what is staged stays staged.
    let reading = tokio::time::timeout(
        std::time::Duration::from_millis(150),
        imports::check(&core, order()),
    );
    let interrupted = reading.await.is_err();
    let checked = imports::check(&core, order()).await.expect("a table");
    assert!(checked.is_clean(), "{:?}", checked.errors);
    let added: i64 = checked
        .counts
        .iter()
        .filter(|(action, _)| action == "add")
        .map(|(_, count)| count)
        .sum();
    assert_eq!(added, 4_999, "interrupted: {interrupted}");
    imports::apply(&core, checked.id).await.expect("an import");
    let again = imports::apply(&core, checked.id).await;
    assert!(matches!(again, Err(ImportError::Unknown(_))), "{again:?}");
}

async fn a_suspension_keeps_new_holds_back_and_honours_old_ones(app: &TestApp) {
    let town = app.town(3).await;
    let parent = Parent::new(app).await;
    let first = parent.queue(town.id(), &child("2022-05-10")).await;
    let second = parent.queue(town.id(), &child("2022-06-10")).await;
    let held = parent.hold(first.id, town.group.id).await;
    let core = &app.app().core;
    let wish = suspensions::Wish {
        locality: &town.locality.code,
        first_day: None,
        last_day: day("2026-11-24"),
        reason: "перевод групп",
        by: "А. Ахметова",
    };
    suspensions::begin(core, wish).await.expect("a suspension");
    let problem = parent
        .draft_referral(second.id, town.group.id)
        .await
        .refused(Code::IssueSuspended);
    assert_eq!(problem.members["reason"], "перевод групп");
    let shown = parent.application(second.id).await;
    let codes: Vec<_> = shown
        .choosing
        .unmet
        .iter()
        .map(|unmet| unmet.code.as_str())
        .collect();
    assert_eq!(codes, ["issue-suspended"]);
    let list: LocalityList = app.client().get(endpoint::LOCALITIES).await.shown();
    let suspension = list.items[0].suspension.as_ref().expect("a suspension");
    assert_eq!(
        suspension.ends_at,
        balabaqsha_tests::at("2026-11-24T19:00:00Z")
    );
    // What was held before is signed.
    let again: Draft = parent
        .draft_referral(first.id, town.group.id)
        .await
        .created();
    assert_eq!(
        again.hold.expect("a hold").expires_at,
        held.hold.expect("a hold").expires_at
    );
    parent.refer(first.id, town.group.id).await;
    app.clock.set(balabaqsha_tests::at("2026-11-24T19:00:00Z"));
    parent.log_in().await;
    parent.refer(second.id, town.group.id).await;
    let over = suspensions::end(core, &town.locality.code, "А. Ахметова").await;
    assert!(matches!(over, Err(SuspensionError::None(_))), "{over:?}");
    for (last_day, reason, expected) in [
        ("2026-11-23", "перевод", "period-invalid"),
        ("2026-12-23", " ", "the reason"),
    ] {
        let wish = suspensions::Wish {
            last_day: day(last_day),
            reason,
            ..wish
        };
        let refused = suspensions::begin(core, wish)
            .await
            .expect_err("no suspension");
        assert!(refused.to_string().contains(expected), "{refused}");
    }
}
