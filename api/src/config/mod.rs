//! What an operator decides: the typed [`Settings`], checked once at the start. Where the values
//! come from (flags, environment, file) is the business of [`sources`]; nothing else in the
//! service reads the environment.

mod network;
mod sources;
mod trust;

pub use network::{Network, NotANetwork};
pub use sources::{ChosenDatabase, CoreArgs, DatabaseArgs, LogFormat, ServeArgs};
pub use trust::{Authority, CertificateId, Failure, Reach, Revocation, TimeStamps};

use balabaqsha_shared::dto::ServiceMode;
use secrecy::SecretString;
use std::{
    net::SocketAddr,
    num::NonZeroU32,
    path::{Path, PathBuf},
    time::Duration,
};

/// Settings of a running service. Secrets do not appear in its debug output.
#[derive(Clone, Debug)]
pub struct Settings {
    pub bind: SocketAddr,
    /// Where the numbers for the operator are shown; nowhere when absent.
    pub metrics_bind: Option<SocketAddr>,
    /// Origin under which browsers and integrators reach the service; no slash at its end.
    pub public_url: String,
    /// May carry the password of the database.
    pub database_url: SecretString,
    pub data_dir: PathBuf,
    /// Folder with the built pages; without it only the API is served.
    pub web_dir: Option<PathBuf>,
    pub mode: ServiceMode,
    /// Begin the demo anew.
    pub fresh: bool,
    /// Files or folders with trusted certificates. In demo mode these and the next are empty.
    pub trust_anchors: Vec<PathBuf>,
    /// The same for authorities whose certificates are worth nothing outside of tests.
    pub test_trust_anchors: Vec<PathBuf>,
    /// Files or folders with certificates of authorities between the trusted ones and the keys.
    pub intermediates: Vec<PathBuf>,
    pub revocation: Revocation,
    pub time_stamps: TimeStamps,
    /// Whether a key of a legal entity logs its holder in as a parent.
    pub legal_entity_keys: bool,
    /// Carries the credentials of the mail server. Without it mails become files.
    pub smtp_url: Option<SecretString>,
    pub mail_from: String,
    pub limits: Limits,
    /// Where researchers report weaknesses: a URI for `/.well-known/security.txt`.
    pub security_contact: Option<String>,
    /// The service that knows who is whose parent (R3).
    pub registry_url: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    pub workers: Option<usize>,
    /// Whether cookies may travel over HTTPS only.
    pub secure_cookies: bool,
    pub log_format: LogFormat,
    pub log_filter: String,
}

impl Settings {
    /// Demo settings with the defaults for everything that is not said: data, database and mails
    /// under `data_dir`.
    #[must_use]
    pub fn demo(bind: SocketAddr, data_dir: &Path) -> Self {
        Self {
            bind,
            metrics_bind: None,
            public_url: format!("http://{bind}"),
            database_url: sqlite_url(data_dir),
            data_dir: data_dir.to_owned(),
            web_dir: None,
            mode: ServiceMode::Demo,
            fresh: false,
            trust_anchors: Vec::new(),
            test_trust_anchors: Vec::new(),
            intermediates: Vec::new(),
            revocation: Revocation::default(),
            time_stamps: TimeStamps::default(),
            legal_entity_keys: false,
            smtp_url: None,
            mail_from: DEFAULT_MAIL_FROM.to_owned(),
            limits: Limits::default(),
            security_contact: None,
            registry_url: None,
            trusted_proxies: Vec::new(),
            workers: None,
            secure_cookies: false,
            log_format: LogFormat::Pretty,
            log_filter: DEFAULT_LOG_FILTER.to_owned(),
        }
    }

    /// Whether the service is reached over HTTPS.
    #[must_use]
    pub fn https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

const DEFAULT_MAIL_FROM: &str = "Balabaqsha <balabaqsha@localhost.localdomain>";
/// What `actix_http` has to say are the faults of clients, as errors.
const DEFAULT_LOG_FILTER: &str = "info,sqlx=warn,actix_server=warn,actix_http=off";

fn sqlite_url(data_dir: &Path) -> SecretString {
    format!("sqlite://{}", data_dir.join("balabaqsha.sqlite").display()).into()
}

/// What one request, one address and one person may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    pub max_body_bytes: usize,
    /// How long a client may take to send the head of a request.
    pub header_timeout: Duration,
    /// How long a client may take to send the body of a request.
    pub body_timeout: Duration,
    /// Connections of all, and of one address; parts of the open files when absent.
    pub connections: Option<usize>,
    pub connections_of_address: Option<usize>,
    /// None switches rate limits off.
    pub rates: Option<Rates>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_body_bytes: 262_144,
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(20),
            connections: None,
            connections_of_address: None,
            rates: Some(Rates::default()),
        }
    }
}

/// How often something may be asked for. An office full of parents behind one address must not
/// meet these limits, so whatever can be told apart by person is limited by person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rates {
    /// All requests of one address.
    pub address: Rate,
    /// Challenges and logins of one address.
    pub login: Rate,
    /// All requests of one person.
    pub person: Rate,
    /// E-mail addresses and confirmation codes of one person.
    pub email: Rate,
    /// Drafts and signed acts of one person.
    pub signature: Rate,
    /// Signatures that one address has verified.
    pub verification: Rate,
    /// Numbers of applications tried by one person who asks to have one attached (R3).
    pub attachment: Rate,
    /// Papers (PDF) of one person.
    pub paper: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            address: Rate::of(1_200, 3_000),
            login: Rate::of(120, 120),
            person: Rate::of(300, 600),
            email: Rate::of(10, 6),
            signature: Rate::of(30, 30),
            verification: Rate::of(60, 60),
            attachment: Rate::of(5, 1),
            paper: Rate::of(30, 30),
        }
    }
}

/// A bucket: `burst` requests at once, refilled by `per_minute`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    pub burst: NonZeroU32,
    pub per_minute: NonZeroU32,
}

impl Rate {
    const fn of(burst: u32, per_minute: u32) -> Self {
        const fn at_least_one(value: u32) -> NonZeroU32 {
            match NonZeroU32::new(value) {
                Some(value) => value,
                None => NonZeroU32::MIN,
            }
        }
        Self {
            burst: at_least_one(burst),
            per_minute: at_least_one(per_minute),
        }
    }
}

/// Settings that contradict each other or mean nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    #[error("the settings file {path}: {reason}")]
    File { path: PathBuf, reason: String },
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
