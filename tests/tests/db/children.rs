//! What is kept about a child in a locality and about a person: claims, questions to the registry,
//! benefits, lapses, places that rest, departures, tries.

use super::rows::{
    a_queued_application, a_referral, application, begin, confirmed, end, freed, hold, move_to,
    now, person, same,
};
use balabaqsha_shared::{
    application::{
        ApplicationState, Benefit, BenefitState, Category, Standing, Verification, VerifiedBy,
    },
    attachment::AttachmentState,
    dto::EventKind,
    entity::Changed,
    id::{AttachmentId, ReferralId},
    profile::ChildCheck,
    referral::ReferralState,
    rules::r11_lapses::Lapse,
};
use balabaqsha_store::{
    self as store, Db,
    applications::{Application, Waiting},
    attachments::Attachment,
    attempts::Attempt,
    departures::Departure,
    holds::HoldState,
    referrals::Referral,
};
use balabaqsha_tests::{
    builders::{Town, day, id},
    database::run_sql,
    on_both_engines,
};
use chrono::TimeDelta;

on_both_engines!(on_database:
    standing_verification_and_benefit_are_kept,
    a_benefit_of_before_is_found_until_it_is_settled,
    claims_are_told_once,
    the_registry_is_asked_when_it_is_time,
    what_waits_for_an_official_is_listed,
    moments_of_a_queue_are_found,
    lapses_count_since_the_last_enrolment_or_removal,
    an_ended_attachment_shows_nothing,
    a_child_has_one_live_hold,
    a_resting_place_is_taken_again_or_given,
    departures_are_due_once,
    tries_are_counted_by_day,
    a_locality_gets_another_profile,
    a_change_of_category_is_a_move,
);

async fn read(tx: &mut store::Tx, row: &Application) -> Application {
    store::applications::require(tx, row.id).await.unwrap()
}

async fn change(tx: &mut store::Tx, before: &Application, now: Application) -> Application {
    let changed = Changed::for_tests(before.clone(), now);
    assert!(store::applications::save(tx, &changed).await.unwrap());
    changed.into_now()
}

async fn standing_verification_and_benefit_are_kept(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let applicant = person(&mut tx).await.id;
    let mut row = a_queued_application(town.id(), applicant, 1);
    store::applications::insert(&mut tx, &row).await.unwrap();
    let claimed = Benefit::claim(Category::Priority).unwrap();
    let verified = |by| Verification::Verified { by, at: now() };
    for (standing, verification, benefit) in [
        (
            Standing::Claim,
            Verification::Denied { at: now() },
            Some(claimed),
        ),
        (
            Standing::Disputed,
            verified(VerifiedBy::Registry),
            confirmed(Category::Extraordinary),
        ),
        (
            Standing::TakesPart,
            verified(VerifiedBy::Imported),
            Some(claimed.refuse().unwrap()),
        ),
        (Standing::TakesPart, verified(VerifiedBy::Official), None),
    ] {
        let next = Application {
            standing,
            verification,
            benefit,
            discounted: standing == Standing::Disputed,
            ..row.clone()
        };
        row = change(&mut tx, &row, next).await;
        same(&read(&mut tx, &row).await, &row);
    }
    let born = store::applications::child_of(&mut tx, row.id)
        .await
        .unwrap();
    assert_eq!(born, Some(row.child.iin.clone()));
    let mut later = row.clone();
    later.child.birth_date = day("2023-05-10");
    let later = change(&mut tx, &row, later).await;
    same(&read(&mut tx, &later).await, &later);
    let left = Application {
        state: ApplicationState::Enrolled { at: now() },
        ..later.clone()
    };
    let enrolled = change(&mut tx, &later, left).await;
    let gone = ApplicationState::Left {
        at: now() + TimeDelta::days(1),
    };
    assert!(move_to(&mut tx, &enrolled, gone, 0).await.unwrap());
    assert_eq!(read(&mut tx, &enrolled).await.state, gone);
}

