//! R21: a benefit is claimed with scans, confirmed or refused by an official's signature, counts from the
//! original moment, ends with its proof, and can be asked for again. Each step is told.

use super::notices::{kinds, told};
use balabaqsha_api::service::office::grounds::{self, Changes, Ground, GroundsError};
use balabaqsha_shared::{
    application::{BenefitState, Category},
    appointment::Duty,
    benefit::{BenefitGround, ClaimState},
    code::Code,
    dto::{
        BenefitDecision, BenefitDecisionDraftRequest, BenefitGroundList, Decision, DocumentKind,
        Draft, EventKind, OfficeBenefitClaim, OfficeBenefitClaimList, Scan,
    },
    endpoint,
    id::{BenefitClaimId, ScanId},
    notice::NoticeKind,
    time,
};
use balabaqsha_tests::{
    Official, Parent, TestApp, WORKING_DAY, at,
    builders::{child, day, id},
    officials::{about, confirm_benefit},
    on_both_engines,
    proofs::{confirmation, give_benefits, picture, refusal},
};
use chrono::TimeDelta;

on_both_engines!(over_http:
    a_benefit_is_claimed_confirmed_counts_and_ends_with_its_proof,
    a_refusal_has_a_reason_and_the_parent_asks_again,
    a_new_proof_before_the_end_keeps_the_place,
    what_is_missing_is_named_at_once_and_nothing_is_claimed,
    overdue_claims_stand_in_front,
    nobody_decides_about_their_own_and_only_what_fits,
    of_two_officials_in_two_processes_one_decides,
    a_decision_at_the_command_line_closes_the_claim,
    grounds_are_brought_in_as_a_whole,
);

async fn a_benefit_is_claimed_confirmed_counts_and_ends_with_its_proof(app: &TestApp) {
    let town = app.town(2).await;
    let grounds = give_benefits(app, &town).await;
    let official = Official::new(app, &town.locality, &[Duty::Queue]).await;
    let first = Parent::new(app).await;
    first.queue(town.id(), &child("2022-05-10")).await;
    app.clock.advance(TimeDelta::seconds(1));
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-06-10")).await;
    let number = async || {
        let shown = parent.application(application.id).await;
        shown.position.expect("a place").number
    };
    assert_eq!(number().await, 2);

    let claims = parent.claim_with(application.id, &grounds[0], 1).await;
    let claim = &claims.items[0];
    assert_eq!(
        (claim.state, claim.decide_by, claims.category),
        (ClaimState::Open, day("2026-11-30"), Category::General)
    );
    assert_eq!(
        claims.benefit.expect("a claim").state,
        BenefitState::Claimed
    );
    assert!(claims.unsent.is_empty() && claim.scans.len() == 1);
    assert_eq!(number().await, 2, "until an official confirms it");

    let waiting: OfficeBenefitClaimList =
        official.get(endpoint::OFFICE_BENEFIT_CLAIMS).await.shown();
    assert_eq!((waiting.total, waiting.items.len()), (1, 1));
    assert!(!waiting.items[0].overdue && !waiting.items[0].own);
    let draft: Draft = official
        .draft_benefit(claim.id, &confirmation())
        .await
        .created();
    for fact in [
        "подтверждаю льготу",
        "23.12.2026",
        "основание",
        "внеочередное",
    ] {
        assert!(draft.text.contains(fact), "{}", draft.text);
    }
    let path = endpoint::benefit_decision(claim.id);
    let signed = official.signed(&draft);
    let done: BenefitDecision = official.post(&path, &signed).await.shown();
    assert_eq!(
        (done.state, done.category),
        (ClaimState::Confirmed, Category::Extraordinary)
    );
    // Whoever has lost the answer gets it again, and it is done once.
    let again: BenefitDecision = official.post(&path, &signed).await.shown();
    assert_eq!(again, done);
    assert_eq!(number().await, 1, "with the original moment");
    let shown = parent.application(application.id).await;
    assert_eq!(shown.submitted_at, application.submitted_at);
    let decision: Decision = official
        .get(&endpoint::decision(done.document_id))
        .await
        .shown();
    assert_eq!(decision.kind, DocumentKind::Benefit);
    let paper = endpoint::document_pdf(done.document_id);
    let paper = parent.client.get(&paper).await.has_status(200);
    assert!(paper.body.starts_with(b"%PDF"));

    // Fourteen days before the end at nine; the benefit goes on.
    app.clock.set(at("2026-12-09T04:00:00Z"));
    parent.log_in().await;
    let kinds_told = kinds(&told(&parent).await);
    assert_eq!(kinds_told[0], NoticeKind::BenefitEnding);
    assert_eq!(number().await, 1);
    // The day after the last one.
    let end = time::end_of_day(day("2026-12-23"));
    app.clock.set(end - TimeDelta::microseconds(1));
    parent.log_in().await;
    assert_eq!(number().await, 1);
    app.clock.set(end);
    assert_eq!(number().await, 2);
    let claims = parent.benefits(application.id).await;
    assert_eq!(claims.items[0].state, ClaimState::Expired);
    assert_eq!(claims.category, Category::General);
    let ended = claims.benefit.expect("what was claimed");
    assert_eq!(
        (ended.category, ended.state),
        (Category::Extraordinary, BenefitState::Expired)
    );
    let history = parent.history(application.id).await;
    let events: Vec<_> = history.items.iter().map(|event| event.kind).collect();
    assert_eq!(
        events[..4],
        [
            EventKind::BenefitExpired,
            EventKind::BenefitEnding,
            EventKind::BenefitConfirmed,
            EventKind::BenefitClaimed,
        ]
    );
    assert!(history.items[..4].iter().all(|event| event.rule == "R21"));
    assert_eq!(history.items[0].at, end);
    let kinds_told = kinds(&told(&parent).await);
    assert_eq!(
        kinds_told[..4],
        [
            NoticeKind::BenefitExpired,
            NoticeKind::BenefitEnding,
            NoticeKind::BenefitConfirmed,
            NoticeKind::BenefitClaimed,
        ]
    );
    // Nothing is told twice.
    app.clock.advance(TimeDelta::days(1));
    parent.log_in().await;
    assert_eq!(kinds(&told(&parent).await), kinds_told);
}

