//! Notices: everybody whom an event concerns is told of it once, in the account and by mail, in
//! their language, at its exact moment; in whatever number of processes.

use balabaqsha_api::service::life::settle;
use balabaqsha_shared::{
    code::Code,
    dto::{Notice, NoticePage, NoticePreference, NoticePreferences},
    endpoint,
    id::NoticeId,
    notice::NoticeKind,
};
use balabaqsha_tests::{
    Parent, TestApp, at,
    builders::{child, id},
    database::{number, strings},
    on_both_engines,
};
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::json;

on_both_engines!(over_http:
    a_referral_is_told_once_in_the_account_and_by_mail,
    a_notice_is_read_by_its_owner_alone,
    reminders_come_at_nine_of_their_day,
    a_late_job_does_not_remind_of_what_the_next_reminder_says_better,
    a_lapse_is_told_once_and_so_is_the_end_of_the_stop_list,
    a_removal_is_told,
    mails_are_switched_off_by_kind_but_not_the_obligatory_ones,
    an_address_nobody_confirmed_gets_no_word_of_a_notice,
    processes_that_sweep_together_tell_everything_once,
);

const TWO_DAYS_LEFT: &str = "2026-11-26T04:00:00Z";
const ONE_DAY_LEFT: &str = "2026-11-27T04:00:00Z";
const DEADLINE_OVER: &str = "2026-11-30T19:00:00Z";
const STOP_LIST_OVER: &str = "2026-12-14T19:00:00Z";
const SECOND_DEADLINE_OVER: &str = "2026-12-23T19:00:00Z";

pub async fn told(parent: &Parent) -> NoticePage {
    parent.log_in().await;
    parent.client.get(endpoint::NOTICES).await.shown()
}

pub fn kinds(page: &NoticePage) -> Vec<NoticeKind> {
    page.items.iter().map(|notice| notice.kind).collect()
}

/// Mails that carry notices.
pub async fn mails(app: &TestApp) -> i64 {
    number(
        app.db(),
        "SELECT COUNT(*) FROM mails WHERE notice_id IS NOT NULL",
    )
    .await
}

