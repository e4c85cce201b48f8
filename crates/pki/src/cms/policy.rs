//! What a signed document is judged by.

use crate::certificate::Certificate;
use crate::chain::ChainPolicy;
use crate::effort::Effort;
use crate::path::{PathPolicy, TrustAnchors};
use crate::purpose::Usage;
use crate::revocation::{Evidence, Fates, Freshness, RevocationMode};
use chrono::{DateTime, Utc};

/// What a document is judged by.
#[derive(Debug, Clone)]
pub struct VerifyPolicy<'a> {
    pub(super) anchors: &'a TrustAnchors,
    pub(super) stamp_anchors: &'a TrustAnchors,
    pub(super) at: DateTime<Utc>,
    pub(super) usage: Usage,
    pub(super) revocation: RevocationMode,
    pub(super) evidence: Option<&'a Evidence>,
    pub(super) freshness: Freshness,
    pub(super) intermediates: &'a [Certificate],
    pub(super) single_signer: bool,
}

impl<'a> VerifyPolicy<'a> {
    /// For any usage, with revocation required, for any number of signers of whom all must pass.
    pub fn new(anchors: &'a TrustAnchors, at: DateTime<Utc>) -> Self {
        Self {
            anchors,
            stamp_anchors: anchors,
            at,
            usage: Usage::Any,
            revocation: RevocationMode::Required,
            evidence: None,
            freshness: Freshness::default(),
            intermediates: &[],
            single_signer: false,
        }
    }

    pub fn usage(mut self, usage: Usage) -> Self {
        self.usage = usage;
        self
    }

    pub fn revocation(mut self, mode: RevocationMode) -> Self {
        self.revocation = mode;
        self
    }

    /// Answers about revocation: CRLs and OCSP responses.
    pub fn evidence(mut self, evidence: &'a Evidence) -> Self {
        self.evidence = Some(evidence);
        self
    }

    pub fn freshness(mut self, freshness: Freshness) -> Self {
        self.freshness = freshness;
        self
    }

    /// Certificates besides those in the document; a signer's may be among them.
    pub fn intermediates(mut self, certificates: &'a [Certificate]) -> Self {
        self.intermediates = certificates;
        self
    }

    /// Authorities trusted for time stamps, where they are others than those for signers.
    pub fn stamp_anchors(mut self, anchors: &'a TrustAnchors) -> Self {
        self.stamp_anchors = anchors;
        self
    }

    /// Whether the document must carry exactly one signature.
    pub fn single_signer(mut self, single: bool) -> Self {
        self.single_signer = single;
        self
    }

    /// The part that is about certificates, for a moment.
    pub(super) fn chain(
        &self,
        anchors: &'a TrustAnchors,
        at: DateTime<Utc>,
        effort: &Effort,
        fates: &Fates,
    ) -> ChainPolicy<'a> {
        ChainPolicy {
            anchors,
            intermediates: self.intermediates,
            path: PathPolicy::at(at),
            revocation: self.revocation,
            evidence: self.evidence,
            freshness: self.freshness,
            now: self.at,
            effort: effort.clone(),
            fates: fates.clone(),
            proven_use: true,
        }
    }
}
