//! R13: once, with a reason, to a later day that is not too late. What is refused changes nothing.

use balabaqsha_shared::{
    application::ApplicationState,
    code::Code,
    dto::{DocumentKind, DocumentList, Draft, EventKind, Referral},
    endpoint,
    referral::{ExtensionReason, ReferralState},
};
use balabaqsha_tests::{
    Parent, TestApp, at,
    builders::{Town, child, day},
    on_both_engines,
};
use chrono::TimeDelta;
use serde_json::{Value, json};

on_both_engines!(over_http:
    an_extension_moves_the_deadline_once,
    an_extended_referral_has_a_new_paper,
    what_cannot_be_chosen_is_refused_with_its_reason,
    after_the_deadline_nothing_is_extended,
    a_draft_signed_after_the_deadline_extends_nothing,
    a_lapse_after_an_extension_is_a_lapse_like_any_other,
    the_same_signature_extends_once,
    a_draft_is_for_its_own_referral,
    others_extend_nothing,
);

/// Issued on Monday 23 November 2026, to arrive up to Monday 30.
async fn referred(app: &TestApp) -> (Town, Parent, Referral) {
    let town = app.town(2).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let referral = parent.refer(application.id, town.group.id).await;
    assert_eq!(referral.deadline, day("2026-11-30"));
    (town, parent, referral)
}

fn wish(until: &str) -> Value {
    json!({"until": until, "reason": "moving"})
}

async fn an_extension_moves_the_deadline_once(app: &TestApp) {
    let (town, parent, referral) = referred(app).await;
    assert!(referral.extending.allowed && referral.extending.unmet.is_empty());
    assert_eq!(referral.extending.earliest, Some(day("2026-12-01")));
    assert_eq!(referral.extending.latest, Some(day("2026-12-30")));
    // What pages offer: neither weekends nor 16 December.
    let offered = &referral.extending.working_days;
    assert_eq!(offered.len(), 21, "{offered:?}");
    assert_eq!(offered.first(), Some(&day("2026-12-01")));
    assert_eq!(offered.last(), Some(&day("2026-12-30")));
    for off in ["2026-12-05", "2026-12-06", "2026-12-16"] {
        assert!(!offered.contains(&day(off)), "{off}");
    }

    let wish = json!({"until": "2026-12-30", "reason": "other", "comment": " едем\nк бабушке "});
    let draft: Draft = parent.draft_extension(referral.id, &wish).await.created();
    assert!(draft.text.contains("едем к бабушке"), "{}", draft.text);
    assert!(draft.text.contains("30.12.2026"), "{}", draft.text);
    let extended: Referral = parent.submit_extension(referral.id, &draft).await.shown();
    assert_eq!(extended.deadline, day("2026-12-30"));
    let extension = extended.extension.as_ref().expect("an extension");
    assert_eq!(
        (extension.at, extension.previous_deadline, extension.reason),
        (app.now(), day("2026-11-30"), ExtensionReason::Other)
    );
    assert!(matches!(
        extended.state,
        ReferralState::Active { extended: Some(_) }
    ));
    assert!(!extended.extending.allowed);
    assert_eq!(
        extended.extending.unmet[0].code,
        "referral-already-extended"
    );
    assert_eq!(extended.extending.latest, None);
    assert_eq!(
        extended.revocable_until, referral.revocable_until,
        "the hours of revocation go on"
    );
    assert_eq!(app.places(town.group.id).await, (1, 0, 24));

    let told = parent.history(referral.application_id).await;
    assert_eq!(
        (told.items[0].kind, told.items[0].rule.as_str()),
        (EventKind::ReferralExtended, "R13")
    );
    assert_eq!(
        told.items[0].data,
        json!({
            "number": referral.number,
            "deadline": "2026-12-30",
            "previous_deadline": "2026-11-30",
            "reason": "other",
        })
    );
    let answer = app
        .without_a_change(parent.draft_extension(referral.id, &self::wish("2027-01-05")))
        .await;
    let problem = answer.refused(Code::ReferralAlreadyExtended);
    assert_eq!(problem.members["deadline"], "2026-12-30");
}

