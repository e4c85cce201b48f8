//! A lapse is put right: the kindergarten confirms an arrival in time the day after (R10), or an official
//! restores the referral (R22).

use super::notices;
use balabaqsha_api::service::life::restoring::{self, Restored, RestoringError, Wish};
use balabaqsha_shared::{
    application::ApplicationState,
    code::Code,
    dto::{Application, EventKind, Referral},
    endpoint,
    notice::NoticeKind,
    referral::ReferralState,
    time,
};
use balabaqsha_tests::{
    Answer, Parent, Program, TestApp,
    builders::{Town, child, day},
    officials::OFFICIAL,
    on_both_engines,
};
use chrono::{NaiveDate, TimeDelta};
use serde_json::json;

on_both_engines!(over_http:
    an_arrival_in_time_is_confirmed_the_day_after,
    a_late_confirmation_needs_its_day_and_a_place,
    a_late_confirmation_ends_with_the_next_working_day,
    undoing_a_late_confirmation_leads_back_to_the_lapse,
    an_official_restores_a_referral_while_there_is_a_place,
    without_a_place_the_lapse_alone_is_taken_back,
    what_comes_back_from_a_removal_ends_a_newer_application,
    what_has_not_lapsed_is_not_restored,
);

struct Lapsed {
    parent: Parent,
    program: Program,
    application: Application,
    referral: Referral,
    town: Town,
}

/// A child whose referral has just lapsed, on its last working day.
async fn lapsed(app: &TestApp, town: Town) -> Lapsed {
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let referral = parent.refer(application.id, town.group.id).await;
    let program = Program::of(app, &town.kindergarten).await;
    app.clock.set(time::end_of_day(referral.deadline));
    parent.log_in().await;
    program.log_in().await;
    parent.application(application.id).await;
    Lapsed {
        parent,
        program,
        application,
        referral,
        town,
    }
}

async fn enrol_late(of: &Lapsed, arrived_on: NaiveDate) -> Answer {
    let path = endpoint::enrolment(of.referral.id);
    let body = json!({ "arrived_on": arrived_on });
    of.program.client.put(&path, &body).await
}

async fn kinds(parent: &Parent) -> Vec<NoticeKind> {
    notices::kinds(&notices::told(parent).await)
}

async fn an_arrival_in_time_is_confirmed_the_day_after(app: &TestApp) {
    let town = app.town(1).await;
    let of = lapsed(app, town).await;
    let before = of.parent.application(of.application.id).await;
    assert!(matches!(before.state, ApplicationState::StopListed { .. }));
    enrol_late(&of, of.referral.deadline).await.has_status(200);
    let enrolled = of.parent.application(of.application.id).await;
    assert_eq!(enrolled.state, ApplicationState::Enrolled { at: app.now() });
    assert_eq!(enrolled.lapses, 0);
    assert_eq!(app.places(of.town.group.id).await, (0, 0, 25));
    let told = of.parent.history(of.application.id).await;
    assert_eq!(told.items[0].kind, EventKind::EnrolledLate);
    assert_eq!(
        told.items[0].data["arrived_on"],
        json!(of.referral.deadline)
    );
    // The lapse counts no more: the child may be queued anew without a stop-list.
    let mut same = child("2022-05-10");
    same.iin = enrolled.child.iin.to_string();
    let anew = of.parent.queue(of.town.id(), &same).await;
    assert_eq!((anew.state, anew.lapses), (ApplicationState::Queued, 0));
}

async fn a_late_confirmation_needs_its_day_and_a_place(app: &TestApp) {
    let town = app.town(1).await;
    let of = lapsed(app, town).await;
    let answer = app.without_a_change(of.program.enrol(of.referral.id));
    answer.await.refused(Code::ArrivalDayRequired);
    for wrong in [
        of.referral.deadline + TimeDelta::days(1),
        time::local_date(of.referral.issued_at) - TimeDelta::days(1),
    ] {
        let answer = app.without_a_change(enrol_late(&of, wrong)).await;
        answer.refused(Code::ArrivalDayInvalid);
    }
    let other = Parent::new(app).await;
    let next = other.queue(of.town.id(), &child("2022-06-10")).await;
    other.refer(next.id, of.town.group.id).await;
    let answer = app.without_a_change(enrol_late(&of, of.referral.deadline));
    answer.await.refused(Code::NoPlaceLeft);
}

async fn a_late_confirmation_ends_with_the_next_working_day(app: &TestApp) {
    let town = app.town(2).await;
    let of = lapsed(app, town).await;
    assert_eq!(of.referral.deadline, day("2026-11-30"));
    app.clock.set(time::end_of_day(day("2026-12-01")));
    of.program.log_in().await;
    let answer = enrol_late(&of, of.referral.deadline).await;
    answer.refused(Code::ReferralLapsed);
}

