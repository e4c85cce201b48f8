//! How the service learns whether certificates have been revoked, and who stamps the time.

use balabaqsha_pki::Digest;
use chrono::TimeDelta;
use serde::Deserialize;
use std::{path::PathBuf, time::Duration};

/// Asking about revocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    pub failure: Failure,
    /// How long after its end an answer still counts where `failure` is soft and nothing fresher
    /// can be had.
    pub overdue: TimeDelta,
    /// Whether responders are asked.
    pub ocsp: bool,
    /// Whether lists are fetched when no responder gave an answer.
    pub crl: bool,
    /// Whether questions carry a nonce. Some responders refuse questions with one.
    pub nonce: bool,
    /// The digest by which questions name a certificate.
    pub certificate_id: CertificateId,
    /// How old an answer may be that does not say until when it holds.
    pub longest_age: TimeDelta,
    /// For how long an answer is used again, as long as it holds.
    pub keep_answers: TimeDelta,
    /// For how long a list is used again, as long as it holds.
    pub keep_lists: TimeDelta,
    /// For how long an address is left alone after it failed.
    pub rest: TimeDelta,
    /// Services of authorities whose certificates name none, or the wrong ones.
    pub authorities: Vec<Authority>,
    /// Whether missing certificates of authorities are fetched from where certificates say.
    pub fetch_issuers: bool,
    pub reach: Reach,
}

impl Default for Revocation {
    fn default() -> Self {
        Self {
            failure: Failure::Hard,
            overdue: TimeDelta::hours(24),
            ocsp: true,
            crl: true,
            nonce: true,
            certificate_id: CertificateId::Sha256,
            longest_age: TimeDelta::hours(1),
            keep_answers: TimeDelta::minutes(5),
            keep_lists: TimeDelta::hours(1),
            rest: TimeDelta::seconds(30),
            authorities: Vec::new(),
            fetch_issuers: false,
            reach: Reach::default(),
        }
    }
}

/// What happens where nobody gives a fresh answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Failure {
    /// The verdict is INDETERMINATE, and no act is accepted.
    Hard,
    /// An answer that ran out some hours ago counts; without any answer it is as with `hard`.
    Soft,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CertificateId {
    Sha1,
    Sha256,
}

impl CertificateId {
    #[must_use]
    pub const fn digest(self) -> Digest {
        match self {
            Self::Sha1 => Digest::Sha1,
            Self::Sha256 => Digest::Sha256,
        }
    }
}

/// Where to ask about the certificates of one authority, instead of where they say themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// File with the certificate of the authority, PEM or DER.
    pub certificate: PathBuf,
    #[serde(default)]
    pub ocsp: Vec<String>,
    #[serde(default)]
    pub crl: Vec<String>,
    #[serde(default)]
    pub delta_crl: Vec<String>,
}

/// How far the service goes to ask, and how much it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Hosts that may be asked; empty allows any host with a public address.
    pub hosts: Vec<String>,
    /// Whether addresses of this machine and of private networks may be asked.
    pub private_addresses: bool,
    pub connect_timeout: Duration,
    /// For one question with its answer.
    pub timeout: Duration,
    /// For everything that one signature makes us ask.
    pub patience: Duration,
    /// Questions under way at once.
    pub concurrent: usize,
    /// The largest OCSP answer, time stamp or certificate in bytes.
    pub largest_answer: usize,
    /// The largest list in bytes.
    pub largest_list: usize,
}

impl Default for Reach {
    fn default() -> Self {
        Self {
            hosts: Vec::new(),
            private_addresses: false,
            connect_timeout: Duration::from_secs(3),
            timeout: Duration::from_secs(8),
            patience: Duration::from_secs(20),
            concurrent: 32,
            largest_answer: 64 * 1024,
            largest_list: 32 * 1024 * 1024,
        }
    }
}

/// Time stamps over accepted signatures (RFC 3161).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimeStamps {
    /// Without it no time stamps are asked for.
    pub url: Option<String>,
    /// Authorities trusted for time stamps; empty means those trusted for signatures.
    pub anchors: Vec<PathBuf>,
}

/// Section `[revocation]` of the settings file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RevocationFile {
    pub(super) failure: Option<Failure>,
    overdue_hours: Option<u32>,
    ocsp: Option<bool>,
    crl: Option<bool>,
    nonce: Option<bool>,
    certificate_id: Option<CertificateId>,
    longest_age_minutes: Option<u32>,
    keep_answers_seconds: Option<u32>,
    keep_lists_seconds: Option<u32>,
    rest_seconds: Option<u32>,
    authorities: Vec<Authority>,
    fetch_issuers: Option<bool>,
    pub(super) hosts: Vec<String>,
    pub(super) private_addresses: Option<bool>,
    connect_timeout_seconds: Option<u64>,
    timeout_seconds: Option<u64>,
    patience_seconds: Option<u64>,
    concurrent: Option<usize>,
    largest_answer_bytes: Option<usize>,
    largest_list_bytes: Option<usize>,
}

impl RevocationFile {
    /// What the file says, over the defaults.
    pub(super) fn settings(self) -> Revocation {
        let default = Revocation::default();
        let reach = Reach {
            hosts: self.hosts,
            private_addresses: self.private_addresses.unwrap_or(false),
            connect_timeout: self
                .connect_timeout_seconds
                .map_or(default.reach.connect_timeout, Duration::from_secs),
            timeout: self
                .timeout_seconds
                .map_or(default.reach.timeout, Duration::from_secs),
            patience: self
                .patience_seconds
                .map_or(default.reach.patience, Duration::from_secs),
            concurrent: self.concurrent.unwrap_or(default.reach.concurrent),
            largest_answer: self
                .largest_answer_bytes
                .unwrap_or(default.reach.largest_answer),
            largest_list: self
                .largest_list_bytes
                .unwrap_or(default.reach.largest_list),
        };
        Revocation {
            failure: self.failure.unwrap_or(default.failure),
            overdue: of(self.overdue_hours, TimeDelta::hours, default.overdue),
            ocsp: self.ocsp.unwrap_or(default.ocsp),
            crl: self.crl.unwrap_or(default.crl),
            nonce: self.nonce.unwrap_or(default.nonce),
            certificate_id: self.certificate_id.unwrap_or(default.certificate_id),
            longest_age: of(
                self.longest_age_minutes,
                TimeDelta::minutes,
                default.longest_age,
            ),
            keep_answers: of(
                self.keep_answers_seconds,
                TimeDelta::seconds,
                default.keep_answers,
            ),
            keep_lists: of(
                self.keep_lists_seconds,
                TimeDelta::seconds,
                default.keep_lists,
            ),
            rest: of(self.rest_seconds, TimeDelta::seconds, default.rest),
            authorities: self.authorities,
            fetch_issuers: self.fetch_issuers.unwrap_or(default.fetch_issuers),
            reach,
        }
    }
}

fn of(chosen: Option<u32>, unit: fn(i64) -> TimeDelta, default: TimeDelta) -> TimeDelta {
    chosen.map_or(default, |number| unit(number.into()))
}
