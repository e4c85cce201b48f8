//! Whether a key has been revoked is asked of the services of its authority, over HTTP: the
//! responder first, the lists when it does not know. What is not known is never taken for good, and
//! a refusal changes nothing.

use balabaqsha_api::config::{CertificateId, Failure, Settings};
use balabaqsha_pki::authority::Profile;
use balabaqsha_shared::{
    code::Code,
    dto::{Document, DocumentList, Problem, Session, SessionRequest},
    endpoint,
};
use balabaqsha_tests::{
    Answer, Condition, Engine, Parent, TestApp, TrustServices, authority,
    builders::child,
    on_both_engines,
    services::{Changes, Lists, Responder},
    with_services,
};
use chrono::TimeDelta;
use std::time::Duration;

on_both_engines!(here::in_order:
    a_good_key_logs_in_and_signs,
    a_revoked_key_neither_logs_in_nor_signs,
    a_key_the_responder_does_not_know_is_refused,
    who_asks_to_come_later_is_told_so,
    an_answer_that_proves_nothing_counts_for_nothing,
    nobody_leads_us_elsewhere,
    the_lists_answer_where_the_responder_does_not,
    the_list_of_changes_has_the_last_word,
    a_revocation_that_was_told_once_holds_for_good,
    a_key_on_hold_is_refused_as_long_as_it_is,
    a_list_that_proves_nothing_counts_for_nothing,
    answers_are_used_again_as_long_as_they_hold,
    lists_are_used_again_as_long_as_they_hold,
    one_failure_of_a_service_is_not_held_against_it,
    a_service_that_fails_again_and_again_is_left_alone_for_a_while,
    a_key_of_another_authority_makes_us_ask_nobody,
);
on_both_engines!(here::impatiently: a_responder_that_never_answers_is_given_up);
on_both_engines!(here::softly: an_answer_that_ran_out_lately_counts_and_is_marked);
on_both_engines!(here::without_private_addresses: our_own_network_is_never_asked);
on_both_engines!(here::by_list_alone: a_responder_that_is_switched_off_is_not_asked);
on_both_engines!(here::finding_issuers: a_missing_issuer_is_fetched_where_that_is_switched_on);
on_both_engines!(here::without_issuers: a_missing_issuer_is_not_fetched_by_itself);
on_both_engines!(here::with_a_test_authority: what_a_test_authority_certifies_is_shown_as_a_test);

fn in_order(engine: Engine, test: impl AsyncFnOnce(&TestApp, &TrustServices)) {
    with(engine, |_| (), test);
}

fn with(
    engine: Engine,
    change: impl FnOnce(&mut Settings),
    test: impl AsyncFnOnce(&TestApp, &TrustServices),
) {
    with_services(engine, |settings, _| change(settings), test);
}

fn impatiently(engine: Engine, test: impl AsyncFnOnce(&TestApp, &TrustServices)) {
    let change = |settings: &mut Settings| {
        settings.revocation.timeout_seconds = Duration::from_secs(3);
    };
    with(engine, change, test);
}

fn softly(engine: Engine, test: impl AsyncFnOnce(&TestApp, &TrustServices)) {
    let change = |settings: &mut Settings| {
        settings.revocation.failure = Failure::Soft;
        settings.revocation.overdue_hours = TimeDelta::hours(6);
    };
    with(engine, change, test);
}

fn without_private_addresses(engine: Engine, test: impl AsyncFnOnce(&TestApp, &TrustServices)) {
    let change = |settings: &mut Settings| {
        settings.revocation.private_addresses = false;
    };
    with(engine, change, test);
}

fn by_list_alone(engine: Engine, test: impl AsyncFnOnce(&TestApp, &TrustServices)) {
    with(engine, |settings| settings.revocation.ocsp = false, test);
}

fn without_issuers(engine: Engine, test: impl AsyncFnOnce(&TestApp, &TrustServices)) {
    with(engine, |settings| settings.intermediates.clear(), test);
}

fn finding_issuers(engine: Engine, test: impl AsyncFnOnce(&TestApp, &TrustServices)) {
    let change = |settings: &mut Settings| {
        settings.intermediates.clear();
        settings.revocation.fetch_issuers = true;
        settings.revocation.hosts = vec!["127.0.0.1".into()];
        settings.revocation.certificate_id = CertificateId::Sha1;
        settings.revocation.nonce = false;
    };
    with(engine, change, test);
}

