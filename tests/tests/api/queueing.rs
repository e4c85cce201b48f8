//! R4: one active application per child and locality, below the upper age.

use balabaqsha_shared::{
    Language,
    application::{ApplicationState, Category},
    code::Code,
    dto::{Application, ApplicationDraftRequest, ChildInput, Draft, Participation, Warning},
    endpoint,
    id::LocalityId,
};
use balabaqsha_tests::{
    Parent, TestApp, at,
    builders::{child, day, id},
    database, on_both_engines,
};
use chrono::TimeDelta;

on_both_engines!(over_http:
    a_child_is_queued_until_the_day_before_its_sixth_birthday,
    a_child_that_turns_six_while_the_parent_signs_is_too_old,
    the_upper_age_is_that_of_the_locality,
    a_child_stands_once_on_a_queue,
    submissions_for_one_child_make_one_application_of_each_parent,
    another_locality_has_another_queue,
    a_city_with_a_system_of_its_own_is_not_served,
    all_that_is_wrong_is_named_at_once,
    a_number_that_cannot_be_a_childs_is_refused,
    a_birth_date_that_differs_from_the_iin_is_a_warning,
    a_draft_can_be_signed_for_half_an_hour,
    a_draft_is_signed_once,
    a_draft_of_a_referral_is_no_application,
);

async fn a_child_is_queued_until_the_day_before_its_sixth_birthday(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    // Today is 2026-11-23 in Kazakhstan.
    let young = parent.queue(town.id(), &child("2020-11-24")).await;
    assert_eq!(young.state, ApplicationState::Queued);
    let old = child("2020-11-23");
    let answer = app
        .without_a_change(parent.draft_application(town.id(), &old))
        .await;
    let problem = answer.refused(Code::ChildTooOld);
    assert_eq!(problem.members["years"], 6);
    assert_eq!(problem.errors[0].code, "child-too-old");
    let born_today = child("2026-11-23");
    assert_eq!(
        parent
            .queue(town.id(), &born_today)
            .await
            .child
            .birth_year(),
        2026
    );
}

async fn a_child_that_turns_six_while_the_parent_signs_is_too_old(app: &TestApp) {
    let town = app.town(1).await;
    // Five minutes before midnight in Kazakhstan.
    app.clock.set(at("2026-11-23T18:55:00Z"));
    let parent = Parent::new(app).await;
    let draft: Draft = parent
        .draft_application(town.id(), &child("2020-11-24"))
        .await
        .created();
    let in_time: Draft = parent
        .draft_application(town.id(), &child("2020-11-24"))
        .await
        .created();
    app.go_just_before(at("2026-11-23T19:00:00Z"));
    parent.submit_application(&in_time).await.has_status(201);
    app.clock.set(at("2026-11-23T19:00:00Z"));
    let answer = app
        .without_a_change(parent.submit_application(&draft))
        .await;
    answer.refused(Code::ChildTooOld);
}

async fn the_upper_age_is_that_of_the_locality(app: &TestApp) {
    let town = app
        .town_with(1, |town| town.locality.rules.upper_age_years = 7)
        .await;
    let parent = Parent::new(app).await;
    parent.queue(town.id(), &child("2019-11-24")).await;
    let answer = parent
        .draft_application(town.id(), &child("2019-11-23"))
        .await;
    assert_eq!(answer.refused(Code::ChildTooOld).members["years"], 7);
}

