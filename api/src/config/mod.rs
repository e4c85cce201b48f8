//! What an operator decides: the typed [`Settings`], checked once at the start. Nothing else in the
//! service reads the environment.
//!
//! Each setting stands once, as a field: its name is the key of the settings file, its first
//! sentence the help of its flag, and its default what `confique` reads. [`arguments`] lays flags
//! and environment over the file and the file over the defaults, [`file`] reads the file, [`checks`]
//! refuses what means nothing, [`reference`] prints all of it.

mod arguments;
mod checks;
mod egov_mobile;
mod error;
mod file;
mod limits;
mod network;
mod reference;
mod scans;
mod trust;
mod units;

pub use arguments::{ChosenDatabase, CoreArgs, DatabaseArgs, ServeArgs};
pub use egov_mobile::EgovMobile;
pub use error::SettingsError;
pub use limits::{Limits, Rate, Rates};
pub use network::{Network, NotANetwork};
pub use reference::{template, with_defaults};
pub use scans::Scans;
pub use trust::{Authority, CertificateId, Failure, Revocation};

use balabaqsha_shared::dto::ServiceMode;
use confique::{Config, Layer};
use secrecy::SecretString;
use serde::Deserialize;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// What one source says: each setting is there or not.
type SettingsLayer = <Settings as Config>::Layer;

/// Settings of a running service. Secrets do not appear in its debug output.
#[derive(Clone, Debug, Config)]
#[config(layer_attr(derive(Clone, Debug, Default, clap::Args)))]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Settings {
    /// Address and port to listen on
    #[config(default = "127.0.0.1:8080")]
    #[config(layer_attr(arg(long, env = "BALABAQSHA_BIND", value_name = "ADDRESS:PORT")))]
    pub bind: SocketAddr,
    /// Address and port for GET /metrics (Prometheus); without it nothing is shown
    #[config(layer_attr(arg(
        long,
        env = "BALABAQSHA_METRICS_BIND",
        value_name = "ADDRESS:PORT"
    )))]
    pub metrics_bind: Option<SocketAddr>,
    /// Origin under which browsers and programs reach the service; mails link to it
    /// [default: http://<bind>]
    #[config(layer_attr(arg(skip)))]
    pub public_url: String,
    /// sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE
    /// [default: sqlite://<data_dir>/balabaqsha.sqlite]
    #[config(layer_attr(arg(skip)))]
    pub database_url: SecretString,
    /// Folder for the database and for mails without a mail server
    #[config(default = "data", layer_attr(arg(skip)))]
    pub data_dir: PathBuf,
    /// Folder with the built pages; without it only the API is served
    #[config(layer_attr(arg(long, env = "BALABAQSHA_WEB_DIR", value_name = "DIR")))]
    pub web_dir: Option<PathBuf>,
    /// Made-up data and keys of a demo authority; never together with trust anchors
    #[config(default = false)]
    #[config(layer_attr(arg(
        long,
        env = "BALABAQSHA_DEMO",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )))]
    pub demo: bool,
    /// Begin the demo anew, with an empty database
    #[config(default = false)]
    #[config(layer_attr(serde(skip)))]
    #[config(layer_attr(arg(
        long,
        env = "BALABAQSHA_FRESH",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )))]
    pub fresh: bool,
    /// Trusted certificates (PEM or DER), as files or folders of files
    #[config(default = [])]
    #[config(layer_attr(arg(
        long,
        env = "BALABAQSHA_TRUST_ANCHORS",
        value_name = "FILE|DIR",
        num_args = 1..,
        value_delimiter = ','
    )))]
    pub trust_anchors: Vec<PathBuf>,
    /// Trusted certificates of test authorities; what they certify is shown as a test
    #[config(default = [])]
    #[config(layer_attr(arg(
        long,
        env = "BALABAQSHA_TEST_TRUST_ANCHORS",
        value_name = "FILE|DIR",
        num_args = 1..,
        value_delimiter = ','
    )))]
    pub test_trust_anchors: Vec<PathBuf>,
    /// Certificates of authorities between the trusted ones and the keys
    #[config(default = [])]
    #[config(layer_attr(arg(
        long,
        env = "BALABAQSHA_INTERMEDIATES",
        value_name = "FILE|DIR",
        num_args = 1..,
        value_delimiter = ','
    )))]
    pub intermediates: Vec<PathBuf>,
    /// Let keys of legal entities log their holders in as parents
    #[config(default = false)]
    #[config(layer_attr(arg(
        long,
        env = "BALABAQSHA_LEGAL_ENTITY_KEYS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )))]
    pub legal_entity_keys: bool,
    /// Time-stamping authority (RFC 3161); without it no time stamps are asked for
    #[config(layer_attr(arg(long, env = "BALABAQSHA_TSA_URL", value_name = "URL")))]
    pub tsa_url: Option<String>,
    /// Certificates trusted for time stamps; none means those trusted for signatures
    #[config(default = [])]
    #[config(layer_attr(arg(
        long,
        env = "BALABAQSHA_TSA_ANCHORS",
        value_name = "FILE|DIR",
        num_args = 1..,
        value_delimiter = ','
    )))]
    pub tsa_anchors: Vec<PathBuf>,
    /// Mail server, such as smtps://USER:PASSWORD@HOST; without it mails are written to
    /// <data_dir>/mail
    #[config(layer_attr(arg(
        long,
        env = "BALABAQSHA_SMTP_URL",
        hide_env_values = true,
        value_name = "URL",
        value_parser = units::secret
    )))]
    pub smtp_url: Option<SecretString>,
    /// Sender of mails
    #[config(default = "Balabaqsha <balabaqsha@localhost.localdomain>")]
    #[config(layer_attr(arg(long, env = "BALABAQSHA_MAIL_FROM", value_name = "MAILBOX")))]
    pub mail_from: String,
    /// Where weaknesses are reported, such as mailto:security@example.kz; it stands in
    /// /.well-known/security.txt
    #[config(layer_attr(arg(long, env = "BALABAQSHA_SECURITY_CONTACT", value_name = "URI")))]
    pub security_contact: Option<String>,
    /// Service that knows who is whose parent (R3): it gets POST {parent_iin, child_iin} and answers
    /// {parent: true|false}; without it the applicant decides
    #[config(layer_attr(arg(long, env = "BALABAQSHA_REGISTRY_URL", value_name = "URL")))]
    pub registry_url: Option<String>,
    /// Proxies whose X-Forwarded-For is believed, as addresses or networks
    #[config(default = [])]
    #[config(layer_attr(arg(
        long,
        env = "BALABAQSHA_TRUSTED_PROXIES",
        value_name = "NETWORK",
        num_args = 1..,
        value_delimiter = ','
    )))]
    pub trusted_proxies: Vec<Network>,
    /// Threads that answer requests [default: one per core]
    #[config(layer_attr(arg(long, env = "BALABAQSHA_WORKERS", value_name = "COUNT")))]
    pub workers: Option<usize>,
    /// How log lines look
    #[config(default = "pretty")]
    #[config(layer_attr(arg(long, env = "BALABAQSHA_LOG_FORMAT")))]
    pub log_format: LogFormat,
    /// What is logged, such as info,sqlx=debug; actix_http logs faults of clients as errors
    #[config(default = "info,sqlx=warn,actix_server=warn,actix_http=off")]
    #[config(layer_attr(arg(long, env = "BALABAQSHA_LOG", value_name = "FILTER")))]
    pub log: String,
    /// Whether cookies may travel over HTTPS only; the public URL decides.
    #[config(layer_attr(serde(skip)), layer_attr(arg(skip)))]
    pub secure_cookies: bool,
    #[config(nested, layer_attr(command(flatten)))]
    pub revocation: Revocation,
    #[config(nested, layer_attr(command(flatten)))]
    pub egov_mobile: EgovMobile,
    #[config(nested, layer_attr(command(flatten)))]
    pub scans: Scans,
    #[config(nested, layer_attr(command(flatten)))]
    pub limits: Limits,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people at a terminal.
    Pretty,
    /// One JSON object per line.
    Json,
}

