//! An authority for tests and the keys it issues. Three key pairs are made once for all tests; a
//! key of a person is a certificate of their own over one of them.

use crate::Identity;
use balabaqsha_pki::{
    Digest,
    authority::{Authority, Profile, Subject, Validity},
    certificate::Certificate,
    cms::{self, SignOptions},
    keystore::{self, KeyEntry},
    random::SystemRandom,
};
use balabaqsha_shared::staff::StaffRole;
use chrono::{DateTime, TimeZone, Utc};
use std::sync::LazyLock;

const PASSWORD: &str = "Test1234";
/// Small: generating a large RSA key takes seconds, and nothing depends on its strength.
const AUTHORITY_BITS: usize = 2048;

/// What is wrong with a key, if anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    Valid,
    /// Ended in 2025.
    Expired,
    /// Begins in 2028.
    NotYetValid,
    /// Issued by somebody whom nobody trusts.
    Untrusted,
}

pub struct TestAuthority {
    rsa: Authority,
    gost: Authority,
    stranger: Authority,
    login_pair: KeyEntry,
    signing_pair: KeyEntry,
    gost_pair: KeyEntry,
}

impl std::fmt::Debug for TestAuthority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestAuthority").finish_non_exhaustive()
    }
}

/// The authority of this run.
#[must_use]
pub fn authority() -> &'static TestAuthority {
    static AUTHORITY: LazyLock<TestAuthority> = LazyLock::new(TestAuthority::new);
    &AUTHORITY
}

fn years(from: i32, to: i32) -> Validity {
    let first_of = |year| {
        Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0)
            .single()
            .expect("a day")
    };
    Validity {
        not_before: first_of(from),
        not_after: first_of(to),
    }
}

impl TestAuthority {
    fn new() -> Self {
        let rng = &mut SystemRandom;
        let life = years(2020, 2040);
        let rsa = Authority::rsa("TEST CA (RSA)", life, AUTHORITY_BITS, rng).expect("an authority");
        let gost = Authority::gost512("TEST CA (GOST)", life, rng).expect("an authority");
        let stranger = Authority::gost512("STRANGE CA", life, rng).expect("an authority");
        // The pairs come out of key files, as those of parents do.
        let nobody = Subject::person("НИКТО", "НИКТО", None, "850715300013");
        let mut pair = |authority: &Authority, profile| {
            let issued = authority
                .issue(&nobody, profile, life, PASSWORD, rng)
                .expect("a key");
            let store = keystore::open(&issued.p12, PASSWORD).expect("a key file");
            store.into_entries().pop().expect("a key")
        };
        Self {
            login_pair: pair(&rsa, Profile::AuthRsa),
            signing_pair: pair(&rsa, Profile::SignRsa),
            gost_pair: pair(&gost, Profile::Gost512),
            rsa,
            gost,
            stranger,
        }
    }

    /// Whom the service is told to trust.
    #[must_use]
    pub fn anchors(&self) -> Vec<Certificate> {
        vec![
            self.rsa.certificate().clone(),
            self.gost.certificate().clone(),
        ]
    }

    /// The RSA anchor as the `openssl` command line reads it.
    #[must_use]
    pub fn rsa_anchor_pem(&self) -> String {
        self.rsa.certificate().pem()
    }

    /// A document with a time stamp of this authority inside, which is over the signature of another, or the same.
    ///
    /// # Panics
    /// When the document cannot be read.
    #[must_use]
    pub fn stamped(&self, cms: &[u8], of: &[u8], at: DateTime<Utc>) -> Vec<u8> {
        let rng = &mut SystemRandom;
        let stamper = self.rsa.stamper(years(2024, 2034), rng).expect("a stamper");
        let octets = cms::stamped_octets(of).expect("a signature");
        let answer = stamper
            .stamp(&octets, Digest::Sha256, at, 1, &[1; 8], rng)
            .expect("a time stamp");
        let token = cms::tsp::token(&answer).expect("the token of an answer");
        cms::with_timestamp(cms, &token).expect("a stamped document")
    }

