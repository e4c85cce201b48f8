//! R3: a second parent asks, the registry or the applicant answers. Until then nothing is visible;
//! afterwards both may do the same.

use super::notices::{self, kinds};
use balabaqsha_shared::{
    application::ApplicationState,
    attachment::AttachmentState,
    code::Code,
    dto::{ApplicationSummary, Attachment, DocumentKind, DocumentList, Draft, EventKind, Page},
    endpoint,
    id::{ApplicationId, AttachmentId},
    notice::NoticeKind,
};
use balabaqsha_tests::{
    Engine, Parent, TestApp,
    builders::{child, day, id, iin},
    on_both_engines, over_http_with,
};
use chrono::TimeDelta;
use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
};

on_both_engines!(over_http:
    an_accepted_parent_may_do_what_the_applicant_may,
    a_declined_request_shows_nothing,
    what_does_not_belong_together_is_not_found,
    only_the_applicant_decides,
    a_request_is_made_once,
);

on_both_engines!(here::on_engine:
    a_parent_whom_the_registry_knows_is_attached_at_once,
    what_the_registry_does_not_clearly_confirm_is_left_to_the_applicant,
);

async fn documents(parent: &Parent, id: ApplicationId) -> Vec<DocumentKind> {
    let path = endpoint::application_documents(id);
    let list: DocumentList = parent.client.get(&path).await.shown();
    list.items.iter().map(|document| document.kind).collect()
}

async fn an_accepted_parent_may_do_what_the_applicant_may(app: &TestApp) {
    let town = app.town(2).await;
    let (first, second) = (Parent::new(app).await, Parent::new(app).await);
    let application = first.queue(town.id(), &child("2022-05-10")).await;
    let path = endpoint::application(application.id);
    let request = second.attach(&application).await;
    assert_eq!(
        (request.state, request.application_id),
        (AttachmentState::Pending, None)
    );
    app.without_a_change(async {
        second.client.get(&path).await.refused(Code::NotFound);
        second
            .draft_referral(application.id, town.group.id)
            .await
            .refused(Code::NotFound);
    })
    .await;
    assert_eq!(
        documents(&first, application.id).await,
        [DocumentKind::Application],
        "the request with the full name is not for the applicant yet"
    );
    let waiting = first.attachments().await.waiting;
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].id, request.id);
    assert_eq!(waiting[0].requester_name, "СЕРИКОВ ДАНИЯР БОЛАТУЛЫ");
    assert_eq!(waiting[0].child_name, application.child.full_name());
    assert!(waiting[0].requester_iin_masked.ends_with("••••••"));
    assert!(second.attachments().await.waiting.is_empty());

    first.decide(request.id, true).await.has_status(204);
    app.without_a_change(first.decide(request.id, true))
        .await
        .has_status(204);
    app.without_a_change(first.decide(request.id, false))
        .await
        .refused(Code::AttachmentDecided);
    assert!(first.attachments().await.waiting.is_empty());
    let mine = second.attachments().await.mine;
    assert_eq!(mine[0].application_id, Some(application.id));

    // The journal, the papers, the history, and every act.
    let journal: Page<ApplicationSummary> = second.client.get(endpoint::APPLICATIONS).await.shown();
    assert_eq!(journal.items.len(), 1);
    for parent in [&first, &second] {
        assert_eq!(
            documents(parent, application.id).await,
            [DocumentKind::Attachment, DocumentKind::Application]
        );
    }
    let told = first.history(application.id).await;
    let kinds: Vec<EventKind> = told.items.iter().map(|event| event.kind).collect();
    assert_eq!(
        kinds,
        [
            EventKind::Attached,
            EventKind::AttachmentRequested,
            EventKind::ApplicationSubmitted
        ]
    );
    let referral = second.refer(application.id, town.group.id).await;
    second.extend(referral.id, "2026-12-10").await;
    let draft: Draft = first.draft_revocation(referral.id).await.created();
    second
        .submit_revocation(referral.id, &draft)
        .await
        .refused(Code::NotFound);
    first
        .submit_revocation(referral.id, &draft)
        .await
        .has_status(200);
    let draft: Draft = second.draft_withdrawal(application.id).await.created();
    second
        .submit_withdrawal(application.id, &draft)
        .await
        .has_status(200);
    let withdrawn = first.application(application.id).await;
    assert!(matches!(
        withdrawn.state,
        ApplicationState::Withdrawn { .. }
    ));
}