async fn an_extended_referral_has_a_new_paper(app: &TestApp) {
    let (_, parent, referral) = referred(app).await;
    parent.extend(referral.id, "2026-12-10").await;
    let path = endpoint::application_documents(referral.application_id);
    let documents: DocumentList = parent.client.get(&path).await.shown();
    let kinds: Vec<DocumentKind> = documents.items.iter().map(|one| one.kind).collect();
    assert_eq!(
        kinds,
        [
            DocumentKind::Referral,
            DocumentKind::Extension,
            DocumentKind::Referral,
            DocumentKind::Application
        ],
        "the old paper stays as history"
    );
    for document in &documents.items {
        let pdf = parent
            .client
            .get(&endpoint::document_pdf(document.id))
            .await
            .has_status(200);
        assert!(pdf.body.starts_with(b"%PDF-"));
    }
}

async fn what_cannot_be_chosen_is_refused_with_its_reason(app: &TestApp) {
    let (_, parent, referral) = referred(app).await;
    let long = "ә".repeat(301);
    for (wish, code, pointer) in [
        (wish("2026-11-20"), Code::ExtensionNotLater, "/until"),
        (wish("2026-11-30"), Code::ExtensionNotLater, "/until"),
        (wish("2026-12-31"), Code::ExtensionTooLong, "/until"),
        (
            json!({"until": "2026-12-01"}),
            Code::ReasonRequired,
            "/reason",
        ),
        (
            json!({"until": "2026-12-01", "reason": "other", "comment": " \n "}),
            Code::ReasonRequired,
            "/comment",
        ),
    ] {
        let answer = app
            .without_a_change(parent.draft_extension(referral.id, &wish))
            .await;
        let problem = answer.refused(code);
        assert_eq!(problem.errors[0].pointer, pointer, "{wish}");
    }
    for (comment, code) in [
        (long.as_str(), "field-too-long"),
        ("а\u{7}б", "text-invalid"),
    ] {
        let wish = json!({"until": "2026-12-01", "reason": "other", "comment": comment});
        let answer = app
            .without_a_change(parent.draft_extension(referral.id, &wish))
            .await;
        let problem = answer.refused(Code::ValidationFailed);
        assert_eq!(
            (
                problem.errors[0].pointer.as_str(),
                problem.errors[0].code.as_str()
            ),
            ("/comment", code)
        );
    }
    // Everything at once.
    let wish = json!({"until": "2030-01-01"});
    let problem = parent
        .draft_extension(referral.id, &wish)
        .await
        .refused(Code::ExtensionTooLong);
    assert_eq!(problem.members["until"], "2026-12-30");
    assert_eq!(problem.errors.len(), 2);
    for shape in [
        json!({}),
        json!({"until": "soon", "reason": "moving"}),
        json!({"until": "2026-12-01", "reason": "boredom"}),
    ] {
        parent
            .draft_extension(referral.id, &shape)
            .await
            .refused(Code::MalformedRequest);
    }
}

async fn after_the_deadline_nothing_is_extended(app: &TestApp) {
    let (_, parent, referral) = referred(app).await;
    let over = at("2026-11-30T19:00:00Z");
    app.go_just_before(over);
    parent.log_in().await;
    parent
        .draft_extension(referral.id, &wish("2026-12-01"))
        .await
        .has_status(201);
    app.clock.set(over);
    parent
        .draft_extension(referral.id, &wish("2026-12-02"))
        .await
        .refused(Code::ExtensionAfterDeadline);
}

