//! R14 and R15: what the applicant gives back. A revocation is possible within 24 hours to the
//! microsecond; a withdrawal while the application waits.

use balabaqsha_shared::{
    application::ApplicationState,
    code::Code,
    dto::{Application, DocumentKind, DocumentList, Draft, EventKind, Referral},
    endpoint,
    referral::ReferralState,
};
use balabaqsha_tests::{Parent, TestApp, at, builders::child, on_both_engines};
use chrono::TimeDelta;
use serde_json::json;

on_both_engines!(over_http:
    a_revoked_referral_gives_the_place_and_the_old_place_in_the_queue_back,
    twenty_four_hours_to_the_microsecond,
    an_extended_referral_is_revoked_inside_the_hours,
    a_revoked_referral_is_neither_extended_nor_revoked_again,
    a_revocation_and_a_new_choice_never_lose_a_place,
    a_withdrawn_application_makes_room_for_a_new_one,
    a_withdrawal_gives_a_held_place_back,
    a_stop_listed_application_is_withdrawn_and_a_referred_one_is_not,
    the_same_signature_revokes_and_withdraws_once,
);

async fn a_revoked_referral_gives_the_place_and_the_old_place_in_the_queue_back(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let first = parent.queue(town.id(), &child("2022-05-10")).await;
    app.clock.advance(TimeDelta::seconds(1));
    let second = parent.queue(town.id(), &child("2022-06-10")).await;
    let referral = parent.refer(first.id, town.group.id).await;
    assert!(referral.revoking.allowed);
    assert_eq!(app.places(town.group.id).await, (0, 0, 25));

    let draft: Draft = parent.draft_revocation(referral.id).await.created();
    assert!(draft.text.contains("место освобождается"), "{}", draft.text);
    app.clock.advance(TimeDelta::minutes(5));
    let revoked: Referral = parent.submit_revocation(referral.id, &draft).await.shown();
    assert_eq!(revoked.state, ReferralState::Revoked { at: app.now() });
    assert!(!revoked.revoking.allowed && !revoked.extending.allowed);
    assert_eq!(app.places(town.group.id).await, (1, 0, 24));

    let back = parent.application(first.id).await;
    assert_eq!(
        (back.state, back.lapses, back.submitted_at),
        (ApplicationState::Queued, 0, first.submitted_at)
    );
    assert_eq!(back.position.expect("a place").number, 1);
    let other = parent.application(second.id).await;
    assert_eq!(other.position.expect("a place").number, 2);
    let told = parent.history(first.id).await;
    assert_eq!(
        (told.items[0].kind, told.items[0].rule.as_str()),
        (EventKind::ReferralRevoked, "R14")
    );
    assert_eq!(told.items[0].data, json!({"number": referral.number}));

    let documents = endpoint::application_documents(first.id);
    let documents: DocumentList = parent.client.get(&documents).await.shown();
    assert_eq!(documents.items[0].kind, DocumentKind::Revocation);
    let pdf = endpoint::document_pdf(documents.items[0].id);
    let pdf = parent.client.get(&pdf).await.has_status(200);
    assert!(pdf.body.starts_with(b"%PDF-"));
    // Another choice is possible at once.
    parent.refer(first.id, town.group.id).await;
}

async fn twenty_four_hours_to_the_microsecond(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let referral = parent.refer(application.id, town.group.id).await;
    let over = referral.revocable_until;
    assert_eq!(over - referral.issued_at, TimeDelta::hours(24));

    app.clock.set(over - TimeDelta::minutes(1));
    parent.log_in().await;
    let draft: Draft = parent.draft_revocation(referral.id).await.created();
    for late in [over, over + TimeDelta::microseconds(1)] {
        app.clock.set(late);
        app.without_a_change(async {
            let problem = parent
                .submit_revocation(referral.id, &draft)
                .await
                .refused(Code::RevocationWindowClosed);
            assert_eq!(problem.members["since"], "2026-11-24T10:00:00+05:00");
            assert!(
                problem.detail.contains("24.11.2026 10:00:00"),
                "{}",
                problem.detail
            );
            parent
                .draft_revocation(referral.id)
                .await
                .refused(Code::RevocationWindowClosed);
        })
        .await;
        let shown: Referral = parent
            .client
            .get(&endpoint::referral(referral.id))
            .await
            .shown();
        assert_eq!(shown.revoking.unmet[0].code, "revocation-window-closed");
    }
    // The last microsecond is inside.
    app.go_just_before(over);
    parent
        .submit_revocation(referral.id, &draft)
        .await
        .has_status(200);
}

async fn an_extended_referral_is_revoked_inside_the_hours(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let referral = parent.refer(application.id, town.group.id).await;
    let extended = parent.extend(referral.id, "2026-12-10").await;
    assert!(extended.revoking.allowed);
    let draft: Draft = parent.draft_revocation(referral.id).await.created();
    let revoked: Referral = parent.submit_revocation(referral.id, &draft).await.shown();
    assert_eq!(revoked.state, ReferralState::Revoked { at: app.now() });
    // The next referral is a new one, with an extension of its own.
    let next = parent.refer(application.id, town.group.id).await;
    assert!(next.extending.allowed && next.extension.is_none());
}

