//! Where settings come from: a flag wins over the environment, the environment over the file, the
//! file over the default.

use super::{
    DEFAULT_LOG_FILTER, DEFAULT_MAIL_FROM, Failure, Limits, Network, Rate, Revocation, Settings,
    SettingsError, TimeStamps, sqlite_url, trust::RevocationFile,
};
use actix_web::http::Uri;
use balabaqsha_shared::dto::ServiceMode;
use lettre::message::Mailbox;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::NonZeroUsize,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

const DEFAULT_DATA_DIR: &str = "data";
const DEFAULT_BIND: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people at a terminal.
    Pretty,
    /// One JSON object per line.
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Switch {
    On,
    Off,
}

/// Flags of `balabaqsha serve`; each can be given as an environment variable or in the file.
#[derive(Debug, Default, clap::Args)]
pub struct ServeArgs {
    /// TOML file with settings; its names are those of the flags, with _ for -
    #[arg(long, env = "BALABAQSHA_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "BALABAQSHA_BIND", value_name = "ADDRESS:PORT")]
    bind: Option<SocketAddr>,
    /// Address and port for GET /metrics (Prometheus); without it nothing is shown
    #[arg(long, env = "BALABAQSHA_METRICS_BIND", value_name = "ADDRESS:PORT")]
    metrics_bind: Option<SocketAddr>,
    /// Origin under which browsers reach the service [default: http://<bind>]
    #[arg(long, env = "BALABAQSHA_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE
    /// [default: sqlite://<data-dir>/balabaqsha.sqlite]
    #[arg(
        long,
        env = "BALABAQSHA_DATABASE_URL",
        hide_env_values = true,
        value_name = "URL",
        value_parser = secret
    )]
    database_url: Option<SecretString>,
    /// Folder for the database and for mails without a mail server [default: ./data]
    #[arg(long, env = "BALABAQSHA_DATA_DIR", value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Folder with the built pages
    #[arg(long, env = "BALABAQSHA_WEB_DIR", value_name = "DIR")]
    web_dir: Option<PathBuf>,
    /// Made-up data and keys of a demo authority; never together with trust anchors
    #[arg(long, env = "BALABAQSHA_DEMO")]
    demo: bool,
    /// Begin the demo anew, with an empty database
    #[arg(long, env = "BALABAQSHA_FRESH")]
    fresh: bool,
    /// Trusted certificates (PEM or DER), as files or folders of files
    #[arg(
        long,
        env = "BALABAQSHA_TRUST_ANCHORS",
        value_name = "FILE|DIR",
        num_args = 1..,
        value_delimiter = ','
    )]
    trust_anchors: Vec<PathBuf>,
    /// Trusted certificates of test authorities; what they certify is shown as a test
    #[arg(
        long,
        env = "BALABAQSHA_TEST_TRUST_ANCHORS",
        value_name = "FILE|DIR",
        num_args = 1..,
        value_delimiter = ','
    )]
    test_trust_anchors: Vec<PathBuf>,
    /// Certificates of authorities between the trusted ones and the keys
    #[arg(
        long,
        env = "BALABAQSHA_INTERMEDIATES",
        value_name = "FILE|DIR",
        num_args = 1..,
        value_delimiter = ','
    )]
    intermediates: Vec<PathBuf>,
    /// What to do when nobody gives a fresh answer about revocation: hard refuses, soft takes an
    /// answer that ran out within the last hours [default: hard]
    #[arg(long, env = "BALABAQSHA_REVOCATION_FAILURE")]
    revocation_failure: Option<Failure>,
    /// Hosts that may be asked about revocation [default: any with a public address]
    #[arg(
        long,
        env = "BALABAQSHA_REVOCATION_HOSTS",
        value_name = "HOST",
        num_args = 1..,
        value_delimiter = ','
    )]
    revocation_hosts: Vec<String>,
    /// Ask about revocation also in private networks and on this machine
    #[arg(long, env = "BALABAQSHA_REVOCATION_PRIVATE_ADDRESSES")]
    revocation_private_addresses: bool,
    /// Time-stamping authority (RFC 3161); without it no time stamps are asked for
    #[arg(long, env = "BALABAQSHA_TSA_URL", value_name = "URL")]
    tsa_url: Option<String>,
    /// Certificates trusted for time stamps [default: those trusted for signatures]
    #[arg(
        long,
        env = "BALABAQSHA_TSA_ANCHORS",
        value_name = "FILE|DIR",
        num_args = 1..,
        value_delimiter = ','
    )]
    tsa_anchors: Vec<PathBuf>,
    /// Let keys of legal entities log their holders in as parents
    #[arg(long, env = "BALABAQSHA_LEGAL_ENTITY_KEYS")]
    legal_entity_keys: bool,
    /// Mail server, such as smtps://USER:PASSWORD@HOST; without it mails are written to
    /// <data-dir>/mail
    #[arg(
        long,
        env = "BALABAQSHA_SMTP_URL",
        hide_env_values = true,
        value_name = "URL",
        value_parser = secret
    )]
    smtp_url: Option<SecretString>,
    /// Sender of mails
    #[arg(long, env = "BALABAQSHA_MAIL_FROM", value_name = "MAILBOX")]
    mail_from: Option<String>,
    /// Where weaknesses are reported, such as mailto:security@example.kz
    #[arg(long, env = "BALABAQSHA_SECURITY_CONTACT", value_name = "URI")]
    security_contact: Option<String>,
    /// Service that knows who is whose parent: it gets POST {parent_iin, child_iin} and answers
    /// {parent: true|false}; without it the applicant decides
    #[arg(long, env = "BALABAQSHA_REGISTRY_URL", value_name = "URL")]
    registry_url: Option<String>,
    /// Proxies whose X-Forwarded-For is believed, as addresses or networks
    #[arg(
        long,
        env = "BALABAQSHA_TRUSTED_PROXIES",
        value_name = "NETWORK",
        num_args = 1..,
        value_delimiter = ','
    )]
    trusted_proxies: Vec<Network>,
    /// Whether the number of requests is limited [default: on]
    #[arg(long, env = "BALABAQSHA_RATE_LIMITS")]
    rate_limits: Option<Switch>,
    /// How log lines look [default: pretty]
    #[arg(long, env = "BALABAQSHA_LOG_FORMAT")]
    log_format: Option<LogFormat>,
    /// What is logged, such as info,sqlx=debug
    #[arg(long, env = "BALABAQSHA_LOG", value_name = "FILTER")]
    log: Option<String>,
    /// Threads that answer requests [default: one per core]
    #[arg(long, env = "BALABAQSHA_WORKERS", value_name = "COUNT")]
    workers: Option<usize>,
}