async fn a_draft_signed_after_the_deadline_extends_nothing(app: &TestApp) {
    let (_, parent, referral) = referred(app).await;
    let over = at("2026-11-30T19:00:00Z");
    app.go_just_before(over);
    parent.log_in().await;
    let wish = wish("2026-12-20");
    let draft: Draft = parent.draft_extension(referral.id, &wish).await.created();
    app.clock.set(over);
    let problem = parent
        .submit_extension(referral.id, &draft)
        .await
        .refused(Code::ExtensionAfterDeadline);
    assert_eq!(problem.members["deadline"], "2026-11-30");
    let application = parent.application(referral.application_id).await;
    assert_eq!(
        application.state,
        ApplicationState::StopListed {
            until: day("2026-12-14")
        }
    );
}

async fn a_lapse_after_an_extension_is_a_lapse_like_any_other(app: &TestApp) {
    let (town, parent, referral) = referred(app).await;
    // A Sunday: the chosen day need not be worked.
    parent.extend(referral.id, "2026-12-20").await;
    let over = at("2026-12-20T19:00:00Z");
    app.go_just_before(over);
    parent.log_in().await;
    let still = parent.application(referral.application_id).await;
    assert!(matches!(still.state, ApplicationState::Referred { .. }));
    app.clock.set(over);
    let stopped = parent.application(referral.application_id).await;
    assert_eq!(
        stopped.state,
        ApplicationState::StopListed {
            until: day("2027-01-05")
        }
    );
    assert_eq!(stopped.lapses, 1);
    let lapsed = stopped.referral.expect("a referral");
    assert_eq!(lapsed.state, ReferralState::Lapsed { at: over });
    assert!(lapsed.extension.is_some(), "it is remembered");
    assert_eq!(app.places(town.group.id).await, (2, 0, 23));
}

async fn the_same_signature_extends_once(app: &TestApp) {
    let (_, parent, referral) = referred(app).await;
    let draft: Draft = parent
        .draft_extension(referral.id, &wish("2026-12-10"))
        .await
        .created();
    let (one, two) = tokio::join!(
        parent.submit_extension(referral.id, &draft),
        parent.submit_extension(referral.id, &draft)
    );
    let one: Referral = one.shown();
    assert_eq!(two.shown::<Referral>(), one);
    let again = app
        .without_a_change(parent.submit_extension(referral.id, &draft))
        .await;
    assert_eq!(again.shown::<Referral>(), one);
    app.clock.advance(TimeDelta::seconds(1));
    let problem = app
        .without_a_change(parent.submit_extension(referral.id, &draft))
        .await
        .refused(Code::DraftUsed);
    assert_eq!(problem.members["referral_id"], referral.id.to_string());
    // A draft is good for half an hour.
    app.clock.advance(TimeDelta::minutes(30));
}

async fn a_draft_is_for_its_own_referral(app: &TestApp) {
    let (town, parent, referral) = referred(app).await;
    let other = parent.queue(town.id(), &child("2022-06-10")).await;
    let other = parent.refer(other.id, town.group.id).await;
    let draft: Draft = parent
        .draft_extension(referral.id, &wish("2026-12-10"))
        .await
        .created();
    app.without_a_change(async {
        parent
            .submit_extension(other.id, &draft)
            .await
            .refused(Code::NotFound);
        parent
            .submit_revocation(referral.id, &draft)
            .await
            .refused(Code::NotFound);
    })
    .await;
    let late = app.now() + TimeDelta::minutes(30);
    app.go_just_before(late);
    parent.log_in().await;
    app.clock.set(late);
    app.without_a_change(parent.submit_extension(referral.id, &draft))
        .await
        .refused(Code::DraftExpired);
}

async fn others_extend_nothing(app: &TestApp) {
    let (_, parent, referral) = referred(app).await;
    let stranger = Parent::new(app).await;
    let draft: Draft = parent
        .draft_extension(referral.id, &wish("2026-12-10"))
        .await
        .created();
    app.without_a_change(async {
        stranger
            .draft_extension(referral.id, &wish("2026-12-10"))
            .await
            .refused(Code::NotFound);
        stranger
            .submit_extension(referral.id, &draft)
            .await
            .refused(Code::NotFound);
    })
    .await;
}
