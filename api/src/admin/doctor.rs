//! What is missing before parents may come, and what the present settings allow.

use super::{AdminError, connect, line, service_clock};
use crate::{
    clock::{Clock, SystemClock},
    config::{ChosenDatabase, ServeArgs, Settings},
    scans,
    trust::judgement::TrustStore,
};
use balabaqsha_scans::{KeyFileError, KeyId, Keys};
use balabaqsha_shared::{appointment::Duty, profile::ChildCheck, time};
use balabaqsha_store::{self as store, Db};
use chrono::{DateTime, Utc};
use std::fs;

/// A clock that is further off makes wrong deadlines.
const LARGEST_DIFFERENCE_SECONDS: i64 = 2;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Finding {
    Fine,
    /// It works, and somebody should know.
    Notice,
    /// Parents must not come yet.
    Missing,
}

#[derive(Default)]
struct Report {
    text: String,
    missing: bool,
}

impl Report {
    fn say(&mut self, finding: Finding, subject: &str, sentence: &str) {
        let word = match finding {
            Finding::Fine => "ok",
            Finding::Notice => "notice",
            Finding::Missing => "missing",
        };
        self.missing |= finding == Finding::Missing;
        line(&mut self.text, &[word, subject, sentence]);
    }

    /// Something of which there must be some.
    fn count(&mut self, subject: &str, count: i64, remedy: &str) {
        if count > 0 {
            self.say(Finding::Fine, subject, &count.to_string());
        } else {
            self.say(Finding::Missing, subject, remedy);
        }
    }
}

/// Looks at everything.
///
/// # Errors
/// With the whole report where something is missing, or with what kept it from looking.
pub async fn examine(arguments: ServeArgs) -> Result<String, AdminError> {
    let settings = arguments.settings()?;
    let mut report = Report::default();
    let chosen = ChosenDatabase {
        url: settings.database_url.clone(),
        mode: Some(settings.mode()),
    };
    let db = connect(&chosen).await?;
    report.say(
        Finding::Fine,
        "database",
        "it answers, and has the schema of this version",
    );
    let now = look_at_clock(&mut report, &db).await?;
    let looked = look_at_registry(&mut report, &db, now).await;
    let sealed_by = keys_of_scans(&db).await;
    db.close().await;
    looked?;
    look_at_settings(&mut report, &settings);
    look_at_scans(&mut report, &settings, &sealed_by?);
    if report.missing {
        Err(AdminError::Missing(report.text.trim_end().to_owned()))
    } else {
        Ok(report.text)
    }
}

async fn look_at_clock(report: &mut Report, db: &Db) -> Result<DateTime<Utc>, AdminError> {
    let now = service_clock(db).await?.now();
    let difference = (SystemClock.now() - now).num_seconds().abs();
    if difference <= LARGEST_DIFFERENCE_SECONDS {
        report.say(
            Finding::Fine,
            "clock",
            "that of the database and this machine agree",
        );
    } else {
        let sentence = format!("this machine and the database differ by {difference} s");
        report.say(Finding::Notice, "clock", &sentence);
    }
    Ok(now)
}

async fn look_at_registry(
    report: &mut Report,
    db: &Db,
    now: DateTime<Utc>,
) -> Result<(), AdminError> {
    let mut tx = db.read().await?;
    let sizes = store::registry::sizes(&mut tx).await?;
    report.count(
        "localities",
        sizes.localities,
        "balabaqsha import localities",
    );
    report.count(
        "kindergartens",
        sizes.kindergartens,
        "balabaqsha import kindergartens",
    );
    report.count("groups", sizes.groups, "balabaqsha import groups");
    if sizes.free_places > 0 {
        report.say(Finding::Fine, "free places", &sizes.free_places.to_string());
    } else {
        report.say(
            Finding::Notice,
            "free places",
            "none: parents can queue, but choose nothing",
        );
    }
    report.say(
        Finding::Fine,
        "applications",
        &sizes.applications.to_string(),
    );
    let localities = store::localities::list(&mut tx).await?;
    let appointments = store::appointments::list(&mut tx, None, i64::MAX).await?;
    for locality in localities.iter().filter(|locality| locality.served_here) {
        let (finding, sentence) = match locality.rules.child_check {
            ChildCheck::Off => (
                Finding::Notice,
                "off: nobody verifies parenthood and birth date, so made-up children hold places, \
                 and whoever queues a child first shuts its parent out until an official decides",
            ),
            ChildCheck::On => (
                Finding::Fine,
                "on: a child holds a place once the registry or an official has verified it",
            ),
        };
        let sentence = format!("{}: {sentence}", locality.code);
        report.say(finding, "child_check", &sentence);
        if store::benefits::grounds_of(&mut tx, locality.id)
            .await?
            .is_empty()
        {
            let sentence = format!(
                "{}: no grounds, so nobody can claim a benefit: balabaqsha benefit grounds",
                locality.code
            );
            report.say(Finding::Notice, "benefits", &sentence);
        }
        let duties: Vec<&str> = Duty::ALL
            .into_iter()
            .filter(|duty| {
                !appointments.iter().any(|one| {
                    one.locality_id == locality.id && one.duty == *duty && one.in_force(now)
                })
            })
            .map(Duty::as_str)
            .collect();
        if !duties.is_empty() {
            let sentence = format!(
                "{}: nobody has the duty {}",
                locality.code,
                duties.join(", ")
            );
            report.say(Finding::Missing, "officials", &sentence);
        }
    }
    for suspension in store::suspensions::present(&mut tx, now).await? {
        let of = localities
            .iter()
            .find(|one| one.id == suspension.locality_id);
        let code = of.map_or("", |one| &one.code);
        let until = time::local(suspension.ends_at).format(time::MOMENT);
        let sentence = format!("{code}: no referrals are issued until {until}");
        report.say(Finding::Notice, "suspension", &sentence);
    }
    Ok(())
}