async fn a_refusal_has_a_reason_and_the_parent_asks_again(app: &TestApp) {
    let town = app.town(2).await;
    let grounds = give_benefits(app, &town).await;
    let official = Official::new(app, &town.locality, &[Duty::Queue]).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let claims = parent.claim_with(application.id, &grounds[1], 1).await;
    let done = official
        .decide_benefit(claims.items[0].id, &refusal("справка без печати"))
        .await;
    assert_eq!(
        (done.state, done.category),
        (ClaimState::Refused, Category::General)
    );
    let claims = parent.benefits(application.id).await;
    let refused = &claims.items[0];
    assert_eq!(refused.reason.as_deref(), Some("справка без печати"));
    assert_eq!(
        claims.benefit.expect("a claim").state,
        BenefitState::Refused
    );
    let history = parent.history(application.id).await;
    assert_eq!(history.items[0].data["reason"], "справка без печати");

    let claims = parent.claim_with(application.id, &grounds[1], 2).await;
    assert_eq!(claims.items.len(), 2);
    let done = official
        .decide_benefit(claims.items[0].id, &confirmation())
        .await;
    assert_eq!(done.category, Category::Priority);
    // Without an end there is nothing to remind of.
    app.clock.advance(TimeDelta::days(700));
    parent.log_in().await;
    let claims = parent.benefits(application.id).await;
    assert_eq!(claims.category, Category::Priority);
    assert_eq!(claims.items[0].valid_until, None);
}