/// Where the database is, for commands that need nothing else of the settings.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct DatabaseArgs {
    /// TOML file with settings, the same as for `serve`
    #[arg(long, env = "BALABAQSHA_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE
    /// [default: sqlite://<data-dir>/balabaqsha.sqlite]
    #[arg(
        long,
        env = "BALABAQSHA_DATABASE_URL",
        hide_env_values = true,
        value_name = "URL",
        value_parser = secret
    )]
    database_url: Option<SecretString>,
    /// Folder with the database [default: ./data]
    #[arg(long, env = "BALABAQSHA_DATA_DIR", value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// A database, and of which mode it must be, where the settings file says so.
#[derive(Debug)]
pub struct ChosenDatabase {
    pub url: SecretString,
    pub mode: Option<ServiceMode>,
}

impl DatabaseArgs {
    /// The database that `serve` uses with the same flags.
    ///
    /// # Errors
    /// When the file cannot be read or the URL is of no known engine.
    pub fn chosen(self) -> Result<ChosenDatabase, SettingsError> {
        let file = SettingsFile::named(self.config.as_deref())?;
        self.over(&file)
    }

    fn over(self, file: &SettingsFile) -> Result<ChosenDatabase, SettingsError> {
        let data_dir = self.data_dir.or_else(|| file.data_dir.clone());
        let url = known_engine(
            self.database_url.or_else(|| file.database_url.clone()),
            &data_dir.unwrap_or_else(|| DEFAULT_DATA_DIR.into()),
        )?;
        let mode = match Anchors::of(&file.trust_anchors, &file.test_trust_anchors)? {
            Anchors::None if !file.demo => None,
            anchors => Some(mode(file.demo, anchors)?),
        };
        Ok(ChosenDatabase { url, mode })
    }
}

/// Where the database is and where parents find the pages, for commands after which parents are
/// told something.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct CoreArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    /// Origin under which browsers reach the service, the same as for `serve`; mails link to it
    /// [default: http://<bind> of the file]
    #[arg(long, env = "BALABAQSHA_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
}

impl CoreArgs {
    /// The database and the origin that `serve` uses with the same settings.
    ///
    /// # Errors
    /// When the file cannot be read, or one of the two means nothing.
    pub fn settings(self) -> Result<(ChosenDatabase, String), SettingsError> {
        let file = SettingsFile::named(self.database.config.as_deref())?;
        let bind = file.bind.unwrap_or(DEFAULT_BIND);
        Ok((
            self.database.over(&file)?,
            public_url(self.public_url.or(file.public_url), bind)?,
        ))
    }
}