async fn undoing_a_late_confirmation_leads_back_to_the_lapse(app: &TestApp) {
    let town = app.town(1).await;
    let of = lapsed(app, town).await;
    let stopped = of.parent.application(of.application.id).await;
    enrol_late(&of, of.referral.deadline).await.has_status(200);
    of.program.undo(of.referral.id).await.has_status(204);
    let back = of.parent.application(of.application.id).await;
    assert_eq!((back.state, back.lapses), (stopped.state, 1));
    let referral = back.referral.expect("a referral");
    let lapsed_at = time::end_of_day(of.referral.deadline);
    assert_eq!(referral.state, ReferralState::Lapsed { at: lapsed_at });
    assert_eq!(app.places(of.town.group.id).await, (1, 0, 24));
    let told = kinds(&of.parent).await;
    assert!(told.contains(&NoticeKind::LateEnrolmentUndone));
    let lapses = told
        .iter()
        .filter(|kind| **kind == NoticeKind::ReferralLapsed);
    assert_eq!(lapses.count(), 1, "it is no new lapse");
}

async fn restore(
    app: &TestApp,
    of: &Lapsed,
    until: Option<NaiveDate>,
) -> Result<Restored, RestoringError> {
    let wish = Wish {
        number: of.referral.number.as_str(),
        until,
        reason: "сад был закрыт",
        official: OFFICIAL,
    };
    restoring::restore(&app.app().core, wish).await
}

async fn an_official_restores_a_referral_while_there_is_a_place(app: &TestApp) {
    let town = app.town(1).await;
    let of = lapsed(app, town).await;
    let today = time::local_date(app.now());
    let refused = restore(app, &of, Some(today)).await;
    assert!(
        matches!(refused, Err(RestoringError::TooEarly(_))),
        "{refused:?}"
    );
    let until = day("2026-12-03");
    let restored = restore(app, &of, Some(until)).await.expect("a referral");
    let expected = Restored::Referral {
        number: of.referral.number.clone(),
        deadline: until,
    };
    assert_eq!(restored, expected);
    let back = of.parent.application(of.application.id).await;
    assert_eq!(back.lapses, 0);
    let referral = back.referral.expect("a referral");
    assert_eq!(
        (referral.state, referral.deadline),
        (ReferralState::NEW, until)
    );
    assert_eq!(app.places(of.town.group.id).await, (0, 0, 25));
    assert!(
        kinds(&of.parent)
            .await
            .contains(&NoticeKind::ReferralRestored)
    );
    of.program.enrol(of.referral.id).await.has_status(200);
}

async fn without_a_place_the_lapse_alone_is_taken_back(app: &TestApp) {
    let town = app.town(1).await;
    let of = lapsed(app, town).await;
    let other = Parent::new(app).await;
    let next = other.queue(of.town.id(), &child("2022-06-10")).await;
    other.refer(next.id, of.town.group.id).await;
    let restored = restore(app, &of, None).await.expect("a lapse");
    let number = of.application.number.clone();
    assert_eq!(restored, Restored::LapseExcused(number));
    let back = of.parent.application(of.application.id).await;
    let expected = (ApplicationState::Queued, 0, of.application.submitted_at);
    assert_eq!((back.state, back.lapses, back.submitted_at), expected);
    assert!(restore(app, &of, None).await.is_err(), "once");
}

async fn what_comes_back_from_a_removal_ends_a_newer_application(app: &TestApp) {
    let town = app
        .town_with(1, |town| town.locality.rules.lapses_to_removal = 1)
        .await;
    let of = lapsed(app, town).await;
    let removed = of.parent.application(of.application.id).await;
    assert!(matches!(removed.state, ApplicationState::Removed { .. }));
    let mut same = child("2022-05-10");
    same.iin = removed.child.iin.to_string();
    let newer = of.parent.queue(of.town.id(), &same).await;
    enrol_late(&of, of.referral.deadline).await.has_status(200);
    let closed = of.parent.application(newer.id).await;
    assert_eq!(closed.state, ApplicationState::Withdrawn { at: app.now() });
    assert!(kinds(&of.parent).await.contains(&NoticeKind::Superseded));
    let back = of.parent.application(of.application.id).await;
    assert!(matches!(back.state, ApplicationState::Enrolled { .. }));
    // Undone, it is removed as before.
    of.program.log_in().await;
    of.program.undo(of.referral.id).await.has_status(204);
    let undone = of.parent.application(of.application.id).await;
    assert_eq!(undone.state, removed.state);
}

async fn what_has_not_lapsed_is_not_restored(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let referral = parent.refer(application.id, town.group.id).await;
    let wish = |number| Wish {
        number,
        until: None,
        reason: "сад был закрыт",
        official: OFFICIAL,
    };
    let core = &app.app().core;
    for number in [referral.number.as_str(), "АКТ-Н-2026-999999", "no number"] {
        let refused = app.without_a_change(restoring::restore(core, wish(number)));
        assert!(refused.await.is_err(), "{number}");
    }
}
