//! The kindergarten's desk (R19): who works there, its referrals, its free places, what parents see of it.

use balabaqsha_shared::{
    appointment::Capacity,
    code::Code,
    dto::{
        DeskKindergarten, Enrolment, EnrolmentRequest, ExpectedChild, Kindergarten, LookList, Me,
        Referral, StaffList, StaffMember,
    },
    endpoint,
    referral::ReferralState,
    staff::StaffRole,
    time,
};
use balabaqsha_tests::{
    Parent, Program, Staff, TestApp, at, authority,
    builders::{Town, a_kindergarten, child, day, iin, store_kindergarten},
    database::number,
    on_both_engines,
};
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

on_both_engines!(over_http:
    the_key_of_a_kindergarten_opens_its_desk_and_nothing_else,
    a_head_appoints_a_parent_who_chooses_the_capacity,
    whoever_has_left_comes_in_with_a_new_key_only,
    the_key_of_an_unknown_organisation_opens_nothing,
    a_desk_sees_its_own_referrals_and_no_more_of_a_child_than_it_needs,
    a_paper_is_found_by_its_number_and_its_code,
    two_phones_confirm_one_child_once,
    what_was_pressed_without_a_network_counts_as_far_as_nothing_else_was_done,
    what_was_pressed_in_time_is_confirmed_late_with_its_day,
    a_kindergarten_publishes_places_and_takes_them_back,
    a_place_that_was_taken_back_rests_when_it_is_published_again,
    a_program_publishes_places_with_its_scope,
    parents_see_what_a_kindergarten_says_of_itself,
);

const HEAD: StaffRole = StaffRole::Head;
const EMPLOYEE: StaffRole = StaffRole::Employee;

async fn me(staff: &Staff) -> Me {
    staff.client().get(endpoint::ME).await.shown()
}

async fn referred(app: &TestApp) -> (Town, Parent, Referral) {
    let town = app.town(2).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let referral = parent.refer(application.id, town.group.id).await;
    (town, parent, referral)
}

async fn the_key_of_a_kindergarten_opens_its_desk_and_nothing_else(app: &TestApp) {
    let (town, _, referral) = referred(app).await;
    let head = Staff::new(app, &town.kindergarten, HEAD).await;
    let employee = Staff::new(app, &town.kindergarten, EMPLOYEE).await;
    for (staff, role) in [(&head, HEAD), (&employee, EMPLOYEE)] {
        let capacities = me(staff).await.capacities;
        assert_eq!(capacities.len(), 1, "{capacities:?}");
        assert_eq!(capacities[0].capacity, Capacity::Staff);
        let of = &capacities[0].kindergartens[0];
        assert_eq!(
            (of.kindergarten_id, of.role),
            (town.kindergarten.id, role),
            "what the certificate says"
        );
        assert_eq!(staff.listed("").await[0].referral_id, referral.id);
    }
    let list = endpoint::staff(town.kindergarten.id);
    let known: StaffList = head.get(&list).await.shown();
    assert_eq!(known.items.len(), 2);
    assert!(
        known
            .items
            .iter()
            .all(|member| member.by_key && member.in_force)
    );
    app.without_a_change(async {
        employee.get(&list).await.refused(Code::HeadOnly);
        let request = json!({"iin": iin(day("1990-07-15"))});
        employee.post(&list, &request).await.refused(Code::HeadOnly);
        let client = head.client();
        client
            .get(endpoint::APPLICATIONS)
            .await
            .refused(Code::StaffOnly);
        let request = client.request(Method::GET, endpoint::AUDIT_RECORDS);
        let request = request.header(Capacity::HEADER, Capacity::Official.as_str());
        client.send(request).await.refused(Code::StaffOnly);
        // Without the capacity, and with one that does not fit.
        client
            .get(endpoint::REFERRALS)
            .await
            .refused(Code::StaffCapacityRequired);
    })
    .await;
    // The key of another kindergarten: nothing of this one exists.
    let other = a_kindergarten(town.id());
    store_kindergarten(app.db(), &other).await;
    let stranger = Staff::new(app, &other, HEAD).await;
    app.without_a_change(async {
        for path in [
            endpoint::desk_kindergarten(town.kindergarten.id),
            endpoint::desk_group(town.group.id),
            list.clone(),
            format!(
                "{}?kindergarten_id={}",
                endpoint::REFERRALS,
                town.kindergarten.id
            ),
        ] {
            stranger.get(&path).await.refused(Code::NotFound);
        }
        let nothing = EnrolmentRequest::default();
        stranger
            .enrol(referral.id, nothing)
            .await
            .refused(Code::NotFound);
        stranger.undo(referral.id, "").await.refused(Code::NotFound);
    })
    .await;
    assert!(stranger.listed("").await.is_empty());
    // A renewed session is still one of the key.
    let renewed: balabaqsha_shared::dto::Session = head
        .client()
        .put(endpoint::CURRENT_SESSION, &Value::Null)
        .await
        .shown();
    assert!(renewed.staff && renewed.only_staff && !renewed.official);
}

