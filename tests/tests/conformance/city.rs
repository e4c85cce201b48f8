//! The guide for a city is run on both engines: its commands, in their order, from an empty database; then a
//! parent of the imported queue takes a place in the imported kindergarten.

use super::sources;
use balabaqsha_api::clock::{Clock, SystemClock};
use balabaqsha_shared::{
    Language,
    application::ApplicationState,
    dto::{ApplicationSummary, EventKind, LocalityList, Page, VacancyList},
    endpoint,
};
use balabaqsha_tests::{
    Engine, Identity, Parent, TestApp, TestDatabase, authority,
    server::{self, variable},
    tools,
};
use std::{fs, path::Path, process::Command};

fn guide() -> String {
    fs::read_to_string(sources::root().join("docs/city.md")).unwrap()
}

/// What stands between "```bash" and "```".
fn commands(guide: &str) -> String {
    let blocks: Vec<&str> = guide
        .split("```bash\n")
        .skip(1)
        .map(|rest| rest.split_once("\n```").expect("an end of the block").0)
        .collect();
    assert!(blocks.len() >= 8, "the guide has lost its commands");
    blocks.join("\n\n")
}

/// Runs the commands with `bash` in a folder, where the program has its name.
fn run(folder: &Path, binary: &str, url: &str) -> String {
    std::os::unix::fs::symlink(binary, folder.join("balabaqsha")).unwrap();
    fs::write(folder.join("anchors"), authority().rsa_anchor_pem()).unwrap();
    let script = commands(&guide());
    fs::write(
        folder.join("city.sh"),
        format!("set -euo pipefail\n{script}\n"),
    )
    .unwrap();
    let output = Command::new("bash")
        .arg("city.sh")
        .current_dir(folder)
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", folder.display()))
        .env("BALABAQSHA_DATABASE_URL", url)
        .output()
        .unwrap();
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(
        output.status.success(),
        "the guide does not work:\n{out}\n{err}"
    );
    out.into_owned()
}

fn on(engine: Engine) {
    if !tools::is_there("bash") {
        return;
    }
    let Some(binary) = server::Installation::is_built().then(|| variable("BALABAQSHA_BIN")) else {
        return;
    };
    let binary = binary.expect("a program");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let Some(database) = TestDatabase::empty(engine).await else {
            return;
        };
        let folder = tempfile::tempdir().unwrap();
        let told = run(folder.path(), &binary, database.url());
        for expected in [
            "row 2\tL-1\tadd\nadd\t1\n",
            "\tkandyagash\tregistry\tfrom ",
            "\"category\":1,\"children\":1",
            "client_secret=",
            "ok\tgroups\t1\n",
            "rows written: 1\nrow 2\tG-1\tnone\nnone\t1\n",
            "referrals are issued again in kandyagash",
        ] {
            assert!(
                told.contains(expected),
                "{expected:?} is missing in:\n{told}"
            );
        }
        let app = TestApp::on(database, |_| ()).await;
        app.clock.set(SystemClock.now());
        the_first_referral(&app).await;
        app.stop().await;
    });
}

async fn the_first_referral(app: &TestApp) {
    let client = app.client().reading(Language::Ru);
    let localities: LocalityList = client.get(endpoint::LOCALITIES).await.shown();
    let town = &localities.items[0];
    assert_eq!((town.free_places, town.queued_children), (3, 2));
    let identity = Identity {
        surname: "СЕРИКОВА".into(),
        given_name: "АЙГҮЛ".into(),
        patronymic: "БОЛАТҚЫЗЫ".into(),
        iin: "880229400023".into(),
    };
    let parent = Parent::named(app, identity);
    parent.log_in().await;
    parent.give_email("parent@example.kz").await;
    let journal: Page<ApplicationSummary> = parent.client.get(endpoint::APPLICATIONS).await.shown();
    let mine = &journal.items[0];
    assert_eq!(mine.state, ApplicationState::Queued);
    let application = parent.application(mine.id).await;
    // The other child has a benefit, which comes first (R5).
    assert_eq!(application.position.as_ref().expect("a place").number, 2);
    let history = parent.history(mine.id).await;
    assert_eq!(history.items[0].kind, EventKind::ApplicationTransferred);
    assert_eq!(history.items[0].data["previous_number"], "ОД-17");
    assert!(application.choosing.allowed, "{:?}", application.choosing);
    let places = endpoint::application_vacancies(mine.id);
    let places: VacancyList = parent.client.get(&places).await.shown();
    let referral = parent.refer(mine.id, places.items[0].group_id).await;
    assert!(referral.number.as_str().starts_with("АКТ-Н-"));
    assert_eq!(app.places(places.items[0].group_id).await, (2, 0, 1));
}

#[test]
fn the_guide_starts_a_town_on_sqlite() {
    on(Engine::Sqlite);
}

#[test]
fn the_guide_starts_a_city_on_postgres() {
    on(Engine::Postgres);
}
