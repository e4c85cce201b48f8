//! R9: signing issues the referral, takes the place and takes the child off the queue, all or
//! nothing.

use balabaqsha_shared::{code::Code, dto::Referral, endpoint};
use balabaqsha_store::Db;
use balabaqsha_tests::{Answer, Parent, TestApp, builders::child, database, on_both_engines};
use chrono::TimeDelta;

on_both_engines!(over_http:
    a_referral_is_issued_once_for_a_signature,
    the_same_signature_sent_many_times_issues_one_referral,
    a_child_has_one_referral_in_the_whole_country,
    what_fails_in_the_middle_leaves_nothing_behind,
    the_last_day_to_arrive_is_an_event_for_calendars,
);

async fn a_referral_is_issued_once_for_a_signature(app: &TestApp) {
    let town = app.town(3).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let draft = parent.hold(application.id, town.group.id).await;
    let issued: Referral = parent.submit_referral(&draft).await.created();
    // Whose answer was lost sends the same again, and is led to what was made.
    let again = app.without_a_change(parent.submit_referral(&draft)).await;
    assert_eq!(again.created::<Referral>(), issued);
    // Another signature over the same draft is not the same request.
    app.clock.advance(TimeDelta::seconds(1));
    let again = app.without_a_change(parent.submit_referral(&draft)).await;
    let problem = again.refused(Code::DraftUsed);
    assert_eq!(problem.members["referral_id"], issued.id.to_string());
    // Nor is that of somebody else.
    let other = Parent::new(app).await;
    app.without_a_change(
        other
            .client
            .post(endpoint::REFERRALS, &parent.signed(&draft)),
    )
    .await
    .refused(Code::NotFound);
    let new = app
        .without_a_change(parent.draft_referral(application.id, town.group.id))
        .await;
    new.refused(Code::ReferralActive);
    assert_eq!(app.places(town.group.id).await, (2, 0, 23));
}

async fn the_same_signature_sent_many_times_issues_one_referral(app: &TestApp) {
    let town = app.town(3).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let draft = parent.hold(application.id, town.group.id).await;
    let answers =
        futures_util::future::join_all((0..10).map(|_| parent.submit_referral(&draft))).await;
    let mut issued = answers.into_iter().map(Answer::created::<Referral>);
    let first = issued.next().expect("a referral");
    assert!(issued.all(|referral| referral == first));
    assert_eq!(app.places(town.group.id).await, (2, 0, 23));
    assert_eq!(
        database::number(app.db(), "SELECT COUNT(*) FROM referrals").await,
        1
    );
}

async fn a_child_has_one_referral_in_the_whole_country(app: &TestApp) {
    let (here, there) = (app.town(1).await, app.town(1).await);
    let parent = Parent::new(app).await;
    let ailin = child("2022-05-10");
    let first = parent.queue(here.id(), &ailin).await;
    let second = parent.queue(there.id(), &ailin).await;
    let draft = parent.hold(second.id, there.group.id).await;
    parent.refer(first.id, here.group.id).await;
    let answer = app.without_a_change(parent.submit_referral(&draft)).await;
    answer.refused(Code::ReferralElsewhere);
    assert_eq!(
        app.places(there.group.id).await,
        (1, 0, 24),
        "a child has one hold, so the other was given back"
    );
}

/// Makes the last thing that is stored with a referral fail.
async fn break_the_journal(db: &Db) {
    let sql = match db {
        Db::Sqlite { .. } => {
            "CREATE TRIGGER broken BEFORE INSERT ON events WHEN NEW.kind = 'referral_issued' \
             BEGIN SELECT RAISE(ABORT, 'broken by a test'); END"
        }
        Db::Postgres(_) => {
            "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             IF NEW.kind = 'referral_issued' THEN RAISE EXCEPTION 'broken by a test'; END IF; \
             RETURN NEW; END $$; \
             CREATE TRIGGER broken BEFORE INSERT ON events \
             FOR EACH ROW EXECUTE FUNCTION broken()"
        }
    };
    database::run_sql(db, sql).await;
}

async fn what_fails_in_the_middle_leaves_nothing_behind(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let draft = parent.hold(application.id, town.group.id).await;
    break_the_journal(app.db()).await;
    let answer = app.without_a_change(parent.submit_referral(&draft)).await;
    let problem = answer.refused(Code::Internal);
    let told = serde_json::to_string(&problem).expect("JSON");
    assert!(
        !told.contains("broken by a test"),
        "what is inside stays inside: {told}"
    );

    let mend = match app.db() {
        Db::Sqlite { .. } => "DROP TRIGGER broken",
        Db::Postgres(_) => "DROP TRIGGER broken ON events",
    };
    database::run_sql(app.db(), mend).await;
    // The hold, the draft and the signature are as good as before.
    app.clock.advance(TimeDelta::minutes(5));
    let referral: Referral = parent.submit_referral(&draft).await.created();
    assert_eq!(referral.number.as_str(), "АКТ-Н-2026-000001");
    parent
        .client
        .get(&endpoint::referral(referral.id))
        .await
        .has_status(200);
}

async fn the_last_day_to_arrive_is_an_event_for_calendars(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let referral = parent.refer(application.id, town.group.id).await;
    let path = endpoint::calendar_event(referral.id);
    let answer = parent.client.get(&path).await.has_status(200);
    assert_eq!(
        answer.header("content-type"),
        "text/calendar; charset=utf-8"
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    let disposition = answer.header("content-disposition");
    assert!(disposition.starts_with("attachment;"), "{disposition}");
    // RFC 5545, section 3.1: long lines are folded.
    let text = answer.text().replace("\r\n ", "");
    assert!(answer.text().split("\r\n").all(|line| line.len() <= 76));
    for line in [
        &format!("UID:{}@balabaqsha", referral.id),
        "DTSTART;VALUE=DATE:20261130",
        "DTEND;VALUE=DATE:20261201",
        "SUMMARY:Последний день прибытия в детский сад: «Күншуақ»",
        "LOCATION:ул. Абая\\, 12",
        "TRIGGER:-PT54000S",
    ] {
        assert!(text.contains(line), "{line} is missing in {text}");
    }
    // The calendar moves its entry after an extension: the id is the same.
    parent.extend(referral.id, "2026-12-10").await;
    let moved = parent.client.get(&path).await.has_status(200).text();
    assert!(moved.contains("DTSTART;VALUE=DATE:20261210"), "{moved}");
    assert!(
        moved
            .replace("\r\n ", "")
            .contains(&format!("UID:{}@", referral.id))
    );
}
