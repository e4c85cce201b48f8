//! From a certificate to a configured anchor: building and validating paths by RFC 5280.
//!
//! Revocation is not looked at here (see [`crate::revocation`]), nor what a signature is for.

#[cfg(test)]
#[cfg(all(feature = "authority", feature = "system-random"))]
mod above;
mod anchors;
mod build;
#[cfg(test)]
#[cfg(all(feature = "authority", feature = "system-random"))]
mod hostile;
mod names;
mod policy;
#[cfg(test)]
#[cfg(all(feature = "authority", feature = "system-random"))]
mod rules;
#[cfg(test)]
#[cfg(all(feature = "authority", feature = "system-random"))]
mod testing;
mod validate;

pub use anchors::{TrustAnchor, TrustAnchors};
pub use build::find;
pub(crate) use build::find_where;

use crate::asn1::Oid;
use crate::certificate::Certificate;
use crate::verdict::{ChainLink, Refusal, Role, SubIndication};
use chrono::{DateTime, Utc};
use thiserror::Error;

/// Whether a moment is not after the end of something: a date to the second holds to the end of
/// that second.
pub(crate) fn is_within(moment: DateTime<Utc>, until: DateTime<Utc>) -> bool {
    moment.timestamp() <= until.timestamp()
}

/// What a path is judged by.
#[derive(Debug, Clone)]
pub struct PathPolicy {
    /// The moment for which the path must be valid.
    pub at: DateTime<Utc>,
    /// The policies that are acceptable; `None` for any.
    pub initial_policies: Option<Vec<Oid>>,
    pub explicit_policy: bool,
    pub inhibit_policy_mapping: bool,
    pub inhibit_any_policy: bool,
    /// Whether keys and digests that are no longer relied on are refused.
    pub strong_algorithms: bool,
}

impl PathPolicy {
    /// Any policy, at this moment.
    pub fn at(at: DateTime<Utc>) -> Self {
        Self {
            at,
            initial_policies: None,
            explicit_policy: false,
            inhibit_policy_mapping: false,
            inhibit_any_policy: false,
            strong_algorithms: true,
        }
    }
}

/// A path that was found valid.
#[derive(Debug, Clone)]
pub struct Path {
    /// From the certificate in question up to the one the anchor issued. Empty where the
    /// certificate is itself an anchor.
    pub(crate) certificates: Vec<Certificate>,
    pub(crate) anchor: TrustAnchor,
}

impl Path {
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    pub fn anchor(&self) -> &TrustAnchor {
        &self.anchor
    }

    /// The issuer of the certificate at this place.
    pub(crate) fn issuer_of(&self, place: usize) -> &Certificate {
        self.certificates
            .get(place + 1)
            .unwrap_or(self.anchor.certificate())
    }

    pub(crate) fn links(&self) -> Vec<ChainLink> {
        let mut links: Vec<ChainLink> = self
            .certificates
            .iter()
            .enumerate()
            .map(|(place, certificate)| {
                let role = if place == 0 {
                    Role::Signer
                } else {
                    Role::Authority
                };
                ChainLink::new(role, certificate)
            })
            .collect();
        let mut anchor = ChainLink::new(Role::Anchor, self.anchor.certificate());
        anchor.test = self.anchor.is_test();
        links.push(anchor);
        links
    }
}

/// Why there is no valid path.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PathError {
    #[error("no chain of certificates leads from «{subject}» to a trusted authority{}", told(.missing))]
    NoChain {
        subject: String,
        /// The issuer at which every way ended.
        missing: Option<Missing>,
    },
    #[error("the signature of the certificate of «{subject}» is not that of its issuer")]
    Signature { subject: String },
    #[error("the certificate of «{subject}» uses {algorithm}")]
    Algorithm { subject: String, algorithm: String },
    #[error("the key or digest of the certificate of «{subject}» is too weak")]
    Weak { subject: String },
    #[error("the certificate of «{subject}» is valid only from {from}")]
    NotYetValid {
        subject: String,
        from: DateTime<Utc>,
        own: bool,
    },
    #[error("the certificate of «{subject}» expired on {until}")]
    Expired {
        subject: String,
        until: DateTime<Utc>,
        own: bool,
    },
    #[error("the authority with the certificate {serial} has no name")]
    Nameless { serial: String },
    #[error("«{subject}» issued a certificate but is no authority")]
    NotAnAuthority { subject: String },
    #[error("the key of «{subject}» may not sign certificates")]
    MayNotSign { subject: String },
    #[error("there are more authorities below «{subject}» than it may have")]
    PathLength { subject: String },
    #[error("the extension {oid} of the certificate of «{subject}» is critical and unknown")]
    CriticalExtension { subject: String, oid: String },
    #[error("the name «{subject}» is outside of what its authorities may name")]
    NameConstraints { subject: String },
    #[error("the certificate policies do not allow this chain at «{subject}»")]
    Policy { subject: String },
    #[error("the purposes of the certificate of «{subject}» and of its issuers exclude each other")]
    ExtendedKeyUsage { subject: String },
    #[error("judging the chains of «{subject}» would take more than it is worth")]
    TooCostly { subject: String },
}

/// Where a chain ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// The certificate of this authority is not at hand.
    Certificate(String),
    /// This authority certified itself, and nobody trusts it.
    Trust(String),
}

fn told(missing: &Option<Missing>) -> String {
    match missing {
        None => String::new(),
        Some(Missing::Certificate(name)) => {
            format!(": the certificate of the issuer «{name}» is missing")
        }
        Some(Missing::Trust(name)) => format!(": it ends at «{name}», which is not trusted"),
    }
}

impl PathError {
    /// The stable code of the reason.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoChain { .. } => "chain-not-found",
            Self::Signature { .. } => "chain-signature",
            Self::Algorithm { .. } => "chain-algorithm",
            Self::Weak { .. } => "chain-weak-algorithm",
            Self::NotYetValid { own: true, .. } => "certificate-not-yet-valid",
            Self::NotYetValid { own: false, .. } => "chain-not-yet-valid",
            Self::Expired { own: true, .. } => "certificate-expired",
            Self::Expired { own: false, .. } => "chain-expired",
            Self::Nameless { .. } => "chain-without-name",
            Self::NotAnAuthority { .. } => "chain-not-an-authority",
            Self::MayNotSign { .. } => "chain-key-usage",
            Self::PathLength { .. } => "chain-path-length",
            Self::CriticalExtension { .. } => "chain-critical-extension",
            Self::NameConstraints { .. } => "chain-name-constraints",
            Self::Policy { .. } => "chain-policy",
            Self::ExtendedKeyUsage { .. } => "chain-extended-key-usage",
            Self::TooCostly { .. } => "chain-too-costly",
        }
    }

    pub fn sub_indication(&self) -> SubIndication {
        match self {
            Self::NoChain { .. } | Self::Signature { .. } => SubIndication::NoCertificateChainFound,
            Self::Algorithm { .. } | Self::Weak { .. } => SubIndication::CryptoConstraintsFailure,
            Self::NotYetValid { own: true, .. } => SubIndication::NotYetValid,
            Self::Expired { own: true, .. } => SubIndication::Expired,
            Self::TooCostly { .. } => SubIndication::CertificateChainGeneralFailure,
            _ => SubIndication::ChainConstraintsFailure,
        }
    }
}

impl From<PathError> for Refusal {
    fn from(error: PathError) -> Self {
        Self::new(error.sub_indication(), error.code(), error.to_string())
    }
}
