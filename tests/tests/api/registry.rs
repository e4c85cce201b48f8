//! The registry of parents where children are verified (R27): it confirms, denies, or does not answer and is
//! asked again; and what becomes of benefits that were claimed before officials decided.

use super::notices;
use balabaqsha_api::service::life::{
    benefits::{self, OfBefore},
    children, registry_questions, todo,
};
use balabaqsha_shared::{
    application::{Benefit, BenefitState, Category},
    dto::{Application, EventKind, Participation},
    notice::NoticeKind,
};
use balabaqsha_store::applications::Waiting;
use balabaqsha_tests::{
    Engine, Parent, TestApp,
    builders::{Town, child},
    database::run_sql,
    officials::{about, decide},
    on_both_engines, over_http_with,
};
use chrono::TimeDelta;
use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::{Arc, Mutex, PoisonError},
    thread,
};

on_both_engines!(here::on_engine:
    the_registry_verifies_a_child_at_once,
    a_child_that_the_registry_does_not_know_waits_for_an_official,
    a_registry_that_does_not_answer_is_asked_again,
);

on_both_engines!(over_http:
    both_parents_are_verified,
    a_disputed_application_takes_part_again,
    benefits_of_before_become_claims_or_are_confirmed,
    what_waits_for_officials_is_listed,
);

/// What the registry of a test answers, until it is changed.
type Manner = Arc<Mutex<&'static str>>;

/// A registry with one manner for all questions.
fn registry(manner: &Manner) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let address = listener.local_addr().expect("an address");
    let manner = Arc::clone(manner);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a question");
            let mut question = Vec::new();
            let mut buffer = [0; 1024];
            while !String::from_utf8_lossy(&question).contains('}') {
                let read = stream.read(&mut buffer).expect("a question");
                question.extend_from_slice(&buffer[..read]);
            }
            let body = *manner.lock().unwrap_or_else(PoisonError::into_inner);
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            // A question that was given up has no reader.
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    format!("http://{address}/parents")
}

fn on_engine(engine: Engine, test: fn(Engine)) {
    test(engine);
}

const NO_ANSWER: &str = "busy";

fn with_registry(
    engine: Engine,
    answer: &'static str,
    test: impl AsyncFnOnce(&TestApp, Parent, Application, Manner),
) {
    let manner: Manner = Arc::new(Mutex::new(answer));
    let url = registry(&manner);
    over_http_with(
        engine,
        |settings| settings.registry_url = Some(url),
        async |app| {
            let town = app.checked_town(1).await;
            let parent = Parent::new(app).await;
            let application = parent.queue(town.id(), &child("2022-05-10")).await;
            test(app, parent, application, manner).await;
        },
    );
}

fn the_registry_verifies_a_child_at_once(engine: Engine) {
    let answer = "{\"parent\":true,\"birth_date\":\"2022-05-10\"}";
    with_registry(engine, answer, async |_, parent, application, _| {
        assert_eq!(application.participation, Participation::Full);
        assert!(application.choosing.allowed, "{:?}", application.choosing);
        let told = parent.history(application.id).await;
        let kinds: Vec<_> = told.items.iter().map(|event| event.kind).collect();
        assert!(kinds.contains(&EventKind::ChildVerified));
        assert!(!kinds.contains(&EventKind::BirthDateRegistered));
    });
}

fn a_child_that_the_registry_does_not_know_waits_for_an_official(engine: Engine) {
    let answer = "{\"parent\":false}";
    with_registry(engine, answer, async |app, parent, application, _| {
        assert_eq!(application.participation, Participation::Unverified);
        assert_eq!(application.position.as_ref().expect("a number").number, 1);
        assert_eq!(parent.unmet(application.id).await, ["child-unverified"]);
        balabaqsha_tests::officials::verify(app, &application).await;
        let verified = parent.application(application.id).await;
        assert!(verified.choosing.allowed, "{:?}", verified.choosing);
        let again = children::verify_by_official(&app.app().core, about(&application), None);
        assert!(again.await.is_err(), "once");
    });
}

fn a_registry_that_does_not_answer_is_asked_again(engine: Engine) {
    with_registry(
        engine,
        NO_ANSWER,
        async |app, parent, application, manner| {
            let waits = ["child-verification-pending"];
            assert_eq!(parent.unmet(application.id).await, waits);
            let answer = "{\"parent\":true}";
            *manner.lock().unwrap_or_else(PoisonError::into_inner) = answer;
            registry_questions::ask_again(app.app())
                .await
                .expect("a beat");
            assert_eq!(parent.unmet(application.id).await, waits, "not yet");
            app.clock.advance(TimeDelta::minutes(1));
            registry_questions::ask_again(app.app())
                .await
                .expect("a beat");
            let verified = parent.application(application.id).await;
            assert_eq!(verified.participation, Participation::Full);
            let told = notices::kinds(&notices::told(&parent).await);
            assert!(told.contains(&NoticeKind::ChildVerified));
        },
    );
}

