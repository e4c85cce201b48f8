//! What a signed document brings along to be judged by: certificates and evidence about revocation,
//! wherever the formats have a place for them. Nothing is trusted for being here.
//!
//! What cannot be read, or is not looked at, is named.

use super::message::{Attribute, SignedData};
use crate::asn1::{Asn1Error, Reader, context, known, octet_string, oid, sequence, tag, tlv};
use crate::certificate::Certificate;
use crate::revocation::Evidence;
use crate::verdict::Reason;

/// Values of one attribute that are read, at most.
const MOST: usize = 256;

/// The certificates of a document, and remarks about what else is in it.
pub(crate) struct Enclosed {
    pub(crate) certificates: Vec<Certificate>,
    pub(crate) remarks: Vec<Reason>,
}

impl Enclosed {
    /// Takes the certificates of a document, and its evidence into `evidence`.
    pub(crate) fn take(data: &SignedData, evidence: &mut Evidence) -> Self {
        let mut enclosed = Self {
            certificates: data.certificates.clone(),
            remarks: Vec::new(),
        };
        for certificate in &data.unreadable {
            let reason = &certificate.reason;
            enclosed.remark("enclosed-certificate-unreadable", reason.clone());
        }
        for list in &data.crls {
            enclosed.list(list, evidence);
        }
        for answer in &data.ocsp {
            enclosed.answer(answer, evidence);
        }
        for kind in &data.other_evidence {
            let detail = format!("evidence about revocation of the kind {}", kind.describe());
            enclosed.remark("enclosed-evidence-unknown", detail);
        }
        for signer in &data.signers {
            for attribute in &signer.unsigned_attributes {
                if attribute.kind == known::REVOCATION_VALUES {
                    enclosed.revocation_values(attribute, evidence);
                } else if attribute.kind == known::CERTIFICATE_VALUES {
                    enclosed.certificate_values(attribute);
                } else if attribute.kind != known::SIGNATURE_TIME_STAMP
                    && attribute.kind != known::COUNTER_SIGNATURE
                {
                    let kind = attribute.kind.describe();
                    let detail = format!("the unsigned attribute {kind} is not looked at");
                    enclosed.remark("attribute-ignored", detail);
                }
            }
        }
        enclosed
    }

    fn remark(&mut self, code: &'static str, detail: String) {
        self.remarks.push(Reason { code, detail });
    }

    fn list(&mut self, list: &[u8], evidence: &mut Evidence) {
        if let Err(error) = evidence.add_crl(list) {
            self.remark("enclosed-evidence-unreadable", error.to_string());
        }
    }

    fn answer(&mut self, answer: &[u8], evidence: &mut Evidence) {
        if let Err(error) = evidence.add_ocsp(answer, None) {
            self.remark("enclosed-evidence-unreadable", error.to_string());
        }
    }

    /// RFC 5126, section 6.3.4.
    fn revocation_values(&mut self, attribute: &Attribute, evidence: &mut Evidence) {
        for value in &attribute.values {
            match RevocationValues::read(value) {
                Ok(values) => {
                    for list in &values.lists {
                        self.list(list, evidence);
                    }
                    for basic in &values.answers {
                        self.answer(&answer_of(basic), evidence);
                    }
                    if values.has_other {
                        let detail = "evidence about revocation of another kind".to_owned();
                        self.remark("enclosed-evidence-unknown", detail);
                    }
                }
                Err(error) => {
                    evidence.note_unread();
                    self.remark("enclosed-evidence-unreadable", error.to_string());
                }
            }
        }
    }

    /// RFC 5126, section 6.3.3.
    fn certificate_values(&mut self, attribute: &Attribute) {
        for value in &attribute.values {
            let mut outer = Reader::new(value);
            let elements = outer.sequence().and_then(elements);
            match elements {
                Ok(elements) => {
                    for der in elements {
                        match Certificate::parse(der) {
                            Ok(certificate) => self.certificates.push(certificate),
                            Err(error) => {
                                self.remark("enclosed-certificate-unreadable", error.to_string())
                            }
                        }
                    }
                }
                Err(error) => self.remark("enclosed-certificate-unreadable", error.to_string()),
            }
        }
    }
}

