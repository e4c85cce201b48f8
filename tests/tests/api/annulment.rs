//! An official annuls an active referral for a reason: the place is free again, the child stands
//! where it stood, the parents are told why, and who decided stays in the journal.

use super::notices::{kinds, mails, told};
use balabaqsha_api::service::{
    life::annulment::{self, Annulled, AnnulmentError, Wish},
    telling::free_places,
};
use balabaqsha_shared::{
    application::ApplicationState,
    code::Code,
    dto::{Draft, EventKind, Referral, ReferralVerification, VacancyList, VacancySubscription},
    endpoint,
    notice::NoticeKind,
    referral::ReferralState,
    time,
    vacancy::VacancyFilter,
};
use balabaqsha_tests::{
    Parent, Program, TestApp, at,
    builders::{Town, child},
    database::strings,
    on_both_engines,
};
use chrono::TimeDelta;
use serde_json::json;

on_both_engines!(over_http:
    an_annulled_referral_gives_the_place_and_the_old_place_in_the_queue_back,
    an_annulment_is_told_to_both_parents_and_ends_the_reminders,
    only_an_active_referral_is_annulled,
    what_means_nothing_annuls_nothing,
    an_annulled_place_is_published_at_its_time,
    officials_in_two_processes_annul_once,
    a_child_is_enrolled_or_the_referral_annulled_never_both,
);

const REASON: &str = "Группа закрыта на ремонт";
const OFFICIAL: &str = "А. Ахметова";

fn wish(number: &str) -> Wish<'_> {
    Wish {
        number,
        reason: REASON,
        official: OFFICIAL,
    }
}

async fn annul(app: &TestApp, number: &str) -> Result<Annulled, AnnulmentError> {
    annulment::annul(&app.app().core, wish(number)).await
}

async fn referred(app: &TestApp, town: &Town) -> (Parent, Referral) {
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let referral = parent.refer(application.id, town.group.id).await;
    (parent, referral)
}

/// The sentence that an operator reads.
fn sentence(refused: Result<Annulled, AnnulmentError>) -> String {
    refused.expect_err("nothing was annulled").to_string()
}

async fn an_annulled_referral_gives_the_place_and_the_old_place_in_the_queue_back(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let first = parent.queue(town.id(), &child("2022-05-10")).await;
    app.clock.advance(TimeDelta::seconds(1));
    let second = parent.queue(town.id(), &child("2022-06-10")).await;
    let referral = parent.refer(first.id, town.group.id).await;
    parent.extend(referral.id, "2026-12-10").await;
    // The hours of a revocation do not bind an official.
    app.clock.set(referral.revocable_until);
    let number = format!(" {} ", referral.number.as_str().to_lowercase());
    let annulled = annul(app, &number).await.expect("an annulment");
    let expected = Annulled {
        referral: referral.number.clone(),
        application: first.number.clone(),
    };
    assert_eq!(annulled, expected);
    assert_eq!(app.places(town.group.id).await, (1, 0, 24));

    parent.log_in().await;
    let back = parent.application(first.id).await;
    assert_eq!(
        (back.state, back.lapses, back.submitted_at),
        (ApplicationState::Queued, 0, first.submitted_at)
    );
    assert_eq!(back.position.expect("a place").number, 1);
    let other = parent.application(second.id).await;
    assert_eq!(other.position.expect("a place").number, 2);
    let shown = back.referral.expect("a referral");
    assert_eq!(shown.state, ReferralState::Annulled { at: app.now() });
    assert!(!shown.revoking.allowed && !shown.extending.allowed);
    let token = shown.verification_url.rsplit('/').next().expect("a token");
    let path = endpoint::referral_verification(token);
    let paper: ReferralVerification = app.client().get(&path).await.shown();
    assert_eq!(paper.state, shown.state);

    let history = parent.history(first.id).await;
    let event = &history.items[0];
    assert_eq!(
        (event.kind, event.at),
        (EventKind::ReferralAnnulled, app.now())
    );
    let facts = json!({"number": referral.number, "reason": REASON});
    assert_eq!(event.data, facts, "parents do not see who decided");
    let logged = strings(
        app.db(),
        "SELECT official FROM events WHERE kind = 'referral_annulled' AND actor_id IS NULL \
         AND client_id IS NULL"
            .into(),
    )
    .await;
    assert_eq!(logged, [OFFICIAL]);
    // No stop-list: another choice is possible at once.
    parent.refer(first.id, town.group.id).await;
}

