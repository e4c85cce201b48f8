//! The number in the queue explained (R5): who left, who came and why, and a forecast that says what
//! it rests on.

use balabaqsha_api::jobs;
use balabaqsha_shared::{
    application::Category,
    dto::{Application, Draft, PositionHistory},
    endpoint,
    forecast::{Outcome, Week},
    id::ApplicationId,
};
use balabaqsha_tests::{
    Parent, TestApp, at,
    builders::{Town, child, day},
    database::number,
    officials::confirm_benefit,
    on_both_engines,
};
use chrono::TimeDelta;

on_both_engines!(over_http:
    each_change_of_the_number_has_its_reason,
    a_child_that_returns_is_told_from_a_new_one,
    the_forecast_rests_on_the_weeks_before,
    the_number_is_the_same_before_and_after_folding,
);

async fn explained(parent: &Parent, id: ApplicationId, query: &str) -> PositionHistory {
    let path = format!("{}{query}", endpoint::position_history(id));
    parent.client.get(&path).await.shown()
}

/// Queues a child with a benefit category.
async fn queue_as(
    app: &TestApp,
    parent: &Parent,
    town: &Town,
    birth: &str,
    category: Category,
) -> Application {
    let request = balabaqsha_shared::dto::ApplicationDraftRequest {
        locality_id: town.id(),
        child: child(birth),
        category,
        contact_phone: "+7 701 123 45 67".into(),
        language: balabaqsha_shared::Language::Ru,
    };
    let draft: Draft = parent
        .client
        .post(endpoint::APPLICATION_DRAFTS, &request)
        .await
        .created();
    let application: Application = parent.submit_application(&draft).await.created();
    if category != Category::General {
        confirm_benefit(app, &application).await;
    }
    application
}

async fn each_change_of_the_number_has_its_reason(app: &TestApp) {
    let town = app.town(5).await;
    let (others, parent) = (Parent::new(app).await, Parent::new(app).await);
    let mut before = Vec::new();
    for birth in ["2022-05-01", "2022-05-02", "2022-05-03"] {
        before.push(others.queue(town.id(), &child(birth)).await);
    }
    app.clock.advance(TimeDelta::seconds(1));
    let mine = parent.queue(town.id(), &child("2022-05-04")).await;
    // Behind it and of another year: they change nothing.
    app.clock.advance(TimeDelta::seconds(1));
    others.queue(town.id(), &child("2022-05-05")).await;
    queue_as(app, &others, &town, "2021-05-05", Category::Extraordinary).await;
    let told = explained(&parent, mine.id, "").await;
    assert_eq!((told.number, told.number_then), (Some(4), Some(4)));
    assert_eq!((told.since, told.days.len()), (mine.submitted_at, 0));

    app.clock.set(at("2026-11-24T05:00:00Z"));
    others.log_in().await;
    queue_as(app, &others, &town, "2022-06-01", Category::Priority).await;
    queue_as(app, &others, &town, "2022-06-02", Category::Extraordinary).await;
    let look = app.now() + TimeDelta::minutes(1);
    app.clock.set(at("2026-11-25T05:00:00Z"));
    others.log_in().await;
    others.refer(before[0].id, town.group.id).await;
    others.refer(before[1].id, town.group.id).await;

    parent.log_in().await;
    let told = explained(&parent, mine.id, "").await;
    assert_eq!((told.number, told.number_then), (Some(4), Some(4)));
    assert_eq!(told.change.left.referred, 2);
    assert_eq!(told.change.came.priority, 1);
    assert_eq!(told.change.came.extraordinary, 1);
    let days: Vec<_> = told.days.iter().map(|day| (day.day, day.number)).collect();
    assert_eq!(
        days,
        [(day("2026-11-25"), Some(4)), (day("2026-11-24"), Some(6))]
    );
    // Since the last look only what came after it.
    let since = look.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let told = explained(&parent, mine.id, &format!("?since={since}&days=1")).await;
    assert_eq!((told.since, told.number_then), (look, Some(6)));
    assert_eq!(told.change.left.referred, 2);
    assert_eq!(told.change.came, Default::default());
    assert_eq!(told.days.len(), 1);
    // The number is the one that the application itself shows.
    let shown = parent.application(mine.id).await.position;
    assert_eq!(shown.map(|position| position.number), told.number);
}

