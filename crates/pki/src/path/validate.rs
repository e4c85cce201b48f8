//! Validating one path (RFC 5280, section 6.1), from the anchor down.

use super::names::NameState;
use super::policy::PolicyState;
use super::{PathError, PathPolicy, TrustAnchor, is_within};
use crate::asn1::{Oid, known};
use crate::certificate::Certificate;
use crate::key::SignatureError;

/// The signatures verified so far in one search.
#[derive(Default)]
pub(super) struct Verified(Vec<(Certificate, Certificate, Result<(), SignatureError>)>);

impl Verified {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn get(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
    ) -> Option<Result<(), SignatureError>> {
        self.0
            .iter()
            .find(|(below, above, _)| below == certificate && above == issuer)
            .map(|(_, _, outcome)| *outcome)
    }

    pub(super) fn put(
        &mut self,
        certificate: &Certificate,
        issuer: &Certificate,
        outcome: Result<(), SignatureError>,
    ) {
        self.0.push((certificate.clone(), issuer.clone(), outcome));
    }
}

/// Validates a chain, from the certificate in question up to the one issued by the anchor, whose
/// signatures have been verified.
pub(super) fn validate(
    chain: &[Certificate],
    anchor: &TrustAnchor,
    policy: &PathPolicy,
) -> Result<(), PathError> {
    let length = chain.len();
    let mut names = NameState::default();
    let mut policies =
        PolicyState::is_needed(policy, chain).then(|| PolicyState::new(policy, length));
    let mut authorities_left = length;

    // Where several certificates are out of their time, that of the signer tells the most.
    if let Some(first) = chain.first() {
        check_dates(first, policy, true)?;
    }
    // An anchor is trusted, not unlimited: what its own certificate forbids holds.
    let root = anchor.certificate();
    check_dates(root, policy, false)?;
    check_strength(root, policy, false)?;
    check_critical(root)?;
    may_issue(root, root.version() < 3)?;
    limit_path_length(root, &mut authorities_left);
    names.constrain(root)?;

    let mut issuer = root;
    for (place, certificate) in chain.iter().enumerate().rev() {
        let last = place == 0;
        let self_issued = certificate.is_self_issued();
        if !certificate.issuer().matches(issuer.subject()) {
            return Err(PathError::NoChain {
                subject: subject(certificate),
                missing: None,
            });
        }
        check_strength(certificate, policy, true)?;
        check_dates(certificate, policy, last)?;
        if last || !self_issued {
            names.check(certificate)?;
        }
        if let Some(policies) = &mut policies {
            policies.take(certificate, length - place, self_issued)?;
        }
        check_critical(certificate)?;
        if let Some(policies) = &mut policies {
            if last {
                policies.finish(certificate)?;
            } else {
                policies.prepare(certificate, self_issued)?;
            }
        }
        if !last {
            names.constrain(certificate)?;
            may_issue(certificate, false)?;
            if !self_issued {
                authorities_left =
                    authorities_left
                        .checked_sub(1)
                        .ok_or_else(|| PathError::PathLength {
                            subject: subject(certificate),
                        })?;
            }
            limit_path_length(certificate, &mut authorities_left);
        }
        issuer = certificate;
    }
    check_purposes(chain)
}

fn subject(certificate: &Certificate) -> String {
    certificate.subject().to_string()
}

pub(super) fn check_dates(
    certificate: &Certificate,
    policy: &PathPolicy,
    own: bool,
) -> Result<(), PathError> {
    if policy.at < certificate.not_before() {
        let from = certificate.not_before();
        return Err(PathError::NotYetValid {
            subject: subject(certificate),
            from,
            own,
        });
    }
    if !is_within(policy.at, certificate.not_after()) {
        let until = certificate.not_after();
        return Err(PathError::Expired {
            subject: subject(certificate),
            until,
            own,
        });
    }
    Ok(())
}

/// What is critical and not understood is refused, in an anchor as in any other certificate.
pub(super) fn check_critical(certificate: &Certificate) -> Result<(), PathError> {
    match certificate.extensions().unknown_critical.first() {
        None => Ok(()),
        Some(oid) => Err(PathError::CriticalExtension {
            subject: subject(certificate),
            oid: oid.describe(),
        }),
    }
}

/// The signature on an anchor proves nothing and is not looked at.
pub(super) fn check_strength(
    certificate: &Certificate,
    policy: &PathPolicy,
    signed: bool,
) -> Result<(), PathError> {
    let key = certificate
        .public_key()
        .map_err(|reason| PathError::Algorithm {
            subject: subject(certificate),
            algorithm: reason.to_string(),
        })?;
    let weak_digest = signed
        && certificate
            .signature_scheme()
            .is_ok_and(|scheme| scheme.is_broken());
    if policy.strong_algorithms && (key.is_weak() || weak_digest) {
        return Err(PathError::Weak {
            subject: subject(certificate),
        });
    }
    Ok(())
}

/// Whether a certificate may issue others. Certificates before version 3 cannot say so; they are
/// let pass where they are anchors, by the word of the configuration.
fn may_issue(certificate: &Certificate, may_be_silent: bool) -> Result<(), PathError> {
    // RFC 5280, section 4.1.2.6: what issues has a name.
    if certificate.subject().is_empty() {
        return Err(PathError::Nameless {
            serial: certificate.serial_hex(),
        });
    }
    let extensions = certificate.extensions();
    let is_authority = extensions
        .basic_constraints
        .map_or(may_be_silent, |constraints| constraints.authority);
    if !is_authority {
        return Err(PathError::NotAnAuthority {
            subject: subject(certificate),
        });
    }
    if extensions
        .key_usage
        .is_some_and(|usage| !usage.certificate_signing())
    {
        return Err(PathError::MayNotSign {
            subject: subject(certificate),
        });
    }
    Ok(())
}

fn limit_path_length(certificate: &Certificate, authorities_left: &mut usize) {
    let limit = certificate
        .extensions()
        .basic_constraints
        .and_then(|limit| limit.path_length);
    if let Some(limit) = limit.and_then(|limit| usize::try_from(limit).ok()) {
        *authorities_left = limit.min(*authorities_left);
    }
}

/// An authority that is limited to some purposes cannot give others.
fn check_purposes(chain: &[Certificate]) -> Result<(), PathError> {
    let any = |usages: &[Oid]| {
        usages
            .iter()
            .any(|usage| *usage == known::ANY_EXTENDED_KEY_USAGE)
    };
    let mut allowed: Option<Vec<Oid>> = None;
    for certificate in chain.iter().rev() {
        let Some(usages) = certificate
            .extended_key_usage()
            .filter(|usages| !any(usages))
        else {
            continue;
        };
        let common: Vec<Oid> = usages
            .iter()
            .filter(|usage| {
                allowed
                    .as_ref()
                    .is_none_or(|allowed| allowed.contains(usage))
            })
            .cloned()
            .collect();
        if common.is_empty() {
            return Err(PathError::ExtendedKeyUsage {
                subject: subject(certificate),
            });
        }
        allowed = Some(common);
    }
    Ok(())
}