async fn an_annulment_is_told_to_both_parents_and_ends_the_reminders(app: &TestApp) {
    let town = app.town(1).await;
    let (first, referral) = referred(app, &town).await;
    let second = Parent::new(app).await;
    let application = first.application(referral.application_id).await;
    let request = second.attach(&application).await;
    first.decide(request.id, true).await.has_status(204);
    let subscriber = Parent::new(app).await;
    let filter = VacancyFilter {
        locality_id: Some(town.id()),
        ..VacancyFilter::default()
    };
    let _: VacancySubscription = subscriber
        .client
        .post(endpoint::VACANCY_SUBSCRIPTIONS, &filter)
        .await
        .created();
    let before = mails(app).await;

    annul(app, referral.number.as_str())
        .await
        .expect("an annulment");
    for parent in [&first, &second] {
        let page = told(parent).await;
        let newest = &page.items[0];
        assert_eq!(newest.kind, NoticeKind::ReferralAnnulled);
        assert!(
            newest.title.contains(referral.number.as_str()),
            "{newest:?}"
        );
        assert_eq!(newest.application_id, Some(application.id));
        let told = kinds(&page);
        let times = told.iter().filter(|kind| **kind == newest.kind).count();
        assert_eq!(times, 1);
    }
    assert_eq!(mails(app).await, before + 2);
    app.clock.advance(TimeDelta::minutes(1));
    free_places::tell(&app.app().core).await.expect("the news");
    assert_eq!(
        kinds(&told(&subscriber).await),
        [NoticeKind::PlaceAvailable]
    );
    // Past the reminders and the deadline of what is no more.
    app.clock.set(time::end_of_day(referral.deadline));
    assert_eq!(
        told(&first).await.items[0].kind,
        NoticeKind::ReferralAnnulled
    );
    assert_eq!(mails(app).await, before + 3);
}

async fn only_an_active_referral_is_annulled(app: &TestApp) {
    let town = app.town(4).await;
    let code = Code::ReferralNotActive.as_str();

    let (annulled_of, annulled) = referred(app, &town).await;
    annul(app, annulled.number.as_str())
        .await
        .expect("an annulment");
    let (revoked_of, revoked) = referred(app, &town).await;
    let draft: Draft = revoked_of.draft_revocation(revoked.id).await.created();
    revoked_of
        .submit_revocation(revoked.id, &draft)
        .await
        .has_status(200);
    let (_, enrolled) = referred(app, &town).await;
    let program = Program::of(app, &town.kindergarten).await;
    program.enrol(enrolled.id).await.has_status(200);
    for (referral, fate) in [
        (&annulled, "annulled before"),
        (&revoked, "revoked"),
        (&enrolled, "enrolled by it"),
    ] {
        let number = referral.number.as_str();
        let refused = sentence(app.without_a_change(annul(app, number)).await);
        assert!(
            refused.starts_with(code) && refused.contains(fate) && refused.contains(number),
            "{refused}"
        );
    }

    // What is annulled is over for everybody else as well.
    app.without_a_change(async {
        let not_active = Code::ReferralNotActive;
        program.enrol(annulled.id).await.refused(not_active);
        annulled_of
            .draft_revocation(annulled.id)
            .await
            .refused(not_active);
        let wish = json!({"until": "2026-12-10", "reason": "moving"});
        annulled_of
            .draft_extension(annulled.id, &wish)
            .await
            .refused(not_active);
    })
    .await;

    // One that is overdue has lapsed, whether or not a job has run.
    let (_, overdue) = referred(app, &town).await;
    let over = time::end_of_day(overdue.deadline);
    app.clock.set(over);
    let refused = app.without_a_change(annul(app, overdue.number.as_str()));
    let refused = sentence(refused.await);
    assert!(
        refused.starts_with(code) && refused.contains("lapsed"),
        "{refused}"
    );
    app.go_just_before(over);
    annul(app, overdue.number.as_str())
        .await
        .expect("the last microsecond is inside");
}

