//! Signing with a phone: a stand-in for eGov Mobile reads the code of a session, signs, and brings the signatures;
//! who has begun the session collects them. R1, R17.

use balabaqsha_api::{
    config::Settings,
    service::{
        people::forgetting,
        reading::changes,
        signed::verify_again::{Proof, verify_again},
    },
};
use balabaqsha_pki::authority::Profile;
use balabaqsha_shared::{
    Language,
    appointment::Duty,
    code::Code,
    dto::{
        ActDraftRequest, Application, Attachment, BegunSigningSession, Challenge, Document,
        DocumentEvidence, DocumentList, Draft, EvidenceRole, OfficeSuspension, PhoneVerdict,
        Referral, Service, Session, SessionList, SessionRequest, SigningSession,
        SigningSessionRequest, SuspensionDraftRequest,
    },
    endpoint,
    id::DraftId,
    signing_session::SigningState,
};
use balabaqsha_tests::{
    Answer, Client, Condition, Engine, Official, Parent, Phone, TestApp, authority,
    builders::{child, day, id},
    database, on_both_engines, over_http_with,
    phone::{Refused, Told},
};
use chrono::TimeDelta;
use serde_json::json;
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

on_both_engines!(over_http:
    a_login_is_good_for_the_browser_that_began_it,
    a_new_browser_is_told_by_mail_until_the_others_are_ended,
    the_phone_is_told_what_it_signs,
    an_act_is_signed_by_the_person_who_is_logged_in,
    several_drafts_are_signed_at_once,
    what_the_phone_brings_twice_is_taken_once,
    three_signatures_that_do_not_pass_end_a_session,
    a_session_that_is_over_is_over_for_the_phone,
    a_draft_has_one_open_session,
    sessions_go_on_in_other_processes,
    whoever_listens_hears_of_the_phone,
    every_act_is_signed_with_a_phone,
    a_time_stamp_inside_of_a_signature_is_kept,
    sessions_are_forgotten_with_their_signatures,
);

fn phone(app: &TestApp) -> Phone {
    Phone::new(Some(app.process.base()))
}

/// What the key of a parent makes of a text.
fn signing(app: &TestApp, parent: &Parent) -> impl Fn(&[u8]) -> Vec<u8> {
    let (key, now) = (parent.signing_key.clone(), app.now());
    move |content| key.sign(content, now)
}

fn status<T: std::fmt::Debug>(told: Told<T>) -> u16 {
    told.expect_err("a refusal").status
}

async fn begin_login(client: &Client, challenge: &Challenge) -> Answer {
    let path = endpoint::challenge_signing_session(challenge.id);
    client.post(&path, &json!({})).await
}

async fn draft(app: &TestApp, parent: &Parent) -> Draft {
    let town = app.town(2).await;
    let ailin = child("2022-05-10");
    parent.draft_application(town.id(), &ailin).await.created()
}

async fn begun(parent: &Parent, draft: &Draft) -> BegunSigningSession {
    parent.begin_to_sign(&[draft]).await.created()
}

async fn state(parent: &Parent, begun: &BegunSigningSession) -> SigningState {
    parent.signing_session(begun.session.id).await.state
}

