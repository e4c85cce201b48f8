//! What the browser's tests and measurements of the signing worker need from the native side: keys
//! of a demo authority, the judgement of a signature, and the glue of the page that tries the
//! client. Run by tests/e2e/signer/workbench.mjs.
//!
//! Each command writes one JSON object to standard output. Moments are milliseconds since 1970.

#![expect(
    clippy::print_stdout,
    reason = "a command-line tool answers on standard output"
)]

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use balabaqsha_pki::authority::{Authority, Profile, Subject, Validity};
use balabaqsha_pki::cms::{self, VerifyPolicy};
use balabaqsha_pki::random::SystemRandom;
use balabaqsha_pki::{RevocationMode, TrustAnchors, Usage, certificate};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

const USAGE: &str = "workbench issue DIR PASSWORD NOW | workbench judge CMS CONTENT ANCHOR NOW | \
                     workbench bind WASM DIR NAME";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let answer = match words.as_slice() {
        ["issue", folder, password, now] => issue(Path::new(folder), password, moment(now)?)?,
        ["judge", cms, content, anchor, now] => judge(cms, content, anchor, moment(now)?)?,
        ["bind", wasm, folder, name] => bind(wasm, folder, name)?,
        _ => bail!("{USAGE}"),
    };
    println!("{answer}");
    Ok(())
}

fn moment(milliseconds: &str) -> Result<DateTime<Utc>> {
    DateTime::from_timestamp_millis(milliseconds.parse()?).context("no such moment")
}

/// One authority of each algorithm, and keys in the national shape: each file under the name
/// such a file has.
fn issue(folder: &Path, password: &str, now: DateTime<Utc>) -> Result<Value> {
    let day = |days: i64| now + TimeDelta::days(days);
    let valid = |from: i64, until: i64| Validity {
        not_before: day(from),
        not_after: day(until),
    };
    let rng = &mut SystemRandom;
    let rsa = Authority::rsa("E2E CA (RSA)", valid(-900, 900), 2048, rng)?;
    let gost = Authority::gost512("E2E CA (GOST)", valid(-900, 900), rng)?;
    fs::write(folder.join("rsa.pem"), rsa.certificate().pem())?;
    fs::write(folder.join("gost.pem"), gost.certificate().pem())?;

    let parent = Subject::person("ИВАНОВА", "АЙГУЛЬ", Some("СЕРИКОВНА"), "880229400023");
    let head = Subject::person("ӘЛІМОВ", "ҒАНИ", None, "750101300015")
        .of_organisation("ТОО \"БАЛДӘУРЕН\"", "050140001236");
    let mut names = serde_json::Map::new();
    for (key, authority, subject, profile, validity) in [
        ("login", &rsa, &parent, Profile::AuthRsa, valid(-1, 365)),
        ("signing", &rsa, &parent, Profile::SignRsa, valid(-1, 365)),
        ("gost", &gost, &head, Profile::Gost512, valid(-1, 365)),
        ("expired", &rsa, &parent, Profile::SignRsa, valid(-400, -35)),
        ("future", &gost, &parent, Profile::Gost512, valid(1, 365)),
    ] {
        let issued = authority.issue(subject, profile, validity, password, rng)?;
        let name = issued.file_name();
        fs::write(folder.join(&name), &issued.p12)?;
        names.insert(key.to_owned(), name.into());
    }
    Ok(Value::Object(names))
}

fn judge(cms: &str, content: &str, anchor: &str, at: DateTime<Utc>) -> Result<Value> {
    let anchors = TrustAnchors::from_certificates(certificate::certificates(&fs::read(anchor)?)?);
    let policy = VerifyPolicy::new(&anchors, at)
        .usage(Usage::Signing)
        .revocation(RevocationMode::NotRequired)
        .single_signer(true);
    let report = cms::verify(&fs::read(cms)?, Some(&fs::read(content)?), &policy);
    Ok(json!(report))
}

/// The same as the pipeline of the pages does, without making the module small.
fn bind(wasm: &str, folder: &str, name: &str) -> Result<Value> {
    wasm_bindgen_cli_support::Bindgen::new()
        .input_path(wasm)
        .out_name(name)
        .web(true)?
        .typescript(false)
        .generate(folder)?;
    Ok(json!({ "glue": format!("{name}.js"), "wasm": format!("{name}_bg.wasm") }))
}
