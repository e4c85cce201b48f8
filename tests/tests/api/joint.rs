//! R8: places in one kindergarten for several children in one step: all are held and signed for, or none.

use balabaqsha_shared::{
    code::Code,
    dto::{Application, Draft, DraftOutcome, JointReferralDrafts, JointReferrals},
    endpoint,
    id::{ApplicationId, GroupId},
    kindergarten::BirthYears,
};
use balabaqsha_tests::{
    Parent, TestApp,
    builders::{Town, a_group, a_kindergarten, child, store_group, store_kindergarten},
    on_both_engines,
};
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::json;

on_both_engines!(over_http:
    twins_get_both_places_in_one_step,
    brother_and_sister_of_different_years_get_places_in_their_groups,
    twins_get_no_place_where_one_is_left,
    pairs_race_for_five_places,
    what_was_held_together_is_signed_together,
    the_places_of_a_step_are_given_back_together,
    choosing_for_one_child_alone_ends_the_step,
    a_place_that_is_held_already_keeps_its_time_in_the_step,
    the_same_choice_keeps_the_step_and_its_end,
    a_step_counts_once,
    what_cannot_be_one_step_is_refused,
    what_stands_against_each_child_is_said_at_once,
);

/// Children of one parent in the queue.
async fn siblings(parent: &Parent, town: &Town, births: &[&str]) -> Vec<Application> {
    let mut all = Vec::new();
    for birth in births {
        all.push(parent.queue(town.id(), &child(birth)).await);
    }
    all
}

/// All of them into one group.
fn into(group: GroupId, children: &[Application]) -> Vec<(ApplicationId, GroupId)> {
    children.iter().map(|child| (child.id, group)).collect()
}

const TWINS: [&str; 2] = ["2022-05-10", "2022-05-10"];

async fn twins_get_both_places_in_one_step(app: &TestApp) {
    let town = app.town(2).await;
    let parent = Parent::new(app).await;
    let twins = siblings(&parent, &town, &TWINS).await;
    let drafts = parent.hold_jointly(&into(town.group.id, &twins)).await;
    assert_eq!(app.places(town.group.id).await, (0, 2, 23));
    assert_eq!(drafts.expires_at, app.now() + TimeDelta::minutes(10));
    for (draft, child) in drafts.items.iter().zip(&twins) {
        assert!(draft.text.contains(child.number.as_str()));
        assert_eq!(draft.hold.as_ref().unwrap().expires_at, drafts.expires_at);
    }
    let signed = parent.signed_jointly(&drafts);
    let answer = parent.client.post(endpoint::JOINT_REFERRALS, &signed);
    let made: JointReferrals = answer.await.created();
    assert_eq!(app.places(town.group.id).await, (0, 0, 25));
    for (referral, child) in made.items.iter().zip(&twins) {
        assert_eq!(referral.application_id, child.id);
        let now = parent.application(child.id).await;
        assert_eq!(now.referral.unwrap().id, referral.id);
    }
    for (draft, referral) in drafts.items.iter().zip(&made.items) {
        let outcome = parent.client.get(&endpoint::draft(draft.id)).await;
        assert_eq!(
            outcome.shown::<DraftOutcome>().referral_id,
            Some(referral.id)
        );
    }
    // The answer was lost: the same again does nothing a second time.
    let again = parent.client.post(endpoint::JOINT_REFERRALS, &signed);
    let again: JointReferrals = app.without_a_change(again).await.created();
    assert_eq!(again, made);
    // With another signature, which names another moment, it is refused.
    app.clock.advance(TimeDelta::minutes(1));
    app.without_a_change(parent.submit_jointly(&drafts))
        .await
        .refused(Code::DraftUsed);
}

