//! Reading files. What a verdict stands on must be there and readable; what only helps to find a
//! verdict (lists, answers, certificates in between) may be unreadable, and is then named. What is
//! larger than is read is refused before it is read.

use crate::arguments::Ground;
use crate::{Error, Surroundings};
use balabaqsha_pki::armour::{self, Contents, Place};
use balabaqsha_pki::recognise::{self, DocumentKind};
use balabaqsha_pki::{Certificate, Evidence, TrustAnchors, certificate};
use serde::Serialize;
use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The name of standard input.
pub(crate) const STANDARD_INPUT: &str = "-";

const MIB: u64 = 1024 * 1024;
/// The largest files that are read. Documents and lists may come in Base64, which is a third longer
/// than what it holds.
pub(crate) const KEY_FILE: u64 = 4 * MIB;
const DOCUMENT: u64 = 48 * MIB;
const LIST: u64 = 96 * MIB;
const CERTIFICATES: u64 = 16 * MIB;
const ANSWERS: u64 = 16 * MIB;
/// What is signed, apart from its signature.
const CONTENT: u64 = 256 * MIB;
/// The largest of all, for looking into a file.
const ANY: u64 = LIST;

/// A file, or a part of one, that was given and could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Unusable {
    /// As text, also where the name is none.
    pub(crate) file: String,
    pub(crate) reason: String,
}

impl Unusable {
    pub(crate) fn new(file: &Path, reason: impl ToString) -> Self {
        Self {
            file: file.display().to_string(),
            reason: reason.to_string(),
        }
    }
}

/// Reads the files of one run.
pub(crate) struct Files<'a> {
    surroundings: &'a dyn Surroundings,
    /// Standard input can be read once.
    taken: Cell<bool>,
}

impl<'a> Files<'a> {
    pub(crate) fn new(surroundings: &'a dyn Surroundings) -> Self {
        Self {
            surroundings,
            taken: Cell::new(false),
        }
    }

    pub(crate) fn key_file(&self, path: &Path) -> Result<Vec<u8>, Error> {
        self.bytes(path, KEY_FILE)
    }

    pub(crate) fn document(&self, path: &Path) -> Result<Vec<u8>, Error> {
        self.bytes(path, DOCUMENT)
    }

    pub(crate) fn certificates(&self, path: &Path) -> Result<Vec<u8>, Error> {
        self.bytes(path, CERTIFICATES)
    }

    pub(crate) fn content(&self, path: &Path) -> Result<Vec<u8>, Error> {
        self.bytes(path, CONTENT)
    }

    pub(crate) fn any(&self, path: &Path) -> Result<Vec<u8>, Error> {
        self.bytes(path, ANY)
    }

    fn bytes(&self, path: &Path, limit: u64) -> Result<Vec<u8>, Error> {
        let failed = |source| Error::Read {
            path: path.to_owned(),
            source,
        };
        if path.as_os_str() == STANDARD_INPUT {
            if self.taken.replace(true) {
                return Err(Error::StandardInputTwice);
            }
            return limited(path, self.surroundings.standard_input(), 0, limit);
        }
        let file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        let length = if metadata.is_file() {
            metadata.len()
        } else {
            0
        };
        if length > limit {
            return Err(too_large(path, limit));
        }
        limited(path, file, length, limit)
    }
}

/// Reads to the end, and no more than one octet past the limit: a pipe has no length beforehand, and
/// a file may grow.
fn limited(path: &Path, source: impl Read, expected: u64, limit: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or(0));
    source
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|source: io::Error| Error::Read {
            path: path.to_owned(),
            source,
        })?;
    match u64::try_from(bytes.len()) {
        Ok(length) if length <= limit => Ok(bytes),
        _ => Err(too_large(path, limit)),
    }
}