impl Settings {
    /// Demo settings with the defaults for everything that is not said: data, database and mails
    /// under `data_dir`.
    ///
    /// # Errors
    /// When the address or the folder mean nothing.
    pub fn demo(bind: SocketAddr, data_dir: &Path) -> Result<Self, SettingsError> {
        Self::resolve(SettingsLayer {
            bind: Some(bind),
            data_dir: Some(data_dir.to_owned()),
            demo: Some(true),
            ..SettingsLayer::empty()
        })
    }

    /// Fills in what has not been said, and checks everything.
    fn resolve(said: SettingsLayer) -> Result<Self, SettingsError> {
        let said = said.with_fallback(SettingsLayer::default_values());
        let public_url = checks::public_url(&said)?;
        let settings = Self::from_layer(SettingsLayer {
            secure_cookies: public_url.as_deref().map(is_https),
            database_url: checks::database_url(&said)?,
            public_url,
            ..said
        })
        .map_err(|missing| SettingsError::Missing(missing.to_string()))?;
        checks::all(&settings)?;
        Ok(settings)
    }

    #[must_use]
    pub const fn mode(&self) -> ServiceMode {
        if self.demo {
            ServiceMode::Demo
        } else {
            ServiceMode::Production
        }
    }

    /// Whether the service is reached over HTTPS.
    #[must_use]
    pub fn https(&self) -> bool {
        is_https(&self.public_url)
    }
}

fn is_https(public_url: &str) -> bool {
    public_url.starts_with("https://")
}

/// The defaults of a section.
#[expect(
    clippy::expect_used,
    reason = "each setting of a section is optional or has a default: without one no test starts"
)]
fn defaults<C: Config>() -> C {
    C::from_layer(C::Layer::default_values()).expect("a default for each setting")
}