async fn what_means_nothing_annuls_nothing(app: &TestApp) {
    let town = app.town(1).await;
    let (_, referral) = referred(app, &town).await;
    let number = referral.number.as_str();
    let long = "ә".repeat(301);
    app.without_a_change(async {
        for (number, reason, official, part) in [
            (
                "АКТ-2026-000001",
                REASON,
                OFFICIAL,
                "not the number of a referral",
            ),
            ("", REASON, OFFICIAL, "not the number of a referral"),
            (
                "АКТ-Н-2026-999999",
                REASON,
                OFFICIAL,
                "there is no referral АКТ-Н-2026-999999",
            ),
            (number, " \n", OFFICIAL, "the reason"),
            (number, long.as_str(), OFFICIAL, "the reason"),
            (number, "а\u{7}б", OFFICIAL, "the reason"),
            (number, REASON, "", "the name of who decided"),
            (number, REASON, long.as_str(), "the name of who decided"),
        ] {
            let refused = annulment::annul(
                &app.app().core,
                Wish {
                    number,
                    reason,
                    official,
                },
            )
            .await;
            let refused = sentence(refused);
            assert!(refused.contains(part), "{refused}");
        }
    })
    .await;
    assert_eq!(app.places(town.group.id).await, (0, 0, 25));
}

async fn an_annulled_place_is_published_at_its_time(app: &TestApp) {
    let publication = |town: &mut Town| {
        town.locality.rules.publication_time = Some("09:00:00".parse().unwrap());
    };
    let town = app.town_with(1, publication).await;
    let (_, referral) = referred(app, &town).await;
    annul(app, referral.number.as_str())
        .await
        .expect("an annulment");
    let public = at("2026-11-24T04:00:00Z");
    let path = format!("{}?locality_id={}", endpoint::VACANCIES, town.id());
    for (moment, places) in [(public - TimeDelta::microseconds(1), 0), (public, 1)] {
        app.clock.set(moment);
        let list: VacancyList = app.client().get(&path).await.shown();
        assert_eq!(list.items.len(), places, "{moment}");
    }
}

async fn officials_in_two_processes_annul_once(app: &TestApp) {
    let town = app.town(1).await;
    let (parent, referral) = referred(app, &town).await;
    let process = app.second_process().await;
    let order = wish(referral.number.as_str());
    let both = tokio::join!(
        annulment::annul(&app.app().core, order),
        annulment::annul(&process.app.core, order)
    );
    let refused = match both {
        (Ok(_), refused) | (refused, Ok(_)) => sentence(refused),
        neither => panic!("{neither:?}"),
    };
    assert!(refused.contains("annulled before"), "{refused}");
    assert_eq!(app.places(town.group.id).await, (1, 0, 24));
    let expected = [NoticeKind::ReferralAnnulled, NoticeKind::ReferralIssued];
    assert_eq!(kinds(&told(&parent).await), expected);
    assert_eq!(mails(app).await, 2);
    process.stop().await;
}

async fn a_child_is_enrolled_or_the_referral_annulled_never_both(app: &TestApp) {
    for _ in 0..3 {
        let town = app.town(1).await;
        let (parent, referral) = referred(app, &town).await;
        let program = Program::of(app, &town.kindergarten).await;
        let (enrolled, annulled) = tokio::join!(
            program.enrol(referral.id),
            annul(app, referral.number.as_str())
        );
        let application = parent.application(referral.application_id).await;
        match (enrolled.status, annulled) {
            (200, Err(AnnulmentError::NotActive { .. })) => {
                let enrolled = matches!(application.state, ApplicationState::Enrolled { .. });
                assert!(enrolled, "{:?}", application.state);
                assert_eq!(app.places(town.group.id).await, (0, 0, 25));
            }
            (409, Ok(_)) => {
                assert_eq!(application.state, ApplicationState::Queued);
                assert_eq!(app.places(town.group.id).await, (1, 0, 24));
            }
            both => panic!("{both:?}"),
        }
    }
}
