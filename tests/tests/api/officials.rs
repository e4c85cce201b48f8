//! Officials (R18): appointed with a beginning and an end, in a capacity that they choose, for their own
//! localities and duties only; and what the audit log (R25) says of them.

use balabaqsha_api::clock::{Clock, SystemClock};
use balabaqsha_shared::{
    appointment::{Capacity, Duty},
    audit::{AuditCapacity, AuditKind, SearchReason},
    code::Code,
    dto::{
        ApplicationSearch, Appointment, AppointmentRequest, AuditRecord, FoundApplications,
        LookList, Page,
    },
    endpoint, time,
};
use balabaqsha_tests::{
    Official, Parent, Program, TestApp, appoint,
    builders::{child, day},
    on_both_engines,
};
use chrono::{NaiveDate, TimeDelta};
use reqwest::Method;
use serde_json::json;

on_both_engines!(over_http:
    a_person_sees_their_capacities_and_chooses_one_by_a_header,
    a_session_says_whether_the_person_is_appointed,
    an_official_appoints_others_and_ends_appointments,
    nobody_appoints_themselves_or_elsewhere_or_twice,
    an_appointment_that_has_ended_opens_nothing,
    a_search_has_a_reason_and_the_parent_sees_it,
    looking_into_the_audit_log_is_a_record,
    a_program_of_a_kindergarten_leaves_records,
    records_cannot_be_changed,
    the_first_official_is_appointed_at_the_command_line,
);

fn wish(iin: &str, locality: balabaqsha_shared::id::LocalityId, duty: Duty) -> AppointmentRequest {
    AppointmentRequest {
        iin: iin.to_owned(),
        locality_id: locality,
        duty,
        first_day: None,
        last_day: None,
    }
}

async fn a_person_sees_their_capacities_and_chooses_one_by_a_header(app: &TestApp) {
    let town = app.town(1).await;
    let both = [Duty::Appointments, Duty::Audit];
    let official = Official::new(app, &town.locality, &both).await;
    let capacities = official.capacities().await;
    assert_eq!(capacities.len(), 2);
    assert_eq!(capacities[0].capacity, Capacity::Parent);
    assert_eq!(capacities[1].capacity, Capacity::Official);
    let mut duties: Vec<_> = capacities[1].duties.iter().map(|one| one.duty).collect();
    duties.sort();
    assert_eq!(duties, [Duty::Audit, Duty::Appointments]);
    assert_eq!(capacities[1].duties[0].locality_name, town.locality.name);

    let path = endpoint::APPOINTMENTS;
    official.get(path).await.has_status(200);
    let as_parent = official.client().get(path).await;
    as_parent.refused(Code::OfficialCapacityRequired);
    // What parents do is not done in the capacity of an official.
    let journal = official.get(endpoint::APPLICATIONS).await;
    journal.refused(Code::ParentCapacityRequired);
    official
        .client()
        .get(endpoint::APPLICATIONS)
        .await
        .has_status(200);
    for unknown in ["Official", "", "clerk"] {
        let request = official.client().request(Method::GET, path);
        let request = request.header(Capacity::HEADER, unknown);
        official
            .client()
            .send(request)
            .await
            .refused(Code::MalformedRequest);
    }
    let parent = Official {
        person: Parent::new(app).await,
    };
    assert_eq!(parent.capacities().await.len(), 1);
    parent.get(path).await.refused(Code::NotAppointed);
    // Another duty of the same locality opens nothing.
    let search = ApplicationSearch {
        number: Some("АКТ-2026-000001".into()),
        child_iin: None,
        reason: SearchReason::Complaint,
    };
    let answer = official.post(endpoint::APPLICATION_SEARCHES, &search).await;
    answer.refused(Code::NotAppointed);
}

async fn a_session_says_whether_the_person_is_appointed(app: &TestApp) {
    let town = app.town(1).await;
    let chief = Official::new(app, &town.locality, &[Duty::Appointments]).await;
    assert!(chief.person.log_in().await.official);
    let colleague = Official {
        person: Parent::new(app).await,
    };
    assert!(!colleague.person.log_in().await.official);
    let request = wish(&colleague.person.identity.iin, town.id(), Duty::Audit);
    let made: Appointment = chief.post(endpoint::APPOINTMENTS, &request).await.created();
    assert!(colleague.person.log_in().await.official);
    let ending = endpoint::appointment_ending(made.id);
    chief.post(&ending, &json!({})).await.has_status(200);
    assert!(!colleague.person.log_in().await.official);
}

