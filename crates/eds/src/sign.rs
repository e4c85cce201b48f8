//! `sign`: a signature over a file, with the key of a key file.

use crate::arguments::Sign;
use crate::{Error, Exit, Surroundings, input};
use balabaqsha_pki::cms::{self, Certificates, SignOptions};
use balabaqsha_pki::keystore::{KeyEntry, KeyStore};
use balabaqsha_pki::random::SystemRandom;
use balabaqsha_pki::{Usage, keystore};
use std::io;

pub(crate) fn run(
    arguments: &Sign,
    surroundings: &dyn Surroundings,
    out: &mut dyn io::Write,
) -> Result<Exit, Error> {
    let file = input::bytes(&arguments.p12)?;
    let content = input::bytes(&arguments.content)?;
    let password = surroundings.password().map_err(Error::NoPassword)?;
    let store = keystore::open(&file, &password)
        .map_err(|error| Error::unusable(&arguments.p12, format!("{error} ({})", error.code())))?;
    let entry = key_of(&store)
        .ok_or_else(|| Error::unusable(&arguments.p12, "there is no key in the file"))?;
    let options = SignOptions {
        detached: !arguments.attached,
        certificates: Certificates::Chain,
        ..SignOptions::detached(surroundings.now())
    };
    let signature = cms::sign(entry, &content, &options, &mut SystemRandom)
        .map_err(|error| Error::Signing(error.to_string()))?;
    match &arguments.out {
        Some(path) => std::fs::write(path, signature).map_err(|source| Error::Write {
            path: path.clone(),
            source,
        })?,
        None => {
            out.write_all(&signature)?;
            out.flush()?;
        }
    }
    Ok(Exit::Passed)
}

/// The first key that signs by the national table, else the first there is: what the signature is
/// worth is for its verifier to say.
fn key_of(store: &KeyStore) -> Option<&KeyEntry> {
    let signs = |entry: &&KeyEntry| entry.certificate().purpose().allows(Usage::Signing);
    store
        .entries()
        .iter()
        .find(signs)
        .or(store.entries().first())
}