async fn a_new_proof_before_the_end_keeps_the_place(app: &TestApp) {
    let town = app.town(2).await;
    let grounds = give_benefits(app, &town).await;
    let official = Official::new(app, &town.locality, &[Duty::Queue]).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let claims = parent.claim_with(application.id, &grounds[0], 1).await;
    let shorter = BenefitDecisionDraftRequest {
        valid_until: Some(day("2026-11-25")),
        ..confirmation()
    };
    official.decide_benefit(claims.items[0].id, &shorter).await;
    let claims = parent.claim_with(application.id, &grounds[0], 2).await;
    assert_eq!(claims.category, Category::Extraordinary, "it goes on");
    // A refusal of the new proof does not end what the old one gives.
    official
        .decide_benefit(claims.items[0].id, &refusal("не тот документ"))
        .await;
    let claims = parent.claim_with(application.id, &grounds[0], 3).await;
    assert_eq!(claims.category, Category::Extraordinary);
    // The old proof ends while the new one waits: a claim like any other.
    app.clock.set(time::end_of_day(day("2026-11-25")));
    parent.log_in().await;
    official.person.log_in().await;
    let claims = parent.benefits(application.id).await;
    assert_eq!(claims.category, Category::General);
    assert_eq!(
        claims.benefit.expect("a claim").state,
        BenefitState::Claimed
    );
    official
        .decide_benefit(claims.items[0].id, &confirmation())
        .await;
    // The next one takes its place.
    let claims = parent.claim_with(application.id, &grounds[0], 4).await;
    official
        .decide_benefit(claims.items[0].id, &confirmation())
        .await;
    let claims = parent.benefits(application.id).await;
    let states: Vec<_> = claims.items.iter().map(|claim| claim.state).collect();
    assert_eq!(
        states,
        [
            ClaimState::Confirmed,
            ClaimState::Replaced,
            ClaimState::Refused,
            ClaimState::Expired
        ]
    );
    assert_eq!(claims.category, Category::Extraordinary);
}

async fn what_is_missing_is_named_at_once_and_nothing_is_claimed(app: &TestApp) {
    let town = app.town(2).await;
    let grounds = give_benefits(app, &town).await;
    let elsewhere = app.town(1).await;
    let others = give_benefits(app, &elsewhere).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let nothing = parent.claim(application.id, &others[0], &[]);
    let problem = app
        .without_a_change(nothing)
        .await
        .refused(Code::BenefitGroundUnknown);
    let named: Vec<_> = problem
        .errors
        .iter()
        .map(|error| (error.pointer.as_str(), error.code.as_str()))
        .collect();
    assert_eq!(
        named,
        [
            ("/ground_id", "benefit-ground-unknown"),
            ("/scan_ids", "proof-missing")
        ]
    );
    let six: Vec<ScanId> = (0..6).map(|_| ScanId::new(id())).collect();
    let many = parent.claim(application.id, &grounds[0], &six);
    app.without_a_change(many).await.refused(Code::ProofMissing);
    let unknown = parent.claim(application.id, &grounds[0], &six[..1]);
    app.without_a_change(unknown).await.refused(Code::NotFound);
    // The scan of another application, and one that was sent already.
    let other = parent.queue(town.id(), &child("2022-06-10")).await;
    let scan: Scan = parent.upload(other.id, picture(1)).await.created();
    let sent = [scan.id];
    let foreign = parent.claim(application.id, &grounds[0], &sent);
    app.without_a_change(foreign).await.refused(Code::NotFound);
    parent
        .claim(other.id, &grounds[0], &[scan.id])
        .await
        .has_status(201);
    let scan: Scan = parent.upload(other.id, picture(2)).await.created();
    let sent = [scan.id];
    let second = parent.claim(other.id, &grounds[0], &sent);
    app.without_a_change(second)
        .await
        .refused(Code::BenefitClaimOpen);
    // Somebody who knows the number and nothing else, while the parent is away.
    let stranger = Parent::new(app).await;
    let theirs = stranger.claim(application.id, &grounds[0], &sent);
    app.without_a_change(theirs).await.refused(Code::NotFound);
    parent.withdraw(application.id).await;
    let late = parent.claim(application.id, &grounds[0], &sent);
    app.without_a_change(late)
        .await
        .refused(Code::BenefitImpossible);
}

