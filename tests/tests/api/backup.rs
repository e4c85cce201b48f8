//! A copy of a running database, and what begins anew after a restore from it.

use balabaqsha_api::{clock::SystemClock, config::Settings, restored, startup};
use balabaqsha_shared::{dto::Application, number::ApplicationNumber};
use balabaqsha_store::Db;
use balabaqsha_tests::{
    Engine, Parent, TestApp, authority, builders::child, on_both_engines, over_http,
};
use std::{os::unix::fs::PermissionsExt, sync::Arc};

on_both_engines!(over_http: numbers_move_on_after_a_restore_by_other_means);

fn serial(number: &ApplicationNumber) -> u32 {
    let (_, serial) = number.as_str().rsplit_once('-').unwrap();
    serial.parse().unwrap()
}

async fn queued(app: &TestApp, count: usize) -> Vec<Application> {
    let town = app.town(1).await;
    let mut applications = Vec::new();
    for _ in 0..count {
        let parent = Parent::new(app).await;
        applications.push(parent.queue(town.id(), &child("2022-05-10")).await);
    }
    applications
}

async fn numbers_move_on_after_a_restore_by_other_means(app: &TestApp) {
    let before = queued(app, 1).await;
    restored::move_on(app.db()).await.unwrap();
    let after = queued(app, 1).await;
    assert!(serial(&after[0].number) > serial(&before[0].number) + 5_000);
    assert!(!restored::move_on_if_copied(app.db()).await.unwrap());
}

#[test]
fn a_copy_keeps_every_application_and_gives_no_number_twice() {
    over_http(Engine::Sqlite, async |app: &TestApp| {
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("copy.sqlite");
        let name = copy.to_str().unwrap();
        let acknowledged = queued(app, 5).await;
        let Some(copied) = app.operate(&["backup", name]) else {
            return;
        };
        assert!(copied.done().starts_with("copied: "));
        let mode = std::fs::metadata(&copy).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let again = app.operate(&["backup", name]).unwrap().failed(1);
        assert!(again.contains("is there already"), "{again}");
        let lost = queued(app, 3).await;

        let mut settings = Settings::demo(([127, 0, 0, 1], 0).into(), folder.path()).unwrap();
        settings.demo = false;
        settings.database_url = format!("sqlite://{name}").into();
        let anchor = folder.path().join("anchor.pem");
        std::fs::write(&anchor, authority().rsa_anchor_pem()).unwrap();
        settings.test_trust_anchors = vec![anchor];
        let restored = startup::build(settings, Arc::new(SystemClock))
            .await
            .unwrap();
        let kept = numbers(&restored.core.db).await;
        for application in &acknowledged {
            assert!(kept.contains(&application.number.to_string()));
        }
        let last = lost.iter().map(|one| serial(&one.number)).max().unwrap();
        let mut tx = restored.core.db.begin().await.unwrap();
        let (_, rest) = acknowledged[0].number.as_str().split_once('-').unwrap();
        let region = acknowledged[0].number.as_str().split('-').next().unwrap();
        let year = rest.split('-').next().unwrap();
        let counter = format!("application {region} {year}");
        let next = balabaqsha_store::counters::next(&mut tx, &counter)
            .await
            .unwrap();
        assert!(next > last, "{next} was given out before {last}");
        tx.commit().await.unwrap();
        restored.core.db.close().await;
    });
}

async fn numbers(db: &Db) -> Vec<String> {
    balabaqsha_tests::database::strings(db, "SELECT number FROM applications".into()).await
}
