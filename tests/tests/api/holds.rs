//! R8: opening the signing step holds the chosen place for ten minutes.

use balabaqsha_shared::{
    code::Code,
    dto::{Application, EventKind, History, VacancyList},
    endpoint,
    id::ApplicationId,
};
use balabaqsha_tests::{Parent, TestApp, at, builders::child, on_both_engines};
use chrono::TimeDelta;

on_both_engines!(over_http:
    giving_back_the_draft_of_a_shared_hold_gives_the_place_back,
    a_held_place_is_nobody_elses,
    a_hold_ends_after_ten_minutes_to_the_microsecond,
    the_length_of_a_hold_is_that_of_the_locality,
    another_choice_gives_the_old_place_back,
    when_the_new_place_cannot_be_had_the_old_one_stays,
    the_same_choice_keeps_the_hold_and_its_end,
    a_place_given_back_is_free_at_once,
    after_three_unused_holds_there_is_none_until_tomorrow,
    holds_are_counted_per_application,
    the_journal_tells_of_holds,
);

async fn queued(
    parent: &Parent,
    app: &TestApp,
    free: i32,
) -> (balabaqsha_tests::builders::Town, Application) {
    let town = app.town(free).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    (town, application)
}

async fn a_held_place_is_nobody_elses(app: &TestApp) {
    let (first, second) = (Parent::new(app).await, Parent::new(app).await);
    let (town, application) = queued(&first, app, 1).await;
    let other = second.queue(town.id(), &child("2022-06-10")).await;
    let draft = first.hold(application.id, town.group.id).await;
    assert_eq!(app.places(town.group.id).await, (0, 1, 24));
    let answer = app
        .without_a_change(second.draft_referral(other.id, town.group.id))
        .await;
    answer.refused(Code::PlaceTaken);
    let bulletin: VacancyList = app.client().get(endpoint::VACANCIES).await.shown();
    assert_eq!(bulletin.items, []);
    first.submit_referral(&draft).await.has_status(201);
    assert_eq!(app.places(town.group.id).await, (0, 0, 25));
}

async fn a_hold_ends_after_ten_minutes_to_the_microsecond(app: &TestApp) {
    let (first, second) = (Parent::new(app).await, Parent::new(app).await);
    let (town, application) = queued(&first, app, 2).await;
    let next = second.queue(town.id(), &child("2022-06-10")).await;
    let late = first.hold(application.id, town.group.id).await;
    let in_time = second.hold(next.id, town.group.id).await;
    let end = at("2026-11-23T05:10:00Z");
    assert_eq!((late.expires_at, in_time.expires_at), (end, end));

    app.go_just_before(end);
    second.submit_referral(&in_time).await.has_status(201);
    let third = Parent::new(app).await;
    let waiting = third.queue(town.id(), &child("2022-07-10")).await;
    third
        .draft_referral(waiting.id, town.group.id)
        .await
        .refused(Code::PlaceTaken);

    app.clock.set(end);
    first.log_in().await;
    third.log_in().await;
    // No background job runs here: whoever comes first settles what is due.
    third.refer(waiting.id, town.group.id).await;
    assert_eq!(app.places(town.group.id).await, (0, 0, 25));
    let answer = app.without_a_change(first.submit_referral(&late)).await;
    assert_eq!(answer.refused(Code::HoldExpired).members["minutes"], 10);
}

async fn the_length_of_a_hold_is_that_of_the_locality(app: &TestApp) {
    let parent = Parent::new(app).await;
    let town = app
        .town_with(1, |town| town.locality.rules.hold_minutes = 15)
        .await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let draft = parent.hold(application.id, town.group.id).await;
    assert_eq!(draft.expires_at, app.now() + TimeDelta::minutes(15));
    app.go_just_before(draft.expires_at);
    parent.log_in().await;
    parent.submit_referral(&draft).await.has_status(201);
}

async fn another_choice_gives_the_old_place_back(app: &TestApp) {
    let parent = Parent::new(app).await;
    let (town, application) = queued(&parent, app, 1).await;
    let other = town.another_group(app, 1).await;
    let old = parent.hold(application.id, town.group.id).await;
    let new = parent.hold(application.id, other.id).await;
    assert_eq!(app.places(town.group.id).await, (1, 0, 24));
    assert_eq!(app.places(other.id).await, (0, 1, 24));
    let answer = app.without_a_change(parent.submit_referral(&old)).await;
    answer.refused(Code::HoldExpired);
    parent.submit_referral(&new).await.has_status(201);
}

async fn when_the_new_place_cannot_be_had_the_old_one_stays(app: &TestApp) {
    let parent = Parent::new(app).await;
    let (town, application) = queued(&parent, app, 1).await;
    let full = town.another_group(app, 0).await;
    let draft = parent.hold(application.id, town.group.id).await;
    let answer = app
        .without_a_change(parent.draft_referral(application.id, full.id))
        .await;
    answer.refused(Code::PlaceTaken);
    parent.submit_referral(&draft).await.has_status(201);
}

