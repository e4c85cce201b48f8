//! What a key may be used for, by the table of the national profile.
//!
//! An RSA key logs in only with `clientAuth` and signs only with `nonRepudiation`; a GOST key of
//! today does both. Everything else is refused, with its reason.

use crate::asn1::known;
use crate::certificate::Certificate;
use crate::key::{KeyAlgorithm, KeyError};
use serde::Serialize;
use std::fmt;

/// What a key may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "reason")]
pub enum Purpose {
    Login,
    Signing,
    LoginAndSigning,
    Unfit(UnfitReason),
}

/// Why a key is good for nothing here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnfitReason {
    /// It belongs to an authority, not to a user.
    Authority,
    /// Its algorithm is not one we can use.
    Algorithm,
    /// Its key usage allows no signatures at all.
    KeyUsage,
    /// It is meant for something else: time stamps, servers, code.
    OtherPurpose,
    /// It may make signatures, but neither logs in nor signs by the national table.
    NeitherLoginNorSigning,
}

impl UnfitReason {
    /// The stable code of the reason.
    pub fn code(self) -> &'static str {
        match self {
            Self::Authority => "key-of-authority",
            Self::Algorithm => "key-algorithm",
            Self::KeyUsage => "key-usage",
            Self::OtherPurpose => "key-other-purpose",
            Self::NeitherLoginNorSigning => "key-neither-login-nor-signing",
        }
    }
}

impl fmt::Display for UnfitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Authority => "the certificate is that of an authority",
            Self::Algorithm => "the algorithm of the key is not supported",
            Self::KeyUsage => "the key usage allows no signatures",
            Self::OtherPurpose => "the key is meant for another purpose",
            Self::NeitherLoginNorSigning => "the key is meant neither for login nor for signing",
        })
    }
}

/// What a signature is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Usage {
    Login,
    Signing,
    /// Any key that makes signatures: for checking documents of other services.
    Any,
}

impl Purpose {
    pub fn allows(self, usage: Usage) -> bool {
        match usage {
            Usage::Login => matches!(self, Self::Login | Self::LoginAndSigning),
            Usage::Signing => matches!(self, Self::Signing | Self::LoginAndSigning),
            Usage::Any => !matches!(
                self,
                Self::Unfit(UnfitReason::Algorithm | UnfitReason::KeyUsage)
            ),
        }
    }

    /// What a certificate may be used for by the national profile.
    pub fn of(certificate: &Certificate) -> Self {
        let extensions = certificate.extensions();
        let algorithm = match certificate.public_key() {
            Ok(key) => key.algorithm(),
            Err(KeyError::Unsupported(_) | KeyError::Malformed(_) | KeyError::Invalid) => {
                return Self::Unfit(UnfitReason::Algorithm);
            }
        };
        // A certificate without KeyUsage limits nothing by it; but a signature that binds needs
        // the express word.
        let key_usage = extensions.key_usage;
        let may_sign_data = key_usage.is_none_or(|usage| usage.digital_signature());
        let binds = key_usage.is_some_and(|usage| usage.non_repudiation());
        if !may_sign_data && !binds {
            return Self::Unfit(UnfitReason::KeyUsage);
        }
        if extensions
            .basic_constraints
            .is_some_and(|constraints| constraints.authority)
        {
            return Self::Unfit(UnfitReason::Authority);
        }
        let usages = extensions.extended_key_usage.as_deref();
        let has = |known| usages.is_some_and(|usages| usages.iter().any(|usage| *usage == known));
        let client = has(known::CLIENT_AUTH);
        let for_people = usages.is_none()
            || client
            || has(known::EMAIL_PROTECTION)
            || has(known::DOCUMENT_SIGNING)
            || has(known::ANY_EXTENDED_KEY_USAGE)
            || usages.is_some_and(|usages| {
                usages
                    .iter()
                    .any(|usage| usage.starts_with(&known::KIND_OF_USER_ARC))
            });
        if !for_people {
            return Self::Unfit(UnfitReason::OtherPurpose);
        }
        let logs_in = may_sign_data
            && match algorithm {
                KeyAlgorithm::Rsa { .. } => client,
                KeyAlgorithm::Gost512 => binds,
            };
        match (logs_in, binds) {
            (true, true) => Self::LoginAndSigning,
            (true, false) => Self::Login,
            (false, true) => Self::Signing,
            (false, false) => Self::Unfit(UnfitReason::NeitherLoginNorSigning),
        }
    }
}