async fn a_child_that_returns_is_told_from_a_new_one(app: &TestApp) {
    let town = app.town(5).await;
    let (other, parent) = (Parent::new(app).await, Parent::new(app).await);
    let first = other.queue(town.id(), &child("2022-05-01")).await;
    app.clock.advance(TimeDelta::seconds(1));
    let mine = parent.queue(town.id(), &child("2022-05-04")).await;
    app.clock.advance(TimeDelta::seconds(1));
    other.refer(first.id, town.group.id).await;
    assert_eq!(explained(&parent, mine.id, "").await.number, Some(1));
    // A lapse and the stop-list later it has its old place again.
    app.clock.set(at("2026-12-14T19:00:00Z"));
    parent.log_in().await;
    let told = explained(&parent, mine.id, "").await;
    assert_eq!((told.number, told.number_then), (Some(2), Some(2)));
    assert_eq!(
        (told.change.left.referred, told.change.came.returned),
        (1, 1)
    );
    let days: Vec<_> = told.days.iter().map(|day| (day.day, day.number)).collect();
    assert_eq!(
        days,
        [(day("2026-12-15"), Some(2)), (day("2026-11-23"), Some(1))]
    );
    // Who is not queued has no number and no forecast.
    other.log_in().await;
    other.refer(first.id, town.group.id).await;
    let told = explained(&other, first.id, "").await;
    assert_eq!(
        (told.number, told.number_then, told.forecast),
        (None, None, None)
    );
}

async fn the_forecast_rests_on_the_weeks_before(app: &TestApp) {
    let town = app.town(25).await;
    let (others, parent) = (Parent::new(app).await, Parent::new(app).await);
    let mut before = Vec::new();
    for number in 1..=20 {
        let birth = format!("2022-05-{number:02}");
        before.push(others.queue(town.id(), &child(&birth)).await);
    }
    app.clock.advance(TimeDelta::seconds(1));
    let mine = parent.queue(town.id(), &child("2022-06-04")).await;
    let forecast = explained(&parent, mine.id, "").await.forecast.unwrap();
    assert_eq!(forecast.outcome, Outcome::NotEnoughData);
    assert_eq!((forecast.basis.before, forecast.basis.weeks.len()), (20, 0));
    // Two leave in each of five weeks.
    let mut leaving = before.iter();
    for week in 0..5 {
        app.clock
            .set(at("2026-11-24T05:00:00Z") + TimeDelta::days(7 * week));
        others.log_in().await;
        for application in leaving.by_ref().take(2) {
            others.refer(application.id, town.group.id).await;
        }
        if week == 2 {
            parent.log_in().await;
            let forecast = explained(&parent, mine.id, "").await.forecast.unwrap();
            assert_eq!(forecast.basis.weeks.len(), 2);
            let expected = Outcome::NotEnoughData;
            assert_eq!(forecast.outcome, expected, "two weeks say nothing");
        }
    }
    app.clock.set(at("2026-12-28T05:00:00Z"));
    parent.log_in().await;
    let told = explained(&parent, mine.id, "?days=92").await;
    let forecast = told.forecast.unwrap();
    assert_eq!(forecast.basis.before + 1, told.number.unwrap());
    assert_eq!(forecast.basis.weeks.len(), 5);
    let left: u32 = forecast.basis.weeks.iter().map(|week| week.left).sum();
    let came: u32 = forecast.basis.weeks.iter().map(|week| week.came).sum();
    assert_eq!(20 - left + came, forecast.basis.before);
    assert!(forecast.basis.weeks.contains(&Week { left: 2, came: 0 }));
    let Outcome::Estimate {
        median_weeks,
        half,
        ninety,
    } = forecast.outcome
    else {
        panic!("{forecast:?}")
    };
    assert!(ninety.from_weeks < half.from_weeks && half.from_weeks < median_weeks);
}

async fn the_number_is_the_same_before_and_after_folding(app: &TestApp) {
    let town = app.town(5).await;
    let parent = Parent::new(app).await;
    let mut mine = Vec::new();
    for birth in ["2022-05-01", "2022-05-02", "2022-05-03"] {
        mine.push(parent.queue(town.id(), &child(birth)).await);
        app.clock.advance(TimeDelta::seconds(40));
    }
    let deltas = "SELECT COUNT(*) FROM queue_deltas";
    assert_eq!(number(app.db(), deltas).await, 3);
    let shown = async || {
        let mut positions = Vec::new();
        for application in &mine {
            positions.push(parent.application(application.id).await.position);
        }
        positions
    };
    let before = shown().await;
    let running = jobs::start(app.app().clone()).expect("jobs");
    while number(app.db(), deltas).await > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    running.stop().await;
    assert_eq!(shown().await, before);
    let numbers: Vec<_> = before.iter().flatten().map(|place| place.number).collect();
    assert_eq!(numbers, [1, 2, 3]);
}