async fn the_same_choice_keeps_the_hold_and_its_end(app: &TestApp) {
    let parent = Parent::new(app).await;
    let (town, application) = queued(&parent, app, 1).await;
    let first = parent.hold(application.id, town.group.id).await;
    for minute in 1..=5 {
        app.clock.advance(TimeDelta::minutes(1));
        let again = parent.hold(application.id, town.group.id).await;
        assert_eq!(again.hold, first.hold, "after {minute} minutes");
        assert_eq!(app.places(town.group.id).await, (0, 1, 24));
    }
    // A second click, a second tab: any of the texts can be signed, and one of them is.
    let last = parent.hold(application.id, town.group.id).await;
    assert_ne!(last.text, first.text);
    parent.submit_referral(&first).await.has_status(201);
    let answer = app.without_a_change(parent.submit_referral(&last)).await;
    answer.refused(Code::ReferralActive);
    assert_eq!(app.places(town.group.id).await, (0, 0, 25));
}

async fn giving_back_the_draft_of_a_shared_hold_gives_the_place_back(app: &TestApp) {
    let parent = Parent::new(app).await;
    let (town, application) = queued(&parent, app, 1).await;
    let first = parent.hold(application.id, town.group.id).await;
    let second = parent.hold(application.id, town.group.id).await;
    let address = endpoint::referral_draft(first.id);
    parent.client.delete(&address).await.has_status(204);
    assert_eq!(app.places(town.group.id).await, (1, 0, 24));
    for draft in [&first, &second] {
        let answer = app.without_a_change(parent.submit_referral(draft)).await;
        answer.refused(Code::HoldExpired);
    }
}

async fn a_place_given_back_is_free_at_once(app: &TestApp) {
    let parent = Parent::new(app).await;
    let (town, application) = queued(&parent, app, 1).await;
    let draft = parent.hold(application.id, town.group.id).await;
    let address = endpoint::referral_draft(draft.id);
    parent.client.delete(&address).await.has_status(204);
    assert_eq!(app.places(town.group.id).await, (1, 0, 24));
    let answer = app.without_a_change(parent.submit_referral(&draft)).await;
    answer.refused(Code::HoldExpired);
    // Giving back twice gives back once.
    app.without_a_change(parent.client.delete(&address))
        .await
        .has_status(204);
    let draft = parent.hold(application.id, town.group.id).await;
    parent.submit_referral(&draft).await.has_status(201);
    let address = endpoint::referral_draft(draft.id);
    app.without_a_change(parent.client.delete(&address))
        .await
        .refused(Code::DraftUsed);
}

async fn after_three_unused_holds_there_is_none_until_tomorrow(app: &TestApp) {
    let parent = Parent::new(app).await;
    let (town, application) = queued(&parent, app, 2).await;
    let other = town.another_group(app, 2).await;
    // Given back, replaced, run out: all of them are unused.
    let draft = parent.hold(application.id, town.group.id).await;
    parent
        .client
        .delete(&endpoint::referral_draft(draft.id))
        .await
        .has_status(204);
    parent.hold(application.id, town.group.id).await;
    let third = parent.hold(application.id, other.id).await;
    let refused = async || {
        let answer = parent.draft_referral(application.id, town.group.id);
        let problem = app
            .without_a_change(answer)
            .await
            .refused(Code::TooManyHolds);
        assert_eq!(problem.members["limit"], 3);
        assert_eq!(problem.members["from"], "2026-11-24");
    };
    // The third one is still there, and stays.
    refused().await;
    assert_eq!(app.places(other.id).await, (1, 1, 23));
    app.clock.set(third.expires_at);
    parent.log_in().await;
    parent.application(application.id).await;
    assert_eq!(app.places(other.id).await, (2, 0, 23));
    refused().await;
    // Tomorrow begins at midnight of the wall clocks: 19:00 UTC.
    app.go_just_before(at("2026-11-23T19:00:00Z"));
    parent.log_in().await;
    refused().await;
    app.clock.set(at("2026-11-23T19:00:00Z"));
    parent.refer(application.id, town.group.id).await;
}

async fn holds_are_counted_per_application(app: &TestApp) {
    let parent = Parent::new(app).await;
    let town = app
        .town_with(5, |town| town.locality.rules.unused_holds_per_day = 1)
        .await;
    for day in 10..13 {
        let application = parent
            .queue(town.id(), &child(&format!("2022-05-{day}")))
            .await;
        parent.hold(application.id, town.group.id).await;
        let other = town.another_group(app, 1).await;
        parent
            .draft_referral(application.id, other.id)
            .await
            .refused(Code::TooManyHolds);
    }
    assert_eq!(app.places(town.group.id).await, (2, 3, 20));
}

async fn told(parent: &Parent, application: ApplicationId) -> Vec<(EventKind, String)> {
    let history = parent
        .client
        .get(&endpoint::application_history(application))
        .await;
    let history: History = history.shown();
    history
        .items
        .into_iter()
        .map(|event| (event.kind, event.at.to_rfc3339()))
        .collect()
}

async fn the_journal_tells_of_holds(app: &TestApp) {
    let parent = Parent::new(app).await;
    let (town, application) = queued(&parent, app, 1).await;
    app.clock.advance(TimeDelta::minutes(1));
    parent.hold(application.id, town.group.id).await;
    // Nobody looks for an hour; the hold ended when it ended.
    app.clock.advance(TimeDelta::hours(1));
    parent.log_in().await;
    assert_eq!(
        told(&parent, application.id).await,
        [
            (EventKind::HoldReleased, "2026-11-23T05:11:00+00:00".into()),
            (EventKind::PlaceHeld, "2026-11-23T05:01:00+00:00".into()),
            (
                EventKind::ApplicationSubmitted,
                "2026-11-23T05:00:00+00:00".into()
            ),
        ]
    );
}