async fn a_child_stands_once_on_a_queue(app: &TestApp) {
    let town = app.town(1).await;
    let (father, mother) = (Parent::new(app).await, Parent::new(app).await);
    let ailin = child("2022-05-10");
    let early: Draft = mother.draft_application(town.id(), &ailin).await.created();
    let application = father.queue(town.id(), &ailin).await;
    app.without_a_change(async {
        father
            .draft_application(town.id(), &ailin)
            .await
            .refused(Code::ChildAlreadyQueued);
    })
    .await;
    // Somebody else's stands beside it and takes part in nothing.
    let claim: Application = mother.submit_application(&early).await.created();
    assert_eq!(claim.participation, Participation::Claim);
    mother
        .draft_application(town.id(), &ailin)
        .await
        .refused(Code::ChildAlreadyQueued);
    // With a referral the application is still active.
    father.refer(application.id, town.group.id).await;
    let again = app
        .without_a_change(father.draft_application(town.id(), &ailin))
        .await;
    again.refused(Code::ChildAlreadyQueued);
    // What is over makes room: enrolled, withdrawn and removed applications.
    for state in ["enrolled", "withdrawn", "removed"] {
        let sql = format!(
            "UPDATE applications SET state = '{state}', referral_id = NULL, \
             ended_at = '2026-11-23T05:00:00+00:00' WHERE state IN ('queued', 'referred')"
        );
        database::run_sql(app.db(), &sql).await;
        assert_eq!(
            father.queue(town.id(), &ailin).await.state,
            ApplicationState::Queued
        );
    }
}

async fn submissions_for_one_child_make_one_application_of_each_parent(app: &TestApp) {
    let town = app.town(1).await;
    let ailin = child("2022-05-10");
    let parents = [Parent::new(app).await, Parent::new(app).await];
    let mut drafts = Vec::new();
    for parent in parents.iter().cycle().take(8) {
        let draft: Draft = parent.draft_application(town.id(), &ailin).await.created();
        drafts.push((parent, draft));
    }
    let submissions = drafts
        .iter()
        .map(|(parent, draft)| parent.submit_application(draft));
    let answers = futures_util::future::join_all(submissions).await;
    let (queued, refused): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!(queued.len(), 2);
    for answer in refused {
        answer.refused(Code::ChildAlreadyQueued);
    }
    assert_eq!(
        database::number(
            app.db(),
            "SELECT COUNT(*) FROM applications WHERE standing = 'takes_part'"
        )
        .await,
        1
    );
    assert_eq!(
        database::number(app.db(), "SELECT COUNT(*) FROM documents").await,
        2
    );
    assert_eq!(
        database::number(app.db(), "SELECT MAX(value) FROM counters").await,
        2
    );
}

async fn another_locality_has_another_queue(app: &TestApp) {
    let (here, there) = (app.town(1).await, app.town(1).await);
    let parent = Parent::new(app).await;
    let ailin = child("2022-05-10");
    parent.queue(here.id(), &ailin).await;
    assert_eq!(
        parent.queue(there.id(), &ailin).await.locality_id,
        there.id()
    );
}

async fn a_city_with_a_system_of_its_own_is_not_served(app: &TestApp) {
    let city = app
        .town_with(1, |town| town.locality.served_here = false)
        .await;
    let parent = Parent::new(app).await;
    let too_old = child("2020-01-01");
    let answer = app
        .without_a_change(parent.draft_application(city.id(), &too_old))
        .await;
    let problem = answer.refused(Code::LocalityServedElsewhere);
    let all: Vec<_> = problem
        .errors
        .iter()
        .map(|error| error.code.as_str())
        .collect();
    assert_eq!(
        all,
        ["locality-served-elsewhere", "child-too-old"],
        "all violations at once"
    );
}

async fn a_number_that_cannot_be_a_childs_is_refused(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let own = parent.identity.iin.clone();
    for (iin, code) in [
        (own.as_str(), Code::ChildIinOwn),
        ("850715300013", Code::ChildIinAdult),
        ("000000000000", Code::ChildIinImpossible),
        ("999999999990", Code::ChildIinImpossible),
    ] {
        let born_in_time = ChildInput {
            iin: iin.into(),
            ..child("2022-05-10")
        };
        let draft = parent.draft_application(town.id(), &born_in_time);
        let answer = app.without_a_change(draft).await;
        let problem = answer.refused(Code::ValidationFailed);
        let errors: Vec<_> = problem
            .errors
            .iter()
            .map(|error| (error.pointer.as_str(), error.code.as_str()))
            .collect();
        assert_eq!(errors, [("/child/iin", code.as_str())], "{iin}");
    }
}

