//! R6: when a private kindergarten can be chosen, and the reasons when it cannot.

use balabaqsha_shared::{
    code::Code,
    dto::{Application, Problem},
    id::{ApplicationId, GroupId},
    kindergarten::{BirthYears, KindergartenKind},
};
use balabaqsha_tests::{
    Parent, TestApp, at,
    builders::{a_group, a_kindergarten, child, store_group, store_kindergarten},
    on_both_engines,
};

on_both_engines!(over_http:
    a_child_too_young_by_a_day_waits_for_its_third_birthday,
    the_age_for_choosing_is_that_of_the_locality,
    without_a_fitting_free_place_there_is_nothing_to_choose,
    all_unmet_conditions_are_named_at_once,
    a_child_with_a_referral_does_not_choose_again,
    a_group_that_does_not_fit_is_refused,
    an_unknown_group_is_refused,
);

fn unmet(application: &Application) -> Vec<&str> {
    let choosing = &application.choosing;
    assert_eq!(choosing.allowed, choosing.unmet.is_empty());
    assert!(
        choosing
            .unmet
            .iter()
            .all(|reason| !reason.detail.is_empty())
    );
    choosing
        .unmet
        .iter()
        .map(|reason| reason.code.as_str())
        .collect()
}

async fn a_child_too_young_by_a_day_waits_for_its_third_birthday(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2023-11-24")).await;
    assert_eq!(unmet(&application), ["child-too-young"]);
    assert!(application.choosing.unmet[0].detail.contains("24.11.2026"));
    let refused = async || {
        let answer = parent.draft_referral(application.id, town.group.id);
        let problem = app
            .without_a_change(answer)
            .await
            .refused(Code::ChildTooYoung);
        assert_eq!(problem.members["from"], "2026-11-24");
        assert_eq!(problem.members["years"], 3);
    };
    refused().await;
    // The birthday begins at midnight of the wall clocks: 19:00 UTC.
    app.go_just_before(at("2026-11-23T19:00:00Z"));
    parent.log_in().await;
    refused().await;
    app.clock.set(at("2026-11-23T19:00:00Z"));
    assert_eq!(unmet(&parent.application(application.id).await), [""; 0]);
    parent.refer(application.id, town.group.id).await;
}

async fn the_age_for_choosing_is_that_of_the_locality(app: &TestApp) {
    let town = app
        .town_with(1, |town| town.locality.rules.choosing_age_years = 2)
        .await;
    let parent = Parent::new(app).await;
    let old_enough = parent.queue(town.id(), &child("2024-11-23")).await;
    let too_young = parent.queue(town.id(), &child("2024-11-24")).await;
    assert_eq!(unmet(&old_enough), [""; 0]);
    assert_eq!(unmet(&too_young), ["child-too-young"]);
}

async fn without_a_fitting_free_place_there_is_nothing_to_choose(app: &TestApp) {
    let town = app
        .town_with(1, |town| {
            town.group.birth_years = BirthYears {
                from: 2021,
                to: 2021,
            }
        })
        .await;
    let parent = Parent::new(app).await;
    let fits = parent.queue(town.id(), &child("2021-05-10")).await;
    let does_not = parent.queue(town.id(), &child("2022-05-10")).await;
    assert_eq!(unmet(&fits), [""; 0]);
    assert_eq!(unmet(&does_not), ["no-vacancy"]);
    assert!(does_not.choosing.unmet[0].detail.contains("2022"));
    // Places that are not under the state order are none.
    let parent_pays = app
        .town_with(1, |town| town.group.state_order = false)
        .await;
    let application = parent.queue(parent_pays.id(), &child("2021-05-10")).await;
    assert_eq!(unmet(&application), ["no-vacancy"]);
    let state = app
        .town_with(1, |town| town.kindergarten.kind = KindergartenKind::State)
        .await;
    let application = parent.queue(state.id(), &child("2021-05-10")).await;
    assert_eq!(unmet(&application), ["no-vacancy"]);
    // And a held place is not free.
    let other = parent.queue(town.id(), &child("2021-05-11")).await;
    parent.hold(fits.id, town.group.id).await;
    assert_eq!(unmet(&parent.application(other.id).await), ["no-vacancy"]);
}

async fn all_unmet_conditions_are_named_at_once(app: &TestApp) {
    let town = app.town(0).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2024-05-10")).await;
    assert_eq!(unmet(&application), ["child-too-young", "no-vacancy"]);
}

async fn a_child_with_a_referral_does_not_choose_again(app: &TestApp) {
    let town = app.town(5).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    parent.refer(application.id, town.group.id).await;
    assert_eq!(
        unmet(&parent.application(application.id).await),
        ["referral-active"]
    );
    let again = app
        .without_a_change(parent.draft_referral(application.id, town.group.id))
        .await;
    again.refused(Code::ReferralActive);
}

async fn unsuitable(
    app: &TestApp,
    parent: &Parent,
    application: ApplicationId,
    group: GroupId,
) -> Problem {
    let answer = app
        .without_a_change(parent.draft_referral(application, group))
        .await;
    let problem = answer.refused(Code::ValidationFailed);
    let errors: Vec<_> = problem
        .errors
        .iter()
        .map(|error| (error.pointer.as_str(), error.code.as_str()))
        .collect();
    assert_eq!(errors, [("/group_id", "group-unsuitable")]);
    problem
}

async fn a_group_that_does_not_fit_is_refused(app: &TestApp) {
    let (town, elsewhere) = (app.town(1).await, app.town(1).await);
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await.id;
    unsuitable(app, &parent, application, elsewhere.group.id).await;

    let mut other_years = a_group(town.kindergarten.id, 1);
    other_years.birth_years = BirthYears {
        from: 2020,
        to: 2021,
    };
    let mut paid = a_group(town.kindergarten.id, 1);
    paid.state_order = false;
    for group in [other_years, paid] {
        store_group(app.db(), &group).await;
        unsuitable(app, &parent, application, group.id).await;
    }
    for kind in [KindergartenKind::Private, KindergartenKind::State] {
        let mut kindergarten = a_kindergarten(town.id());
        kindergarten.kind = kind;
        store_kindergarten(app.db(), &kindergarten).await;
        let group = a_group(kindergarten.id, 1);
        store_group(app.db(), &group).await;
        unsuitable(app, &parent, application, group.id).await;
    }
}

async fn an_unknown_group_is_refused(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await.id;
    let unknown = GroupId::new(balabaqsha_tests::builders::id());
    unsuitable(app, &parent, application, unknown).await;
}
