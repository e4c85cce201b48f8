//! The time of the service: that of the database's server, believed only while it is as expected.

use balabaqsha_api::{
    app::App,
    clock::{Clock, ManualClock},
    service::life::settle,
    startup,
};
use balabaqsha_shared::{code::Code, referral::ReferralState};
use balabaqsha_store::Db;
use balabaqsha_tests::{
    Engine, Parent, TestApp, TestDatabase, at, authority, builders::child, on_both_engines,
};
use chrono::{DateTime, TimeDelta, Utc};
use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

on_both_engines!(over_http: nothing_is_settled_while_the_time_is_not_certain);

/// A clock with which something may be wrong.
#[derive(Debug)]
struct Doubtful {
    clock: Arc<ManualClock>,
    certain: AtomicBool,
}

impl Clock for Doubtful {
    fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    fn is_certain(&self) -> bool {
        self.certain.load(Ordering::SeqCst)
    }
}

async fn nothing_is_settled_while_the_time_is_not_certain(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let referral = parent.refer(application.id, town.group.id).await;
    let doubtful = Arc::new(Doubtful {
        clock: Arc::clone(&app.clock),
        certain: AtomicBool::new(false),
    });
    let mut other: App = app.app().clone();
    other.core.clock = doubtful.clone();
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let server = startup::http_server(other.clone(), listener).unwrap();
    let handle = server.handle();
    let serving = tokio::spawn(server);

    app.clock.advance(TimeDelta::days(30));
    parent.log_in().await;
    let there = parent.client.moved_to(&base);
    app.without_a_change(async {
        settle::sweep(&other).await.unwrap();
        // What can be read is shown, and nobody acts on what seems to be overdue.
        let path = format!("/v1/referrals/{}", referral.id);
        let shown: balabaqsha_shared::dto::Referral = there.get(&path).await.shown();
        assert!(matches!(shown.state, ReferralState::Active { .. }));
        let path = format!("{path}/extension-drafts");
        let until = (app.now() + TimeDelta::days(5)).date_naive();
        let wish = serde_json::json!({"until": until, "reason": "child_illness", "language": "ru"});
        there.post(&path, &wish).await.refused(Code::Unavailable);
    })
    .await;
    there.get("/readyz").await.refused(Code::Unavailable);
    there.get("/healthz").await.has_status(200);

    doubtful.certain.store(true, Ordering::SeqCst);
    settle::sweep(&other).await.unwrap();
    let mut tx = app.db().read().await.unwrap();
    let settled = balabaqsha_store::referrals::get(&mut tx, referral.id).await;
    drop(tx);
    assert!(matches!(
        settled.unwrap().unwrap().state,
        ReferralState::Lapsed { .. }
    ));
    there.get("/readyz").await.has_status(200);
    handle.stop(false).await;
    serving.await.unwrap().unwrap();
}

async fn service_on(
    engine: Engine,
    machine: Arc<dyn Clock>,
) -> Option<(TestDatabase, Db, DateTime<Utc>)> {
    let database = TestDatabase::empty(engine).await?;
    let folder = tempfile::tempdir().unwrap();
    let mut settings =
        balabaqsha_api::config::Settings::demo(([127, 0, 0, 1], 0).into(), folder.path()).unwrap();
    settings.demo = false;
    settings.database_url = database.url().into();
    let anchor = folder.path().join("anchor.pem");
    std::fs::write(&anchor, authority().rsa_anchor_pem()).unwrap();
    settings.test_trust_anchors = vec![anchor];
    let app = startup::build(settings, machine).await.unwrap();
    let now = app.core.now();
    Some((database, app.core.db, now))
}

#[actix_web::test]
async fn with_a_server_the_clock_of_the_machine_does_not_count() {
    let wrong = at("2040-01-01T00:00:00Z");
    let machine = Arc::new(ManualClock::new(wrong));
    let Some((database, db, now)) = service_on(Engine::Postgres, machine).await else {
        return;
    };
    let server = db.moment().await.unwrap().unwrap().moment;
    assert!((server - now).abs() < TimeDelta::hours(1), "{now} {server}");
    db.close().await;
    database.remove().await;
}

#[actix_web::test]
async fn without_a_server_the_machine_has_the_time() {
    let moment = at("2040-01-01T00:00:00Z");
    let machine = Arc::new(ManualClock::new(moment));
    let (database, db, now) = service_on(Engine::Sqlite, machine).await.unwrap();
    assert!(db.moment().await.unwrap().is_none());
    assert!((now - moment).abs() < TimeDelta::hours(1), "{now}");
    db.close().await;
    database.remove().await;
}
