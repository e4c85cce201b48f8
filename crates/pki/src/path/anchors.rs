//! The authorities that are trusted because the configuration says so.

use crate::certificate::Certificate;

/// One trusted authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustAnchor {
    certificate: Certificate,
    test: bool,
}

impl TrustAnchor {
    pub fn new(certificate: Certificate) -> Self {
        Self {
            certificate,
            test: false,
        }
    }

    /// An authority whose certificates are worth nothing outside of tests.
    pub fn test(certificate: Certificate) -> Self {
        Self {
            certificate,
            test: true,
        }
    }

    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    pub fn is_test(&self) -> bool {
        self.test
    }
}

/// All trusted authorities.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustAnchors(Vec<TrustAnchor>);

impl TrustAnchors {
    pub fn new(anchors: Vec<TrustAnchor>) -> Self {
        Self(anchors)
    }

    pub fn from_certificates(certificates: impl IntoIterator<Item = Certificate>) -> Self {
        Self(certificates.into_iter().map(TrustAnchor::new).collect())
    }

    pub fn push(&mut self, anchor: TrustAnchor) {
        self.0.push(anchor);
    }

    pub fn iter(&self) -> impl Iterator<Item = &TrustAnchor> {
        self.0.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether there is an anchor that is not one of a test authority.
    pub fn has_real(&self) -> bool {
        self.0.iter().any(|anchor| !anchor.test)
    }

    pub(crate) fn holding(&self, certificate: &Certificate) -> Option<&TrustAnchor> {
        self.0
            .iter()
            .find(|anchor| anchor.certificate == *certificate)
    }
}
