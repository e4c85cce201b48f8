//! Free places come to those who wait for them: subscriptions, publication times (R16), the feed.

use balabaqsha_api::service::{life::settle, telling::free_places};
use balabaqsha_shared::{
    code::Code,
    dto::{Notice, NoticePage, VacancyList, VacancySubscription, VacancySubscriptionList},
    endpoint,
    kindergarten::InstructionLanguage,
    notice::NoticeKind,
    vacancy::{Near, VacancyFilter},
};
use balabaqsha_tests::{
    Answer, Client, Parent, TestApp, at,
    builders::{Town, child},
    database::number,
    on_both_engines, tools,
};
use chrono::TimeDelta;
use futures_util::future::join_all;
use std::{fs, path::Path};

on_both_engines!(over_http:
    one_midnight_makes_one_mail_per_subscriber,
    only_places_that_fit_and_are_still_free_are_told,
    a_subscription_that_means_nothing_is_refused,
    places_are_published_at_their_time_to_everybody,
    the_feed_is_valid_and_follows_what_becomes_free,
);

const DEADLINE_OVER: &str = "2026-11-30T19:00:00Z";
const CHILDREN: usize = 12;

/// A town with this many referrals until 30 November, and nothing free.
async fn full(app: &TestApp, children: usize, change: impl FnOnce(&mut Town)) -> Town {
    let town = app
        .town_with(i32::try_from(children).unwrap(), change)
        .await;
    let parent = Parent::new(app).await;
    for number in 0..children {
        let birth = format!("2022-05-{:02}", number + 1);
        let application = parent.queue(town.id(), &child(&birth)).await;
        parent.refer(application.id, town.group.id).await;
    }
    town
}

async fn subscribed(app: &TestApp, filter: VacancyFilter) -> Parent {
    let parent = Parent::new(app).await;
    let _: VacancySubscription = parent
        .client
        .post(endpoint::VACANCY_SUBSCRIPTIONS, &filter)
        .await
        .created();
    parent
}

async fn told(parent: &Parent) -> Vec<Notice> {
    parent.log_in().await;
    let page: NoticePage = parent.client.get(endpoint::NOTICES).await.shown();
    page.items
}

/// What the job does every second.
async fn tell(app: &TestApp) {
    settle::sweep(app.app()).await.expect("a sweep");
    free_places::tell(&app.app().core).await.expect("the news");
}

async fn mails(app: &TestApp) -> i64 {
    number(
        app.db(),
        "SELECT COUNT(*) FROM mails m JOIN notices n ON n.id = m.notice_id \
         WHERE n.kind = 'place_available'",
    )
    .await
}

async fn one_midnight_makes_one_mail_per_subscriber(app: &TestApp) {
    full(app, CHILDREN, |_| ()).await;
    let all = VacancyFilter::default();
    let (one, other) = (subscribed(app, all).await, subscribed(app, all).await);
    // A second wish that fits as well makes no second mail.
    one.client
        .post(endpoint::VACANCY_SUBSCRIPTIONS, &all)
        .await
        .has_status(201);
    let second = app.second_process().await;
    app.clock.set(at(DEADLINE_OVER));
    for moment in [0, 59, 60, 61, 3600] {
        app.clock
            .set(at(DEADLINE_OVER) + TimeDelta::seconds(moment));
        let sweeps = [app.app(), &second.app, app.app(), &second.app].map(settle::sweep);
        for swept in join_all(sweeps).await {
            swept.expect("a sweep");
        }
        let cores = [app.app(), &second.app, app.app(), &second.app].map(|app| &app.core);
        for told in join_all(cores.map(free_places::tell)).await {
            told.expect("the news");
        }
        assert_eq!(
            mails(app).await,
            if moment < 60 { 0 } else { 2 },
            "{moment}"
        );
    }
    for parent in [one, other] {
        let notices = told(&parent).await;
        assert_eq!(notices.len(), 1);
        assert_eq!(notices[0].kind, NoticeKind::PlaceAvailable);
        assert!(notices[0].title.ends_with(": 12"), "{}", notices[0].title);
        assert!(notices[0].text.contains("Күншуақ"), "{}", notices[0].text);
    }
    second.stop().await;
}

