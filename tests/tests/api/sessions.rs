//! Sessions: a short access token, and a cookie that renews it and changes with each use.

use balabaqsha_api::{
    access::{keys, tokens},
    service::reading::changes,
};
use balabaqsha_shared::{
    code::Code,
    dto::{Draft, Session},
    endpoint,
};
use balabaqsha_tests::{Answer, Client, Parent, TestApp, at, builders::child, on_both_engines};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

on_both_engines!(over_http:
    an_access_token_is_good_for_ten_minutes,
    a_session_is_renewed_by_its_cookie,
    an_old_cookie_used_again_ends_the_session,
    after_logout_a_session_cannot_be_renewed,
    after_logout_the_access_token_is_worth_nothing,
    a_session_that_another_process_ended_is_over_within_a_moment,
    a_cookie_from_before_the_last_rotation_logs_out_too,
    a_stolen_cookie_ends_the_access_tokens_too,
    listening_ends_with_the_session,
    a_forged_token_is_refused,
    the_key_is_exchanged_and_nobody_is_logged_out,
    tokens_of_a_key_that_is_known_to_others_are_refused_at_once,
);

async fn an_access_token_is_good_for_ten_minutes(app: &TestApp) {
    let parent = Parent::new(app).await;
    app.go_just_before(at("2026-11-23T05:10:00Z"));
    parent.client.get(endpoint::ME).await.has_status(200);
    app.clock.set(at("2026-11-23T05:10:00Z"));
    let answer = parent.client.get(endpoint::ME).await;
    assert!(answer.header("www-authenticate").contains("invalid_token"));
    answer.refused(Code::SessionExpired);
}

async fn renew(parent: &Parent) -> Answer {
    let request = parent
        .client
        .request(Method::PUT, endpoint::CURRENT_SESSION);
    parent.client.send(request).await
}

async fn a_session_is_renewed_by_its_cookie(app: &TestApp) {
    let parent = Parent::new(app).await;
    app.clock.advance(TimeDelta::minutes(10));
    parent
        .client
        .get(endpoint::ME)
        .await
        .refused(Code::SessionExpired);
    parent.client.use_token(None);
    let answer = renew(&parent).await;
    let cookie = answer.header("set-cookie").to_owned();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/v1/sessions/current"] {
        assert!(cookie.contains(part), "{part} is missing in {cookie}");
    }
    let session: Session = answer.shown();
    parent.client.use_token(Some(session.access_token));
    parent
        .client
        .get(endpoint::APPLICATIONS)
        .await
        .has_status(200);
    // Twelve hours without a renewal end the session.
    app.clock.advance(TimeDelta::hours(12));
    parent.client.use_token(None);
    renew(&parent).await.refused(Code::SessionExpired);
}

async fn an_old_cookie_used_again_ends_the_session(app: &TestApp) {
    let parent = Parent::outside(app);
    let challenge = parent.challenge().await;
    let answer = parent.answer_challenge(&challenge, &parent.login_key).await;
    let stolen = answer
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap_or_default()
        .to_owned();
    answer.has_status(201);
    renew(&parent).await.has_status(200);
    let thief = app.client();
    let steal = || {
        thief
            .request(Method::PUT, endpoint::CURRENT_SESSION)
            .header("Cookie", &stolen)
    };
    // Two tabs may renew at the same moment: for half a minute the old one gets a token, but no
    // cookie.
    app.clock
        .advance(TimeDelta::seconds(30) - TimeDelta::microseconds(1));
    let answer = thief.send(steal()).await;
    assert_eq!((answer.status, answer.header("set-cookie")), (200, ""));
    app.clock.advance(TimeDelta::microseconds(1));
    thief.send(steal()).await.refused(Code::SessionExpired);
    renew(&parent).await.refused(Code::SessionExpired);
}

async fn after_logout_a_session_cannot_be_renewed(app: &TestApp) {
    let parent = Parent::outside(app);
    let challenge = parent.challenge().await;
    let answer = parent.answer_challenge(&challenge, &parent.login_key).await;
    let cookie = answer
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap_or_default()
        .to_owned();
    parent
        .client
        .delete(endpoint::CURRENT_SESSION)
        .await
        .has_status(204);
    renew(&parent).await.refused(Code::NotAuthenticated);
    let kept = app.client();
    let request = kept
        .request(Method::PUT, endpoint::CURRENT_SESSION)
        .header("Cookie", cookie);
    kept.send(request).await.refused(Code::SessionExpired);
}