fn too_large(path: &Path, limit: u64) -> Error {
    Error::TooLarge {
        path: path.to_owned(),
        limit: limit / MIB,
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
    pub(crate) fn read(
        files: &Files<'_>,
        ground: &Ground,
        further: &[PathBuf],
    ) -> Result<Self, Error> {
        let mut given = Self {
            anchors: anchors(files, &ground.trust)?,
            evidence: Evidence::new(),
            further: Vec::new(),
            unusable: Vec::new(),
        };
        for path in further {
            given.add_certificates(path, &files.certificates(path)?);
        }
        for path in &ground.crl {
            let file = files.bytes(path, LIST)?;
            given.add_evidence(path, &file, DocumentKind::RevocationList);
        }
        for path in &ground.ocsp {
            let file = files.bytes(path, ANSWERS)?;
            given.add_evidence(path, &file, DocumentKind::OcspAnswer);
        }
        Ok(given)
    }

    fn add_certificates(&mut self, path: &Path, file: &[u8]) {
        let Contents { documents, unread } = armour::read(file);
        for document in documents {
            self.add_certificate(path, document.place, &document.bytes);
        }
        for part in unread {
            self.unusable.push(Unusable::new(path, part));
        }
    }

    pub(crate) fn add_certificate(&mut self, path: &Path, place: Place, der: &[u8]) {
        let read = Certificate::parse(der);
        if let Some(certificate) = self.note(path, place, read) {
            self.further.push(certificate);
        }
    }

    /// Lists, answers and certificates of their signers, whichever of them a file holds. What is
    /// none of them, or damaged, may have been the word that something is revoked.
    fn add_evidence(&mut self, path: &Path, file: &[u8], expected: DocumentKind) {
        let Contents { documents, unread } = armour::read(file);
        for document in documents {
            let der = &document.bytes;
            match recognise::kind(der).unwrap_or(expected) {
                DocumentKind::Certificate => self.add_certificate(path, document.place, der),
                DocumentKind::OcspAnswer => {
                    let taken = self.evidence.add_ocsp(der, None);
                    self.note(path, document.place, taken);
                }
                _ => {
                    let taken = self.evidence.add_crl(der);
                    self.note(path, document.place, taken);
                }
            }
        }
        for part in unread {
            self.evidence.note_unread();
            self.unusable.push(Unusable::new(path, part));
        }
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
pub(crate) fn anchors(files: &Files<'_>, paths: &[PathBuf]) -> Result<TrustAnchors, Error> {
    let mut anchors = Vec::new();
    for path in paths {
        let found = certificate::certificates(&files.certificates(path)?)
            .map_err(|error| Error::unusable(path, error))?;
        anchors.extend(found);
    }
    Ok(TrustAnchors::from_certificates(anchors))
}

/// A file that is judged. What of it cannot be read leaves nothing to judge by.
pub(crate) fn whole<'a>(path: &Path, file: &'a [u8]) -> Result<Contents<'a>, Error> {
    let contents = armour::read(file);
    match contents.unread.first() {
        Some(part) => Err(Error::unusable(path, format!("cannot be read: {part}"))),
        None => Ok(contents),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noughts without an end, which counts what is read of them.
    struct Noughts<'a>(&'a Cell<u64>);

    impl Read for Noughts<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            buffer.fill(0);
            self.0
                .set(self.0.get() + u64::try_from(buffer.len()).unwrap());
            Ok(buffer.len())
        }
    }

    #[test]
    fn source_without_end_is_read_to_one_octet_past_the_limit() {
        let read = Cell::new(0);
        let refused = limited(Path::new("x"), Noughts(&read), 0, KEY_FILE);
        assert!(matches!(refused, Err(Error::TooLarge { limit: 4, .. })));
        assert_eq!(read.get(), KEY_FILE + 1);
    }

    #[test]
    fn source_of_exactly_the_limit_is_read_whole() {
        let read = Cell::new(0);
        let source = Noughts(&read).take(KEY_FILE);
        let bytes = limited(Path::new("x"), source, KEY_FILE, KEY_FILE).unwrap();
        assert_eq!(u64::try_from(bytes.len()).unwrap(), KEY_FILE);
    }
}