async fn an_official_appoints_others_and_ends_appointments(app: &TestApp) {
    let town = app.town(1).await;
    let chief = Official::new(app, &town.locality, &[Duty::Appointments]).await;
    let colleague = Official {
        person: Parent::new(app).await,
    };
    let request = AppointmentRequest {
        last_day: Some(day("2026-11-25")),
        ..wish(&colleague.person.identity.iin, town.id(), Duty::Registry)
    };
    let made: Appointment = chief.post(endpoint::APPOINTMENTS, &request).await.created();
    assert_eq!((made.duty, made.locality_id), (Duty::Registry, town.id()));
    assert_eq!(
        made.ends_at,
        Some(balabaqsha_tests::at("2026-11-25T19:00:00Z"))
    );
    assert!(made.in_force);
    assert_eq!(colleague.capacities().await.len(), 2);

    let listed: Page<Appointment> = chief.get(endpoint::APPOINTMENTS).await.shown();
    let names: Vec<_> = listed
        .items
        .iter()
        .map(|one| one.full_name.clone())
        .collect();
    assert_eq!(names.len(), 2);
    assert!(names.iter().all(Option::is_some), "{names:?}");

    let path = endpoint::appointment_ending(made.id);
    app.clock.advance(TimeDelta::seconds(1));
    let ended: Appointment = chief.post(&path, &json!({})).await.shown();
    assert_eq!((ended.ends_at, ended.in_force), (Some(app.now()), false));
    assert_eq!(colleague.capacities().await.len(), 1);
    let again = app.without_a_change(chief.post(&path, &json!({}))).await;
    let problem = again.refused(Code::AppointmentOver);
    assert_eq!(problem.members["ended"], "2026-11-23T10:00:01+05:00");
    // It stays, and can be made anew.
    let listed: Page<Appointment> = chief.get(endpoint::APPOINTMENTS).await.shown();
    assert_eq!(listed.items.len(), 2);
    let anew: Appointment = chief.post(endpoint::APPOINTMENTS, &request).await.created();
    assert_ne!(anew.id, made.id);
}

async fn nobody_appoints_themselves_or_elsewhere_or_twice(app: &TestApp) {
    let town = app.town(1).await;
    let elsewhere = app.town(1).await;
    let chief = Official::new(app, &town.locality, &[Duty::Appointments]).await;
    let other = Parent::new(app).await;
    appoint(app, &other, &town.locality, &[Duty::Queue]).await;
    let there = appoint(app, &other, &elsewhere.locality, &[Duty::Queue]).await;
    let own = wish(&chief.person.identity.iin, town.id(), Duty::Audit);
    let twice = wish(&other.identity.iin, town.id(), Duty::Queue);
    let far = wish(&other.identity.iin, elsewhere.id(), Duty::Audit);
    let reversed = AppointmentRequest {
        first_day: Some(day("2026-12-02")),
        last_day: Some(day("2026-12-01")),
        ..wish(&other.identity.iin, town.id(), Duty::Audit)
    };
    let nobody = wish("210104500012", town.id(), Duty::Audit);
    app.without_a_change(async {
        for (request, code) in [
            (&own, Code::OwnAppointment),
            (&twice, Code::AppointmentExists),
            (&far, Code::NotFound),
        ] {
            chief
                .post(endpoint::APPOINTMENTS, request)
                .await
                .refused(code);
        }
        for (request, code) in [
            (&reversed, Code::PeriodInvalid),
            (&nobody, Code::IinInvalid),
        ] {
            let answer = chief.post(endpoint::APPOINTMENTS, request).await;
            let problem = answer.refused(Code::ValidationFailed);
            assert_eq!(problem.errors[0].code, code.as_str());
        }
        let path = endpoint::appointment_ending(there[0].id);
        chief.post(&path, &json!({})).await.refused(Code::NotFound);
    })
    .await;
}

async fn an_appointment_that_has_ended_opens_nothing(app: &TestApp) {
    let town = app.town(1).await;
    let chief = Official::new(app, &town.locality, &[Duty::Appointments]).await;
    let colleague = Official {
        person: Parent::new(app).await,
    };
    let tomorrow = AppointmentRequest {
        first_day: Some(day("2026-11-24")),
        last_day: Some(day("2026-11-24")),
        ..wish(&colleague.person.identity.iin, town.id(), Duty::Audit)
    };
    chief
        .post(endpoint::APPOINTMENTS, &tomorrow)
        .await
        .has_status(201);
    for (moment, status) in [
        ("2026-11-23T18:59:59Z", 403),
        ("2026-11-23T19:00:00Z", 200),
        ("2026-11-24T18:59:59Z", 200),
        ("2026-11-24T19:00:00Z", 403),
    ] {
        app.clock.set(balabaqsha_tests::at(moment));
        colleague.person.log_in().await;
        let answer = colleague.get(endpoint::AUDIT_RECORDS).await;
        assert_eq!(answer.status, status, "{moment}");
        if status == 403 {
            answer.refused(Code::NotAppointed);
        }
    }
}

