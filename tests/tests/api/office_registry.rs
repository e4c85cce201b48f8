//! The registry in the hands of officials (R20): what they see, change and preview, in versions, at once or on
//! a day to come; always in their own localities only.

use balabaqsha_api::service::office::{
    localities::{self, Wish},
    planned,
};
use balabaqsha_shared::{
    Localized,
    appointment::Duty,
    calendar::{DayKind, decrees::DecreeDay},
    code::Code,
    dto::{
        CalendarDay, CalendarImport, CalendarYear, ChangePreview, GroupRequest, KindergartenFacts,
        KindergartenRequest, KindergartenSummary, LocalityChange, OfficeGroup, OfficeKindergarten,
        OfficeLocality, OfficeLocalityList, OpenReferralList, Page, Referral, RegistryChange,
        VacancyList,
    },
    endpoint,
    id::LocalityId,
    kindergarten::{BirthYears, Coordinates, InstructionLanguage, KindergartenKind},
    profile::{ChildCheck, RulesProfile},
};
use balabaqsha_tests::{
    Official, Parent, TestApp,
    builders::{Town, child, day},
    on_both_engines,
};
use reqwest::Method;
use serde_json::json;

on_both_engines!(over_http:
    a_profile_is_previewed_and_changed_in_its_version,
    a_profile_changes_on_a_day_to_come_and_deadlines_stay,
    switching_the_check_on_verifies_what_was_there,
    a_kindergarten_is_made_found_and_changed,
    a_group_keeps_what_is_held_and_taken,
    a_closed_group_offers_nothing_and_lists_its_referrals,
    a_change_on_a_day_to_come_takes_effect_on_that_day,
    what_lies_in_other_localities_does_not_exist,
    days_of_decrees_are_imported,
);

async fn official(app: &TestApp, town: &Town) -> Official {
    Official::new(app, &town.locality, &[Duty::Registry]).await
}

fn group(town: &Town) -> String {
    endpoint::office_group(town.group.id)
}

fn as_it_is(group: &OfficeGroup) -> GroupRequest {
    GroupRequest {
        name: group.name.clone(),
        instruction_language: group.instruction_language,
        birth_years: group.birth_years,
        state_order: group.state_order,
        capacity: group.places.capacity,
        open_from: group.open_from,
        closed_from: group.closed_from,
        effective_on: None,
    }
}

async fn vacancies(app: &TestApp) -> usize {
    let list: VacancyList = app.client().get(endpoint::VACANCIES).await.shown();
    list.items.len()
}

