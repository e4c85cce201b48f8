//! A process whose machine has a wrong date, beside one with the right date, on one server: nobody loses
//! a place that is not due.

use super::{Chance, SEED, Sweep, world::World};
use balabaqsha_tests::{Engine, Installation, with_processes};
use std::{fs, path::Path, process::Command, time::Instant};

/// Of the real program, so that a test of it tells a machine with another date.
const SOURCE: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

int clock_gettime(clockid_t id, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real)
        real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int done = real(id, now);
    if (id == CLOCK_REALTIME)
        now->tv_sec += 40L * 365 * 24 * 3600;
    return done;
}
"#;
const LOAD: usize = 100;

/// A library that puts the date of a process forty years ahead.
fn wrong_date(folder: &Path) -> Option<String> {
    let (source, library) = (folder.join("date.c"), folder.join("date.so"));
    fs::write(&source, SOURCE).unwrap();
    let compiled = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .args([&library, &source])
        .args(["-ldl"])
        .output();
    match compiled {
        Ok(output) if output.status.success() => Some(library.to_str().unwrap().to_owned()),
        Ok(output) => {
            let reason = String::from_utf8_lossy(&output.stderr);
            println!("skipped: no library ({})", reason.trim());
            None
        }
        Err(error) => {
            println!("skipped: no C compiler ({error})");
            None
        }
    }
}

#[test]
fn a_machine_with_a_wrong_date_lapses_nothing() {
    with_processes(Engine::Postgres, async |site: &Installation<'_>| {
        let folder = tempfile::tempdir().unwrap();
        let Some(library) = wrong_date(folder.path()) else {
            return;
        };
        let world = World::of(site.db, LOAD).await;
        let mut sweep = Sweep {
            site,
            load: LOAD,
            started: Instant::now(),
            chance: Chance(SEED),
            // The one with the wrong date works alone first: all that is settled is settled by it.
            running: vec![(0, site.start_preloaded(0, &library))],
        };
        sweep.finish().await;
        sweep.running = vec![(0, site.start_preloaded(0, &library)), (1, site.start(1))];
        sweep.finish().await;
        drop(sweep);
        // Its log has the date of its machine.
        let log = site.logged(0);
        let year = |log: &str| log.get(..4).and_then(|year| year.parse::<i32>().ok());
        let (wrong, right) = (year(&log).unwrap(), year(&site.logged(1)).unwrap());
        assert!(wrong >= right + 39, "{wrong} {right}");
        world.assert_settled_once(site.db).await;
    });
}
