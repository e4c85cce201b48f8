//! R1: login by a signed challenge with a key for logging in, and the e-mail address first.

use balabaqsha_api::config::{Rates, Settings};
use balabaqsha_pki::{authority::Profile, cms::SignOptions, pem};
use balabaqsha_shared::{
    Language,
    code::Code,
    dto::{ApplicationSummary, EmailRequest, EmailState, Page, Person, Session, SessionRequest},
    endpoint,
    id::ChallengeId,
};
use balabaqsha_tests::{
    Answer, Condition, Engine, Identity, Key, Parent, TestApp, at, authority,
    builders::{child, id},
    database, on_both_engines, over_http_with,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use chrono::TimeDelta;
use serde_json::json;

on_both_engines!(over_http:
    without_an_email_address_nothing_else_can_be_done,
    a_login_makes_one_person_per_iin,
    a_challenge_logs_in_once,
    a_challenge_is_good_for_five_minutes,
    an_unknown_challenge_is_not_found,
    a_key_for_signing_does_not_log_in,
    an_expired_key_does_not_log_in,
    a_key_that_is_not_valid_yet_does_not_log_in,
    a_key_of_an_unknown_authority_does_not_log_in,
    a_signature_over_other_bytes_does_not_log_in,
    a_tampered_or_broken_cms_does_not_log_in,
    a_signature_is_taken_in_pem_and_in_either_alphabet,
    an_attached_cms_over_other_bytes_does_not_log_in,
    two_answers_to_one_challenge_open_one_session,
    the_code_of_the_mail_confirms_the_address,
    wrong_codes_are_counted,
    a_code_ends_after_a_day,
    an_address_is_checked_for_form,
);

async fn without_an_email_address_nothing_else_can_be_done(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::newcomer(app).await;
    app.without_a_change(async {
        parent
            .client
            .get(endpoint::APPLICATIONS)
            .await
            .refused(Code::EmailRequired);
        let draft = parent
            .draft_application(town.id(), &child("2022-05-10"))
            .await;
        draft.refused(Code::EmailRequired);
    })
    .await;
    let me: Person = parent.client.get(endpoint::ME).await.shown();
    assert_eq!(me.email, None);
    // The token from before the address still says that there is none.
    let before = parent.client.token();
    parent.give_email("parent@example.kz").await;
    let journal: Page<ApplicationSummary> = parent.client.get(endpoint::APPLICATIONS).await.shown();
    assert_eq!(journal.items, []);
    parent.client.use_token(before);
    parent
        .client
        .get(endpoint::APPLICATIONS)
        .await
        .refused(Code::EmailRequired);
    // The address is asked for once only.
    parent.log_in().await;
    parent
        .client
        .get(endpoint::APPLICATIONS)
        .await
        .has_status(200);
}

async fn a_login_makes_one_person_per_iin(app: &TestApp) {
    let parent = Parent::newcomer(app).await;
    let first: Person = parent.client.get(endpoint::ME).await.shown();
    // A new certificate after a marriage: another name, the same person.
    let identity = Identity {
        surname: "АХМЕТОВ".into(),
        ..parent.identity.clone()
    };
    let key = authority().key(&identity, Profile::AuthRsa, Condition::Valid);
    let challenge = parent.challenge().await;
    let session: Session = parent.answer_challenge(&challenge, &key).await.created();
    assert_eq!(session.person.id, first.id);
    assert_eq!(session.person.full_name, identity.full_name());
    let another = Parent::newcomer(app).await;
    let another: Person = another.client.get(endpoint::ME).await.shown();
    assert_ne!(another.id, first.id);
}

async fn a_challenge_logs_in_once(app: &TestApp) {
    let parent = Parent::outside(app);
    let challenge = parent.challenge().await;
    parent
        .answer_challenge(&challenge, &parent.login_key)
        .await
        .has_status(201);
    let again = app
        .without_a_change(parent.answer_challenge(&challenge, &parent.login_key))
        .await;
    again.refused(Code::ChallengeUsed);
}

async fn a_challenge_is_good_for_five_minutes(app: &TestApp) {
    let parent = Parent::outside(app);
    let (first, second) = (parent.challenge().await, parent.challenge().await);
    assert_eq!(first.expires_at, app.now() + TimeDelta::minutes(5));
    app.go_just_before(first.expires_at);
    parent
        .answer_challenge(&first, &parent.login_key)
        .await
        .has_status(201);
    app.clock.set(second.expires_at);
    let late = app
        .without_a_change(parent.answer_challenge(&second, &parent.login_key))
        .await;
    late.refused(Code::ChallengeExpired);
}

async fn an_unknown_challenge_is_not_found(app: &TestApp) {
    let parent = Parent::outside(app);
    let mut challenge = parent.challenge().await;
    challenge.id = ChallengeId::new(id());
    let answer = app
        .without_a_change(parent.answer_challenge(&challenge, &parent.login_key))
        .await;
    answer.refused(Code::NotFound);
}

/// Logs in with another key than the parent's own; nothing may change.
async fn log_in_with(app: &TestApp, profile: Profile, condition: Condition) -> (Answer, Parent) {
    let parent = Parent::outside(app);
    let key = authority().key(&parent.identity, profile, condition);
    let challenge = parent.challenge().await;
    let answer = app
        .without_a_change(parent.answer_challenge(&challenge, &key))
        .await;
    // The challenge is not lost: the right key still fits.
    parent
        .answer_challenge(&challenge, &parent.login_key)
        .await
        .has_status(201);
    (answer, parent)
}

async fn a_key_for_signing_does_not_log_in(app: &TestApp) {
    let (answer, _) = log_in_with(app, Profile::SignRsa, Condition::Valid).await;
    answer.refused(Code::WrongKeyPurpose);
}

async fn an_expired_key_does_not_log_in(app: &TestApp) {
    let (answer, _) = log_in_with(app, Profile::AuthRsa, Condition::Expired).await;
    let problem = answer.refused(Code::CertificateExpired);
    assert_eq!(problem.members["until"], "2025-01-01");
    assert!(problem.detail.contains("01.01.2025"), "{}", problem.detail);
}

async fn a_key_that_is_not_valid_yet_does_not_log_in(app: &TestApp) {
    let (answer, _) = log_in_with(app, Profile::AuthRsa, Condition::NotYetValid).await;
    assert_eq!(answer.status, 422, "{}", answer.text());
    assert!(answer.text().contains("NOT_YET_VALID"), "{}", answer.text());
}

async fn a_key_of_an_unknown_authority_does_not_log_in(app: &TestApp) {
    for profile in [Profile::AuthRsa, Profile::Gost512] {
        let parent = Parent::outside(app);
        let key = authority().key(&parent.identity, profile, Condition::Untrusted);
        let challenge = parent.challenge().await;
        let answer = app
            .without_a_change(parent.answer_challenge(&challenge, &key))
            .await;
        answer.refused(Code::CertificateUntrusted);
    }
}

async fn a_signature_over_other_bytes_does_not_log_in(app: &TestApp) {
    let parent = Parent::outside(app);
    let (mine, other) = (parent.challenge().await, parent.challenge().await);
    let cms = parent.sign_with(&parent.login_key, &other.text);
    let request = SessionRequest {
        challenge_id: mine.id,
        cms,
    };
    let answer = app
        .without_a_change(parent.client.post(endpoint::SESSIONS, &request))
        .await;
    let problem = answer.refused(Code::SignatureInvalid);
    assert_eq!(problem.members["sub_indication"], "HASH_FAILURE");
}

async fn a_tampered_or_broken_cms_does_not_log_in(app: &TestApp) {
    let parent = Parent::outside(app);
    let challenge = parent.challenge().await;
    let good = BASE64_STANDARD.decode(parent.sign_with(&parent.login_key, &challenge.text));
    let good = good.expect("Base64");
    let mut flipped = good.clone();
    // The last bytes of a CMS are those of the signature.
    *flipped.last_mut().expect("bytes") ^= 1;
    let truncated = &good[..good.len() / 2];
    let cases = [
        (BASE64_STANDARD.encode(&flipped), "SIG_CRYPTO_FAILURE"),
        (BASE64_STANDARD.encode(truncated), "FORMAT_FAILURE"),
        (BASE64_STANDARD.encode(b"not a CMS"), "FORMAT_FAILURE"),
        ("это не Base64".to_owned(), "FORMAT_FAILURE"),
        (String::new(), "FORMAT_FAILURE"),
        ("A".repeat(100_000), "FORMAT_FAILURE"),
    ];
    for (cms, expected) in cases {
        let request = SessionRequest {
            challenge_id: challenge.id,
            cms,
        };
        let answer = app
            .without_a_change(parent.client.post(endpoint::SESSIONS, &request))
            .await;
        let problem = answer.refused(Code::SignatureInvalid);
        assert_eq!(problem.members["sub_indication"], expected);
    }
    let request = SessionRequest {
        challenge_id: challenge.id,
        cms: BASE64_STANDARD.encode(&good),
    };
    parent
        .client
        .post(endpoint::SESSIONS, &request)
        .await
        .has_status(201);
}

async fn an_attached_cms_over_other_bytes_does_not_log_in(app: &TestApp) {
    let parent = Parent::outside(app);
    let challenge = parent.challenge().await;
    let attached = |key: &Key, text: &str| {
        BASE64_STANDARD.encode(key.sign_as(text.as_bytes(), &SignOptions::attached(app.now())))
    };
    // The content inside is signed correctly, but it is not what was to be signed.
    let cms = attached(&parent.login_key, "something else");
    let request = SessionRequest {
        challenge_id: challenge.id,
        cms,
    };
    let answer = app
        .without_a_change(parent.client.post(endpoint::SESSIONS, &request))
        .await;
    answer.refused(Code::SignatureInvalid);
}

async fn two_answers_to_one_challenge_open_one_session(app: &TestApp) {
    let parent = Parent::outside(app);
    let challenge = parent.challenge().await;
    let answers = futures_util::future::join_all(
        (0..8).map(|_| parent.answer_challenge(&challenge, &parent.login_key)),
    )
    .await;
    let (opened, refused): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!(opened.len(), 1);
    for answer in refused {
        answer.refused(Code::ChallengeUsed);
    }
    assert_eq!(
        database::number(app.db(), "SELECT COUNT(*) FROM sessions").await,
        1
    );
}

fn another_code(code: &str) -> String {
    format!(
        "{:06}",
        (code.parse::<u32>().expect("digits") + 1) % 1_000_000
    )
}

async fn the_code_of_the_mail_confirms_the_address(app: &TestApp) {
    let parent = Parent::new(app).await;
    let code = app.mailed_code().await;
    // As it is copied out of the mail, in two groups.
    let grouped = format!(" {}\u{2013}{}\u{a0}", &code[..3], &code[3..]);
    let person: Person = parent.type_code(&grouped).await.shown();
    assert!(person.email.expect("an address").confirmed);
    // A new address counts from its confirmation on, and the old one is told.
    app.clock.advance(TimeDelta::seconds(1));
    let session = parent.give_email("another@example.kz").await;
    let email = session.person.email.expect("an address");
    type Shown = (String, bool, Option<String>);
    let of = |email: &EmailState| -> Shown {
        let new = email
            .new_address
            .as_ref()
            .map(|new| new.as_str().to_owned());
        (email.address.as_str().to_owned(), email.confirmed, new)
    };
    let expected: Shown = (
        "parent@example.kz".into(),
        true,
        Some("another@example.kz".into()),
    );
    assert_eq!(of(&email), expected);
    let told = "SELECT COUNT(*) FROM mails WHERE recipient = 'parent@example.kz' \
                AND body LIKE '%another@example.kz%'";
    assert_eq!(database::number(app.db(), told).await, 1);
    // A code confirms only once.
    app.clock.advance(TimeDelta::seconds(1));
    let code = app.mailed_code().await;
    let person: Person = parent.type_code(&code).await.shown();
    let expected: Shown = ("another@example.kz".into(), true, None);
    assert_eq!(of(&person.email.expect("an address")), expected);
    // The old one is told that it does not count any more.
    assert_eq!(database::number(app.db(), told).await, 2);
    parent
        .type_code(&code)
        .await
        .refused(Code::ConfirmationCodeExpired);
}

/// Whoever asks: nobody fills the mailbox of a stranger.
#[test]
fn a_recipient_is_mailed_three_codes_an_hour() {
    let change = |settings: &mut Settings| settings.limits.rates = Rates::default();
    over_http_with(Engine::Sqlite, change, async |app: &TestApp| {
        let one = Parent::newcomer(app).await;
        let other = Parent::newcomer(app).await;
        let ask = async |parent: &Parent, address: &str| {
            let wish = json!({"address": address, "language": "en"});
            parent.client.put(endpoint::MY_EMAIL, &wish).await
        };
        for parent in [&one, &other, &one] {
            ask(parent, "victim@example.kz").await.has_status(200);
        }
        app.clock.advance(TimeDelta::minutes(5));
        for parent in [&one, &other] {
            let refused = app.without_a_change(ask(parent, "Victim@example.kz")).await;
            let wait = refused.header("retry-after").to_owned();
            refused.refused(Code::RateLimited);
            assert_eq!(wait, "3301");
        }
        ask(&other, "other@example.kz").await.has_status(200);
        app.clock.advance(TimeDelta::minutes(55));
        one.log_in().await;
        ask(&one, "victim@example.kz").await.has_status(200);
    });
}

async fn wrong_codes_are_counted(app: &TestApp) {
    let parent = Parent::new(app).await;
    let code = app.mailed_code().await;
    for _ in 0..5 {
        parent
            .type_code(&another_code(&code))
            .await
            .refused(Code::ConfirmationCodeWrong);
    }
    // Even the right one is of no use now: six digits must not be guessed.
    parent
        .type_code(&code)
        .await
        .refused(Code::ConfirmationCodeExpired);
    let me: Person = parent.client.get(endpoint::ME).await.shown();
    assert!(!me.email.expect("an address").confirmed);
    // The code of another person does not fit, and neither does that of an earlier mail.
    app.clock.advance(TimeDelta::seconds(1));
    let other = Parent::new(app).await;
    let theirs = app.mailed_code().await;
    app.clock.advance(TimeDelta::seconds(1));
    parent.give_email("parent@example.kz").await;
    if theirs != app.mailed_code().await {
        parent
            .type_code(&theirs)
            .await
            .refused(Code::ConfirmationCodeWrong);
    }
    other.type_code(&theirs).await.has_status(200);
}

async fn a_code_ends_after_a_day(app: &TestApp) {
    let (early, late) = (Parent::new(app).await, Parent::newcomer(app).await);
    let first = app.mailed_code().await;
    app.clock.advance(TimeDelta::microseconds(1));
    late.give_email("late@example.kz").await;
    let second = app.mailed_code().await;
    app.clock.set(at("2026-11-24T05:00:00Z"));
    early.log_in().await;
    late.log_in().await;
    late.type_code(&second).await.has_status(200);
    early
        .type_code(&first)
        .await
        .refused(Code::ConfirmationCodeExpired);
}

async fn an_address_is_checked_for_form(app: &TestApp) {
    let parent = Parent::newcomer(app).await;
    for (address, code) in [
        ("", Code::FieldRequired),
        ("nobody", Code::EmailInvalid),
        ("a@b", Code::EmailInvalid),
        ("a b@example.kz", Code::EmailInvalid),
        ("a@example.kz\r\nBcc: all@example.kz", Code::EmailInvalid),
    ] {
        let request = EmailRequest {
            address: address.into(),
            language: Language::Ru,
        };
        let answer = app
            .without_a_change(parent.client.put(endpoint::MY_EMAIL, &request))
            .await;
        let problem = answer.refused(Code::ValidationFailed);
        assert_eq!(problem.errors.len(), 1);
        assert_eq!(problem.errors[0].pointer, "/address");
        assert_eq!(problem.errors[0].code, code.as_str(), "{address:?}");
    }
}

/// As the command takes them: NCALayer and other programs give PEM.
async fn a_signature_is_taken_in_pem_and_in_either_alphabet(app: &TestApp) {
    let parent = Parent::newcomer(app).await;
    let in_pem = |cms: &str| {
        let der = BASE64_STANDARD.decode(cms).expect("Base64");
        pem::encode("CMS", &der)
    };
    let forms: [&dyn Fn(&str) -> String; 4] = [
        &|cms| in_pem(cms),
        &|cms| in_pem(cms).replace('\n', "\r\n"),
        &|cms| cms.replace('+', "-").replace('/', "_"),
        &|cms| format!("\u{feff}{cms}\n"),
    ];
    for form in forms {
        let challenge = parent.challenge().await;
        let cms = parent.sign_with(&parent.login_key, &challenge.text);
        let request = |cms: String| SessionRequest {
            challenge_id: challenge.id,
            cms,
        };
        let damaged = in_pem(&cms).replacen("\nMI", "\nM!I", 1);
        let answer = app
            .client()
            .post(endpoint::SESSIONS, &request(damaged))
            .await;
        let problem = answer.refused(Code::SignatureInvalid);
        assert_eq!(problem.members["sub_indication"], "FORMAT_FAILURE");
        let answer = app
            .client()
            .post(endpoint::SESSIONS, &request(form(&cms)))
            .await;
        answer.has_status(201);
    }
}