async fn a_login_is_good_for_the_browser_that_began_it(app: &TestApp) {
    for parent in [Parent::outside(app), Parent::outside_with_gost(app)] {
        let challenge = parent.challenge().await;
        let answer = begin_login(&parent.client, &challenge).await;
        let cookie = answer.header("set-cookie").to_owned();
        for part in ["HttpOnly", "SameSite=Strict", "Max-Age=31536000"] {
            assert!(cookie.contains(part), "{part} is missing in {cookie}");
        }
        let begun: BegunSigningSession = answer.created();
        assert_eq!(begun.session.expires_at, app.now() + TimeDelta::minutes(5));
        // Nothing in the address tells who it is.
        let code = begun.qr_text.rsplit('/').next().expect("a code");
        assert_eq!(code.len(), 43);
        let of_session = endpoint::signing_session(begun.session.id);
        let (key, now) = (parent.login_key.clone(), app.now());
        let key = move |content: &[u8]| key.sign(content, now);
        let verdict = phone(app).sign(&begun.qr_text, &key).await.expect("200");
        let success = json!({"code": "200", "message": "success"});
        assert_eq!(serde_json::to_value(&verdict).expect("JSON"), success);
        let session: SigningSession = parent.client.get(&of_session).await.shown();
        assert_eq!(session.state, SigningState::Signed);
        let request = SessionRequest {
            challenge_id: challenge.id,
            cms: session.documents[0].cms.clone().expect("a signature"),
        };

        // Whoever has talked somebody else into scanning the code gets nothing in another browser.
        let another = app.client();
        app.without_a_change(async {
            another.get(&of_session).await.refused(Code::NotFound);
            another.delete(&of_session).await.refused(Code::NotFound);
            let stolen = another.post(endpoint::SESSIONS, &request).await;
            stolen.refused(Code::SigningBrowserDiffers);
            begin_login(&another, &challenge)
                .await
                .refused(Code::SigningBrowserDiffers);
        })
        .await;
        let session: Session = parent
            .client
            .post(endpoint::SESSIONS, &request)
            .await
            .created();
        assert_eq!(session.person.iin.to_string(), parent.identity.iin);
        begin_login(&parent.client, &challenge)
            .await
            .refused(Code::ChallengeUsed);
    }
}

/// Logs in with a phone, from the browser of a client.
async fn log_in(app: &TestApp, parent: &Parent, client: &Client) {
    client.use_token(None);
    let request = json!({"language": "ru"});
    let challenge: Challenge = client.post(endpoint::CHALLENGES, &request).await.created();
    let begun: BegunSigningSession = begin_login(client, &challenge).await.created();
    let (key, now) = (parent.login_key.clone(), app.now());
    let key = move |content: &[u8]| key.sign(content, now);
    phone(app).sign(&begun.qr_text, key).await.expect("200");
    let of_session = endpoint::signing_session(begun.session.id);
    let mut session: SigningSession = client.get(&of_session).await.shown();
    let request = SessionRequest {
        challenge_id: challenge.id,
        cms: session.documents.remove(0).cms.expect("a signature"),
    };
    let session: Session = client.post(endpoint::SESSIONS, &request).await.created();
    client.use_token(Some(session.access_token));
}

async fn a_new_browser_is_told_by_mail_until_the_others_are_ended(app: &TestApp) {
    let parent = Parent::new(app).await;
    let told = async || {
        let sql = "SELECT subject FROM mails WHERE subject = 'Вход в кабинет через телефон'";
        database::strings(app.db(), sql.to_owned()).await.len()
    };
    let (here, there) = (app.client(), app.client());
    log_in(app, &parent, &here).await;
    assert_eq!(told().await, 1);
    // Each login ends the session of before in the same browser; the browser stays known.
    log_in(app, &parent, &here).await;
    assert_eq!(told().await, 1);
    log_in(app, &parent, &there).await;
    assert_eq!(told().await, 2);
    log_in(app, &parent, &here).await;
    let sessions: SessionList = here.get(endpoint::SESSIONS).await.shown();
    for other in sessions.items.iter().filter(|session| !session.current) {
        here.delete(&endpoint::session(other.id))
            .await
            .has_status(204);
    }
    log_in(app, &parent, &here).await;
    assert_eq!(told().await, 2);
    log_in(app, &parent, &there).await;
    assert_eq!(told().await, 3);
}

