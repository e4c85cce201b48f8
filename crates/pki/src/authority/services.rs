//! The services around the demonstration authority: answering about revocation (OCSP), stamping
//! time, and authorities below it.

use super::encoding::spki;
use super::{Authority, AuthorityError, Template, Validity, certificate_identifier, extensions};
use super::{key_identifier, name_of, printable, text};
use crate::algorithm::Digest;
use crate::asn1::{
    context, integer, integer_u64, known, null, octet_string, oid, sequence, tag, tlv,
};
use crate::certificate::Certificate;
use crate::cms;
use crate::gost::Gost512PrivateKey;
use crate::key::{KeyAlgorithm, PrivateKey};
use crate::revocation::certificate_id;
use chrono::{DateTime, Utc};
use const_oid::ObjectIdentifier;
use rsa::RsaPrivateKey;
use rsa::rand_core::CryptoRngCore;

/// A policy under which nobody promises anything.
const STAMP_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.398.3.3.2.6");

/// A key that does one service for an authority.
#[derive(Debug)]
pub struct Service {
    key: PrivateKey,
    certificate: Certificate,
}

/// What a responder says of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Good,
    /// Without a reason.
    Revoked(DateTime<Utc>),
    /// With a reason code of RFC 5280.
    RevokedFor(DateTime<Utc>, u8),
    Unknown,
}

/// How an answer is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerOptions<'a> {
    pub dates: AnswerDates,
    /// By which the certificate is identified.
    pub digest: Digest,
    /// The one that was sent with the question.
    pub nonce: Option<&'a [u8]>,
}

/// The dates of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerDates {
    pub produced_at: DateTime<Utc>,
    pub this_update: DateTime<Utc>,
    pub next_update: Option<DateTime<Utc>>,
}

impl Authority {
    /// A new key of the authority's own kind.
    fn new_key(&self, rng: &mut impl CryptoRngCore) -> Result<PrivateKey, AuthorityError> {
        Ok(match self.key.algorithm() {
            KeyAlgorithm::Gost512 => Gost512PrivateKey::generate(rng).into(),
            KeyAlgorithm::Rsa { .. } => RsaPrivateKey::new(rng, 2048)
                .map_err(AuthorityError::Generation)?
                .into(),
        })
    }

