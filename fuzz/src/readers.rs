//! Two readers of one certificate: what is accepted means the same to both, the values of
//! extensions included. What is refused because they disagree is counted by the fact.
#![no_main]

use balabaqsha_fuzz::in_bounds;
use balabaqsha_pki::certificate::{CertificateError, Disagreement};
use balabaqsha_pki::{Certificate, Oid};
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;
use std::sync::Mutex;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::FromDer;

/// How often the readers disagreed, by what about.
static DISAGREEMENTS: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());

fuzz_target!(
    |bytes: &[u8]| in_bounds(|| match Certificate::parse(bytes) {
        Ok(certificate) => same_meaning(&certificate),
        Err(CertificateError::Ambiguous(about)) => count(about),
        Err(_) => {}
    })
);

/// Says each new disagreement, and after it every doubling of its number; `cargo xtask fuzz` reads
/// the last of each.
fn count(about: Disagreement) {
    let mut all = DISAGREEMENTS.lock().expect("one thread");
    let number = all.entry(about.to_string()).or_default();
    *number += 1;
    if number.is_power_of_two() {
        eprintln!("disagreement: {about}: {number}");
    }
}

fn same_meaning(certificate: &Certificate) {
    let (rest, other) = X509Certificate::from_der(certificate.der()).expect("the second reader");
    assert!(rest.is_empty());
    for extension in other.extensions() {
        match extension.parsed_extension() {
            ParsedExtension::KeyUsage(usage) => {
                let ours = certificate.key_usage().expect("the same extension");
                assert_eq!(ours.digital_signature(), usage.digital_signature());
                assert_eq!(ours.non_repudiation(), usage.non_repudiation());
                assert_eq!(ours.key_encipherment(), usage.key_encipherment());
                assert_eq!(ours.certificate_signing(), usage.key_cert_sign());
                assert_eq!(ours.crl_signing(), usage.crl_sign());
            }
            ParsedExtension::BasicConstraints(constraints) => {
                let ours = certificate.basic_constraints().expect("the same extension");
                assert_eq!(ours.authority, constraints.ca);
                assert_eq!(ours.path_length, constraints.path_len_constraint);
            }
            ParsedExtension::SubjectKeyIdentifier(identifier) => {
                assert_eq!(certificate.subject_key_identifier(), Some(identifier.0));
            }
            ParsedExtension::CertificatePolicies(policies) => {
                // By octets: the second reader writes first arcs above 1 wrongly (2.346 as 10.26).
                let ours = certificate.policies().map(Oid::contents);
                let theirs = policies.iter().map(|policy| policy.policy_id.as_bytes());
                assert!(ours.eq(theirs));
            }
            ParsedExtension::ExtendedKeyUsage(usages) => {
                let named = [
                    (usages.any, "2.5.29.37.0"),
                    (usages.client_auth, "1.3.6.1.5.5.7.3.2"),
                    (usages.email_protection, "1.3.6.1.5.5.7.3.4"),
                    (usages.time_stamping, "1.3.6.1.5.5.7.3.8"),
                    (usages.ocsp_signing, "1.3.6.1.5.5.7.3.9"),
                ];
                let ours = certificate
                    .extended_key_usage()
                    .expect("the same extension");
                for (has, usage) in named {
                    assert_eq!(
                        ours.iter().any(|one| one.to_string() == usage),
                        has,
                        "{usage}"
                    );
                }
            }
            _ => {}
        }
    }
}
