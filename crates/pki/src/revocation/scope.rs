//! Which list speaks of which certificate, by whom and for which reasons (RFC 5280, section 6.3.3,
//! steps b and d).

use super::crl::{ALL_REASONS, Entry, Facts as List};
use crate::certificate::{Certificate, DistributionPoint, DistributionPointName, GeneralName};
use crate::name::Name;

/// removeFromCRL
const REMOVED: u8 = 8;

/// Whether a certificate is that of somebody who may sign lists under this name.
pub(super) fn may_sign_lists(candidate: &Certificate, issuer: &Name) -> bool {
    candidate.subject().matches(issuer)
        && candidate
            .key_usage()
            .is_none_or(|usage| usage.crl_signing())
        && candidate.extensions().unknown_critical.is_empty()
}

/// For which reasons a complete list speaks of the certificate by way of this distribution point;
/// `None` if it does not at all (section 6.3.3, steps b and d).
pub(super) fn reasons_covered(
    list: &List,
    point: &DistributionPoint,
    certificate: &Certificate,
) -> Option<u16> {
    let issuer_fits = match &point.issuer {
        Some(issuers) => {
            let indirect = list.scope.as_ref().is_some_and(|scope| scope.indirect);
            let named = issuers.iter().any(|issuer| {
                matches!(issuer, GeneralName::Directory(name) if name.matches(&list.issuer))
            });
            named && indirect
        }
        None => list.issuer.matches(certificate.issuer()),
    };
    if !issuer_fits {
        return None;
    }
    let mut reasons = point.reasons.unwrap_or(ALL_REASONS) & ALL_REASONS;
    if let Some(scope) = &list.scope {
        let is_authority = certificate
            .extensions()
            .basic_constraints
            .is_some_and(|constraints| constraints.authority);
        let of_its_kind = !(scope.only_attributes
            || scope.only_users && is_authority
            || scope.only_authorities && !is_authority);
        let point_fits = scope
            .point
            .as_ref()
            .is_none_or(|scope_point| points_meet(scope_point, list, point, certificate));
        if !of_its_kind || !point_fits {
            return None;
        }
        reasons &= scope.reasons.unwrap_or(ALL_REASONS);
    }
    Some(reasons)
}

/// Whether the point the list was published for is one of those the certificate names.
fn points_meet(
    of_list: &DistributionPointName,
    list: &List,
    point: &DistributionPoint,
    certificate: &Certificate,
) -> bool {
    let list_names = full_names(of_list, &list.issuer);
    let point_names = match (&point.name, &point.issuer) {
        (Some(name), issuer) => {
            let relative_to = issuer
                .iter()
                .flatten()
                .find_map(|name| match name {
                    GeneralName::Directory(name) => Some(name),
                    _ => None,
                })
                .unwrap_or(certificate.issuer());
            full_names(name, relative_to)
        }
        (None, Some(issuers)) => issuers.clone(),
        (None, None) => Vec::new(),
    };
    list_names
        .iter()
        .any(|a| point_names.iter().any(|b| same_name(a, b)))
}

fn full_names(name: &DistributionPointName, relative_to: &Name) -> Vec<GeneralName> {
    match name {
        DistributionPointName::Full(names) => names.clone(),
        DistributionPointName::Relative(rdn) => {
            vec![GeneralName::Directory(relative_to.with_rdn(rdn))]
        }
    }
}

fn same_name(a: &GeneralName, b: &GeneralName) -> bool {
    match (a, b) {
        (GeneralName::Directory(a), GeneralName::Directory(b)) => a.matches(b),
        (GeneralName::Uri(a), GeneralName::Uri(b))
        | (GeneralName::Dns(a), GeneralName::Dns(b))
        | (GeneralName::Email(a), GeneralName::Email(b)) => a == b,
        _ => false,
    }
}

/// The entry that holds: the newer list's word goes before that of its base.
pub(super) fn entry_of<'a>(
    complete: &'a List,
    delta: Option<&'a List>,
    certificate: &Certificate,
) -> Option<&'a Entry> {
    let (serial, issuer) = (certificate.serial(), certificate.issuer());
    let newer = delta.and_then(|delta| delta.find(serial, issuer));
    match newer {
        Some(entry) if entry.reason == Some(REMOVED) => None,
        Some(entry) => Some(entry),
        None => complete
            .find(serial, issuer)
            .filter(|entry| entry.reason != Some(REMOVED)),
    }
}