    fn certify_service(
        &self,
        common_name: &str,
        key: &PrivateKey,
        own: &[Vec<u8>],
        validity: Validity,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Certificate, AuthorityError> {
        let spki = spki(&key.public_key());
        let subject = name_of(&[
            text(&known::COMMON_NAME, common_name),
            printable(&known::COUNTRY, "KZ"),
        ]);
        let issuer_key = self
            .certificate
            .subject_key_identifier()
            .unwrap_or_default();
        let mut list = own.to_vec();
        list.push(extensions::subject_key_identifier(&key_identifier(&spki)));
        list.push(extensions::authority_key_identifier(issuer_key));
        let template = Template {
            issuer: self.certificate.subject().der(),
            subject: &subject,
            spki: &spki,
            validity,
            extensions: &list,
        };
        template.sign(&self.key, rng)
    }

    /// Certifies another authority, which has a certificate of its own already.
    pub fn cross_certify(
        &self,
        other: &Self,
        path_length: Option<u8>,
        validity: Validity,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Certificate, AuthorityError> {
        let own = [
            extensions::basic_constraints_authority(path_length),
            extensions::key_usage_authority(),
        ];
        let name = other.certificate.subject().common_name();
        self.certify_service(&name, &other.key, &own, validity, rng)
    }

    /// An authority below this one.
    pub fn subordinate(
        &self,
        common_name: &str,
        path_length: Option<u8>,
        validity: Validity,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Self, AuthorityError> {
        let key = self.new_key(rng)?;
        let own = [
            extensions::basic_constraints_authority(path_length),
            extensions::key_usage_authority(),
        ];
        let certificate = self.certify_service(common_name, &key, &own, validity, rng)?;
        Ok(Self {
            key,
            certificate,
            services: self.services.clone(),
        })
    }

    /// A service whose certificate has these extensions.
    #[cfg(test)]
    pub(crate) fn service(
        &self,
        own: &[Vec<u8>],
        validity: Validity,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Service, AuthorityError> {
        let key = self.new_key(rng)?;
        let certificate = self.certify_service("DEMO SERVICE", &key, own, validity, rng)?;
        Ok(Service { key, certificate })
    }

    /// A responder charged with answering about this authority's certificates. `no_check` is its
    /// certificate's word that it need not itself be asked about.
    pub fn responder(
        &self,
        no_check: bool,
        validity: Validity,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Service, AuthorityError> {
        let key = self.new_key(rng)?;
        let mut own = vec![
            extensions::key_usage_service(),
            extensions::only_usage(&known::OCSP_SIGNING, false),
        ];
        if no_check {
            own.push(extensions::ocsp_no_check());
        }
        let certificate = self.certify_service("DEMO OCSP", &key, &own, validity, rng)?;
        Ok(Service { key, certificate })
    }

    /// A stamper of time.
    pub fn stamper(
        &self,
        validity: Validity,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Service, AuthorityError> {
        let key = self.new_key(rng)?;
        let own = [
            extensions::key_usage_service(),
            extensions::only_usage(&known::TIME_STAMPING, true),
        ];
        let certificate = self.certify_service("DEMO TSA", &key, &own, validity, rng)?;
        Ok(Service { key, certificate })
    }
}

impl Service {
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Answers a question about a certificate.
    pub fn answer(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        answer: Answer,
        options: &AnswerOptions<'_>,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Vec<u8>, AuthorityError> {
        let status = match answer {
            Answer::Good => tlv(tag::context(0), &[]),
            Answer::Revoked(at) => context(1, &[&generalized(at)]),
            Answer::RevokedFor(at, reason) => {
                let reason = tlv(tag::ENUMERATED, &[&[reason]]);
                context(1, &[&generalized(at), &context(0, &[&reason])])
            }
            Answer::Unknown => tlv(tag::context(2), &[]),
        };
        let AnswerOptions {
            dates,
            digest,
            nonce,
        } = *options;
        let next = dates
            .next_update
            .map(|moment| context(0, &[&generalized(moment)]));
        let single = sequence(&[
            &certificate_id(certificate, issuer, digest),
            &status,
            &generalized(dates.this_update),
            &next.unwrap_or_default(),
        ]);
        let extensions = nonce.map(|nonce| {
            let value = octet_string(&octet_string(nonce));
            context(
                1,
                &[&sequence(&[&sequence(&[&oid(&known::OCSP_NONCE), &value])])],
            )
        });
        let responder = octet_string(&Digest::Sha1.compute(self.certificate.key_bits()));
        let data = sequence(&[
            &context(2, &[&responder]),
            &generalized(dates.produced_at),
            &sequence(&[&single]),
            &extensions.unwrap_or_default(),
        ]);
        let scheme = self.key.default_scheme();
        let signature = self.key.sign(scheme, &data, rng)?;
        let basic = sequence(&[
            &data,
            &certificate_identifier(scheme),
            &super::encoding::bit_string(&signature),
            &context(0, &[&sequence(&[self.certificate.der()])]),
        ]);
        let bytes = sequence(&[&oid(&known::OCSP_BASIC), &octet_string(&basic)]);
        Ok(sequence(&[
            &tlv(tag::ENUMERATED, &[&[0]]),
            &context(0, &[&bytes]),
        ]))
    }

    /// The answer of a responder that cannot answer now.
    pub fn try_later() -> Vec<u8> {
        sequence(&[&tlv(tag::ENUMERATED, &[&[3]])])
    }

    /// Stamps a digest: the answer of a time-stamping authority.
    pub fn stamp(
        &self,
        octets: &[u8],
        digest: Digest,
        moment: DateTime<Utc>,
        serial: u64,
        nonce: &[u8],
        rng: &mut impl CryptoRngCore,
    ) -> Result<Vec<u8>, AuthorityError> {
        self.stamp_imprint(&digest.compute(octets), digest, moment, serial, nonce, rng)
    }

    /// Stamps a digest that others have computed.
    pub fn stamp_imprint(
        &self,
        imprint: &[u8],
        digest: Digest,
        moment: DateTime<Utc>,
        serial: u64,
        nonce: &[u8],
        rng: &mut impl CryptoRngCore,
    ) -> Result<Vec<u8>, AuthorityError> {
        let imprint = sequence(&[
            &sequence(&[&oid(&digest.oid()), &null()]),
            &octet_string(imprint),
        ]);
        let info = sequence(&[
            &integer_u64(1),
            &oid(&STAMP_POLICY),
            &imprint,
            &integer_u64(serial),
            &generalized(moment),
            &integer(nonce),
        ]);
        let token = cms::enclose(
            &known::TST_INFO,
            &info,
            &self.key,
            &self.certificate,
            moment,
            rng,
        )?;
        let status = sequence(&[&integer_u64(0)]);
        Ok(sequence(&[&status, &token]))
    }
}

fn generalized(moment: DateTime<Utc>) -> Vec<u8> {
    let text = moment.format("%Y%m%d%H%M%SZ").to_string();
    tlv(tag::GENERALIZED_TIME, &[text.as_bytes()])
}
