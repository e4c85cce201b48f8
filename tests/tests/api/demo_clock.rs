//! The test clock of demo mode: it goes forward for all processes, what falls due on the way is
//! settled, and nobody has to log in again.

use balabaqsha_api::{app::App, config::Settings, demo::clock, jobs};
use balabaqsha_shared::{
    application::ApplicationState,
    code::Code,
    dto::{DemoClock, DemoClockRequest, Service, Session},
    endpoint,
};
use balabaqsha_tests::{
    Answer, Client, Parent, TestApp, at,
    builders::{child, day},
    on_both_engines,
};
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;

on_both_engines!(in_demo_mode:
    five_working_days_pass_at_a_touch,
    a_session_outlives_the_days_that_pass,
    all_processes_have_the_same_clock_and_so_has_the_next_start,
    what_cannot_be_done_changes_nothing,
);

fn demo(settings: &mut Settings) {
    settings.demo = true;
}

async fn go(client: &Client, to: &str) -> DemoClock {
    let request = DemoClockRequest {
        to: Some(at(to)),
        advance_seconds: None,
    };
    client.post(endpoint::DEMO_CLOCK, &request).await.shown()
}

async fn renewed(parent: &Parent) {
    let request = parent
        .client
        .request(Method::PUT, endpoint::CURRENT_SESSION);
    let session: Session = parent.client.send(request).await.shown();
    parent.client.use_token(Some(session.access_token));
}

async fn five_working_days_pass_at_a_touch(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let referral = parent.refer(application.id, town.group.id).await;
    assert_eq!(referral.deadline, day("2026-11-30"));

    let moved = go(&app.client(), "2026-11-30T18:59:59Z").await;
    assert_eq!(moved.now, at("2026-11-30T18:59:59Z"));
    // The background loop does not run here: the answer itself waits for what falls due.
    let request = DemoClockRequest {
        advance_seconds: Some(1),
        to: None,
    };
    let moved: DemoClock = app
        .client()
        .post(endpoint::DEMO_CLOCK, &request)
        .await
        .shown();
    assert_eq!(moved.now, at("2026-11-30T19:00:00Z"));
    assert_eq!(moved.ahead_seconds, 7 * 86_400 + 14 * 3_600);
    assert_eq!(app.places(town.group.id).await, (1, 0, 24));

    let service: Service = app.client().get(endpoint::SERVICE).await.shown();
    assert_eq!(service.now, moved.now);
    renewed(&parent).await;
    let stopped = parent.application(application.id).await;
    let until = day("2026-12-14");
    assert_eq!(stopped.state, ApplicationState::StopListed { until });
}

async fn a_session_outlives_the_days_that_pass(app: &TestApp) {
    let parent = Parent::new(app).await;
    go(&app.client(), "2026-12-24T05:00:00Z").await;
    parent
        .client
        .get(endpoint::ME)
        .await
        .refused(Code::SessionExpired);
    renewed(&parent).await;
    parent.client.get(endpoint::ME).await.has_status(200);
    // Its twelve hours began anew, and they end.
    app.clock.advance(TimeDelta::hours(12));
    let request = parent
        .client
        .request(Method::PUT, endpoint::CURRENT_SESSION);
    parent
        .client
        .send(request)
        .await
        .refused(Code::SessionExpired);
}

fn now(app: &App) -> DateTime<Utc> {
    app.core.now()
}

async fn all_processes_have_the_same_clock_and_so_has_the_next_start(app: &TestApp) {
    let other = app.second_process_with(demo).await;
    let running = jobs::start(other.app.clone()).expect("jobs");
    go(&app.client(), "2026-12-01T05:00:00Z").await;
    while now(&other.app) != now(app.app()) {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    running.stop().await;
    // The second one moves on from where the first one has stopped.
    let request = DemoClockRequest {
        advance_seconds: Some(60),
        to: None,
    };
    let moved: DemoClock = other
        .client()
        .post(endpoint::DEMO_CLOCK, &request)
        .await
        .shown();
    assert_eq!(moved.now, at("2026-12-01T05:01:00Z"));
    other.stop().await;
    clock::follow(app.app()).await.expect("the clock");
    assert_eq!(now(app.app()), moved.now);
    let next = app.second_process_with(demo).await;
    assert_eq!(now(&next.app), moved.now);
    next.stop().await;
}

async fn what_cannot_be_done_changes_nothing(app: &TestApp) {
    let client = app.client();
    let shown: DemoClock = client.get(endpoint::DEMO_CLOCK).await.shown();
    assert_eq!((shown.now, shown.ahead_seconds), (app.now(), 0));
    let both = DemoClockRequest {
        advance_seconds: Some(1),
        to: Some(shown.latest),
    };
    let back = DemoClockRequest {
        advance_seconds: Some(-1),
        to: None,
    };
    let beyond = DemoClockRequest {
        advance_seconds: None,
        to: Some(shown.latest + TimeDelta::microseconds(1)),
    };
    for (request, code) in [
        (both, Code::ClockNotForward),
        (back, Code::ClockNotForward),
        (DemoClockRequest::default(), Code::ClockNotForward),
        (beyond, Code::ClockTooFar),
    ] {
        let answer: Answer = app
            .without_a_change(client.post(endpoint::DEMO_CLOCK, &request))
            .await;
        answer.refused(code);
    }
    assert_eq!(app.app().core.now(), app.now());
}
