//! `ETag`, `If-Match`, `If-None-Match`: whoever changes something may say which version they have seen.

use balabaqsha_shared::{
    code::Code,
    dto::{
        Application, DocumentKind, Draft, DraftOutcome, NoticePreferences, Referral, SignedDraft,
    },
    endpoint,
    notice::NoticeKind,
};
use balabaqsha_tests::{Answer, Parent, TestApp, builders::child, on_both_engines};
use reqwest::Method;
use serde_json::json;

on_both_engines!(over_http:
    what_is_shown_has_a_version,
    a_change_of_what_was_seen_is_made,
    a_change_of_what_was_not_seen_is_refused,
    a_used_draft_says_what_was_made,
    a_draft_says_what_has_become_of_it,
);

/// RFC 9110, section 13.1.
struct Condition<'a> {
    header: &'a str,
    tag: &'a str,
}

async fn with(parent: &Parent, method: Method, path: &str, condition: Condition<'_>) -> Answer {
    let request = parent.client.request(method, path);
    parent
        .client
        .send(request.header(condition.header, condition.tag))
        .await
}

async fn what_is_shown_has_a_version(app: &TestApp) {
    let parent = Parent::new(app).await;
    let town = app.town(1).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let paths = [
        endpoint::ME.to_owned(),
        endpoint::MY_NOTICE_PREFERENCES.to_owned(),
        endpoint::VACANCIES.to_owned(),
        endpoint::application(application.id),
        endpoint::application_documents(application.id),
    ];
    for path in paths {
        let shown = parent.client.get(&path).await.has_status(200);
        let tag = shown.header("etag").to_owned();
        assert!(tag.starts_with('"'), "{path}: {tag}");
        let condition = Condition {
            header: "If-None-Match",
            tag: tag.as_str(),
        };
        let known = with(&parent, Method::GET, &path, condition).await;
        assert_eq!((known.status, known.body.len()), (304, 0), "{path}");
        assert_eq!(known.header("etag"), tag);
        let other = with(
            &parent,
            Method::GET,
            &path,
            Condition {
                header: "If-None-Match",
                tag: "\"x\"",
            },
        )
        .await;
        assert_eq!(other.has_status(200).body, shown.body);
    }
    // A refusal has none.
    let nothing = parent.client.get("/v1/applications/x").await;
    assert_eq!(nothing.header("etag"), "");
}

async fn referred(app: &TestApp) -> (Parent, Referral) {
    let parent = Parent::new(app).await;
    let town = app.town(1).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let referral = parent.refer(application.id, town.group.id).await;
    (parent, referral)
}

async fn tag(parent: &Parent, path: &str) -> String {
    parent.client.get(path).await.header("etag").to_owned()
}

async fn a_change_of_what_was_seen_is_made(app: &TestApp) {
    let (parent, referral) = referred(app).await;
    let path = endpoint::referral(referral.id);
    let seen = tag(&parent, &path).await;
    let draft: Draft = parent.draft_revocation(referral.id).await.created();
    let request = parent
        .client
        .request(Method::POST, &format!("{path}/revocation"))
        .json(&parent.signed(&draft));
    let answer = parent.client.send(request.header("If-Match", &seen)).await;
    answer.has_status(200);
    assert_ne!(tag(&parent, &path).await, seen);

    let path = endpoint::MY_NOTICE_PREFERENCES;
    let seen = tag(&parent, path).await;
    let wish: NoticePreferences = super::notices::wish(NoticeKind::PlaceAvailable, false);
    for (condition, status) in [(seen.as_str(), 200), ("*", 200), (seen.as_str(), 412)] {
        let request = parent.client.request(Method::PUT, path).json(&wish);
        let answer = parent
            .client
            .send(request.header("If-Match", condition))
            .await;
        answer.has_status(status);
    }
}

async fn a_change_of_what_was_not_seen_is_refused(app: &TestApp) {
    let (parent, referral) = referred(app).await;
    let path = endpoint::referral(referral.id);
    let seen = tag(&parent, &path).await;
    let draft: Draft = parent.draft_revocation(referral.id).await.created();
    let signed: SignedDraft = parent.signed(&draft);
    parent.extend(referral.id, "2026-12-20").await;
    app.without_a_change(async {
        for condition in [seen.as_str(), "\"x\"", "W/\"x\"", "nonsense"] {
            let request = parent
                .client
                .request(Method::POST, &format!("{path}/revocation"))
                .json(&signed);
            let answer = parent
                .client
                .send(request.header("If-Match", condition))
                .await;
            answer.refused(Code::PreconditionFailed);
            let request = parent
                .client
                .request(Method::POST, &format!("{path}/revocation-drafts"))
                .json(&json!({"language": "ru"}));
            let answer = parent
                .client
                .send(request.header("If-Match", condition))
                .await;
            answer.refused(Code::PreconditionFailed);
        }
    })
    .await;
    // Without a condition nobody asks.
    parent
        .submit_revocation(referral.id, &draft)
        .await
        .has_status(200);
}

async fn a_draft_says_what_has_become_of_it(app: &TestApp) {
    let (parent, stranger) = (Parent::new(app).await, Parent::new(app).await);
    let town = app.town(1).await;
    let draft: Draft = parent
        .draft_application(town.id(), &child("2022-05-10"))
        .await
        .created();
    let path = endpoint::draft(draft.id);
    let open: DraftOutcome = parent.client.get(&path).await.shown();
    assert_eq!(
        (open.kind, open.signed_at),
        (DocumentKind::Application, None)
    );
    assert_eq!(
        (open.expires_at, open.application_id),
        (draft.expires_at, None)
    );
    stranger.client.get(&path).await.refused(Code::NotFound);
    let application: Application = parent.submit_application(&draft).await.created();
    let signed: DraftOutcome = parent.client.get(&path).await.shown();
    assert_eq!(signed.signed_at, Some(app.now()));
    assert_eq!(signed.application_id, Some(application.id));
    assert_eq!((signed.referral_id, signed.attachment_id), (None, None));

    let draft = parent.hold(application.id, town.group.id).await;
    let referral: Referral = parent.submit_referral(&draft).await.created();
    let path = endpoint::draft(draft.id);
    let signed: DraftOutcome = parent.client.get(&path).await.shown();
    assert_eq!(
        (signed.kind, signed.referral_id),
        (DocumentKind::Referral, Some(referral.id))
    );
    stranger.client.get(&path).await.refused(Code::NotFound);
}

async fn a_used_draft_says_what_was_made(app: &TestApp) {
    let parent = Parent::new(app).await;
    let town = app.town(1).await;
    let draft: Draft = parent
        .draft_application(town.id(), &child("2022-05-10"))
        .await
        .created();
    parent.submit_application(&draft).await.has_status(201);
    let other = SignedDraft {
        draft_id: draft.id,
        cms: "AAAA".to_owned(),
    };
    let answer = parent.client.post(endpoint::APPLICATIONS, &other).await;
    let place = answer.header("location").to_owned();
    let problem = answer.refused(Code::DraftUsed);
    let id = problem.members["application_id"].as_str().unwrap();
    assert_eq!(place, format!("{}/{id}", endpoint::APPLICATIONS));
    parent.client.get(&place).await.has_status(200);
}
