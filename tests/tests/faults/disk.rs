//! The disk of an SQLite file is full once: what cannot be written is refused and can be sent again,
//! and after room was made everything works without a restart.

use balabaqsha_shared::{Language, code::Code, dto::ChallengeRequest, endpoint};
use balabaqsha_tests::{Parent, TestApp, TestDatabase};
use std::{
    fs::File,
    io::{ErrorKind, Write},
    path::Path,
    process::Command,
};

/// In megabytes: more than an empty database needs, little enough to be filled at once.
const SIZE: usize = 16;
/// Writes that must have met the full disk by then.
const PATIENCE: usize = 20_000;

/// A small file system in memory; taken away when dropped.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    /// None, with the reason printed, where this machine does not let the test have one.
    fn mount(folder: &'a Path) -> Option<Self> {
        let options = format!("size={SIZE}m");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(folder)
            .output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self(folder)),
            Ok(output) => {
                let reason = String::from_utf8_lossy(&output.stderr);
                println!("skipped: no small disk ({})", reason.trim());
                None
            }
            Err(error) => {
                println!("skipped: no small disk (mount: {error})");
                None
            }
        }
    }

    /// Takes all the room that is left.
    fn fill(&self) {
        let mut file = File::create(self.0.join("filler")).unwrap();
        for size in [1 << 20, 1 << 12, 1] {
            let block = vec![0; size];
            loop {
                match file.write(&block) {
                    Ok(_) => {}
                    Err(error) if error.kind() == ErrorKind::StorageFull => break,
                    Err(error) => panic!("{error}"),
                }
            }
        }
    }

    fn make_room(&self) {
        std::fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        // Lazily: the service of a test that has failed may still hold the file.
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[actix_web::test]
async fn a_disk_that_was_full_once_leaves_nothing_broken() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::mount(folder.path()) else {
        return;
    };
    let app = TestApp::on(TestDatabase::sqlite_in(folder.path()), |_| ()).await;
    let parent = Parent::new(&app).await;
    let before = app.dump().await;
    let client = app.client();
    let ask = async || {
        let language = Language::Ru;
        client
            .post(endpoint::CHALLENGES, &ChallengeRequest { language })
            .await
    };

    disk.fill();
    // Room that the file had already is used up first.
    let mut refused = 0;
    for _ in 0..PATIENCE {
        let answer = ask().await;
        if answer.status == 201 {
            continue;
        }
        assert_eq!(answer.header("retry-after"), "1");
        answer.refused(Code::Unavailable);
        refused += 1;
        // Once more and once more: the writer is not the one that failed.
        if refused == 20 {
            break;
        }
    }
    assert_eq!(refused, 20, "the disk was never full");
    let readiness = client.get("/readyz").await;
    assert_eq!(readiness.header("retry-after"), "1");
    readiness.refused(Code::Unavailable);
    // Reading goes on.
    parent.client.get(endpoint::ME).await.has_status(200);

    disk.make_room();
    for _ in 0..20 {
        ask().await.has_status(201);
    }
    Parent::new(&app).await;
    parent.client.get(endpoint::ME).await.has_status(200);
    // A look counts for a second.
    while client.get("/readyz").await.status != 200 {
        tokio::task::yield_now().await;
    }
    let after = app.dump().await;
    for row in before.rows("persons") {
        assert!(after.rows("persons").contains(row), "{row} is lost");
    }
    app.stop().await;
}