/// A parent whose child has a referral until 30 November.
async fn with_referral(app: &TestApp) -> Parent {
    let town = app.town(1).await;
    let parent = Parent::with_confirmed_email(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    parent.refer(application.id, town.group.id).await;
    parent
}

async fn a_referral_is_told_once_in_the_account_and_by_mail(app: &TestApp) {
    let parent = with_referral(app).await;
    let page = told(&parent).await;
    assert_eq!(
        (page.unread, kinds(&page)),
        (1, vec![NoticeKind::ReferralIssued])
    );
    let notice = &page.items[0];
    assert_eq!((notice.at, notice.read_at), (app.now(), None));
    assert!(notice.application_id.is_some());
    for part in ["30.11.2026", "Айлин", "Күншуақ", "24.11.2026 10:00"] {
        assert!(notice.text.contains(part), "{part} in {}", notice.text);
    }
    assert_eq!(mails(app).await, 1);
    let bodies = strings(
        app.db(),
        "SELECT body FROM mails WHERE notice_id IS NOT NULL".into(),
    )
    .await;
    assert!(bodies[0].contains(&notice.text), "{}", bodies[0]);
    let id = notice.application_id.unwrap();
    assert!(
        bodies[0].contains(&format!("/applications/{id}")),
        "{}",
        bodies[0]
    );
}

async fn a_notice_is_read_by_its_owner_alone(app: &TestApp) {
    let (parent, stranger) = (with_referral(app).await, Parent::new(app).await);
    let notice = told(&parent).await.items.remove(0);
    let reading = endpoint::notice_reading(notice.id);
    for path in [&reading, &endpoint::notice_reading(NoticeId::new(id()))] {
        let answer = app
            .without_a_change(stranger.client.put(path, &json!({})))
            .await;
        answer.refused(Code::NotFound);
    }
    assert_eq!(told(&stranger).await.items, Vec::<Notice>::new());
    let read_at = app.now();
    parent
        .client
        .put(&reading, &json!({}))
        .await
        .has_status(204);
    app.clock.advance(TimeDelta::minutes(1));
    parent
        .client
        .put(&reading, &json!({}))
        .await
        .has_status(204);
    let page = told(&parent).await;
    assert_eq!(page.unread, 0);
    assert_eq!(page.items[0].read_at, Some(read_at));
}

async fn reminders_come_at_nine_of_their_day(app: &TestApp) {
    let parent = with_referral(app).await;
    for (moment, kind, number) in [
        (TWO_DAYS_LEFT, NoticeKind::TwoWorkingDaysLeft, 2),
        (ONE_DAY_LEFT, NoticeKind::OneWorkingDayLeft, 3),
    ] {
        app.go_just_before(at(moment));
        assert_eq!(told(&parent).await.items.len(), number - 1);
        app.clock.set(at(moment));
        let page = told(&parent).await;
        assert_eq!((page.items[0].kind, page.items[0].at), (kind, at(moment)));
        assert!(page.items[0].text.contains("30.11.2026"));
        settle::sweep(app.app()).await.expect("a sweep");
        assert_eq!(told(&parent).await.items.len(), number);
        assert_eq!(mails(app).await, i64::try_from(number).unwrap());
    }
}

async fn a_late_job_does_not_remind_of_what_the_next_reminder_says_better(app: &TestApp) {
    let parent = with_referral(app).await;
    app.clock.set(at(ONE_DAY_LEFT));
    let expected = [NoticeKind::OneWorkingDayLeft, NoticeKind::ReferralIssued];
    assert_eq!(kinds(&told(&parent).await), expected);
    // On the last day itself a reminder is better late than never.
    let other = with_referral(app).await;
    app.clock.set(at("2026-12-04T18:00:00Z"));
    assert_eq!(kinds(&told(&other).await), expected);
}

async fn a_lapse_is_told_once_and_so_is_the_end_of_the_stop_list(app: &TestApp) {
    let parent = with_referral(app).await;
    app.clock.set(at(DEADLINE_OVER));
    let page = told(&parent).await;
    let lapsed = [NoticeKind::ReferralLapsed, NoticeKind::ReferralIssued];
    assert_eq!(kinds(&page), lapsed, "nobody is reminded of what is lost");
    assert_eq!(page.items[0].at, at(DEADLINE_OVER));
    assert!(
        page.items[0].text.contains("14.12.2026"),
        "{}",
        page.items[0].text
    );
    app.go_just_before(at(STOP_LIST_OVER));
    assert_eq!(told(&parent).await.items.len(), 2);
    app.clock.set(at(STOP_LIST_OVER));
    let page = told(&parent).await;
    assert_eq!(page.items[0].kind, NoticeKind::StopListOver);
    assert_eq!((page.items.len(), mails(app).await), (3, 3));
}

async fn a_removal_is_told(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    parent.refer(application.id, town.group.id).await;
    app.clock.set(at(STOP_LIST_OVER));
    parent.log_in().await;
    parent.refer(application.id, town.group.id).await;
    app.clock.set(at(SECOND_DEADLINE_OVER));
    let page = told(&parent).await;
    assert_eq!(page.items[0].kind, NoticeKind::Removed);
    assert_eq!(page.items[0].at, at(SECOND_DEADLINE_OVER));
    let expected = [
        NoticeKind::Removed,
        NoticeKind::ReferralIssued,
        NoticeKind::StopListOver,
        NoticeKind::ReferralLapsed,
        NoticeKind::ReferralIssued,
    ];
    assert_eq!(kinds(&page), expected);
    assert_eq!(mails(app).await, 5);
}

pub fn wish(kind: NoticeKind, mail: bool) -> NoticePreferences {
    let item = NoticePreference {
        kind,
        mail,
        obligatory: false,
    };
    NoticePreferences { items: vec![item] }
}

async fn mails_are_switched_off_by_kind_but_not_the_obligatory_ones(app: &TestApp) {
    let parent = with_referral(app).await;
    let path = endpoint::MY_NOTICE_PREFERENCES;
    let all: NoticePreferences = parent.client.get(path).await.shown();
    assert_eq!(all.items.len(), NoticeKind::ALL.len());
    assert!(all.items.iter().all(|item| item.mail));
    for item in all.items.iter().filter(|item| item.obligatory) {
        let mut request = wish(NoticeKind::TwoWorkingDaysLeft, false);
        request.items.extend(wish(item.kind, false).items);
        let answer = app
            .without_a_change(parent.client.put(path, &request))
            .await;
        let problem = answer.refused(Code::ValidationFailed);
        assert_eq!(problem.errors[0].code, Code::NoticeObligatory.as_str());
        assert_eq!(problem.errors[0].pointer, "/items/1/mail");
    }
    let off = wish(NoticeKind::TwoWorkingDaysLeft, false);
    let set: NoticePreferences = parent.client.put(path, &off).await.shown();
    let is_off = |item: &&NoticePreference| !item.mail;
    let switched: Vec<_> = set.items.iter().filter(is_off).collect();
    assert_eq!(switched.len(), 1);
    assert_eq!(switched[0].kind, NoticeKind::TwoWorkingDaysLeft);
    app.clock.set(at(TWO_DAYS_LEFT));
    assert_eq!(told(&parent).await.items.len(), 2, "the account shows all");
    assert_eq!(mails(app).await, 1);
    let on = wish(NoticeKind::TwoWorkingDaysLeft, true);
    let set: NoticePreferences = parent.client.put(path, &on).await.shown();
    assert!(set.items.iter().all(|item| item.mail));
}

async fn an_address_nobody_confirmed_gets_no_word_of_a_notice(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let referral = parent.refer(application.id, town.group.id).await;
    let written = || {
        let sql =
            "SELECT subject || '\n' || body FROM mails WHERE notice_id IS NOT NULL ORDER BY id";
        strings(app.db(), sql.into())
    };
    let mails = written().await;
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains("/notices\n"), "{}", mails[0]);
    let id = application.id.to_string();
    let notice = told(&parent).await.items.remove(0);
    for secret in [
        "Айлин",
        "Күншуақ",
        "30.11.2026",
        id.as_str(),
        application.number.as_str(),
        referral.number.as_str(),
        notice.title.as_str(),
    ] {
        assert!(!mails[0].contains(secret), "{secret} in {}", mails[0]);
    }
    // Another code, because a reader of the first mails has a newer one.
    parent.give_email("parent@example.kz").await;
    parent.confirm_email(app).await;
    app.clock.set(at(TWO_DAYS_LEFT));
    let newest = told(&parent).await.items.remove(0);
    let mails = written().await;
    assert_eq!(mails.len(), 2);
    assert!(mails[1].contains(&newest.text), "{}", mails[1]);
}