async fn a_head_appoints_a_parent_who_chooses_the_capacity(app: &TestApp) {
    let (town, _, referral) = referred(app).await;
    let head = Staff::new(app, &town.kindergarten, HEAD).await;
    let colleague = Staff {
        person: Parent::new(app).await,
        kindergarten: town.kindergarten.id,
    };
    let of_colleague = endpoint::REFERRALS;
    colleague.get(of_colleague).await.refused(Code::NotStaff);
    let list = endpoint::staff(town.kindergarten.id);
    let request = json!({"iin": colleague.person.identity.iin});
    let appointed: StaffMember = head.post(&list, &request).await.created();
    assert!(!appointed.by_key && appointed.in_force && appointed.role == EMPLOYEE);
    let capacities = me(&colleague).await.capacities;
    let names: Vec<_> = capacities.iter().map(|known| known.capacity).collect();
    assert_eq!(names, [Capacity::Parent, Capacity::Staff]);
    colleague
        .client()
        .get(endpoint::APPLICATIONS)
        .await
        .has_status(200);
    let enrolled: Enrolment = colleague
        .enrol(referral.id, EnrolmentRequest::default())
        .await
        .shown();
    assert_eq!(enrolled.number, referral.number);
    // Who did it is known, in words.
    let recorded = "SELECT COUNT(*) FROM audit_records WHERE capacity = 'staff' AND kind = 'act' \
                    AND operation = 'enrol_child'";
    assert_eq!(number(app.db(), recorded).await, 1);
    app.without_a_change(async {
        head.post(&list, &request).await.refused(Code::StaffExists);
        head.post(&list, &json!({"iin": "210104500012"}))
            .await
            .refused(Code::ValidationFailed);
    })
    .await;
    let ending = endpoint::staff_ending(appointed.id);
    let ended: StaffMember = head.post(&ending, &json!({})).await.shown();
    assert!(!ended.in_force && ended.ends_at == Some(app.now()));
    app.without_a_change(async {
        // At once, with the session that lives.
        colleague
            .undo(referral.id, "")
            .await
            .refused(Code::NotStaff);
        head.post(&ending, &json!({}))
            .await
            .refused(Code::StaffOver);
    })
    .await;
    // And anew.
    head.post(&list, &request).await.has_status(201);
    colleague.undo(referral.id, "").await.has_status(204);
}

