//! The last place goes to exactly one: 200 parents at once for 5 places.
//!
//! The judge of the race is shown to be awake by a negative control: the same race for places that
//! are taken without a guard gives out too many, and the judge says so.

use balabaqsha_shared::{
    application::{ApplicationState, Standing, Verification},
    child::{Child, NamePart},
    code::Code,
    dto::Person,
    endpoint,
    id::{ApplicationId, PersonId},
    number::ApplicationNumber,
    phone::Phone,
};
use balabaqsha_store::{self as store, Db, applications::Application};
use balabaqsha_tests::{
    Engine, Parent, TestApp,
    builders::{Town, day, id, iin},
    database, on_both_engines, over_http,
};
use futures_util::future::join_all;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tokio::sync::Barrier;

on_both_engines!(over_http:
    two_hundred_parents_race_for_five_places,
    places_taken_without_a_guard_are_given_out_too_often,
);

const CHILDREN: usize = 200;
const PLACES: i32 = 5;
/// Each of them has several children; more keys would show nothing more.
const PARENTS: usize = 8;

/// How a race ended.
#[derive(Debug)]
struct Outcome {
    /// How often somebody was told that the place is his.
    issued: usize,
    /// How often somebody was told that it is gone.
    place_taken: usize,
    /// Whatever else was said.
    other: Vec<String>,
    /// The lowest number of free places that anybody ever saw.
    lowest_free: i64,
    /// Moments at which free, held and taken places were not all places.
    sums_broken: usize,
    /// Free places at the end.
    free: i64,
}

/// Exactly so many winners as places, all others told the same, and never a place too many.
fn judge(outcome: &Outcome) -> Result<(), String> {
    let places = usize::try_from(PLACES).expect("a small number");
    let mut faults = Vec::new();
    if outcome.issued != places {
        faults.push(format!(
            "{} were issued for {places} places",
            outcome.issued
        ));
    }
    if outcome.place_taken != CHILDREN - places {
        faults.push(format!(
            "{} were told that the place is taken",
            outcome.place_taken
        ));
    }
    if !outcome.other.is_empty() {
        faults.push(format!("other answers: {:?}", outcome.other));
    }
    if outcome.lowest_free < 0 || outcome.sums_broken > 0 {
        faults.push(format!("places were lost or made: {outcome:?}"));
    }
    if outcome.free != 0 {
        faults.push(format!("{} places are left", outcome.free));
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults.join("; "))
    }
}

/// Looks at the places again and again until told to stop.
async fn watch(db: Db, group: String, stop: Arc<AtomicBool>) -> (i64, usize) {
    let free = format!("SELECT free FROM groups WHERE {group}");
    let free = format!("SELECT CAST(({free}) AS BIGINT)");
    let broken = format!(
        "SELECT COUNT(*) FROM groups WHERE {group} AND (free + held + taken <> capacity \
         OR free < 0 OR held < 0 OR taken < 0)"
    );
    let (mut lowest, mut sums_broken) = (i64::MAX, 0);
    loop {
        let last = stop.load(Ordering::SeqCst);
        lowest = lowest.min(database::number(&db, &free).await);
        if database::number(&db, &broken).await > 0 {
            sums_broken += 1;
        }
        if last {
            return (lowest, sums_broken);
        }
        tokio::task::yield_now().await;
    }
}

/// Children in the queue, put there past the API: their signatures are not what is tested here.
async fn queue_children(db: &Db, town: &Town, parents: &[PersonId]) -> Vec<(usize, ApplicationId)> {
    let mut queued = Vec::new();
    let mut tx = db.begin().await.expect("a transaction");
    for serial in 1..=CHILDREN {
        let parent = serial % parents.len();
        let name = |text| NamePart::parse(text).expect("a name");
        let birth_date = day("2022-05-10");
        let application = Application {
            id: ApplicationId::new(id()),
            number: ApplicationNumber::new("ТЕС", 2026, u32::try_from(serial).expect("small")),
            locality_id: town.id(),
            applicant_id: parents[parent],
            child: Child {
                iin: iin(birth_date),
                surname: name("Серикова"),
                given_name: name("Айлин"),
                patronymic: None,
                birth_date,
            },
            benefit: None,
            contact_phone: Phone::parse("+77011234567").expect("a number"),
            submitted_at: balabaqsha_tests::at("2026-11-01T05:00:00Z"),
            state: ApplicationState::Queued,
            standing: Standing::TakesPart,
            verification: Verification::Unanswered,
            discounted: false,
            lapses: 0,
        };
        store::applications::insert(&mut tx, &application)
            .await
            .expect("an application");
        queued.push((parent, application.id));
    }
    tx.commit().await.expect("a commit");
    queued
}

