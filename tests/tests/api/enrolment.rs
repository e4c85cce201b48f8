//! R10: the program of a kindergarten confirms who arrived, and takes a mistake back within its
//! working day. It sees its own referrals and nothing else.

use balabaqsha_api::service::programs::clients;
use balabaqsha_shared::{
    application::ApplicationState,
    code::Code,
    dto::{Enrolment, EventKind, Referral},
    endpoint,
    id::ReferralId,
    referral::ReferralState,
};
use balabaqsha_tests::{
    Parent, Program, TestApp, at,
    builders::{a_kindergarten, child, id, store_kindergarten},
    database::number,
    on_both_engines,
};
use reqwest::Method;
use serde_json::{Value, json};

on_both_engines!(over_http:
    an_enrolled_child_can_be_queued_anew,
    enrolling_again_changes_nothing,
    a_child_arrives_up_to_the_end_of_the_last_day,
    what_has_ended_enrols_nobody,
    an_enrolment_is_undone_within_its_working_day,
    an_enrolment_of_a_day_off_is_undone_until_the_end_of_the_next_working_day,
    an_enrolment_is_not_undone_over_a_new_application,
    undoing_after_the_deadline_lets_the_referral_lapse,
    other_kindergartens_have_no_such_referral,
    a_program_sees_whom_it_expects_page_by_page,
    a_token_is_given_for_the_right_secret_only,
    what_is_no_request_for_a_token_is_refused_as_the_standard_says,
    a_revoked_program_is_refused_at_once,
    a_child_is_enrolled_or_the_referral_revoked_never_both,
);

async fn referred(app: &TestApp) -> (Program, Parent, Referral) {
    let town = app.town(2).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let referral = parent.refer(application.id, town.group.id).await;
    let program = Program::of(app, &town.kindergarten).await;
    (program, parent, referral)
}

async fn an_enrolled_child_can_be_queued_anew(app: &TestApp) {
    let (program, parent, referral) = referred(app).await;
    let enrolment: Enrolment = program.enrol(referral.id).await.shown();
    assert_eq!(
        (enrolment.enrolled_at, enrolment.number),
        (app.now(), referral.number.clone())
    );
    assert_eq!(enrolment.undoable_until, at("2026-11-23T19:00:00Z"));
    let enrolled = parent.application(referral.application_id).await;
    assert_eq!(enrolled.state, ApplicationState::Enrolled { at: app.now() });
    let shown = enrolled.referral.expect("a referral");
    assert_eq!(shown.state, ReferralState::Enrolled { at: app.now() });
    assert_eq!(app.places(shown.group_id).await, (1, 0, 24));
    let told = parent.history(referral.application_id).await;
    assert_eq!(
        (told.items[0].kind, told.items[0].rule.as_str()),
        (EventKind::Enrolled, "R10")
    );
    assert_eq!(told.items[0].data["number"], json!(referral.number));
    // Who did it is logged, and when the program came last.
    let logged = "SELECT COUNT(*) FROM events e JOIN clients c ON c.id = e.client_id \
                  WHERE e.kind = 'enrolled' AND e.actor_id IS NULL AND c.last_used_at IS NOT NULL";
    assert_eq!(number(app.db(), logged).await, 1);

    let mut same = child("2022-05-10");
    same.iin = enrolled.child.iin.to_string();
    let anew = parent.queue(enrolled.locality_id, &same).await;
    assert_eq!(anew.state, ApplicationState::Queued);
    // The enrolled child stays where it is when weeks have passed.
    app.clock.set(at("2027-01-20T05:00:00Z"));
    parent.log_in().await;
    let still = parent.application(referral.application_id).await;
    assert!(matches!(still.state, ApplicationState::Enrolled { .. }));
}

