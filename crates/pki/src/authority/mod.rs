//! The project's own demonstration authority: it issues keys in the exact shape of the national
//! ones, so that everybody can try everything without a real key.
//!
//! Feature `authority`; not for the browser. Whoever trusts its anchors decides that elsewhere.

mod crl;
pub(crate) mod encoding;
pub(crate) mod extensions;
mod keyfile;
mod services;

pub use crl::RevokedSerial;
pub use services::{Answer, AnswerDates, AnswerOptions, Service};

use crate::algorithm::{Digest, SignatureScheme};
use crate::asn1::{self, context, integer, known, sequence, set, tag, tlv, write_time};
use crate::certificate::{Certificate, CertificateError, KindOfUser};
use crate::gost::Gost512PrivateKey;
use crate::hexadecimal::hex;
use crate::key::{KeyError, PrivateKey, SigningError};
use chrono::{DateTime, Utc};
use const_oid::ObjectIdentifier;
use encoding::{bit_string, pkcs8, spki, utf8_string};
use rsa::RsaPrivateKey;
use rsa::rand_core::CryptoRngCore;
use std::fmt;
use thiserror::Error;

/// Why something was not issued.
#[derive(Debug, Error)]
pub enum AuthorityError {
    #[error("a key could not be made: {0}")]
    Generation(rsa::Error),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Signing(#[from] SigningError),
    #[error("what was issued cannot be read: {0}")]
    Certificate(#[from] CertificateError),
    #[error("encryption failed")]
    Encryption,
}

/// From when until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    pub not_before: DateTime<Utc>,
    pub not_after: DateTime<Utc>,
}

/// For whom somebody acts, and as what.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Organisation {
    name: String,
    bin: String,
    kind: KindOfUser,
}

/// To whom a certificate is issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    surname: String,
    given_name: String,
    patronymic: Option<String>,
    iin: String,
    organisation: Option<Organisation>,
    email: Option<String>,
}

impl Subject {
    /// A person. The number is taken as it is: test authorities issue impossible ones.
    pub fn person(
        surname: impl Into<String>,
        given_name: impl Into<String>,
        patronymic: Option<&str>,
        iin: impl Into<String>,
    ) -> Self {
        Self {
            surname: surname.into(),
            given_name: given_name.into(),
            patronymic: patronymic.map(str::to_owned),
            iin: iin.into(),
            organisation: None,
            email: None,
        }
    }

    /// The same person as the head of an organisation.
    pub fn of_organisation(self, name: impl Into<String>, bin: impl Into<String>) -> Self {
        self.acting_for(name.into(), bin.into(), KindOfUser::LegalEntityHead)
    }

    /// The same person as an employee of an organisation.
    pub fn employed_by(self, name: impl Into<String>, bin: impl Into<String>) -> Self {
        self.acting_for(name.into(), bin.into(), KindOfUser::LegalEntityEmployee)
    }

    fn acting_for(mut self, name: String, bin: String, kind: KindOfUser) -> Self {
        self.organisation = Some(Organisation { name, bin, kind });
        self
    }

    pub fn with_email(mut self, address: impl Into<String>) -> Self {
        self.email = Some(address.into());
        self
    }

    fn name(&self) -> Vec<u8> {
        let mut parts = vec![
            text(
                &known::COMMON_NAME,
                &format!("{} {}", self.surname, self.given_name),
            ),
            text(&known::SURNAME, &self.surname),
            printable(&known::SERIAL_NUMBER, &format!("IIN{}", self.iin)),
            printable(&known::COUNTRY, "KZ"),
        ];
        if let Some(Organisation { name, bin, .. }) = &self.organisation {
            parts.push(text(&known::ORGANISATION, name));
            parts.push(text(&known::ORGANISATIONAL_UNIT, &format!("BIN{bin}")));
        }
        if let Some(patronymic) = &self.patronymic {
            parts.push(text(&known::GIVEN_NAME, patronymic));
        }
        if let Some(address) = &self.email {
            parts.push(attribute(&known::EMAIL_ADDRESS, tag::IA5_STRING, address));
        }
        name_of(&parts)
    }
}

fn name_of(parts: &[Vec<u8>]) -> Vec<u8> {
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    sequence(&parts)
}

