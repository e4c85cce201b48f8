//! The whole job, from the public pages to the referral.

use balabaqsha_shared::{
    application::ApplicationState,
    dto::{
        ApplicationSummary, Draft, EventKind, History, LocalityList, Page, Referral, Service,
        VacancyList,
    },
    endpoint,
    referral::ReferralState,
};
use balabaqsha_tests::{Parent, TestApp, at, builders::child, on_both_engines};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use chrono::TimeDelta;
use sha2::{Digest, Sha256};

on_both_engines!(over_http:
    a_parent_with_rsa_keys_gets_a_referral,
    a_parent_with_a_gost_key_gets_a_referral,
    numbers_run_without_gaps,
);

async fn a_parent_with_rsa_keys_gets_a_referral(app: &TestApp) {
    the_whole_job(app, Parent::outside(app)).await;
}

async fn a_parent_with_a_gost_key_gets_a_referral(app: &TestApp) {
    the_whole_job(app, Parent::outside_with_gost(app)).await;
}

async fn the_whole_job(app: &TestApp, parent: Parent) {
    let town = app.town(3).await;
    let client = app.client();
    let service: Service = client.get(endpoint::SERVICE).await.shown();
    assert_eq!(service.now, app.now());
    assert_eq!(
        (service.figures.free_places, service.figures.queued_children),
        (3, 0)
    );
    let localities: LocalityList = client.get(endpoint::LOCALITIES).await.shown();
    assert_eq!(
        (localities.items[0].id, localities.items[0].free_places),
        (town.id(), 3)
    );
    let bulletin: VacancyList = client.get(endpoint::VACANCIES).await.shown();
    assert_eq!(
        (bulletin.items[0].group_id, bulletin.items[0].free_places),
        (town.group.id, 3)
    );

    let session = parent.log_in().await;
    assert_eq!(
        session.person.iin.to_string(),
        parent.identity.iin,
        "the certificate says who"
    );
    assert_eq!(session.person.full_name, parent.identity.full_name());
    assert_eq!(session.person.email, None);
    let session = parent.give_email("parent@example.kz").await;
    let email = session.person.email.expect("the address that was given");
    assert_eq!(
        (email.address.as_str(), email.confirmed),
        ("parent@example.kz", false)
    );

    let ailin = child("2022-05-10");
    let draft: Draft = parent.draft_application(town.id(), &ailin).await.created();
    let content = BASE64_STANDARD.decode(&draft.content).expect("Base64");
    assert_eq!(content, draft.text.as_bytes());
    let hash: String = Sha256::digest(&content)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(draft.sha256, hash);
    assert_eq!(draft.expires_at, app.now() + TimeDelta::minutes(30));
    for fact in [
        &ailin.iin,
        "Серикова Айлин Данияровна",
        "10.05.2022",
        "Кандыагаш",
    ] {
        assert!(
            draft.text.contains(fact),
            "{fact} is missing in:\n{}",
            draft.text
        );
    }
    let answer = parent.submit_application(&draft).await;
    let location = answer.header("location").to_owned();
    let application: balabaqsha_shared::dto::Application = answer.created();
    assert_eq!(location, endpoint::application(application.id));
    assert_eq!(application.number.as_str(), "АКТ-2026-000001");
    assert_eq!(
        (application.state, application.lapses),
        (ApplicationState::Queued, 0)
    );
    assert_eq!(application.submitted_at, app.now());
    assert_eq!(application.contact_phone.as_str(), "+77011234567");
    let position = application.position.clone().expect("a place in the queue");
    assert_eq!(
        (position.number, position.total, position.birth_year),
        (1, 1, 2022)
    );
    let choosing = &application.choosing;
    assert!(choosing.allowed && choosing.unmet.is_empty());
    assert_eq!((choosing.free_places, choosing.kindergartens), (3, 1));
    assert_eq!(parent.application(application.id).await, application);
    let journal: Page<ApplicationSummary> = parent.client.get(endpoint::APPLICATIONS).await.shown();
    assert_eq!(journal.items.len(), 1);
    assert_eq!(journal.items[0].child_name, "Серикова Айлин Данияровна");

    app.clock.advance(TimeDelta::minutes(1));
    let fitting: VacancyList = parent
        .client
        .get(&endpoint::application_vacancies(application.id))
        .await
        .shown();
    assert_eq!(fitting.items, bulletin.items);
    let draft = parent.hold(application.id, town.group.id).await;
    let hold = draft.hold.clone().expect("a held place");
    assert_eq!(hold.group_id, town.group.id);
    assert_eq!(hold.expires_at, app.now() + TimeDelta::minutes(10));
    for fact in [
        "«Күншуақ»",
        "ул. Абая, 12",
        "Ботақан",
        "АКТ-2026-000001",
        "5 рабочих дней",
    ] {
        assert!(
            draft.text.contains(fact),
            "{fact} is missing in:\n{}",
            draft.text
        );
    }
    assert_eq!(app.places(town.group.id).await, (2, 1, 22));

    app.clock.advance(TimeDelta::minutes(1));
    let answer = parent.submit_referral(&draft).await;
    let location = answer.header("location").to_owned();
    let referral: Referral = answer.created();
    assert_eq!(location, endpoint::referral(referral.id));
    assert_eq!(referral.number.as_str(), "АКТ-Н-2026-000001");
    assert_eq!(referral.state, ReferralState::NEW);
    assert_eq!(referral.issued_at, at("2026-11-23T05:02:00Z"));
    assert_eq!(referral.deadline.to_string(), "2026-11-30");
    assert_eq!(referral.working_days_left, 5);
    assert_eq!(referral.revocable_until, at("2026-11-24T05:02:00Z"));
    assert!(
        referral
            .verification_url
            .starts_with("https://balabaqsha.example.kz/r/")
    );
    let shown: Referral = parent.client.get(&location).await.shown();
    assert_eq!(shown, referral);
    assert_eq!(app.places(town.group.id).await, (2, 0, 23));

    let application = parent.application(application.id).await;
    assert_eq!(
        application.state,
        ApplicationState::Referred {
            referral_id: referral.id
        }
    );
    assert_eq!(
        (application.position, application.referral),
        (None, Some(referral))
    );
    let history: History = parent
        .client
        .get(&endpoint::application_history(application.id))
        .await
        .shown();
    let told: Vec<_> = history
        .items
        .iter()
        .map(|event| (event.kind, event.rule.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (EventKind::ReferralIssued, "R9"),
            (EventKind::PlaceHeld, "R8"),
            (EventKind::ApplicationSubmitted, "R4"),
        ]
    );
    let service: Service = client.get(endpoint::SERVICE).await.shown();
    let figures = service.figures;
    assert_eq!((figures.free_places, figures.queued_children), (2, 0));
    assert_eq!(figures.referrals_last_seven_days, 1);
}

async fn numbers_run_without_gaps(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let first = parent.queue(town.id(), &child("2022-05-10")).await;
    // A refused submission uses no number up.
    let draft: Draft = parent
        .draft_application(town.id(), &child("2022-05-11"))
        .await
        .created();
    let mut signed = parent.signed(&draft);
    signed.cms.truncate(100);
    parent
        .client
        .post(endpoint::APPLICATIONS, &signed)
        .await
        .has_status(422);
    let second = parent.submit_application(&draft).await;
    let second: balabaqsha_shared::dto::Application = second.created();
    assert_eq!(first.number.as_str(), "АКТ-2026-000001");
    assert_eq!(second.number.as_str(), "АКТ-2026-000002");
    // Years have numbers of their own, and a year begins at midnight of the wall clocks.
    app.clock.set(at("2026-12-31T19:00:00Z"));
    parent.log_in().await;
    let third = parent.queue(town.id(), &child("2022-05-12")).await;
    assert_eq!(third.number.as_str(), "АКТ-2027-000001");
}