async fn the_phone_is_told_what_it_signs(app: &TestApp) {
    let parent = Parent::new(app).await;
    let draft = draft(app, &parent).await;
    let begun = begun(&parent, &draft).await;
    assert_eq!(state(&parent, &begun).await, SigningState::Pending);
    assert!(begun.qr_svg.starts_with("<svg ") && begun.qr_svg.ends_with("</svg>"));
    let address = begun
        .qr_text
        .strip_prefix("mobileSign:")
        .expect("an address");
    let link = reqwest::Url::parse(&begun.launch_link).expect("a link");
    assert!(
        begun
            .launch_link
            .starts_with("https://m.egov.kz/mobileSign/?link=https%3A%2F%2F")
    );
    assert!(
        begun
            .business_launch_link
            .starts_with("https://m.egov.kz/businessSign/?link=")
    );
    let named: Vec<(String, String)> = link.query_pairs().into_owned().collect();
    let expected = [
        ("link", address),
        ("isi", "1476128386"),
        ("ibi", "kz.egov.mobile"),
        ("apn", "kz.mobile.mgov"),
    ];
    assert_eq!(
        named,
        expected.map(|(name, value)| (name.into(), value.into()))
    );

    for (language, act) in [
        (Language::Kk, "Баланы кезекке қою туралы өтініш"),
        (Language::En, "Application for the queue"),
    ] {
        let scanned = phone(app).speaking(language).scan(&begun.qr_text).await;
        let scanned = scanned.expect("what is to be signed");
        assert_eq!(scanned.invitation.description, act);
        let documents = serde_json::to_value(&scanned.documents).expect("JSON");
        assert_eq!(documents["signMethod"], "CMS_SIGN_ONLY");
        assert_eq!(documents["version"], 1);
        let document = &documents["documentsToSign"][0];
        assert_eq!(document["id"], 1);
        assert_eq!(
            document["nameRu"],
            "Заявление о постановке ребёнка в очередь"
        );
        assert_eq!(document["nameEn"], "Application for the queue");
        assert_eq!(document["meta"][0]["value"], act);
        let facts = document["meta"].to_string();
        assert!(
            facts.contains("Ребёнок") && facts.contains("Одноразовый номер"),
            "{facts}"
        );
        let file = &document["document"]["file"];
        assert_eq!(file["mime"], "text/plain");
        // Exactly the bytes that a key file signs.
        assert_eq!(file["data"], draft.content);
    }
    let invitation = phone(app).invitation(&begun.qr_text).await.expect("200");
    assert_eq!(invitation.expiry_date, "2026-11-23T10:30:00.000+05:00");
    assert_eq!(invitation.document.auth_type, "Token");
    let place = &invitation.document.uri;
    assert!(place.starts_with("https://balabaqsha.example.kz/v1/egov-mobile/documents/"));
    assert!(!place.contains(&invitation.document.auth_token));
    assert_eq!(state(&parent, &begun).await, SigningState::Scanned);
}

async fn an_act_is_signed_by_the_person_who_is_logged_in(app: &TestApp) {
    let (parent, stranger) = (Parent::new(app).await, Parent::new(app).await);
    let draft = draft(app, &parent).await;
    app.without_a_change(async {
        let request = SigningSessionRequest {
            draft_ids: vec![draft.id],
        };
        let path = endpoint::SIGNING_SESSIONS;
        stranger
            .client
            .post(path, &request)
            .await
            .refused(Code::NotFound);
        app.client()
            .post(path, &request)
            .await
            .refused(Code::NotAuthenticated);
        for ids in [vec![], vec![draft.id; 2], vec![DraftId::new(id()); 5]] {
            let request = SigningSessionRequest { draft_ids: ids };
            parent
                .client
                .post(path, &request)
                .await
                .refused(Code::ValidationFailed);
        }
    })
    .await;
    let begun = begun(&parent, &draft).await;
    let of_session = endpoint::signing_session(begun.session.id);
    stranger
        .client
        .get(&of_session)
        .await
        .refused(Code::NotFound);
    stranger
        .client
        .delete(&of_session)
        .await
        .refused(Code::NotFound);
    app.client().get(&of_session).await.refused(Code::NotFound);
    let phone = phone(app);
    let refused = phone.sign(&begun.qr_text, signing(app, &stranger)).await;
    let expected = PhoneVerdict {
        code: "403".into(),
        message: "Документ подписывает тот, кто вошёл в кабинет.".into(),
    };
    let refused = refused.expect_err("a refusal");
    assert_eq!(
        refused,
        Refused {
            status: 403,
            verdict: expected
        }
    );
    let session = parent.signing_session(begun.session.id).await;
    assert_eq!(session.state, SigningState::Scanned);
    assert_eq!(session.failure.expect("a reason").code, "signer-mismatch");
    assert_eq!(session.documents[0].cms, None);
    // The right key still fits.
    phone
        .sign(&begun.qr_text, signing(app, &parent))
        .await
        .expect("200");
    assert_eq!(parent.signing_session(begun.session.id).await.failure, None);
}

