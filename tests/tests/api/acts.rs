//! Signatures under acts: made with a signing key of the person who has logged in, over exactly
//! the bytes of the draft. Whatever is wrong, nothing changes and the draft can still be signed.

use balabaqsha_pki::{authority::Profile, cms::SignOptions};
use balabaqsha_shared::{
    code::Code,
    dto::{Application, Draft, Problem, SignedDraft},
    endpoint,
};
use balabaqsha_tests::{
    Answer, Condition, Key, Parent, TestApp, authority,
    builders::{Town, child},
    on_both_engines,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

on_both_engines!(over_http:
    a_key_for_login_signs_nothing,
    an_expired_key_signs_nothing,
    a_key_of_an_unknown_authority_signs_nothing,
    the_key_of_another_person_signs_nothing,
    a_signature_over_other_bytes_is_refused,
    a_tampered_signature_is_refused_byte_by_byte,
    what_is_no_cms_is_refused,
    a_signature_with_its_content_inside_counts_for_the_draft_only,
);

/// Both acts of this issue, each with a draft that waits for its signature.
struct Drafts {
    parent: Parent,
    town: Town,
    drafts: [(&'static str, Draft); 2],
}

impl Drafts {
    async fn new(app: &TestApp) -> Self {
        let town = app.town(3).await;
        let parent = Parent::new(app).await;
        let queued = parent.queue(town.id(), &child("2022-05-10")).await;
        let referral = parent.hold(queued.id, town.group.id).await;
        let application = parent
            .draft_application(town.id(), &child("2022-06-10"))
            .await;
        let drafts = [
            (endpoint::APPLICATIONS, application.created()),
            (endpoint::REFERRALS, referral),
        ];
        Self {
            parent,
            town,
            drafts,
        }
    }

    async fn send(&self, address: &str, draft: &Draft, cms: String) -> Answer {
        let signed = SignedDraft {
            draft_id: draft.id,
            cms,
        };
        self.parent.client.post(address, &signed).await
    }

    /// Signs both acts with a key; both must be refused and change nothing.
    async fn refused(&self, app: &TestApp, key: &Key, code: Code) -> Problem {
        let mut told = None;
        for (address, draft) in &self.drafts {
            let cms = self.parent.sign_with(key, &draft.text);
            let answer = app.without_a_change(self.send(address, draft, cms)).await;
            told = Some(answer.refused(code));
        }
        told.expect("two acts")
    }

    /// The drafts are as good as before.
    async fn can_be_signed(self, app: &TestApp) {
        for (address, draft) in &self.drafts {
            let cms = self.parent.sign_with(&self.parent.signing_key, &draft.text);
            self.send(address, draft, cms).await.has_status(201);
        }
        assert_eq!(app.places(self.town.group.id).await, (2, 0, 23));
    }
}

fn key_of(parent: &Parent, profile: Profile, condition: Condition) -> Key {
    authority().key(&parent.identity, profile, condition)
}

async fn a_key_for_login_signs_nothing(app: &TestApp) {
    let drafts = Drafts::new(app).await;
    drafts
        .refused(app, &drafts.parent.login_key, Code::WrongKeyPurpose)
        .await;
    drafts.can_be_signed(app).await;
}

async fn an_expired_key_signs_nothing(app: &TestApp) {
    let drafts = Drafts::new(app).await;
    for profile in [Profile::SignRsa, Profile::Gost512] {
        let key = key_of(&drafts.parent, profile, Condition::Expired);
        let problem = drafts.refused(app, &key, Code::CertificateExpired).await;
        assert_eq!(problem.members["until"], "2025-01-01");
    }
    drafts.can_be_signed(app).await;
}

async fn a_key_of_an_unknown_authority_signs_nothing(app: &TestApp) {
    let drafts = Drafts::new(app).await;
    for profile in [Profile::SignRsa, Profile::Gost512] {
        let key = key_of(&drafts.parent, profile, Condition::Untrusted);
        drafts.refused(app, &key, Code::CertificateUntrusted).await;
    }
    drafts.can_be_signed(app).await;
}

async fn the_key_of_another_person_signs_nothing(app: &TestApp) {
    let drafts = Drafts::new(app).await;
    let stranger = Parent::new(app).await;
    drafts
        .refused(app, &stranger.signing_key, Code::SignerMismatch)
        .await;
    drafts.can_be_signed(app).await;
}

async fn a_signature_over_other_bytes_is_refused(app: &TestApp) {
    let drafts = Drafts::new(app).await;
    for (address, draft) in &drafts.drafts {
        // One space more, and the signature of the other draft.
        let other = &drafts.drafts.iter().find(|(_, other)| other.id != draft.id);
        let other = &other.expect("another draft").1.text;
        for text in [&format!("{} ", draft.text), other] {
            let cms = drafts.parent.sign_with(&drafts.parent.signing_key, text);
            let answer = app.without_a_change(drafts.send(address, draft, cms)).await;
            let problem = answer.refused(Code::SignatureInvalid);
            assert_eq!(problem.members["sub_indication"], "HASH_FAILURE");
        }
    }
    drafts.can_be_signed(app).await;
}

async fn a_tampered_signature_is_refused_byte_by_byte(app: &TestApp) {
    let drafts = Drafts::new(app).await;
    let (address, draft) = &drafts.drafts[0];
    let key = &drafts.parent.signing_key;
    let good = key.sign(draft.text.as_bytes(), app.now());
    let start_of = |part: &[u8]| {
        good.windows(part.len())
            .position(|window| window == part)
            .expect("a part of the CMS")
    };
    let certificate = start_of(key.certificate());
    let digest = start_of(&Sha256::digest(draft.text.as_bytes()));
    // The certificate, the digest among the signed attributes, and the signature at the end.
    let positions = (certificate..certificate + key.certificate().len())
        .step_by(97)
        .chain([digest, digest + 31])
        .chain((good.len() - 256..good.len()).step_by(51));
    app.without_a_change(async {
        for position in positions {
            let mut bad = good.clone();
            bad[position] ^= 0x40;
            let answer = drafts
                .send(address, draft, BASE64_STANDARD.encode(&bad))
                .await;
            assert_eq!(answer.status, 422, "byte {position}: {}", answer.text());
            let problem: Problem = answer.json(422);
            assert!(
                Code::from_code(&problem.code).is_some(),
                "byte {position}: {}",
                problem.code
            );
        }
    })
    .await;
    drafts.can_be_signed(app).await;
}

async fn what_is_no_cms_is_refused(app: &TestApp) {
    let drafts = Drafts::new(app).await;
    for (address, draft) in &drafts.drafts {
        for cms in ["", "%%%", "bm90IGEgQ01T", "MIIB", &"A".repeat(70_000)] {
            let answer = drafts.send(address, draft, cms.to_owned());
            let problem = app
                .without_a_change(answer)
                .await
                .refused(Code::SignatureInvalid);
            assert_eq!(
                problem.members["sub_indication"], "FORMAT_FAILURE",
                "{cms:.10}"
            );
        }
    }
    drafts.can_be_signed(app).await;
}

async fn a_signature_with_its_content_inside_counts_for_the_draft_only(app: &TestApp) {
    let drafts = Drafts::new(app).await;
    let (address, draft) = &drafts.drafts[0];
    let attached = |text: &str| {
        let key = &drafts.parent.signing_key;
        BASE64_STANDARD.encode(key.sign_as(text.as_bytes(), &SignOptions::attached(app.now())))
    };
    let answer = app.without_a_change(drafts.send(address, draft, attached("something else")));
    answer.await.refused(Code::SignatureInvalid);
    // What NCALayer sends with line breaks in its Base64 is taken as it is meant.
    let cms = drafts
        .parent
        .sign_with(&drafts.parent.signing_key, &draft.text);
    let lines: Vec<&str> = cms
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).expect("ASCII"))
        .collect();
    let answer = drafts.send(address, draft, lines.join("\r\n")).await;
    let application: Application = answer.created();
    assert_eq!(application.number.as_str(), "АКТ-2026-000002");
}