/// Whatever needs a token is refused, and nothing hands out another.
async fn is_over(app: &TestApp, client: &Client) {
    let email = json!({"address": "thief@example.kz", "language": "ru"});
    let paths = [
        endpoint::ME,
        endpoint::APPLICATIONS,
        endpoint::NOTICES,
        endpoint::CHANGES,
    ];
    app.without_a_change(async {
        for path in paths {
            client.get(path).await.refused(Code::SessionExpired);
        }
        client
            .put(endpoint::MY_EMAIL, &email)
            .await
            .refused(Code::SessionExpired);
        client
            .post(endpoint::APPLICATION_DRAFTS, &json!({}))
            .await
            .refused(Code::SessionExpired);
    })
    .await;
}

async fn log_out(parent: &Parent) {
    parent
        .client
        .delete(endpoint::CURRENT_SESSION)
        .await
        .has_status(204);
}

async fn after_logout_the_access_token_is_worth_nothing(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let draft: Draft = parent.draft_withdrawal(application.id).await.created();
    log_out(&parent).await;
    is_over(app, &parent.client).await;
    // An act that was drafted before is not taken any more.
    app.without_a_change(async {
        parent
            .submit_withdrawal(application.id, &draft)
            .await
            .refused(Code::SessionExpired);
    })
    .await;
    // Another session of the same person goes on.
    parent.log_in().await;
    parent.client.get(endpoint::ME).await.has_status(200);
}

async fn a_session_that_another_process_ended_is_over_within_a_moment(app: &TestApp) {
    let parent = Parent::new(app).await;
    let second = app.second_process().await;
    let there = parent.at(&second);
    sees_the_account(&there.client).await;
    log_out(&parent).await;
    while there.client.get(endpoint::ME).await.status == 200 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    is_over(app, &there.client).await;
    second.stop().await;
}

async fn a_cookie_from_before_the_last_rotation_logs_out_too(app: &TestApp) {
    let parent = Parent::outside(app);
    let challenge = parent.challenge().await;
    let answer = parent.answer_challenge(&challenge, &parent.login_key).await;
    let cookie = answer.header("set-cookie").split(';').next();
    let first = cookie.unwrap_or_default().to_owned();
    answer.has_status(201);
    let session: Session = renew(&parent).await.shown();
    parent.client.use_token(Some(session.access_token));
    let tab = app.client();
    let request = tab
        .request(Method::DELETE, endpoint::CURRENT_SESSION)
        .header("Cookie", first);
    tab.send(request).await.has_status(204);
    parent
        .client
        .get(endpoint::ME)
        .await
        .refused(Code::SessionExpired);
    parent.client.use_token(None);
    renew(&parent).await.refused(Code::SessionExpired);
}

async fn a_stolen_cookie_ends_the_access_tokens_too(app: &TestApp) {
    let parent = Parent::outside(app);
    let challenge = parent.challenge().await;
    let answer = parent.answer_challenge(&challenge, &parent.login_key).await;
    let cookie = answer.header("set-cookie").split(';').next();
    let stolen = cookie.unwrap_or_default().to_owned();
    answer.has_status(201);
    let session: Session = renew(&parent).await.shown();
    parent.client.use_token(Some(session.access_token));
    parent.client.get(endpoint::ME).await.has_status(200);
    app.clock.advance(TimeDelta::seconds(30));
    let thief = app.client();
    let request = thief
        .request(Method::PUT, endpoint::CURRENT_SESSION)
        .header("Cookie", stolen);
    thief.send(request).await.refused(Code::SessionExpired);
    is_over(app, &parent.client).await;
}

async fn listening_ends_with_the_session(app: &TestApp) {
    let second = app.second_process().await;
    let (parent, other) = (Parent::new(app).await, Parent::new(app).await);
    let mut here = parent.client.listen(endpoint::CHANGES).await;
    let mut there = parent.at(&second).client.listen(endpoint::CHANGES).await;
    let mut stays = other.client.listen(endpoint::CHANGES).await;
    log_out(&parent).await;
    assert_eq!(here.next().await, None);
    // The other process finds it out with its next look.
    changes::look(&second.app).await.expect("a look");
    assert_eq!(there.next().await, None);
    changes::look(app.app()).await.expect("a look");
    let town = app.town(1).await;
    other.queue(town.id(), &child("2022-05-10")).await;
    changes::look(app.app()).await.expect("a look");
    assert!(stays.next().await.is_some());
    second.stop().await;
}

