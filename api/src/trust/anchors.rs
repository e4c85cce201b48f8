//! Certificates of authorities, from files.

use balabaqsha_pki::certificate::{self, Certificate, CertificatesError};
use std::path::{Path, PathBuf};

/// How the names of demo authorities begin.
pub(crate) const DEMO_AUTHORITY: &str = "БАЛАБАҚША ДЕМО КУӘЛАНДЫРУШЫ ОРТАЛЫҒЫ";

/// Whether a certificate is one of a demo authority, of this installation or of another.
pub(super) fn is_of_demo(certificate: &Certificate) -> bool {
    certificate
        .subject()
        .common_name()
        .starts_with(DEMO_AUTHORITY)
}

/// Why trust anchors could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    #[error("{}: {source}", path.display())]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{}: {reason}", path.display())]
    NotCertificates {
        path: PathBuf,
        reason: CertificatesError,
    },
    #[error("no trust anchor was given")]
    Empty,
    #[error("{0} is a demo authority, whose keys everybody has: it is never trusted as a real one")]
    DemoAuthority(String),
    #[error("the client that asks about revocation: {0}")]
    Client(#[from] reqwest::Error),
}

/// The certificates of files, or of all files of folders.
pub(super) fn read_all(paths: &[PathBuf]) -> std::result::Result<Vec<Certificate>, TrustError> {
    let mut certificates = Vec::new();
    for path in paths {
        let read = |source| TrustError::Read {
            path: path.clone(),
            source,
        };
        if path.is_dir() {
            let mut files = std::fs::read_dir(path)
                .and_then(Iterator::collect::<std::io::Result<Vec<_>>>)
                .map_err(read)?
                .into_iter()
                .map(|entry| entry.path())
                .filter(|path| path.is_file())
                .collect::<Vec<_>>();
            files.sort();
            for file in files {
                certificates.extend(certificates_of(&file)?);
            }
        } else {
            certificates.extend(certificates_of(path)?);
        }
    }
    Ok(certificates)
}

pub(super) fn certificates_of(path: &Path) -> std::result::Result<Vec<Certificate>, TrustError> {
    let bytes = std::fs::read(path).map_err(|source| TrustError::Read {
        path: path.to_owned(),
        source,
    })?;
    certificate::certificates(&bytes).map_err(|reason| TrustError::NotCertificates {
        path: path.to_owned(),
        reason,
    })
}