async fn overdue_claims_stand_in_front(app: &TestApp) {
    let town = app.town(2).await;
    let grounds = give_benefits(app, &town).await;
    let official = Official::new(app, &town.locality, &[Duty::Queue]).await;
    let elsewhere = app.town(1).await;
    let others = give_benefits(app, &elsewhere).await;
    let parent = Parent::new(app).await;
    let late = parent.queue(town.id(), &child("2022-05-10")).await;
    parent.claim_with(late.id, &grounds[0], 1).await;
    let theirs = parent.queue(elsewhere.id(), &child("2022-07-10")).await;
    parent.claim_with(theirs.id, &others[0], 1).await;
    app.clock
        .set(time::end_of_day(day("2026-11-30")) + TimeDelta::hours(9));
    parent.log_in().await;
    official.person.log_in().await;
    let fresh = parent.queue(town.id(), &child("2022-06-10")).await;
    parent.claim_with(fresh.id, &grounds[1], 1).await;
    let waiting: OfficeBenefitClaimList =
        official.get(endpoint::OFFICE_BENEFIT_CLAIMS).await.shown();
    let listed: Vec<_> = waiting
        .items
        .iter()
        .map(|item| (item.application_id, item.overdue))
        .collect();
    assert_eq!(listed, [(late.id, true), (fresh.id, false)]);
    // An application that has ended waits for nothing.
    parent.withdraw(late.id).await;
    let waiting: OfficeBenefitClaimList =
        official.get(endpoint::OFFICE_BENEFIT_CLAIMS).await.shown();
    assert_eq!((waiting.total, waiting.items.len()), (1, 1));
}

async fn nobody_decides_about_their_own_and_only_what_fits(app: &TestApp) {
    let town = app.town(2).await;
    let grounds = give_benefits(app, &town).await;
    let official = Official::new(app, &town.locality, &[Duty::Queue]).await;
    let own = official.person.queue(town.id(), &child("2022-05-10")).await;
    let claims = official.person.claim_with(own.id, &grounds[0], 1).await;
    let path = endpoint::office_benefit_claim(claims.items[0].id);
    let shown: OfficeBenefitClaim = official.get(&path).await.shown();
    assert!(shown.own);
    let wish = confirmation();
    let mine = official.draft_benefit(claims.items[0].id, &wish);
    app.without_a_change(mine)
        .await
        .refused(Code::OwnApplication);
    let elsewhere = app.town(1).await;
    let other = Official::new(app, &elsewhere.locality, &Duty::ALL).await;
    other.get(&path).await.refused(Code::NotFound);
    let unknown = official.draft_benefit(BenefitClaimId::new(id()), &wish);
    app.without_a_change(unknown).await.refused(Code::NotFound);

    let colleague = Official::new(app, &town.locality, &[Duty::Queue]).await;
    let claim = claims.items[0].id;
    for (wish, code, pointer) in [
        (refusal(" "), Code::FieldRequired, "/reason"),
        (
            BenefitDecisionDraftRequest {
                reason: Some("лишнее".into()),
                ..confirmation()
            },
            Code::FieldUnexpected,
            "/reason",
        ),
        (
            BenefitDecisionDraftRequest {
                valid_until: Some(day("2026-12-24")),
                ..confirmation()
            },
            Code::ProofEndInvalid,
            "/valid_until",
        ),
    ] {
        let refused = app
            .without_a_change(colleague.draft_benefit(claim, &wish))
            .await;
        let problem: balabaqsha_shared::dto::Problem = refused.json(422);
        let error = &problem.errors[0];
        assert_eq!(
            (error.code.as_str(), error.pointer.as_str()),
            (code.as_str(), pointer)
        );
    }
    assert_eq!(app.now(), at(WORKING_DAY));
}

async fn of_two_officials_in_two_processes_one_decides(app: &TestApp) {
    let town = app.town(2).await;
    let grounds = give_benefits(app, &town).await;
    let first = Official::new(app, &town.locality, &[Duty::Queue]).await;
    let second = Official::new(app, &town.locality, &[Duty::Queue]).await;
    let process = app.second_process().await;
    let other = Official {
        person: second.person.at(&process),
    };
    let parent = Parent::new(app).await;
    for round in 0..4 {
        let birth = format!("2022-05-1{round}");
        let application = parent.queue(town.id(), &child(&birth)).await;
        let claim = parent
            .claim_with(application.id, &grounds[1], 1)
            .await
            .items[0]
            .id;
        let yes: Draft = first.draft_benefit(claim, &confirmation()).await.created();
        let no: Draft = other
            .draft_benefit(claim, &refusal("не подтверждено"))
            .await
            .created();
        let path = endpoint::benefit_decision(claim);
        let (yes, no) = (first.signed(&yes), other.signed(&no));
        let (yes, no) = tokio::join!(first.post(&path, &yes), other.post(&path, &no));
        let after = parent.benefits(application.id).await;
        let confirmed = match (yes.status, no.status) {
            (200, 409) => {
                no.refused(Code::BenefitClaimDecided);
                true
            }
            (409, 200) => {
                yes.refused(Code::BenefitClaimDecided);
                false
            }
            both => panic!("{both:?}: {} {}", yes.text(), no.text()),
        };
        let state = if confirmed {
            ClaimState::Confirmed
        } else {
            ClaimState::Refused
        };
        assert_eq!(after.items[0].state, state);
        assert_eq!(after.category == Category::Priority, confirmed);
        let decided = |event: &balabaqsha_shared::dto::HistoryEvent| {
            matches!(
                event.kind,
                EventKind::BenefitConfirmed | EventKind::BenefitRefused
            )
        };
        let history = parent.history(application.id).await;
        assert_eq!(history.items.into_iter().filter(decided).count(), 1);
    }
    process.stop().await;
}