async fn a_declined_request_shows_nothing(app: &TestApp) {
    let town = app.town(1).await;
    let (first, second) = (Parent::new(app).await, Parent::new(app).await);
    let application = first.queue(town.id(), &child("2022-05-10")).await;
    let request = second.attach(&application).await;
    first.decide(request.id, false).await.has_status(204);
    let path = endpoint::application(application.id);
    second.client.get(&path).await.refused(Code::NotFound);
    let mine = second.attachments().await.mine;
    assert_eq!(
        (mine[0].state, mine[0].application_id),
        (AttachmentState::Declined { at: app.now() }, None)
    );
    assert_eq!(
        documents(&first, application.id).await,
        [DocumentKind::Application]
    );
    let told = first.history(application.id).await;
    assert_eq!(told.items[0].kind, EventKind::AttachmentDeclined);
    // A mistake can be mended: another request may be made.
    second.attach(&application).await;
}

async fn what_does_not_belong_together_is_not_found(app: &TestApp) {
    let town = app.town(1).await;
    let (first, second) = (Parent::new(app).await, Parent::new(app).await);
    let application = first.queue(town.id(), &child("2022-05-10")).await;
    let other = first.queue(town.id(), &child("2022-06-10")).await;
    let own = application.child.iin.to_string();
    let stranger = iin(day("2022-05-10")).to_string();
    app.without_a_change(async {
        for (iin, number) in [
            (stranger.as_str(), application.number.as_str()),
            (own.as_str(), other.number.as_str()),
            (own.as_str(), "АКТ-2026-999999"),
            (own.as_str(), "1"),
        ] {
            let problem = second
                .draft_attachment(iin, number)
                .await
                .refused(Code::AttachmentNotFound);
            assert_eq!(problem.members.len(), 0, "{problem:?}");
        }
        let problem = second
            .draft_attachment("210104500012", " ")
            .await
            .refused(Code::ValidationFailed);
        let named: Vec<_> = problem
            .errors
            .iter()
            .map(|error| (error.pointer.as_str(), error.code.as_str()))
            .collect();
        assert_eq!(
            named,
            [
                ("/child_iin", "iin-invalid"),
                ("/application_number", "field-required")
            ]
        );
        first
            .draft_attachment(&own, application.number.as_str())
            .await
            .refused(Code::ApplicationAlreadyVisible);
    })
    .await;
    let draft: Draft = second
        .draft_attachment(&own, &application.number.as_str().to_lowercase())
        .await
        .created();
    assert!(
        !draft.text.contains("Айлин"),
        "the text tells no more than was typed in: {}",
        draft.text
    );
}

async fn only_the_applicant_decides(app: &TestApp) {
    let town = app.town(1).await;
    let first = Parent::new(app).await;
    let (second, third) = (Parent::new(app).await, Parent::new(app).await);
    let application = first.queue(town.id(), &child("2022-05-10")).await;
    let request = second.attach(&application).await;
    app.without_a_change(async {
        for parent in [&second, &third] {
            parent
                .decide(request.id, true)
                .await
                .refused(Code::NotFound);
        }
        let unknown = AttachmentId::new(id());
        first.decide(unknown, true).await.refused(Code::NotFound);
    })
    .await;
    first.decide(request.id, true).await.has_status(204);
    // An attached parent may do what the applicant may, but for this.
    let request = third.attach(&application).await;
    let answer = app.without_a_change(second.decide(request.id, false));
    answer.await.refused(Code::NotFound);
    first.decide(request.id, false).await.has_status(204);
}