async fn only_places_that_fit_and_are_still_free_are_told(app: &TestApp) {
    let town = full(app, 1, |_| ()).await;
    let filter = |change: fn(&mut VacancyFilter)| {
        let mut filter = VacancyFilter {
            locality_id: Some(town.id()),
            instruction_language: Some(InstructionLanguage::Kazakh),
            birth_year: Some(2022),
            near: Some(Near {
                latitude: 49.47,
                longitude: 57.42,
                max_distance_km: 1.0,
            }),
        };
        change(&mut filter);
        filter
    };
    let fitting = subscribed(app, filter(|_| ())).await;
    let russian = filter(|filter| filter.instruction_language = Some(InstructionLanguage::Russian));
    let older = filter(|filter| filter.birth_year = Some(2018));
    let mut others = vec![subscribed(app, russian).await, subscribed(app, older).await];
    let far = filter(|filter| filter.near.as_mut().unwrap().latitude = 49.6);
    others.push(subscribed(app, far).await);
    app.clock.set(at(DEADLINE_OVER));
    settle::sweep(app.app()).await.expect("a sweep");
    app.clock.advance(TimeDelta::minutes(1));
    tell(app).await;
    assert_eq!(told(&fitting).await.len(), 1);
    for other in others {
        assert_eq!(told(&other).await, []);
    }
    assert_eq!(mails(app).await, 1);

    // Whoever is faster than the mail takes the place; nobody is told of what is gone.
    let gone = full(app, 1, |_| ()).await;
    let late = subscribed(
        app,
        VacancyFilter {
            locality_id: Some(gone.id()),
            ..VacancyFilter::default()
        },
    )
    .await;
    app.clock.set(at("2026-12-08T19:00:00Z"));
    let fast = Parent::new(app).await;
    let application = fast.queue(gone.id(), &child("2022-07-01")).await;
    fast.refer(application.id, gone.group.id).await;
    app.clock.advance(TimeDelta::minutes(1));
    tell(app).await;
    assert_eq!(told(&late).await, []);
}

async fn a_subscription_that_means_nothing_is_refused(app: &TestApp) {
    let parent = Parent::new(app).await;
    let path = endpoint::VACANCY_SUBSCRIPTIONS;
    let nowhere = VacancyFilter {
        locality_id: Some(balabaqsha_shared::id::LocalityId::new(
            balabaqsha_tests::builders::id(),
        )),
        birth_year: Some(1999),
        ..VacancyFilter::default()
    };
    let answer = app
        .without_a_change(parent.client.post(path, &nowhere))
        .await;
    let problem = answer.refused(Code::ValidationFailed);
    let named: Vec<_> = problem
        .errors
        .iter()
        .map(|error| (error.pointer.as_str(), error.code.as_str()))
        .collect();
    assert_eq!(
        named,
        [
            ("/birth_year", "choice-invalid"),
            ("/locality_id", "choice-invalid")
        ]
    );
    for _ in 0..20 {
        parent
            .client
            .post(path, &VacancyFilter::default())
            .await
            .has_status(201);
    }
    let answer = app
        .without_a_change(parent.client.post(path, &VacancyFilter::default()))
        .await;
    assert_eq!(
        answer.refused(Code::TooManySubscriptions).members["limit"],
        20
    );
    let list: VacancySubscriptionList = parent.client.get(path).await.shown();
    assert_eq!(list.items.len(), 20);
}

async fn free_places(client: &Client, town: &Town) -> u32 {
    let path = format!("{}?locality_id={}", endpoint::VACANCIES, town.id());
    let list: VacancyList = client.get(&path).await.shown();
    list.items.iter().map(|vacancy| vacancy.free_places).sum()
}

