//! Faults that a service must get over: processes of the real program are killed while they settle what
//! is due, a disk is full, a mail server is silent, a machine has a wrong date. After the restart every lapse has happened once, and
//! everybody was told once.

mod clock;
mod disk;
mod mail;
mod world;

use balabaqsha_store::Db;
use balabaqsha_tests::{Installation, Server, database::number, on_both_engines, server::variable};
use std::time::{Duration, Instant};
use world::World;

on_both_engines!(with_processes: killed_at_any_moment_a_sweep_settles_everything_once);

/// Says how many referrals are due; `cargo xtask faults` does.
const LOAD: &str = "BALABAQSHA_FAULTS";
const USUAL_LOAD: usize = 600;
/// The same moments with each run, as far as two machines have the same speed.
const SEED: u64 = 0x5eed_0003;
/// In milliseconds: about the time of a batch, so that kills fall before, into and behind one.
const LONGEST_PAUSE: u64 = 500;
const POLL: Duration = Duration::from_millis(10);
/// A sweep that stands still is a failure, not a hanging test.
const PATIENCE: Duration = Duration::from_secs(900);

async fn killed_at_any_moment_a_sweep_settles_everything_once(site: &Installation<'_>) {
    let load = variable(LOAD).map_or(USUAL_LOAD, |text| text.parse().unwrap());
    let world = World::of(site.db, load).await;
    // SQLite is for one process.
    let (engine, processes) = match site.db {
        Db::Sqlite { .. } => ("SQLite", 1),
        Db::Postgres(_) => ("PostgreSQL", 2),
    };
    let mut sweep = Sweep {
        site,
        load,
        started: Instant::now(),
        chance: Chance(SEED),
        running: (0..processes)
            .map(|number| (number, site.start(number)))
            .collect(),
    };
    let kills = 5 + load / 500;
    let mut midway = 0;
    for kill in 0..kills {
        // The last batch is left to whoever comes after the kills.
        if sweep.kill_after(load * 2 * kill / (kills * 3)).await {
            midway += 1;
        }
    }
    sweep.finish().await;
    let seconds = sweep.started.elapsed().as_secs_f64();
    drop(sweep);

    world.assert_settled_once(site.db).await;
    for process in 0..processes {
        let log = site.logged(process);
        assert!(!log.contains("ERROR"), "{log}");
    }
    // Kills when all is done would show nothing.
    assert!(midway > 1, "{midway} of {kills} kills met a sweep");
    println!(
        "faults: {engine}: {load} settled, {kills} kills, {midway} in the sweep, {seconds:.1} s"
    );
}

/// A sweep that is being disturbed.
struct Sweep<'a> {
    site: &'a Installation<'a>,
    load: usize,
    started: Instant,
    chance: Chance,
    running: Vec<(usize, Server)>,
}

impl Sweep<'_> {
    /// Kills one process or all of them at a chance moment after so many referrals are settled,
    /// and starts them again; says whether that was before the last one was.
    async fn kill_after(&mut self, settled: usize) -> bool {
        while self.settled().await < settled || !self.all_ready() {
            self.pause(POLL).await;
        }
        let pause = self.chance.below(LONGEST_PAUSE);
        self.pause(Duration::from_millis(pause)).await;
        let choice = usize::try_from(self.chance.below(3)).unwrap();
        let (victims, others): (Vec<_>, Vec<_>) = std::mem::take(&mut self.running)
            .into_iter()
            .partition(|(number, _)| choice == 2 || *number == choice || self.alone());
        self.running = others;
        let numbers: Vec<usize> = victims.iter().map(|(number, _)| *number).collect();
        for (_, victim) in victims {
            victim.kill();
        }
        let met = self.settled().await < self.load;
        let again = numbers
            .into_iter()
            .map(|number| (number, self.site.start(number)));
        self.running.extend(again);
        met
    }

    /// Waits until nothing is due, and the sums of the queue are folded.
    async fn finish(&mut self) {
        while self.settled().await < self.load || !self.all_ready() || self.unfolded().await > 0 {
            self.pause(POLL).await;
        }
        for (_, server) in self.running.drain(..) {
            server.kill();
        }
    }

    fn alone(&self) -> bool {
        matches!(self.site.db, Db::Sqlite { .. })
    }

    fn all_ready(&mut self) -> bool {
        self.running.iter_mut().all(|(_, server)| server.is_ready())
    }

    async fn settled(&self) -> usize {
        let sql = "SELECT COUNT(*) FROM referrals WHERE state = 'lapsed'";
        usize::try_from(number(self.site.db, sql).await).unwrap()
    }

    async fn unfolded(&self) -> i64 {
        number(self.site.db, "SELECT COUNT(*) FROM queue_deltas").await
    }

    async fn pause(&self, pause: Duration) {
        let waited = self.started.elapsed();
        assert!(waited < PATIENCE, "the sweep stands still");
        tokio::time::sleep(pause).await;
    }
}

/// Numbers that look like chance (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}
