//! `Idempotency-Key`: a request that is sent again is not done again.

use balabaqsha_shared::{
    code::Code,
    dto::{Application, ApplicationSummary, Draft, Page, VacancySubscription},
    endpoint,
    vacancy::VacancyFilter,
};
use balabaqsha_store::{
    self as store,
    idempotency::{Attempt, Keyed},
};
use balabaqsha_tests::{
    Answer, Parent, TestApp,
    builders::{child, id},
    database, on_both_engines,
};
use chrono::TimeDelta;
use futures_util::future::join_all;
use reqwest::Method;
use serde::Serialize;
use serde_json::json;

on_both_engines!(over_http:
    the_same_request_is_done_once,
    a_key_is_of_one_request,
    a_key_belongs_to_its_sender,
    a_refused_request_may_be_sent_again,
    a_request_that_is_being_done_is_not_begun_again,
    of_many_at_once_one_is_done,
    a_key_is_forgotten_after_a_day,
    a_key_that_is_none_is_refused,
    where_nothing_is_made_a_key_means_nothing,
);

async fn post(parent: &Parent, path: &str, key: &str, body: &impl Serialize) -> Answer {
    let request = parent.client.request(Method::POST, path).json(body);
    parent
        .client
        .send(request.header("Idempotency-Key", key))
        .await
}

async fn count(app: &TestApp, table: &str) -> i64 {
    database::number(app.db(), &format!("SELECT COUNT(*) FROM {table}")).await
}

async fn the_same_request_is_done_once(app: &TestApp) {
    let town = app.town(2).await;
    let parent = Parent::new(app).await;
    // A draft, whose second answer has the same number and text.
    let wish = json!({
        "locality_id": town.id(), "child": child("2022-05-10"), "category": "general",
        "contact_phone": "+77011234567", "language": "ru",
    });
    let path = endpoint::APPLICATION_DRAFTS;
    let first = post(&parent, path, "one", &wish).await.has_status(201);
    assert_eq!(first.header("idempotent-replayed"), "");
    let again = app
        .without_a_change(post(&parent, path, "one", &wish))
        .await
        .has_status(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.body, first.body);
    assert_eq!(again.header("content-type"), first.header("content-type"));
    // The signed act. Under a key the stored answer comes, whatever has become of the application.
    let draft: Draft = first.created();
    let signed = parent.signed(&draft);
    let path = endpoint::APPLICATIONS;
    let first = post(&parent, path, "two", &signed).await.has_status(201);
    let again = app
        .without_a_change(post(&parent, path, "two", &signed))
        .await
        .has_status(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.body, first.body);
    let application: Application = first.created();
    // A hold, which counts.
    let wish =
        json!({"application_id": application.id, "group_id": town.group.id, "language": "ru"});
    for _ in 0..2 {
        let answer = post(&parent, endpoint::REFERRAL_DRAFTS, "three", &wish).await;
        answer.has_status(201);
    }
    assert_eq!(count(app, "holds").await, 1);
    // What has no draft.
    let all = VacancyFilter::default();
    let mut made = Vec::new();
    for _ in 0..2 {
        let answer = post(&parent, endpoint::VACANCY_SUBSCRIPTIONS, "four", &all).await;
        made.push(answer.created::<VacancySubscription>().id);
    }
    assert_eq!(made[0], made[1]);
    assert_eq!(count(app, "vacancy_subscriptions").await, 1);
}

async fn a_key_is_of_one_request(app: &TestApp) {
    let parent = Parent::new(app).await;
    let path = endpoint::VACANCY_SUBSCRIPTIONS;
    let all = VacancyFilter::default();
    post(&parent, path, "key", &all).await.has_status(201);
    let other = VacancyFilter {
        birth_year: Some(2022),
        ..all
    };
    app.without_a_change(async {
        let answer = post(&parent, path, "key", &other).await;
        answer.refused(Code::IdempotencyKeyReused);
        // The same body at another address is another request.
        let answer = post(&parent, endpoint::ATTACHMENT_DRAFTS, "key", &all).await;
        answer.refused(Code::IdempotencyKeyReused);
    })
    .await;
    post(&parent, path, "other", &other).await.has_status(201);
}

async fn a_key_belongs_to_its_sender(app: &TestApp) {
    let (one, other) = (Parent::new(app).await, Parent::new(app).await);
    let path = endpoint::VACANCY_SUBSCRIPTIONS;
    let all = VacancyFilter::default();
    let mine: VacancySubscription = post(&one, path, "key", &all).await.created();
    let theirs = post(&other, path, "key", &all).await;
    assert_eq!(theirs.header("idempotent-replayed"), "");
    assert_ne!(theirs.created::<VacancySubscription>().id, mine.id);
    // Without a login there is no sender.
    let stranger = app.client();
    let request = stranger.request(Method::POST, path).json(&all);
    let answer = stranger
        .send(request.header("Idempotency-Key", "key"))
        .await;
    answer.refused(Code::NotAuthenticated);
}

