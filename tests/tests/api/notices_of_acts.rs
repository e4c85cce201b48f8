//! Every act gives one notice and one mail to everybody whom it concerns, in their language and with
//! its facts; reminders follow the deadline; two processes that do the same tell it once.

use super::notices::{kinds, mails, told, wish};
use balabaqsha_api::service::{life::settle, telling::free_places};
use balabaqsha_shared::{
    Language,
    dto::{Application, Draft, EmailRequest, Notice, NoticePreferences, Referral, Session},
    endpoint,
    notice::NoticeKind,
    vacancy::VacancyFilter,
};
use balabaqsha_tests::{
    Answer, Parent, Program, TestApp, at,
    builders::{Town, child},
    database::strings,
    on_both_engines,
};
use chrono::TimeDelta;
use serde_json::json;

on_both_engines!(over_http:
    every_act_is_told_once_in_the_language_of_the_reader,
    what_is_switched_off_is_shown_but_not_mailed,
    an_extension_moves_the_reminders,
    what_has_ended_reminds_of_nothing,
    an_enrolment_that_was_undone_reminds_again,
    a_request_that_was_declined_tells_nothing_of_the_child,
    a_place_that_is_given_back_is_told_to_whom_it_fits,
    the_same_act_in_two_processes_is_told_once,
);

const TWO_DAYS_LEFT: &str = "2026-11-26T04:00:00Z";
const ONE_DAY_LEFT: &str = "2026-11-27T04:00:00Z";
const DEADLINE_OVER: &str = "2026-11-30T19:00:00Z";

/// A parent who reads a language, on the pages and in mails.
async fn reader(app: &TestApp, language: Language, address: &str) -> Parent {
    let mut parent = Parent::newcomer(app).await;
    parent.client = parent.client.reading(language);
    let request = EmailRequest {
        address: address.to_owned(),
        language,
    };
    let session: Session = parent
        .client
        .put(endpoint::MY_EMAIL, &request)
        .await
        .shown();
    parent.client.use_token(Some(session.access_token));
    parent.confirm_email(app).await;
    parent
}

/// The news of free places, as the job writes them.
async fn tell(app: &TestApp) {
    free_places::tell(&app.app().core).await.expect("the news");
}

async fn queued(app: &TestApp, town: &Town) -> (Parent, Application) {
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    (parent, application)
}

async fn revoke(parent: &Parent, referral: &Referral) {
    let draft: Draft = parent.draft_revocation(referral.id).await.created();
    parent
        .submit_revocation(referral.id, &draft)
        .await
        .has_status(200);
}

async fn withdraw(parent: &Parent, application: &Application) {
    let draft: Draft = parent.draft_withdrawal(application.id).await.created();
    parent
        .submit_withdrawal(application.id, &draft)
        .await
        .has_status(200);
}