async fn a_search_has_a_reason_and_the_parent_sees_it(app: &TestApp) {
    let town = app.town(1).await;
    let elsewhere = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let clerk = Official::new(app, &town.locality, &[Duty::Queue]).await;
    let far = Official::new(app, &elsewhere.locality, &[Duty::Queue]).await;
    let path = endpoint::APPLICATION_SEARCHES;
    let by_number = ApplicationSearch {
        number: Some(format!(" {} ", application.number.as_str().to_lowercase())),
        child_iin: None,
        reason: SearchReason::RequestOfParent,
    };
    let by_child = ApplicationSearch {
        number: None,
        child_iin: Some(application.child.iin.to_string()),
        reason: SearchReason::Complaint,
    };
    for search in [&by_number, &by_child] {
        app.clock.advance(TimeDelta::seconds(1));
        let found: FoundApplications = clerk.post(path, search).await.shown();
        assert_eq!(found.items.len(), 1);
        assert_eq!(found.items[0].id, application.id);
        let nothing: FoundApplications = far.post(path, search).await.shown();
        assert!(nothing.items.is_empty());
    }
    app.without_a_change(async {
        for (body, code) in [
            (json!({"reason": "complaint"}), Code::ValidationFailed),
            (
                json!({"number": "7", "reason": "complaint"}),
                Code::ValidationFailed,
            ),
            (
                json!({"number": application.number}),
                Code::MalformedRequest,
            ),
            (
                json!({"number": application.number, "reason": "curiosity"}),
                Code::MalformedRequest,
            ),
        ] {
            clerk.post(path, &body).await.refused(code);
        }
    })
    .await;

    let looks = endpoint::application_audit(application.id);
    let seen: LookList = parent.client.get(&looks).await.shown();
    let reasons: Vec<_> = seen.items.iter().map(|look| look.reason).collect();
    let expected = [SearchReason::Complaint, SearchReason::RequestOfParent].map(Some);
    assert_eq!(reasons, expected);
    let look = &seen.items[0];
    assert_eq!(
        (look.at, look.capacity, look.kind, &look.organisation),
        (
            app.now(),
            AuditCapacity::Official,
            AuditKind::Look,
            &town.locality.name
        )
    );
    let shown = serde_json::to_string(&seen).expect("JSON");
    assert!(
        !shown.contains(&clerk.person.identity.iin),
        "not who, but in which capacity"
    );
    let stranger = Parent::new(app).await;
    stranger.client.get(&looks).await.refused(Code::NotFound);
}

async fn looking_into_the_audit_log_is_a_record(app: &TestApp) {
    let town = app.town(1).await;
    let elsewhere = app.town(1).await;
    let auditor = Official::new(app, &town.locality, &[Duty::Audit]).await;
    let far = Official::new(app, &elsewhere.locality, &[Duty::Audit]).await;
    let first: Page<AuditRecord> = auditor.get(endpoint::AUDIT_RECORDS).await.shown();
    // The appointment at the command line.
    assert_eq!(first.items.len(), 1);
    assert_eq!(first.items[0].look.capacity, AuditCapacity::Operator);
    assert_eq!(first.items[0].actor, "А. Ахметова");
    let second: Page<AuditRecord> = auditor.get(endpoint::AUDIT_RECORDS).await.shown();
    let looked = &second.items[0];
    assert_eq!(
        (looked.look.operation.as_str(), looked.look.kind),
        ("search_audit_records", AuditKind::Look)
    );
    assert_eq!(looked.actor, auditor.person.identity.iin);
    assert_eq!(looked.address.as_deref(), Some("127.0.0.1"));
    assert!(looked.request_id.is_some());
    let path = format!(
        "{}?actor={}",
        endpoint::AUDIT_RECORDS,
        auditor.person.identity.iin
    );
    let own: Page<AuditRecord> = auditor.get(&path).await.shown();
    assert_eq!(own.items.len(), 2);
    // By day, both included.
    let today = time::local_date(app.now());
    let of_days = |first: NaiveDate, last: NaiveDate| {
        format!("{}?since={first}&until={last}", endpoint::AUDIT_RECORDS)
    };
    let path = of_days(today, today);
    let of_today: Page<AuditRecord> = auditor.get(&path).await.shown();
    assert!(!of_today.items.is_empty());
    let yesterday = today.pred_opt().expect("a day before");
    let path = of_days(yesterday, yesterday);
    let of_yesterday: Page<AuditRecord> = auditor.get(&path).await.shown();
    assert_eq!(of_yesterday.items, []);
    // Page by page.
    let path = format!("{}?limit=1", endpoint::AUDIT_RECORDS);
    let page: Page<AuditRecord> = auditor.get(&path).await.shown();
    let path = format!("{path}&cursor={}", page.next_cursor.expect("more"));
    let next: Page<AuditRecord> = auditor.get(&path).await.shown();
    assert!(next.items[0].id < page.items[0].id);
    let there: Page<AuditRecord> = far.get(endpoint::AUDIT_RECORDS).await.shown();
    assert_eq!(there.items.len(), 1, "its own appointment alone");
}

