//! Name constraints (RFC 5280, sections 4.2.1.10 and 6.1.3 b, c).

use super::PathError;
use crate::asn1::known;
use crate::certificate::{Certificate, GeneralName};

/// Comparisons of a name with a subtree in one path, at most.
const MOST_COMPARISONS: usize = 100_000;

/// The constraints gathered from the authorities so far.
#[derive(Default)]
pub(super) struct NameState {
    /// One list for each authority that permits: a name must lie within each of them.
    permitted: Vec<Vec<GeneralName>>,
    excluded: Vec<GeneralName>,
    comparisons: usize,
}

impl NameState {
    pub(super) fn constrain(&mut self, authority: &Certificate) -> Result<(), PathError> {
        let Some(subtrees) = &authority.extensions().name_constraints else {
            return Ok(());
        };
        let well_formed = subtrees
            .permitted
            .iter()
            .chain(&subtrees.excluded)
            .all(is_well_formed);
        if !well_formed {
            return Err(PathError::NameConstraints {
                subject: authority.subject().to_string(),
            });
        }
        if !subtrees.permitted.is_empty() {
            self.permitted.push(subtrees.permitted.clone());
        }
        self.excluded.extend(subtrees.excluded.iter().cloned());
        Ok(())
    }

    pub(super) fn check(&mut self, certificate: &Certificate) -> Result<(), PathError> {
        if self.permitted.is_empty() && self.excluded.is_empty() {
            return Ok(());
        }
        let subject = || certificate.subject().to_string();
        for name in names_of(certificate) {
            let subtrees = self.permitted.iter().map(Vec::len).sum::<usize>() + self.excluded.len();
            self.comparisons += subtrees;
            if self.comparisons > MOST_COMPARISONS {
                return Err(PathError::TooCostly { subject: subject() });
            }
            if !self.allows(&name) {
                return Err(PathError::NameConstraints { subject: subject() });
            }
        }
        Ok(())
    }

    fn allows(&self, name: &GeneralName) -> bool {
        let excluded = self
            .excluded
            .iter()
            .filter(|base| kind(base) == kind(name))
            // A name that cannot be judged is taken for one that is excluded.
            .any(|base| within(name, base).unwrap_or(true));
        let permitted = self.permitted.iter().all(|bases| {
            let mut of_kind = bases
                .iter()
                .filter(|base| kind(base) == kind(name))
                .peekable();
            of_kind.peek().is_none() || of_kind.any(|base| within(name, base).unwrap_or(false))
        });
        permitted && !excluded
    }
}

/// All names of a certificate. E-mail addresses in the subject count beside those among the
/// alternative names; one that cannot be read is one that cannot be judged.
fn names_of(certificate: &Certificate) -> Vec<GeneralName> {
    let mut names = certificate
        .extensions()
        .alternative_names
        .clone()
        .unwrap_or_default();
    let in_subject = certificate.subject().every(&known::EMAIL_ADDRESS);
    names.extend(
        in_subject.map(|address| GeneralName::Email(address.unwrap_or_default().to_owned())),
    );
    if !certificate.subject().is_empty() {
        names.push(GeneralName::Directory(certificate.subject().clone()));
    }
    names
}

fn kind(name: &GeneralName) -> u8 {
    match name {
        GeneralName::Email(_) => 1,
        GeneralName::Dns(_) => 2,
        GeneralName::Directory(_) => 4,
        GeneralName::Uri(_) => 6,
        GeneralName::Ip(_) => 7,
        GeneralName::Other(number) => 0x80 | number,
    }
}

fn is_well_formed(base: &GeneralName) -> bool {
    match base {
        GeneralName::Ip(octets) => matches!(octets.len(), 8 | 32),
        _ => true,
    }
}

/// Whether a name lies within a subtree of its kind; `None` when that cannot be said.
fn within(name: &GeneralName, base: &GeneralName) -> Option<bool> {
    match (name, base) {
        (GeneralName::Directory(name), GeneralName::Directory(base)) => {
            Some(name.starts_with(base))
        }
        (GeneralName::Dns(name), GeneralName::Dns(base)) => Some(host_at_or_under(name, base)),
        (GeneralName::Email(name), GeneralName::Email(base)) => email_within(name, base),
        (GeneralName::Uri(name), GeneralName::Uri(base)) => {
            host_of(name).map(|host| host_within(host, base))
        }
        (GeneralName::Ip(name), GeneralName::Ip(base)) => Some(address_within(name, base)),
        _ => None,
    }
}