async fn several_drafts_are_signed_at_once(app: &TestApp) {
    let town = app.town(2).await;
    let parent = Parent::new(app).await;
    let mut drafts: Vec<Draft> = Vec::new();
    for birth in ["2022-05-10", "2022-05-11"] {
        let drafted = parent.draft_application(town.id(), &child(birth)).await;
        drafts.push(drafted.created());
    }
    let both: Vec<&Draft> = drafts.iter().collect();
    let begun: BegunSigningSession = parent.begin_to_sign(&both).await.created();
    let phone = phone(app);
    let scanned = phone.scan(&begun.qr_text).await.expect("two texts");
    assert_eq!(scanned.invitation.description.matches(';').count(), 1);
    let signed = scanned.signed(signing(app, &parent));
    // One alone, or the two exchanged, are not what was offered.
    let mut one = signed.clone();
    one.documents_to_sign.truncate(1);
    assert_eq!(status(phone.bring(&scanned.invitation, &one).await), 403);
    let mut exchanged = signed.clone();
    exchanged.documents_to_sign[0].id = 2;
    exchanged.documents_to_sign[1].id = 1;
    assert_eq!(
        status(phone.bring(&scanned.invitation, &exchanged).await),
        403
    );
    let session = parent.signing_session(begun.session.id).await;
    assert!(
        session
            .documents
            .iter()
            .all(|document| document.cms.is_none())
    );
    phone
        .bring(&scanned.invitation, &signed)
        .await
        .expect("200");
    let session = parent.signing_session(begun.session.id).await;
    for (draft, document) in drafts.iter().zip(session.documents) {
        assert_eq!(document.draft_id, Some(draft.id));
        let signed = json!({"draft_id": draft.id, "cms": document.cms});
        let sent = parent.client.post(endpoint::APPLICATIONS, &signed).await;
        sent.has_status(201);
    }
}

async fn what_the_phone_brings_twice_is_taken_once(app: &TestApp) {
    let parent = Parent::new(app).await;
    let draft = draft(app, &parent).await;
    let begun = begun(&parent, &draft).await;
    let phone = phone(app);
    let scanned = phone.scan(&begun.qr_text).await.expect("a text");
    let signed = scanned.signed(signing(app, &parent));
    let [one, same] = [(); 2].map(|()| phone.bring(&scanned.invitation, &signed));
    let (one, same) = tokio::join!(one, same);
    assert_eq!(one.expect("200"), same.expect("200"));
    let kept = parent.signing_session(begun.session.id).await;
    let again = phone.bring(&scanned.invitation, &signed);
    app.without_a_change(again).await.expect("200");
    app.clock.advance(TimeDelta::seconds(1));
    let other = scanned.signed(signing(app, &parent));
    let refused = app
        .without_a_change(phone.bring(&scanned.invitation, &other))
        .await;
    assert_eq!(status(refused), 403);
    assert_eq!(parent.signing_session(begun.session.id).await, kept);
    assert_eq!(status(phone.scan(&begun.qr_text).await), 410);
}