fn with_a_test_authority(engine: Engine, test: impl AsyncFnOnce(&TestApp, &TrustServices)) {
    let change = |settings: &mut Settings| {
        settings.test_trust_anchors = std::mem::take(&mut settings.trust_anchors);
    };
    with(engine, change, test);
}

/// A parent with a key of the authority whose services these are.
fn outside(app: &TestApp, services: &TrustServices) -> Parent {
    let parent = Parent::outside(app);
    let key = services.key(&parent.identity);
    parent.with_key(key)
}

/// The same after the first login, long enough ago that nothing is remembered of the key.
async fn inside(app: &TestApp, services: &TrustServices) -> Parent {
    let parent = outside(app, services);
    parent.log_in().await;
    parent.give_email("parent@example.kz").await;
    app.clock.advance(TimeDelta::minutes(5));
    let _ = services.asked();
    parent
}

async fn log_in(parent: &Parent) -> Answer {
    let challenge = parent.challenge().await;
    parent.answer_challenge(&challenge, &parent.login_key).await
}

/// A login that is refused and changes nothing.
async fn refused(app: &TestApp, parent: &Parent, code: Code) -> Problem {
    let challenge = parent.challenge().await;
    let answer = parent.answer_challenge(&challenge, &parent.login_key);
    app.without_a_change(answer).await.refused(code)
}

/// Nobody said anything that could be believed.
async fn undetermined(app: &TestApp, parent: &Parent) {
    let problem = refused(app, parent, Code::SignatureUndetermined).await;
    assert_eq!(problem.status, 503);
    assert_eq!(problem.members["sub_indication"], "TRY_LATER");
}

/// The documents of a parent who has queued a child.
async fn documents(app: &TestApp, parent: &Parent) -> Vec<Document> {
    let town = app.town(1).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let documents = endpoint::application_documents(application.id);
    let list: DocumentList = parent.client.get(&documents).await.shown();
    list.items
}

async fn a_good_key_logs_in_and_signs(app: &TestApp, services: &TrustServices) {
    let parent = inside(app, services).await;
    let document = documents(app, &parent).await.remove(0);
    assert_eq!(document.verdict.indication, "PASSED");
    assert!(document.verdict.checked.contains(&"revocation".to_owned()));
    assert_eq!(document.verdict.not_checked, [""; 0]);
    assert!(!document.verdict.test_authority);
    // The responder about the key; the list of the root, about the issuer, is of the first login.
    assert_eq!(services.asked(), ["ocsp"]);
}

async fn a_revoked_key_neither_logs_in_nor_signs(app: &TestApp, services: &TrustServices) {
    let parent = inside(app, services).await;
    let town = app.town(1).await;
    let answer = parent
        .draft_application(town.id(), &child("2022-05-10"))
        .await;
    let draft = answer.created();
    services.responder(Responder::Revoked);
    let act = parent.submit_application(&draft);
    let problem = app
        .without_a_change(act)
        .await
        .refused(Code::SignatureInvalid);
    assert_eq!(problem.members["sub_indication"], "REVOKED");
    assert_eq!(problem.members["reason"], "certificate-revoked");
    let problem = refused(app, &parent, Code::SignatureInvalid).await;
    assert_eq!(problem.members["sub_indication"], "REVOKED");
}

async fn a_key_the_responder_does_not_know_is_refused(app: &TestApp, services: &TrustServices) {
    // That no list names it does not make it good.
    services.responder(Responder::Unknown);
    undetermined(app, &outside(app, services)).await;
    services.lists(Lists::Revoked);
    app.clock.advance(TimeDelta::hours(1));
    let problem = refused(app, &outside(app, services), Code::SignatureInvalid).await;
    assert_eq!(problem.members["sub_indication"], "REVOKED");
}

