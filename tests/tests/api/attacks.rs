//! What one key could do to a town, tried over the API as anybody can: each attack ends where the rules
//! say it does.

use balabaqsha_api::service::office::limits::{self, LimitsError, Whose};
use balabaqsha_shared::{
    application::{ApplicationState, Category},
    attachment::AttachmentState,
    code::Code,
    dto::{Application, ApplicationDraftRequest, Draft, Participation, VacancyList},
    endpoint,
    notice::NoticeKind,
    time,
};
use balabaqsha_tests::{
    Parent, Program, TestApp,
    builders::{Town, child},
    officials::{self, confirm_benefit, decide, verify},
    on_both_engines,
};
use chrono::TimeDelta;

use super::notices;

on_both_engines!(over_http:
    made_up_children_of_one_person_do_not_take_a_town,
    a_person_queues_so_many_children_a_day,
    an_official_lifts_the_limits_of_a_person_for_a_time,
    a_category_on_the_clients_word_moves_nobody,
    queueing_anew_resets_neither_the_stop_list_nor_the_lapses,
    referral_and_revocation_are_not_repeated_all_day,
    a_released_place_cannot_be_passed_on,
    a_child_goes_back_to_its_resting_place_once,
    a_place_that_was_revoked_rests_too,
    a_verified_birth_date_counts,
    one_child_has_one_hold_and_one_referral_in_all_localities,
    a_child_has_one_place,
    a_stranger_does_not_lock_the_parent_out,
    where_the_check_is_on_a_claim_looks_like_what_is_not_verified,
    drafts_about_children_of_others_have_a_limit,
    the_first_applicants_consent_ends_a_claim,
    an_attached_person_decides_about_nobody_and_can_be_detached,
);

async fn made_up_children_of_one_person_do_not_take_a_town(app: &TestApp) {
    let town = app.real_town(10).await;
    let seller = Parent::new(app).await;
    let mut queued = Vec::new();
    for day in 10..15 {
        queued.push(
            seller
                .queue(town.id(), &child(&format!("2022-05-{day}")))
                .await,
        );
    }
    let draft = |application: &Application| seller.draft_referral(application.id, town.group.id);
    let first: Draft = draft(&queued[0]).await.created();
    let second: Draft = draft(&queued[1]).await.created();
    let third = app.without_a_change(draft(&queued[2])).await;
    let problem = third.refused(Code::TooManyLiveHolds);
    assert_eq!(problem.members["limit"], 2);
    for held in [first, second] {
        seller.submit_referral(&held).await.has_status(201);
    }
    seller.refer(queued[2].id, town.group.id).await;
    seller.refer(queued[3].id, town.group.id).await;
    let fifth = app.without_a_change(draft(&queued[4])).await;
    assert_eq!(fifth.refused(Code::TooManyReferrals).members["limit"], 4);
    assert_eq!(seller.unmet(queued[4].id).await, ["too-many-referrals"]);
    assert_eq!(app.places(town.group.id).await, (6, 0, 19));
    // Somebody has looked at the fifth child.
    verify(app, &queued[4]).await;
    seller.refer(queued[4].id, town.group.id).await;
}

async fn a_person_queues_so_many_children_a_day(app: &TestApp) {
    let town = app.real_town(1).await;
    let seller = Parent::new(app).await;
    let mut queued = 0;
    for day in 0..4 {
        for birth in 10..16 {
            if queued == 12 {
                break;
            }
            let made_up = child(&format!("2022-0{}-{birth}", day + 1));
            let answer = seller.draft_application(town.id(), &made_up).await;
            if birth == 15 {
                let problem = answer.refused(Code::TooManyApplications);
                assert_eq!(problem.members["limit"], 5);
            } else {
                let draft: Draft = answer.created();
                seller.submit_application(&draft).await.has_status(201);
                queued += 1;
            }
        }
        app.clock.advance(TimeDelta::days(1));
        seller.log_in().await;
    }
    let next = child("2022-06-10");
    let answer = seller.draft_application(town.id(), &next);
    let problem = app.without_a_change(answer).await;
    assert_eq!(
        problem.refused(Code::TooManyActiveApplications).members["limit"],
        12
    );
}