/// The given origin, or that of the address to listen on.
fn public_url(given: Option<String>, bind: SocketAddr) -> Result<String, SettingsError> {
    given.map_or_else(|| Ok(format!("http://{bind}")), |url| origin(&url))
}

/// The given database, or the one in the folder.
fn known_engine(
    given: Option<SecretString>,
    data_dir: &Path,
) -> Result<SecretString, SettingsError> {
    let url = given.unwrap_or_else(|| sqlite_url(data_dir));
    if ["sqlite:", "postgres://", "postgresql://"]
        .iter()
        .any(|scheme| url.expose_secret().starts_with(scheme))
    {
        Ok(url)
    } else {
        Err(SettingsError::DatabaseUrl)
    }
}

fn secret(text: &str) -> Result<SecretString, Infallible> {
    Ok(text.into())
}

/// The settings file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct SettingsFile {
    bind: Option<SocketAddr>,
    metrics_bind: Option<SocketAddr>,
    public_url: Option<String>,
    database_url: Option<SecretString>,
    data_dir: Option<PathBuf>,
    web_dir: Option<PathBuf>,
    demo: bool,
    trust_anchors: Vec<PathBuf>,
    test_trust_anchors: Vec<PathBuf>,
    intermediates: Vec<PathBuf>,
    revocation: RevocationFile,
    tsa_url: Option<String>,
    tsa_anchors: Vec<PathBuf>,
    legal_entity_keys: bool,
    smtp_url: Option<SecretString>,
    mail_from: Option<String>,
    security_contact: Option<String>,
    registry_url: Option<String>,
    trusted_proxies: Vec<Network>,
    log_format: Option<LogFormat>,
    log: Option<String>,
    workers: Option<usize>,
    limits: LimitsFile,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct LimitsFile {
    max_body_bytes: Option<usize>,
    header_timeout_seconds: Option<u64>,
    body_timeout_seconds: Option<u64>,
    connections: Option<NonZeroUsize>,
    connections_of_address: Option<NonZeroUsize>,
    rates: RatesFile,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RatesFile {
    enabled: Option<bool>,
    address: Option<Rate>,
    login: Option<Rate>,
    person: Option<Rate>,
    email: Option<Rate>,
    signature: Option<Rate>,
    verification: Option<Rate>,
    attachment: Option<Rate>,
    paper: Option<Rate>,
}

impl SettingsFile {
    /// The named file, or one that says nothing.
    fn named(path: Option<&Path>) -> Result<Self, SettingsError> {
        path.map_or_else(|| Ok(Self::default()), Self::read)
    }

    fn read(path: &Path) -> Result<Self, SettingsError> {
        let refused = |reason| SettingsError::File {
            path: path.to_owned(),
            reason,
        };
        let text = std::fs::read_to_string(path).map_err(|error| refused(error.to_string()))?;
        toml::from_str(&text).map_err(|error| {
            let line = error
                .span()
                .and_then(|span| text.get(..span.start))
                .map_or(1, |before| before.matches('\n').count() + 1);
            refused(format!("line {line}: {}", without_values(error.message())))
        })
    }
}

/// What is wrong with a file, without what stands in it: a value in the wrong place may be a secret.
/// Values come in double quotes, and what is no known choice in backquotes.
fn without_values(message: &str) -> String {
    let (mut told, mut rest) = (String::new(), message);
    // A value may have backquotes of its own, so it ends with what comes behind it.
    if let Some((before, _)) = rest.split_once("unknown variant `") {
        told.push_str(before);
        told.push_str("unknown choice");
        rest = rest
            .rfind(", expected ")
            .and_then(|behind| rest.get(behind..))
            .unwrap_or_default();
    }
    // Names of settings have letters; whatever has more is none.
    if let Some((before, name)) = rest.split_once("unknown field `")
        && !name
            .split('`')
            .next()
            .unwrap_or_default()
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    {
        told.push_str(before);
        told.push_str("unknown field");
        rest = rest
            .rfind(", expected ")
            .and_then(|behind| rest.get(behind..))
            .unwrap_or_default();
    }
    // A value may have quotes of its own, so it ends with the last one.
    if let Some((before, value)) = rest.split_once('"') {
        told.push_str(before);
        told.push('…');
        rest = value.rsplit_once('"').map_or("", |(_, rest)| rest);
    }
    told.push_str(rest);
    told
}

impl ServeArgs {
    /// Reads the file, if one is named, and checks everything.
    ///
    /// # Errors
    /// When a value means nothing or values contradict each other.
    pub fn settings(self) -> Result<Settings, SettingsError> {
        let file = SettingsFile::named(self.config.as_deref())?;
        self.over(file)
    }

    fn over(self, file: SettingsFile) -> Result<Settings, SettingsError> {
        let bind = self.bind.or(file.bind).unwrap_or(DEFAULT_BIND);
        let trust_anchors = first_filled(self.trust_anchors, file.trust_anchors);
        let test_trust_anchors = first_filled(self.test_trust_anchors, file.test_trust_anchors);
        let anchors = Anchors::of(&trust_anchors, &test_trust_anchors)?;
        let mode = mode(self.demo || file.demo, anchors)?;
        let mut revocation = file.revocation.settings();
        revocation.failure = self.revocation_failure.unwrap_or(revocation.failure);
        revocation.reach.hosts = first_filled(self.revocation_hosts, revocation.reach.hosts);
        revocation.reach.private_addresses |= self.revocation_private_addresses;
        let time_stamps = TimeStamps {
            url: self.tsa_url.or(file.tsa_url),
            anchors: first_filled(self.tsa_anchors, file.tsa_anchors),
        };
        check_services(&revocation, &time_stamps)?;
        if self.fresh && mode != ServiceMode::Demo {
            return Err(SettingsError::FreshWithoutDemo);
        }
        let data_dir = self
            .data_dir
            .or(file.data_dir)
            .unwrap_or_else(|| DEFAULT_DATA_DIR.into());
        let database_url = known_engine(self.database_url.or(file.database_url), &data_dir)?;
        let public_url = public_url(self.public_url.or(file.public_url), bind)?;
        let mail_from = self
            .mail_from
            .or(file.mail_from)
            .unwrap_or_else(|| DEFAULT_MAIL_FROM.to_owned());
        if Mailbox::from_str(&mail_from).is_err() {
            return Err(SettingsError::MailFrom(mail_from));
        }
        let security_contact = self.security_contact.or(file.security_contact);
        if let Some(contact) = security_contact
            .as_ref()
            .filter(|contact| !is_contact(contact))
        {
            return Err(SettingsError::SecurityContact(contact.clone()));
        }
        let registry_url = self.registry_url.or(file.registry_url);
        if let Some(url) = registry_url.as_ref().filter(|url| !is_web_address(url)) {
            return Err(SettingsError::RegistryUrl(url.clone()));
        }
        let workers = self.workers.or(file.workers);
        if workers == Some(0) {
            return Err(SettingsError::NoWorkers);
        }
        let secure_cookies = public_url.starts_with("https://");
        Ok(Settings {
            bind,
            metrics_bind: self.metrics_bind.or(file.metrics_bind),
            public_url,
            database_url,
            data_dir,
            web_dir: self.web_dir.or(file.web_dir),
            mode,
            fresh: self.fresh,
            trust_anchors,
            test_trust_anchors,
            intermediates: first_filled(self.intermediates, file.intermediates),
            revocation,
            time_stamps,
            legal_entity_keys: self.legal_entity_keys || file.legal_entity_keys,
            smtp_url: self.smtp_url.or(file.smtp_url),
            mail_from,
            limits: limits(file.limits, self.rate_limits),
            security_contact,
            registry_url,
            trusted_proxies: first_filled(self.trusted_proxies, file.trusted_proxies),
            workers,
            secure_cookies,
            log_format: self
                .log_format
                .or(file.log_format)
                .unwrap_or(LogFormat::Pretty),
            log_filter: self
                .log
                .or(file.log)
                .unwrap_or_else(|| DEFAULT_LOG_FILTER.to_owned()),
        })
    }
}

/// An address with scheme and host, without credentials.
fn is_web_address(url: &str) -> bool {
    Uri::from_str(url).is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri
                .authority()
                .is_some_and(|authority| !authority.as_str().contains('@'))
    })
}