async fn brother_and_sister_of_different_years_get_places_in_their_groups(app: &TestApp) {
    let town = app.town(1).await;
    let mut older = a_group(town.kindergarten.id, 1);
    older.birth_years = BirthYears {
        from: 2021,
        to: 2021,
    };
    store_group(app.db(), &older).await;
    let parent = Parent::new(app).await;
    let children = siblings(&parent, &town, &["2022-05-10", "2021-03-01"]).await;
    let places = [(children[0].id, town.group.id), (children[1].id, older.id)];
    let drafts = parent.hold_jointly(&places).await;
    let made: JointReferrals = parent.submit_jointly(&drafts).await.created();
    let groups: Vec<GroupId> = made.items.iter().map(|one| one.group_id).collect();
    assert_eq!(groups, [town.group.id, older.id]);
}

async fn twins_get_no_place_where_one_is_left(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let twins = siblings(&parent, &town, &TWINS).await;
    let places = into(town.group.id, &twins);
    let answer = app
        .without_a_change(parent.draft_joint_referrals(&places))
        .await;
    let problem = answer.refused(Code::PlaceTaken);
    assert_eq!(problem.errors[0].pointer, "/choices/1");
    assert_eq!(app.places(town.group.id).await, (1, 0, 24));
    parent.refer(twins[0].id, town.group.id).await;
}

async fn pairs_race_for_five_places(app: &TestApp) {
    let town = app.town(5).await;
    let mut families = Vec::new();
    for _ in 0..6 {
        let parent = Parent::new(app).await;
        let twins = siblings(&parent, &town, &TWINS).await;
        families.push((parent, into(town.group.id, &twins)));
    }
    let outcomes = join_all(families.iter().map(async |(parent, places)| {
        let answer = parent.draft_joint_referrals(places).await;
        if answer.status != 201 {
            answer.refused(Code::PlaceTaken);
            return 0;
        }
        let drafts: JointReferralDrafts = answer.created();
        // Two tabs send the same: one of them acts.
        let signed = parent.signed_jointly(&drafts);
        let send = || parent.client.post(endpoint::JOINT_REFERRALS, &signed);
        let (here, there) = tokio::join!(send(), send());
        let made: JointReferrals = here.created();
        assert_eq!(made, there.created());
        made.items.len()
    }))
    .await;
    assert_eq!(outcomes.iter().sum::<usize>(), 4, "{outcomes:?}");
    assert_eq!(app.places(town.group.id).await, (1, 0, 24));
}

async fn what_was_held_together_is_signed_together(app: &TestApp) {
    let town = app.town(5).await;
    let parent = Parent::new(app).await;
    let children = siblings(&parent, &town, &["2022-05-10", "2022-05-10", "2022-06-10"]).await;
    let alone = parent.hold(children[2].id, town.group.id).await;
    let three = parent.hold_jointly(&into(town.group.id, &children)).await;
    let refused = async |drafts: &[&Draft], code| {
        let drafts = JointReferralDrafts {
            items: drafts.iter().map(|draft| (*draft).clone()).collect(),
            expires_at: three.expires_at,
        };
        let answer = app.without_a_change(parent.submit_jointly(&drafts)).await;
        answer.refused(code);
    };
    let [a, b, c] = [&three.items[0], &three.items[1], &three.items[2]];
    // One alone, two of three, one of before.
    let single = app.without_a_change(parent.submit_referral(a)).await;
    single.refused(Code::JointStepIncomplete);
    refused(&[a, b], Code::JointStepIncomplete).await;
    refused(&[a, b, &alone], Code::JointStepIncomplete).await;
    refused(&[a], Code::ValidationFailed).await;
    refused(&[a, b, b], Code::ValidationFailed).await;
    // The text of before is about a hold that has become one of the step.
    let single = app.without_a_change(parent.submit_referral(&alone)).await;
    single.refused(Code::HoldExpired);
    assert_eq!(app.places(town.group.id).await, (2, 3, 20));
    // In any order.
    let made: JointReferrals = {
        let drafts = JointReferralDrafts {
            items: vec![c.clone(), a.clone(), b.clone()],
            expires_at: three.expires_at,
        };
        parent.submit_jointly(&drafts).await.created()
    };
    let of: Vec<ApplicationId> = made.items.iter().map(|one| one.application_id).collect();
    assert_eq!(of, [children[2].id, children[0].id, children[1].id]);
}