async fn three_signatures_that_do_not_pass_end_a_session(app: &TestApp) {
    let parent = Parent::new(app).await;
    let draft = draft(app, &parent).await;
    let begun = begun(&parent, &draft).await;
    let phone = phone(app);
    let scanned = phone.scan(&begun.qr_text).await.expect("a text");
    let (key, now) = (parent.signing_key.clone(), app.now());
    let another_text = scanned.signed(|_| key.sign("Отказываюсь".as_bytes(), now));
    let nothing = scanned.signed(|_| Vec::new());
    let expired = authority().key(&parent.identity, Profile::SignRsa, Condition::Expired);
    let expired = scanned.signed(|content| expired.sign(content, now));
    let mut codes = Vec::new();
    for answer in [another_text, nothing, expired] {
        assert_eq!(status(phone.bring(&scanned.invitation, &answer).await), 403);
        let session = parent.signing_session(begun.session.id).await;
        codes.push((session.state, session.failure.expect("a reason").code));
    }
    let invalid = "signature-invalid".to_owned();
    assert_eq!(
        codes,
        [
            (SigningState::Scanned, invalid.clone()),
            (SigningState::Scanned, invalid),
            (SigningState::Rejected, "certificate-expired".to_owned()),
        ]
    );
    let good = scanned.signed(signing(app, &parent));
    let late = app
        .without_a_change(phone.bring(&scanned.invitation, &good))
        .await;
    assert_eq!(status(late), 410);
    // The draft is as good as before.
    parent.submit_application(&draft).await.has_status(201);
}

async fn a_session_that_is_over_is_over_for_the_phone(app: &TestApp) {
    let parent = Parent::new(app).await;
    let phone = phone(app);
    let drafted = draft(app, &parent).await;
    let cancelled = begun(&parent, &drafted).await;
    let scanned = phone.scan(&cancelled.qr_text).await.expect("a text");
    let good = scanned.signed(signing(app, &parent));
    // Another token, or none, and another code know nothing.
    let mut stranger = scanned.invitation.clone();
    for token in ["", "a", &cancelled.session.id.to_string()] {
        stranger.document.auth_token = token.to_owned();
        assert_eq!(status(phone.documents(&stranger).await), 404);
        assert_eq!(status(phone.bring(&stranger, &good).await), 404);
    }
    for code in ["", "a", &"A".repeat(43)] {
        let (place, _) = cancelled.qr_text.rsplit_once('/').expect("a code");
        if !code.is_empty() {
            assert_eq!(
                status(phone.invitation(&format!("{place}/{code}")).await),
                404
            );
        }
    }
    let of_session = endpoint::signing_session(cancelled.session.id);
    let session: SigningSession = parent.client.delete(&of_session).await.shown();
    assert_eq!(session.state, SigningState::Cancelled);
    assert_eq!(status(phone.scan(&cancelled.qr_text).await), 410);
    assert_eq!(status(phone.bring(&scanned.invitation, &good).await), 410);

    // As long as the draft.
    let expired = begun(&parent, &drafted).await;
    let scanned = phone.scan(&expired.qr_text).await.expect("a text");
    app.clock.set(drafted.expires_at);
    parent.log_in().await;
    assert_eq!(status(phone.scan(&expired.qr_text).await), 410);
    assert_eq!(status(phone.bring(&scanned.invitation, &good).await), 410);
    assert_eq!(state(&parent, &expired).await, SigningState::Expired);
    let too_late = parent.begin_to_sign(&[&drafted]).await;
    too_late.refused(Code::DraftExpired);

    // Signed with another key meanwhile.
    let used = draft(app, &parent).await;
    let session = begun(&parent, &used).await;
    let scanned = phone.scan(&session.qr_text).await.expect("a text");
    parent.submit_application(&used).await.has_status(201);
    let good = scanned.signed(signing(app, &parent));
    assert_eq!(status(phone.bring(&scanned.invitation, &good).await), 410);
    parent
        .begin_to_sign(&[&used])
        .await
        .refused(Code::DraftUsed);
}