fn attribute(kind: &ObjectIdentifier, value_tag: u8, value: &str) -> Vec<u8> {
    set(&[&sequence(&[
        &asn1::oid(kind),
        &tlv(value_tag, &[value.as_bytes()]),
    ])])
}

fn text(kind: &ObjectIdentifier, value: &str) -> Vec<u8> {
    set(&[&sequence(&[&asn1::oid(kind), &utf8_string(value)])])
}

fn printable(kind: &ObjectIdentifier, value: &str) -> Vec<u8> {
    attribute(kind, tag::PRINTABLE_STRING, value)
}

/// What kind of key is issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Profile {
    /// For login.
    AuthRsa,
    /// For signing.
    SignRsa,
    /// For both.
    Gost512,
}

impl Profile {
    fn file_prefix(self) -> &'static str {
        match self {
            Self::AuthRsa => "AUTH_RSA256",
            Self::SignRsa => "RSA256",
            Self::Gost512 => "GOST512",
        }
    }
}

/// Where the authority says its services are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Services {
    pub crl: Option<String>,
    pub delta_crl: Option<String>,
    pub ocsp: Option<String>,
    pub certificate: Option<String>,
}

/// A certification authority with its key.
pub struct Authority {
    key: PrivateKey,
    certificate: Certificate,
    services: Services,
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority")
            .field("certificate", &self.certificate)
            .finish_non_exhaustive()
    }
}

/// A key with its certificate, as a file for its owner.
#[derive(Debug)]
pub struct Issued {
    pub certificate: Certificate,
    /// PKCS#12 in the national shape.
    pub p12: Vec<u8>,
    profile: Profile,
}

impl Issued {
    /// The name such a file has.
    pub fn file_name(&self) -> String {
        let identifier = self
            .certificate
            .subject_key_identifier()
            .map(hex)
            .unwrap_or_default();
        format!("{}_{identifier}.p12", self.profile.file_prefix())
    }
}