/// `base` itself and everything below it; with a leading dot only what is below.
fn host_at_or_under(host: &str, base: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let base = base.trim_end_matches('.').to_ascii_lowercase();
    if base.is_empty() {
        return true;
    }
    match base.strip_prefix('.') {
        Some(_) => host.len() > base.len() && host.ends_with(&base),
        None => {
            host == base
                || host
                    .strip_suffix(&base)
                    .is_some_and(|rest| rest.ends_with('.'))
        }
    }
}

/// Exactly this host, or with a leading dot what is below it.
fn host_within(host: &str, base: &str) -> bool {
    if base.is_empty() || base.starts_with('.') {
        host_at_or_under(host, base)
    } else {
        host.trim_end_matches('.')
            .eq_ignore_ascii_case(base.trim_end_matches('.'))
    }
}

fn email_within(address: &str, base: &str) -> Option<bool> {
    let (local, host) = address.rsplit_once('@')?;
    if local.is_empty() || host.is_empty() {
        return None;
    }
    Some(match base.rsplit_once('@') {
        Some((base_local, base_host)) => {
            local == base_local && host.eq_ignore_ascii_case(base_host)
        }
        None => host_within(host, base),
    })
}

/// The host name of a URI; addresses of machines by number are not host names.
fn host_of(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    if host.starts_with('[') {
        return None;
    }
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    let numeric = host
        .bytes()
        .all(|octet| octet.is_ascii_digit() || octet == b'.');
    (!host.is_empty() && !numeric).then_some(host)
}

fn address_within(address: &[u8], base: &[u8]) -> bool {
    let (network, mask) = base.split_at(base.len() / 2);
    address.len() == network.len()
        && address
            .iter()
            .zip(network)
            .zip(mask)
            .all(|((address, network), mask)| address & mask == network & mask)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("a.example.kz", "example.kz", true)]
    #[case("example.kz", "example.kz", true)]
    #[case("EXAMPLE.KZ.", "example.kz", true)]
    #[case("badexample.kz", "example.kz", false)]
    #[case("example.kz", ".example.kz", false)]
    #[case("a.example.kz", ".example.kz", true)]
    #[case("anything", "", true)]
    fn hosts(#[case] host: &str, #[case] base: &str, #[case] expected: bool) {
        assert_eq!(host_at_or_under(host, base), expected);
    }

    #[rstest]
    #[case("a@host.kz", "host.kz", Some(true))]
    #[case("a@sub.host.kz", "host.kz", Some(false))]
    #[case("a@sub.host.kz", ".host.kz", Some(true))]
    #[case("a@host.kz", "a@HOST.kz", Some(true))]
    #[case("A@host.kz", "a@host.kz", Some(false))]
    #[case("nobody", "host.kz", None)]
    fn addresses_of_people(
        #[case] address: &str,
        #[case] base: &str,
        #[case] expected: Option<bool>,
    ) {
        assert_eq!(email_within(address, base), expected);
    }

    #[rstest]
    #[case("http://user@host.kz:80/path@x", Some("host.kz"))]
    #[case("ldap://host.kz", Some("host.kz"))]
    #[case("http://10.0.0.1/", None)]
    #[case("http://[::1]/", None)]
    #[case("urn:x", None)]
    fn hosts_of_addresses(#[case] uri: &str, #[case] expected: Option<&str>) {
        assert_eq!(host_of(uri), expected);
    }

    #[test]
    fn what_cannot_be_judged_is_refused() {
        let mut state = NameState::default();
        state.excluded.push(GeneralName::Uri("host.kz".into()));
        assert!(!state.allows(&GeneralName::Uri("urn:x".into())));
        state.excluded.push(GeneralName::Other(0));
        assert!(!state.allows(&GeneralName::Other(0)));
        assert!(state.allows(&GeneralName::Other(3)));
    }

    #[test]
    fn machine_addresses() {
        let base = [10, 1, 0, 0, 255, 255, 0, 0];
        assert!(address_within(&[10, 1, 2, 3], &base));
        assert!(!address_within(&[10, 2, 2, 3], &base));
        assert!(!address_within(&[0; 16], &base));
    }
}
