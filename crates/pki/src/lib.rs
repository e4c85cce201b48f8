//! Digital signatures (EDS) of Kazakhstan: opening key files, making signatures and judging them.
//!
//! Everything here is a pure function over bytes. The moment of judging and the source of
//! randomness are arguments; nothing is read from a file, a socket or a clock, so the same code
//! runs in the browser, in the service and in tests.
//!
//! ```
//! use balabaqsha_pki::authority::{Authority, Profile, Subject, Validity};
//! use balabaqsha_pki::cms::{self, SignOptions, VerifyPolicy};
//! use balabaqsha_pki::random::SystemRandom;
//! use balabaqsha_pki::{RevocationMode, TrustAnchors, Usage, Verdict, keystore};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let now = "2026-09-01T07:00:00Z".parse()?;
//! let mut rng = SystemRandom;
//!
//! // A demonstration authority issues a key file in the national shape.
//! let validity = Validity { not_before: now, not_after: "2027-09-01T07:00:00Z".parse()? };
//! let authority = Authority::gost512("DEMO CA (GOST)", validity, &mut rng)?;
//! let person = Subject::person("ИВАНОВА", "АЙГУЛЬ", Some("СЕРИКОВНА"), "880229400023");
//! let issued = authority.issue(&person, Profile::Gost512, validity, "password", &mut rng)?;
//! assert!(issued.file_name().starts_with("GOST512_"));
//!
//! // Its owner opens it and signs.
//! let store = keystore::open(&issued.p12, "password")?;
//! let entry = &store.entries()[0];
//! assert_eq!(entry.description().owner.iin.as_deref(), Some("880229400023"));
//! let signature = cms::sign(entry, b"application", &SignOptions::detached(now), &mut rng)?;
//!
//! // The service judges. Without knowing about revocation it never says PASSED unless it is
//! // told that revocation does not matter.
//! let anchors = TrustAnchors::from_certificates([authority.certificate().clone()]);
//! let policy = VerifyPolicy::new(&anchors, now).usage(Usage::Signing).single_signer(true);
//! let report = cms::verify(&signature, Some(b"application"), &policy);
//! assert_eq!(report.verdict, Verdict::Indeterminate);
//! let demo = policy.revocation(RevocationMode::NotRequired);
//! let report = cms::verify(&signature, Some(b"application"), &demo);
//! assert_eq!(report.verdict, Verdict::Passed);
//! assert_eq!(report.signer().map(|signer| signer.owner.full_name).as_deref(),
//!            Some("ИВАНОВА АЙГУЛЬ СЕРИКОВНА"));
//! # Ok(())
//! # }
//! ```
//!
//! # Where to find what
//!
//! - [`keystore`]: key files. [`keystore::open`] gives a [`KeyStore`] with entries, or an
//!   [`OpenError`] with a stable code. Private keys are wiped when dropped and never shown.
//! - [`Certificate`]: facts, [owner](certificate::Owner), [purpose](Purpose) by the national table.
//! - [`cms`]: signed documents. [`cms::sign`] makes them, [`cms::verify`] judges them and never
//!   fails: what cannot be judged has a verdict too. [`cms::questions`] tells what must be asked
//!   about revocation first, [`cms::inspect`] what a document holds.
//! - [`chain`]: judging a certificate by itself; [`path`]: building and validating paths alone.
//! - [`revocation`]: [`Evidence`] of CRLs and OCSP answers, judged and kept offline.
//! - [`tsp`]: time stamps; [`cms::with_timestamp`] adds one to a signature.
//! - [`armour`]: files in PEM, Base64 and other armour, taken apart without a silent remainder.
//! - [`recognise`]: which of all these some bytes are.
//! - [`verdict`]: [`Report`], three verdicts, the sub-indications of ETSI EN 319 102-1, stable
//!   reason codes. All of it is `serde::Serialize`.
//! - `authority` (feature `authority`): the demonstration authority with its lists, responder and
//!   time stamper.
//! - `random` (feature `system-random`): randomness of the system, or of the browser with
//!   getrandom's feature `wasm_js`. Elsewhere any `CryptoRngCore` of [`rand_core`] will do.

mod algorithm;
pub mod armour;
mod asn1;
#[cfg(feature = "authority")]
pub mod authority;
pub mod ber;
pub mod certificate;
pub mod chain;
pub mod cms;
mod effort;
#[cfg(not(target_family = "wasm"))]
mod fast_rsa;
pub mod gost;
mod hexadecimal;
mod key;
pub mod keystore;
mod name;
pub mod path;
pub mod purpose;
#[cfg(feature = "system-random")]
pub mod random;
pub mod recognise;
pub mod revocation;
pub mod verdict;

pub use algorithm::{Digest, SignatureScheme, UnsupportedAlgorithm};
pub use armour::pem;
pub use asn1::{Asn1Error, Oid};
pub use certificate::Certificate;
pub use chain::ChainPolicy;
pub use cms::tsp;
pub use key::{KeyAlgorithm, KeyError, PrivateKey, PublicKey, SignatureError, SigningError};
pub use keystore::{KeyDescription, KeyEntry, KeyStore, OpenError};
pub use name::Name;
pub use path::{PathPolicy, TrustAnchor, TrustAnchors};
pub use purpose::{Purpose, Usage};
pub use revocation::{Evidence, RevocationMode};
pub use rsa::rand_core;
pub use verdict::{Report, SubIndication, Verdict};
