//! Decisions of officials about applications (R22, R27), each signed and with a reason: children and disputes,
//! referrals that lapsed, attachments, limits. One of two officials wins, and nothing is decided about one's own.

use super::notices::{kinds, told};
use balabaqsha_shared::{
    Language,
    application::{ApplicationState, Standing, VerifiedBy},
    appointment::Duty,
    child::NamePart,
    code::Code,
    decision::{ApplicationDecision, DecisionKind},
    dto::{
        Application, ApplicationDecisionDraftRequest, DecidedApplication, Decision, DocumentKind,
        DocumentList, Draft, EventKind, LookList, OfficeApplication, Participation,
        WaitingApplicationList, WaitingFor,
    },
    endpoint,
    id::ApplicationId,
    notice::NoticeKind,
    profile::ChildCheck,
    referral::ReferralState,
    time,
};
use balabaqsha_tests::{
    Answer, Official, Parent, TestApp,
    builders::{Town, child, day},
    on_both_engines,
};
use chrono::TimeDelta;

on_both_engines!(over_http:
    a_claim_is_verified_and_the_dispute_decided,
    a_lapsed_referral_is_restored_by_a_signature,
    a_birth_date_is_corrected_and_the_moment_stays,
    an_attachment_is_ended_and_limits_are_lifted,
    what_does_not_fit_is_refused_before_anybody_signs,
    of_two_officials_in_two_processes_one_decides,
    the_last_place_is_restored_or_chosen_never_both,
);

const SEEN: &str = "свидетельство о рождении № 123";

fn wish(decision: ApplicationDecision, reason: &str) -> ApplicationDecisionDraftRequest {
    ApplicationDecisionDraftRequest {
        decision,
        reason: reason.into(),
        language: Language::Ru,
    }
}

async fn draft(official: &Official, id: ApplicationId, decision: ApplicationDecision) -> Answer {
    let path = endpoint::application_decision_drafts(id);
    official.post(&path, &wish(decision, SEEN)).await
}

async fn decide(
    official: &Official,
    id: ApplicationId,
    decision: ApplicationDecision,
) -> DecidedApplication {
    let draft: Draft = draft(official, id, decision).await.created();
    assert!(draft.text.contains(SEEN), "{}", draft.text);
    let path = endpoint::application_decision(id);
    official.post(&path, &official.signed(&draft)).await.shown()
}

async fn shown(official: &Official, id: ApplicationId) -> OfficeApplication {
    official
        .get(&endpoint::office_application(id))
        .await
        .shown()
}

/// A town where children are verified, with one application and a claim to the same child.
async fn disputed_child(app: &TestApp) -> (Town, [(Parent, Application); 2]) {
    let town = app
        .town_with(2, |town| town.locality.rules.child_check = ChildCheck::On)
        .await;
    let first = Parent::new(app).await;
    let one = first.queue(town.id(), &child("2022-05-10")).await;
    app.clock.advance(TimeDelta::seconds(1));
    let second = Parent::new(app).await;
    let mut same = child("2022-05-10");
    same.iin = one.child.iin.to_string();
    let other = second.queue(town.id(), &same).await;
    (town, [(first, one), (second, other)])
}