/// RFC 9116, section 2.5.3; one line, since it becomes a line of a file.
fn is_contact(contact: &str) -> bool {
    ["mailto:", "https://", "tel:"]
        .iter()
        .any(|scheme| contact.starts_with(scheme))
        && contact.bytes().all(|b| b.is_ascii_graphic())
}

fn first_filled<T>(first: Vec<T>, second: Vec<T>) -> Vec<T> {
    if first.is_empty() { second } else { first }
}

/// What is asked, and that the addresses given by the operator are addresses.
fn check_services(revocation: &Revocation, time_stamps: &TimeStamps) -> Result<(), SettingsError> {
    if revocation.fetch_issuers && revocation.reach.hosts.is_empty() {
        return Err(SettingsError::IssuersFromAnywhere);
    }
    if !revocation.ocsp && !revocation.crl {
        return Err(SettingsError::NobodyToAsk);
    }
    let reach = &revocation.reach;
    for (name, limit) in [
        ("concurrent", reach.concurrent),
        ("largest_answer_bytes", reach.largest_answer),
        ("largest_list_bytes", reach.largest_list),
    ] {
        if limit == 0 {
            return Err(SettingsError::RevocationLimit(name));
        }
    }
    let of_authorities = revocation
        .authorities
        .iter()
        .flat_map(|authority| [&authority.ocsp, &authority.crl, &authority.delta_crl])
        .flatten();
    for address in of_authorities.chain(&time_stamps.url) {
        if !is_service_address(address) {
            return Err(SettingsError::ServiceAddress(address.clone()));
        }
    }
    Ok(())
}