async fn a_benefit_of_before_is_found_until_it_is_settled(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let of_before = application(&mut tx, town.id(), 1).await;
    application(&mut tx, town.id(), 2).await;
    tx.commit().await.unwrap();
    // As the release before has written it.
    let number = of_before.number.as_str();
    let sql = format!("UPDATE applications SET category = 1 WHERE number = '{number}'");
    run_sql(db, &sql).await;
    let mut tx = begin(db).await;
    let found = store::applications::with_benefit_of_before(&mut tx, None, 9).await;
    let [found] = &found.unwrap()[..] else {
        panic!("one of them has a benefit");
    };
    let benefit = found.benefit.expect("a benefit");
    assert_eq!(benefit.state, BenefitState::OfBefore);
    assert_eq!(found.category(), Category::Priority);
    // Another change of the application settles nothing.
    let stopped = ApplicationState::StopListed {
        until: day("2026-12-14"),
    };
    assert!(move_to(&mut tx, found, stopped, 1).await.unwrap());
    let again = read(&mut tx, found).await;
    assert_eq!(again.benefit, Some(benefit));
    let after = store::applications::with_benefit_of_before(&mut tx, Some(found.id), 9).await;
    assert!(after.unwrap().is_empty());
    let claimed = Benefit {
        state: BenefitState::Claimed,
        ..benefit
    };
    let settled = Application {
        benefit: Some(claimed),
        ..again.clone()
    };
    let settled = change(&mut tx, &again, settled).await;
    assert_eq!(settled.category(), Category::General);
    let none = store::applications::with_benefit_of_before(&mut tx, None, 9).await;
    assert!(none.unwrap().is_empty());
}

async fn claims_are_told_once(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let first = application(&mut tx, town.id(), 1).await;
    assert!(!store::due::anything(&mut tx, now()).await.unwrap());
    let stranger = person(&mut tx).await.id;
    let mut claim = a_queued_application(town.id(), stranger, 2);
    claim.child = first.child.clone();
    claim.standing = Standing::Claim;
    store::applications::insert(&mut tx, &claim).await.unwrap();
    // It is not counted.
    let counts = store::queue::count(&mut tx, town.id(), 2022, claim.place()).await;
    assert_eq!(counts.unwrap()[0].total, 1);
    assert!(store::due::anything(&mut tx, now()).await.unwrap());
    let untold = store::applications::lock_untold_claims(&mut tx, 9).await;
    same(&untold.unwrap(), &vec![claim.clone()]);
    store::applications::mark_claim_told(&mut tx, claim.id, now())
        .await
        .unwrap();
    let untold = store::applications::lock_untold_claims(&mut tx, 9).await;
    assert!(untold.unwrap().is_empty());
    assert!(!store::due::anything(&mut tx, now()).await.unwrap());
}

async fn the_registry_is_asked_when_it_is_time(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let row = application(&mut tx, town.id(), 1).await;
    let until = now() + TimeDelta::minutes(5);
    let take = async |tx: &mut store::Tx, at| {
        store::applications::take_registry_questions(tx, at, until, 9)
            .await
            .unwrap()
    };
    assert!(take(&mut tx, now()).await.is_empty());
    store::applications::ask_registry_at(&mut tx, row.id, Some(now()))
        .await
        .unwrap();
    let just_before = now() - TimeDelta::microseconds(1);
    assert!(take(&mut tx, just_before).await.is_empty());
    let asked = take(&mut tx, now()).await;
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].application, row.id);
    assert_eq!(
        (asked[0].applicant, asked[0].attempts),
        (row.applicant_id, 1)
    );
    assert_eq!(asked[0].child, row.child.iin);
    assert!(take(&mut tx, now()).await.is_empty(), "somebody is asking");
    assert_eq!(take(&mut tx, until).await.len(), 1);
    store::applications::ask_registry_at(&mut tx, row.id, None)
        .await
        .unwrap();
    let later = until + TimeDelta::days(1);
    assert!(take(&mut tx, later).await.is_empty());
}