async fn a_claim_is_verified_and_the_dispute_decided(app: &TestApp) {
    let (town, [(first, one), (second, claim)]) = disputed_child(app).await;
    let official = Official::new(app, &town.locality, &[Duty::Queue]).await;
    let list = async || -> WaitingApplicationList {
        official.get(endpoint::WAITING_APPLICATIONS).await.shown()
    };
    let waits: Vec<_> = list()
        .await
        .items
        .iter()
        .map(|item| (item.application.id, item.waiting_for, item.overdue))
        .collect();
    assert_eq!(
        waits,
        [
            (one.id, WaitingFor::Unverified, false),
            (claim.id, WaitingFor::Claim, false)
        ]
    );
    let seen = shown(&official, claim.id).await;
    assert_eq!(seen.standing, Standing::Claim);
    assert_eq!(seen.others.len(), 1);
    assert_eq!(seen.others[0].id, Some(one.id));
    assert_eq!(
        seen.others[0].applicant_name.as_deref(),
        Some(first.identity.full_name().as_str())
    );
    assert_eq!(
        seen.possible,
        [
            DecisionKind::VerifyChild,
            DecisionKind::DecideAgainst,
            DecisionKind::CorrectChild,
            DecisionKind::LiftLimits
        ]
    );
    assert!(!seen.own && !seen.history.is_empty());

    let verify = ApplicationDecision::VerifyChild {
        birth_date: Some(day("2022-05-11")),
    };
    let done = decide(&official, claim.id, verify).await;
    let seen = shown(&official, claim.id).await;
    assert_eq!(seen.verified_by, Some(VerifiedBy::Official));
    assert_eq!(seen.standing, Standing::TakesPart);
    assert_eq!(seen.child.birth_date, day("2022-05-11"));
    assert_eq!(seen.decisions[0].id, done.document_id);
    let before = first.application(one.id).await;
    assert_eq!(before.participation, Participation::Disputed);
    let waits: Vec<_> = list()
        .await
        .items
        .iter()
        .map(|item| (item.application.id, item.waiting_for))
        .collect();
    assert_eq!(waits, [(one.id, WaitingFor::Disputed)]);
    // Both cannot stand in one queue.
    let both = draft(&official, one.id, ApplicationDecision::DecideFor {});
    let problem = app
        .without_a_change(both)
        .await
        .refused(Code::AnotherTakesPart);
    assert!(problem.detail.contains(claim.number.as_str()));

    let against = ApplicationDecision::DecideAgainst {};
    let text: Draft = draft(&official, one.id, against).await.created();
    let path = endpoint::application_decision(one.id);
    let signed = official.signed(&text);
    let done: DecidedApplication = official.post(&path, &signed).await.shown();
    // Whoever has lost the answer gets it again, and it is done once.
    let again: DecidedApplication = official.post(&path, &signed).await.shown();
    assert_eq!(again, done);
    let ended = first.application(one.id).await;
    assert!(matches!(ended.state, ApplicationState::Removed { .. }));
    assert!(list().await.items.is_empty());
    let decision: Decision = official
        .get(&endpoint::decision(done.document_id))
        .await
        .shown();
    assert_eq!(decision.kind, DocumentKind::Decision);
    assert_eq!(decision.text, text.text);
    // The parents have the decision and see who has looked.
    let path = endpoint::application_documents(one.id);
    let documents: DocumentList = first.client.get(&path).await.shown();
    assert_eq!(documents.items[0].id, done.document_id);
    let paper = endpoint::document_pdf(done.document_id);
    let paper = first.client.get(&paper).await.has_status(200);
    assert!(paper.body.starts_with(b"%PDF"));
    let path = endpoint::application_audit(one.id);
    let looks: LookList = first.client.get(&path).await.shown();
    let operations: Vec<_> = looks.items.iter().map(|look| &*look.operation).collect();
    assert!(operations.contains(&"decide_application"));
    assert!(operations.contains(&"show_office_application"));
    // The other one takes part.
    let path = endpoint::document(done.document_id);
    second.client.get(&path).await.refused(Code::NotFound);
    second.refer(claim.id, town.group.id).await;
}

/// A child whose referral has just lapsed.
async fn lapsed(app: &TestApp, town: &Town) -> (Parent, Application) {
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let referral = parent.refer(application.id, town.group.id).await;
    app.clock.set(time::end_of_day(referral.deadline));
    parent.log_in().await;
    let application = parent.application(application.id).await;
    assert!(matches!(
        application.state,
        ApplicationState::StopListed { .. }
    ));
    (parent, application)
}

async fn a_lapsed_referral_is_restored_by_a_signature(app: &TestApp) {
    let town = app.town(1).await;
    let (parent, application) = lapsed(app, &town).await;
    let official = Official::new(app, &town.locality, &[Duty::Queue]).await;
    let id = application.id;
    let seen = shown(&official, id).await;
    assert_eq!(
        seen.possible,
        [
            DecisionKind::VerifyChild,
            DecisionKind::Dispute,
            DecisionKind::RestoreReferral,
            DecisionKind::CorrectChild,
            DecisionKind::LiftLimits
        ]
    );
    let early = ApplicationDecision::RestoreReferral {
        until: Some(time::local_date(app.now())),
    };
    let early = app.without_a_change(draft(&official, id, early)).await;
    let problem = early.refused(Code::DeadlineTooEarly);
    assert!(problem.detail.contains("02.12.2026"), "{}", problem.detail);
    let until = day("2026-12-04");
    let restore = ApplicationDecision::RestoreReferral { until: Some(until) };
    decide(&official, id, restore.clone()).await;
    let back = parent.application(id).await;
    let referral = back.referral.expect("a referral");
    assert_eq!(
        (back.lapses, referral.state, referral.deadline),
        (0, ReferralState::NEW, until)
    );
    assert_eq!(app.places(town.group.id).await, (0, 0, 25));
    assert!(kinds(&told(&parent).await).contains(&NoticeKind::ReferralRestored));
    let again = app.without_a_change(draft(&official, id, restore)).await;
    again.refused(Code::ReferralNotLapsed);
}