/// R22: a foster family queues more children, and holds places for them, where an official has said so.
async fn an_official_lifts_the_limits_of_a_person_for_a_time(app: &TestApp) {
    let (town, elsewhere) = (app.real_town(10).await, app.real_town(1).await);
    let parent = Parent::new(app).await;
    let core = &app.app().core;
    let whose = Whose {
        iin: &parent.identity.iin,
        locality: &town.locality.code,
        by: officials::OFFICIAL,
    };
    let today = time::local_date(app.now());
    let tomorrow = today + TimeDelta::days(1);
    let lift = async |until| limits::lift(core, whose, until, "приёмная семья").await;
    let over = lift(today - TimeDelta::days(1)).await;
    assert!(matches!(over, Err(LimitsError::Period)), "{over:?}");
    let lifted = lift(tomorrow).await.expect("limits that are lifted");
    assert_eq!(limits::list(core).await.expect("a list").len(), 1);
    let mut queued = Vec::new();
    for day in 10..16 {
        queued.push(
            parent
                .queue(town.id(), &child(&format!("2022-05-{day}")))
                .await,
        );
    }
    // Elsewhere nobody has lifted anything.
    let next = child("2022-06-10");
    let refused = parent.draft_application(elsewhere.id(), &next).await;
    refused.refused(Code::TooManyApplications);
    for application in &queued[..5] {
        parent.refer(application.id, town.group.id).await;
    }
    // In the second after the last day the limits hold again.
    app.clock
        .advance(lifted.ends_at - app.now() - TimeDelta::seconds(1));
    parent.log_in().await;
    assert_eq!(parent.unmet(queued[5].id).await, [""; 0]);
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(parent.unmet(queued[5].id).await, ["too-many-referrals"]);
    lift(time::local_date(app.now())).await.expect("once more");
    assert_eq!(parent.unmet(queued[5].id).await, [""; 0]);
    limits::end(core, whose).await.expect("an end");
    assert_eq!(parent.unmet(queued[5].id).await, ["too-many-referrals"]);
    let none = limits::end(core, whose).await;
    assert!(matches!(none, Err(LimitsError::None(_))), "{none:?}");
}

async fn queue_with(parent: &Parent, town: &Town, category: Category) -> Application {
    let request = ApplicationDraftRequest {
        locality_id: town.id(),
        child: child("2022-05-10"),
        category,
        contact_phone: "+7 701 123 45 67".into(),
        language: balabaqsha_shared::Language::Ru,
    };
    let path = endpoint::APPLICATION_DRAFTS;
    let draft: Draft = parent.client.post(path, &request).await.created();
    parent.submit_application(&draft).await.created()
}

async fn a_category_on_the_clients_word_moves_nobody(app: &TestApp) {
    let town = app.real_town(1).await;
    let (honest, other) = (Parent::new(app).await, Parent::new(app).await);
    let first = honest.queue(town.id(), &child("2022-05-10")).await;
    app.clock.advance(TimeDelta::seconds(1));
    let claimed = queue_with(&other, &town, Category::Extraordinary).await;
    let number = async |parent: &Parent, application: &Application| {
        let shown = parent.application(application.id).await;
        (shown.position.expect("a place").number, shown.category)
    };
    assert_eq!(number(&other, &claimed).await, (2, Category::General));
    assert_eq!(number(&honest, &first).await, (1, Category::General));
    confirm_benefit(app, &claimed).await;
    assert_eq!(number(&other, &claimed).await, (1, Category::Extraordinary));
    assert_eq!(number(&honest, &first).await, (2, Category::General));
    assert!(
        notices_of(&other)
            .await
            .contains(&NoticeKind::BenefitConfirmed)
    );
}

/// The kinds of notices that a parent has.
async fn notices_of(parent: &Parent) -> Vec<NoticeKind> {
    notices::kinds(&notices::told(parent).await)
}

/// Lets the referral lapse, and logs in again.
async fn lapse(app: &TestApp, parent: &Parent, deadline: chrono::NaiveDate) {
    app.clock.set(time::end_of_day(deadline));
    parent.log_in().await;
}