async fn a_profile_is_previewed_and_changed_in_its_version(app: &TestApp) {
    let town = app.real_town(2).await;
    let official = official(app, &town).await;
    let parent = Parent::new(app).await;
    // Three years old, and two.
    parent.queue(town.id(), &child("2023-05-10")).await;
    parent.queue(town.id(), &child("2024-05-10")).await;
    let path = endpoint::office_locality(town.id());
    let list: OfficeLocalityList = official.get(endpoint::OFFICE_LOCALITIES).await.shown();
    assert_eq!(list.items.len(), 1);
    assert_eq!(list.items[0].duties, [Duty::Registry]);
    let answer = official.get(&path).await;
    let tag = answer.header("etag").to_owned();
    let shown: OfficeLocality = answer.shown();
    assert!(tag.starts_with(&format!("\"{}-", shown.version)), "{tag}");
    let rules = RulesProfile {
        choosing_age_years: 2,
        arrival_working_days: 7,
        ..shown.rules.clone()
    };
    let change = LocalityChange {
        rules: rules.clone(),
        effective_on: None,
    };
    let previews = endpoint::locality_change_previews(town.id());
    let preview: ChangePreview = app
        .without_a_change(official.post(&previews, &change))
        .await
        .shown();
    let pointers: Vec<_> = preview
        .changes
        .iter()
        .map(|change| change.pointer.as_str())
        .collect();
    assert_eq!(
        pointers,
        ["/rules/arrival_working_days", "/rules/choosing_age_years"]
    );
    let concerned = preview.concerned.expect("people");
    assert_eq!(
        (
            concerned.waiting,
            concerned.may_choose_before,
            concerned.may_choose_after
        ),
        (2, 1, 2)
    );
    assert!(preview.refused.is_empty());

    // Nobody changes what they have not seen.
    let blind = official.request(Method::PATCH, &path).json(&change);
    let blind = app.without_a_change(official.client().send(blind)).await;
    blind.refused(Code::PreconditionRequired);
    let changed = official
        .change(Method::PATCH, &path, shown.version, &change)
        .await;
    let changed: OfficeLocality = changed.shown();
    assert_eq!(
        (changed.version, &changed.rules),
        (shown.version + 1, &rules)
    );
    assert!(changed.last_change.is_some());
    // The other official, who has seen the version before.
    let other = Official::new(app, &town.locality, &[Duty::Registry]).await;
    let late = other.change(Method::PATCH, &path, shown.version, &change);
    let late = app.without_a_change(late).await;
    let problem = late.refused(Code::ChangedByOther);
    let name = &changed.last_change.as_ref().expect("a change").by;
    assert_eq!(problem.members["by"], name.as_str());
    assert!(problem.detail.contains(name.as_str()), "{}", problem.detail);

    let wrong = LocalityChange {
        rules: RulesProfile {
            hold_minutes: 0,
            ..rules.clone()
        },
        effective_on: None,
    };
    let refused = official.change(Method::PATCH, &path, changed.version, &wrong);
    let problem = app
        .without_a_change(refused)
        .await
        .refused(Code::ValidationFailed);
    assert_eq!(problem.errors[0].pointer, "/rules/hold_minutes");
    let preview: ChangePreview = official.post(&previews, &wrong).await.shown();
    assert_eq!(preview.refused[0].code, "quantity-invalid");

    let history: Page<RegistryChange> = official
        .get(&endpoint::locality_history(town.id()))
        .await
        .shown();
    assert_eq!(history.items.len(), 1);
    assert_eq!(history.items[0].data["profile"], json!(rules));
}

