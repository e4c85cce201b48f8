//! Why settings are refused. No sentence shows a value that may be a secret.

use std::path::PathBuf;

/// Settings that contradict each other or mean nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    #[error("the settings file {path}: {reason}")]
    File { path: PathBuf, reason: String },
    #[error("{0}")]
    Missing(String),
    #[error(
        "demo mode is refused: trust anchors are configured, and keys of the demo authority must \
         never pass where real ones do; remove --demo or --trust-anchors"
    )]
    DemoWithTrustAnchors,
    #[error(
        "no trust anchors: name the certificates of the National Certification Authority with \
         --trust-anchors, or try the service with --demo"
    )]
    NoTrustAnchors,
    #[error(
        "trust anchors and test trust anchors are configured together, and a test key, which anybody \
         can have for any IIN, would pass where real ones do; remove --trust-anchors or \
         --test-trust-anchors"
    )]
    TestAnchorsBesideReal,
    #[error("--fresh empties the database and is possible only together with --demo")]
    FreshWithoutDemo,
    #[error("the public URL {0:?} is not an origin such as https://balabaqsha.example.kz")]
    PublicUrl(String),
    #[error("the sender of mails {0:?} is not a mailbox such as Balabaqsha <noreply@example.kz>")]
    MailFrom(String),
    #[error("the security contact {0:?} is not a URI such as mailto:security@example.kz")]
    SecurityContact(String),
    #[error("the registry {0:?} is not an address such as https://registry.example.kz/parents")]
    RegistryUrl(String),
    #[error("the virus scanner {0:?} is neither HOST:PORT nor unix:PATH")]
    VirusScanner(String),
    #[error("the database URL must begin with sqlite: or postgres://")]
    DatabaseUrl,
    #[error("the number of workers must be at least 1")]
    NoWorkers,
    #[error(
        "fetching certificates of issuers asks whatever address a stranger's certificate names: \
         list the hosts that may be asked (revocation.hosts)"
    )]
    IssuersFromAnywhere,
    #[error("revocation: neither responders nor lists are asked, so no act could be accepted")]
    NobodyToAsk,
    #[error("revocation: {0} must be at least 1")]
    RevocationLimit(&'static str),
    #[error("the address {0:?} is not one such as http://tsp.example.kz/tsa")]
    ServiceAddress(String),
}