async fn whoever_has_left_comes_in_with_a_new_key_only(app: &TestApp) {
    let town = app.town(1).await;
    let head = Staff::new(app, &town.kindergarten, HEAD).await;
    let successor = Staff::new(app, &town.kindergarten, HEAD).await;
    let known: StaffList = successor
        .get(&endpoint::staff(town.kindergarten.id))
        .await
        .shown();
    let of = |staff: &Staff| {
        let mine = |member: &&StaffMember| member.iin.to_string() == staff.person.identity.iin;
        known.items.iter().find(mine).expect("a member").id
    };
    let ending = endpoint::staff_ending(of(&head));
    app.without_a_change(async {
        let own = endpoint::staff_ending(of(&successor));
        successor
            .post(&own, &json!({}))
            .await
            .refused(Code::OwnStaffMembership);
    })
    .await;
    successor.post(&ending, &json!({})).await.has_status(200);
    app.without_a_change(async {
        head.get(endpoint::REFERRALS).await.refused(Code::NotStaff);
        let challenge = endpoint::CHALLENGES;
        head.client()
            .get(challenge)
            .await
            .refused(Code::MethodNotAllowed);
    })
    .await;
    let challenge = head.person.challenge().await;
    let key = head.person.login_key.clone();
    let refused = app
        .without_a_change(head.person.answer_challenge(&challenge, &key))
        .await
        .refused(Code::StaffEnded);
    assert!(refused.members["ended"].is_string());
    // A certificate that was issued later says so anew.
    app.clock.set(at("2027-02-01T05:00:00Z"));
    let bin = town.kindergarten.bin.to_string();
    let identity = &head.person.identity;
    let newer = authority().key_of_kindergarten(identity, &bin, EMPLOYEE, 2027);
    let challenge = head.person.challenge().await;
    let session: balabaqsha_shared::dto::Session = head
        .person
        .answer_challenge(&challenge, &newer)
        .await
        .created();
    assert!(session.staff && session.only_staff);
}

async fn the_key_of_an_unknown_organisation_opens_nothing(app: &TestApp) {
    let town = Town::with_free_places(1);
    let nobody = Staff::outside(app, &town.kindergarten, HEAD);
    let challenge = nobody.person.challenge().await;
    let key = nobody.person.login_key.clone();
    app.without_a_change(nobody.person.answer_challenge(&challenge, &key))
        .await
        .refused(Code::KeyOfLegalEntity);
}

async fn a_desk_sees_its_own_referrals_and_no_more_of_a_child_than_it_needs(app: &TestApp) {
    let (town, parent, referral) = referred(app).await;
    let staff = Staff::new(app, &town.kindergarten, EMPLOYEE).await;
    let shown = &staff.listed("?choice=due_this_week").await;
    assert!(shown.is_empty(), "due in a week: {shown:?}");
    app.clock.set(at("2026-11-27T05:00:00Z"));
    staff.person.log_in().await;
    parent.log_in().await;
    let week = staff.listed("?choice=due_this_week").await;
    assert_eq!(week.len(), 1);
    assert_eq!(week[0].child_name, "Серикова Айлин Данияровна");
    assert_eq!(week[0].birth_date, Some(day("2022-05-10")));
    assert!(week[0].contact_phone.is_some());
    assert!(staff.listed("?choice=due_today").await.is_empty());
    app.clock.set(at("2026-11-30T05:00:00Z"));
    staff.person.log_in().await;
    assert_eq!(staff.listed("?choice=due_today").await.len(), 1);
    // Past the deadline: it can be confirmed late, and then no more.
    app.clock.set(at("2026-12-01T05:00:00Z"));
    staff.person.log_in().await;
    assert!(staff.listed("").await.is_empty());
    let late = staff.listed("?choice=overdue").await;
    assert_eq!(late[0].late_until, Some(at("2026-12-01T19:00:00Z")));
    assert!(late[0].birth_date.is_some());
    app.clock.set(at("2026-12-01T19:00:00Z"));
    staff.person.log_in().await;
    let over = &staff.listed("?choice=overdue").await[0];
    assert_eq!(over.late_until, None);
    assert_eq!(over.child_name, "С••• А••• Д•••");
    assert_eq!((over.birth_date, &over.contact_phone), (None, &None));
    assert!(matches!(over.state, ReferralState::Lapsed { .. }));
    // What has changed since.
    let since = |moment: &str| format!("?choice=all&updated_since={moment}");
    assert_eq!(staff.listed(&since("2026-11-30T19:00:00Z")).await.len(), 1);
    assert!(
        staff
            .listed(&since("2026-12-01T19:00:01Z"))
            .await
            .is_empty()
    );
    // The parent sees who has looked.
    parent.log_in().await;
    let path = endpoint::application_audit(referral.application_id);
    let looks: LookList = parent.client.get(&path).await.shown();
    assert!(looks.items.len() >= 5, "{looks:?}");
}