    /// A key of a person.
    #[must_use]
    pub fn key(&'static self, owner: &Identity, profile: Profile, condition: Condition) -> Key {
        let validity = match condition {
            Condition::Valid | Condition::Untrusted => years(2024, 2034),
            Condition::Expired => years(2024, 2025),
            Condition::NotYetValid => years(2028, 2029),
        };
        let issuer = match (condition, profile) {
            (Condition::Untrusted, _) => &self.stranger,
            (_, Profile::Gost512) => &self.gost,
            _ => &self.rsa,
        };
        self.key_of(issuer, owner, profile, validity)
    }

    /// A key of a person, certified by any authority.
    #[must_use]
    pub fn key_of(
        &'static self,
        issuer: &Authority,
        owner: &Identity,
        profile: Profile,
        validity: Validity,
    ) -> Key {
        let subject = Subject::person(
            &owner.surname,
            &owner.given_name,
            Some(&owner.patronymic),
            &owner.iin,
        );
        self.certified(issuer, &subject, profile, validity)
    }

    /// A key of anybody.
    #[must_use]
    pub fn certified(
        &'static self,
        issuer: &Authority,
        subject: &Subject,
        profile: Profile,
        validity: Validity,
    ) -> Key {
        let pair = match profile {
            Profile::AuthRsa => &self.login_pair,
            Profile::SignRsa => &self.signing_pair,
            Profile::Gost512 => &self.gost_pair,
        };
        let certificate = issuer
            .certify(subject, profile, validity, pair.key(), &mut SystemRandom)
            .expect("a certificate");
        Key { pair, certificate }
    }

    /// A valid key that its holder has for an organisation.
    #[must_use]
    pub fn key_for_organisation(&'static self, owner: &Identity, profile: Profile) -> Key {
        let subject = Subject::person(
            &owner.surname,
            &owner.given_name,
            Some(&owner.patronymic),
            &owner.iin,
        )
        .of_organisation("ТОО «БАЛДӘУРЕН»", "050140001236");
        let issuer = match profile {
            Profile::Gost512 => &self.gost,
            Profile::AuthRsa | Profile::SignRsa => &self.rsa,
        };
        self.certified(issuer, &subject, profile, years(2024, 2034))
    }
}

impl TestAuthority {
    /// A key for logging in that somebody has in a kindergarten, from the first day of a year on.
    #[must_use]
    pub fn key_of_kindergarten(
        &'static self,
        owner: &Identity,
        bin: &str,
        role: StaffRole,
        from: i32,
    ) -> Key {
        let person = Subject::person(
            &owner.surname,
            &owner.given_name,
            Some(&owner.patronymic),
            &owner.iin,
        );
        let subject = match role {
            StaffRole::Head => person.of_organisation("ТОО «КҮНШУАҚ»", bin),
            StaffRole::Employee => person.employed_by("ТОО «КҮНШУАҚ»", bin),
        };
        self.certified(&self.rsa, &subject, Profile::AuthRsa, years(from, 2034))
    }
}

/// A key with the certificate of its owner.
#[derive(Clone, Debug)]
pub struct Key {
    pair: &'static KeyEntry,
    certificate: Certificate,
}

impl Key {
    /// The certificate of its owner, DER.
    #[must_use]
    pub fn certificate(&self) -> &[u8] {
        self.certificate.der()
    }

    #[must_use]
    pub fn certificate_parsed(&self) -> &Certificate {
        &self.certificate
    }

    /// A detached CMS over the content, DER.
    #[must_use]
    pub fn sign(&self, content: &[u8], at: DateTime<Utc>) -> Vec<u8> {
        self.sign_as(content, &SignOptions::detached(at))
    }

    #[must_use]
    pub fn sign_as(&self, content: &[u8], options: &SignOptions) -> Vec<u8> {
        let (key, rng) = (self.pair.key(), &mut SystemRandom);
        cms::sign_with(key, &self.certificate, &[], content, options, rng).expect("a signature")
    }
}
