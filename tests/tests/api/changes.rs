//! Listening instead of asking: a stream says that something has changed, to those who may see it.

use balabaqsha_api::service::reading::changes;
use balabaqsha_shared::{code::Code, dto::Draft, endpoint, id::LocalityId};
use balabaqsha_tests::{
    Parent, Stream, TestApp, at,
    builders::{Town, child},
    on_both_engines,
};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

on_both_engines!(over_http:
    a_change_of_free_places_is_heard_with_its_locality,
    changes_before_somebody_listens_are_not_heard,
    a_place_is_heard_when_it_becomes_public,
    only_who_sees_a_change_hears_it,
    what_other_processes_do_is_heard,
    what_was_committed_late_is_heard_once,
    a_stream_ends_with_the_token,
    a_stream_is_not_kept_by_anybody_on_the_way,
    whoever_asks_for_the_head_alone_keeps_the_connection,
);

async fn look(app: &TestApp) {
    changes::look(app.app()).await.expect("a look");
}

async fn listening(app: &TestApp) -> Stream {
    app.client().listen(endpoint::CHANGES).await
}

fn vacancies(localities: &[LocalityId]) -> Option<(String, Value)> {
    let mut localities = localities.to_vec();
    localities.sort_unstable();
    Some(("vacancies".into(), json!({ "locality_ids": localities })))
}

fn account() -> Option<(String, Value)> {
    Some(("account".into(), json!({})))
}

/// A parent with a child in the queue of a town.
async fn queued(app: &TestApp, town: &Town) -> (Parent, balabaqsha_shared::dto::Application) {
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    (parent, application)
}

async fn a_change_of_free_places_is_heard_with_its_locality(app: &TestApp) {
    let (here, there) = (app.town(2).await, app.town(2).await);
    let (parent, application) = queued(app, &here).await;
    let (other, elsewhere) = queued(app, &there).await;
    look(app).await;
    let mut stream = listening(app).await;
    let hold = parent.hold(application.id, here.group.id).await;
    look(app).await;
    assert_eq!(stream.next().await, vacancies(&[here.id()]));
    // Signing makes a taken place of a held one: nothing new for the others.
    parent.submit_referral(&hold).await.has_status(201);
    look(app).await;
    // What is found at one look comes together.
    other.hold(elsewhere.id, there.group.id).await;
    let (third, queued_here) = queued(app, &here).await;
    third.hold(queued_here.id, here.group.id).await;
    look(app).await;
    assert_eq!(stream.next().await, vacancies(&[here.id(), there.id()]));
    app.app().changes.end();
    assert_eq!(stream.next().await, None);
}

async fn changes_before_somebody_listens_are_not_heard(app: &TestApp) {
    let town = app.town(2).await;
    let (parent, application) = queued(app, &town).await;
    look(app).await;
    parent.hold(application.id, town.group.id).await;
    look(app).await;
    let mut stream = listening(app).await;
    let mut own = parent.client.listen(endpoint::CHANGES).await;
    look(app).await;
    app.app().changes.end();
    assert_eq!((stream.next().await, own.next().await), (None, None));
}

async fn a_place_is_heard_when_it_becomes_public(app: &TestApp) {
    let publication = |town: &mut Town| {
        town.locality.rules.publication_time = Some("09:00:00".parse().unwrap());
    };
    let town = app.town_with(1, publication).await;
    let (parent, application) = queued(app, &town).await;
    let referral = parent.refer(application.id, town.group.id).await;
    look(app).await;
    let mut stream = listening(app).await;
    let draft: Draft = parent.draft_revocation(referral.id).await.created();
    parent
        .submit_revocation(referral.id, &draft)
        .await
        .has_status(200);
    let public = at("2026-11-24T04:00:00Z");
    app.go_just_before(public);
    look(app).await;
    let mut late = listening(app).await;
    app.clock.set(public);
    look(app).await;
    // Who has listened all the time has heard no more than who came just before.
    assert_eq!(late.next().await, vacancies(&[town.id()]));
    assert_eq!(stream.next().await, vacancies(&[town.id()]));
    app.app().changes.end();
    assert_eq!(stream.next().await, None);
}