async fn a_request_is_made_once(app: &TestApp) {
    let town = app.town(1).await;
    let (first, second) = (Parent::new(app).await, Parent::new(app).await);
    let application = first.queue(town.id(), &child("2022-05-10")).await;
    let iin = application.child.iin.to_string();
    let number = application.number.as_str();
    let draft: Draft = second.draft_attachment(&iin, number).await.created();
    let again: Draft = second.draft_attachment(&iin, number).await.created();
    let made: Attachment = second.submit_attachment(&draft).await.created();
    app.without_a_change(async {
        let same: Attachment = second.submit_attachment(&draft).await.created();
        assert_eq!(same, made);
        app.clock.advance(TimeDelta::seconds(1));
        let problem = second
            .submit_attachment(&draft)
            .await
            .refused(Code::DraftUsed);
        assert_eq!(problem.members["attachment_id"], made.id.to_string());
        second
            .submit_attachment(&again)
            .await
            .refused(Code::AttachmentPending);
        second
            .draft_attachment(&iin, number)
            .await
            .refused(Code::AttachmentPending);
    })
    .await;
}

/// A registry that answers every question with the same bytes; the address, and what it was asked.
fn registry(answer: &'static str) -> (String, thread::JoinHandle<String>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let address = listener.local_addr().expect("an address");
    let asked = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a question");
        let mut question = Vec::new();
        let mut buffer = [0; 1024];
        while !String::from_utf8_lossy(&question).contains('}') {
            let read = stream.read(&mut buffer).expect("a question");
            question.extend_from_slice(&buffer[..read]);
        }
        stream.write_all(answer.as_bytes()).expect("an answer");
        String::from_utf8(question).expect("UTF-8")
    });
    (format!("http://{address}/parents"), asked)
}

fn with_registry(
    engine: Engine,
    answer: &'static str,
    expected: fn(AttachmentState) -> bool,
    told: [&[NoticeKind]; 2],
) {
    let (url, asked) = registry(answer);
    over_http_with(
        engine,
        |settings| settings.registry_url = Some(url),
        async |app| {
            let town = app.town(1).await;
            let (first, second) = (Parent::new(app).await, Parent::new(app).await);
            let application = first.queue(town.id(), &child("2022-05-10")).await;
            let request = second.attach(&application).await;
            assert!(expected(request.state), "{answer}: {:?}", request.state);
            let question = asked.join().expect("a question");
            let numbers = format!(
                "{{\"child_iin\":\"{}\",\"parent_iin\":\"{}\"}}",
                application.child.iin, second.identity.iin
            );
            assert!(question.ends_with(&numbers), "{question}");
            for (parent, told) in [&first, &second].into_iter().zip(told) {
                assert_eq!(kinds(&notices::told(parent).await), told, "{answer}");
            }
        },
    );
}

fn on_engine(engine: Engine, test: fn(Engine)) {
    test(engine);
}

fn a_parent_whom_the_registry_knows_is_attached_at_once(engine: Engine) {
    // Nobody has to decide, so nobody is asked to.
    let told: &[NoticeKind] = &[NoticeKind::Attached];
    with_registry(
        engine,
        "HTTP/1.1 200 OK\r\ncontent-length: 15\r\nconnection: close\r\n\r\n{\"parent\":true}",
        |state| matches!(state, AttachmentState::Attached { .. }),
        [told, told],
    );
}

fn what_the_registry_does_not_clearly_confirm_is_left_to_the_applicant(engine: Engine) {
    for answer in [
        "HTTP/1.1 200 OK\r\ncontent-length: 16\r\nconnection: close\r\n\r\n{\"parent\":false}",
        "HTTP/1.1 200 OK\r\ncontent-length: 17\r\nconnection: close\r\n\r\n{\"parent\":\"true\"}",
        "HTTP/1.1 500 Oh\r\ncontent-length: 15\r\nconnection: close\r\n\r\n{\"parent\":true}",
        "HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 15\r\nconnection: close\r\n\r\n{\"parent\":true}",
        "HTTP/1.1 200 OK\r\ncontent-length: 99\r\nconnection: close\r\n\r\n{\"parent\":true}",
        "nonsense\r\n\r\n",
    ] {
        with_registry(
            engine,
            answer,
            |state| state == AttachmentState::Pending,
            [&[NoticeKind::AttachmentRequested], &[]],
        );
    }
}