async fn a_draft_has_one_open_session(app: &TestApp) {
    let parent = Parent::new(app).await;
    let draft = draft(app, &parent).await;
    let (first, second) = (begun(&parent, &draft).await, begun(&parent, &draft).await);
    assert_eq!(state(&parent, &first).await, SigningState::Cancelled);
    assert_eq!(status(phone(app).scan(&first.qr_text).await), 410);
    assert_eq!(state(&parent, &second).await, SigningState::Pending);
    let town = app.town(2).await;
    for number in 0..20 {
        let drafted = parent
            .draft_application(town.id(), &child("2022-06-10"))
            .await;
        let answer = parent.begin_to_sign(&[&drafted.created()]).await;
        if number < 19 {
            answer.has_status(201);
        } else {
            answer.refused(Code::RateLimited);
        }
    }
}

async fn sessions_go_on_in_other_processes(app: &TestApp) {
    let second = app.second_process().await;
    let parent = Parent::new(app).await;
    let draft = draft(app, &parent).await;
    let begun = begun(&parent, &draft).await;
    let (here, there) = (phone(app), Phone::new(Some(second.base())));
    let scanned = there.scan(&begun.qr_text).await.expect("a text");
    assert_eq!(state(&parent, &begun).await, SigningState::Scanned);
    let signed = scanned.signed(signing(app, &parent));
    here.bring(&scanned.invitation, &signed).await.expect("200");
    let elsewhere = parent.at(&second);
    assert_eq!(state(&elsewhere, &begun).await, SigningState::Signed);
    there
        .bring(&scanned.invitation, &signed)
        .await
        .expect("200");
    second.stop().await;
}

async fn whoever_listens_hears_of_the_phone(app: &TestApp) {
    let (parent, stranger) = (Parent::new(app).await, Parent::new(app).await);
    let draft = draft(app, &parent).await;
    let begun = begun(&parent, &draft).await;
    let look = async || changes::look(app.app()).await.expect("a look");
    look().await;
    let mut stream = parent.client.listen(endpoint::CHANGES).await;
    let mut other = stranger.client.listen(endpoint::CHANGES).await;
    let scanned = phone(app).scan(&begun.qr_text).await.expect("a text");
    look().await;
    let account = Some(("account".to_owned(), json!({})));
    assert_eq!(stream.next().await, account);
    let signed = scanned.signed(signing(app, &parent));
    phone(app)
        .bring(&scanned.invitation, &signed)
        .await
        .expect("200");
    look().await;
    assert_eq!(stream.next().await, account);
    app.app().changes.end();
    assert_eq!(other.next().await, None);
}