async fn queueing_anew_resets_neither_the_stop_list_nor_the_lapses(app: &TestApp) {
    let town = app.town(5).await;
    let parent = Parent::new(app).await;
    let mine = child("2022-05-10");
    let first = parent.queue(town.id(), &mine).await;
    let referral = parent.refer(first.id, town.group.id).await;
    lapse(app, &parent, referral.deadline).await;
    let ApplicationState::StopListed { until } = parent.application(first.id).await.state else {
        panic!("the child is on the stop-list");
    };
    parent.withdraw(first.id).await;
    let again = parent.queue(town.id(), &mine).await;
    assert_eq!(again.state, ApplicationState::StopListed { until });
    assert_eq!(again.lapses, 1);
    app.clock.set(time::end_of_day(until));
    parent.log_in().await;
    let referral = parent.refer(again.id, town.group.id).await;
    lapse(app, &parent, referral.deadline).await;
    let removed = parent.application(again.id).await;
    assert!(
        matches!(removed.state, ApplicationState::Removed { .. }),
        "{:?}",
        removed.state
    );
    // After the removal the child starts anew, with no lapse.
    let anew = parent.queue(town.id(), &mine).await;
    assert_eq!((anew.state, anew.lapses), (ApplicationState::Queued, 0));
}

async fn referral_and_revocation_are_not_repeated_all_day(app: &TestApp) {
    let town = app.town(5).await;
    let parent = Parent::new(app).await;
    let mine = child("2022-05-10");
    let mut application = parent.queue(town.id(), &mine).await;
    for left in [3, 2, 1] {
        let shown = parent.application(application.id).await;
        assert_eq!(shown.choosing.holds_left, left);
        let referral = parent.refer(application.id, town.group.id).await;
        parent.revoke(referral.id).await;
        // A new application is the same child.
        parent.withdraw(application.id).await;
        application = parent.queue(town.id(), &mine).await;
    }
    let answer = parent.draft_referral(application.id, town.group.id);
    app.without_a_change(answer)
        .await
        .refused(Code::TooManyHolds);
    let none_left = ["too-many-holds", "too-many-holds-of-person"];
    assert_eq!(parent.unmet(application.id).await, none_left);
    app.clock.set(time::end_of_day(time::local_date(app.now())));
    parent.log_in().await;
    parent.refer(application.id, town.group.id).await;
}

async fn release(parent: &Parent, draft: &Draft) {
    let path = endpoint::referral_draft(draft.id);
    parent.client.delete(&path).await.has_status(204);
}

async fn a_released_place_cannot_be_passed_on(app: &TestApp) {
    let town = app.real_town(1).await;
    let (seller, buyer) = (Parent::new(app).await, Parent::new(app).await);
    let sold = seller.queue(town.id(), &child("2022-05-10")).await;
    let bought = buyer.queue(town.id(), &child("2022-06-10")).await;
    let draft = seller.hold(sold.id, town.group.id).await;
    release(&seller, &draft).await;
    for _ in 0..3 {
        let answer = buyer.draft_referral(bought.id, town.group.id);
        app.without_a_change(answer).await.refused(Code::PlaceTaken);
        let bulletin: VacancyList = app.client().get(endpoint::VACANCIES).await.shown();
        assert_eq!(bulletin.items, []);
        assert_eq!(buyer.unmet(bought.id).await, ["places-resting"]);
        app.clock.advance(TimeDelta::seconds(19));
    }
    // After five minutes at most it is there for everybody.
    app.clock.advance(TimeDelta::minutes(5));
    buyer.refer(bought.id, town.group.id).await;
}

async fn a_child_goes_back_to_its_resting_place_once(app: &TestApp) {
    let town = app
        .town_with(1, |town| {
            town.locality.rules.resting.from_minutes = 5;
            town.locality.rules.resting.to_minutes = 5;
            town.locality.rules.unused_holds_per_day = 1;
        })
        .await;
    let parent = Parent::new(app).await;
    let mine = parent.queue(town.id(), &child("2022-05-10")).await;
    let first = parent.hold(mine.id, town.group.id).await;
    app.clock.advance(TimeDelta::minutes(4));
    release(&parent, &first).await;
    // No new hold is left, but there is one to go back to.
    let shown = parent.application(mine.id).await;
    assert_eq!(
        (shown.choosing.holds_left, shown.choosing.free_places),
        (0, 1)
    );
    assert!(shown.choosing.allowed, "{:?}", shown.choosing);
    let places: VacancyList = parent
        .client
        .get(&endpoint::application_vacancies(mine.id))
        .await
        .shown();
    assert_eq!(places.items.len(), 1);
    app.clock.advance(TimeDelta::minutes(1));
    let regained = parent.hold(mine.id, town.group.id).await;
    // Four of ten minutes were used.
    let hold = regained.hold.as_ref().expect("a hold");
    assert_eq!(hold.expires_at, app.now() + TimeDelta::minutes(6));
    release(&parent, &regained).await;
    let answer = parent.draft_referral(mine.id, town.group.id);
    app.without_a_change(answer)
        .await
        .refused(Code::TooManyHolds);
    assert_eq!(app.places(town.group.id).await, (1, 0, 24));
}