fn is_service_address(address: &str) -> bool {
    Uri::from_str(address).is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.authority().is_some()
    })
}

/// Whom the settings trust.
#[derive(Clone, Copy)]
enum Anchors {
    None,
    Some,
}

impl Anchors {
    /// Real ones or those of test authorities, never both.
    fn of(real: &[PathBuf], test: &[PathBuf]) -> Result<Self, SettingsError> {
        match (real.is_empty(), test.is_empty()) {
            (true, true) => Ok(Self::None),
            (false, false) => Err(SettingsError::TestAnchorsBesideReal),
            _ => Ok(Self::Some),
        }
    }
}

fn mode(demo: bool, anchors: Anchors) -> Result<ServiceMode, SettingsError> {
    match (demo, anchors) {
        (true, Anchors::None) => Ok(ServiceMode::Demo),
        (true, Anchors::Some) => Err(SettingsError::DemoWithTrustAnchors),
        (false, Anchors::Some) => Ok(ServiceMode::Production),
        (false, Anchors::None) => Err(SettingsError::NoTrustAnchors),
    }
}

/// Scheme, host and port, without anything behind them.
fn origin(url: &str) -> Result<String, SettingsError> {
    let refused = || SettingsError::PublicUrl(url.to_owned());
    let trimmed = url.trim_end_matches('/');
    let uri = Uri::from_str(trimmed).map_err(|_| refused())?;
    let scheme = uri
        .scheme_str()
        .filter(|scheme| matches!(*scheme, "http" | "https"));
    let authority = uri.authority().map(|authority| authority.as_str());
    match (scheme, authority) {
        (Some(scheme), Some(authority))
            if !authority.contains('@') && uri.path() == "/" && uri.query().is_none() =>
        {
            Ok(format!("{scheme}://{authority}"))
        }
        _ => Err(refused()),
    }
}

fn limits(file: LimitsFile, switch: Option<Switch>) -> Limits {
    let default = Limits::default();
    let on = match switch {
        Some(switch) => switch == Switch::On,
        None => file.rates.enabled.unwrap_or(true),
    };
    let rates = default.rates.filter(|_| on).map(|mut rates| {
        for (rate, chosen) in [
            (&mut rates.address, file.rates.address),
            (&mut rates.login, file.rates.login),
            (&mut rates.person, file.rates.person),
            (&mut rates.email, file.rates.email),
            (&mut rates.signature, file.rates.signature),
            (&mut rates.verification, file.rates.verification),
            (&mut rates.attachment, file.rates.attachment),
            (&mut rates.paper, file.rates.paper),
        ] {
            *rate = chosen.unwrap_or(*rate);
        }
        rates
    });
    Limits {
        max_body_bytes: file.max_body_bytes.unwrap_or(default.max_body_bytes),
        header_timeout: seconds(file.header_timeout_seconds, default.header_timeout),
        body_timeout: seconds(file.body_timeout_seconds, default.body_timeout),
        connections: file.connections.map(NonZeroUsize::get),
        connections_of_address: file.connections_of_address.map(NonZeroUsize::get),
        rates,
    }
}