async fn enrolling_again_changes_nothing(app: &TestApp) {
    let (program, _, referral) = referred(app).await;
    let (one, two) = tokio::join!(program.enrol(referral.id), program.enrol(referral.id));
    let (one, two): (Enrolment, Enrolment) = (one.shown(), two.shown());
    assert_eq!(one, two);
    let again: Enrolment = app
        .without_a_change(program.enrol(referral.id))
        .await
        .shown();
    assert_eq!(again, one);
}

async fn a_child_arrives_up_to_the_end_of_the_last_day(app: &TestApp) {
    let (program, _, referral) = referred(app).await;
    let over = at("2026-11-30T19:00:00Z");
    app.go_just_before(over);
    program.log_in().await;
    program.enrol(referral.id).await.has_status(200);

    let (program, parent, referral) = referred(app).await;
    let over = balabaqsha_shared::time::end_of_day(referral.deadline);
    app.clock.set(over);
    program.log_in().await;
    let problem = program
        .enrol(referral.id)
        .await
        .refused(Code::ArrivalDayRequired);
    assert_eq!(
        problem.errors[0].pointer, "/arrived_on",
        "the day after it is needed"
    );
    assert_eq!(
        problem.members["deadline"],
        json!(referral.deadline.to_string())
    );
    parent.log_in().await;
    let stopped = parent.application(referral.application_id).await;
    assert!(matches!(stopped.state, ApplicationState::StopListed { .. }));
}

async fn what_has_ended_enrols_nobody(app: &TestApp) {
    let (program, parent, referral) = referred(app).await;
    let draft = parent.draft_revocation(referral.id).await.created();
    parent
        .submit_revocation(referral.id, &draft)
        .await
        .has_status(200);
    app.without_a_change(async {
        program
            .enrol(referral.id)
            .await
            .refused(Code::ReferralNotActive);
        program
            .undo(referral.id)
            .await
            .refused(Code::ReferralNotActive);
    })
    .await;
}

async fn an_enrolment_is_undone_within_its_working_day(app: &TestApp) {
    let (program, parent, referral) = referred(app).await;
    app.without_a_change(program.undo(referral.id))
        .await
        .has_status(204);
    parent.extend(referral.id, "2026-12-10").await;
    let enrolment: Enrolment = program.enrol(referral.id).await.shown();
    app.go_just_before(enrolment.undoable_until);
    program.log_in().await;
    parent.log_in().await;
    program.undo(referral.id).await.has_status(204);
    let back = parent.application(referral.application_id).await;
    assert_eq!(
        back.state,
        ApplicationState::Referred {
            referral_id: referral.id
        }
    );
    let shown = back.referral.expect("a referral");
    assert_eq!(shown.deadline.to_string(), "2026-12-10");
    assert_eq!(
        shown.extending.unmet[0].code, "referral-already-extended",
        "the extension is not forgotten"
    );
    let told = parent.history(referral.application_id).await;
    assert_eq!(told.items[0].kind, EventKind::EnrolmentUndone);

    let enrolment: Enrolment = program.enrol(referral.id).await.shown();
    app.clock.set(enrolment.undoable_until);
    let problem = app
        .without_a_change(program.undo(referral.id))
        .await
        .refused(Code::EnrolmentUndoClosed);
    assert_eq!(problem.members["since"], "2026-11-24T00:00:00+05:00");
}

async fn an_enrolment_of_a_day_off_is_undone_until_the_end_of_the_next_working_day(app: &TestApp) {
    let (program, _, referral) = referred(app).await;
    // A Saturday.
    app.clock.set(at("2026-11-28T05:00:00Z"));
    program.log_in().await;
    let enrolment: Enrolment = program.enrol(referral.id).await.shown();
    assert_eq!(enrolment.undoable_until, at("2026-11-30T19:00:00Z"));
}

async fn an_enrolment_is_not_undone_over_a_new_application(app: &TestApp) {
    let (program, parent, referral) = referred(app).await;
    program.enrol(referral.id).await.has_status(200);
    let enrolled = parent.application(referral.application_id).await;
    let mut same = child("2022-05-10");
    same.iin = enrolled.child.iin.to_string();
    parent.queue(enrolled.locality_id, &same).await;
    app.without_a_change(program.undo(referral.id))
        .await
        .refused(Code::ChildAlreadyQueued);
}