async fn a_place_that_was_revoked_rests_too(app: &TestApp) {
    let town = app.real_town(1).await;
    let (seller, buyer) = (Parent::new(app).await, Parent::new(app).await);
    let sold = seller.queue(town.id(), &child("2022-05-10")).await;
    let bought = buyer.queue(town.id(), &child("2022-06-10")).await;
    let referral = seller.refer(sold.id, town.group.id).await;
    seller.revoke(referral.id).await;
    let answer = buyer.draft_referral(bought.id, town.group.id);
    app.without_a_change(answer).await.refused(Code::PlaceTaken);
    // It cannot be taken again by the child either: only a hold gives that right.
    let answer = seller.draft_referral(sold.id, town.group.id);
    app.without_a_change(answer).await.refused(Code::PlaceTaken);
    app.clock.advance(TimeDelta::minutes(5));
    buyer.refer(bought.id, town.group.id).await;
}

async fn a_verified_birth_date_counts(app: &TestApp) {
    let town = app.checked_town(1).await;
    let parent = Parent::new(app).await;
    // The number is of a child born in 2024.
    let mut disguised = child("2024-05-10");
    disguised.birth_date = "2022-05-10".parse().expect("a day");
    let mine = parent.queue(town.id(), &disguised).await;
    assert_eq!(parent.unmet(mine.id).await, ["child-unverified"]);
    let registered = "2024-05-10".parse().expect("a day");
    let core = &app.app().core;
    let wish = officials::about(&mine);
    balabaqsha_api::service::life::children::verify_by_official(core, wish, Some(registered))
        .await
        .expect("a child to verify");
    let shown = parent.application(mine.id).await;
    assert_eq!(shown.child.birth_date, registered);
    assert_eq!(shown.position.expect("a place").birth_year, 2024);
    assert_eq!(parent.unmet(mine.id).await, ["child-too-young"]);
    assert!(
        notices_of(&parent)
            .await
            .contains(&NoticeKind::BirthDateRegistered)
    );
}

async fn one_child_has_one_hold_and_one_referral_in_all_localities(app: &TestApp) {
    let towns = [app.town(1).await, app.town(1).await, app.town(1).await];
    let parent = Parent::new(app).await;
    let mine = child("2022-05-10");
    let mut queued = Vec::new();
    for town in &towns {
        queued.push(parent.queue(town.id(), &mine).await);
    }
    let mut drafts = Vec::new();
    for (town, application) in towns.iter().zip(&queued) {
        drafts.push(parent.hold(application.id, town.group.id).await);
    }
    let mut held = 0;
    for town in &towns {
        held += app.places(town.group.id).await.1;
    }
    assert_eq!(held, 1, "a new hold releases the one elsewhere");
    parent
        .submit_referral(&drafts[0])
        .await
        .refused(Code::HoldExpired);
    parent.submit_referral(&drafts[2]).await.has_status(201);
    app.clock.advance(TimeDelta::days(1));
    parent.log_in().await;
    let answer = parent.draft_referral(queued[0].id, towns[0].group.id);
    app.without_a_change(answer)
        .await
        .refused(Code::ReferralElsewhere);
    assert_eq!(parent.unmet(queued[0].id).await, ["referral-elsewhere"]);
}

async fn a_child_has_one_place(app: &TestApp) {
    let towns = [app.town(1).await, app.town(1).await];
    let parent = Parent::new(app).await;
    let mine = child("2022-05-10");
    let mut referrals = Vec::new();
    for town in &towns {
        let application = parent.queue(town.id(), &mine).await;
        let referral = parent.refer(application.id, town.group.id).await;
        let program = Program::of(app, &town.kindergarten).await;
        program.enrol(referral.id).await.has_status(200);
        referrals.push((application, referral));
    }
    // Until the end of the day the later enrolment can be undone.
    let (first, _) = &referrals[0];
    let enrolled = parent.application(first.id).await.state;
    assert!(matches!(enrolled, ApplicationState::Enrolled { .. }));
    app.clock.set(time::end_of_day(time::local_date(app.now())));
    parent.log_in().await;
    let left = parent.application(first.id).await;
    assert_eq!(left.state, ApplicationState::Left { at: app.now() });
    let (second, _) = &referrals[1];
    let stays = parent.application(second.id).await.state;
    assert!(
        matches!(stays, ApplicationState::Enrolled { .. }),
        "{stays:?}"
    );
    assert_eq!(app.places(towns[0].group.id).await, (1, 0, 24));
    assert_eq!(app.places(towns[1].group.id).await, (0, 0, 25));
    assert!(
        notices_of(&parent)
            .await
            .contains(&NoticeKind::EnrolmentEnded)
    );
    // The kindergarten that the child has left is told by its list.
    for (town, gone) in towns.iter().zip([1, 0]) {
        let program = Program::of(app, &town.kindergarten).await;
        let ended = program.expected("?choice=ended").await.items;
        assert_eq!(ended.len(), gone);
    }
    let program = Program::of(app, &towns[0].kindergarten).await;
    let ended = program.expected("?choice=ended").await.items;
    assert_eq!(ended[0].referral_id, referrals[0].1.id);
    assert_eq!(program.expected("?choice=enrolled").await.items, []);
}