async fn a_profile_changes_on_a_day_to_come_and_deadlines_stay(app: &TestApp) {
    let town = app.town(3).await;
    let official = official(app, &town).await;
    let path = endpoint::office_locality(town.id());
    let shown: OfficeLocality = official.get(&path).await.shown();
    let on = |day_of_change: &str, rules: RulesProfile| LocalityChange {
        rules,
        effective_on: Some(day(day_of_change)),
    };
    let longer = RulesProfile {
        arrival_working_days: 7,
        ..shown.rules.clone()
    };
    let previews = endpoint::locality_change_previews(town.id());
    let past = on("2026-11-22", longer.clone());
    let preview: ChangePreview = official.post(&previews, &past).await.shown();
    let refused = &preview.refused[0];
    assert_eq!(
        (refused.pointer.as_str(), refused.code.as_str()),
        ("/effective_on", "effective-day-past")
    );
    let later = on("2026-11-25", longer);
    let preview: ChangePreview = official.post(&previews, &later).await.shown();
    assert!(preview.refused.is_empty());
    assert_eq!(preview.changes.len(), 1);
    let planned: OfficeLocality = official
        .change(Method::PATCH, &path, shown.version, &later)
        .await
        .shown();
    assert_eq!(planned.rules, shown.rules);
    assert_eq!(planned.planned[0].effective_on, day("2026-11-25"));
    assert_eq!(
        planned.planned[0].data,
        json!({"rules": {"arrival_working_days": 7}})
    );
    // An operator wants something else on the same day, and may look at it first.
    let core = &app.app().core;
    let members = [("limits.live_holds".to_owned(), "3".to_owned())];
    let wish = Wish {
        locality: &town.locality.code,
        members: &members,
        effective_on: Some(day("2026-11-25")),
        dry_run: true,
        by: "А. Ахметова",
    };
    let would = app.without_a_change(localities::change_by_operator(core, wish));
    let would = would.await.expect("a change");
    assert_eq!(would[0].pointer, "/limits/live_holds");
    let wish = Wish {
        dry_run: false,
        ..wish
    };
    localities::change_by_operator(core, wish)
        .await
        .expect("a plan");
    let nonsense = [("hold_minutes".to_owned(), "0".to_owned())];
    let refused = Wish {
        members: &nonsense,
        ..wish
    };
    let refused = app.without_a_change(localities::change_by_operator(core, refused));
    let refused = refused.await.expect_err("no minutes");
    assert!(
        refused.to_string().contains("/rules/hold_minutes"),
        "{refused}"
    );
    // Meanwhile something is changed at once, and a referral gets its deadline.
    let at_once = LocalityChange {
        rules: RulesProfile {
            hold_minutes: 15,
            ..shown.rules.clone()
        },
        effective_on: None,
    };
    let changed: OfficeLocality = official
        .change(Method::PATCH, &path, planned.version, &at_once)
        .await
        .shown();
    let authors: Vec<_> = changed.planned.iter().map(|one| one.by.as_str()).collect();
    assert_eq!(
        authors,
        [&*official.person.identity.full_name(), "А. Ахметова"]
    );
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let referral = parent.refer(application.id, town.group.id).await;

    app.go_just_before(balabaqsha_tests::at("2026-11-24T19:00:00Z"));
    planned::let_take_effect(core).await.expect("a look");
    official.person.log_in().await;
    let before: OfficeLocality = official.get(&path).await.shown();
    assert_eq!((before.rules, before.planned.len()), (at_once.rules, 2));
    app.clock.set(balabaqsha_tests::at("2026-11-24T19:00:00Z"));
    planned::let_take_effect(core).await.expect("two changes");
    let then: OfficeLocality = official.get(&path).await.shown();
    assert!(then.planned.is_empty());
    assert_eq!(
        (
            then.rules.arrival_working_days,
            then.rules.limits.live_holds,
            then.rules.hold_minutes
        ),
        (7, 3, 15)
    );
    let history: Page<RegistryChange> = official
        .get(&endpoint::locality_history(town.id()))
        .await
        .shown();
    let authors: Vec<_> = history.items.iter().map(|one| one.by.as_str()).collect();
    let name = official.person.identity.full_name();
    assert_eq!(authors, ["А. Ахметова", &*name, &*name]);
    parent.log_in().await;
    let path = endpoint::referral(referral.id);
    let kept: Referral = parent.client.get(&path).await.shown();
    assert_eq!(kept.deadline, referral.deadline);
    // One that is to come is taken back.
    let path = endpoint::office_locality(town.id());
    let again = on("2026-12-01", shown.rules);
    let planned: OfficeLocality = official
        .change(Method::PATCH, &path, then.version, &again)
        .await
        .shown();
    let path = endpoint::planned_change(planned.planned[0].id);
    let request = official.request(Method::DELETE, &path);
    official.client().send(request).await.has_status(204);
}

async fn switching_the_check_on_verifies_what_was_there(app: &TestApp) {
    let town = app.real_town(2).await;
    let official = official(app, &town).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let path = endpoint::office_locality(town.id());
    let shown: OfficeLocality = official.get(&path).await.shown();
    let change = LocalityChange {
        rules: RulesProfile {
            child_check: ChildCheck::On,
            ..shown.rules.clone()
        },
        effective_on: None,
    };
    let previews = endpoint::locality_change_previews(town.id());
    let preview: ChangePreview = official.post(&previews, &change).await.shown();
    assert_eq!(preview.concerned.expect("people").counted_as_verified, 1);
    let changed = official.change(Method::PATCH, &path, shown.version, &change);
    changed.await.has_status(200);
    // It may choose as before.
    parent.hold(application.id, town.group.id).await;
}

