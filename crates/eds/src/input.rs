//! Reading files. What a verdict stands on must be there and readable; what only helps to find a
//! verdict (lists, answers, certificates in between) may be unreadable, and is then named.

use crate::Error;
use crate::arguments::Ground;
use balabaqsha_pki::armour::{self, Contents, Place};
use balabaqsha_pki::recognise::{self, DocumentKind};
use balabaqsha_pki::{Certificate, Evidence, TrustAnchors};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// A file, or a part of one, that was given and could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Unusable {
    pub(crate) file: PathBuf,
    pub(crate) reason: String,
}

impl Unusable {
    pub(crate) fn new(file: &Path, reason: impl ToString) -> Self {
        Self {
            file: file.to_owned(),
            reason: reason.to_string(),
        }
    }
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
            given.add_evidence(path, DocumentKind::RevocationList)?;
        }
        for path in &ground.ocsp {
            given.add_evidence(path, DocumentKind::OcspAnswer)?;
        }
        Ok(given)
    }

    fn add_certificates(&mut self, path: &Path) -> Result<(), Error> {
        let file = bytes(path)?;
        let Contents { documents, unread } = armour::read(&file);
        for document in documents {
            self.add_certificate(path, document.place, &document.bytes);
        }
        for part in unread {
            self.unusable.push(Unusable::new(path, part));
        }
        Ok(())
    }

    pub(crate) fn add_certificate(&mut self, path: &Path, place: Place, der: &[u8]) {
        let read = Certificate::parse(der);
        if let Some(certificate) = self.note(path, place, read) {
            self.further.push(certificate);
        }
    }

    /// Lists, answers and certificates of their signers, whichever of them a file holds. What is
    /// none of them, or damaged, may have been the word that something is revoked.
    fn add_evidence(&mut self, path: &Path, expected: DocumentKind) -> Result<(), Error> {
        let file = bytes(path)?;
        let Contents { documents, unread } = armour::read(&file);
        for document in documents {
            let der = &document.bytes;
            match recognise::kind(der).unwrap_or(expected) {
                DocumentKind::Certificate => self.add_certificate(path, document.place, der),
                DocumentKind::OcspAnswer => {
                    let taken = self.evidence.add_ocsp(der, None);
                    self.note(path, document.place, taken);
                }
                DocumentKind::RevocationList
                | DocumentKind::KeyFile
                | DocumentKind::SignedDocument => {
                    let taken = self.evidence.add_crl(der);
                    self.note(path, document.place, taken);
                }
            }
        }
        for part in unread {
            self.evidence.note_unread();
            self.unusable.push(Unusable::new(path, part));
        }
        Ok(())
    }

    fn note<T>(&mut self, path: &Path, place: Place, taken: Result<T, impl ToString>) -> Option<T> {
        taken
            .map_err(|error| {
                let reason = format!("{place}: {}", error.to_string());
                self.unusable.push(Unusable::new(path, reason));
            })
            .ok()
    }
}

/// Whom to trust is never guessed: each file must hold certificates and nothing else.
fn anchors(paths: &[PathBuf]) -> Result<Vec<Certificate>, Error> {
    let mut anchors = Vec::new();
    for path in paths {
        let found =
            armour::certificates(&bytes(path)?).map_err(|error| Error::unusable(path, error))?;
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

/// A file that is judged. What of it cannot be read leaves nothing to judge by.
pub(crate) fn whole<'a>(path: &Path, file: &'a [u8]) -> Result<Contents<'a>, Error> {
    let contents = armour::read(file);
    match contents.unread.first() {
        Some(part) => Err(Error::unusable(path, format!("cannot be read: {part}"))),
        None => Ok(contents),
    }
}
