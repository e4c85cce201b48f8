//! R17: each signed act has a document: the exact bytes, the signature, the verdict, the paper.

use balabaqsha_shared::{
    code::Code,
    dto::{Document, DocumentKind, DocumentList, Draft, Referral, ReferralVerification},
    endpoint,
    referral::ReferralState,
};
use balabaqsha_tests::{
    Answer, Parent, TestApp, at, authority, builders::child, on_both_engines, tools,
};
use std::{fs, path::Path};

on_both_engines!(over_http:
    the_signed_bytes_and_the_signature_are_kept_as_they_were,
    the_signature_verifies_with_openssl,
    the_paper_shows_what_was_signed,
    the_public_page_says_whether_a_referral_is_valid,
);

/// A parent with a referral, and both drafts that were signed on the way.
async fn referred(app: &TestApp) -> (Parent, Referral, [Draft; 2]) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let first: Draft = parent
        .draft_application(town.id(), &child("2022-05-10"))
        .await
        .created();
    let application: balabaqsha_shared::dto::Application =
        parent.submit_application(&first).await.created();
    app.clock.advance(chrono::TimeDelta::minutes(1));
    let second = parent.hold(application.id, town.group.id).await;
    let referral: Referral = parent.submit_referral(&second).await.created();
    (parent, referral, [first, second])
}

/// The documents, the oldest first.
async fn documents(parent: &Parent, referral: &Referral) -> Vec<Document> {
    let address = endpoint::application_documents(referral.application_id);
    let list: DocumentList = parent.client.get(&address).await.shown();
    list.items.into_iter().rev().collect()
}

async fn content(parent: &Parent, document: &Document) -> Answer {
    parent
        .client
        .get(&endpoint::document_content(document.id))
        .await
        .has_status(200)
}

async fn signature(parent: &Parent, document: &Document) -> Answer {
    parent
        .client
        .get(&endpoint::document_signature(document.id))
        .await
        .has_status(200)
}

async fn the_signed_bytes_and_the_signature_are_kept_as_they_were(app: &TestApp) {
    let (parent, referral, drafts) = referred(app).await;
    let documents = documents(&parent, &referral).await;
    assert_eq!(documents.len(), 2, "the application and the referral");
    for (document, draft) in documents.iter().zip(&drafts) {
        assert_eq!(content(&parent, document).await.body, draft.text.as_bytes());
        assert_eq!(
            (&document.text, &document.sha256),
            (&draft.text, &draft.sha256)
        );
        assert_eq!(document.signer.name, parent.identity.full_name());
        assert!(
            document.signer.iin_masked.ends_with("••••••"),
            "{}",
            document.signer.iin_masked
        );
        assert!(
            document.signer.issuer.contains("TEST CA (RSA)"),
            "{}",
            document.signer.issuer
        );
        assert_eq!(document.verdict.indication, "PASSED");
        // Demo mode asks nobody about revocation, and says so.
        assert!(!document.verdict.checked.is_empty() && !document.verdict.not_checked.is_empty());
        let shown: Document = parent
            .client
            .get(&endpoint::document(document.id))
            .await
            .shown();
        assert_eq!(shown, *document);
        let cms = signature(&parent, document).await;
        assert_eq!(cms.header("content-type"), "application/pkcs7-signature");
        assert_eq!(cms.header("cache-control"), "no-store");
    }
    assert_eq!(documents[0].kind, DocumentKind::Application);
    assert_eq!(
        (documents[1].kind, documents[1].referral_id),
        (DocumentKind::Referral, Some(referral.id))
    );
    assert_eq!(documents[1].number, referral.number.as_str());
}

/// What the command line of OpenSSL says of a signature.
fn openssl_verifies(folder: &Path, moment: i64) -> bool {
    let moment = moment.to_string();
    let arguments = [
        "cms",
        "-verify",
        "-binary",
        "-inform",
        "DER",
        "-in",
        "signature.p7s",
        "-content",
        "content.txt",
        "-CAfile",
        "authority.pem",
        "-purpose",
        "any",
        "-attime",
        &moment,
        "-out",
        "verified.txt",
    ];
    tools::try_run(folder, "openssl", &arguments)
        .status
        .success()
}

