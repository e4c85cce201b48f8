//! The national profile at the edge of the service: a parent is a natural person.

use balabaqsha_api::config::Settings;
use balabaqsha_pki::authority::Profile;
use balabaqsha_shared::{
    code::Code,
    dto::{Person, Session},
    endpoint,
};
use balabaqsha_tests::{
    Condition, Engine, Identity, Parent, TestApp, authority, builders::child, on_both_engines,
    over_http_with,
};

on_both_engines!(over_http:
    a_key_of_a_legal_entity_does_not_log_a_parent_in,
    a_key_of_a_legal_entity_signs_nothing_for_a_parent,
    a_certificate_without_an_iin_is_nobodys,
);
on_both_engines!(here::where_entities_may:
    a_key_of_a_legal_entity_logs_its_holder_in_where_that_is_allowed
);

fn where_entities_may(engine: Engine, test: impl AsyncFnOnce(&TestApp)) {
    over_http_with(
        engine,
        |settings: &mut Settings| settings.legal_entity_keys = true,
        test,
    );
}

async fn a_key_of_a_legal_entity_does_not_log_a_parent_in(app: &TestApp) {
    for profile in [Profile::AuthRsa, Profile::Gost512] {
        let parent = Parent::outside(app);
        let key = authority().key_for_organisation(&parent.identity, profile);
        let challenge = parent.challenge().await;
        let answer = app
            .without_a_change(parent.answer_challenge(&challenge, &key))
            .await;
        answer.refused(Code::KeyOfLegalEntity);
        // The challenge is as good as before for the right key.
        let answer = parent.answer_challenge(&challenge, &parent.login_key).await;
        let _: Session = answer.created();
    }
}

async fn a_key_of_a_legal_entity_signs_nothing_for_a_parent(app: &TestApp) {
    let parent = Parent::new(app).await;
    let town = app.town(1).await;
    let draft = parent
        .draft_application(town.id(), &child("2022-05-10"))
        .await
        .created();
    let own = parent.signing_key.clone();
    for profile in [Profile::SignRsa, Profile::Gost512] {
        let key = authority().key_for_organisation(&parent.identity, profile);
        let parent = parent.at(&app.process).with_key(key);
        let answer = app
            .without_a_change(parent.submit_application(&draft))
            .await;
        answer.refused(Code::KeyOfLegalEntity);
    }
    let parent = parent.with_key(own);
    parent.submit_application(&draft).await.has_status(201);
}

async fn a_certificate_without_an_iin_is_nobodys(app: &TestApp) {
    let parent = Parent::outside(app);
    let identity = Identity {
        iin: "12345".into(),
        ..Identity::new()
    };
    let key = authority().key(&identity, Profile::Gost512, Condition::Valid);
    let challenge = parent.challenge().await;
    let answer = app
        .without_a_change(parent.answer_challenge(&challenge, &key))
        .await;
    answer.refused(Code::KeyWithoutIin);
}

async fn a_key_of_a_legal_entity_logs_its_holder_in_where_that_is_allowed(app: &TestApp) {
    let parent = Parent::outside(app);
    let key = authority().key_for_organisation(&parent.identity, Profile::AuthRsa);
    let parent = parent.with_key(key);
    parent.log_in().await;
    let me: Person = parent.client.get(endpoint::ME).await.shown();
    assert_eq!(me.iin.to_string(), parent.identity.iin);
}