async fn the_places_of_a_step_are_given_back_together(app: &TestApp) {
    let town = app.town(2).await;
    let parent = Parent::new(app).await;
    let twins = siblings(&parent, &town, &TWINS).await;
    let places = into(town.group.id, &twins);
    let drafts = parent.hold_jointly(&places).await;
    let path = endpoint::referral_draft(drafts.items[1].id);
    parent.client.delete(&path).await.has_status(204);
    assert_eq!(app.places(town.group.id).await, (2, 0, 23));
    app.without_a_change(parent.submit_jointly(&drafts))
        .await
        .refused(Code::HoldExpired);
    // They run out together as well.
    let drafts = parent.hold_jointly(&places).await;
    app.go_just_before(drafts.expires_at);
    app.clock.set(drafts.expires_at);
    parent.log_in().await;
    app.client().get(endpoint::VACANCIES).await.has_status(200);
    assert_eq!(app.places(town.group.id).await, (2, 0, 23));
}

async fn choosing_for_one_child_alone_ends_the_step(app: &TestApp) {
    let town = app.town(2).await;
    let other = town.another_group(app, 1).await;
    let parent = Parent::new(app).await;
    let twins = siblings(&parent, &town, &TWINS).await;
    let places = into(town.group.id, &twins);
    // Another place for one of them.
    let drafts = parent.hold_jointly(&places).await;
    let alone = parent.hold(twins[0].id, other.id).await;
    assert_eq!(app.places(town.group.id).await, (2, 0, 23));
    assert_eq!(app.places(other.id).await, (0, 1, 24));
    app.without_a_change(parent.submit_jointly(&drafts))
        .await
        .refused(Code::HoldExpired);
    // Back to the step, then the same place for one of them.
    let drafts = parent.hold_jointly(&places).await;
    assert_eq!(app.places(town.group.id).await, (0, 2, 23));
    let kept = parent.hold(twins[0].id, town.group.id).await;
    assert_eq!(app.places(town.group.id).await, (1, 1, 23));
    app.without_a_change(parent.submit_jointly(&drafts))
        .await
        .refused(Code::HoldExpired);
    app.without_a_change(parent.submit_referral(&alone))
        .await
        .refused(Code::HoldExpired);
    parent.submit_referral(&kept).await.has_status(201);
}

async fn a_place_that_is_held_already_keeps_its_time_in_the_step(app: &TestApp) {
    let town = app.town(2).await;
    let parent = Parent::new(app).await;
    let twins = siblings(&parent, &town, &TWINS).await;
    let alone = parent.hold(twins[0].id, town.group.id).await;
    app.clock.advance(TimeDelta::minutes(4));
    let drafts = parent.hold_jointly(&into(town.group.id, &twins)).await;
    assert_eq!(drafts.expires_at, alone.expires_at);
    assert_eq!(app.places(town.group.id).await, (0, 2, 23));
    app.go_just_before(alone.expires_at);
    parent.log_in().await;
    parent.submit_jointly(&drafts).await.has_status(201);
}

async fn the_same_choice_keeps_the_step_and_its_end(app: &TestApp) {
    let town = app.town(2).await;
    let parent = Parent::new(app).await;
    let twins = siblings(&parent, &town, &TWINS).await;
    let places = into(town.group.id, &twins);
    let first = parent.hold_jointly(&places).await;
    app.clock.advance(TimeDelta::minutes(1));
    let second = parent.hold_jointly(&places).await;
    assert_eq!(second.expires_at, first.expires_at);
    // A second tab: texts of both can be signed together.
    let mixed = JointReferralDrafts {
        items: vec![first.items[0].clone(), second.items[1].clone()],
        expires_at: first.expires_at,
    };
    parent.submit_jointly(&mixed).await.has_status(201);
    assert_eq!(app.places(town.group.id).await, (0, 0, 25));
}

