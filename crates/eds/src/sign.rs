//! `sign`: a signature over a file, with the key of a key file.

use crate::arguments::Sign;
use crate::input::Files;
use crate::{Error, Exit, Surroundings, output};
use balabaqsha_pki::armour;
use balabaqsha_pki::cms::{self, Certificates, SignOptions};
use balabaqsha_pki::keystore::{self, KeyEntry, KeyStore};
use balabaqsha_pki::pem;
use balabaqsha_pki::random::SystemRandom;
use chrono::{DateTime, Utc};
use std::io;

pub(crate) fn run(
    arguments: &Sign,
    surroundings: &dyn Surroundings,
    out: &mut dyn io::Write,
) -> Result<Exit, Error> {
    let files = Files::new(surroundings);
    let read = [arguments.p12.as_path(), arguments.content.as_path()];
    // Before a password is asked for.
    if let Some(path) = &arguments.output.out {
        output::may_replace(path, &read)?;
    }
    let file = files.key_file(&arguments.p12)?;
    let content = files.content(&arguments.content)?;
    let password = surroundings.password().map_err(Error::NoPassword)?;
    let document = armour::single(&file).map_err(|error| Error::unusable(&arguments.p12, error))?;
    let store = keystore::open(&document, &password)
        .map_err(|error| Error::unusable(&arguments.p12, format!("{error} ({})", error.code())))?;
    let now = surroundings.now();
    let entry =
        key_of(&store, arguments, now).map_err(|reason| Error::unusable(&arguments.p12, reason))?;
    let options = SignOptions {
        detached: !arguments.attached,
        certificates: Certificates::Chain,
        ..SignOptions::detached(now)
    };
    let signature = cms::sign(entry, &content, &options, &mut SystemRandom)
        .map_err(|error| Error::Signing(error.to_string()))?;
    let signature = if arguments.pem {
        pem::encode("CMS", &signature).into_bytes()
    } else {
        signature
    };
    output::write(&arguments.output, &signature, &read, out)?;
    Ok(Exit::Passed)
}

/// The key that is asked for, or the first that may be used. A signature that would not be PASSED
/// is not made; why is told of each key.
fn key_of<'a>(
    store: &'a KeyStore,
    arguments: &Sign,
    now: DateTime<Utc>,
) -> Result<&'a KeyEntry, String> {
    let asked: Vec<&KeyEntry> = store
        .entries()
        .iter()
        .filter(|entry| {
            let wanted = arguments.key.as_deref();
            wanted.is_none_or(|wanted| is_named(entry, wanted))
        })
        .collect();
    if asked.is_empty() {
        let all: Vec<String> = store.entries().iter().map(name).collect();
        return Err(format!(
            "there is no such key; there are {}",
            all.join(", ")
        ));
    }
    let obstacle = |entry: &KeyEntry| entry.obstacle(arguments.usage.into(), now);
    if let Some(entry) = asked.iter().find(|entry| obstacle(entry).is_none()) {
        return Ok(entry);
    }
    let told: Vec<String> = asked
        .iter()
        .filter_map(|entry| obstacle(entry).map(|told| format!("{}: {told}", name(entry))))
        .collect();
    Err(format!("no key may be used: {}", told.join("; ")))
}

fn name(entry: &KeyEntry) -> String {
    entry.certificate().serial_hex()
}

fn is_named(entry: &KeyEntry, wanted: &str) -> bool {
    let description = entry.description();
    let hex = |text: &str| -> String {
        let digits = text.chars().filter(|c| !matches!(c, ':' | ' '));
        digits.collect::<String>().to_ascii_lowercase()
    };
    hex(&description.serial) == hex(wanted)
        || hex(&description.fingerprint) == hex(wanted)
        || description.friendly_name.as_deref() == Some(wanted)
}