async fn places_are_published_at_their_time_to_everybody(app: &TestApp) {
    let published = |town: &mut Town| {
        town.locality.rules.publication_time = Some("09:00:00".parse().unwrap());
    };
    let town = full(app, 1, published).await;
    let subscriber = subscribed(app, VacancyFilter::default()).await;
    let next = Parent::new(app).await;
    let waiting = next.queue(town.id(), &child("2022-07-01")).await;
    // Lapsed at midnight, public at nine.
    let public = at("2026-12-01T04:00:00Z");
    app.clock.set(at(DEADLINE_OVER));
    settle::sweep(app.app()).await.expect("a sweep");
    app.go_just_before(public);
    next.log_in().await;
    assert_eq!(free_places(&app.client(), &town).await, 0);
    let shown = next.application(waiting.id).await;
    assert_eq!(
        shown.choosing.unmet[0].code,
        Code::PlacesAtPublication.as_str()
    );
    let answer = app
        .without_a_change(next.draft_referral(waiting.id, town.group.id))
        .await;
    answer.refused(Code::PlaceTaken);
    assert!(!feed(&app.client(), "").await.text().contains("<entry>"));
    tell(app).await;
    assert_eq!(told(&subscriber).await, []);

    app.clock.set(public);
    assert_eq!(free_places(&app.client(), &town).await, 1);
    assert!(next.application(waiting.id).await.choosing.allowed);
    tell(app).await;
    assert_eq!(told(&subscriber).await.len(), 1, "in the same second");
    assert!(feed(&app.client(), "").await.text().contains("<entry>"));
    next.refer(waiting.id, town.group.id).await;
}

async fn feed(client: &Client, query: &str) -> Answer {
    client
        .get(&format!("{}{query}", endpoint::VACANCIES_FEED))
        .await
        .has_status(200)
}

/// What an XML parser that nobody here wrote finds in a feed.
fn parsed(folder: &Path, feed: &Answer) -> Option<String> {
    if !tools::is_there("python3") {
        return None;
    }
    fs::write(folder.join("feed.xml"), &feed.body).unwrap();
    let script = "import xml.etree.ElementTree as x\n\
        a='{http://www.w3.org/2005/Atom}'\n\
        f=x.parse('feed.xml').getroot()\n\
        assert f.tag==a+'feed'\n\
        for n in [f]+f.findall(a+'entry'):\n \
        assert all(len(n.findall(a+t))==1 for t in ('id','title','updated'))\n \
        assert n.find(a+'link').get('href').startswith('https://')\n\
        assert f.find(a+'author/'+a+'name').text\n\
        print(len(f.findall(a+'entry')), f.find(a+'updated').text)";
    let output = tools::run(folder, "python3", &["-c", script]);
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

async fn the_feed_is_valid_and_follows_what_becomes_free(app: &TestApp) {
    let town = full(app, 2, |town| {
        town.kindergarten.name.ru = "«Радуга» & <друзья>".into();
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let client = app.client();
    let empty = feed(&client, "").await;
    let found = parsed(folder.path(), &empty);
    assert!(found.is_none_or(|found| found == "0 1970-01-01T00:00:00Z"));

    app.clock.set(at(DEADLINE_OVER));
    let full = feed(&client, "").await;
    assert!(
        full.header("content-type")
            .starts_with("application/atom+xml")
    );
    assert!(full.header("vary").contains("accept-language"));
    assert!(full.text().contains("«Радуга» &amp; &lt;друзья&gt;"));
    let found = parsed(folder.path(), &full);
    assert!(found.is_none_or(|found| found == "2 2026-11-30T19:00:00Z"));

    let known = client
        .request(reqwest::Method::GET, endpoint::VACANCIES_FEED)
        .header("if-none-match", full.header("etag"));
    let unchanged = client.send(known).await.has_status(304);
    assert!(unchanged.body.is_empty());

    let fitting = format!(
        "?locality_id={}&instruction_language=kazakh&birth_year=2022\
         &latitude=49.47&longitude=57.42&max_distance_km=1",
        town.id()
    );
    let found = parsed(folder.path(), &feed(&client, &fitting).await);
    assert!(found.is_none_or(|found| found.starts_with("2 ")));
    for other in [
        "?instruction_language=russian",
        "?birth_year=2018",
        "?latitude=50&longitude=57.42&max_distance_km=1",
    ] {
        assert!(
            !feed(&client, other).await.text().contains("<entry>"),
            "{other}"
        );
    }
    for wrong in [
        "?latitude=49",
        "?birth_year=1999",
        "?instruction_language=latin",
    ] {
        let path = format!("{}{wrong}", endpoint::VACANCIES_FEED);
        client.get(&path).await.refused(Code::MalformedRequest);
    }
}