async fn a_step_counts_once(app: &TestApp) {
    let town = app.real_town(10).await;
    let parent = Parent::new(app).await;
    let births = ["2022-05-10", "2022-05-10", "2022-06-10"];
    let children = siblings(&parent, &town, &births).await;
    let twins = into(town.group.id, &children[..2]);
    for step in 1..=3 {
        let drafts = parent.hold_jointly(&twins).await;
        // A person has as many live holds as the step has children, and no more.
        app.without_a_change(parent.draft_referral(children[2].id, town.group.id))
            .await
            .refused(Code::TooManyLiveHolds);
        let path = endpoint::referral_draft(drafts.items[0].id);
        parent.client.delete(&path).await.has_status(204);
        // Afterwards the places rest no longer.
        app.clock.advance(TimeDelta::minutes(6));
        parent.log_in().await;
        let left = parent.application(children[2].id).await.choosing.holds_left;
        // Of the person: three, and two for each of two further children, less one for each step.
        assert_eq!(left, 3.min(7 - step), "after {step} steps");
    }
    let answer = app
        .without_a_change(parent.draft_joint_referrals(&twins))
        .await;
    let problem = answer.refused(Code::TooManyHolds);
    let pointers = problem.errors.iter().map(|error| error.pointer.as_str());
    assert_eq!(pointers.collect::<Vec<_>>(), ["/choices/0", "/choices/1"]);
}

async fn what_cannot_be_one_step_is_refused(app: &TestApp) {
    let town = app.town(5).await;
    let elsewhere = a_kindergarten(town.id());
    store_kindergarten(app.db(), &elsewhere).await;
    let other = a_group(elsewhere.id, 1);
    store_group(app.db(), &other).await;
    let parent = Parent::new(app).await;
    let twins = siblings(&parent, &town, &TWINS).await;
    let [first, second] = [twins[0].id, twins[1].id];
    let here = town.group.id;
    let refused = async |places: &[(ApplicationId, GroupId)], pointer: &str, code: Code| {
        let answer = app
            .without_a_change(parent.draft_joint_referrals(places))
            .await;
        let problem = answer.refused(Code::ValidationFailed);
        let found: Vec<_> = problem
            .errors
            .iter()
            .map(|error| (error.pointer.as_str(), error.code.as_str()))
            .collect();
        assert_eq!(found, [(pointer, code.as_str())]);
    };
    refused(&[(first, here)], "/choices", Code::QuantityInvalid).await;
    refused(
        &[(first, here), (first, here)],
        "/choices/1/application_id",
        Code::ApplicationRepeated,
    )
    .await;
    refused(
        &[(first, here), (second, other.id)],
        "/choices",
        Code::JointStepOneKindergarten,
    )
    .await;
    // What is somebody else's does not exist.
    let stranger = Parent::new(app).await;
    let theirs = stranger.queue(town.id(), &child("2022-07-10")).await;
    let places = [(first, here), (theirs.id, here)];
    app.without_a_change(parent.draft_joint_referrals(&places))
        .await
        .refused(Code::NotFound);
    let shape = json!({"choices": {}});
    let answer = parent.client.post(endpoint::JOINT_REFERRAL_DRAFTS, &shape);
    answer.await.refused(Code::MalformedRequest);
}

async fn what_stands_against_each_child_is_said_at_once(app: &TestApp) {
    let one_year = BirthYears {
        from: 2022,
        to: 2022,
    };
    let town = app
        .town_with(5, |town| town.group.birth_years = one_year)
        .await;
    let parent = Parent::new(app).await;
    let births = ["2022-05-10", "2023-12-10", "2021-05-10"];
    let children = siblings(&parent, &town, &births).await;
    let places = into(town.group.id, &children);
    let answer = app
        .without_a_change(parent.draft_joint_referrals(&places))
        .await;
    let problem = answer.refused(Code::ChildTooYoung);
    let found: Vec<_> = problem
        .errors
        .iter()
        .map(|error| (error.pointer.as_str(), error.code.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("/choices/1", "child-too-young"),
            ("/choices/2/group_id", "group-unsuitable")
        ]
    );
}