async fn what_waits_for_an_official_is_listed(db: &Db) {
    let open = Town::with_free_places(1).store(db).await;
    let mut checked = Town::with_free_places(1);
    checked.locality.rules.child_check = ChildCheck::On;
    let checked = checked.store(db).await;
    let mut tx = begin(db).await;
    let applicant = person(&mut tx).await.id;
    let mut row = async |town: &Town, serial, change: fn(&mut Application)| {
        let mut row = a_queued_application(town.id(), applicant, serial);
        row.submitted_at = now() + TimeDelta::seconds(i64::from(serial));
        change(&mut row);
        store::applications::insert(&mut tx, &row).await.unwrap();
        row.number
    };
    let benefit = row(&open, 1, |row| {
        row.benefit = Benefit::claim(Category::Priority)
    })
    .await;
    let claim = row(&open, 2, |row| row.standing = Standing::Claim).await;
    let disputed = row(&open, 3, |row| row.standing = Standing::Disputed).await;
    let differs = row(&open, 4, |row| row.child.birth_date = day("2022-05-11")).await;
    let unverified = row(&checked, 5, |_| ()).await;
    row(&checked, 6, |row| {
        row.verification = Verification::Verified {
            by: VerifiedBy::Registry,
            at: now(),
        };
    })
    .await;
    row(&checked, 7, |row| {
        row.state = ApplicationState::Withdrawn { at: now() }
    })
    .await;
    for (what, expected) in Waiting::ALL
        .into_iter()
        .zip([benefit, claim, disputed, unverified, differs])
    {
        let found = store::applications::waiting(&mut tx, what, None, 9)
            .await
            .unwrap();
        let numbers: Vec<_> = found.into_iter().map(|row| row.number).collect();
        assert_eq!(numbers, [expected], "{what:?}");
    }
    let verified = store::applications::verify_those_of_before(&mut tx, checked.id(), now());
    assert_eq!(verified.await.unwrap(), 1);
    let waiting = store::applications::waiting(&mut tx, Waiting::Unverified, None, 9).await;
    assert!(waiting.unwrap().is_empty());
}

async fn moments_of_a_queue_are_found(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let row = application(&mut tx, town.id(), 1).await;
    let mut taken = async |year, at| {
        store::applications::has_moment(&mut tx, town.id(), year, at)
            .await
            .unwrap()
    };
    assert!(taken(2022, row.submitted_at).await);
    assert!(!taken(2021, row.submitted_at).await);
    let next = row.submitted_at + TimeDelta::microseconds(1);
    assert!(!taken(2022, next).await);
}