async fn all_that_is_wrong_is_named_at_once(app: &TestApp) {
    let parent = Parent::new(app).await;
    let request = ApplicationDraftRequest {
        locality_id: LocalityId::new(id()),
        child: ChildInput {
            iin: "210104500012".into(),
            surname: "  ".into(),
            given_name: "Айлин2".into(),
            patronymic: "Я".repeat(65),
            birth_date: day("2026-11-24"),
        },
        category: Category::General,
        contact_phone: "12345".into(),
        language: Language::Ru,
    };
    let answer = parent.client.post(endpoint::APPLICATION_DRAFTS, &request);
    let problem = app
        .without_a_change(answer)
        .await
        .refused(Code::ValidationFailed);
    let mut all: Vec<_> = problem
        .errors
        .iter()
        .map(|error| (error.pointer.as_str(), error.code.as_str()))
        .collect();
    all.sort_unstable();
    assert_eq!(
        all,
        [
            ("/child/birth_date", "birth-date-invalid"),
            ("/child/given_name", "name-invalid"),
            ("/child/iin", "iin-invalid"),
            ("/child/patronymic", "field-too-long"),
            ("/child/surname", "field-required"),
            ("/contact_phone", "phone-invalid"),
            ("/locality_id", "choice-invalid"),
        ]
    );
    assert!(
        problem
            .errors
            .iter()
            .all(|error| !error.detail.contains('{'))
    );
}

async fn a_birth_date_that_differs_from_the_iin_is_a_warning(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let mut ailin = child("2022-05-10");
    ailin.birth_date = day("2022-05-11");
    let draft: Draft = parent.draft_application(town.id(), &ailin).await.created();
    assert_eq!(draft.warnings, [Warning::BirthDateDiffersFromIin]);
    let application: Application = parent.submit_application(&draft).await.created();
    assert_eq!(application.child.birth_date, day("2022-05-11"));
    let draft: Draft = parent
        .draft_application(town.id(), &child("2022-05-12"))
        .await
        .created();
    assert_eq!(draft.warnings, []);
}

async fn a_draft_can_be_signed_for_half_an_hour(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let first: Draft = parent
        .draft_application(town.id(), &child("2022-05-10"))
        .await
        .created();
    let second: Draft = parent
        .draft_application(town.id(), &child("2022-05-11"))
        .await
        .created();
    assert_eq!(second.expires_at, app.now() + TimeDelta::minutes(30));
    app.go_just_before(first.expires_at);
    parent.log_in().await;
    parent.submit_application(&first).await.has_status(201);
    app.clock.set(second.expires_at);
    let answer = app
        .without_a_change(parent.submit_application(&second))
        .await;
    answer.refused(Code::DraftExpired);
}

async fn a_draft_is_signed_once(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let draft: Draft = parent
        .draft_application(town.id(), &child("2022-05-10"))
        .await
        .created();
    let queued: Application = parent.submit_application(&draft).await.created();
    let again = app
        .without_a_change(parent.submit_application(&draft))
        .await;
    assert_eq!(again.created::<Application>(), queued);
    app.clock.advance(TimeDelta::seconds(1));
    let again = app
        .without_a_change(parent.submit_application(&draft))
        .await;
    let problem = again.refused(Code::DraftUsed);
    assert_eq!(problem.members["application_id"], queued.id.to_string());
    // What is left of the draft says nothing of the child.
    let kept = app.dump().await.rows("drafts").join("\n");
    assert!(!kept.contains(&queued.child.iin.to_string()), "{kept}");
}

async fn a_draft_of_a_referral_is_no_application(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let draft: Draft = parent
        .draft_application(town.id(), &child("2022-05-10"))
        .await
        .created();
    app.without_a_change(parent.submit_referral(&draft))
        .await
        .refused(Code::NotFound);
    let application: Application = parent.submit_application(&draft).await.created();
    let hold = parent.hold(application.id, town.group.id).await;
    app.without_a_change(parent.submit_application(&hold))
        .await
        .refused(Code::NotFound);
}
