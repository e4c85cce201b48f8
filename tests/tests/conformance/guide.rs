//! The guide for integrators is run: its commands, in their order, against the real service in demo
//! mode, with the demo's own keys and the machine's own clock.

use super::sources;
use balabaqsha_api::{clock::SystemClock, config::Settings, http::openapi, jobs, startup};
use balabaqsha_shared::code::Code;
use balabaqsha_tests::tools;
use std::{fs, net::TcpListener, path::Path, process::Command, sync::Arc};

fn guide() -> String {
    fs::read_to_string(sources::root().join("docs/integrators.md")).unwrap()
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

#[test]
fn the_guide_names_codes_that_exist() {
    let guide = guide();
    let table = guide.lines().filter(|line| line.starts_with("| `"));
    let mut seen = 0;
    for line in table {
        for code in line.split('|').nth(1).unwrap().split(',') {
            let code = code.trim().trim_matches('`');
            assert!(
                Code::from_code(code).is_some(),
                "{code} is no code of the service"
            );
            seen += 1;
        }
    }
    assert!(seen > 15, "the table is gone");
}

#[test]
fn the_guide_names_addresses_that_exist() {
    let document = serde_json::to_value(openapi::document()).unwrap();
    let known: Vec<Vec<String>> = document["paths"]
        .as_object()
        .unwrap()
        .keys()
        .map(|path| path.split('/').map(str::to_owned).collect())
        .collect();
    let guide = guide();
    let addresses: Vec<&str> = guide
        .split(|c: char| c.is_whitespace() || "`\"?')".contains(c))
        .filter_map(|word| word.find("/v1/").map(|start| &word[start..]))
        .collect();
    assert!(addresses.len() > 15);
    for address in addresses {
        let parts: Vec<&str> = address.split('/').collect();
        let fits = |path: &Vec<String>| {
            path.len() == parts.len()
                && path.iter().zip(&parts).all(|(known, part)| {
                    known == part || (known.starts_with('{') && part.starts_with(['$', '{']))
                })
        };
        assert!(
            known.iter().any(fits),
            "{address} is no address of the service"
        );
    }
}

/// Runs the commands with `bash` in a folder.
fn run(folder: &Path, script: &str, base: &str) -> String {
    let file = folder.join("guide.sh");
    fs::write(&file, format!("set -euo pipefail\n{script}\n")).unwrap();
    let output = Command::new("bash")
        .arg(&file)
        .current_dir(folder)
        .env("BALABAQSHA", base)
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

#[tokio::test(flavor = "multi_thread")]
async fn the_guide_leads_to_a_referral() {
    if !["bash", "curl", "openssl"].into_iter().all(tools::is_there) {
        return;
    }
    let (data, work) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let settings = Settings::demo(listener.local_addr().unwrap(), data.path()).unwrap();
    let base = settings.public_url.clone();
    let app = startup::build(settings, Arc::new(SystemClock))
        .await
        .unwrap();
    let server = startup::http_server(app.clone(), listener).unwrap();
    let handle = server.handle();
    let serving = tokio::spawn(server);
    let jobs = jobs::start(app.clone()).unwrap();

    let (script, folder) = (commands(&guide()), work.path().to_owned());
    let told = tokio::task::spawn_blocking(move || run(&folder, &script, &base)).await;
    jobs.stop().await;
    handle.stop(false).await;
    serving.await.unwrap().unwrap();
    app.core.db.close().await;
    let told = told.unwrap();

    for expected in [
        "Вхожу в личный кабинет",
        "application АКТ-",
        "referral АКТ-Н-",
        "extended until 20",
        "\"status\":\"revoked\"",
        "%PDF-",
    ] {
        assert!(told.contains(expected), "{expected} is missing in:\n{told}");
    }
    let paper = fs::read(work.path().join("referral.pdf")).unwrap();
    assert!(
        paper.starts_with(b"%PDF-") && paper.len() > 10_000,
        "{} bytes",
        paper.len()
    );
}
