//! Files of certificates.

use super::{Certificate, CertificateError};
use crate::armour::{self, Contents, Document, Place, Unread};
use thiserror::Error;

/// Labels of PEM blocks that hold a certificate: the one of RFC 7468 and its two forerunners.
const CERTIFICATE_LABELS: [&str; 3] = ["CERTIFICATE", "X509 CERTIFICATE", "X.509 CERTIFICATE"];

/// Why a file does not give certificates alone.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CertificatesError {
    #[error(transparent)]
    Unread(#[from] Unread),
    #[error("{place}: the block «{label}» is no certificate")]
    OtherLabel { place: Place, label: String },
    #[error("{place}: {reason}")]
    Certificate {
        place: Place,
        reason: CertificateError,
    },
    #[error("there is no certificate in it")]
    None,
}

/// The certificates of a file that holds nothing else. For those that are trusted or given for a
/// purpose: a part that is not read, or is no certificate, is an error.
pub fn certificates(bytes: &[u8]) -> Result<Vec<Certificate>, CertificatesError> {
    let Contents { documents, unread } = armour::read(bytes);
    if let Some(unread) = unread.into_iter().next() {
        return Err(unread.into());
    }
    if documents.is_empty() || bytes.is_empty() {
        return Err(CertificatesError::None);
    }
    documents
        .into_iter()
        .map(
            |Document {
                 label,
                 place,
                 bytes,
             }| match label {
                Some(label) if !CERTIFICATE_LABELS.contains(&label.as_str()) => {
                    let label = balabaqsha_text::visible(&label).into_owned();
                    Err(CertificatesError::OtherLabel { place, label })
                }
                _ => Certificate::parse(&bytes)
                    .map_err(|reason| CertificatesError::Certificate { place, reason }),
            },
        )
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::armour::pem;

    #[test]
    fn other_blocks_among_certificates_are_refused_by_name() {
        let text = pem::encode("TRUSTED CERTIFICATE", &[0x30, 0]);
        let refused = certificates(text.as_bytes()).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "line 1: the block «TRUSTED CERTIFICATE» is no certificate"
        );
        assert_eq!(certificates(b""), Err(CertificatesError::None));
    }
}
