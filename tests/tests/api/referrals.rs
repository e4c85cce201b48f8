//! R9: signing issues the referral, takes the place and takes the child off the queue, all or
//! nothing.

use balabaqsha_shared::{code::Code, dto::Referral, endpoint};
use balabaqsha_store::Db;
use balabaqsha_tests::{Parent, TestApp, builders::child, database, on_both_engines};
use chrono::TimeDelta;

on_both_engines!(over_http:
    a_referral_is_issued_once_for_a_signature,
    the_same_signature_sent_many_times_issues_one_referral,
    a_child_has_one_referral_in_the_whole_country,
    what_fails_in_the_middle_leaves_nothing_behind,
);

async fn a_referral_is_issued_once_for_a_signature(app: &TestApp) {
    let town = app.town(3).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let draft = parent.hold(application.id, town.group.id).await;
    parent.submit_referral(&draft).await.has_status(201);
    let again = app.without_a_change(parent.submit_referral(&draft)).await;
    again.refused(Code::DraftUsed);
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
    let (issued, refused): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!(issued.len(), 1);
    for answer in refused {
        answer.refused(Code::DraftUsed);
    }
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
    answer.refused(Code::ReferralActive);
    assert_eq!(
        app.places(there.group.id).await,
        (0, 1, 24),
        "the hold runs out by itself"
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