async fn undoing_after_the_deadline_lets_the_referral_lapse(app: &TestApp) {
    let (program, parent, referral) = referred(app).await;
    // A Saturday, and the last day of the extension.
    parent.extend(referral.id, "2026-12-05").await;
    app.clock.set(at("2026-12-05T05:00:00Z"));
    program.log_in().await;
    program.enrol(referral.id).await.has_status(200);
    app.clock.set(at("2026-12-07T05:00:00Z"));
    program.log_in().await;
    parent.log_in().await;
    program.undo(referral.id).await.has_status(204);
    let stopped = parent.application(referral.application_id).await;
    assert!(matches!(stopped.state, ApplicationState::StopListed { .. }));
    assert_eq!(stopped.lapses, 1);
}

async fn other_kindergartens_have_no_such_referral(app: &TestApp) {
    let (_, parent, referral) = referred(app).await;
    let town = app.town(1).await;
    let other = a_kindergarten(town.id());
    store_kindergarten(app.db(), &other).await;
    let stranger = Program::of(app, &other).await;
    app.without_a_change(async {
        stranger.enrol(referral.id).await.refused(Code::NotFound);
        stranger.undo(referral.id).await.refused(Code::NotFound);
        let unknown = ReferralId::new(id());
        stranger.enrol(unknown).await.refused(Code::NotFound);
        // A program is no parent, and a parent no program.
        let path = endpoint::referral(referral.id);
        stranger
            .client
            .get(&path)
            .await
            .refused(Code::InsufficientScope);
        let path = endpoint::enrolment(referral.id);
        parent
            .client
            .put(&path, &json!({}))
            .await
            .refused(Code::StaffCapacityRequired);
        parent
            .client
            .delete(&path)
            .await
            .refused(Code::StaffCapacityRequired);
    })
    .await;
    assert!(stranger.expected("").await.items.is_empty());
}

async fn a_program_sees_whom_it_expects_page_by_page(app: &TestApp) {
    let town = app.town(4).await;
    let program = Program::of(app, &town.kindergarten).await;
    let parent = Parent::new(app).await;
    let mut issued = Vec::new();
    for birth in ["2022-05-10", "2022-05-11", "2022-05-12"] {
        let application = parent.queue(town.id(), &child(birth)).await;
        issued.push(parent.refer(application.id, town.group.id).await);
    }
    let first = program.expected("?limit=2").await;
    assert_eq!(first.items.len(), 2);
    let cursor = first.next_cursor.expect("a page more");
    let second = program.expected(&format!("?limit=2&cursor={cursor}")).await;
    assert_eq!((second.items.len(), second.next_cursor), (1, None));
    let one = &first.items[0];
    assert_eq!(
        (one.referral_id, &one.number, one.deadline),
        (issued[0].id, &issued[0].number, issued[0].deadline)
    );
    assert_eq!(one.child_name, "Серикова Айлин Данияровна");
    assert!(one.child_iin_masked.ends_with("••••••"));
    program.enrol(issued[0].id).await.has_status(200);
    assert_eq!(program.expected("").await.items.len(), 2);
}