async fn a_stranger_does_not_lock_the_parent_out(app: &TestApp) {
    let (town, elsewhere) = (app.real_town(2).await, app.real_town(2).await);
    let (stranger, parent) = (Parent::new(app).await, Parent::new(app).await);
    let born = child("2022-05-10");
    let first = stranger.queue(town.id(), &born).await;
    app.clock.advance(TimeDelta::seconds(1));
    let mut claims = Vec::new();
    for town in [&town, &elsewhere] {
        let claim = parent.queue(town.id(), &born).await;
        assert_eq!(claim.participation, Participation::Claim);
        assert_eq!(claim.position, None);
        // The known parents are told by what settles next.
        parent.application(claim.id).await;
        let answer = parent.draft_referral(claim.id, town.group.id);
        let answer = app.without_a_change(answer).await;
        answer.refused(Code::ApplicationIsClaim);
        claims.push(claim);
    }
    let shown = stranger.application(first.id).await.position;
    assert_eq!(shown.expect("a place").total, 1, "a claim is not counted");
    assert!(notices_of(&stranger).await.contains(&NoticeKind::ClaimMade));
    assert_eq!(stranger.attachments().await.waiting.len(), 1);
    assert_eq!(parent.attachments().await.mine, [], "nothing tells where");

    verify(app, &claims[0]).await;
    let taken = parent.application(claims[0].id).await;
    assert_eq!(taken.participation, Participation::Full);
    assert_eq!(taken.position.expect("a place").number, 1);
    assert_eq!(taken.submitted_at, claims[0].submitted_at);
    let disputed = stranger.application(first.id).await;
    assert_eq!(disputed.participation, Participation::Disputed);
    let answer = stranger.draft_referral(first.id, town.group.id);
    app.without_a_change(answer)
        .await
        .refused(Code::ApplicationDisputed);
    parent.refer(claims[0].id, town.group.id).await;

    assert!(
        decide(app, &first, true).await.is_err(),
        "the parent takes part here"
    );
    decide(app, &first, false).await.expect("a decision");
    let removed = stranger.application(first.id).await;
    assert!(matches!(removed.state, ApplicationState::Removed { .. }));
    assert!(
        notices_of(&stranger)
            .await
            .contains(&NoticeKind::DecidedAgainst)
    );
}

async fn where_the_check_is_on_a_claim_looks_like_what_is_not_verified(app: &TestApp) {
    let town = app.checked_town(2).await;
    let (known, stranger) = (Parent::new(app).await, Parent::new(app).await);
    let theirs = child("2022-05-10");
    let first = known.queue(town.id(), &theirs).await;
    verify(app, &first).await;
    app.clock.advance(TimeDelta::seconds(1));
    let claim = stranger.queue(town.id(), &theirs).await;
    let alone = app.checked_town(2).await;
    let other = stranger.queue(alone.id(), &child("2022-05-11")).await;
    let look = async |application: &Application| {
        let shown = stranger.application(application.id).await;
        let history = stranger.history(application.id).await;
        let kinds: Vec<_> = history.items.iter().map(|event| event.kind).collect();
        let has_number = shown.position.is_some();
        let codes: Vec<_> = shown
            .choosing
            .unmet
            .into_iter()
            .map(|one| one.code)
            .collect();
        (shown.participation, shown.state, has_number, codes, kinds)
    };
    assert_eq!(look(&claim).await, look(&other).await);
    let numbered = stranger
        .application(claim.id)
        .await
        .position
        .expect("a number");
    assert_eq!((numbered.number, numbered.total), (2, 2));
    // The parents learn of it.
    assert!(notices_of(&known).await.contains(&NoticeKind::ClaimMade));
    let counted = known.application(first.id).await.position.expect("a place");
    assert_eq!((counted.number, counted.total), (1, 1));
}