/// The elements of a list.
fn elements(mut list: Reader<'_>) -> Result<Vec<&[u8]>, Asn1Error> {
    let mut elements = Vec::new();
    while !list.is_empty() {
        if elements.len() == MOST {
            return Err(Asn1Error::TooMany(MOST, "values"));
        }
        elements.push(list.element()?.raw);
    }
    Ok(elements)
}

struct RevocationValues {
    lists: Vec<Vec<u8>>,
    /// BasicOCSPResponse.
    answers: Vec<Vec<u8>>,
    has_other: bool,
}

impl RevocationValues {
    fn read(value: &[u8]) -> Result<Self, Asn1Error> {
        let mut outer = Reader::new(value);
        let mut fields = outer.sequence()?;
        outer.finish()?;
        let mut list = |number| -> Result<Vec<Vec<u8>>, Asn1Error> {
            let Some(wrapped) = fields.optional(tag::context_constructed(number))? else {
                return Ok(Vec::new());
            };
            let mut wrapped = wrapped.reader();
            let list = elements(wrapped.sequence()?)?;
            wrapped.finish()?;
            Ok(list.into_iter().map(<[u8]>::to_vec).collect())
        };
        let (lists, answers) = (list(0)?, list(1)?);
        let has_other = fields.optional(tag::context_constructed(2))?.is_some();
        fields.finish()?;
        Ok(Self {
            lists,
            answers,
            has_other,
        })
    }
}

/// An OCSP answer around the basic one that CAdES keeps.
fn answer_of(basic: &[u8]) -> Vec<u8> {
    let bytes = sequence(&[&oid(&known::OCSP_BASIC), &octet_string(basic)]);
    sequence(&[&tlv(tag::ENUMERATED, &[&[0]]), &context(0, &[&bytes])])
}

#[cfg(test)]
#[cfg(all(feature = "authority", feature = "system-random"))]
mod tests {
    use super::*;
    use crate::authority::{
        Answer, AnswerDates, AnswerOptions, Authority, Profile, RevokedSerial, Subject, Validity,
    };
    use crate::cms::stamp::with_attribute;
    use crate::cms::{Certificates, SignOptions, VerifyPolicy, sign, verify};
    use crate::keystore;
    use crate::path::TrustAnchors;
    use crate::random::SystemRandom;
    use crate::verdict::{Check, Report};
    use crate::{Digest, SubIndication, Verdict};
    use chrono::{DateTime, Duration, Utc};

    const TEXT: &[u8] = b"text";

    struct World {
        now: DateTime<Utc>,
        authority: Authority,
        certificate: Certificate,
        document: Vec<u8>,
        without_certificate: Vec<u8>,
    }

    impl World {
        fn new() -> Self {
            let rng = &mut SystemRandom;
            let now = "2026-06-01T00:00:00Z".parse().unwrap();
            let validity = Validity {
                not_before: now,
                not_after: now + Duration::days(100),
            };
            let authority = Authority::gost512("CA", validity, rng).unwrap();
            let subject = Subject::person("А", "Б", None, "880229400023");
            let issued = authority
                .issue(&subject, Profile::Gost512, validity, "1", rng)
                .unwrap();
            let store = keystore::open(&issued.p12, "1").unwrap();
            let options = SignOptions::detached(now);
            let bare = SignOptions {
                certificates: Certificates::None,
                ..options.clone()
            };
            let mut sign = |options| sign(&store.entries()[0], TEXT, options, rng).unwrap();
            Self {
                document: sign(&options),
                without_certificate: sign(&bare),
                now,
                authority,
                certificate: issued.certificate,
            }
        }

        fn list(&self, revoked: bool) -> Vec<u8> {
            let entry = RevokedSerial::new(&self.certificate, self.now, 1);
            let entries = if revoked { vec![entry] } else { Vec::new() };
            let validity = Validity {
                not_before: self.now - Duration::hours(1),
                not_after: self.now + Duration::hours(1),
            };
            self.authority
                .revoke(&entries, 1, validity, &mut SystemRandom)
                .unwrap()
        }