async fn only_who_sees_a_change_hears_it(app: &TestApp) {
    let town = app.town(1).await;
    let (parent, application) = queued(app, &town).await;
    let (second, stranger) = (Parent::new(app).await, Parent::new(app).await);
    let request = second.attach(&application).await;
    look(app).await;
    let mut nobody = listening(app).await;
    let mut first_hears = parent.client.listen(endpoint::CHANGES).await;
    let mut second_hears = second.client.listen(endpoint::CHANGES).await;
    let mut stranger_hears = stranger.client.listen(endpoint::CHANGES).await;

    parent.decide(request.id, true).await.has_status(204);
    look(app).await;
    assert_eq!(first_hears.next().await, account());
    assert_eq!(second_hears.next().await, account());
    // Looked at again, nothing is told again.
    look(app).await;

    let draft: Draft = parent.draft_withdrawal(application.id).await.created();
    parent
        .submit_withdrawal(application.id, &draft)
        .await
        .has_status(200);
    look(app).await;
    app.app().changes.end();
    for stream in [&mut first_hears, &mut second_hears] {
        // The end may overtake what was said at the same moment, but nothing comes twice.
        let last = stream.next().await;
        assert!(last.is_none() || last == account(), "{last:?}");
        assert_eq!(stream.next().await, None);
    }
    for stream in [&mut nobody, &mut stranger_hears] {
        assert_eq!(stream.next().await, None);
    }
}

async fn what_other_processes_do_is_heard(app: &TestApp) {
    let town = app.town(1).await;
    let process = app.second_process().await;
    let (parent, application) = queued(app, &town).await;
    look(app).await;
    let mut stream = listening(app).await;
    let mut own = parent.client.listen(endpoint::CHANGES).await;
    let there = parent.at(&process);
    there.refer(application.id, town.group.id).await;
    look(app).await;
    assert_eq!(stream.next().await, vacancies(&[town.id()]));
    let mut heard = [own.next().await, own.next().await];
    heard.sort_by_key(|heard| heard.as_ref().map(|(name, _)| name.clone()));
    assert_eq!(heard, [account(), vacancies(&[town.id()])]);
    process.stop().await;
}

async fn what_was_committed_late_is_heard_once(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let began = app.now();
    app.clock.advance(TimeDelta::seconds(5));
    look(app).await;
    let mut own = parent.client.listen(endpoint::CHANGES).await;
    // A transaction that began before that look, or a process whose clock is behind.
    app.clock.set(began);
    parent.queue(town.id(), &child("2022-05-10")).await;
    app.clock.set(began + TimeDelta::seconds(6));
    look(app).await;
    assert_eq!(own.next().await, account());
    for seconds in 7..12 {
        app.clock.set(began + TimeDelta::seconds(seconds));
        look(app).await;
    }
    app.app().changes.end();
    assert_eq!(own.next().await, None);
}

async fn a_stream_ends_with_the_token(app: &TestApp) {
    let parent = Parent::new(app).await;
    let session = parent.log_in().await;
    app.go_just_before(session.expires_at);
    let mut stream = parent.client.listen(endpoint::CHANGES).await;
    assert_eq!(stream.next().await, None);
    app.clock.set(session.expires_at);
    let refused = parent.client.get(endpoint::CHANGES).await;
    refused.refused(Code::SessionExpired);
    parent.client.use_token(Some("nonsense".into()));
    let refused = parent.client.get(endpoint::CHANGES).await;
    refused.refused(Code::NotAuthenticated);
}

async fn a_stream_is_not_kept_by_anybody_on_the_way(app: &TestApp) {
    let stream = listening(app).await;
    for (header, value) in [
        ("content-type", "text/event-stream"),
        ("cache-control", "no-store"),
        ("x-accel-buffering", "no"),
    ] {
        assert_eq!(stream.header(header), value);
    }
}

async fn whoever_asks_for_the_head_alone_keeps_the_connection(app: &TestApp) {
    let address = app.process.base().strip_prefix("http://");
    let address = address.expect("an address");
    let mut stream = TcpStream::connect(address).expect("a connection");
    // Only so that a service that never answers fails the test.
    let patience = Some(Duration::from_secs(60));
    stream.set_read_timeout(patience).expect("a time-out");
    let requests = format!(
        "HEAD {} HTTP/1.1\r\nhost: {address}\r\n\r\n\
         GET /healthz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n",
        endpoint::CHANGES
    );
    stream.write_all(requests.as_bytes()).expect("two requests");
    let mut answers = String::new();
    stream.read_to_string(&mut answers).expect("two answers");
    assert!(
        answers.contains("content-type: text/event-stream"),
        "{answers}"
    );
    assert!(answers.ends_with("\r\n\r\nok\n"), "{answers}");
}
