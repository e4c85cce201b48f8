//! `extract`, `stamp-request` and `stamp-add`: parts of signed documents. Nothing is judged.

use crate::arguments::{Extract, StampAdd, StampRequest};
use crate::input::Files;
use crate::{Error, Exit, Surroundings, output};
use balabaqsha_pki::cms::{self, MessageError};
use balabaqsha_pki::rand_core::RngCore;
use balabaqsha_pki::random::SystemRandom;
use balabaqsha_pki::recognise::{self, DocumentKind};
use balabaqsha_pki::{Digest, armour, pem, tsp};
use std::io;
use std::path::Path;

pub(crate) fn extract(
    arguments: &Extract,
    surroundings: &dyn Surroundings,
    out: &mut dyn io::Write,
) -> Result<Exit, Error> {
    let path = arguments.cms.as_path();
    let file = Files::new(surroundings).document(path)?;
    let content = cms::content(&file).map_err(unusable(path))?;
    let content = content
        .ok_or_else(|| Error::unusable(path, "the content is kept apart from this document"))?;
    output::write(&arguments.output, &content, &[path], out)?;
    Ok(Exit::Passed)
}

pub(crate) fn stamp_request(
    arguments: &StampRequest,
    surroundings: &dyn Surroundings,
    out: &mut dyn io::Write,
) -> Result<Exit, Error> {
    let path = arguments.cms.as_path();
    let file = Files::new(surroundings).document(path)?;
    let octets = cms::stamped_octets(&file).map_err(unusable(path))?;
    let mut nonce = [0; 16];
    SystemRandom.fill_bytes(&mut nonce);
    let request = tsp::request(&octets, Digest::Sha256, &nonce);
    output::write(&arguments.output, &request, &[path], out)?;
    Ok(Exit::Passed)
}

pub(crate) fn stamp_add(
    arguments: &StampAdd,
    surroundings: &dyn Surroundings,
    out: &mut dyn io::Write,
) -> Result<Exit, Error> {
    let files = Files::new(surroundings);
    let (path, answer) = (arguments.cms.as_path(), arguments.answer.as_path());
    let document = files.document(path)?;
    let given = files.certificates(answer)?;
    let given = armour::single(&given).map_err(|error| Error::unusable(answer, error))?;
    let token = match recognise::kind(&given) {
        Some(DocumentKind::TimeStampAnswer) => {
            tsp::token(&given).map_err(|error| Error::unusable(answer, error))?
        }
        _ => given.into_owned(),
    };
    if tsp::inspect(&token).is_none() {
        return Err(Error::unusable(answer, "there is no time stamp in it"));
    }
    let octets = cms::stamped_octets(&document).map_err(unusable(path))?;
    if !tsp::is_over(&token, &octets) {
        let reason = "the time stamp is not one of this signature";
        return Err(Error::unusable(answer, reason));
    }
    let stamped = cms::with_timestamp(&document, &token).map_err(unusable(path))?;
    let stamped = if arguments.pem {
        pem::encode("CMS", &stamped).into_bytes()
    } else {
        stamped
    };
    output::write(&arguments.output, &stamped, &[path, answer], out)?;
    Ok(Exit::Passed)
}

fn unusable(path: &Path) -> impl Fn(MessageError) -> Error {
    move |error| Error::unusable(path, error)
}