async fn who_asks_to_come_later_is_told_so(app: &TestApp, services: &TrustServices) {
    services.responder(Responder::TryLater);
    services.lists(Lists::Down);
    let parent = outside(app, services);
    let challenge = parent.challenge().await;
    let answer = app
        .without_a_change(parent.answer_challenge(&challenge, &parent.login_key))
        .await;
    assert_eq!(answer.header("retry-after"), "30");
    let problem = answer.refused(Code::SignatureUndetermined);
    assert_eq!(problem.members["sub_indication"], "TRY_LATER");
    // The same challenge, when the responder is back.
    services.responder(Responder::Good);
    let answer = parent.answer_challenge(&challenge, &parent.login_key).await;
    let _: Session = answer.created();
}

async fn an_answer_that_proves_nothing_counts_for_nothing(app: &TestApp, services: &TrustServices) {
    services.lists(Lists::Down);
    let parent = outside(app, services);
    for manner in [
        Responder::Stranger,
        Responder::Stale,
        Responder::OtherNonce,
        Responder::Garbage,
        Responder::Huge,
        Responder::Down,
    ] {
        services.responder(manner);
        undetermined(app, &parent).await;
        app.clock.advance(TimeDelta::seconds(30));
    }
    services.responder(Responder::Good);
    log_in(&parent).await.has_status(201);
}

async fn nobody_leads_us_elsewhere(app: &TestApp, services: &TrustServices) {
    // To the same good responder by another name, and to another service of ours.
    let port = services.base().rsplit(':').next().expect("a port");
    let elsewhere = format!("http://localhost:{port}/ocsp");
    services.responder(Responder::Elsewhere(elsewhere));
    services.lists(Lists::Elsewhere(format!(
        "http://localhost:{port}/root.crl"
    )));
    undetermined(app, &outside(app, services)).await;
    let asked = services.asked();
    assert_eq!(asked.iter().filter(|path| *path == "ocsp").count(), 1);
    // On the same host as often as it is reasonable; a circle ends.
    app.clock.advance(TimeDelta::seconds(30));
    services.responder(Responder::Elsewhere(format!("{}/ocsp", services.base())));
    services.lists(Lists::Empty);
    log_in(&outside(app, services)).await.has_status(201);
    let asked = services.asked();
    assert_eq!(asked.iter().filter(|path| *path == "ocsp").count(), 4);
}

async fn the_lists_answer_where_the_responder_does_not(app: &TestApp, services: &TrustServices) {
    for manner in [Responder::Down, Responder::TryLater, Responder::Garbage] {
        services.responder(manner);
        log_in(&outside(app, services)).await.has_status(201);
        app.clock.advance(TimeDelta::seconds(30));
    }
    services.lists(Lists::Revoked);
    let parent = outside(app, services);
    app.clock.advance(TimeDelta::hours(1));
    let problem = refused(app, &parent, Code::SignatureInvalid).await;
    assert_eq!(problem.members["sub_indication"], "REVOKED");
}

async fn the_list_of_changes_has_the_last_word(app: &TestApp, services: &TrustServices) {
    services.responder(Responder::Down);
    services.changes(Changes::Held);
    let parent = outside(app, services);
    undetermined(app, &parent).await;
    // It is news, not a condition: without it the complete list counts.
    app.clock.advance(TimeDelta::hours(1));
    services.changes(Changes::None);
    log_in(&parent).await.has_status(201);
    app.clock.advance(TimeDelta::hours(1));
    services.changes(Changes::Down);
    log_in(&parent).await.has_status(201);
    // A complete list that ran out is good enough as the base of a fresh list of changes.
    app.clock.advance(TimeDelta::hours(1));
    services.lists(Lists::Stale(2));
    services.changes(Changes::None);
    log_in(&parent).await.has_status(201);
    // What it says for good is not taken back.
    app.clock.advance(TimeDelta::hours(1));
    services.changes(Changes::Revoked);
    for changes in [Changes::Revoked, Changes::None, Changes::Down] {
        services.changes(changes);
        let problem = refused(app, &parent, Code::SignatureInvalid).await;
        assert_eq!(problem.members["sub_indication"], "REVOKED");
        app.clock.advance(TimeDelta::hours(1));
    }
}

