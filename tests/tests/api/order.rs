//! R5: the order of a queue, one per locality and year of birth.

use balabaqsha_shared::{
    Language,
    application::Category,
    dto::{Application, ApplicationDraftRequest, Draft, Position},
    endpoint,
    id::LocalityId,
};
use balabaqsha_tests::{
    Parent, TestApp, builders::child, officials::confirm_benefit, on_both_engines,
};
use chrono::TimeDelta;

on_both_engines!(over_http:
    benefits_stand_before_the_moment_of_submission,
    each_year_of_birth_and_each_locality_has_a_queue_of_its_own,
    the_same_moment_is_ordered_all_the_same,
    who_leaves_the_queue_moves_the_others_up,
);

async fn queue_as(
    app: &TestApp,
    parent: &Parent,
    locality: LocalityId,
    category: Category,
    birth: &str,
) -> Application {
    let request = ApplicationDraftRequest {
        locality_id: locality,
        child: child(birth),
        category,
        contact_phone: "+77011234567".into(),
        language: Language::Ru,
    };
    let draft = parent
        .client
        .post(endpoint::APPLICATION_DRAFTS, &request)
        .await;
    let draft: Draft = draft.created();
    let application: Application = parent.submit_application(&draft).await.created();
    if category != Category::General {
        confirm_benefit(app, &application).await;
    }
    application
}

async fn position(parent: &Parent, application: &Application) -> Position {
    parent
        .application(application.id)
        .await
        .position
        .expect("a place in the queue")
}

/// Number, total, and who stands before: extraordinary, priority, general.
fn facts(position: &Position) -> (u32, u32, [u32; 3]) {
    let before = &position.before;
    (
        position.number,
        position.total,
        [before.extraordinary, before.priority, before.general],
    )
}

async fn benefits_stand_before_the_moment_of_submission(app: &TestApp) {
    let town = app.town(0).await;
    let parent = Parent::new(app).await;
    let mut queued = Vec::new();
    for category in [
        Category::General,
        Category::Priority,
        Category::General,
        Category::Extraordinary,
        Category::Priority,
    ] {
        queued.push(queue_as(app, &parent, town.id(), category, "2022-05-10").await);
        app.clock.advance(TimeDelta::microseconds(1));
    }
    let expected = [
        (4, 5, [1, 2, 0]),
        (2, 5, [1, 0, 0]),
        (5, 5, [1, 2, 1]),
        (1, 5, [0, 0, 0]),
        (3, 5, [1, 1, 0]),
    ];
    for (application, expected) in queued.iter().zip(expected) {
        assert_eq!(facts(&position(&parent, application).await), expected);
    }
}

async fn each_year_of_birth_and_each_locality_has_a_queue_of_its_own(app: &TestApp) {
    let (here, there) = (app.town(0).await, app.town(0).await);
    let parent = Parent::new(app).await;
    let last_of_2021 = queue_as(app, &parent, here.id(), Category::General, "2021-12-31").await;
    let first_of_2022 = queue_as(app, &parent, here.id(), Category::General, "2022-01-01").await;
    let elsewhere = queue_as(app, &parent, there.id(), Category::General, "2022-01-01").await;
    for (application, year) in [
        (last_of_2021, 2021),
        (first_of_2022, 2022),
        (elsewhere, 2022),
    ] {
        let position = position(&parent, &application).await;
        assert_eq!(
            (position.number, position.total, position.birth_year),
            (1, 1, year)
        );
    }
}

async fn the_same_moment_is_ordered_all_the_same(app: &TestApp) {
    let town = app.town(0).await;
    let parent = Parent::new(app).await;
    let mut queued = Vec::new();
    for _ in 0..6 {
        queued.push(queue_as(app, &parent, town.id(), Category::General, "2022-05-10").await);
    }
    queued.sort_by_key(|application| application.id);
    for (application, number) in queued.iter().zip(1..) {
        assert_eq!(position(&parent, application).await.number, number);
    }
}

async fn who_leaves_the_queue_moves_the_others_up(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let first = queue_as(app, &parent, town.id(), Category::General, "2022-05-10").await;
    app.clock.advance(TimeDelta::seconds(1));
    let second = queue_as(app, &parent, town.id(), Category::General, "2022-05-10").await;
    assert_eq!(facts(&position(&parent, &second).await), (2, 2, [0, 0, 1]));
    // A held place does not take the child off the queue; a referral does.
    let draft = parent.hold(first.id, town.group.id).await;
    assert_eq!(facts(&position(&parent, &second).await), (2, 2, [0, 0, 1]));
    parent.submit_referral(&draft).await.has_status(201);
    assert_eq!(facts(&position(&parent, &second).await), (1, 1, [0, 0, 0]));
}