async fn lapses_count_since_the_last_enrolment_or_removal(db: &Db) {
    let (town, elsewhere) = (
        Town::with_free_places(1).store(db).await,
        Town::with_free_places(1).store(db).await,
    );
    let mut tx = begin(db).await;
    let of = application(&mut tx, town.id(), 1).await;
    let child = of.child.iin.clone();
    let count = async |tx: &mut store::Tx, town: &Town| {
        store::referrals::lapses_of(tx, town.id(), &child)
            .await
            .unwrap()
    };
    let first = a_referral(&of, town.group.id, 1);
    store::referrals::insert(&mut tx, &first).await.unwrap();
    assert!(count(&mut tx, &town).await.is_empty());
    let over = balabaqsha_shared::time::end_of_day(first.deadline);
    let lapsed = Referral {
        state: ReferralState::Lapsed { at: over },
        stop_listed_until: Some(day("2026-12-14")),
        ..first.clone()
    };
    assert!(
        super::rows::save(&mut tx, &first, lapsed.clone())
            .await
            .unwrap()
    );
    let expected = Lapse {
        deadline: first.deadline,
        stop_listed_until: Some(day("2026-12-14")),
    };
    assert_eq!(count(&mut tx, &town).await, [expected]);
    assert!(count(&mut tx, &elsewhere).await.is_empty());
    // Taken back, discounted, before an enrolment or a removal: it does not count.
    let excused = Referral {
        excused_at: Some(now()),
        ..lapsed.clone()
    };
    assert!(
        super::rows::save(&mut tx, &lapsed, excused.clone())
            .await
            .unwrap()
    );
    assert!(count(&mut tx, &town).await.is_empty());
    assert!(super::rows::save(&mut tx, &excused, lapsed).await.unwrap());
    let before = over - TimeDelta::microseconds(1);
    for (state, counted) in [
        (ApplicationState::Enrolled { at: over }, false),
        (ApplicationState::Enrolled { at: before }, true),
        (ApplicationState::Removed { at: over }, false),
        (ApplicationState::Withdrawn { at: over }, true),
    ] {
        let of = read(&mut tx, &of).await;
        assert!(move_to(&mut tx, &of, state, 0).await.unwrap());
        assert_eq!(
            !count(&mut tx, &town).await.is_empty(),
            counted,
            "{state:?}"
        );
    }
    let of = read(&mut tx, &of).await;
    let against = Application {
        discounted: true,
        ..of.clone()
    };
    change(&mut tx, &of, against).await;
    assert!(count(&mut tx, &town).await.is_empty());
}

async fn an_ended_attachment_shows_nothing(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let of = application(&mut tx, town.id(), 1).await;
    let claim = application(&mut tx, town.id(), 2).await;
    let attachment = Attachment {
        id: AttachmentId::new(id()),
        application_id: of.id,
        person_id: claim.applicant_id,
        state: AttachmentState::Pending,
        requested_at: now(),
        claim_id: Some(claim.id),
    };
    store::attachments::insert(&mut tx, &attachment)
        .await
        .unwrap();
    let mine = async |tx: &mut store::Tx| {
        store::attachments::list_of(tx, claim.applicant_id, 9)
            .await
            .unwrap()
    };
    assert!(
        mine(&mut tx).await.is_empty(),
        "the claimant does not know of it"
    );
    store::attachments::disclose(&mut tx, attachment.id, now())
        .await
        .unwrap();
    assert_eq!(mine(&mut tx).await.len(), 1);
    let attached = AttachmentState::Attached { at: now() };
    store::attachments::decide(&mut tx, attachment.id, attached, None)
        .await
        .unwrap();
    for list in [
        store::attachments::attached_to(&mut tx, of.id)
            .await
            .unwrap(),
        store::attachments::attached_by(&mut tx, of.applicant_id, 9)
            .await
            .unwrap(),
    ] {
        assert_eq!(list.len(), 1);
        assert_eq!(list[0].id, attachment.id);
    }
    let by = Some(of.applicant_id);
    let over = now() + TimeDelta::hours(1);
    let mut end = async || {
        store::attachments::end(&mut tx, attachment.id, over, by)
            .await
            .unwrap()
    };
    assert!(end().await);
    assert!(!end().await);
    let ended = store::attachments::get(&mut tx, attachment.id).await;
    assert_eq!(
        ended.unwrap().unwrap().state,
        AttachmentState::Ended { at: over }
    );
    let live = store::attachments::live_of(&mut tx, of.id, claim.applicant_id).await;
    assert!(live.unwrap().is_none());
}

async fn a_child_has_one_live_hold(db: &Db) {
    let (here, there) = (
        Town::with_free_places(1).store(db).await,
        Town::with_free_places(1).store(db).await,
    );
    let mut tx = begin(db).await;
    store::dialect::lock_names(&mut tx, vec!["child b".into(), "child a".into()])
        .await
        .unwrap();
    let of = application(&mut tx, here.id(), 1).await;
    let mut elsewhere = a_queued_application(there.id(), of.applicant_id, 2);
    elsewhere.child = of.child.clone();
    store::applications::insert(&mut tx, &elsewhere)
        .await
        .unwrap();
    let first = hold(&mut tx, &of, here.group.id, now()).await;
    let live = store::holds::live_of_child(&mut tx, &of.child.iin).await;
    same(&live.unwrap(), &vec![first.clone()]);
    let mut second = first.clone();
    second.id = balabaqsha_shared::id::HoldId::new(id());
    second.draft_id = super::rows::draft(&mut tx, &elsewhere, now()).await.id;
    second.application_id = elsewhere.id;
    let twice = store::holds::insert(&mut tx, &second, &of.child.iin).await;
    assert!(twice.unwrap_err().is_unique_violation());
}