async fn every_act_is_signed_with_a_phone(app: &TestApp) {
    let town = app.town(3).await;
    let parent = Parent::outside_with_gost(app);
    parent.log_in().await;
    parent.give_email("parent@example.kz").await;
    let phone = phone(app);
    let post = async |path: &str, draft: &Draft| {
        let signed = parent.signed_by_phone(&phone, draft).await;
        parent.client.post(path, &signed).await
    };
    let drafted = parent
        .draft_application(town.id(), &child("2022-05-10"))
        .await;
    let queued: Application = post(endpoint::APPLICATIONS, &drafted.created())
        .await
        .created();
    let hold = parent.hold(queued.id, town.group.id).await;
    let referral: Referral = post(endpoint::REFERRALS, &hold).await.created();
    let wish = json!({"until": "2026-12-20", "reason": "moving"});
    let drafted = parent.draft_extension(referral.id, &wish).await.created();
    let extended = post(&endpoint::extension(referral.id), &drafted).await;
    extended.has_status(200);

    let second = Parent::new(app).await;
    let iin = queued.child.iin.to_string();
    let drafted = second.draft_attachment(&iin, queued.number.as_str()).await;
    let signed = second.signed_by_phone(&phone, &drafted.created()).await;
    let asked = second.client.post(endpoint::ATTACHMENTS, &signed).await;
    let asked: Attachment = asked.created();
    parent.decide(asked.id, true).await.has_status(204);
    let drafted = parent.draft_detachment(asked.id).await.created();
    post(&endpoint::detachment(asked.id), &drafted)
        .await
        .has_status(200);

    let drafted = parent.draft_revocation(referral.id).await.created();
    post(&endpoint::revocation(referral.id), &drafted)
        .await
        .has_status(200);
    let drafted = parent.draft_withdrawal(queued.id).await.created();
    post(&endpoint::withdrawal(queued.id), &drafted)
        .await
        .has_status(200);

    // An official signs decisions the same way.
    let official = Official::new(app, &town.locality, &[Duty::Registry]).await;
    let request = SuspensionDraftRequest {
        locality_id: town.id(),
        first_day: None,
        last_day: day("2026-11-30"),
        reason: "перевод групп".into(),
        language: Language::Ru,
    };
    let drafted: Draft = official
        .post(endpoint::SUSPENSION_DRAFTS, &request)
        .await
        .created();
    let signed = official.person.signed_by_phone(&phone, &drafted).await;
    let begun: OfficeSuspension = official
        .post(endpoint::SUSPENSIONS, &signed)
        .await
        .created();
    let path = endpoint::suspension_ending_drafts(begun.id);
    let drafted: Draft = official
        .post(&path, &ActDraftRequest::default())
        .await
        .created();
    let signed = official.person.signed_by_phone(&phone, &drafted).await;
    let path = endpoint::suspension_ending(begun.id);
    official.post(&path, &signed).await.has_status(200);
}

async fn a_time_stamp_inside_of_a_signature_is_kept(app: &TestApp) {
    let parent = Parent::new(app).await;
    let phone = phone(app);
    let (key, now) = (parent.signing_key.clone(), app.now());
    let cases: [(bool, Proof, bool); 2] = [
        (true, Proof::TimeStamp, true),
        (false, Proof::Record, false),
    ];
    for (good, proof, kept) in cases {
        let draft = draft(app, &parent).await;
        let begun = begun(&parent, &draft).await;
        let stamped = |content: &[u8]| {
            let cms = key.sign(content, now);
            // A stamp over the signature of another text proves nothing and takes nothing away.
            let of = if good {
                cms.clone()
            } else {
                key.sign(b"another", now)
            };
            authority().stamped(&cms, &of, now)
        };
        phone.sign(&begun.qr_text, stamped).await.expect("200");
        let session = parent.signing_session(begun.session.id).await;
        let signed = json!({"draft_id": draft.id, "cms": session.documents[0].cms});
        let sent = parent.client.post(endpoint::APPLICATIONS, &signed).await;
        let application: Application = sent.created();
        let documents = endpoint::application_documents(application.id);
        let list: DocumentList = parent.client.get(&documents).await.shown();
        let document: &Document = &list.items[0];
        let address = endpoint::document_evidence(document.id);
        let evidence: DocumentEvidence = parent.client.get(&address).await.shown();
        let has_stamp = evidence
            .items
            .iter()
            .any(|item| item.role == EvidenceRole::TimeStamp);
        assert_eq!(has_stamp, kept);
        let again = verify_again(app.app(), document.id)
            .await
            .expect("a verdict");
        assert_eq!(again.proof, proof);
        assert_eq!(again.report.timestamp.is_some(), good);
    }
}