        fn answer(&self, answer: Answer) -> Vec<u8> {
            let rng = &mut SystemRandom;
            let validity = Validity {
                not_before: self.now,
                not_after: self.now + Duration::days(1),
            };
            let options = AnswerOptions {
                digest: Digest::Sha256,
                dates: AnswerDates {
                    produced_at: self.now,
                    this_update: self.now,
                    next_update: Some(self.now + Duration::hours(1)),
                },
                nonce: None,
            };
            let issuer = self.authority.certificate();
            let service = self.authority.responder(true, validity, rng).unwrap();
            service
                .answer(&self.certificate, issuer, answer, &options, rng)
                .unwrap()
        }

        fn judge(&self, document: &[u8]) -> Report {
            let anchors = TrustAnchors::from_certificates([self.authority.certificate().clone()]);
            verify(document, Some(TEXT), &VerifyPolicy::new(&anchors, self.now))
        }
    }

    /// The document with these RevocationInfoChoices.
    fn with_evidence(document: &[u8], choices: &[&[u8]]) -> Vec<u8> {
        let mut outer = Reader::new(document);
        let mut info = outer.sequence().unwrap();
        info.oid().unwrap();
        let mut explicit = info.element().unwrap().reader();
        let mut data = explicit.sequence().unwrap();
        let mut parts: Vec<&[u8]> = Vec::new();
        while !data.is_empty() {
            parts.push(data.element().unwrap().raw);
        }
        let evidence = context(1, choices);
        parts.insert(parts.len() - 1, &evidence);
        sequence(&[&oid(&known::SIGNED_DATA), &context(0, &[&sequence(&parts)])])
    }