fn facts(locality: LocalityId, bin: &str) -> KindergartenFacts {
    KindergartenFacts {
        locality_id: locality,
        kind: KindergartenKind::PrivateStateOrder,
        bin: bin.to_owned(),
        name: Localized::new("Ақ бота", "Белый верблюжонок", "White Camel Calf"),
        address: Localized::new("Абай көшесі, 1", "ул. Абая, 1", "1 Abai Street"),
        coordinates: Coordinates {
            latitude: 49.4744,
            longitude: 57.4233,
        },
        phone: "+7 713 33 12 34".into(),
        schedule: "08:00–18:00".into(),
        licence_until: None,
        contract_until: None,
    }
}

async fn a_kindergarten_is_made_found_and_changed(app: &TestApp) {
    let town = app.town(2).await;
    let official = official(app, &town).await;
    let bin = "050440000012";
    let request = KindergartenRequest {
        facts: facts(town.id(), bin),
        effective_on: None,
    };
    let made = official
        .post(endpoint::OFFICE_KINDERGARTENS, &request)
        .await;
    let place = made.header("location").to_owned();
    let made: OfficeKindergarten = made.created();
    assert_eq!(place, endpoint::office_kindergarten(made.id));
    assert_eq!(
        (made.facts.clone(), made.version),
        (request.facts.clone(), 1)
    );
    assert_eq!(made.source.as_deref(), Some("office"));
    let twice = official.post(endpoint::OFFICE_KINDERGARTENS, &request);
    let problem = app
        .without_a_change(twice)
        .await
        .refused(Code::ValidationFailed);
    assert_eq!(problem.errors[0].code, "name-taken");

    // Any part of a name in any case, or the beginning of the BIN.
    for sought in ["верблюж", "БЕЛЫЙ", "ақ Б", "camel", "0504400000"] {
        let path = endpoint::OFFICE_KINDERGARTENS;
        let request = official.request(Method::GET, path);
        let request = request.query(&[("search", sought), ("sort", "-name")]);
        let found: Page<KindergartenSummary> = official.client().send(request).await.shown();
        let ids: Vec<_> = found.items.iter().map(|one| one.id).collect();
        assert!(ids.contains(&made.id), "{sought}: {ids:?}");
    }
    let all = |sort: &str, cursor: Option<String>| {
        let request = official.request(Method::GET, endpoint::OFFICE_KINDERGARTENS);
        let request = request.query(&[("sort", sort), ("limit", "1")]);
        let request = request.query(&[("cursor", cursor)]);
        async {
            official
                .client()
                .send(request)
                .await
                .shown::<Page<KindergartenSummary>>()
        }
    };
    for (sort, back) in [("name", "-name"), ("bin", "-bin")] {
        let first = all(sort, None).await;
        let second = all(sort, first.next_cursor.clone()).await;
        assert!(second.next_cursor.is_none());
        let last = all(back, None).await;
        assert_eq!(last.items, second.items, "{sort}");
        assert_ne!(first.items, second.items);
    }

    let group = GroupRequest {
        name: "Ботақан".into(),
        instruction_language: InstructionLanguage::Kazakh,
        birth_years: BirthYears {
            from: 2021,
            to: 2023,
        },
        state_order: true,
        capacity: 25,
        open_from: None,
        closed_from: None,
        effective_on: None,
    };
    let groups = endpoint::kindergarten_groups(made.id);
    let group: OfficeGroup = official.post(&groups, &group).await.created();
    assert_eq!((group.places.capacity, group.places.unpublished), (25, 25));

    let path = endpoint::office_kindergarten(made.id);
    let shown: OfficeKindergarten = official.get(&path).await.shown();
    assert_eq!(shown.groups, [group]);
    let over = KindergartenRequest {
        facts: KindergartenFacts {
            contract_until: Some(day("2026-11-22")),
            ..shown.facts.clone()
        },
        effective_on: None,
    };
    let previews = endpoint::kindergarten_change_previews(made.id);
    let preview: ChangePreview = official.post(&previews, &over).await.shown();
    assert_eq!(preview.changes.len(), 1);
    assert_eq!(preview.changes[0].pointer, "/facts/contract_until");
    let changed = official
        .change(Method::PUT, &path, shown.version, &over)
        .await;
    let changed: OfficeKindergarten = changed.shown();
    assert_eq!((changed.facts, changed.version), (over.facts.clone(), 2));
    let history: Page<RegistryChange> = official
        .get(&endpoint::kindergarten_history(made.id))
        .await
        .shown();
    let contracts: Vec<_> = history
        .items
        .iter()
        .map(|change| change.data["contract_until"].clone())
        .collect();
    assert_eq!(contracts, [json!("2026-11-22"), json!(null)]);
    // A kindergarten does not move to another queue.
    let elsewhere = app.town(1).await;
    let moved = KindergartenRequest {
        facts: KindergartenFacts {
            locality_id: elsewhere.id(),
            ..over.facts
        },
        effective_on: None,
    };
    let refused = official.change(Method::PUT, &path, 2, &moved).await;
    let problem = refused.refused(Code::ValidationFailed);
    assert_eq!(problem.errors[0].pointer, "/facts/locality_id");
}

