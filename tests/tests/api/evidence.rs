//! R17: with every signed act the chain, the answers about revocation and a time stamp are kept, and
//! prove it years later, when nobody answers any more.

use balabaqsha_api::service::signed::{
    stamping,
    verify_again::{Proof, verify_again},
};
use balabaqsha_pki::verdict::Verdict;
use balabaqsha_shared::{
    dto::{
        Document, DocumentEvidence, DocumentList, EvidenceRole, GivenEvidence, VerificationReport,
        VerificationRequest,
    },
    endpoint,
};
use balabaqsha_tests::{
    Engine, Parent, TestApp, TrustServices, at,
    builders::child,
    database, on_both_engines,
    services::{Lists, Responder, Stamper},
    with_services,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use chrono::TimeDelta;

on_both_engines!(here::in_order:
    an_act_is_proven_years_later_without_asking_anybody,
    what_is_kept_can_be_verified_by_others,
    lists_prove_as_much_as_responders,
    without_a_stamper_no_time_stamp_is_ordered,
);
on_both_engines!(here::with_a_stamper:
    a_time_stamp_is_got_after_the_act_and_proves_it,
    a_stamper_that_is_away_blocks_no_act_and_is_asked_again,
    a_time_stamp_over_something_else_is_not_kept,
);

fn in_order(engine: Engine, test: impl AsyncFnOnce(&TestApp, &TrustServices)) {
    with_services(engine, |_, _| (), test);
}

fn with_a_stamper(engine: Engine, test: impl AsyncFnOnce(&TestApp, &TrustServices)) {
    with_services(
        engine,
        |settings, services| settings.tsa_url = Some(services.time_stamps()),
        test,
    );
}

/// The document of an application signed with a key that ends in half a year.
async fn signed_act(app: &TestApp, services: &TrustServices) -> (Parent, Document) {
    let parent = Parent::outside(app);
    let key = services.key_until(&parent.identity, at("2027-05-01T00:00:00Z"));
    let parent = parent.with_key(key);
    parent.log_in().await;
    parent.give_email("parent@example.kz").await;
    let town = app.town(1).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let documents = endpoint::application_documents(application.id);
    let mut list: DocumentList = parent.client.get(&documents).await.shown();
    (parent, list.items.remove(0))
}

async fn evidence_of(parent: &Parent, document: &Document) -> DocumentEvidence {
    let address = endpoint::document_evidence(document.id);
    parent.client.get(&address).await.shown()
}

fn roles(evidence: &DocumentEvidence) -> Vec<EvidenceRole> {
    evidence.items.iter().map(|item| item.role).collect()
}

/// Years later: the key has expired, and nobody answers.
fn years_later(app: &TestApp, services: &TrustServices) {
    app.clock.set(at("2036-11-23T05:00:00Z"));
    services.responder(Responder::Down);
    services.lists(Lists::Down);
    services.stamper(Stamper::Down);
    let _ = services.asked();
}

async fn an_act_is_proven_years_later_without_asking_anybody(
    app: &TestApp,
    services: &TrustServices,
) {
    let (parent, document) = signed_act(app, services).await;
    let kept = evidence_of(&parent, &document).await;
    assert_eq!(
        roles(&kept),
        [
            EvidenceRole::Signer,
            EvidenceRole::Authority,
            EvidenceRole::Anchor,
            EvidenceRole::Crl,
            EvidenceRole::Ocsp,
        ]
    );
    assert_eq!(kept.judged_at, document.signed_at);
    assert_eq!(kept.verdict, document.verdict);
    years_later(app, services);
    let again = verify_again(app.app(), document.id).await.unwrap();
    assert_eq!(again.report.verdict, Verdict::Passed);
    assert_eq!(again.proof, Proof::Record);
    assert_eq!(services.asked(), [""; 0]);
    // Without the answers of that day it could not be said.
    let sql = "DELETE FROM document_evidence WHERE role = 'ocsp'";
    database::run_sql(app.db(), sql).await;
    let again = verify_again(app.app(), document.id).await.unwrap();
    assert_eq!(again.report.verdict, Verdict::Indeterminate);
}

/// The evidence in the form in which it is given for a verification.
fn given(kept: &DocumentEvidence) -> GivenEvidence {
    let of = |wanted: &[EvidenceRole]| -> Vec<String> {
        let items = kept.items.iter();
        items
            .filter(|item| wanted.contains(&item.role))
            .map(|item| item.der.clone())
            .collect()
    };
    GivenEvidence {
        certificates: of(&[EvidenceRole::Signer, EvidenceRole::Authority]),
        crls: of(&[EvidenceRole::Crl]),
        ocsp: of(&[EvidenceRole::Ocsp]),
    }
}

async fn what_is_kept_can_be_verified_by_others(app: &TestApp, services: &TrustServices) {
    let (parent, document) = signed_act(app, services).await;
    let kept = evidence_of(&parent, &document).await;
    let address = endpoint::document_signature(document.id);
    let cms = parent.client.get(&address);
    let mut request = VerificationRequest {
        cms: BASE64_STANDARD.encode(cms.await.has_status(200).body),
        content: Some(BASE64_STANDARD.encode(&document.text)),
        detached: Some(true),
        at: Some(kept.judged_at),
        usage: Default::default(),
        evidence: Some(given(&kept)),
    };
    years_later(app, services);
    let nobody = app.client();
    let verify = async |request: &VerificationRequest| -> VerificationReport {
        nobody
            .post(endpoint::SIGNATURE_VERIFICATION, request)
            .await
            .shown()
    };
    assert_eq!(verify(&request).await.decisive.verdict, "PASSED");
    request.evidence = None;
    let report = verify(&request).await.decisive;
    assert_eq!(report.verdict, "INDETERMINATE");
    assert_eq!(report.sub_indication.as_deref(), Some("TRY_LATER"));
    // By today's date the certificate has run out.
    request.at = None;
    request.evidence = Some(given(&kept));
    let report = verify(&request).await.decisive;
    assert_eq!(
        report.sub_indication.as_deref(),
        Some("OUT_OF_BOUNDS_NO_POE")
    );
    assert_eq!(services.asked(), [""; 0]);
}

async fn lists_prove_as_much_as_responders(app: &TestApp, services: &TrustServices) {
    services.responder(Responder::Down);
    let (parent, document) = signed_act(app, services).await;
    let kept = roles(&evidence_of(&parent, &document).await);
    let lists = kept.iter().filter(|role| **role == EvidenceRole::Crl);
    // Of the root, and of the issuer: the complete one and the changes.
    assert_eq!(lists.count(), 3);
    assert!(!kept.contains(&EvidenceRole::Ocsp));
    years_later(app, services);
    let again = verify_again(app.app(), document.id).await.unwrap();
    assert_eq!(again.report.verdict, Verdict::Passed);
}

async fn orders(app: &TestApp, condition: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM time_stamp_orders WHERE {condition}");
    database::number(app.db(), &sql).await
}

async fn without_a_stamper_no_time_stamp_is_ordered(app: &TestApp, services: &TrustServices) {
    signed_act(app, services).await;
    stamping::stamp_due(app.app()).await.unwrap();
    assert_eq!(orders(app, "1 = 1").await, 0);
    assert!(!services.asked().contains(&"tsa".to_owned()));
}

async fn a_time_stamp_is_got_after_the_act_and_proves_it(app: &TestApp, services: &TrustServices) {
    let (parent, document) = signed_act(app, services).await;
    assert!(!services.asked().contains(&"tsa".to_owned()));
    app.clock.advance(TimeDelta::minutes(2));
    stamping::stamp_due(app.app()).await.unwrap();
    assert_eq!(orders(app, "stamped_at IS NOT NULL").await, 1);
    let kept = evidence_of(&parent, &document).await;
    let count = |wanted| {
        roles(&kept)
            .into_iter()
            .filter(|role| *role == wanted)
            .count()
    };
    assert_eq!(count(EvidenceRole::TimeStamp), 1);
    assert_eq!(count(EvidenceRole::StampAnchor), 1);
    let _ = services.asked();
    app.without_a_change(stamping::stamp_due(app.app()))
        .await
        .unwrap();
    assert_eq!(services.asked(), [""; 0]);

    years_later(app, services);
    let again = verify_again(app.app(), document.id).await.unwrap();
    assert_eq!(again.report.verdict, Verdict::Passed);
    assert_eq!(again.proof, Proof::TimeStamp);
    let stamped = again.report.timestamp.expect("a time stamp");
    assert_eq!(stamped, document.signed_at + TimeDelta::minutes(2));
    assert_eq!(services.asked(), [""; 0]);
}

async fn a_stamper_that_is_away_blocks_no_act_and_is_asked_again(
    app: &TestApp,
    services: &TrustServices,
) {
    services.stamper(Stamper::Down);
    let (parent, document) = signed_act(app, services).await;
    stamping::stamp_due(app.app()).await.unwrap();
    assert_eq!(orders(app, "stamped_at IS NULL").await, 1);
    services.stamper(Stamper::Good);
    let again = app.now() + TimeDelta::seconds(10);
    app.go_just_before(again);
    app.without_a_change(stamping::stamp_due(app.app()))
        .await
        .unwrap();
    app.clock.set(again);
    stamping::stamp_due(app.app()).await.unwrap();
    assert_eq!(orders(app, "stamped_at IS NOT NULL").await, 1);
    let kept = evidence_of(&parent, &document).await;
    assert!(roles(&kept).contains(&EvidenceRole::TimeStamp));
}

async fn a_time_stamp_over_something_else_is_not_kept(app: &TestApp, services: &TrustServices) {
    services.stamper(Stamper::SomethingElse);
    let (parent, document) = signed_act(app, services).await;
    stamping::stamp_due(app.app()).await.unwrap();
    assert_eq!(orders(app, "stamped_at IS NULL AND attempts = 1").await, 1);
    let kept = evidence_of(&parent, &document).await;
    assert!(!roles(&kept).contains(&EvidenceRole::TimeStamp));
    let again = verify_again(app.app(), document.id).await.unwrap();
    assert_eq!(again.proof, Proof::Record);
}
