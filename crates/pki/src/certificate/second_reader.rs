//! The same octets read by an independent reader, which has to come to the same.

use super::{CertificateError, Fields};
use x509_parser::certificate::X509CertificateParser;
use x509_parser::nom::Parser;

/// Refuses a certificate that `x509-parser` cannot read or understands otherwise.
pub(super) fn agrees(der: &[u8], fields: &Fields<'_>) -> Result<(), CertificateError> {
    let (rest, parsed) = X509CertificateParser::new()
        .with_deep_parse_extensions(false)
        .parse(der)
        .map_err(|_| CertificateError::Structure)?;
    let tbs = &parsed.tbs_certificate;
    let extensions = fields.extensions.map_or(0, count);
    let same = rest.is_empty()
        && tbs.version.0.checked_add(1) == Some(fields.version)
        && tbs.raw_serial() == fields.serial
        && tbs.issuer.as_raw() == fields.issuer
        && tbs.subject.as_raw() == fields.subject
        && tbs.validity.not_before.timestamp() == fields.not_before.timestamp()
        && tbs.validity.not_after.timestamp() == fields.not_after.timestamp()
        && tbs.subject_pki.raw == fields.spki
        && tbs.extensions().len() == extensions;
    if same {
        Ok(())
    } else {
        Err(CertificateError::Structure)
    }
}

/// How many elements a list has that is read to its end.
fn count(mut list: crate::asn1::Reader<'_>) -> usize {
    let mut elements = 0;
    while list.element().is_ok() {
        elements += 1;
    }
    elements
}