async fn a_resting_place_is_taken_again_or_given(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let of = application(&mut tx, town.id(), 1).await;
    let group = town.group.id;
    let public = now() + TimeDelta::minutes(3);
    let free = async |tx: &mut store::Tx, hold: &store::holds::Hold| {
        assert!(store::places::hold_place(tx, group, now()).await.unwrap());
        store::holds::end(tx, hold.id, HoldState::Released, now())
            .await
            .unwrap();
        let mut rests = freed(group, public);
        rests.hold_id = Some(hold.id.uuid());
        store::places::free_held_place(tx, &rests).await.unwrap();
    };
    let first = hold(&mut tx, &of, group, now()).await;
    free(&mut tx, &first).await;
    assert!(
        !store::places::hold_place(&mut tx, group, now())
            .await
            .unwrap()
    );
    let next = store::freed::next_publication(&mut tx, town.id(), 2022, now()).await;
    assert_eq!(next.unwrap(), Some(public));
    let resting = store::holds::resting_of(&mut tx, of.id, now())
        .await
        .unwrap();
    let expected = store::holds::Resting {
        hold: first.id,
        group,
        expires_at: first.expires_at,
        ended_at: now(),
    };
    assert_eq!(resting, [expected]);
    let over = store::holds::resting_of(&mut tx, of.id, public).await;
    assert!(over.unwrap().is_empty());
    let again = store::places::hold_resting_place(&mut tx, group, first.id, now()).await;
    assert!(again.unwrap());
    let twice = store::places::hold_resting_place(&mut tx, group, first.id, now()).await;
    assert!(!twice.unwrap());
    let mut regained = first.clone();
    regained.id = balabaqsha_shared::id::HoldId::new(id());
    regained.draft_id = super::rows::draft(&mut tx, &of, now()).await.id;
    regained.regained_from = Some(first.id);
    store::holds::insert(&mut tx, &regained, &of.child.iin)
        .await
        .unwrap();
    same(
        &store::holds::live_of(&mut tx, of.id)
            .await
            .unwrap()
            .unwrap(),
        &regained,
    );
    store::holds::end(&mut tx, regained.id, HoldState::Released, now())
        .await
        .unwrap();
    let mut rests = freed(group, public);
    rests.hold_id = Some(regained.id.uuid());
    store::places::free_held_place(&mut tx, &rests)
        .await
        .unwrap();
    let none = store::holds::resting_of(&mut tx, of.id, now()).await;
    assert!(none.unwrap().is_empty(), "once per counted hold");
    // For a late confirmation it is as good as a public one.
    let taken = store::places::take_free_or_resting(&mut tx, group, now()).await;
    assert!(taken.unwrap());
    assert!(
        !store::freed::take_any_resting(&mut tx, group, now())
            .await
            .unwrap()
    );
    assert!(
        !store::freed::take_resting(&mut tx, regained.id, now())
            .await
            .unwrap()
    );
    let none = store::places::take_free_or_resting(&mut tx, group, now()).await;
    assert!(!none.unwrap());
}

