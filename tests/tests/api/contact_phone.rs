//! The telephone of an application: whoever may act for it changes it, and its history says so.

use balabaqsha_shared::{
    code::Code,
    dto::{ContactPhone, EventKind},
    endpoint,
    id::ApplicationId,
};
use balabaqsha_tests::{Answer, Parent, TestApp, builders::child, on_both_engines};
use serde_json::json;

on_both_engines!(over_http:
    a_changed_telephone_is_an_event_of_the_history,
    what_is_no_telephone_changes_nothing,
    an_attached_parent_changes_it_as_well,
);

async fn change(parent: &Parent, id: ApplicationId, phone: &str) -> Answer {
    let request = ContactPhone {
        contact_phone: phone.to_owned(),
    };
    parent
        .client
        .put(&endpoint::contact_phone(id), &request)
        .await
}

async fn a_changed_telephone_is_an_event_of_the_history(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let position = application.position.clone();
    change(&parent, application.id, "8 (702) 765-43-21")
        .await
        .has_status(204);
    let changed = parent.application(application.id).await;
    assert_eq!(changed.contact_phone.as_str(), "+77027654321");
    assert_eq!(changed.position, position);
    let told = &parent.history(application.id).await.items[0];
    // The number itself is on the application alone, which can be corrected.
    assert_eq!(
        (told.kind, told.rule.as_str(), &told.data),
        (EventKind::ContactPhoneChanged, "R4", &json!({}))
    );
    // The same once more is no change.
    let again = change(&parent, application.id, "+77027654321");
    app.without_a_change(again).await.has_status(204);
}

async fn what_is_no_telephone_changes_nothing(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    for wrong in ["", "123", "+7 713 33 12 34"] {
        let answer = app.without_a_change(change(&parent, application.id, wrong));
        let problem = answer.await.refused(Code::ValidationFailed);
        assert_eq!(problem.errors[0].pointer, "/contact_phone", "{wrong}");
    }
}

async fn an_attached_parent_changes_it_as_well(app: &TestApp) {
    let town = app.town(1).await;
    let (first, second) = (Parent::new(app).await, Parent::new(app).await);
    let application = first.queue(town.id(), &child("2022-05-10")).await;
    let answer = app.without_a_change(change(&second, application.id, "+77027654321"));
    answer.await.refused(Code::NotFound);
    let request = second.attach(&application).await;
    first.decide(request.id, true).await.has_status(204);
    change(&second, application.id, "+77027654321")
        .await
        .has_status(204);
    let changed = first.application(application.id).await;
    assert_eq!(changed.contact_phone.as_str(), "+77027654321");
}