async fn a_revoked_referral_is_neither_extended_nor_revoked_again(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let referral = parent.refer(application.id, town.group.id).await;
    let wish = json!({"until": "2026-12-10", "reason": "moving"});
    let extension: Draft = parent.draft_extension(referral.id, &wish).await.created();
    let again: Draft = parent.draft_revocation(referral.id).await.created();
    let draft: Draft = parent.draft_revocation(referral.id).await.created();
    parent
        .submit_revocation(referral.id, &draft)
        .await
        .has_status(200);
    app.without_a_change(async {
        parent
            .submit_revocation(referral.id, &again)
            .await
            .refused(Code::ReferralNotActive);
        parent
            .submit_extension(referral.id, &extension)
            .await
            .refused(Code::ReferralNotActive);
        parent
            .draft_revocation(referral.id)
            .await
            .refused(Code::ReferralNotActive);
    })
    .await;
}

async fn a_revocation_and_a_new_choice_never_lose_a_place(app: &TestApp) {
    let town = app.town(1).await;
    let (one, two) = (Parent::new(app).await, Parent::new(app).await);
    let mut first = one.queue(town.id(), &child("2022-05-10")).await;
    let second = two.queue(town.id(), &child("2022-06-10")).await;
    let mut referral = one.refer(first.id, town.group.id).await;
    // A child has three revocations a day (R8, R14).
    for left in [2, 1, 0] {
        let draft: Draft = one.draft_revocation(referral.id).await.created();
        let (revoked, held) = tokio::join!(
            one.submit_revocation(referral.id, &draft),
            two.draft_referral(second.id, town.group.id)
        );
        revoked.has_status(200);
        let (free, held_places, taken) = app.places(town.group.id).await;
        assert_eq!((free + held_places, taken), (1, 24));
        if held.status == 201 {
            let draft: Draft = held.created();
            two.client
                .delete(&endpoint::referral_draft(draft.id))
                .await
                .has_status(204);
            break;
        }
        held.refused(Code::PlaceTaken);
        if left == 0 {
            break;
        }
        first = one.application(first.id).await;
        referral = one.refer(first.id, town.group.id).await;
    }
}

async fn a_withdrawn_application_makes_room_for_a_new_one(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let ailin = child("2022-05-10");
    let application = parent.queue(town.id(), &ailin).await;
    assert!(application.withdrawing.allowed);
    let draft: Draft = parent.draft_withdrawal(application.id).await.created();
    let answer = parent.submit_withdrawal(application.id, &draft).await;
    let withdrawn: balabaqsha_shared::dto::Application = answer.shown();
    assert_eq!(
        withdrawn.state,
        ApplicationState::Withdrawn { at: app.now() }
    );
    assert_eq!(withdrawn.position, None);
    assert_eq!(withdrawn.withdrawing.unmet[0].code, "not-withdrawable");
    let told = parent.history(application.id).await;
    assert_eq!(
        (told.items[0].kind, told.items[0].rule.as_str()),
        (EventKind::Withdrawn, "R15")
    );
    app.without_a_change(parent.draft_withdrawal(application.id))
        .await
        .refused(Code::NotWithdrawable);
    parent
        .draft_referral(application.id, town.group.id)
        .await
        .refused(Code::NotInQueue);
    parent.queue(town.id(), &ailin).await;
}

async fn a_withdrawal_gives_a_held_place_back(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let hold = parent.hold(application.id, town.group.id).await;
    assert_eq!(app.places(town.group.id).await, (0, 1, 24));
    let draft: Draft = parent.draft_withdrawal(application.id).await.created();
    parent
        .submit_withdrawal(application.id, &draft)
        .await
        .has_status(200);
    assert_eq!(app.places(town.group.id).await, (1, 0, 24));
    app.without_a_change(parent.submit_referral(&hold))
        .await
        .has_status(409);
}

async fn a_stop_listed_application_is_withdrawn_and_a_referred_one_is_not(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let draft: Draft = parent.draft_withdrawal(application.id).await.created();
    parent.refer(application.id, town.group.id).await;
    app.without_a_change(async {
        parent
            .submit_withdrawal(application.id, &draft)
            .await
            .refused(Code::ReferralActive);
        parent
            .draft_withdrawal(application.id)
            .await
            .refused(Code::ReferralActive);
    })
    .await;
    app.clock.set(at("2026-12-01T05:00:00Z"));
    parent.log_in().await;
    let stopped = parent.application(application.id).await;
    assert!(matches!(stopped.state, ApplicationState::StopListed { .. }));
    let draft: Draft = parent.draft_withdrawal(application.id).await.created();
    parent
        .submit_withdrawal(application.id, &draft)
        .await
        .has_status(200);
}

async fn the_same_signature_revokes_and_withdraws_once(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let referral = parent.refer(application.id, town.group.id).await;
    let draft: Draft = parent.draft_revocation(referral.id).await.created();
    let (one, two) = tokio::join!(
        parent.submit_revocation(referral.id, &draft),
        parent.submit_revocation(referral.id, &draft)
    );
    let one: Referral = one.shown();
    assert_eq!(two.shown::<Referral>(), one);
    assert_eq!(app.places(town.group.id).await, (1, 0, 24));

    let draft: Draft = parent.draft_withdrawal(application.id).await.created();
    let (one, two) = tokio::join!(
        parent.submit_withdrawal(application.id, &draft),
        parent.submit_withdrawal(application.id, &draft)
    );
    let one: Application = one.shown();
    assert_eq!(two.shown::<Application>(), one);
    let again = app
        .without_a_change(parent.submit_withdrawal(application.id, &draft))
        .await;
    assert_eq!(again.shown::<Application>(), one);
    app.clock.advance(TimeDelta::seconds(1));
    let problem = app
        .without_a_change(parent.submit_withdrawal(application.id, &draft))
        .await
        .refused(Code::DraftUsed);
    assert_eq!(
        problem.members["application_id"],
        application.id.to_string()
    );
}
