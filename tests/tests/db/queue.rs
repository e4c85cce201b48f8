//! The place in the queue without counting the queue, and the moves that explain it, against a
//! plain count after whatever has happened.

use super::rows::{a_queued_application, begin, confirmed, move_to, now, person};
use balabaqsha_shared::{
    application::{ApplicationState, Category},
    dto::EventKind,
    id::{PersonId, ReferralId},
};
use balabaqsha_store::{
    self as store, Db, Tx,
    applications::Application,
    queue::{CategoryCount, MoveCount},
};
use balabaqsha_tests::{
    builders::{Town, day, id},
    database::number,
    on_both_engines,
};
use chrono::{DateTime, TimeDelta, Utc};

on_both_engines!(on_database:
    a_place_is_the_same_as_by_counting_after_whatever_happened,
    deltas_are_folded_and_nothing_is_lost,
    moves_are_written_when_there_are_any,
    moves_before_a_place_are_told_day_by_day,
);

/// A small generator (xorshift64), so that a failure comes again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// What counting child by child says.
fn counted(rows: &[Application], of: &Application) -> Vec<CategoryCount> {
    Category::ALL
        .into_iter()
        .filter_map(|category| {
            let queued: Vec<_> = rows
                .iter()
                .filter(|row| row.state == ApplicationState::Queued)
                .filter(|row| row.category() == category)
                .filter(|row| row.child.birth_year() == of.child.birth_year())
                .collect();
            let before = queued.iter().filter(|row| row.place() < of.place()).count();
            let count = |length: usize| i64::try_from(length).unwrap();
            (!queued.is_empty()).then(|| CategoryCount {
                category,
                total: count(queued.len()),
                before: count(before),
            })
        })
        .collect()
}

/// Any moment of six years; often one that others have too, at the edge of a span, or just before.
fn moment(dice: &mut Dice) -> DateTime<Utc> {
    let edge = 1_600_000_000 / 64 * 64 + i64::try_from(dice.roll(40)).unwrap() * 64;
    let micros = match dice.roll(4) {
        0 => edge * 1_000_000,
        1 => edge * 1_000_000 - 1,
        2 => edge * 1_000_000 + i64::try_from(dice.roll(64_000_000)).unwrap(),
        _ => 1_600_000_000_000_000 + i64::try_from(dice.roll(200_000_000_000_000)).unwrap(),
    };
    DateTime::from_timestamp_micros(micros).unwrap()
}

fn anybody(dice: &mut Dice, town: &Town, person: PersonId, serial: u32) -> Application {
    let mut row = a_queued_application(town.id(), person, serial);
    row.submitted_at = moment(dice);
    row.benefit = confirmed(Category::ALL[usize::try_from(dice.roll(3)).unwrap()]);
    if dice.roll(4) == 0 {
        row.child.birth_date = day("2021-06-01");
    }
    if dice.roll(6) == 0 {
        row.state = ApplicationState::Withdrawn { at: now() };
    }
    row
}

async fn moved(tx: &mut Tx, dice: &mut Dice, row: &mut Application) {
    let next = match (row.state, dice.roll(2)) {
        (ApplicationState::Queued, 0) => ApplicationState::Withdrawn { at: now() },
        (ApplicationState::Queued, _) => ApplicationState::Referred {
            referral_id: ReferralId::new(id()),
        },
        _ => ApplicationState::Queued,
    };
    let done = move_to(tx, row, next, 0).await;
    assert!(done.unwrap());
    row.state = next;
}

async fn a_place_is_the_same_as_by_counting_after_whatever_happened(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let person = person(&mut tx).await.id;
    let dice = &mut Dice(0x00C0_FFEE);
    let mut rows: Vec<Application> = Vec::new();
    for serial in 1..=240 {
        match dice.roll(5) {
            0 if !rows.is_empty() => {
                let index = dice.roll(u64::try_from(rows.len()).unwrap());
                let row = &mut rows[usize::try_from(index).unwrap()];
                moved(&mut tx, dice, row).await;
            }
            1 => {
                let limit = i64::try_from(dice.roll(9)).unwrap() + 1;
                store::queue::fold(&mut tx, limit).await.unwrap();
            }
            _ => {
                let row = anybody(dice, &town, person, serial);
                store::applications::insert(&mut tx, &row).await.unwrap();
                rows.push(row);
            }
        }
        let index = dice.roll(u64::try_from(rows.len()).unwrap().max(1));
        if let Some(row) = rows.get(usize::try_from(index).unwrap()) {
            let counts =
                store::queue::count(&mut tx, town.id(), row.child.birth_year(), row.place()).await;
            assert_eq!(counts.unwrap(), counted(&rows, row), "after {serial} steps");
        }
    }
    while store::queue::fold(&mut tx, 1000).await.unwrap() > 0 {}
    for row in &rows {
        let counts =
            store::queue::count(&mut tx, town.id(), row.child.birth_year(), row.place()).await;
        assert_eq!(counts.unwrap(), counted(&rows, row));
    }
    let sums = store::localities::sums(&mut tx, now()).await.unwrap();
    let queued = rows
        .iter()
        .filter(|row| row.state == ApplicationState::Queued);
    assert_eq!(usize::try_from(sums[0].queued_children), Ok(queued.count()));
}