async fn sessions_are_forgotten_with_their_signatures(app: &TestApp) {
    let parent = Parent::new(app).await;
    let draft = draft(app, &parent).await;
    let begun = begun(&parent, &draft).await;
    phone(app)
        .sign(&begun.qr_text, signing(app, &parent))
        .await
        .expect("200");
    let count = "SELECT COUNT(*) FROM signing_session_documents";
    app.clock.set(draft.expires_at + TimeDelta::hours(23));
    forgetting::forget_expired(app.app())
        .await
        .expect("forgotten");
    assert_eq!(database::number(app.db(), count).await, 1);
    app.clock.advance(TimeDelta::hours(2));
    forgetting::forget_expired(app.app())
        .await
        .expect("forgotten");
    assert_eq!(database::number(app.db(), count).await, 0);
}

#[test]
fn without_https_the_phone_is_not_offered_but_in_the_demo() {
    let plain = |settings: &mut Settings| {
        settings.public_url = "http://balabaqsha.example.kz".to_owned();
    };
    over_http_with(Engine::Sqlite, plain, async |app: &TestApp| {
        let service: Service = app.client().get(endpoint::SERVICE).await.shown();
        assert!(!service.phone_signing);
        let parent = Parent::new(app).await;
        let draft = draft(app, &parent).await;
        let challenge = parent.challenge().await;
        app.without_a_change(async {
            let refused = parent.begin_to_sign(&[&draft]).await;
            refused.refused(Code::PhoneSigningNotOffered);
            let refused = begin_login(&parent.client, &challenge).await;
            refused.refused(Code::PhoneSigningNotOffered);
        })
        .await;
    });
    let demo = |settings: &mut Settings| {
        plain(settings);
        settings.demo = true;
    };
    over_http_with(Engine::Sqlite, demo, async |app: &TestApp| {
        let service: Service = app.client().get(endpoint::SERVICE).await.shown();
        assert!(service.phone_signing);
        let parent = Parent::new(app).await;
        let draft = draft(app, &parent).await;
        parent.begin_to_sign(&[&draft]).await.has_status(201);
    });
}

/// A request that announces a body and sends only a part of it, and the whole answer.
fn half_sent(base: &str, path: &str, token: &str, announced: usize) -> String {
    let address = base.strip_prefix("http://").expect("an address");
    let mut stream = TcpStream::connect(address).expect("a connection");
    let head = format!(
        "PUT {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         authorization: Bearer {token}\r\naccept-language: kk\r\n\
         content-length: {announced}\r\n\r\n{{"
    );
    stream.write_all(head.as_bytes()).expect("a beginning");
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .expect("patience");
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    while !String::from_utf8_lossy(&answer).contains('}') {
        match stream.read(&mut part).expect("an answer") {
            0 => break,
            length => answer.extend_from_slice(&part[..length]),
        }
    }
    String::from_utf8(answer).expect("text")
}

#[test]
fn bodies_of_the_phone_are_neither_large_nor_slow() {
    let impatient = |settings: &mut Settings| {
        settings.limits.body_timeout_seconds = Duration::from_millis(50);
    };
    over_http_with(Engine::Sqlite, impatient, async |app: &TestApp| {
        let parent = Parent::new(app).await;
        let draft = draft(app, &parent).await;
        let begun = begun(&parent, &draft).await;
        let scanned = phone(app).scan(&begun.qr_text).await.expect("a text");
        let path = endpoint::phone_documents(begun.session.id);
        let token = scanned.invitation.document.auth_token;
        let base = app.process.base();
        for (announced, status) in [(256 * 1024 + 1, 413), (256 * 1024, 408)] {
            let answer = half_sent(base, &path, &token, announced);
            assert!(
                answer.starts_with(&format!("HTTP/1.1 {status} ")),
                "{answer}"
            );
            assert!(
                answer.contains(&format!("\"code\":\"{status}\"")),
                "{answer}"
            );
        }
        // Neither was an attempt.
        assert_eq!(parent.signing_session(begun.session.id).await.failure, None);
    });
}