async fn drafts_about_children_of_others_have_a_limit(app: &TestApp) {
    let town = app
        .town_with(1, |town| {
            town.locality.rules.limits.drafts_about_others_per_day = 3
        })
        .await;
    let stranger = Parent::new(app).await;
    for day in 10..13 {
        let other = child(&format!("2022-05-{day}"));
        let draft = stranger.draft_application(town.id(), &other).await;
        draft.has_status(201);
    }
    let draft = stranger
        .draft_application(town.id(), &child("2022-05-13"))
        .await;
    let problem = draft.refused(Code::TooManyDrafts);
    assert_eq!(problem.members["limit"], 3);
    app.clock.set(time::end_of_day(time::local_date(app.now())));
    stranger.log_in().await;
    // A number that does not belong to the child is a try as well.
    for _ in 0..20 {
        let draft = stranger.draft_attachment("221231600023", "АКТ-2026-000001");
        draft.await.refused(Code::AttachmentNotFound);
    }
    let draft = stranger.draft_attachment("221231600023", "АКТ-2026-000001");
    draft.await.refused(Code::TooManyDrafts);
}

async fn the_first_applicants_consent_ends_a_claim(app: &TestApp) {
    let (town, elsewhere) = (app.real_town(2).await, app.real_town(2).await);
    let (mother, father) = (Parent::new(app).await, Parent::new(app).await);
    let theirs = child("2022-05-10");
    let first = mother.queue(town.id(), &theirs).await;
    app.clock.advance(TimeDelta::seconds(1));
    let here = father.queue(town.id(), &theirs).await;
    let there = father.queue(elsewhere.id(), &theirs).await;
    let waiting = mother.attachments().await.waiting;
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].requester_name, father.identity.full_name());
    assert!(waiting[0].child_name.contains("Айлин"));
    mother.decide(waiting[0].id, true).await.has_status(204);
    // He sees hers, so his own in the same queue is closed and the one elsewhere takes part.
    assert_eq!(father.application(first.id).await.id, first.id);
    let closed = father.application(here.id).await.state;
    assert!(
        matches!(closed, ApplicationState::Withdrawn { .. }),
        "{closed:?}"
    );
    let there = father.application(there.id).await;
    assert_eq!(there.participation, Participation::Full);
    assert_eq!(there.position.expect("a place").number, 1);
}

async fn an_attached_person_decides_about_nobody_and_can_be_detached(app: &TestApp) {
    let town = app.real_town(2).await;
    let (mother, father) = (Parent::new(app).await, Parent::new(app).await);
    let third = Parent::new(app).await;
    let first = mother.queue(town.id(), &child("2022-05-10")).await;
    let asked = father.attach(&first).await;
    let waiting = mother.attachments().await.waiting;
    assert_eq!(waiting[0].requester_name, father.identity.full_name());
    assert_eq!(waiting[0].child_name, first.child.full_name());
    mother.decide(asked.id, true).await.has_status(204);
    let of_third = third.attach(&first).await;
    assert_eq!(father.attachments().await.waiting, []);
    let answer = app.without_a_change(father.decide(of_third.id, true)).await;
    answer.refused(Code::NotFound);
    mother.decide(of_third.id, true).await.has_status(204);
    let attached = mother.attachments().await.attached;
    assert_eq!(attached.len(), 2);
    assert_eq!(attached[0].name, father.identity.full_name());
    // Nobody but these two ends it.
    third
        .draft_detachment(asked.id)
        .await
        .refused(Code::NotFound);
    let ended = mother.detach(asked.id).await;
    assert_eq!(ended.state, AttachmentState::Ended { at: app.now() });
    assert_eq!(ended.application_id, None);
    let gone = father.client.get(&endpoint::application(first.id)).await;
    gone.refused(Code::NotFound);
    assert!(
        notices_of(&father)
            .await
            .contains(&NoticeKind::AttachmentEnded)
    );
    third.detach(of_third.id).await;
    let gone = third.client.get(&endpoint::application(first.id)).await;
    gone.refused(Code::NotFound);
    let again = mother.draft_detachment(asked.id).await;
    again.refused(Code::AttachmentNotAttached);
    // It can be asked for again.
    father.attach(&first).await;
}