async fn a_refused_request_may_be_sent_again(app: &TestApp) {
    let parent = Parent::new(app).await;
    let path = endpoint::VACANCY_SUBSCRIPTIONS;
    let wrong = VacancyFilter {
        birth_year: Some(1900),
        ..VacancyFilter::default()
    };
    app.without_a_change(async {
        let refused = post(&parent, path, "key", &wrong).await;
        refused.refused(Code::ValidationFailed);
    })
    .await;
    let right = VacancyFilter {
        birth_year: Some(2022),
        ..wrong
    };
    let answer = post(&parent, path, "key", &right).await;
    assert_eq!(answer.header("idempotent-replayed"), "");
    answer.has_status(201);
}

async fn a_request_that_is_being_done_is_not_begun_again(app: &TestApp) {
    let parent = Parent::new(app).await;
    let path = endpoint::VACANCY_SUBSCRIPTIONS;
    let all = VacancyFilter::default();
    post(&parent, path, "key", &all).await.has_status(201);
    // As a process leaves it that is at work, and one that has died at it.
    let running = "UPDATE idempotency_keys SET status = NULL, body = NULL";
    database::run_sql(app.db(), running).await;
    let refused = app.without_a_change(post(&parent, path, "key", &all)).await;
    assert_eq!(refused.header("retry-after"), "1");
    refused.refused(Code::RequestRunning);
    app.clock.advance(TimeDelta::seconds(60));
    post(&parent, path, "key", &all).await.has_status(201);
    let answer = post(&parent, path, "key", &all).await.has_status(201);
    assert_eq!(answer.header("idempotent-replayed"), "true");
    // The attempt that was given up finds that another has begun.
    let late = Keyed {
        caller: parent.id().await.uuid(),
        key: "key".to_owned(),
        request_digest: Vec::new(),
    };
    let attempt = Attempt {
        id: id(),
        begun_at: app.now(),
        ends_at: app.now(),
        forgotten: app.now() - TimeDelta::days(1),
    };
    let done = store::idempotency::Answer {
        status: 201,
        content_type: None,
        location: None,
        body: Vec::new(),
    };
    let kept = app
        .db()
        .transact(async |tx| store::idempotency::finish(tx, &late, attempt.id, &done).await)
        .await;
    assert!(!kept.unwrap());
}

async fn of_many_at_once_one_is_done(app: &TestApp) {
    let town = app.town(3).await;
    let parent = Parent::new(app).await;
    let draft: Draft = parent
        .draft_application(town.id(), &child("2022-05-10"))
        .await
        .created();
    let signed = parent.signed(&draft);
    let second = app.second_process().await;
    let there = parent.client.moved_to(second.base());
    let sending = (0..8).map(|number| {
        let client = if number % 2 == 0 {
            &parent.client
        } else {
            &there
        };
        let request = client
            .request(Method::POST, endpoint::APPLICATIONS)
            .json(&signed);
        client.send(request.header("Idempotency-Key", "key"))
    });
    for answer in join_all(sending).await {
        if answer.status == 201 {
            continue;
        }
        answer.refused(Code::RequestRunning);
    }
    let list: Page<ApplicationSummary> = parent.client.get(endpoint::APPLICATIONS).await.shown();
    assert_eq!(list.items.len(), 1);
    let again = post(&parent, endpoint::APPLICATIONS, "key", &signed).await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.created::<Application>().id, list.items[0].id);
    second.stop().await;
}

async fn a_key_is_forgotten_after_a_day(app: &TestApp) {
    let parent = Parent::new(app).await;
    let path = endpoint::VACANCY_SUBSCRIPTIONS;
    let all = VacancyFilter::default();
    let first: VacancySubscription = post(&parent, path, "key", &all).await.created();
    app.go_just_before(app.now() + TimeDelta::hours(24));
    parent.log_in().await;
    let again: VacancySubscription = post(&parent, path, "key", &all).await.created();
    assert_eq!(again.id, first.id);
    app.clock.advance(TimeDelta::microseconds(1));
    let anew: VacancySubscription = post(&parent, path, "key", &all).await.created();
    assert_ne!(anew.id, first.id);
}

async fn a_key_that_is_none_is_refused(app: &TestApp) {
    let parent = Parent::new(app).await;
    let all = VacancyFilter::default();
    let long = "x".repeat(256);
    app.without_a_change(async {
        for key in ["", "a b", "ключ", &long] {
            let path = endpoint::VACANCY_SUBSCRIPTIONS;
            let request = parent.client.request(Method::POST, path).json(&all);
            let request = request.header("Idempotency-Key", key.as_bytes());
            let answer = parent.client.send(request).await;
            answer.refused(Code::IdempotencyKeyInvalid);
        }
    })
    .await;
    let path = endpoint::VACANCY_SUBSCRIPTIONS;
    post(&parent, path, &long[1..], &all).await.has_status(201);
}

async fn where_nothing_is_made_a_key_means_nothing(app: &TestApp) {
    let parent = Parent::new(app).await;
    let wish = json!({"language": "ru"});
    let mut challenges = Vec::new();
    for _ in 0..2 {
        let answer = post(&parent, endpoint::CHALLENGES, "key", &wish).await;
        assert_eq!(answer.header("idempotent-replayed"), "");
        challenges.push(answer.has_status(201).text());
    }
    assert_ne!(challenges[0], challenges[1]);
    assert_eq!(count(app, "idempotency_keys").await, 0);
}