/// What was told once for good holds when the answer has run out, whatever responder and lists say
/// then, in every process, and after all of them have ended.
async fn a_revocation_that_was_told_once_holds_for_good(app: &TestApp, services: &TrustServices) {
    let parent = outside(app, services);
    log_in(&parent).await.has_status(201);
    app.clock.advance(TimeDelta::minutes(5));
    services.responder(Responder::Revoked);
    refused(app, &parent, Code::SignatureInvalid).await;
    let as_here = (*app.app().settings).clone();
    let change = |settings: &mut Settings| *settings = as_here.clone();
    for manner in [
        Responder::Good,
        Responder::Unknown,
        Responder::Down,
        Responder::Stale,
        Responder::TryLater,
    ] {
        app.clock.advance(TimeDelta::days(1));
        services.responder(manner);
        let problem = refused(app, &parent, Code::SignatureInvalid).await;
        assert_eq!(problem.members["sub_indication"], "REVOKED");
        assert_eq!(problem.members["reason"], "certificate-revoked");
        // One that has never heard of it.
        let other = app.second_process_with(change).await;
        let challenge = parent.challenge().await;
        let request = SessionRequest {
            challenge_id: challenge.id,
            cms: parent.sign_with(&parent.login_key, &challenge.text),
        };
        let answer = other.client().post(endpoint::SESSIONS, &request).await;
        let problem = answer.refused(Code::SignatureInvalid);
        assert_eq!(problem.members["sub_indication"], "REVOKED");
        other.stop().await;
    }
    // It says nothing of other keys.
    services.responder(Responder::Good);
    app.clock.advance(TimeDelta::days(1));
    log_in(&outside(app, services)).await.has_status(201);
}

async fn a_key_on_hold_is_refused_as_long_as_it_is(app: &TestApp, services: &TrustServices) {
    let parent = outside(app, services);
    services.responder(Responder::Held);
    undetermined(app, &parent).await;
    app.clock.advance(TimeDelta::hours(1));
    services.responder(Responder::Good);
    log_in(&parent).await.has_status(201);
}

async fn a_list_that_proves_nothing_counts_for_nothing(app: &TestApp, services: &TrustServices) {
    services.responder(Responder::Down);
    services.changes(Changes::Down);
    let parent = outside(app, services);
    for manner in [Lists::Stranger, Lists::Stale(1), Lists::Huge, Lists::Down] {
        services.lists(manner);
        undetermined(app, &parent).await;
        app.clock.advance(TimeDelta::seconds(30));
    }
    services.lists(Lists::Empty);
    log_in(&parent).await.has_status(201);
}

async fn answers_are_used_again_as_long_as_they_hold(app: &TestApp, services: &TrustServices) {
    let parent = outside(app, services);
    log_in(&parent).await.has_status(201);
    let asked = services.asked();
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(asked.contains(&"ocsp".to_owned()) && asked.contains(&"root.crl".to_owned()));
    services.responder(Responder::Revoked);
    let first = app.now() + TimeDelta::minutes(5);
    app.go_just_before(first);
    log_in(&parent).await.has_status(201);
    assert_eq!(services.asked(), [""; 0]);
    app.clock.set(first);
    refused(app, &parent, Code::SignatureInvalid).await;
    assert_eq!(services.asked(), ["ocsp"]);
    // What was learned of one key says nothing of another.
    log_in(&outside(app, services)).await.has_status(422);
    assert_eq!(services.asked(), ["ocsp"]);
}

async fn lists_are_used_again_as_long_as_they_hold(app: &TestApp, services: &TrustServices) {
    services.responder(Responder::Down);
    let parent = outside(app, services);
    log_in(&parent).await.has_status(201);
    let asked = services.asked();
    for path in ["ocsp", "list.crl", "changes.crl", "root.crl"] {
        assert_eq!(asked.iter().filter(|asked| *asked == path).count(), 1);
    }
    let first = app.now() + TimeDelta::hours(1);
    app.go_just_before(first);
    log_in(&parent).await.has_status(201);
    assert_eq!(services.asked(), ["ocsp"]);
    app.clock.set(first);
    log_in(&parent).await.has_status(201);
    assert!(services.asked().contains(&"list.crl".to_owned()));
}

async fn one_failure_of_a_service_is_not_held_against_it(app: &TestApp, services: &TrustServices) {
    for _ in 0..3 {
        services.responder(Responder::Down);
        log_in(&outside(app, services)).await.has_status(201);
        services.responder(Responder::Good);
        let _ = services.asked();
        log_in(&outside(app, services)).await.has_status(201);
        assert_eq!(services.asked(), ["ocsp"]);
    }
}

