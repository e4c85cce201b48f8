//! R11 and R12: what falls due is settled at its exact moment, by whoever comes first; no
//! background job runs in these tests.

use balabaqsha_shared::{
    application::ApplicationState,
    code::Code,
    dto::{EventKind, History, Referral},
    endpoint,
    referral::ReferralState,
};
use balabaqsha_tests::{
    Parent, TestApp, at,
    builders::{child, day},
    on_both_engines,
};
use chrono::TimeDelta;

on_both_engines!(over_http:
    a_missed_deadline_puts_the_child_on_the_stop_list,
    after_the_stop_list_the_child_has_its_old_place,
    a_second_lapse_takes_the_child_off_the_queue,
    all_of_it_is_settled_at_once_when_nobody_came_for_weeks,
    the_place_of_a_lapsed_referral_is_free_for_the_next_one,
);

/// Issued on Monday 23 November: the fifth working day is Monday 30, over at midnight.
const DEADLINE_OVER: &str = "2026-11-30T19:00:00Z";
/// The tenth working day after it is Monday 14 December.
const STOP_LIST_OVER: &str = "2026-12-14T19:00:00Z";
/// Issued in the first second of 15 December; the 16th is a holiday; the fifth working day is
/// Wednesday 23.
const SECOND_DEADLINE_OVER: &str = "2026-12-23T19:00:00Z";

async fn a_missed_deadline_puts_the_child_on_the_stop_list(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let referral = parent.refer(application.id, town.group.id).await;
    assert_eq!(referral.deadline, day("2026-11-30"));

    app.go_just_before(at(DEADLINE_OVER));
    parent.log_in().await;
    let still = parent.application(application.id).await;
    assert_eq!(
        still.state,
        ApplicationState::Referred {
            referral_id: referral.id
        }
    );
    assert_eq!(still.referral.expect("a referral").working_days_left, 0);

    app.clock.set(at(DEADLINE_OVER));
    let stopped = parent.application(application.id).await;
    assert_eq!(
        stopped.state,
        ApplicationState::StopListed {
            until: day("2026-12-14")
        }
    );
    assert_eq!((stopped.lapses, stopped.position), (1, None));
    let lapsed: Referral = parent
        .client
        .get(&endpoint::referral(referral.id))
        .await
        .shown();
    assert_eq!(
        lapsed.state,
        ReferralState::Lapsed {
            at: at(DEADLINE_OVER)
        }
    );
    assert_eq!(app.places(town.group.id).await, (1, 0, 24));
    let unmet = &stopped.choosing.unmet;
    assert_eq!(unmet[0].code, "child-in-stop-list");
    assert!(
        unmet[0].detail.contains("14.12.2026"),
        "{}",
        unmet[0].detail
    );
    let answer = app
        .without_a_change(parent.draft_referral(application.id, town.group.id))
        .await;
    assert_eq!(
        answer.refused(Code::ChildInStopList).members["until"],
        "2026-12-14"
    );
    // The same child cannot be queued anew to get around it.
    let mut same = child("2022-05-10");
    same.iin = stopped.child.iin.to_string();
    let answer = app
        .without_a_change(parent.draft_application(town.id(), &same))
        .await;
    answer.refused(Code::ChildAlreadyQueued);
}

async fn after_the_stop_list_the_child_has_its_old_place(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let first = parent.queue(town.id(), &child("2022-05-10")).await;
    app.clock.advance(TimeDelta::seconds(1));
    let second = parent.queue(town.id(), &child("2022-06-10")).await;
    parent.refer(first.id, town.group.id).await;

    app.go_just_before(at(STOP_LIST_OVER));
    parent.log_in().await;
    let stopped = parent.application(first.id).await;
    assert_eq!(
        stopped.state,
        ApplicationState::StopListed {
            until: day("2026-12-14")
        }
    );
    app.clock.set(at(STOP_LIST_OVER));
    let back = parent.application(first.id).await;
    assert_eq!(
        (back.state, back.submitted_at),
        (ApplicationState::Queued, first.submitted_at)
    );
    assert_eq!(back.position.expect("a place").number, 1);
    let other = parent.application(second.id).await;
    assert_eq!(other.position.expect("a place").number, 2);
    assert!(back.choosing.allowed);
}

async fn a_second_lapse_takes_the_child_off_the_queue(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let ailin = child("2022-05-10");
    let application = parent.queue(town.id(), &ailin).await;
    parent.refer(application.id, town.group.id).await;
    app.clock.set(at(STOP_LIST_OVER));
    parent.log_in().await;
    let second = parent.refer(application.id, town.group.id).await;
    assert_eq!(second.deadline, day("2026-12-23"));
    app.go_just_before(at(SECOND_DEADLINE_OVER));
    parent.log_in().await;
    let still = parent.application(application.id).await;
    assert_eq!(
        still.state,
        ApplicationState::Referred {
            referral_id: second.id
        }
    );
    app.clock.set(at(SECOND_DEADLINE_OVER));
    let removed = parent.application(application.id).await;
    assert_eq!(
        removed.state,
        ApplicationState::Removed {
            at: at(SECOND_DEADLINE_OVER)
        }
    );
    assert_eq!(removed.lapses, 2);
    assert_eq!(removed.choosing.unmet[0].code, "not-in-queue");
    let answer = app
        .without_a_change(parent.draft_referral(application.id, town.group.id))
        .await;
    answer.refused(Code::NotInQueue);
    // A removed application makes room for a new one.
    let anew = parent.queue(town.id(), &ailin).await;
    assert_eq!((anew.state, anew.lapses), (ApplicationState::Queued, 0));
    assert_eq!(anew.submitted_at, at(SECOND_DEADLINE_OVER));
}

async fn all_of_it_is_settled_at_once_when_nobody_came_for_weeks(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    parent.refer(application.id, town.group.id).await;
    app.clock.set(at("2027-02-01T05:00:00Z"));
    parent.log_in().await;
    let back = parent.application(application.id).await;
    assert_eq!((back.state, back.lapses), (ApplicationState::Queued, 1));
    let history = parent
        .client
        .get(&endpoint::application_history(application.id))
        .await;
    let history: History = history.shown();
    let told: Vec<_> = history
        .items
        .iter()
        .map(|event| (event.kind, event.at))
        .filter(|(_, at)| *at > application.submitted_at)
        .collect();
    assert_eq!(
        told,
        [
            (EventKind::StopListEnded, at(STOP_LIST_OVER)),
            (EventKind::StopListed, at(DEADLINE_OVER)),
            (EventKind::ReferralLapsed, at(DEADLINE_OVER)),
        ],
        "each at its own moment, in the order of cause and effect"
    );
}

async fn the_place_of_a_lapsed_referral_is_free_for_the_next_one(app: &TestApp) {
    let town = app.town(1).await;
    let (late, next) = (Parent::new(app).await, Parent::new(app).await);
    let first = late.queue(town.id(), &child("2022-05-10")).await;
    let second = next.queue(town.id(), &child("2022-06-10")).await;
    late.refer(first.id, town.group.id).await;
    app.go_just_before(at(DEADLINE_OVER));
    next.log_in().await;
    next.draft_referral(second.id, town.group.id)
        .await
        .refused(Code::PlaceTaken);
    app.clock.set(at(DEADLINE_OVER));
    // The very first request after the deadline is the one for the place.
    next.refer(second.id, town.group.id).await;
    assert_eq!(app.places(town.group.id).await, (0, 0, 25));
}
