//! Decisions of officials that are signed (R18): the suspension of the issue (R24) and annulments (R22), each
//! with its document; never about an application of one's own.

use balabaqsha_shared::{
    Language,
    appointment::Duty,
    code::Code,
    dto::{
        ActDraftRequest, Annulment, AnnulmentDraftRequest, Decision, DocumentKind, DocumentList,
        Draft, LocalityList, OfficeSuspension, OfficeSuspensionList, SuspensionDraftRequest,
    },
    endpoint,
    id::LocalityId,
    referral::ReferralState,
};
use balabaqsha_tests::{
    Official, Parent, TestApp,
    builders::{child, day},
    on_both_engines,
};

on_both_engines!(over_http:
    a_suspension_is_signed_shown_and_ended_by_another_decision,
    an_annulment_is_signed_and_the_parents_have_its_document,
    nobody_decides_about_an_application_of_their_own,
    a_decision_is_taken_once_and_only_while_the_appointment_lasts,
);

fn wish(locality: LocalityId, last_day: &str) -> SuspensionDraftRequest {
    SuspensionDraftRequest {
        locality_id: locality,
        first_day: None,
        last_day: day(last_day),
        reason: "перевод групп".into(),
        language: Language::Ru,
    }
}

fn because(reason: &str) -> AnnulmentDraftRequest {
    AnnulmentDraftRequest {
        reason: reason.into(),
        language: Language::Ru,
    }
}

async fn a_suspension_is_signed_shown_and_ended_by_another_decision(app: &TestApp) {
    let town = app.town(2).await;
    let official = Official::new(app, &town.locality, &[Duty::Registry]).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let request = wish(town.id(), "2026-11-30");
    let draft: Draft = official
        .post(endpoint::SUSPENSION_DRAFTS, &request)
        .await
        .created();
    for fact in ["30.11.2026", "перевод групп", "приостанавливаю"] {
        assert!(draft.text.contains(fact), "{}", draft.text);
    }
    let begun: OfficeSuspension = official
        .post(endpoint::SUSPENSIONS, &official.signed(&draft))
        .await
        .created();
    assert!(begun.in_force);
    assert_eq!(begun.by, official.person.identity.full_name());
    let refused = parent.draft_referral(application.id, town.group.id).await;
    refused.refused(Code::IssueSuspended);
    let list: LocalityList = app.client().get(endpoint::LOCALITIES).await.shown();
    let shown = list.items[0].suspension.as_ref().expect("a suspension");
    assert_eq!(shown.reason, "перевод групп");

    let decision: Decision = official
        .get(&endpoint::decision(begun.document_ids[0]))
        .await
        .shown();
    assert_eq!(decision.kind, DocumentKind::Suspension);
    assert_eq!(
        (decision.application_id, &decision.text),
        (None, &draft.text)
    );
    assert_eq!(decision.verdict.indication, "PASSED");
    let paper = official
        .get(&endpoint::decision_pdf(decision.id))
        .await
        .has_status(200);
    assert!(paper.body.starts_with(b"%PDF"));
    // For parents and for officials of elsewhere it does not exist.
    let path = endpoint::document(decision.id);
    parent.client.get(&path).await.refused(Code::NotFound);
    let elsewhere = app.town(1).await;
    let other = Official::new(app, &elsewhere.locality, &Duty::ALL).await;
    let path = endpoint::decision(decision.id);
    other.get(&path).await.refused(Code::NotFound);

    let path = endpoint::suspension_ending_drafts(begun.id);
    let draft: Draft = official
        .post(&path, &ActDraftRequest::default())
        .await
        .created();
    let path = endpoint::suspension_ending(begun.id);
    let signed = official.signed(&draft);
    let ended: OfficeSuspension = official.post(&path, &signed).await.shown();
    assert!(!ended.in_force);
    assert_eq!(ended.document_ids.len(), 2);
    // Whoever has lost the answer gets it again, and it is done once.
    let again: OfficeSuspension = official.post(&path, &signed).await.shown();
    assert_eq!(again, ended);
    parent.hold(application.id, town.group.id).await;
    let path = endpoint::suspension_ending_drafts(begun.id);
    let request = ActDraftRequest::default();
    let over = app.without_a_change(official.post(&path, &request)).await;
    over.refused(Code::SuspensionOver);
    let listed: OfficeSuspensionList = official.get(endpoint::SUSPENSIONS).await.shown();
    assert_eq!(listed.items, [ended]);

    for (request, pointer) in [
        (wish(town.id(), "2026-11-22"), "/last_day"),
        (
            SuspensionDraftRequest {
                reason: " ".into(),
                ..wish(town.id(), "2026-11-30")
            },
            "/reason",
        ),
    ] {
        let refused = official.post(endpoint::SUSPENSION_DRAFTS, &request);
        let problem = app
            .without_a_change(refused)
            .await
            .refused(Code::ValidationFailed);
        assert_eq!(problem.errors[0].pointer, pointer);
    }
    let request = wish(elsewhere.id(), "2026-11-30");
    let theirs = official.post(endpoint::SUSPENSION_DRAFTS, &request);
    let theirs = app.without_a_change(theirs).await;
    theirs.refused(Code::NotFound);
}