async fn deltas_are_folded_and_nothing_is_lost(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let person = person(&mut tx).await.id;
    let dice = &mut Dice(7);
    for serial in 1..=10 {
        let mut row = anybody(dice, &town, person, serial);
        row.state = ApplicationState::Queued;
        store::applications::insert(&mut tx, &row).await.unwrap();
    }
    tx.commit().await.unwrap();
    let deltas = "SELECT COUNT(*) FROM queue_deltas";
    let children = "SELECT CAST(COALESCE(SUM(children), 0) AS BIGINT) FROM queue_counts";
    assert_eq!(
        (number(db, deltas).await, number(db, children).await),
        (10, 0)
    );
    let mut tx = begin(db).await;
    assert_eq!(store::queue::fold(&mut tx, 4).await.unwrap(), 4);
    tx.commit().await.unwrap();
    // Each child is counted once at each of the four levels.
    assert_eq!(
        (number(db, deltas).await, number(db, children).await),
        (6, 16)
    );
    let mut tx = begin(db).await;
    assert_eq!(store::queue::fold(&mut tx, 100).await.unwrap(), 6);
    assert_eq!(store::queue::fold(&mut tx, 100).await.unwrap(), 0);
    tx.commit().await.unwrap();
    assert_eq!(
        (number(db, deltas).await, number(db, children).await),
        (0, 40)
    );
}

async fn recorded(tx: &mut Tx, row: &Application, kind: EventKind, at: DateTime<Utc>) -> bool {
    let cause = store::queue::Cause {
        event: id(),
        leaving: id(),
        kind,
        at,
    };
    store::queue::record_move(tx, row.id, cause).await.unwrap()
}

async fn moves_are_written_when_there_are_any(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let person = person(&mut tx).await.id;
    let mut row = a_queued_application(town.id(), person, 1);
    store::applications::insert(&mut tx, &row).await.unwrap();
    let first = store::queue::first_move(&mut tx, town.id(), 2022).await;
    assert_eq!(first.unwrap(), None);
    assert!(recorded(&mut tx, &row, EventKind::ApplicationSubmitted, now()).await);
    assert!(!recorded(&mut tx, &row, EventKind::PlaceHeld, now()).await);
    let referred = ApplicationState::Referred {
        referral_id: ReferralId::new(id()),
    };
    for (state, kind, moves) in [
        (referred, EventKind::ReferralIssued, true),
        (referred, EventKind::ReferralLapsed, false),
        (ApplicationState::Queued, EventKind::StopListEnded, true),
        (
            ApplicationState::Withdrawn { at: now() },
            EventKind::Withdrawn,
            true,
        ),
    ] {
        move_to(&mut tx, &row, state, 0).await.unwrap();
        row.state = state;
        assert_eq!(
            recorded(&mut tx, &row, kind, now()).await,
            moves,
            "{kind:?}"
        );
    }
    let first = store::queue::first_move(&mut tx, town.id(), 2022).await;
    assert_eq!(first.unwrap(), Some(now()));
}

async fn moves_before_a_place_are_told_day_by_day(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let person = person(&mut tx).await.id;
    let mut rows = Vec::new();
    let tomorrow = now() + TimeDelta::days(1);
    for (serial, category, hours) in [
        (1, Category::General, 0),
        (2, Category::General, 1),
        (3, Category::Priority, 30),
        (4, Category::General, 31),
    ] {
        let mut row = a_queued_application(town.id(), person, serial);
        (row.benefit, row.submitted_at) = (confirmed(category), now() + TimeDelta::hours(hours));
        store::applications::insert(&mut tx, &row).await.unwrap();
        let submitted = EventKind::ApplicationSubmitted;
        assert!(recorded(&mut tx, &row, submitted, row.submitted_at).await);
        rows.push(row);
    }
    let gone = ApplicationState::Withdrawn { at: tomorrow };
    move_to(&mut tx, &rows[0], gone, 0).await.unwrap();
    assert!(recorded(&mut tx, &rows[0], EventKind::Withdrawn, tomorrow).await);
    let mut moves = async |of: usize, since| {
        store::queue::moves_before(&mut tx, town.id(), 2022, rows[of].place(), since)
            .await
            .unwrap()
    };
    let count = |day: &str, kind, category, came| MoveCount {
        day: balabaqsha_tests::builders::day(day),
        kind,
        category,
        came,
        children: 1,
    };
    let submitted = EventKind::ApplicationSubmitted;
    let priority = count("2026-11-24", submitted, Category::Priority, true);
    let withdrawn = count("2026-11-24", EventKind::Withdrawn, Category::General, false);
    // Neither its own coming nor what is behind it.
    assert_eq!(moves(1, now()).await, [priority, withdrawn]);
    assert_eq!(moves(1, tomorrow).await, [priority]);
    assert_eq!(moves(2, now()).await, []);
    let earlier = now() - TimeDelta::microseconds(1);
    let general = count("2026-11-23", submitted, Category::General, true);
    assert_eq!(moves(1, earlier).await, [general, priority, withdrawn]);
}