async fn a_birth_date_is_corrected_and_the_moment_stays(app: &TestApp) {
    let town = app.town(1).await;
    let official = Official::new(app, &town.locality, &[Duty::Queue]).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let id = application.id;
    app.clock.advance(TimeDelta::seconds(1));
    let later = Parent::new(app).await;
    let theirs = later.queue(town.id(), &child("2021-06-10")).await;
    parent.hold(id, town.group.id).await;
    let correct = |surname: &str, date: &str| ApplicationDecision::CorrectChild {
        surname: NamePart::parse(surname).expect("a name"),
        given_name: application.child.given_name.clone(),
        patronymic: None,
        birth_date: day(date),
    };
    let same = ApplicationDecision::CorrectChild {
        surname: application.child.surname.clone(),
        given_name: application.child.given_name.clone(),
        patronymic: application.child.patronymic.clone(),
        birth_date: application.child.birth_date,
    };
    let nothing = app.without_a_change(draft(&official, id, same)).await;
    nothing.refused(Code::NothingToCorrect);
    let tomorrow = draft(&official, id, correct("Серикова", "2026-11-24"));
    let problem = app.without_a_change(tomorrow).await;
    let problem = problem.refused(Code::ValidationFailed);
    assert_eq!(problem.errors[0].pointer, "/decision/birth_date");

    let right = correct("Серикбаева", "2021-05-10");
    let text: Draft = draft(&official, id, right.clone()).await.created();
    for fact in ["Серикбаева", "10.05.2021"] {
        assert!(text.text.contains(fact), "{}", text.text);
    }
    decide(&official, id, right).await;
    let corrected = parent.application(id).await;
    assert_eq!(corrected.child.surname.as_str(), "Серикбаева");
    assert_eq!(corrected.child.birth_date, day("2021-05-10"));
    assert_eq!(corrected.submitted_at, application.submitted_at);
    let place = corrected.position.expect("a place");
    assert_eq!((place.number, place.birth_year), (1, 2021));
    let other = later.application(theirs.id).await;
    assert_eq!(other.position.expect("a place").number, 2);
    assert_eq!(
        app.places(town.group.id).await,
        (1, 0, 24),
        "the hold in a group of the other year has ended"
    );
    let history = parent.history(id).await;
    assert_eq!(history.items[0].kind, EventKind::ChildCorrected);
    assert_eq!(history.items[0].data["previous"], "2022-05-10");
    assert!(kinds(&told(&parent).await).contains(&NoticeKind::ChildCorrected));
}

async fn an_attachment_is_ended_and_limits_are_lifted(app: &TestApp) {
    let town = app.real_town(1).await;
    let official = Official::new(app, &town.locality, &[Duty::Queue]).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let second = Parent::new(app).await;
    let request = second.attach(&application).await;
    parent.decide(request.id, true).await.has_status(204);
    let id = application.id;
    let seen = shown(&official, id).await;
    assert_eq!(seen.attached.len(), 1);
    let end = ApplicationDecision::EndAttachment {
        attachment_id: seen.attached[0].attachment_id,
    };
    let text: Draft = draft(&official, id, end.clone()).await.created();
    assert!(text.text.contains(&second.identity.full_name()));
    decide(&official, id, end.clone()).await;
    let path = endpoint::application(id);
    second.client.get(&path).await.refused(Code::NotFound);
    assert!(kinds(&told(&second).await).contains(&NoticeKind::AttachmentEnded));
    let again = app.without_a_change(draft(&official, id, end)).await;
    again.refused(Code::AttachmentNotAttached);

    // Five applications a day are the limit.
    for round in 1..5 {
        let birth = format!("2022-06-1{round}");
        parent.queue(town.id(), &child(&birth)).await;
    }
    let sixth = child("2022-07-10");
    let refused = parent.draft_application(town.id(), &sixth).await;
    refused.refused(Code::TooManyApplications);
    let over = ApplicationDecision::LiftLimits {
        until: day("2026-11-22"),
    };
    let over = app.without_a_change(draft(&official, id, over)).await;
    over.refused(Code::PeriodInvalid);
    let lift = ApplicationDecision::LiftLimits {
        until: day("2026-11-30"),
    };
    decide(&official, id, lift).await;
    parent.queue(town.id(), &sixth).await;
}