fn seconds(chosen: Option<u64>, default: Duration) -> Duration {
    chosen.map_or(default, Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::CertificateId;
    use clap::Parser;

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        serve: ServeArgs,
    }

    #[derive(Parser)]
    struct Change {
        #[command(flatten)]
        service: CoreArgs,
    }

    #[test]
    fn a_command_finds_the_database_and_the_pages_of_the_service() {
        let (_folder, path) = file(
            "bind = \"127.0.0.1:9000\"\n\
             demo = true\n\
             data_dir = \"/var/lib/b\"\n",
        );
        for flags in [
            vec!["--config", &path],
            vec![
                "--config",
                &path,
                "--public-url",
                "https://queue.example.kz/",
            ],
            vec![
                "--config",
                &path,
                "--database-url",
                "sqlite:///tmp/other.sqlite",
            ],
        ] {
            let served = settings(&flags).unwrap();
            let all = std::iter::once("annul").chain(flags);
            let change = Change::try_parse_from(all).unwrap().service;
            let (database, public_url) = change.settings().unwrap();
            assert_eq!(
                (database.url.expose_secret(), public_url),
                (served.database_url.expose_secret(), served.public_url)
            );
            assert_eq!(database.mode, Some(served.mode));
        }
        let all = ["annul", "--public-url", "queue.example.kz"];
        let refusal = Change::try_parse_from(all).unwrap().service.settings();
        let expected = SettingsError::PublicUrl("queue.example.kz".to_owned());
        assert_eq!(refusal.unwrap_err(), expected);
    }

    fn settings(flags: &[&str]) -> Result<Settings, SettingsError> {
        let all = std::iter::once("serve").chain(flags.iter().copied());
        Command::try_parse_from(all).unwrap().serve.settings()
    }

    fn file(content: &str) -> (tempfile::TempDir, String) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("balabaqsha.toml");
        std::fs::write(&path, content).unwrap();
        let path = path.to_str().unwrap().to_owned();
        (folder, path)
    }

    #[test]
    fn a_demo_needs_nothing_else() {
        let settings = settings(&["--demo"]).unwrap();
        assert_eq!(settings.mode, ServiceMode::Demo);
        assert_eq!(settings.public_url, "http://127.0.0.1:8080");
        assert_eq!(
            settings.database_url.expose_secret(),
            "sqlite://data/balabaqsha.sqlite"
        );
        assert_eq!(settings.limits, Limits::default());
        assert!(!settings.secure_cookies && !settings.fresh);
    }

    #[test]
    fn demo_mode_and_trust_anchors_exclude_each_other() {
        let refusal = settings(&["--demo", "--trust-anchors", "/etc/anchors"]).unwrap_err();
        assert_eq!(refusal, SettingsError::DemoWithTrustAnchors);
        assert!(refusal.to_string().contains("--trust-anchors"));
    }

    #[test]
    fn demo_in_the_file_and_trust_anchors_in_a_flag_exclude_each_other_too() {
        let (_folder, path) = file("demo = true");
        let refusal = settings(&["--config", &path, "--trust-anchors", "/etc/anchors"]);
        assert_eq!(refusal.unwrap_err(), SettingsError::DemoWithTrustAnchors);
    }

    #[test]
    fn production_needs_trust_anchors() {
        assert_eq!(settings(&[]).unwrap_err(), SettingsError::NoTrustAnchors);
        let settings = settings(&["--trust-anchors", "a.pem", "b.pem"]).unwrap();
        assert_eq!(settings.mode, ServiceMode::Production);
        assert_eq!(
            settings.trust_anchors,
            [PathBuf::from("a.pem"), PathBuf::from("b.pem")]
        );
    }

    #[test]
    fn a_test_authority_is_an_anchor_too() {
        let test_only = settings(&["--test-trust-anchors", "t.pem"]).unwrap();
        assert_eq!(test_only.mode, ServiceMode::Production);
        assert_eq!(test_only.test_trust_anchors, [PathBuf::from("t.pem")]);
        assert!(test_only.trust_anchors.is_empty());
        let refusal = settings(&["--demo", "--test-trust-anchors", "t.pem"]).unwrap_err();
        assert_eq!(refusal, SettingsError::DemoWithTrustAnchors);
    }

    #[test]
    fn real_and_test_authorities_are_refused_together_wherever_they_are_named() {
        let flags = ["--trust-anchors", "a.pem", "--test-trust-anchors", "t.pem"];
        let expected = SettingsError::TestAnchorsBesideReal;
        let refusal = settings(&flags).unwrap_err();
        assert_eq!(refusal, expected);
        assert!(refusal.to_string().contains("--test-trust-anchors"));
        let (_folder, path) = file("trust_anchors = [\"a.pem\"]");
        let refusal = settings(&["--config", &path, "--test-trust-anchors", "t.pem"]);
        assert_eq!(refusal.unwrap_err(), expected);
        let (_folder, path) = file("test_trust_anchors = [\"t.pem\"]");
        let refusal = settings(&["--config", &path, "--trust-anchors", "a.pem"]);
        assert_eq!(refusal.unwrap_err(), expected);
        let (_folder, path) = file("trust_anchors = [\"a.pem\"]\ntest_trust_anchors = [\"t.pem\"]");
        assert_eq!(settings(&["--config", &path]).unwrap_err(), expected);
        let all = ["annul", "--config", &path];
        let refusal = Change::try_parse_from(all).unwrap().service.settings();
        assert_eq!(refusal.unwrap_err(), expected);
    }

    #[test]
    fn questions_about_revocation_are_configured_in_the_file_and_by_flags() {
        let (_folder, path) = file(
            "trust_anchors = [\"a.pem\"]\n\
             tsa_url = \"http://tsp.example.kz/\"\n\
             [revocation]\n\
             failure = \"soft\"\n\
             overdue_hours = 6\n\
             nonce = false\n\
             certificate_id = \"sha1\"\n\
             hosts = [\"ocsp.example.kz\"]\n\
             largest_list_bytes = 1000\n\
             [[revocation.authorities]]\n\
             certificate = \"ca.pem\"\n\
             ocsp = [\"http://ocsp.example.kz/\"]\n",
        );
        let from_file = settings(&["--config", &path]).unwrap();
        let revocation = &from_file.revocation;
        assert_eq!(revocation.failure, Failure::Soft);
        assert_eq!(revocation.overdue, chrono::TimeDelta::hours(6));
        assert!(!revocation.nonce && revocation.ocsp && revocation.crl);
        assert_eq!(revocation.certificate_id, CertificateId::Sha1);
        assert_eq!(revocation.reach.hosts, ["ocsp.example.kz"]);
        assert_eq!(revocation.reach.largest_list, 1000);
        assert_eq!(revocation.authorities[0].ocsp, ["http://ocsp.example.kz/"]);
        assert_eq!(
            from_file.time_stamps.url.as_deref(),
            Some("http://tsp.example.kz/")
        );
        let flags = ["--config", &path, "--revocation-failure", "hard"];
        let revocation = settings(&flags).unwrap().revocation;
        assert_eq!(revocation.failure, Failure::Hard);
        assert_eq!(revocation.overdue, chrono::TimeDelta::hours(6));
    }

    #[rstest::rstest]
    #[case("fetch_issuers = true", SettingsError::IssuersFromAnywhere)]
    #[case("ocsp = false\ncrl = false", SettingsError::NobodyToAsk)]
    #[case("concurrent = 0", SettingsError::RevocationLimit("concurrent"))]
    #[case(
        "[[revocation.authorities]]\ncertificate = \"c\"\ncrl = [\"ldap://x\"]",
        SettingsError::ServiceAddress("ldap://x".into())
    )]
    fn services_that_mean_nothing_are_refused(
        #[case] section: &str,
        #[case] expected: SettingsError,
    ) {
        let (_folder, path) = file(&format!(
            "trust_anchors = [\"a.pem\"]\n[revocation]\n{section}"
        ));
        assert_eq!(settings(&["--config", &path]).unwrap_err(), expected);
    }

    #[test]
    fn a_production_database_is_never_emptied() {
        let refusal = settings(&["--trust-anchors", "a.pem", "--fresh"]).unwrap_err();
        assert_eq!(refusal, SettingsError::FreshWithoutDemo);
    }

    #[test]
    fn cookies_are_secure_behind_https() {
        let settings = settings(&["--demo", "--public-url", "https://queue.example.kz/"]).unwrap();
        assert_eq!(settings.public_url, "https://queue.example.kz");
        assert!(settings.secure_cookies && settings.https());
    }

    #[rstest::rstest]
    fn a_public_url_is_an_origin(
        #[values(
            "queue.example.kz",
            "ftp://queue.example.kz",
            "https://queue.example.kz/app",
            "https://user@queue.example.kz",
            "https://queue.example.kz?x=1",
            ""
        )]
        url: &str,
    ) {
        let refusal = settings(&["--demo", "--public-url", url]).unwrap_err();
        assert_eq!(refusal, SettingsError::PublicUrl(url.to_owned()));
    }

    #[rstest::rstest]
    #[case(&["--database-url", "mysql://x"], SettingsError::DatabaseUrl)]
    #[case(&["--workers", "0"], SettingsError::NoWorkers)]
    #[case(
        &["--security-contact", "mailto:a@b.kz\nExpires: never"],
        SettingsError::SecurityContact("mailto:a@b.kz\nExpires: never".into())
    )]
    #[case(&["--mail-from", "nobody"], SettingsError::MailFrom("nobody".into()))]
    fn values_that_mean_nothing_are_refused(
        #[case] flags: &[&str],
        #[case] expected: SettingsError,
    ) {
        let flags: Vec<&str> = ["--demo"].iter().chain(flags).copied().collect();
        assert_eq!(settings(&flags).unwrap_err(), expected);
    }

    #[test]
    fn a_flag_wins_over_the_file() {
        let (_folder, path) = file(
            "bind = \"127.0.0.1:9000\"\n\
             demo = true\n\
             workers = 3\n\
             trusted_proxies = [\"10.0.0.0/8\"]\n\
             [limits]\n\
             max_body_bytes = 1000\n\
             [limits.rates.login]\n\
             burst = 7\n\
             per_minute = 9\n",
        );
        let settings = settings(&["--config", &path, "--workers", "5"]).unwrap();
        assert_eq!(settings.bind, "127.0.0.1:9000".parse().unwrap());
        assert_eq!(settings.workers, Some(5));
        assert_eq!(settings.limits.max_body_bytes, 1000);
        let rates = settings.limits.rates.unwrap();
        assert_eq!(
            (rates.login.burst.get(), rates.login.per_minute.get()),
            (7, 9)
        );
        assert_eq!(rates.address, super::super::Rates::default().address);
        assert_eq!(settings.trusted_proxies, ["10.0.0.0/8".parse().unwrap()]);
    }

    #[test]
    fn rate_limits_can_be_switched_off() {
        assert_eq!(
            settings(&["--demo", "--rate-limits", "off"])
                .unwrap()
                .limits
                .rates,
            None
        );
        let (_folder, path) = file("demo = true\n[limits.rates]\nenabled = false");
        assert_eq!(settings(&["--config", &path]).unwrap().limits.rates, None);
        let on = settings(&["--config", &path, "--rate-limits", "on"]).unwrap();
        assert!(on.limits.rates.is_some());
    }

    #[rstest::rstest]
    fn a_bad_file_is_named(#[values("demmo = true", "bind = 3", "= =")] content: &str) {
        let (_folder, path) = file(content);
        let refusal = settings(&["--config", &path]).unwrap_err();
        assert!(refusal.to_string().contains(&path), "{refusal}");
    }

    #[rstest::rstest]
    #[case("demo = true\nsmtp_url = \"smtps://u:hunter2@mail\nworkers = 1")]
    #[case("demo = true\nsmtp_url = smtps://u:hunter2@mail")]
    #[case("demo = true\nsmtp_url = [\"smtps://u:hunter2@mail\"]")]
    #[case("demo = true\nworkers = \"smtps://u:hunter2@mail\"")]
    #[case("demo = true\nbind = \"hun\\\"ter2 hunter2\"")]
    #[case("demo = true\nlog_format = \"hunter2\"")]
    #[case("demo = true\nlog_format = \"hun`ter2 hunter2\"")]
    #[case("demo = true\nsmtp_url \"hunter2\"")]
    #[case("demo = true\n\"smtps://u:hunter2@mail\" = 1")]
    fn a_bad_file_is_explained_by_the_line_and_not_by_what_it_says(#[case] content: &str) {
        let (_folder, path) = file(content);
        let refusal = settings(&["--config", &path]).unwrap_err().to_string();
        assert!(refusal.contains("line 2: "), "{refusal}");
        assert!(
            !refusal.contains("ter2") && !format!("{refusal:?}").contains("ter2"),
            "{refusal}"
        );
    }

    #[test]
    fn a_misspelt_name_is_told_with_those_that_are_known() {
        let (_folder, path) = file("demo = true\n[limits]\nmax_body = 3");
        let refusal = settings(&["--config", &path]).unwrap_err().to_string();
        let expected = "line 3: unknown field `max_body`, expected one of `max_body_bytes`";
        assert!(refusal.contains(expected), "{refusal}");
    }

    #[test]
    fn a_missing_file_is_named() {
        let refusal = settings(&["--config", "/nowhere/b.toml"]).unwrap_err();
        assert!(refusal.to_string().contains("/nowhere/b.toml"), "{refusal}");
    }

    #[test]
    fn secrets_stay_out_of_debug_output() {
        let settings = settings(&[
            "--demo",
            "--smtp-url",
            "smtps://u:hunter2@mail.example.kz",
            "--database-url",
            "postgres://u:hunter3@db.example.kz/b",
        ])
        .unwrap();
        let shown = format!("{settings:?}");
        assert!(!shown.contains("hunter"), "{shown}");
    }
}