async fn an_annulment_is_signed_and_the_parents_have_its_document(app: &TestApp) {
    let town = app.town(2).await;
    let official = Official::new(app, &town.locality, &[Duty::Queue]).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let before = app.places(town.group.id).await;
    let referral = parent.refer(application.id, town.group.id).await;
    let path = endpoint::annulment_drafts(referral.id);
    let draft: Draft = official
        .post(&path, &because("группа закрыта"))
        .await
        .created();
    assert!(draft.text.contains("группа закрыта"), "{}", draft.text);
    let path = endpoint::annulment(referral.id);
    let signed = official.signed(&draft);
    let done: Annulment = official.post(&path, &signed).await.shown();
    assert_eq!(done.application_id, application.id);
    assert_eq!(done.referral_number, referral.number.to_string());
    let again: Annulment = official.post(&path, &signed).await.shown();
    assert_eq!(again, done);

    let shown = parent.application(application.id).await;
    let referral = shown.referral.expect("a referral");
    assert!(matches!(referral.state, ReferralState::Annulled { .. }));
    assert_eq!(app.places(town.group.id).await, before);
    let path = endpoint::application_documents(application.id);
    let documents: DocumentList = parent.client.get(&path).await.shown();
    let document = documents
        .items
        .iter()
        .find(|one| one.id == done.document_id)
        .expect("the decision");
    assert_eq!(document.kind, DocumentKind::Annulment);
    let decision: Decision = official
        .get(&endpoint::decision(done.document_id))
        .await
        .shown();
    assert_eq!(decision.application_id, Some(application.id));
    // It is over, and said so.
    let path = endpoint::annulment_drafts(referral.id);
    let again = because("ещё раз");
    let over = official.post(&path, &again);
    let over = app.without_a_change(over).await;
    over.refused(Code::ReferralNotActive);
}

async fn nobody_decides_about_an_application_of_their_own(app: &TestApp) {
    let town = app.town(2).await;
    let official = Official::new(app, &town.locality, &[Duty::Queue]).await;
    // Their own child.
    let own = official.person.queue(town.id(), &child("2022-05-10")).await;
    let own = official.person.refer(own.id, town.group.id).await;
    // A child that is attached to them.
    let parent = Parent::new(app).await;
    let theirs = parent.queue(town.id(), &child("2022-06-10")).await;
    let attachment = official.person.attach(&theirs).await;
    parent.decide(attachment.id, true).await.has_status(204);
    let attached = parent.refer(theirs.id, town.group.id).await;
    for referral in [own.id, attached.id] {
        let path = endpoint::annulment_drafts(referral);
        let request = because("группа закрыта");
        let refused = official.post(&path, &request);
        let refused = app.without_a_change(refused).await;
        refused.refused(Code::OwnApplication);
    }
}

async fn a_decision_is_taken_once_and_only_while_the_appointment_lasts(app: &TestApp) {
    let town = app.town(2).await;
    let official = Official::new(app, &town.locality, &[Duty::Queue]).await;
    let other = Official::new(app, &town.locality, &[Duty::Queue]).await;
    let chief = Official::new(app, &town.locality, &[Duty::Appointments]).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let referral = parent.refer(application.id, town.group.id).await;
    let path = endpoint::annulment_drafts(referral.id);
    let draft: Draft = official.post(&path, &because("ошибка")).await.created();
    let path = endpoint::annulment(referral.id);
    // Somebody else's draft does not exist.
    let (signed, forged) = (official.signed(&draft), other.signed(&draft));
    let stolen = app.without_a_change(other.post(&path, &signed)).await;
    stolen.refused(Code::NotFound);
    // Signed by somebody else.
    let forged = app.without_a_change(official.post(&path, &forged)).await;
    forged.refused(Code::SignerMismatch);
    let appointments: balabaqsha_shared::dto::Page<balabaqsha_shared::dto::Appointment> =
        chief.get(endpoint::APPOINTMENTS).await.shown();
    let iin = &official.person.identity.iin;
    let mine = appointments
        .items
        .iter()
        .find(|one| one.iin.to_string() == *iin)
        .expect("an appointment");
    let ending = endpoint::appointment_ending(mine.id);
    chief.post(&ending, &()).await.has_status(200);
    let late = app.without_a_change(official.post(&path, &signed)).await;
    late.refused(Code::NotAppointed);
}