async fn a_program_of_a_kindergarten_leaves_records(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let referral = parent.refer(application.id, town.group.id).await;
    let program = Program::of(app, &town.kindergarten).await;
    assert_eq!(program.expected("").await.items.len(), 1);
    program.enrol(referral.id).await.has_status(200);
    program.enrol(referral.id).await.has_status(200);
    program.undo(referral.id).await.has_status(204);
    let looks = endpoint::application_audit(application.id);
    let seen: LookList = parent.client.get(&looks).await.shown();
    let operations: Vec<_> = seen
        .items
        .iter()
        .map(|look| look.operation.as_str())
        .collect();
    let expected = ["undo_enrolment", "enrol_child", "list_expected_children"];
    assert_eq!(
        operations, expected,
        "the second enrolment told nothing new"
    );
    for look in &seen.items {
        assert_eq!(look.capacity, AuditCapacity::Program);
        assert_eq!(look.organisation, town.kindergarten.name);
    }
}

async fn records_cannot_be_changed(app: &TestApp) {
    let town = app.town(1).await;
    Official::new(app, &town.locality, &[Duty::Audit]).await;
    let changed = balabaqsha_tests::database::try_execute(
        app.db(),
        "UPDATE audit_records SET actor = 'nobody'",
    )
    .await;
    let refusal = changed.expect_err("the schema refuses it");
    assert!(refusal.contains("never changed"), "{refusal}");
}

async fn the_first_official_is_appointed_at_the_command_line(app: &TestApp) {
    app.clock.set(SystemClock.now());
    let town = app.town(1).await;
    let official = Official {
        person: Parent::new(app).await,
    };
    let code = town.locality.code.as_str();
    let iin = official.person.identity.iin.as_str();
    let appoint = |iin: &str, locality: &str, duty: &str, more: &[&str]| {
        let who = ["official", "appoint", "--iin", iin, "--locality", locality];
        app.operate(&[&who[..], &["--duty", "audit", "--duty", duty], more].concat())
    };
    let Some(made) = appoint(iin, code, "appointments", &[]) else {
        return;
    };
    assert_eq!(made.done().lines().count(), 2);
    // The program went by the machine's clock, which has gone on.
    let go_on = || app.clock.set(SystemClock.now());
    go_on();
    official.get(endpoint::APPOINTMENTS).await.has_status(200);
    let list = || app.operate(&["official", "list"]).expect("a list").done();
    let listed = list();
    assert_eq!(listed.lines().count(), 2, "{listed}");
    assert!(listed.contains("\tappointments\tfrom "), "{listed}");
    app.without_a_change(async {
        for (iin, locality, duty, more, sentence) in [
            ("1", code, "audit", &[][..], "\"1\" is not an IIN"),
            (
                iin,
                "nowhere",
                "audit",
                &[],
                "there is no locality \"nowhere\"",
            ),
            (
                iin,
                code,
                "all",
                &[],
                "\"all\" is no duty; known are: registry",
            ),
            (iin, code, "registry", &[], "appointment-exists: "),
            (
                iin,
                code,
                "queue",
                &["--by", "\u{202e}"],
                "the name of who decided",
            ),
            (
                iin,
                code,
                "queue",
                &["--from", "2030-01-02", "--until", "2030-01-01"],
                "period-invalid: ",
            ),
        ] {
            let told = appoint(iin, locality, duty, more)
                .expect("a refusal")
                .failed(1);
            assert!(told.contains(sentence), "{told}");
        }
    })
    .await;
    let id = |listed: &str| listed.split('\t').next().expect("an id").to_owned();
    for line in listed.lines() {
        let end = ["official", "end", &id(line), "--by", "А. Ахметова"];
        let ended = app.operate(&end).expect("an end").done();
        assert_eq!(ended, format!("ended {}\n", id(line)));
        let again = app.operate(&end).expect("a refusal").failed(1);
        assert!(again.contains("appointment-over: "), "{again}");
    }
    assert!(list().lines().all(|line| line.contains("\tended ")));
    go_on();
    official
        .get(endpoint::APPOINTMENTS)
        .await
        .refused(Code::NotAppointed);
}