async fn a_service_that_fails_again_and_again_is_left_alone_for_a_while(
    app: &TestApp,
    services: &TrustServices,
) {
    services.responder(Responder::Down);
    for _ in 0..3 {
        let _ = services.asked();
        log_in(&outside(app, services)).await.has_status(201);
        assert!(services.asked().contains(&"ocsp".to_owned()));
    }
    services.responder(Responder::Good);
    let again = app.now() + TimeDelta::seconds(30);
    app.go_just_before(again);
    log_in(&outside(app, services)).await.has_status(201);
    assert_eq!(services.asked(), [""; 0]);
    app.clock.set(again);
    log_in(&outside(app, services)).await.has_status(201);
    assert_eq!(services.asked(), ["ocsp"]);
}

async fn a_key_of_another_authority_makes_us_ask_nobody(app: &TestApp, services: &TrustServices) {
    let parent = Parent::outside(app);
    let key = authority().key(&parent.identity, Profile::Gost512, Condition::Valid);
    let parent = parent.with_key(key);
    refused(app, &parent, Code::CertificateUntrusted).await;
    assert_eq!(services.asked(), [""; 0]);
}

async fn a_responder_that_never_answers_is_given_up(app: &TestApp, services: &TrustServices) {
    services.responder(Responder::Silent);
    log_in(&outside(app, services)).await.has_status(201);
    let asked = services.asked();
    assert!(asked.contains(&"ocsp".to_owned()) && asked.contains(&"list.crl".to_owned()));
}

async fn an_answer_that_ran_out_lately_counts_and_is_marked(
    app: &TestApp,
    services: &TrustServices,
) {
    let parent = inside(app, services).await;
    services.responder(Responder::Down);
    services.changes(Changes::Down);
    services.lists(Lists::Stale(5));
    let document = documents(app, &parent).await.remove(0);
    assert_eq!(document.verdict.indication, "PASSED");
    assert_eq!(document.verdict.not_checked, ["revocation-freshness"]);
    // Beyond what was allowed, and without any answer, it is as with hard failure.
    app.clock.advance(TimeDelta::minutes(61));
    services.lists(Lists::Stale(7));
    undetermined(app, &outside(app, services)).await;
    app.clock.advance(TimeDelta::minutes(61));
    services.lists(Lists::Revoked);
    let revoked = outside(app, services);
    refused(app, &revoked, Code::SignatureInvalid).await;
    services.responder(Responder::Unknown);
    app.clock.advance(TimeDelta::minutes(61));
    services.lists(Lists::Empty);
    undetermined(app, &outside(app, services)).await;
}

async fn our_own_network_is_never_asked(app: &TestApp, services: &TrustServices) {
    undetermined(app, &outside(app, services)).await;
    assert_eq!(services.asked(), [""; 0]);
}

async fn a_responder_that_is_switched_off_is_not_asked(app: &TestApp, services: &TrustServices) {
    services.responder(Responder::Revoked);
    log_in(&outside(app, services)).await.has_status(201);
    assert!(!services.asked().contains(&"ocsp".to_owned()));
}

async fn a_missing_issuer_is_fetched_where_that_is_switched_on(
    app: &TestApp,
    services: &TrustServices,
) {
    log_in(&outside(app, services)).await.has_status(201);
    assert_eq!(
        services.asked().first().map(String::as_str),
        Some("issuer.cer")
    );
}

async fn a_missing_issuer_is_not_fetched_by_itself(app: &TestApp, services: &TrustServices) {
    refused(app, &outside(app, services), Code::CertificateUntrusted).await;
    assert_eq!(services.asked(), [""; 0]);
}

async fn what_a_test_authority_certifies_is_shown_as_a_test(
    app: &TestApp,
    services: &TrustServices,
) {
    let parent = inside(app, services).await;
    let document = documents(app, &parent).await.remove(0);
    assert_eq!(document.verdict.indication, "PASSED");
    assert!(document.verdict.test_authority);
    assert!(document.verdict.checked.contains(&"revocation".to_owned()));
}
