//! Where settings come from: a flag wins over the environment, the environment over the file, the
//! file over the default.

use super::{Settings, SettingsError, SettingsLayer, checks, file, units};
use balabaqsha_shared::dto::ServiceMode;
use confique::Layer;
use secrecy::SecretString;
use std::path::PathBuf;

/// Flags of `balabaqsha serve`; each can be given as an environment variable or in the file.
#[derive(Debug, Default, clap::Args)]
pub struct ServeArgs {
    #[command(flatten)]
    core: CoreArgs,
    #[command(flatten)]
    settings: SettingsLayer,
}

/// Where the database is, for commands that need nothing else of the settings.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct DatabaseArgs {
    /// TOML file with settings, the same for all commands; `balabaqsha settings` prints one
    #[arg(long, env = "BALABAQSHA_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE
    /// [default: sqlite://<data-dir>/balabaqsha.sqlite]
    #[arg(
        long,
        env = "BALABAQSHA_DATABASE_URL",
        hide_env_values = true,
        value_name = "URL",
        value_parser = units::secret
    )]
    database_url: Option<SecretString>,
    /// Folder for the database and for mails without a mail server
    #[arg(long, env = "BALABAQSHA_DATA_DIR", value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// Where the database is and where parents find the pages, for commands after which parents are
/// told something.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct CoreArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    /// Origin under which browsers and programs reach the service; mails link to it
    /// [default: http://<bind>]
    #[arg(long, env = "BALABAQSHA_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
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
        let file = file::read(self.config.as_deref())?;
        let mode = checks::demanded_mode(&file)?;
        let url = checks::database_url(&over_defaults(self.over(file)))?;
        Ok(ChosenDatabase {
            url: url.ok_or(SettingsError::DatabaseUrl)?,
            mode,
        })
    }

    fn over(self, file: SettingsLayer) -> SettingsLayer {
        SettingsLayer {
            database_url: self.database_url,
            data_dir: self.data_dir,
            ..SettingsLayer::empty()
        }
        .with_fallback(file)
    }
}

impl CoreArgs {
    /// The database and the origin that `serve` uses with the same settings.
    ///
    /// # Errors
    /// When the file cannot be read, or one of the two means nothing.
    pub fn settings(self) -> Result<(ChosenDatabase, String), SettingsError> {
        let file = file::read(self.database.config.as_deref())?;
        let database = self.database.clone().chosen()?;
        let public_url = checks::public_url(&over_defaults(self.over(file)))?;
        let missing = || SettingsError::Missing("public_url".to_owned());
        Ok((database, public_url.ok_or_else(missing)?))
    }

    fn over(self, file: SettingsLayer) -> SettingsLayer {
        let said = SettingsLayer {
            public_url: self.public_url,
            ..SettingsLayer::empty()
        };
        said.with_fallback(self.database.over(file))
    }
}

fn over_defaults(said: SettingsLayer) -> SettingsLayer {
    said.with_fallback(SettingsLayer::default_values())
}

impl ServeArgs {
    /// Reads the file, if one is named, and checks everything.
    ///
    /// # Errors
    /// When a value means nothing or values contradict each other.
    pub fn settings(self) -> Result<Settings, SettingsError> {
        let file = file::read(self.core.database.config.as_deref())?;
        Settings::resolve(self.settings.with_fallback(self.core.over(file)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{CertificateId, Failure, Rates};
    use chrono::TimeDelta;
    use clap::Parser;
    use secrecy::ExposeSecret;

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
                (
                    served.database_url.expose_secret(),
                    served.public_url.clone()
                )
            );
            assert_eq!(database.mode, Some(served.mode()));
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
        assert_eq!(settings.mode(), ServiceMode::Demo);
        assert_eq!(settings.public_url, "http://127.0.0.1:8080");
        assert_eq!(
            settings.database_url.expose_secret(),
            "sqlite://data/balabaqsha.sqlite"
        );
        assert!(settings.limits.rates.enabled && settings.limits.connections.is_none());
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
        assert_eq!(settings.mode(), ServiceMode::Production);
        assert_eq!(
            settings.trust_anchors,
            [PathBuf::from("a.pem"), PathBuf::from("b.pem")]
        );
    }

    #[test]
    fn a_test_authority_is_an_anchor_too() {
        let test_only = settings(&["--test-trust-anchors", "t.pem"]).unwrap();
        assert_eq!(test_only.mode(), ServiceMode::Production);
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
        assert_eq!(revocation.overdue_hours, TimeDelta::hours(6));
        assert!(!revocation.nonce && revocation.ocsp && revocation.crl);
        assert_eq!(revocation.certificate_id, CertificateId::Sha1);
        assert_eq!(revocation.hosts, ["ocsp.example.kz"]);
        assert_eq!(revocation.largest_list_bytes, 1000);
        assert_eq!(revocation.authorities[0].ocsp, ["http://ocsp.example.kz/"]);
        assert_eq!(from_file.tsa_url.as_deref(), Some("http://tsp.example.kz/"));
        let flags = ["--config", &path, "--revocation-failure", "hard"];
        let revocation = settings(&flags).unwrap().revocation;
        assert_eq!(revocation.failure, Failure::Hard);
        assert_eq!(revocation.overdue_hours, TimeDelta::hours(6));
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
    #[case(&["--virus-scanner", "clamd"], SettingsError::VirusScanner("clamd".into()))]
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
        let rates = settings.limits.rates;
        assert_eq!(
            (rates.login.burst.get(), rates.login.per_minute.get()),
            (7, 9)
        );
        assert_eq!(rates.address, Rates::default().address);
        assert_eq!(settings.trusted_proxies, ["10.0.0.0/8".parse().unwrap()]);
    }

    #[test]
    fn rate_limits_can_be_switched_off() {
        let off = settings(&["--demo", "--rate-limits", "off"]).unwrap();
        assert!(!off.limits.rates.enabled);
        let (_folder, path) = file("demo = true\n[limits.rates]\nenabled = false");
        let off = settings(&["--config", &path]).unwrap();
        assert!(!off.limits.rates.enabled);
        let on = settings(&["--config", &path, "--rate-limits", "on"]).unwrap();
        assert!(on.limits.rates.enabled);
    }

    #[test]
    fn a_switch_of_the_file_can_be_switched_off_by_a_flag() {
        let (_folder, path) = file("demo = true\nlegal_entity_keys = true");
        assert!(settings(&["--config", &path]).unwrap().legal_entity_keys);
        let flags = ["--config", &path, "--legal-entity-keys=false"];
        assert!(!settings(&flags).unwrap().legal_entity_keys);
    }

    #[rstest::rstest]
    fn error_names_the_settings_file(#[values("demmo = true", "bind = 3", "= =")] content: &str) {
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
    fn error_names_the_line_and_no_value(#[case] content: &str) {
        let (_folder, path) = file(content);
        let refusal = settings(&["--config", &path]).unwrap_err().to_string();
        assert!(refusal.contains("line 2: "), "{refusal}");
        assert!(
            !refusal.contains("ter2") && !format!("{refusal:?}").contains("ter2"),
            "{refusal}"
        );
    }

    #[test]
    fn unknown_setting_is_reported_with_the_known_ones() {
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
