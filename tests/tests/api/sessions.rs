//! Sessions: a short access token, and a cookie that renews it and changes with each use.

use balabaqsha_api::{
    access::{keys, tokens},
    config::Settings,
    service::reading::changes,
};
use balabaqsha_shared::{
    code::Code,
    dto::{Draft, Session, SessionList},
    endpoint,
};
use balabaqsha_tests::{
    Answer, Client, Engine, Parent, TestApp, at, builders::child, on_both_engines, over_http_with,
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

on_both_engines!(over_http:
    an_access_token_is_good_for_ten_minutes,
    a_session_is_renewed_by_its_cookie,
    an_old_cookie_used_again_ends_the_session,
    a_renewal_whose_answer_was_lost_is_given_again,
    a_cookie_from_before_two_rotations_was_stolen,
    a_cookie_that_was_never_given_ends_nothing,
    a_session_lives_seven_days_at_most,
    a_session_of_before_ends_at_its_twelve_hours,
    people_see_their_sessions_and_end_the_others,
    a_second_login_in_the_same_browser_ends_the_first_session,
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
    for part in ["HttpOnly", "SameSite=Strict", "Path=/v1/sessions;"] {
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

/// The cookie of an answer as a browser sends it back.
fn cookie_of(answer: &Answer) -> String {
    let cookie = answer.header("set-cookie").split(';').next();
    cookie.unwrap_or_default().to_owned()
}

/// A parent who has logged in, with the first cookie.
async fn logged_in(app: &TestApp) -> (Parent, String) {
    let parent = Parent::outside(app);
    let challenge = parent.challenge().await;
    let answer = parent.answer_challenge(&challenge, &parent.login_key).await;
    let cookie = cookie_of(&answer);
    answer.has_status(201);
    (parent, cookie)
}

/// Renews with a cookie that somebody has kept.
async fn renew_with(app: &TestApp, cookie: &str) -> Answer {
    let client = app.client();
    let request = client
        .request(Method::PUT, endpoint::CURRENT_SESSION)
        .header("Cookie", cookie);
    client.send(request).await
}

/// Uses what came with a renewal, so that its answer has arrived.
async fn uses(parent: &Parent, answer: Answer) {
    let session: Session = answer.shown();
    parent.client.use_token(Some(session.access_token));
    parent.client.get(endpoint::ME).await.has_status(200);
}

async fn an_old_cookie_used_again_ends_the_session(app: &TestApp) {
    let (parent, stolen) = logged_in(app).await;
    let answer = renew(&parent).await;
    let present = cookie_of(&answer);
    uses(&parent, answer).await;
    // Two tabs may renew at the same moment: for half a minute the old one gets the same as the other.
    app.clock
        .advance(TimeDelta::seconds(30) - TimeDelta::microseconds(1));
    let answer = renew_with(app, &stolen).await;
    assert_eq!((answer.status, cookie_of(&answer)), (200, present));
    app.clock.advance(TimeDelta::microseconds(1));
    renew_with(app, &stolen).await.refused(Code::SessionEnded);
    // Whoever has the present one is told as well.
    renew(&parent).await.refused(Code::SessionEnded);
}

async fn a_renewal_whose_answer_was_lost_is_given_again(app: &TestApp) {
    let (parent, first) = logged_in(app).await;
    let lost = cookie_of(&renew_with(app, &first).await);
    assert_ne!(lost, first);
    // However long it takes to try again: nobody has used the answer.
    app.clock.advance(TimeDelta::hours(11));
    let again = renew_with(app, &first).await;
    assert_eq!(cookie_of(&again), lost);
    uses(&parent, again).await;
    let next = renew_with(app, &lost).await;
    assert_ne!(cookie_of(&next), lost);
    next.has_status(200);
}

async fn a_cookie_from_before_two_rotations_was_stolen(app: &TestApp) {
    let (parent, stolen) = logged_in(app).await;
    for _ in 0..2 {
        uses(&parent, renew(&parent).await).await;
    }
    renew_with(app, &stolen).await.refused(Code::SessionEnded);
    is_over(app, &parent.client).await;
    renew(&parent).await.refused(Code::SessionEnded);
}

async fn a_cookie_that_was_never_given_ends_nothing(app: &TestApp) {
    let (parent, first) = logged_in(app).await;
    uses(&parent, renew(&parent).await).await;
    uses(&parent, renew(&parent).await).await;
    let (name, value) = first.split_once('=').expect("a cookie");
    let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(value).expect("Base64");
    *bytes.last_mut().expect("bytes") ^= 1;
    let forged = format!("{name}={}", BASE64_URL_SAFE_NO_PAD.encode(bytes));
    renew_with(app, &forged).await.refused(Code::SessionExpired);
    parent.client.get(endpoint::ME).await.has_status(200);
}

async fn a_session_lives_seven_days_at_most(app: &TestApp) {
    let (parent, _) = logged_in(app).await;
    let end = app.now() + TimeDelta::days(7);
    while app.now() + TimeDelta::hours(11) < end {
        app.clock.advance(TimeDelta::hours(11));
        uses(&parent, renew(&parent).await).await;
    }
    // The cookie has its whole last minute.
    app.clock.set(end - TimeDelta::minutes(1));
    uses(&parent, renew(&parent).await).await;
    app.clock.set(end);
    renew(&parent).await.refused(Code::SessionExpired);
    parent
        .client
        .get(endpoint::ME)
        .await
        .refused(Code::SessionExpired);
}

/// A session of an earlier release: nothing is known of its beginning.
async fn a_session_of_before_ends_at_its_twelve_hours(app: &TestApp) {
    let (parent, _) = logged_in(app).await;
    let forget =
        "UPDATE sessions SET secret = NULL, started_at = NULL, last_end = NULL, device = NULL";
    balabaqsha_tests::database::run_sql(app.db(), forget).await;
    let end = app.now() + TimeDelta::hours(12);
    for _ in 0..2 {
        app.clock.advance(TimeDelta::hours(5));
        uses(&parent, renew(&parent).await).await;
    }
    let listed: SessionList = parent.client.get(endpoint::SESSIONS).await.shown();
    assert_eq!(listed.items[0].expires_at, end);
    assert_eq!(listed.items[0].started_at, None);
    app.clock.set(end);
    renew(&parent).await.refused(Code::SessionExpired);
}

async fn people_see_their_sessions_and_end_the_others(app: &TestApp) {
    let parent = Parent::new(app).await;
    app.clock.advance(TimeDelta::seconds(1));
    let mut there = parent.at(&app.process);
    // Another browser has cookies of its own.
    there.client = app.client();
    there.log_in().await;
    let stranger = Parent::new(app).await;
    let list =
        async |client: &Client| -> SessionList { client.get(endpoint::SESSIONS).await.shown() };
    let listed = list(&there.client).await;
    let current: Vec<bool> = listed.items.iter().map(|one| one.current).collect();
    assert_eq!(current, [true, false]);
    assert_eq!(listed.items[0].started_at, Some(app.now()));
    let other = format!("{}/{}", endpoint::SESSIONS, listed.items[1].id);
    app.without_a_change(async {
        stranger.client.delete(&other).await.refused(Code::NotFound);
    })
    .await;
    there.client.delete(&other).await.has_status(204);
    is_over(app, &parent.client).await;
    assert_eq!(list(&there.client).await.items.len(), 1);
    there.client.delete(&other).await.refused(Code::NotFound);
}

async fn a_second_login_in_the_same_browser_ends_the_first_session(app: &TestApp) {
    let parent = Parent::new(app).await;
    let before = parent.client.token();
    parent.log_in().await;
    let after = parent.client.token();
    parent.client.use_token(before);
    is_over(app, &parent.client).await;
    parent.client.use_token(after);
    let listed: SessionList = parent.client.get(endpoint::SESSIONS).await.shown();
    assert_eq!(listed.items.len(), 1);
}

#[test]
fn over_https_the_cookie_is_guarded() {
    let change = |settings: &mut Settings| settings.secure_cookies = true;
    over_http_with(Engine::Sqlite, change, async |app: &TestApp| {
        let parent = Parent::outside(app);
        let challenge = parent.challenge().await;
        let answer = parent.answer_challenge(&challenge, &parent.login_key).await;
        let cookie = answer.header("set-cookie").to_owned();
        assert!(cookie.starts_with("__Host-balabaqsha_refresh="), "{cookie}");
        for part in ["HttpOnly", "SameSite=Strict", "Path=/;", "Secure"] {
            assert!(cookie.contains(part), "{part} is missing in {cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
        renew_with(app, &cookie_of(&answer)).await.has_status(200);
    });
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
    kept.send(request).await.refused(Code::SessionEnded);
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
    let (parent, first) = logged_in(app).await;
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
    renew(&parent).await.refused(Code::SessionEnded);
}

async fn a_stolen_cookie_ends_the_access_tokens_too(app: &TestApp) {
    let (parent, stolen) = logged_in(app).await;
    let session: Session = renew(&parent).await.shown();
    parent.client.use_token(Some(session.access_token));
    parent.client.get(endpoint::ME).await.has_status(200);
    app.clock.advance(TimeDelta::seconds(30));
    let thief = app.client();
    let request = thief
        .request(Method::PUT, endpoint::CURRENT_SESSION)
        .header("Cookie", stolen);
    thief.send(request).await.refused(Code::SessionEnded);
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
    let mut newer = late.at(&second);
    newer.client = second.client();
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