async fn a_token_is_given_for_the_right_secret_only(app: &TestApp) {
    let (program, _, _) = referred(app).await;
    let body = |text: &str| format!("grant_type=client_credentials{text}");
    let in_form = format!("&client_id={}&client_secret={}", program.id, program.secret);
    let answer = program.ask(None, &body(&in_form)).await.has_status(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    let answer: Value = answer.shown();
    assert_eq!(
        (&answer["token_type"], &answer["scope"]),
        (&json!("Bearer"), &json!("enrolments"))
    );
    assert!(answer["expires_in"].as_i64().is_some_and(|left| left > 500));
    let basic = Some((program.id.as_str(), program.secret.as_str()));
    for scope in ["", "&scope=enrolments"] {
        program.ask(basic, &body(scope)).await.has_status(200);
    }
    app.without_a_change(async {
        let nobody = id().to_string();
        for (who, secret) in [
            (program.id.as_str(), "wrong"),
            (program.id.as_str(), ""),
            (nobody.as_str(), program.secret.as_str()),
            ("somebody", program.secret.as_str()),
        ] {
            let answer = program.ask(Some((who, secret)), &body("")).await;
            assert!(answer.header("www-authenticate").starts_with("Basic"));
            let answer: Value = answer.json(401);
            assert_eq!(answer, json!({"error": "invalid_client"}));
        }
        let answer: Value = program.ask(basic, &body("&scope=all")).await.json(400);
        assert_eq!(answer, json!({"error": "invalid_scope"}));
        let answer: Value = program.ask(basic, "grant_type=password").await.json(400);
        assert_eq!(answer, json!({"error": "unsupported_grant_type"}));
    })
    .await;
}

async fn what_is_no_request_for_a_token_is_refused_as_the_standard_says(app: &TestApp) {
    let (program, _, _) = referred(app).await;
    let basic = Some((program.id.as_str(), program.secret.as_str()));
    let twice = format!(
        "grant_type=client_credentials&client_secret={}",
        program.secret
    );
    app.without_a_change(async {
        for (credentials, body) in [
            (None, "grant_type=client_credentials"),
            (basic, ""),
            (basic, "scope=enrolments"),
            (basic, twice.as_str()),
            (basic, "grant_type=client_credentials&client_id=another"),
            (
                basic,
                "grant_type=client_credentials&grant_type=client_credentials",
            ),
        ] {
            let answer: Value = program.ask(credentials, body).await.json(400);
            assert_eq!(answer, json!({"error": "invalid_request"}), "{body}");
        }
        let json = program
            .client
            .request(Method::POST, endpoint::TOKEN)
            .json(&json!({"grant_type": "client_credentials"}));
        let answer: Value = program.client.send(json).await.json(400);
        assert_eq!(answer, json!({"error": "invalid_request"}));
        program
            .client
            .get(endpoint::TOKEN)
            .await
            .refused(Code::MethodNotAllowed);
    })
    .await;
}

async fn a_revoked_program_is_refused_at_once(app: &TestApp) {
    let (program, _, referral) = referred(app).await;
    clients::revoke(app.db(), &program.id, app.now())
        .await
        .expect("a revocation");
    app.without_a_change(async {
        program
            .enrol(referral.id)
            .await
            .refused(Code::NotAuthenticated);
        let basic = Some((program.id.as_str(), program.secret.as_str()));
        let answer: Value = program
            .ask(basic, "grant_type=client_credentials")
            .await
            .json(401);
        assert_eq!(answer, json!({"error": "invalid_client"}));
        clients::revoke(app.db(), &program.id, app.now())
            .await
            .expect_err("once");
    })
    .await;
}

async fn a_child_is_enrolled_or_the_referral_revoked_never_both(app: &TestApp) {
    for _ in 0..3 {
        let (program, parent, referral) = referred(app).await;
        let draft = parent.draft_revocation(referral.id).await.created();
        let (enrolled, revoked) = tokio::join!(
            program.enrol(referral.id),
            parent.submit_revocation(referral.id, &draft)
        );
        let application = parent.application(referral.application_id).await;
        match (enrolled.status, revoked.status) {
            (200, 409) => {
                assert!(matches!(
                    application.state,
                    ApplicationState::Enrolled { .. }
                ));
                assert_eq!(app.places(referral.group_id).await, (1, 0, 24));
            }
            (409, 200) => {
                assert_eq!(application.state, ApplicationState::Queued);
                assert_eq!(app.places(referral.group_id).await, (2, 0, 23));
            }
            both => panic!("{both:?}"),
        }
    }
}