async fn a_paper_is_found_by_its_number_and_its_code(app: &TestApp) {
    let (town, _, referral) = referred(app).await;
    let (_, _, elsewhere) = referred(app).await;
    let staff = Staff::new(app, &town.kindergarten, EMPLOYEE).await;
    let number = referral.number.as_str();
    for text in [
        number,
        &number.to_lowercase().replace('-', " "),
        &referral.verification_url,
    ] {
        let found: ExpectedChild = staff.find(text).await.shown();
        assert_eq!(found.referral_id, referral.id, "{text}");
    }
    app.without_a_change(async {
        for (text, code) in [
            // Of another kindergarten, in another city.
            (elsewhere.number.as_str(), Code::ReferralNotHere),
            (elsewhere.verification_url.as_str(), Code::ReferralNotHere),
            // Of another year.
            (&number.replace("2026", "2025"), Code::ReferralNotHere),
            (
                "https://elsewhere.example.kz/r/ABCDEFGHJKMNPQRSTVWXYZ0123",
                Code::QrForeign,
            ),
            ("WIFI:S:balabaqsha;T:WPA;P:secret;;", Code::NumberInvalid),
            ("", Code::NumberInvalid),
        ] {
            staff.find(text).await.refused(code);
        }
    })
    .await;
}

async fn two_phones_confirm_one_child_once(app: &TestApp) {
    let (town, _, referral) = referred(app).await;
    let one = Staff::new(app, &town.kindergarten, EMPLOYEE).await;
    let other = Staff::new(app, &town.kindergarten, HEAD).await;
    let pressed = EnrolmentRequest {
        arrived_on: None,
        pressed_at: Some(app.now() - TimeDelta::minutes(3)),
    };
    let (first, second) = tokio::join!(
        one.enrol(referral.id, EnrolmentRequest::default()),
        other.enrol(referral.id, pressed)
    );
    let (first, second): (Enrolment, Enrolment) = (first.shown(), second.shown());
    assert_eq!(first, second);
    let told = "SELECT COUNT(*) FROM events WHERE kind = 'enrolled'";
    assert_eq!(number(app.db(), told).await, 1);
    assert_eq!(app.places(town.group.id).await, (1, 0, 24));
}

async fn what_was_pressed_without_a_network_counts_as_far_as_nothing_else_was_done(app: &TestApp) {
    let (town, _, referral) = referred(app).await;
    let phone = Staff::new(app, &town.kindergarten, EMPLOYEE).await;
    let colleague = Staff::new(app, &town.kindergarten, HEAD).await;
    let start = app.now();
    let pressed = |minutes: i64| EnrolmentRequest {
        arrived_on: None,
        pressed_at: Some(start + TimeDelta::minutes(minutes)),
    };
    let at_minute = |minutes: i64| app.clock.set(start + TimeDelta::minutes(minutes));
    at_minute(2);
    colleague
        .enrol(referral.id, EnrolmentRequest::default())
        .await
        .has_status(200);
    at_minute(4);
    colleague.undo(referral.id, "").await.has_status(204);
    at_minute(6);
    app.without_a_change(async {
        // The confirmation of minute 1 arrives after the undo of minute 4.
        let refused = phone
            .enrol(referral.id, pressed(1))
            .await
            .refused(Code::Overtaken);
        assert_eq!(refused.members["at"], "2026-11-23T10:04:00+05:00");
        phone
            .enrol(referral.id, pressed(12))
            .await
            .refused(Code::MomentInvalid);
        phone
            .enrol(referral.id, pressed(-8 * 24 * 60))
            .await
            .refused(Code::MomentTooOld);
    })
    .await;
    phone.enrol(referral.id, pressed(5)).await.has_status(200);
    at_minute(8);
    // And an undo from before the confirmation.
    let query = |minutes: i64| {
        let moment = start + TimeDelta::minutes(minutes);
        format!("?pressed_at={}", moment.format("%Y-%m-%dT%H:%M:%SZ"))
    };
    app.without_a_change(phone.undo(referral.id, &query(3)))
        .await
        .refused(Code::Overtaken);
    phone.undo(referral.id, &query(7)).await.has_status(204);
}

