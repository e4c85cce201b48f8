//! What the targets share: the certificates that `seeds` has made, so that mutated documents get
//! as far as their signatures.

use balabaqsha_pki::cms::VerifyPolicy;
use balabaqsha_pki::{Certificate, ChainPolicy, Evidence, PathPolicy, TrustAnchors, chain};
use std::path::PathBuf;
use std::sync::OnceLock;

/// The moment for which the seeds are made.
pub const AT: &str = "2026-09-01T00:00:00Z";
pub const CONTENT: &[u8] = b"text";

/// An authority and a certificate it issued.
pub struct World {
    pub anchors: TrustAnchors,
    pub signer: Certificate,
}

pub fn folder() -> PathBuf {
    let named = std::env::var_os("BALABAQSHA_FUZZ_SEEDS");
    PathBuf::from(named.expect("BALABAQSHA_FUZZ_SEEDS names the folder of the seeds"))
}

pub fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let read = |name: &str| {
            let bytes = std::fs::read(folder().join(name)).expect("seeds are made");
            Certificate::parse(&bytes).expect("a certificate")
        };
        World {
            anchors: TrustAnchors::from_certificates([read("anchor.der")]),
            signer: read("signer.der"),
        }
    })
}

pub fn path_policy() -> PathPolicy {
    PathPolicy::at(AT.parse().expect("a moment"))
}

pub fn policy() -> VerifyPolicy<'static> {
    VerifyPolicy::new(&world().anchors, AT.parse().expect("a moment"))
}

/// Judges the signer's certificate by this evidence.
pub fn judge(evidence: &Evidence) {
    let policy = ChainPolicy::new(&world().anchors, path_policy()).evidence(evidence);
    let _ = chain::verify(&world().signer, &policy);
}
