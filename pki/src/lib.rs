//! Digital signatures (EDS) of Kazakhstan: opening key files, making signatures and judging them.
//!
//! Everything here is a pure function over bytes. The moment of judging and the source of
//! randomness are arguments; nothing is read from a file, a socket or a clock, so the same code
//! runs in the browser, in the service and in tests.
//!
//! # Opening a key file
//!
//! ```ignore
//! let store: KeyStore = keystore::open(p12_bytes, "password")?;      // Err(OpenError) has .code()
//! for entry in store.entries() {                                     // &[KeyEntry]
//!     let facts: KeyDescription = entry.description();               // serde::Serialize
//!     entry.certificate();                                           // &Certificate
//!     entry.key();                                                   // &PrivateKey, zeroised on drop
//! }
//! ```
//!
//! # Signing
//!
//! ```ignore
//! let der: Vec<u8> = cms::sign(entry, content, &SignOptions::detached(now), &mut rng)?;
//! ```
//! `rng` is any `rand_core::CryptoRngCore` of the version re-exported here as [`rand_core`];
//! with the feature `system-random`, [`random::SystemRandom`] asks the operating system
//! (in the browser: `crypto.getRandomValues`).
//!
//! # Judging
//!
//! ```ignore
//! let anchors = TrustAnchors::from_certificates(pem::certificates(&bytes)?);
//! let policy = VerifyPolicy::new(&anchors, at)          // at: DateTime<Utc>
//!     .usage(Usage::Signing)                            // Login | Signing | Any
//!     .revocation(RevocationMode::Required)             // or NotRequired (demo only)
//!     .intermediates(&certificates)                     // &[Certificate]
//!     .single_signer(true);
//! let report: Report = cms::verify(cms_bytes, Some(content), &policy); // never panics, never errs
//! report.verdict;                                       // Verdict::{Passed, Failed, Indeterminate}
//! report.sub_indication;                                // Option<SubIndication>
//! report.reason;                                        // Option<Reason { code, detail }>
//! report.signer();                                      // Option<&SignerFacts> with .owner.iin …
//! ```
//!
//! # The project's own demo authority (feature `authority`)
//!
//! ```ignore
//! let rsa = Authority::rsa("BALABAQSHA DEMO CA (RSA)", validity, 4096, &mut rng)?;
//! let gost = Authority::gost512("BALABAQSHA DEMO CA (GOST)", validity, &mut rng)?;
//! let issued = rsa.issue(&Subject::person("ИВАНОВА", "АЙГУЛЬ", Some("СЕРИКОВНА"), "880229400023"),
//!                        Profile::AuthRsa, validity, "password", &mut rng)?;
//! issued.file_name();      // "AUTH_RSA256_<40 hex>.p12"
//! issued.p12;              // Vec<u8>, the national shape
//! rsa.certificate().pem(); // the trust anchor
//! ```

mod algorithm;
mod asn1;
#[cfg(feature = "authority")]
pub mod authority;
pub mod ber;
pub mod certificate;
pub mod chain;
pub mod cms;
pub mod gost;
mod key;
pub mod keystore;
mod name;
pub mod path;
pub mod pem;
pub mod purpose;
#[cfg(feature = "system-random")]
pub mod random;
pub mod revocation;
pub mod tsp;
pub mod verdict;

pub use algorithm::{Digest, SignatureScheme, UnsupportedAlgorithm};
pub use asn1::{Asn1Error, Oid};
pub use certificate::Certificate;
pub use chain::ChainPolicy;
pub use key::{KeyAlgorithm, KeyError, PrivateKey, PublicKey, SignatureError, SigningError};
pub use keystore::{KeyDescription, KeyEntry, KeyStore, OpenError};
pub use name::Name;
pub use path::{PathPolicy, TrustAnchor, TrustAnchors};
pub use purpose::{Purpose, Usage};
pub use revocation::{Evidence, RevocationMode};
pub use rsa::rand_core;
pub use verdict::{Report, SubIndication, Verdict};