/// Everybody who has been told something more or less than once, with a count.
async fn told_wrongly(app: &TestApp, kind: &str) -> Vec<String> {
    strings(
        app.db(),
        format!(
            "SELECT CAST(a.number AS TEXT) || ': ' || COUNT(n.id) || ' notices, ' \
             || COUNT(m.id) || ' mails' FROM applications a \
             LEFT JOIN notices n ON n.application_id = a.id AND n.kind = '{kind}' \
             LEFT JOIN mails m ON m.notice_id = n.id \
             GROUP BY a.number HAVING COUNT(n.id) <> 1 OR COUNT(m.id) <> 1"
        ),
    )
    .await
}

async fn processes_that_sweep_together_tell_everything_once(app: &TestApp) {
    const CHILDREN: usize = 25;
    let town = app.town(25).await;
    let parent = Parent::new(app).await;
    for number in 0..CHILDREN {
        let birth = format!("2022-05-{:02}", number + 1);
        let application = parent.queue(town.id(), &child(&birth)).await;
        parent.refer(application.id, town.group.id).await;
    }
    let second = app.second_process().await;
    for (moment, kind) in [
        (TWO_DAYS_LEFT, "two_working_days_left"),
        (ONE_DAY_LEFT, "one_working_day_left"),
        (DEADLINE_OVER, "referral_lapsed"),
        (STOP_LIST_OVER, "stop_list_over"),
    ] {
        app.clock.set(at(moment));
        let sweeps = [app.app(), &second.app, app.app(), &second.app].map(settle::sweep);
        for swept in join_all(sweeps).await {
            swept.expect("a sweep");
        }
        // Whoever came second may have left the rest to the first, who is done now.
        settle::sweep(app.app()).await.expect("a sweep");
        assert_eq!(told_wrongly(app, kind).await, [""; 0], "{kind}");
    }
    let expected = i64::try_from(CHILDREN * 5).unwrap();
    assert_eq!(mails(app).await, expected);
    assert_eq!(
        number(app.db(), "SELECT COUNT(*) FROM notices").await,
        expected
    );
    second.stop().await;
}
