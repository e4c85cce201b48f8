//! What the targets share: the certificates that `seeds` has made, so that mutated documents get
//! as far as their signatures.

use balabaqsha_pki::cms::VerifyPolicy;
use balabaqsha_pki::{Certificate, ChainPolicy, Evidence, PathPolicy, TrustAnchors, chain};
use chrono::{DateTime, Utc};
use peak_alloc::PeakAlloc;
use std::path::PathBuf;
use std::sync::OnceLock;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// What one input may have in memory at once.
const LARGEST: usize = 64 * 1024 * 1024;

/// An authority, a certificate it issued, and what was signed with that, when.
pub struct World {
    pub anchors: TrustAnchors,
    pub signer: Certificate,
    pub content: Vec<u8>,
    pub at: DateTime<Utc>,
}

pub fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let folder = std::env::var_os("BALABAQSHA_FUZZ_SEEDS");
        let folder = PathBuf::from(folder.expect("BALABAQSHA_FUZZ_SEEDS names the seeds' folder"));
        let read = |name: &str| std::fs::read(folder.join(name)).expect("seeds are made");
        let certificate = |name: &str| Certificate::parse(&read(name)).expect("a certificate");
        let at = String::from_utf8(read("at")).expect("text");
        World {
            anchors: TrustAnchors::from_certificates([certificate("anchor.der")]),
            signer: certificate("signer.der"),
            content: read("content"),
            at: at.parse().expect("a moment"),
        }
    })
}

pub fn path_policy() -> PathPolicy {
    PathPolicy::at(world().at)
}

pub fn policy() -> VerifyPolicy<'static> {
    VerifyPolicy::new(&world().anchors, world().at)
}

/// Judges the signer's certificate by this evidence.
pub fn judge(evidence: &Evidence) {
    let policy = ChainPolicy::new(&world().anchors, path_policy()).evidence(evidence);
    let _ = chain::verify(&world().signer, &policy);
}

/// Runs what is fuzzed and panics when it had too much in memory at once. The fuzzer's own memory
/// does not count: it does not come from this allocator.
pub fn in_bounds(fuzzed: impl FnOnce()) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    fuzzed();
    let used = MEMORY.peak_usage().saturating_sub(before);
    assert!(used <= LARGEST, "{used} octets in memory at once");
}