async fn what_was_pressed_in_time_is_confirmed_late_with_its_day(app: &TestApp) {
    let (town, _, referral) = referred(app).await;
    let phone = Staff::new(app, &town.kindergarten, EMPLOYEE).await;
    let over = time::end_of_day(referral.deadline);
    app.clock.set(over + TimeDelta::hours(3));
    phone.person.log_in().await;
    assert!(phone.listed("").await.is_empty(), "the lapse is settled");
    let pressed = |moment| EnrolmentRequest {
        arrived_on: None,
        pressed_at: Some(moment),
    };
    app.without_a_change(async {
        phone
            .enrol(referral.id, EnrolmentRequest::default())
            .await
            .refused(Code::ArrivalDayRequired);
        // Pressed after the deadline: that day is not in time.
        phone
            .enrol(referral.id, pressed(over + TimeDelta::hours(1)))
            .await
            .refused(Code::ArrivalDayInvalid);
    })
    .await;
    phone
        .enrol(referral.id, pressed(over - TimeDelta::hours(10)))
        .await
        .has_status(200);
    let arrived =
        "SELECT COUNT(*) FROM referrals WHERE state = 'enrolled' AND arrived_on = deadline";
    assert_eq!(number(app.db(), arrived).await, 1);
}

async fn a_kindergarten_publishes_places_and_takes_them_back(app: &TestApp) {
    let town = app.town(3).await;
    let staff = Staff::new(app, &town.kindergarten, EMPLOYEE).await;
    let seen = staff.group(town.group.id).await;
    assert_eq!((seen.group.places.free, seen.group.places.taken), (3, 22));
    let fewer: Value = staff.set_free(&seen, 1).await.shown();
    assert_eq!(fewer["places"]["free"], 1);
    assert_eq!(fewer["places"]["unpublished"], 2);
    assert_eq!(app.places(town.group.id).await, (1, 0, 22));
    app.without_a_change(async {
        // What was seen has changed.
        staff
            .set_free(&seen, 0)
            .await
            .refused(Code::PreconditionFailed);
        let request = staff.request(Method::PUT, &endpoint::free_places(town.group.id));
        staff
            .client()
            .send(request.json(&json!({"free": 1})))
            .await
            .refused(Code::PreconditionRequired);
        let now = staff.group(town.group.id).await;
        let refused = staff
            .set_free(&now, 4)
            .await
            .refused(Code::ValidationFailed);
        assert_eq!(refused.errors[0].code, Code::PlacesBeyondCapacity.as_str());
        assert!(refused.errors[0].detail.contains('3'), "{refused:?}");
    })
    .await;
    // The last place: a parent and the kindergarten want it.
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let now = staff.group(town.group.id).await;
    let (held, taken_back) = tokio::join!(
        parent.draft_referral(application.id, town.group.id),
        staff.set_free(&now, 0)
    );
    match (held.status, taken_back.status) {
        (201, 412 | 409) => assert_eq!(app.places(town.group.id).await, (0, 1, 22)),
        (409, 200) => assert_eq!(app.places(town.group.id).await, (0, 0, 22)),
        both => panic!("{both:?}"),
    }
}