async fn departures_are_due_once(db: &Db) {
    let town = Town::with_free_places(2).store(db).await;
    let mut tx = begin(db).await;
    let of = application(&mut tx, town.id(), 1).await;
    let mut referrals = Vec::new();
    for serial in 1..=2 {
        let referral = a_referral(&of, town.group.id, serial);
        store::referrals::insert(&mut tx, &referral).await.unwrap();
        let at = now() + TimeDelta::seconds(i64::from(serial));
        end(&mut tx, &referral, ReferralState::Enrolled { at })
            .await
            .unwrap();
        referrals.push(referral.id);
    }
    let enrolled = store::referrals::enrolled_of(&mut tx, &of.child.iin).await;
    let ids: Vec<ReferralId> = enrolled.unwrap().iter().map(|one| one.id).collect();
    assert_eq!(ids, referrals);
    let departure = Departure {
        referral: referrals[0],
        later: referrals[1],
        due_at: now() + TimeDelta::hours(9),
    };
    let due = async |tx: &mut store::Tx, at| store::departures::due(tx, at, 9).await.unwrap();
    for _ in 0..2 {
        store::departures::plan(&mut tx, departure).await.unwrap();
    }
    assert!(due(&mut tx, now()).await.is_empty());
    assert_eq!(due(&mut tx, departure.due_at).await, [departure]);
    assert!(
        store::due::anything(&mut tx, departure.due_at)
            .await
            .unwrap()
    );
    assert!(
        store::departures::take(&mut tx, referrals[0])
            .await
            .unwrap()
    );
    assert!(
        !store::departures::take(&mut tx, referrals[0])
            .await
            .unwrap()
    );
    store::departures::plan(&mut tx, departure).await.unwrap();
    store::departures::cancel(&mut tx, referrals[1])
        .await
        .unwrap();
    assert!(due(&mut tx, departure.due_at).await.is_empty());
}

async fn tries_are_counted_by_day(db: &Db) {
    let mut tx = begin(db).await;
    let somebody = person(&mut tx).await.id;
    let (today, tomorrow) = (day("2026-11-23"), day("2026-11-24"));
    let mut add = async |day| {
        store::attempts::add(&mut tx, somebody, Attempt::AboutAnother, day)
            .await
            .unwrap()
    };
    assert_eq!(
        [add(today).await, add(today).await, add(tomorrow).await],
        [1, 2, 1]
    );
    assert_eq!(store::attempts::forget(&mut tx, tomorrow).await.unwrap(), 1);
}

async fn a_locality_gets_another_profile(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let mut rules = town.locality.rules.clone();
    rules.child_check = ChildCheck::On;
    store::localities::set_rules(&mut tx, town.id(), &rules)
        .await
        .unwrap();
    let found = store::localities::by_code(&mut tx, &town.locality.code).await;
    assert_eq!(found.unwrap().unwrap().rules, rules);
    let unknown = store::localities::by_code(&mut tx, "nowhere").await;
    assert!(unknown.unwrap().is_none());
}

async fn a_change_of_category_is_a_move(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let row = application(&mut tx, town.id(), 1).await;
    let record = async |tx: &mut store::Tx, kind, hours| {
        let cause = store::queue::Cause {
            event: id(),
            leaving: id(),
            kind,
            at: now() + TimeDelta::hours(hours),
        };
        store::queue::record_move(tx, row.id, cause).await.unwrap()
    };
    let since = async |tx: &mut store::Tx, category| {
        store::queue::standing_since(tx, row.id, 2022, category)
            .await
            .unwrap()
    };
    assert!(record(&mut tx, EventKind::ApplicationSubmitted, 0).await);
    let benefit = Application {
        benefit: confirmed(Category::Priority),
        ..row.clone()
    };
    change(&mut tx, &row, benefit).await;
    assert!(record(&mut tx, EventKind::BenefitConfirmed, 1).await);
    assert!(!record(&mut tx, EventKind::PlaceHeld, 2).await);
    assert_eq!(since(&mut tx, Category::General).await, Some(now()));
    let at = now() + TimeDelta::hours(1);
    assert_eq!(since(&mut tx, Category::Priority).await, Some(at));
    assert_eq!(since(&mut tx, Category::Extraordinary).await, None);
}