/// What a notice of a kind says: words of its title in each language, and facts of its text.
const fn words(kind: NoticeKind) -> ([&'static str; 3], &'static [&'static str]) {
    match kind {
        NoticeKind::ReferralIssued => (
            ["жолдамасы берілді", "Выдано направление", "is issued"],
            &["Айлин", "30.11.2026"],
        ),
        NoticeKind::ReferralExtended => (
            [
                "соңғы күні — 10.12.2026",
                "продлено до 10.12.2026",
                "is extended to 10.12.2026",
            ],
            &["Айлин", "10.12.2026", "30.11.2026"],
        ),
        NoticeKind::ReferralRevoked => (
            ["қайтарып алынды", "отозвано", "is revoked"],
            &["Айлин", "АКТ-2026-"],
        ),
        NoticeKind::Enrolled => (
            [
                "Бала балабақшаға қабылданды",
                "Ребёнок зачислен",
                "The child is enrolled",
            ],
            &["Айлин", "АКТ-Н-2026-"],
        ),
        NoticeKind::EnrolmentUndone => (
            [
                "Қабылдаудың күші жойылды",
                "Отметка о зачислении снята",
                "Enrolment undone",
            ],
            &["Айлин", "АКТ-Н-2026-", "30.11.2026"],
        ),
        NoticeKind::AttachmentRequested => (
            [
                "өзіне тіркеуді сұрайды",
                "Второй родитель просит",
                "A second parent asks",
            ],
            &["Айлин"],
        ),
        NoticeKind::AttachmentDeclined => (
            ["сұрауы қабылданбады", "Просьба прикрепить", "was declined"],
            &[],
        ),
        NoticeKind::Attached => (
            [
                "екінші ата-анаға тіркелді",
                "прикреплено к ИИН второго родителя",
                "is attached to a second parent",
            ],
            &["Айлин"],
        ),
        NoticeKind::Withdrawn => (["қайтарып алынды", "отозвано", "is withdrawn"], &["Айлин"]),
        _ => ([""; 3], &[]),
    }
}

/// All notices of a parent, the oldest first, each with its one mail.
async fn assert_told(app: &TestApp, parent: &Parent, address: &str, expected: &[NoticeKind]) {
    let page = told(parent).await;
    let mut kinds = kinds(&page);
    kinds.reverse();
    assert_eq!(kinds, expected);
    let language = parent.client.language();
    for notice in &page.items {
        let ([kk, ru, en], facts) = words(notice.kind);
        let phrase = language.pick(kk, ru, en);
        assert!(
            !phrase.is_empty() && notice.title.contains(phrase),
            "{notice:?}"
        );
        for fact in facts {
            assert!(notice.text.contains(fact), "{fact} in {notice:?}");
        }
    }
    let subjects = strings(
        app.db(),
        format!(
            "SELECT subject FROM mails WHERE recipient = '{address}' AND notice_id IS NOT NULL \
             ORDER BY id DESC"
        ),
    )
    .await;
    let titles: Vec<String> = page.items.into_iter().map(|notice| notice.title).collect();
    assert_eq!(subjects, titles);
}

async fn every_act_is_told_once_in_the_language_of_the_reader(app: &TestApp) {
    use NoticeKind as Kind;
    let town = app.town(3).await;
    let program = Program::of(app, &town.kindergarten).await;
    for language in Language::ALL {
        let tag = language.tag();
        let addresses = ["first", "second"].map(|who| format!("{who}-{tag}@example.kz"));
        let first = reader(app, language, &addresses[0]).await;
        let second = reader(app, language, &addresses[1]).await;
        let application = first.queue(town.id(), &child("2022-05-10")).await;

        let referral = first.refer(application.id, town.group.id).await;
        first.extend(referral.id, "2026-12-10").await;
        revoke(&first, &referral).await;
        let referral = first.refer(application.id, town.group.id).await;
        program.enrol(referral.id).await.has_status(200);
        program.enrol(referral.id).await.has_status(200);
        program.undo(referral.id).await.has_status(204);
        program.undo(referral.id).await.has_status(204);
        let declined = second.attach(&application).await;
        first.decide(declined.id, false).await.has_status(204);
        first.decide(declined.id, false).await.has_status(204);
        let accepted = second.attach(&application).await;
        first.decide(accepted.id, true).await.has_status(204);
        first.decide(accepted.id, true).await.has_status(204);
        // From here on both see it, whoever acts.
        revoke(&second, &referral).await;
        withdraw(&first, &application).await;

        let expected = [
            Kind::ReferralIssued,
            Kind::ReferralExtended,
            Kind::ReferralRevoked,
            Kind::ReferralIssued,
            Kind::Enrolled,
            Kind::EnrolmentUndone,
            Kind::AttachmentRequested,
            Kind::AttachmentRequested,
            Kind::Attached,
            Kind::ReferralRevoked,
            Kind::Withdrawn,
        ];
        assert_told(app, &first, &addresses[0], &expected).await;
        let expected = [
            Kind::AttachmentDeclined,
            Kind::Attached,
            Kind::ReferralRevoked,
            Kind::Withdrawn,
        ];
        assert_told(app, &second, &addresses[1], &expected).await;
    }
}

async fn switch_off_all(parent: &Parent) {
    let mut request = NoticePreferences { items: Vec::new() };
    for kind in NoticeKind::ALL {
        if !kind.obligatory() {
            request.items.extend(wish(kind, false).items);
        }
    }
    let path = endpoint::MY_NOTICE_PREFERENCES;
    let _: NoticePreferences = parent.client.put(path, &request).await.shown();
}

async fn what_is_switched_off_is_shown_but_not_mailed(app: &TestApp) {
    let town = app.town(1).await;
    let program = Program::of(app, &town.kindergarten).await;
    let (first, application) = queued(app, &town).await;
    let second = Parent::new(app).await;
    for parent in [&first, &second] {
        switch_off_all(parent).await;
    }
    second
        .client
        .post(endpoint::VACANCY_SUBSCRIPTIONS, &VacancyFilter::default())
        .await
        .has_status(201);
    let request = second.attach(&application).await;
    first.decide(request.id, false).await.has_status(204);
    let referral = first.refer(application.id, town.group.id).await;
    first.extend(referral.id, "2026-12-01").await;
    program.enrol(referral.id).await.has_status(200);
    program.undo(referral.id).await.has_status(204);
    for moment in [
        // Two working days before the new deadline, its end, and the end of the stop-list.
        "2026-11-27T04:00:00Z",
        "2026-12-01T19:00:00Z",
        "2026-12-15T19:00:00Z",
    ] {
        app.clock.set(at(moment));
        settle::sweep(app.app()).await.expect("a sweep");
    }
    app.clock.advance(TimeDelta::minutes(1));
    tell(app).await;
    let expected = [
        NoticeKind::StopListOver,
        NoticeKind::ReferralLapsed,
        NoticeKind::TwoWorkingDaysLeft,
        NoticeKind::EnrolmentUndone,
        NoticeKind::Enrolled,
        NoticeKind::ReferralExtended,
        NoticeKind::ReferralIssued,
        NoticeKind::AttachmentRequested,
    ];
    assert_eq!(kinds(&told(&first).await), expected);
    let expected = [NoticeKind::PlaceAvailable, NoticeKind::AttachmentDeclined];
    assert_eq!(kinds(&told(&second).await), expected);
    let mailed = strings(
        app.db(),
        "SELECT n.kind FROM mails m JOIN notices n ON n.id = m.notice_id ORDER BY m.id".into(),
    )
    .await;
    let expected = [
        "attachment_requested",
        "referral_issued",
        "enrolment_undone",
        "referral_lapsed",
    ];
    assert_eq!(mailed, expected);
}

async fn an_extension_moves_the_reminders(app: &TestApp) {
    let town = app.town(1).await;
    let (parent, application) = queued(app, &town).await;
    let referral = parent.refer(application.id, town.group.id).await;
    parent.extend(referral.id, "2026-12-10").await;
    for (moment, kind, number) in [
        ("2026-12-08T04:00:00Z", NoticeKind::TwoWorkingDaysLeft, 3),
        ("2026-12-09T04:00:00Z", NoticeKind::OneWorkingDayLeft, 4),
    ] {
        app.go_just_before(at(moment));
        let before = told(&parent).await;
        assert_eq!(before.items.len(), number - 1, "the old ones are not sent");
        app.clock.set(at(moment));
        let page = told(&parent).await;
        let newest: &Notice = &page.items[0];
        assert_eq!((newest.kind, newest.at), (kind, at(moment)));
        assert!(newest.text.contains("10.12.2026"), "{newest:?}");
        assert_eq!(page.items.len(), number);
    }
    assert_eq!(mails(app).await, 4);
}

async fn what_has_ended_reminds_of_nothing(app: &TestApp) {
    let town = app.town(2).await;
    let program = Program::of(app, &town.kindergarten).await;
    let (one, revoked) = queued(app, &town).await;
    let referral = one.refer(revoked.id, town.group.id).await;
    revoke(&one, &referral).await;
    let (other, enrolled) = queued(app, &town).await;
    let referral = other.refer(enrolled.id, town.group.id).await;
    program.enrol(referral.id).await.has_status(200);
    for moment in [TWO_DAYS_LEFT, ONE_DAY_LEFT, DEADLINE_OVER] {
        app.clock.set(at(moment));
        settle::sweep(app.app()).await.expect("a sweep");
    }
    let expected = [NoticeKind::ReferralRevoked, NoticeKind::ReferralIssued];
    assert_eq!(kinds(&told(&one).await), expected);
    let expected = [NoticeKind::Enrolled, NoticeKind::ReferralIssued];
    assert_eq!(kinds(&told(&other).await), expected);
    assert_eq!(mails(app).await, 4);
}

async fn an_enrolment_that_was_undone_reminds_again(app: &TestApp) {
    let town = app.town(1).await;
    let program = Program::of(app, &town.kindergarten).await;
    let (parent, application) = queued(app, &town).await;
    let referral = parent.refer(application.id, town.group.id).await;
    program.enrol(referral.id).await.has_status(200);
    program.undo(referral.id).await.has_status(204);
    app.clock.set(at(TWO_DAYS_LEFT));
    settle::sweep(app.app()).await.expect("a sweep");
    app.clock.set(at(ONE_DAY_LEFT));
    let expected = [
        NoticeKind::OneWorkingDayLeft,
        NoticeKind::TwoWorkingDaysLeft,
        NoticeKind::EnrolmentUndone,
        NoticeKind::Enrolled,
        NoticeKind::ReferralIssued,
    ];
    assert_eq!(kinds(&told(&parent).await), expected);
    assert_eq!(mails(app).await, 5);
}

async fn a_request_that_was_declined_tells_nothing_of_the_child(app: &TestApp) {
    let town = app.town(1).await;
    let (first, application) = queued(app, &town).await;
    let second = Parent::with_confirmed_email(app).await;
    let request = second.attach(&application).await;
    first.decide(request.id, false).await.has_status(204);
    let page = told(&second).await;
    assert_eq!(kinds(&page), [NoticeKind::AttachmentDeclined]);
    assert_eq!(page.items[0].application_id, None);
    let number = application.number.as_str();
    assert!(page.items[0].title.contains(number), "{:?}", page.items[0]);
    let written = strings(
        app.db(),
        "SELECT m.subject || m.body || CAST(n.facts AS TEXT) FROM mails m \
         JOIN notices n ON n.id = m.notice_id WHERE n.kind = 'attachment_declined'"
            .into(),
    )
    .await;
    assert_eq!(written.len(), 1);
    let id = application.id.to_string();
    for secret in ["Айлин", id.as_str(), application.child.surname.as_str()] {
        assert!(!written[0].contains(secret), "{secret} in {}", written[0]);
    }
    // The applicant has declined it and need not be told.
    let expected = [NoticeKind::AttachmentRequested];
    assert_eq!(kinds(&told(&first).await), expected);
}

async fn a_place_that_is_given_back_is_told_to_whom_it_fits(app: &TestApp) {
    let (town, elsewhere) = (app.town(1).await, app.town(1).await);
    let (parent, application) = queued(app, &town).await;
    let referral = parent.refer(application.id, town.group.id).await;
    let mut subscribers = Vec::new();
    for locality in [town.id(), elsewhere.id()] {
        let subscriber = Parent::new(app).await;
        let filter = VacancyFilter {
            locality_id: Some(locality),
            ..VacancyFilter::default()
        };
        subscriber
            .client
            .post(endpoint::VACANCY_SUBSCRIPTIONS, &filter)
            .await
            .has_status(201);
        subscribers.push(subscriber);
    }
    revoke(&parent, &referral).await;
    let tell_at = app.now() + TimeDelta::minutes(1);
    app.go_just_before(tell_at);
    assert_eq!(kinds(&told(&subscribers[0]).await), []);
    app.clock.set(tell_at);
    for _ in 0..2 {
        tell(app).await;
        let expected = [NoticeKind::PlaceAvailable];
        assert_eq!(kinds(&told(&subscribers[0]).await), expected);
        assert_eq!(kinds(&told(&subscribers[1]).await), []);
    }
    assert_eq!(mails(app).await, 3);
}

async fn the_same_act_in_two_processes_is_told_once(app: &TestApp) {
    let town = app.town(1).await;
    let process = app.second_process().await;
    let here = Program::of(app, &town.kindergarten).await;
    let there = here.client.moved_to(process.base());
    let (parent, application) = queued(app, &town).await;
    let twin = parent.at(&process);
    let second = Parent::new(app).await;

    let request = second.attach(&application).await;
    let decided = tokio::join!(
        parent.decide(request.id, true),
        twin.decide(request.id, true)
    );
    assert_eq!((decided.0.status, decided.1.status), (204, 204));

    let referral = parent.refer(application.id, town.group.id).await;
    let wish = json!({"until": "2026-12-10", "reason": "moving"});
    let draft: Draft = parent.draft_extension(referral.id, &wish).await.created();
    let extended = tokio::join!(
        parent.submit_extension(referral.id, &draft),
        twin.submit_extension(referral.id, &draft)
    );
    once(&extended.0, &extended.1);

    let path = endpoint::enrolment(referral.id);
    let nothing = json!({});
    let enrolled = tokio::join!(here.enrol(referral.id), there.put(&path, &nothing));
    assert_eq!((enrolled.0.status, enrolled.1.status), (200, 200));
    let undone = tokio::join!(here.undo(referral.id), there.delete(&path));
    assert_eq!((undone.0.status, undone.1.status), (204, 204));

    let draft: Draft = parent.draft_revocation(referral.id).await.created();
    let revoked = tokio::join!(
        parent.submit_revocation(referral.id, &draft),
        twin.submit_revocation(referral.id, &draft)
    );
    once(&revoked.0, &revoked.1);

    let draft: Draft = parent.draft_withdrawal(application.id).await.created();
    let withdrawn = tokio::join!(
        parent.submit_withdrawal(application.id, &draft),
        twin.submit_withdrawal(application.id, &draft)
    );
    once(&withdrawn.0, &withdrawn.1);

    let of_both = [
        NoticeKind::Withdrawn,
        NoticeKind::ReferralRevoked,
        NoticeKind::EnrolmentUndone,
        NoticeKind::Enrolled,
        NoticeKind::ReferralExtended,
        NoticeKind::ReferralIssued,
        NoticeKind::Attached,
    ];
    assert_eq!(kinds(&told(&second).await), of_both);
    let mut of_applicant = of_both.to_vec();
    of_applicant.push(NoticeKind::AttachmentRequested);
    assert_eq!(kinds(&told(&parent).await), of_applicant);
    assert_eq!(mails(app).await, 15);
    process.stop().await;
}

/// One of two did it, and the other, with the same signature, is led to what was done.
fn once(one: &Answer, other: &Answer) {
    assert_eq!((one.status, other.status), (200, 200));
    assert_eq!(one.text(), other.text());
}