async fn the_signature_verifies_with_openssl(app: &TestApp) {
    if !tools::is_there("openssl") {
        return;
    }
    let (parent, referral, _) = referred(app).await;
    for document in documents(&parent, &referral).await {
        let folder = tempfile::tempdir().expect("a folder");
        let bytes = content(&parent, &document).await.body;
        let write =
            |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).expect("a file");
        write("content.txt", &bytes);
        write("signature.p7s", &signature(&parent, &document).await.body);
        write("authority.pem", authority().rsa_anchor_pem().as_bytes());
        let moment = document.signed_at.timestamp();
        assert!(openssl_verifies(folder.path(), moment));
        assert_eq!(
            fs::read(folder.path().join("verified.txt")).expect("a file"),
            bytes
        );
        // The same command notices one bit.
        let mut other = bytes.clone();
        other[0] ^= 1;
        write("content.txt", &other);
        assert!(!openssl_verifies(folder.path(), moment));
    }
}

async fn the_paper_shows_what_was_signed(app: &TestApp) {
    let (parent, referral, _) = referred(app).await;
    let documents = documents(&parent, &referral).await;
    for document in &documents {
        let answer = parent
            .client
            .get(&endpoint::document_pdf(document.id))
            .await
            .has_status(200);
        assert_eq!(answer.header("content-type"), "application/pdf");
        assert!(answer.header("content-disposition").starts_with("inline"));
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(answer.body.starts_with(b"%PDF-"));
        let again = parent
            .client
            .get(&endpoint::document_pdf(document.id))
            .await;
        assert_eq!(again.body, answer.body, "the same paper each time");
        let path = endpoint::document_pdf(document.id);
        let request = parent
            .client
            .request(reqwest::Method::GET, &path)
            .header("If-None-Match", answer.header("etag"));
        let known = parent.client.send(request).await.has_status(304);
        assert!(known.body.is_empty());

        if !tools::is_there("pdftotext") {
            return;
        }
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("paper.pdf"), &answer.body).expect("a file");
        let output = tools::run(folder.path(), "pdftotext", &["-layout", "paper.pdf", "-"]);
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let mut facts = vec![
            document.number.as_str(),
            "Серикова Айлин Данияровна",
            "Кандыагаш",
        ];
        if document.kind == DocumentKind::Referral {
            facts.extend(["Күншуақ", "30.11.2026", "Ботақан"]);
        }
        for fact in facts {
            assert!(text.contains(fact), "{fact} is missing in:\n{text}");
        }
    }
}

async fn the_public_page_says_whether_a_referral_is_valid(app: &TestApp) {
    let (parent, referral, _) = referred(app).await;
    let token = referral
        .verification_url
        .rsplit('/')
        .next()
        .expect("a token")
        .to_owned();
    let stranger = app.client();
    let address = endpoint::referral_verification(&token);
    let answer = stranger.get(&address).await;
    let told = answer.text();
    let page: ReferralVerification = answer.shown();
    assert_eq!(
        (page.number, page.state),
        (referral.number.clone(), ReferralState::NEW)
    );
    assert_eq!(page.child_name_masked, "С••• А••• Д•••");
    assert_eq!(
        (page.deadline, page.checked_at),
        (referral.deadline, app.now())
    );
    // As it is typed from paper.
    let typed = format!(
        "{}-{}%20{}",
        &token[..5],
        &token[5..12].to_lowercase(),
        &token[12..]
    );
    let typed: ReferralVerification = stranger
        .get(&endpoint::referral_verification(&typed))
        .await
        .shown();
    assert_eq!(typed.number, referral.number);
    let application = parent.application(referral.application_id).await;
    for secret in [
        &application.child.iin.to_string(),
        &parent.identity.iin,
        "Серикова",
        "Айлин",
        "СЕРИКОВ",
        "7011234567",
        "2022-05-10",
        &application.id.to_string(),
    ] {
        assert!(
            !told.contains(secret),
            "{secret} is shown to everybody: {told}"
        );
    }
    app.clock.set(at("2026-11-30T19:00:00Z"));
    let page: ReferralVerification = stranger.get(&address).await.shown();
    assert_eq!(page.state, ReferralState::Lapsed { at: app.now() });
    for unknown in [&token[1..], "x", &"y".repeat(500), "%00", "%27%20OR%201=1"] {
        stranger
            .get(&endpoint::referral_verification(unknown))
            .await
            .refused(Code::NotFound);
    }
}