    fn codes(report: &Report) -> Vec<&'static str> {
        report.remarks.iter().map(|remark| remark.code).collect()
    }

    #[test]
    fn evidence_inside_of_a_document_is_judged_by() {
        let world = World::new();
        let at = world.now - Duration::days(1);
        let unknown = world.judge(&world.document);
        assert_eq!(unknown.sub_indication, Some(SubIndication::TryLater));
        let other = |answer: &[u8]| context(1, &[&oid(&known::OCSP_ENCLOSED), answer]);
        let values = |lists: &[&[u8]], answers: &[&[u8]]| {
            let lists = context(0, &[&sequence(lists)]);
            let answers = context(1, &[&sequence(answers)]);
            let value = sequence(&[&lists, &answers]);
            with_attribute(&world.document, &known::REVOCATION_VALUES, &value).unwrap()
        };
        let basic = |answer: &[u8]| -> Vec<u8> {
            let mut fields = Reader::new(answer).sequence().unwrap();
            fields.element().unwrap();
            let mut bytes = fields.element().unwrap().reader().sequence().unwrap();
            bytes.oid().unwrap();
            bytes.octets().unwrap().to_vec()
        };
        let (good, revoked) = (
            world.answer(Answer::Good),
            world.answer(Answer::Revoked(at)),
        );
        for (document, passed) in [
            (with_evidence(&world.document, &[&world.list(false)]), true),
            (with_evidence(&world.document, &[&world.list(true)]), false),
            // RFC 5940
            (with_evidence(&world.document, &[&other(&good)]), true),
            (with_evidence(&world.document, &[&other(&revoked)]), false),
            // CAdES
            (values(&[&world.list(false)], &[]), true),
            (values(&[&world.list(true)], &[]), false),
            (values(&[], &[&basic(&good)]), true),
            (values(&[], &[&basic(&revoked)]), false),
        ] {
            let report = world.judge(&document);
            let expected = (!passed).then_some(SubIndication::Revoked);
            assert_eq!(report.sub_indication, expected, "{:?}", report.reason);
            assert_eq!(codes(&report), [""; 0]);
        }
        let certificates = sequence(&[world.certificate.der()]);
        let document = &world.without_certificate;
        let document = with_attribute(document, &known::CERTIFICATE_VALUES, &certificates).unwrap();
        let document = with_evidence(&document, &[&world.list(false)]);
        assert_eq!(world.judge(&document).verdict, Verdict::Passed);
    }

    #[test]
    fn what_is_inside_and_not_read_is_named_and_nothing_passes_on_the_rest() {
        let world = World::new();
        let list = world.list(false);
        let damaged = &sequence(&[&sequence(&[])])[..];
        let other = context(1, &[&oid(&known::OCSP_ENCLOSED), damaged]);
        for document in [
            with_evidence(&world.document, &[&list, damaged]),
            with_evidence(&world.document, &[&list, &other]),
            with_attribute(
                &with_evidence(&world.document, &[&list]),
                &known::REVOCATION_VALUES,
                damaged,
            )
            .unwrap(),
        ] {
            let report = world.judge(&document);
            assert_eq!(report.sub_indication, Some(SubIndication::TryLater));
            assert_eq!(report.reason.as_ref().unwrap().code, "evidence-unreadable");
            assert_eq!(codes(&report), ["enclosed-evidence-unreadable"]);
        }
        // What nobody here reads may say anything, and is named.
        let strange = context(1, &[&oid(&known::DATA), &[5, 0]]);
        let report = world.judge(&with_evidence(&world.document, &[&list, &strange]));
        assert_eq!(codes(&report), ["enclosed-evidence-unknown"]);
    }

    #[test]
    fn counter_signatures_and_other_attributes_are_named() {
        let world = World::new();
        let document = with_evidence(&world.document, &[&world.list(false)]);
        let document = with_attribute(&document, &known::COUNTER_SIGNATURE, &[5, 0]).unwrap();
        let report = world.judge(&document);
        assert_eq!(report.verdict, Verdict::Passed);
        assert_eq!(report.not_checked, [Check::CounterSignatures]);
        let document = with_attribute(&document, &known::CONTENT_TYPE, &[5, 0]).unwrap();
        assert_eq!(codes(&world.judge(&document)), ["attribute-ignored"]);
    }

    #[test]
    fn evidence_that_is_not_believed_is_named_with_the_reason() {
        let rng = &mut SystemRandom;
        let world = World::new();
        let stranger = Authority::gost512(
            "CA",
            Validity {
                not_before: world.now,
                not_after: world.now + Duration::days(1),
            },
            rng,
        )
        .unwrap();
        let mut list = |authority: &Authority, hours: i64| {
            let validity = Validity {
                not_before: world.now + Duration::hours(hours),
                not_after: world.now + Duration::hours(hours + 2),
            };
            authority.revoke(&[], 1, validity, rng).unwrap()
        };
        for (list, expected) in [
            (list(&world.authority, -1), None),
            (list(&world.authority, -5), Some("evidence-ran-out")),
            (list(&world.authority, 5), Some("evidence-from-the-future")),
            (list(&stranger, -1), Some("evidence-not-signed")),
        ] {
            let report = world.judge(&with_evidence(&world.document, &[&list]));
            assert_eq!(report.passed(), expected.is_none());
            assert_eq!(codes(&report), expected.into_iter().collect::<Vec<_>>());
        }
        let other = Authority::gost512(
            "OTHER",
            Validity {
                not_before: world.now,
                not_after: world.now + Duration::days(1),
            },
            &mut SystemRandom,
        )
        .unwrap();
        let good = world.list(false);
        let report = world.judge(&with_evidence(&world.document, &[&good, &list(&other, -1)]));
        assert!(report.passed());
        assert_eq!(codes(&report), ["evidence-not-needed"]);
    }

    #[test]
    fn a_certificate_of_the_signer_that_cannot_be_read_is_not_missing() {
        let world = World::new();
        let der = world.certificate.der();
        // The version of the certificate: [0] { INTEGER 2 }.
        let at = der
            .windows(5)
            .position(|window| window == [0xa0, 3, 2, 1, 2])
            .unwrap();
        let mut damaged = der.to_vec();
        damaged[at + 4] = 9;
        assert!(Certificate::parse(&damaged).is_err());
        let place = world
            .document
            .windows(der.len())
            .position(|window| window == der)
            .unwrap();
        let mut document = world.document.clone();
        document[place..place + der.len()].copy_from_slice(&damaged);
        let report = world.judge(&document);
        let no_certificate = Some(SubIndication::NoSigningCertificateFound);
        assert_eq!(report.sub_indication, no_certificate);
        let code = report.reason.as_ref().unwrap().code;
        assert_eq!(code, "signer-certificate-unreadable");
        assert_eq!(codes(&report), ["enclosed-certificate-unreadable"]);
        let report = world.judge(&world.without_certificate);
        assert_eq!(
            report.reason.as_ref().unwrap().code,
            "signer-certificate-missing"
        );
    }
}