async fn a_group_keeps_what_is_held_and_taken(app: &TestApp) {
    let town = app.town(3).await;
    let official = official(app, &town).await;
    let parent = Parent::new(app).await;
    let first = parent.queue(town.id(), &child("2022-05-10")).await;
    let second = parent.queue(town.id(), &child("2022-06-10")).await;
    let referral = parent.refer(first.id, town.group.id).await;
    parent.hold(second.id, town.group.id).await;
    let shown: OfficeGroup = official.get(&group(&town)).await.shown();
    let before = shown.places;
    assert_eq!((before.held, before.taken, before.free), (1, 23, 1));

    let small = GroupRequest {
        capacity: 1,
        ..as_it_is(&shown)
    };
    let place = group(&town);
    let refused = official.change(Method::PUT, &place, shown.version, &small);
    let problem = app
        .without_a_change(refused)
        .await
        .refused(Code::CapacityTooSmall);
    assert_eq!(problem.members["taken"], 24);
    let number = referral.number.to_string();
    assert_eq!(problem.members["referrals"], number.as_str());
    let previews = endpoint::group_change_previews(town.group.id);
    let preview: ChangePreview = official.post(&previews, &small).await.shown();
    assert_eq!(preview.refused[0].code, "capacity-too-small");
    assert_eq!(preview.open_referrals[0].number, number);
    assert_eq!(preview.open_referral_count, 1);

    let fits = GroupRequest {
        capacity: 24,
        ..as_it_is(&shown)
    };
    let preview: ChangePreview = official.post(&previews, &fits).await.shown();
    assert!(preview.refused.is_empty(), "{:?}", preview.refused);
    let changed = official
        .change(Method::PUT, &group(&town), shown.version, &fits)
        .await;
    let changed: OfficeGroup = changed.shown();
    assert_eq!(Some(changed.places), preview.places);
    let after = changed.places;
    assert_eq!(
        (after.capacity, after.held, after.taken, after.free),
        (24, 1, 23, 0)
    );
    // More places are not public by themselves.
    let more = GroupRequest {
        capacity: 31,
        ..as_it_is(&changed)
    };
    let changed = official
        .change(Method::PUT, &group(&town), changed.version, &more)
        .await;
    let changed: OfficeGroup = changed.shown();
    assert_eq!((changed.places.free, changed.places.unpublished), (0, 7));
    assert_eq!(vacancies(app).await, 0);
}