/// The names of the keys that open the scans that are kept.
async fn keys_of_scans(db: &Db) -> Result<Vec<String>, AdminError> {
    let mut tx = db.read().await?;
    Ok(store::scans::key_names(&mut tx).await?)
}

/// Whether every scan can be opened, and who looks for viruses.
fn look_at_scans(report: &mut Report, settings: &Settings, sealed_by: &[String]) {
    let path = scans::key_file(settings);
    match Keys::open(&path) {
        Ok(keys) => {
            let lost: Vec<&str> = sealed_by
                .iter()
                .map(String::as_str)
                .filter(|name| !KeyId::parse(name).is_some_and(|id| keys.knows(&id)))
                .collect();
            if lost.is_empty() {
                let sentence = "the key file opens all that are kept; keep a copy of it elsewhere";
                report.say(Finding::Fine, "scans", sentence);
            } else {
                let sentence = format!(
                    "{} has lost the key {}: what it has sealed cannot be opened",
                    path.display(),
                    lost.join(", ")
                );
                report.say(Finding::Missing, "scans", &sentence);
            }
        }
        Err(KeyFileError::Io { .. }) if sealed_by.is_empty() && !path.exists() => {
            let sentence = "the key file is made at the first start";
            report.say(Finding::Fine, "scans", sentence);
        }
        Err(error) => report.say(Finding::Missing, "scans", &error.to_string()),
    }
    if settings.scans.virus_scanner.is_none() {
        let sentence = "no scanner is named: nobody looks for viruses in proofs";
        report.say(Finding::Notice, "viruses", sentence);
    }
}

fn look_at_settings(report: &mut Report, settings: &Settings) {
    match TrustStore::open(settings) {
        Ok(_) if settings.test_trust_anchors.is_empty() => {
            report.say(Finding::Fine, "trust", "the anchors can be read");
        }
        Ok(_) => {
            let sentence = "keys of test authorities are accepted, which anybody can get";
            report.say(Finding::Notice, "trust", sentence);
        }
        Err(error) => report.say(Finding::Missing, "trust", &error.to_string()),
    }
    if settings.revocation.ocsp || settings.revocation.crl {
        let sentence = "services of authorities are asked; whether they answer was not looked at";
        report.say(Finding::Notice, "revocation", sentence);
    } else {
        let sentence = "nobody is asked: no key can be accepted outside of tests";
        report.say(Finding::Missing, "revocation", sentence);
    }
    if settings.smtp_url.is_some() {
        report.say(
            Finding::Fine,
            "mail",
            "a server is named; whether it answers was not looked at",
        );
    } else {
        let sentence = "no server is named: mails become files and reach nobody";
        report.say(Finding::Notice, "mail", sentence);
    }
    if settings.registry_url.is_none() {
        let sentence =
            "no register of parents is named: applicants confirm second parents themselves";
        report.say(Finding::Notice, "register", sentence);
    }
    if !settings.https() {
        let sentence = "the pages are reached without TLS; browsers keep keys from such pages";
        report.say(Finding::Notice, "address", sentence);
    }
    let probe = settings.data_dir.join(".doctor");
    let written = fs::create_dir_all(&settings.data_dir)
        .and_then(|()| fs::write(&probe, b"probe"))
        .and_then(|()| fs::remove_file(&probe));
    match written {
        Ok(()) => report.say(Finding::Fine, "storage", "the data folder can be written"),
        Err(error) => report.say(Finding::Missing, "storage", &error.to_string()),
    }
    let sentence = "the service makes none by itself; docs/operations.md says how";
    report.say(Finding::Notice, "backup", sentence);
}
