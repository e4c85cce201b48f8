//! Reading files. What a verdict stands on must be there and readable; what only helps to find a
//! verdict (lists, answers, certificates in between) may be unreadable, and is then named.

use crate::Error;
use crate::arguments::Ground;
use balabaqsha_pki::{Certificate, Evidence, TrustAnchors, pem};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// The first octet of every document here.
const SEQUENCE: u8 = 0x30;

/// A file that was given and could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Unusable {
    pub(crate) file: PathBuf,
    pub(crate) reason: String,
}

/// All that certificates are judged with.
pub(crate) struct Given {
    pub(crate) anchors: TrustAnchors,
    pub(crate) evidence: Evidence,
    pub(crate) further: Vec<Certificate>,
    pub(crate) unusable: Vec<Unusable>,
}

impl Given {
    pub(crate) fn read(ground: &Ground, further: &[PathBuf]) -> Result<Self, Error> {
        let mut given = Self {
            anchors: TrustAnchors::from_certificates(anchors(&ground.trust)?),
            evidence: Evidence::new(),
            further: Vec::new(),
            unusable: Vec::new(),
        };
        for path in further {
            given.add_certificates(path)?;
        }
        for path in &ground.crl {
            for document in documents(&bytes(path)?) {
                let taken = given.evidence.add_crl(&document);
                given.note(path, taken);
            }
        }
        for path in &ground.ocsp {
            for document in documents(&bytes(path)?) {
                let taken = given.evidence.add_ocsp(&document, None);
                given.note(path, taken);
            }
        }
        Ok(given)
    }

    fn add_certificates(&mut self, path: &Path) -> Result<(), Error> {
        for document in documents(&bytes(path)?) {
            let read = Certificate::parse(&document);
            if let Some(certificate) = self.note(path, read) {
                self.further.push(certificate);
            }
        }
        Ok(())
    }

    fn note<T>(&mut self, path: &Path, taken: Result<T, impl ToString>) -> Option<T> {
        taken
            .map_err(|error| {
                self.unusable.push(Unusable {
                    file: path.to_owned(),
                    reason: error.to_string(),
                });
            })
            .ok()
    }
}

/// Whom to trust is never guessed: each file must hold certificates and nothing unreadable.
fn anchors(paths: &[PathBuf]) -> Result<Vec<Certificate>, Error> {
    let mut anchors = Vec::new();
    for path in paths {
        let found =
            pem::certificates(&bytes(path)?).map_err(|error| Error::unusable(path, error))?;
        if found.is_empty() {
            return Err(Error::unusable(path, "there is no certificate in it"));
        }
        anchors.extend(found);
    }
    Ok(anchors)
}

pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })
}

/// All documents of a file: every block of PEM, or the one that the file is.
pub(crate) fn documents(bytes: &[u8]) -> Vec<Vec<u8>> {
    if bytes.first() != Some(&SEQUENCE) {
        let blocks = pem::blocks(bytes);
        if !blocks.is_empty() {
            return blocks.into_iter().map(|block| block.bytes).collect();
        }
    }
    vec![pem::decode(bytes).into_owned()]
}