/// Everybody chooses the same group at once; who gets the hold signs and sends.
async fn race(app: &TestApp, parents: &[Parent]) -> Outcome {
    let town = app.town(PLACES).await;
    let mut persons = Vec::new();
    for parent in parents {
        let me: Person = parent.client.get(endpoint::ME).await.shown();
        persons.push(me.id);
    }
    let queued = queue_children(app.db(), &town, &persons).await;
    let group = match app.db() {
        Db::Sqlite { .. } => format!("id = X'{}'", town.group.id.uuid().simple()),
        Db::Postgres(_) => format!("id = '{}'", town.group.id),
    };
    let stop = Arc::new(AtomicBool::new(false));
    let watching = tokio::spawn(watch(app.db().clone(), group, Arc::clone(&stop)));
    let answers = join_all(queued.into_iter().map(async |(parent, application)| {
        let parent = &parents[parent];
        let answer = parent.draft_referral(application, town.group.id).await;
        if answer.status != 201 {
            return answer;
        }
        parent.submit_referral(&answer.created()).await
    }))
    .await;
    stop.store(true, Ordering::SeqCst);
    let (lowest_free, sums_broken) = watching.await.expect("the watcher");

    let mut outcome = Outcome {
        issued: 0,
        place_taken: 0,
        other: Vec::new(),
        lowest_free,
        sums_broken,
        free: i64::from(app.places(town.group.id).await.0),
    };
    for answer in answers {
        match answer.status {
            201 => outcome.issued += 1,
            409 if answer.text().contains(Code::PlaceTaken.as_str()) => {
                answer.refused(Code::PlaceTaken);
                outcome.place_taken += 1;
            }
            status => outcome.other.push(format!("{status} {}", answer.text())),
        }
    }
    // What was told is what is stored.
    let stored = "SELECT COUNT(*) FROM referrals WHERE state = 'active'";
    let stored = database::number(app.db(), stored).await;
    assert_eq!(usize::try_from(stored), Ok(outcome.issued));
    assert_eq!(app.places(town.group.id).await, (0, 0, 25));
    let left = "SELECT COUNT(*) FROM applications WHERE state = 'queued'";
    let left = database::number(app.db(), left).await;
    assert_eq!(usize::try_from(left), Ok(CHILDREN - outcome.issued));
    let documents = database::number(app.db(), "SELECT COUNT(*) FROM documents").await;
    assert_eq!(documents, stored, "one signed act for each of them");
    outcome
}

async fn parents(app: &TestApp) -> Vec<Parent> {
    let mut parents = Vec::new();
    for _ in 0..PARENTS {
        parents.push(Parent::new(app).await);
    }
    parents
}

async fn two_hundred_parents_race_for_five_places(app: &TestApp) {
    let parents = parents(app).await;
    assert_eq!(judge(&race(app, &parents).await), Ok(()));
}

#[test]
fn two_processes_on_one_postgresql_give_out_five_places() {
    over_http(Engine::Postgres, async |app: &TestApp| {
        let second = app.second_process().await;
        let here = parents(app).await;
        // Every second parent talks to the other process, with the token of the first.
        let parents: Vec<Parent> = here
            .into_iter()
            .enumerate()
            .map(|(n, parent)| {
                if n % 2 == 0 {
                    parent
                } else {
                    parent.at(&second)
                }
            })
            .collect();
        let outcome = race(app, &parents).await;
        second.stop().await;
        assert_eq!(judge(&outcome), Ok(()));
    });
}

/// The mistake: look, decide, then write what was decided.
async fn take_without_a_guard(db: &Db, others: &Barrier) -> bool {
    let free = database::number(db, "SELECT free FROM unguarded").await;
    // Between looking and writing everybody does something; here a few always meet.
    others.wait().await;
    if free <= 0 {
        return false;
    }
    database::run_sql(db, &format!("UPDATE unguarded SET free = {}", free - 1)).await;
    true
}

async fn places_taken_without_a_guard_are_given_out_too_often(app: &TestApp) {
    let db = app.db();
    database::run_sql(db, "CREATE TABLE unguarded (free BIGINT NOT NULL)").await;
    database::run_sql(
        db,
        &format!("INSERT INTO unguarded (free) VALUES ({PLACES})"),
    )
    .await;
    let others = Barrier::new(10);
    let taken = join_all((0..CHILDREN).map(|_| take_without_a_guard(db, &others))).await;
    let issued = taken.into_iter().filter(|taken| *taken).count();
    let free = database::number(db, "SELECT free FROM unguarded").await;
    let outcome = Outcome {
        issued,
        place_taken: CHILDREN - issued,
        other: Vec::new(),
        lowest_free: free,
        sums_broken: 0,
        free,
    };
    let verdict = judge(&outcome).expect_err("the race must show");
    assert!(
        issued > usize::try_from(PLACES).expect("small"),
        "{outcome:?}"
    );
    assert!(verdict.contains("were issued for 5 places"), "{verdict}");
}
