//! The second opinion on a certificate: `x509-parser` reads the same octets and has to come to the
//! same facts. What it prevents is in docs/adr/0018-two-certificate-readers.md.

use super::{CertificateError, Disagreement, Fields};
use x509_parser::certificate::X509CertificateParser;
use x509_parser::nom::Parser;

/// Refuses a certificate that `x509-parser` cannot read or understands otherwise.
pub(super) fn agrees(der: &[u8], fields: &Fields<'_>) -> Result<(), CertificateError> {
    match disagreement(der, fields) {
        None => Ok(()),
        Some(about) => Err(CertificateError::Ambiguous(about)),
    }
}

/// The first fact that the two readers do not have in common.
fn disagreement(der: &[u8], fields: &Fields<'_>) -> Option<Disagreement> {
    // Extensions are read by the strict reader alone; of them the number is compared.
    let Ok((rest, parsed)) = X509CertificateParser::new()
        .with_deep_parse_extensions(false)
        .parse(der)
    else {
        return Some(Disagreement::Whole);
    };
    let tbs = &parsed.tbs_certificate;
    let extensions = fields.extensions.map_or(0, count);
    [
        (Disagreement::Length, rest.is_empty()),
        (
            Disagreement::Version,
            tbs.version.0.checked_add(1) == Some(fields.version),
        ),
        (Disagreement::Serial, tbs.raw_serial() == fields.serial),
        (Disagreement::Issuer, tbs.issuer.as_raw() == fields.issuer),
        (
            Disagreement::Subject,
            tbs.subject.as_raw() == fields.subject,
        ),
        (
            Disagreement::Validity,
            tbs.validity.not_before.timestamp() == fields.not_before.timestamp()
                && tbs.validity.not_after.timestamp() == fields.not_after.timestamp(),
        ),
        (Disagreement::Key, tbs.subject_pki.raw == fields.spki),
        (
            Disagreement::Extensions,
            tbs.extensions().len() == extensions,
        ),
    ]
    .into_iter()
    .find(|(_, same)| !same)
    .map(|(about, _)| about)
}

/// How many elements a list has that is read to its end.
fn count(mut list: crate::asn1::Reader<'_>) -> usize {
    let mut elements = 0;
    while list.element().is_ok() {
        elements += 1;
    }
    elements
}