impl Authority {
    /// A new authority with an RSA key (4096 bits as the national one has; tests take fewer).
    pub fn rsa(
        common_name: &str,
        validity: Validity,
        bits: usize,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Self, AuthorityError> {
        let key = RsaPrivateKey::new(rng, bits).map_err(AuthorityError::Generation)?;
        Self::self_signed(key.into(), common_name, validity, rng)
    }

    /// A new authority with a GOST key.
    pub fn gost512(
        common_name: &str,
        validity: Validity,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Self, AuthorityError> {
        let key = Gost512PrivateKey::generate(rng);
        Self::self_signed(key.into(), common_name, validity, rng)
    }

    /// An authority that was made before.
    pub fn load(key: PrivateKey, certificate: Certificate) -> Result<Self, AuthorityError> {
        let fits = certificate
            .public_key()
            .is_ok_and(|public| key.fits(public));
        if !fits {
            return Err(KeyError::Invalid.into());
        }
        Ok(Self {
            key,
            certificate,
            services: Services::default(),
        })
    }

    /// The addresses written into certificates from now on.
    pub fn with_services(mut self, services: Services) -> Self {
        self.services = services;
        self
    }

    fn self_signed(
        key: PrivateKey,
        common_name: &str,
        validity: Validity,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Self, AuthorityError> {
        let name = name_of(&[
            text(&known::COMMON_NAME, common_name),
            printable(&known::COUNTRY, "KZ"),
        ]);
        let spki = spki(&key.public_key());
        let identifier = key_identifier(&spki);
        let extensions = [
            extensions::basic_constraints_authority(None),
            extensions::key_usage_authority(),
            extensions::subject_key_identifier(&identifier),
            extensions::authority_key_identifier(&identifier),
        ];
        let template = Template {
            issuer: &name,
            subject: &name,
            spki: &spki,
            validity,
            extensions: &extensions,
        };
        let certificate = template.sign(&key, rng)?;
        Ok(Self {
            key,
            certificate,
            services: Services::default(),
        })
    }

    /// The authority's own certificate: the trust anchor.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The authority's private key as PKCS#8, for keeping.
    pub fn key_pkcs8(&self) -> Result<zeroize::Zeroizing<Vec<u8>>, AuthorityError> {
        Ok(pkcs8(&self.key)?)
    }

    /// Makes a key, certifies it and closes it with a password.
    pub fn issue(
        &self,
        subject: &Subject,
        profile: Profile,
        validity: Validity,
        password: &str,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Issued, AuthorityError> {
        let key: PrivateKey = match profile {
            Profile::AuthRsa | Profile::SignRsa => RsaPrivateKey::new(rng, 2048)
                .map_err(AuthorityError::Generation)?
                .into(),
            Profile::Gost512 => Gost512PrivateKey::generate(rng).into(),
        };
        let certificate = self.certify(subject, profile, validity, &key, rng)?;
        let p12 = keyfile::write(&key, &certificate, password, rng)?;
        Ok(Issued {
            certificate,
            p12,
            profile,
        })
    }

    /// Certifies a key that exists.
    pub fn certify(
        &self,
        subject: &Subject,
        profile: Profile,
        validity: Validity,
        key: &PrivateKey,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Certificate, AuthorityError> {
        let spki = spki(&key.public_key());
        let legal = subject.organisation.is_some();
        let kind = subject
            .organisation
            .as_ref()
            .map_or(KindOfUser::Person, |organisation| organisation.kind);
        let mut list = vec![
            extensions::key_usage(profile),
            extensions::extended_key_usage(profile, kind),
            extensions::authority_key_identifier(
                self.certificate
                    .subject_key_identifier()
                    .unwrap_or_default(),
            ),
            extensions::subject_key_identifier(&key_identifier(&spki)),
            extensions::policies(profile, legal),
        ];
        list.extend(extensions::addresses(&self.services));
        let template = Template {
            issuer: self.certificate.subject().der(),
            subject: &subject.name(),
            spki: &spki,
            validity,
            extensions: &list,
        };
        template.sign(&self.key, rng)
    }
}

/// SHA-1 over the public key, as key identifiers have been made since RFC 3280. Nothing rests on
/// its strength.
fn key_identifier(spki: &[u8]) -> Vec<u8> {
    let mut reader = asn1::Reader::new(spki);
    let bits = reader.sequence().and_then(|mut fields| {
        fields.sequence()?;
        fields.bit_string_octets()
    });
    Digest::Sha1.compute(bits.unwrap_or(spki))
}

/// What is in a certificate.
pub(crate) struct Template<'a> {
    pub(crate) issuer: &'a [u8],
    pub(crate) subject: &'a [u8],
    pub(crate) spki: &'a [u8],
    pub(crate) validity: Validity,
    pub(crate) extensions: &'a [Vec<u8>],
}

impl Template<'_> {
    pub(crate) fn sign(
        &self,
        key: &PrivateKey,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Certificate, AuthorityError> {
        let mut serial = [0; 20];
        rng.fill_bytes(&mut serial);
        // Positive, and twenty octets like those of the national authority.
        if let Some(first) = serial.first_mut() {
            *first = *first & 0x7f | 0x40;
        }
        let scheme = key.default_scheme();
        let extensions: Vec<&[u8]> = self.extensions.iter().map(Vec::as_slice).collect();
        let tbs = sequence(&[
            &context(0, &[&asn1::integer_u64(2)]),
            &integer(&serial),
            &certificate_identifier(scheme),
            self.issuer,
            &sequence(&[
                &write_time(self.validity.not_before),
                &write_time(self.validity.not_after),
            ]),
            self.subject,
            self.spki,
            &context(3, &[&sequence(&extensions)]),
        ]);
        let der = signed(&tbs, key, scheme, rng)?;
        Ok(Certificate::parse(&der)?)
    }
}

/// As the national authority writes it: with NULL for RSA, without parameters for GOST.
fn certificate_identifier(scheme: SignatureScheme) -> Vec<u8> {
    scheme.identifier()
}

/// The three parts of a certificate or a revocation list.
fn signed(
    tbs: &[u8],
    key: &PrivateKey,
    scheme: SignatureScheme,
    rng: &mut impl CryptoRngCore,
) -> Result<Vec<u8>, AuthorityError> {
    let signature = key.sign(scheme, tbs, rng)?;
    Ok(sequence(&[
        tbs,
        &certificate_identifier(scheme),
        &bit_string(&signature),
    ]))
}