async fn what_does_not_fit_is_refused_before_anybody_signs(app: &TestApp) {
    let town = app.town(2).await;
    let official = Official::new(app, &town.locality, &[Duty::Queue]).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let id = application.id;
    let path = endpoint::application_decision_drafts(id);
    app.without_a_change(async {
        for (decision, code) in [
            (
                ApplicationDecision::DecideFor {},
                Code::ApplicationTakesPart,
            ),
            (
                ApplicationDecision::DecideAgainst {},
                Code::ApplicationTakesPart,
            ),
            (
                ApplicationDecision::RestoreReferral { until: None },
                Code::ReferralNotLapsed,
            ),
        ] {
            draft(&official, id, decision).await.refused(code);
        }
        for reason in ["", " \n", "а\u{7}б"] {
            let request = wish(ApplicationDecision::Dispute {}, reason);
            let problem = official.post(&path, &request).await;
            let problem = problem.refused(Code::ValidationFailed);
            assert_eq!(problem.errors[0].pointer, "/reason");
        }
        for wrong in ["2027-01-01", "2001-01-01"] {
            let verify = ApplicationDecision::VerifyChild {
                birth_date: Some(day(wrong)),
            };
            let problem = draft(&official, id, verify).await;
            let problem = problem.refused(Code::ValidationFailed);
            assert_eq!(problem.errors[0].pointer, "/decision/birth_date");
        }
    })
    .await;
    // Their own child, and what lies elsewhere.
    let own = official.person.queue(town.id(), &child("2022-06-10")).await;
    let seen = shown(&official, own.id).await;
    assert!(seen.own && seen.possible.is_empty());
    let elsewhere = app.town(1).await;
    let theirs = parent.queue(elsewhere.id(), &child("2022-08-10")).await;
    let dispute = ApplicationDecision::Dispute {};
    app.without_a_change(async {
        let refused = draft(&official, own.id, dispute.clone()).await;
        refused.refused(Code::OwnApplication);
        let refused = draft(&official, theirs.id, dispute).await;
        refused.refused(Code::NotFound);
        let path = endpoint::office_application(theirs.id);
        official.get(&path).await.refused(Code::NotFound);
    })
    .await;
}

async fn of_two_officials_in_two_processes_one_decides(app: &TestApp) {
    let town = app.town(1).await;
    let first = Official::new(app, &town.locality, &[Duty::Queue]).await;
    let second = Official::new(app, &town.locality, &[Duty::Queue]).await;
    let process = app.second_process().await;
    let other = Official {
        person: second.person.at(&process),
    };
    let parent = Parent::new(app).await;
    for round in 0..3 {
        let birth = format!("2022-05-1{round}");
        let application = parent.queue(town.id(), &child(&birth)).await;
        let id = application.id;
        decide(&first, id, ApplicationDecision::Dispute {}).await;
        let yes = draft(&first, id, ApplicationDecision::DecideFor {}).await;
        let no = draft(&other, id, ApplicationDecision::DecideAgainst {}).await;
        let (yes, no) = (yes.created::<Draft>(), no.created::<Draft>());
        let (yes, no) = (first.signed(&yes), other.signed(&no));
        let path = endpoint::application_decision(id);
        let (yes, no) = tokio::join!(first.post(&path, &yes), other.post(&path, &no));
        let after = parent.application(id).await;
        match (yes.status, no.status) {
            (200, 409) => {
                no.refused(Code::ApplicationTakesPart);
                assert_eq!(after.state, ApplicationState::Queued);
                assert_eq!(after.participation, Participation::Full);
            }
            (409, 200) => {
                yes.refused(Code::ApplicationOver);
                assert!(matches!(after.state, ApplicationState::Removed { .. }));
            }
            both => panic!("{both:?}: {} {}", yes.text(), no.text()),
        }
    }
    process.stop().await;
}

async fn the_last_place_is_restored_or_chosen_never_both(app: &TestApp) {
    for _ in 0..2 {
        let town = app.town(1).await;
        let (parent, application) = lapsed(app, &town).await;
        let official = Official::new(app, &town.locality, &[Duty::Queue]).await;
        // The freed place has rested.
        app.clock.advance(TimeDelta::minutes(6));
        let rival = Parent::new(app).await;
        let theirs = rival.queue(town.id(), &child("2022-06-10")).await;
        let restore = ApplicationDecision::RestoreReferral { until: None };
        let text: Draft = draft(&official, application.id, restore).await.created();
        let path = endpoint::application_decision(application.id);
        let signed = official.signed(&text);
        let (decided, held) = tokio::join!(
            official.post(&path, &signed),
            rival.draft_referral(theirs.id, town.group.id)
        );
        decided.has_status(200);
        let back = parent.application(application.id).await;
        match held.status {
            201 => {
                assert_eq!(back.state, ApplicationState::Queued, "the lapse alone");
                assert_eq!(app.places(town.group.id).await, (0, 1, 24));
            }
            409 => {
                assert!(matches!(back.state, ApplicationState::Referred { .. }));
                assert_eq!(app.places(town.group.id).await, (0, 0, 25));
            }
            other => panic!("{other}: {}", held.text()),
        }
        assert_eq!(back.lapses, 0);
    }
}