async fn a_place_that_was_taken_back_rests_when_it_is_published_again(app: &TestApp) {
    let town = app.real_town(2).await;
    let staff = Staff::new(app, &town.kindergarten, EMPLOYEE).await;
    let seen = staff.group(town.group.id).await;
    staff.set_free(&seen, 1).await.has_status(200);
    let seen = staff.group(town.group.id).await;
    let again: Value = staff.set_free(&seen, 2).await.shown();
    assert_eq!(
        (&again["places"]["free"], &again["places"]["resting"]),
        (&json!(1), &json!(1)),
        "nobody can pass it on"
    );
    app.clock.set(app.now() + TimeDelta::minutes(5));
    let rested = staff.group(town.group.id).await;
    assert_eq!(rested.group.places.free, 2);
    // One that rests can be taken back too.
    let seen = staff.group(town.group.id).await;
    staff.set_free(&seen, 0).await.has_status(200);
    let seen = staff.group(town.group.id).await;
    staff.set_free(&seen, 1).await.has_status(200);
    let seen = staff.group(town.group.id).await;
    assert_eq!(seen.group.places.resting, 1);
    let none: Value = staff.set_free(&seen, 0).await.shown();
    assert_eq!(none["places"]["unpublished"], 2);
    assert_eq!(app.places(town.group.id).await, (0, 0, 23));
    let resting = "SELECT COUNT(*) FROM freed_places WHERE public_from > freed_at";
    assert_eq!(
        number(app.db(), resting).await,
        1,
        "the one that has rested"
    );
}

async fn a_program_publishes_places_with_its_scope(app: &TestApp) {
    let town = app.town(2).await;
    let path = endpoint::desk_group(town.group.id);
    let confirms = Program::of(app, &town.kindergarten).await;
    confirms
        .client
        .get(&path)
        .await
        .refused(Code::InsufficientScope);
    let program = Program::with_scope(app, &town.kindergarten, "enrolments places").await;
    let answer = program.client.get(&path).await;
    let tag = answer.header("etag").to_owned();
    let request = program
        .client
        .request(Method::PUT, &endpoint::free_places(town.group.id))
        .header("if-match", tag)
        .json(&json!({"free": 1}));
    program.client.send(request).await.has_status(200);
    assert_eq!(app.places(town.group.id).await, (1, 0, 23));
    let history = "SELECT COUNT(*) FROM registry_changes WHERE kind = 'places'";
    assert_eq!(number(app.db(), history).await, 1);
}

async fn parents_see_what_a_kindergarten_says_of_itself(app: &TestApp) {
    let town = app.town(1).await;
    let staff = Staff::new(app, &town.kindergarten, EMPLOYEE).await;
    let path = endpoint::desk_kindergarten(town.kindergarten.id);
    let before: DeskKindergarten = staff.get(&path).await.shown();
    let says = |version: u32, about: &str| {
        let body = json!({
            "phone": "+7 713 33 99 99", "schedule": "07:30–19:00",
            "about": {"kk": "Бассейн бар", "ru": about, "en": "There is a pool"}
        });
        let path = endpoint::kindergarten_description(town.kindergarten.id);
        let request = staff.request(Method::PUT, &path).json(&body);
        staff
            .client()
            .send(request.header("if-match", format!("\"{version}\"")))
    };
    says(before.version, "Есть бассейн").await.has_status(200);
    let public = endpoint::kindergarten(town.kindergarten.id);
    let shown: Kindergarten = app.client().get(&public).await.shown();
    assert_eq!(shown.about.ru, "Есть бассейн");
    assert_eq!(
        (shown.phone.as_str(), shown.schedule.as_str()),
        ("+7 713 33 99 99", "07:30–19:00")
    );
    app.without_a_change(async {
        let refused = says(before.version, "Нет")
            .await
            .refused(Code::ChangedByOther);
        assert!(refused.members["by"].is_string());
        let long = "а".repeat(1_001);
        for wrong in [long.as_str(), "\u{202e}сад"] {
            let refused = says(before.version + 1, wrong)
                .await
                .refused(Code::ValidationFailed);
            assert_eq!(refused.errors[0].pointer, "/about/ru");
        }
    })
    .await;
}