async fn a_closed_group_offers_nothing_and_lists_its_referrals(app: &TestApp) {
    let town = app.town(3).await;
    let official = official(app, &town).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let referral = parent.refer(application.id, town.group.id).await;
    assert_eq!(vacancies(app).await, 1);
    let shown: OfficeGroup = official.get(&group(&town)).await.shown();
    let closed = GroupRequest {
        closed_from: Some(day("2026-11-23")),
        ..as_it_is(&shown)
    };
    official
        .change(Method::PUT, &group(&town), shown.version, &closed)
        .await
        .has_status(200);
    assert_eq!(vacancies(app).await, 0);
    let listed = endpoint::group_referrals(town.group.id);
    let open: OpenReferralList = official.get(&listed).await.shown();
    let numbers: Vec<_> = open.items.iter().map(|one| one.number.clone()).collect();
    assert_eq!(numbers, [referral.number.to_string()]);
    // The parent sees who has looked.
    let path = endpoint::application_audit(application.id);
    let looks: balabaqsha_shared::dto::LookList = parent.client.get(&path).await.shown();
    assert_eq!(looks.items[0].operation, "list_group_referrals");
    let wrong = GroupRequest {
        open_from: Some(day("2026-12-01")),
        closed_from: Some(day("2026-11-30")),
        ..as_it_is(&shown)
    };
    let place = group(&town);
    let refused = official.change(Method::PUT, &place, shown.version + 1, &wrong);
    let problem = app
        .without_a_change(refused)
        .await
        .refused(Code::ValidationFailed);
    assert_eq!(problem.errors[0].pointer, "/closed_from");
    assert_eq!(problem.errors[0].code, "period-invalid");
}

async fn a_change_on_a_day_to_come_takes_effect_on_that_day(app: &TestApp) {
    let town = app.town(3).await;
    let official = official(app, &town).await;
    let shown: OfficeGroup = official.get(&group(&town)).await.shown();
    let past = GroupRequest {
        effective_on: Some(day("2026-11-22")),
        ..as_it_is(&shown)
    };
    let refused = official
        .change(Method::PUT, &group(&town), shown.version, &past)
        .await;
    let problem = refused.refused(Code::ValidationFailed);
    assert_eq!(problem.errors[0].code, "effective-day-past");
    let later = GroupRequest {
        capacity: 23,
        effective_on: Some(day("2026-11-25")),
        ..as_it_is(&shown)
    };
    let planned: OfficeGroup = official
        .change(Method::PUT, &group(&town), shown.version, &later)
        .await
        .shown();
    assert_eq!(planned.places, shown.places);
    assert_eq!(planned.planned.len(), 1);
    assert_eq!(planned.planned[0].effective_on, day("2026-11-25"));
    // A second one that will not fit on its day.
    let none = GroupRequest {
        capacity: 0,
        effective_on: Some(day("2026-11-26")),
        ..as_it_is(&shown)
    };
    official
        .change(Method::PUT, &group(&town), planned.version, &none)
        .await
        .has_status(200);
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    parent.refer(application.id, town.group.id).await;

    let core = &app.app().core;
    app.go_just_before(balabaqsha_tests::at("2026-11-24T19:00:00Z"));
    planned::let_take_effect(core).await.expect("a look");
    official.person.log_in().await;
    let before: OfficeGroup = official.get(&group(&town)).await.shown();
    assert_eq!(before.planned.len(), 2);
    app.clock.set(balabaqsha_tests::at("2026-11-24T19:00:00Z"));
    planned::let_take_effect(core).await.expect("a change");
    let then: OfficeGroup = official.get(&group(&town)).await.shown();
    assert_eq!((then.places.capacity, then.planned.len()), (23, 1));
    app.clock.set(balabaqsha_tests::at("2026-11-25T19:00:00Z"));
    planned::let_take_effect(core).await.expect("a look");
    planned::let_take_effect(core)
        .await
        .expect("the same again");
    official.person.log_in().await;
    let after: OfficeGroup = official.get(&group(&town)).await.shown();
    assert_eq!(after.places.capacity, 23);
    let refused = after.planned[0].refused.as_ref().expect("a refusal");
    assert_eq!(refused.code, "capacity-too-small");
    assert!(!refused.detail.contains('{'), "{}", refused.detail);
    // An official takes it back.
    let path = endpoint::planned_change(after.planned[0].id);
    let taken = official.request(Method::DELETE, &path);
    official.client().send(taken).await.has_status(204);
    let again = official.request(Method::DELETE, &path);
    official.client().send(again).await.refused(Code::NotFound);
    let then: OfficeGroup = official.get(&group(&town)).await.shown();
    assert!(then.planned.is_empty());
}