async fn a_forged_token_is_refused(app: &TestApp) {
    let parent = Parent::new(app).await;
    let good = parent.client.token().expect("a token");
    let mut parts: Vec<&str> = good.split('.').collect();
    let unsigned = format!("{}.{}.", parts[0], parts[1]);
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0";
    let without_algorithm = format!("{none}.{}.", parts[1]);
    let other = Parent::new(app).await.client.token().expect("a token");
    parts[1] = other.split('.').nth(1).expect("claims");
    for forged in [
        unsigned,
        without_algorithm,
        parts.join("."),
        "x".repeat(5000),
        "a.b.c".into(),
    ] {
        parent.client.use_token(Some(forged));
        let answer = parent.client.get(endpoint::ME).await;
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
        answer.refused(Code::NotAuthenticated);
    }
}

/// The key that has signed the token of a client.
fn kid(client: &Client) -> String {
    let token = client.token().expect("a token");
    let header = token.split('.').next().expect("a header");
    let header = BASE64_URL_SAFE_NO_PAD.decode(header).expect("Base64");
    let header: Value = serde_json::from_slice(&header).expect("JSON");
    header["kid"].as_str().expect("a key").to_owned()
}

/// The keys that whoever verifies tokens is told of.
async fn published(client: &Client) -> Vec<String> {
    let set: Value = client.get("/.well-known/jwks.json").await.shown();
    let keys = set["keys"].as_array().expect("keys");
    let mut kids: Vec<String> = keys
        .iter()
        .map(|key| key["kid"].as_str().expect("a key").to_owned())
        .collect();
    kids.sort();
    kids
}

async fn sees_the_account(client: &Client) {
    client.get(endpoint::ME).await.has_status(200);
}

async fn the_key_is_exchanged_and_nobody_is_logged_out(app: &TestApp) {
    let second = app.second_process().await;
    let parent = Parent::new(app).await;
    let there = parent.at(&second);
    let old = kid(&parent.client);
    let new = keys::rotate(app.db(), app.now(), false)
        .await
        .expect("a new key");
    assert_ne!(old, new);

    // A process that has not noticed yet signs with the old key, and is believed.
    let late = Parent::new(app).await;
    assert_eq!(kid(&late.client), old);
    tokens::follow(&second.app.core.db, &second.app.tokens)
        .await
        .expect("the keys");
    sees_the_account(&late.at(&second).client).await;
    let newer = late.at(&second);
    newer.log_in().await;
    assert_eq!(kid(&newer.client), new);
    // Another one finds a key out that it does not know.
    sees_the_account(&newer.at(&app.process).client).await;
    for client in [&parent.client, &there.client, &late.client] {
        sees_the_account(client).await;
    }
    let mut both = vec![old.clone(), new.clone()];
    both.sort();
    assert_eq!(published(&app.client()).await, both);

    // Who has an old token renews it as always.
    app.clock.advance(TimeDelta::minutes(10));
    parent
        .client
        .get(endpoint::ME)
        .await
        .refused(Code::SessionExpired);
    parent.client.use_token(None);
    let session: Session = renew(&parent).await.shown();
    parent.client.use_token(Some(session.access_token));
    assert_eq!(kid(&parent.client), new);
    sees_the_account(&parent.client).await;
    assert_eq!(published(&app.client()).await, both);
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(published(&app.client()).await, [new]);
    second.stop().await;
}

async fn tokens_of_a_key_that_is_known_to_others_are_refused_at_once(app: &TestApp) {
    let parent = Parent::new(app).await;
    // One that was exchanged before is not believed any longer either.
    let before = kid(&parent.client);
    keys::rotate(app.db(), app.now(), false)
        .await
        .expect("a new key");
    tokens::follow(app.db(), &app.app().tokens)
        .await
        .expect("the keys");
    let leaked = Parent::new(app).await;
    let new = keys::rotate(app.db(), app.now(), true)
        .await
        .expect("a new key");
    tokens::follow(app.db(), &app.app().tokens)
        .await
        .expect("the keys");
    assert_eq!(published(&app.client()).await, std::slice::from_ref(&new));
    assert_ne!(before, new);
    for parent in [&parent, &leaked] {
        parent
            .client
            .get(endpoint::ME)
            .await
            .refused(Code::NotAuthenticated);
        // The session itself goes on.
        parent.client.use_token(None);
        let session: Session = renew(parent).await.shown();
        parent.client.use_token(Some(session.access_token));
        assert_eq!(kid(&parent.client), new);
        sees_the_account(&parent.client).await;
    }
}