async fn a_decision_at_the_command_line_closes_the_claim(app: &TestApp) {
    let town = app.town(2).await;
    let grounds = give_benefits(app, &town).await;
    let official = Official::new(app, &town.locality, &[Duty::Queue]).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let claims = parent.claim_with(application.id, &grounds[0], 1).await;
    assert_eq!(about(&application).number, application.number.as_str());
    confirm_benefit(app, &application).await;
    let after = parent.benefits(application.id).await;
    assert_eq!(after.items[0].state, ClaimState::Confirmed);
    assert_eq!(after.items[0].valid_until, Some(day("2026-12-23")));
    let wish = confirmation();
    let late = official.draft_benefit(claims.items[0].id, &wish);
    app.without_a_change(late)
        .await
        .refused(Code::BenefitClaimDecided);
}

async fn grounds_are_brought_in_as_a_whole(app: &TestApp) {
    let town = app.town(1).await;
    let known = give_benefits(app, &town).await;
    let code = &town.locality.code;
    let as_in_file = |known: &BenefitGround| Ground {
        code: known.code.clone(),
        category: known.category,
        name: known.name.clone(),
        article: known.article.clone(),
        proof_days: known.proof_days,
    };
    let (mut work, family) = (as_in_file(&known[0]), as_in_file(&known[1]));
    let core = &app.app().core;
    let replace = async |list: &[Ground]| grounds::replace(core, code, list, "А. Ахметова").await;
    let again = replace(&[work.clone(), family.clone()]).await;
    let nothing = Changes {
        unchanged: 2,
        ..Changes::default()
    };
    assert_eq!(again.expect("the same list"), nothing);
    // A claim that rests on a ground keeps it as it was.
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    parent.claim_with(application.id, &known[0], 1).await;
    work.proof_days = Some(60);
    let changed = replace(&[work.clone()]).await.expect("a list");
    assert_eq!((changed.added, changed.ended, changed.unchanged), (1, 2, 0));
    let claims = parent.benefits(application.id).await;
    assert_eq!(claims.items[0].ground, known[0]);
    let path = format!("{}?locality_id={}", endpoint::BENEFIT_GROUNDS, town.id());
    let listed: BenefitGroundList = app.client().get(&path).await.shown();
    assert_eq!(listed.items[0].proof_days, Some(60));
    assert_eq!(listed.items.len(), 1);

    let wrong = [
        Ground {
            category: Category::General,
            ..family.clone()
        },
        Ground {
            code: "Отец".into(),
            ..family.clone()
        },
        Ground {
            proof_days: Some(0),
            ..family.clone()
        },
        Ground {
            name: balabaqsha_shared::Localized::new("негіз", " ", "ground"),
            ..family.clone()
        },
    ];
    for ground in wrong {
        let refused = app.without_a_change(replace(&[ground])).await;
        assert!(
            matches!(refused, Err(GroundsError::Ground { .. })),
            "{refused:?}"
        );
    }
    let twice = [family.clone(), family.clone()];
    let refused = app.without_a_change(replace(&twice)).await;
    assert!(refused.is_err());
    let nowhere = grounds::replace(core, "nowhere", &[family], "А. Ахметова").await;
    assert!(matches!(nowhere, Err(GroundsError::Locality(_))));
}