async fn what_lies_in_other_localities_does_not_exist(app: &TestApp) {
    let (mine, other) = (app.town(1).await, app.town(1).await);
    let official = official(app, &mine).await;
    let chief = Official::new(app, &mine.locality, &[Duty::Queue]).await;
    let theirs = self::official(app, &other).await;
    let shown: OfficeGroup = theirs.get(&group(&other)).await.shown();
    for path in [
        endpoint::office_locality(other.id()),
        endpoint::locality_history(other.id()),
        endpoint::office_kindergarten(other.kindergarten.id),
        endpoint::kindergarten_history(other.kindergarten.id),
        group(&other),
        endpoint::group_history(other.group.id),
        endpoint::group_referrals(other.group.id),
    ] {
        official.get(&path).await.refused(Code::NotFound);
    }
    let (place, wish) = (group(&other), as_it_is(&shown));
    let refused = official.change(Method::PUT, &place, 1, &wish);
    app.without_a_change(refused).await.refused(Code::NotFound);
    let request = KindergartenRequest {
        facts: facts(other.id(), "050440000012"),
        effective_on: None,
    };
    let refused = official.post(endpoint::OFFICE_KINDERGARTENS, &request);
    app.without_a_change(refused).await.refused(Code::NotFound);
    let list: Page<KindergartenSummary> =
        official.get(endpoint::OFFICE_KINDERGARTENS).await.shown();
    assert_eq!(list.items.len(), 1);
    // Another duty of the same locality opens none of it, but shows the locality.
    chief
        .get(endpoint::OFFICE_KINDERGARTENS)
        .await
        .refused(Code::NotAppointed);
    let seen: OfficeLocality = chief
        .get(&endpoint::office_locality(mine.id()))
        .await
        .shown();
    assert_eq!(seen.duties, [Duty::Queue]);
}

async fn days_of_decrees_are_imported(app: &TestApp) {
    let town = app.town(1).await;
    let official = official(app, &town).await;
    let path = format!("{}?year=2027", endpoint::OFFICE_CALENDAR);
    let decreed = DecreeDay {
        day: day("2027-06-18"),
        kind: DayKind::Off,
        decree: "№ 7".into(),
    };
    let request = CalendarImport {
        days: vec![decreed.clone()],
    };
    official
        .post(endpoint::OFFICE_CALENDAR, &request)
        .await
        .has_status(204);
    let year: CalendarYear = official.get(&path).await.shown();
    let expected = CalendarDay {
        day: decreed.day,
        kind: decreed.kind,
        decree: Some("№ 7".into()),
    };
    assert!(year.days.contains(&expected), "{:?}", year.days);
    let wrong = CalendarImport {
        days: vec![
            DecreeDay {
                kind: DayKind::Work,
                ..decreed.clone()
            },
            decreed,
            DecreeDay {
                day: day("2200-01-01"),
                kind: DayKind::Off,
                decree: " ".into(),
            },
        ],
    };
    let refused = official.post(endpoint::OFFICE_CALENDAR, &wrong);
    let problem = app
        .without_a_change(refused)
        .await
        .refused(Code::ValidationFailed);
    let named: Vec<_> = problem
        .errors
        .iter()
        .map(|error| (error.pointer.as_str(), error.code.as_str()))
        .collect();
    let expected = [
        ("/days/2/decree", "text-invalid"),
        ("/days/0/day", "day-twice"),
        ("/days/2/day", "day-not-covered"),
    ];
    assert_eq!(named, expected);
}