async fn both_parents_are_verified(app: &TestApp) {
    let town = app.checked_town(2).await;
    let (mother, father) = (Parent::new(app).await, Parent::new(app).await);
    let theirs = child("2022-05-10");
    let first = mother.queue(town.id(), &theirs).await;
    balabaqsha_tests::officials::verify(app, &first).await;
    let claim = father.queue(town.id(), &theirs).await;
    mother.application(first.id).await;
    balabaqsha_tests::officials::verify(app, &claim).await;
    // Hers stays as it is, and he has it attached.
    let stays = mother.application(first.id).await;
    assert_eq!(stays.participation, Participation::Full);
    assert_eq!(father.application(first.id).await.id, first.id);
    let told = notices::kinds(&notices::told(&mother).await);
    assert!(told.contains(&NoticeKind::Attached));
    let closed = father.application(claim.id).await;
    assert!(!closed.state.is_active(), "{:?}", closed.state);
}

async fn a_disputed_application_takes_part_again(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let mine = parent.queue(town.id(), &child("2022-05-10")).await;
    let held = parent.hold(mine.id, town.group.id).await;
    assert!(
        decide(app, &mine, true).await.is_err(),
        "nobody disputes it"
    );
    assert!(decide(app, &mine, false).await.is_err());
    let core = &app.app().core;
    children::dispute(core, about(&mine))
        .await
        .expect("a dispute");
    assert!(children::dispute(core, about(&mine)).await.is_err(), "once");
    assert_eq!(
        app.places(town.group.id).await,
        (1, 0, 24),
        "its hold has ended"
    );
    let answer = parent.submit_referral(&held).await;
    answer.refused(balabaqsha_shared::code::Code::ApplicationDisputed);
    decide(app, &mine, true).await.expect("a decision");
    let back = parent.application(mine.id).await;
    assert_eq!(back.participation, Participation::Full);
    assert_eq!(back.submitted_at, mine.submitted_at);
    parent.refer(mine.id, town.group.id).await;
}

/// As the release before has written it.
async fn with_benefit_of_before(app: &TestApp, town: &Town, parent: &Parent) -> Application {
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let number = application.number.as_str();
    let sql = format!("UPDATE applications SET category = 1 WHERE number = '{number}'");
    run_sql(app.db(), &sql).await;
    application
}

async fn benefits_of_before_become_claims_or_are_confirmed(app: &TestApp) {
    let core = &app.app().core;
    for (fate, state, counts, notice) in [
        (
            OfBefore::BecomeClaims,
            BenefitState::Claimed,
            Category::General,
            NoticeKind::BenefitClaimed,
        ),
        (
            OfBefore::AreConfirmed,
            BenefitState::Confirmed,
            Category::Priority,
            NoticeKind::BenefitConfirmed,
        ),
    ] {
        let town = app.town(1).await;
        let parent = Parent::new(app).await;
        let mine = with_benefit_of_before(app, &town, &parent).await;
        let before = parent.application(mine.id).await;
        assert_eq!(before.category, Category::Priority, "until it is settled");
        let settled = benefits::settle_those_of_before(core, fate).await;
        assert_eq!(settled.expect("benefits"), 1);
        let after = parent.application(mine.id).await;
        let benefit = Benefit {
            category: Category::Priority,
            state,
        };
        assert_eq!((after.category, after.benefit), (counts, Some(benefit)));
        assert_eq!(after.position.expect("a place").number, 1);
        let told = notices::kinds(&notices::told(&parent).await);
        assert!(told.contains(&notice));
        let again = app.without_a_change(benefits::settle_those_of_before(core, fate));
        assert_eq!(again.await.expect("nothing"), 0);
    }
}

async fn what_waits_for_officials_is_listed(app: &TestApp) {
    let town = app.checked_town(1).await;
    let open = app.town(1).await;
    let parent = Parent::new(app).await;
    let unverified = parent.queue(town.id(), &child("2022-05-10")).await;
    let mut disguised = child("2024-05-10");
    disguised.birth_date = "2022-05-10".parse().expect("a day");
    let differs = parent.queue(open.id(), &disguised).await;
    let core = &app.app().core;
    let listed = async || {
        let items = todo::list(core).await.expect("a list");
        let items = items.into_iter();
        items
            .map(|item| (item.what, item.application, item.overdue))
            .collect::<Vec<_>>()
    };
    let expected = |overdue| {
        vec![
            (Waiting::Unverified, unverified.number.clone(), overdue),
            (Waiting::DateDiffers, differs.number.clone(), overdue),
        ]
    };
    assert_eq!(listed().await, expected(false));
    app.clock.advance(TimeDelta::days(8));
    assert_eq!(listed().await, expected(true));
}
