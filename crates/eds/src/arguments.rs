//! The command line.

use balabaqsha_pki::{Oid, Usage};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Look into, judge and make digital signatures (EDS)
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Tell what a file holds: key file, certificate, signed document, CRL, OCSP answer
    Inspect(Inspect),
    /// Judge a signed document (CMS)
    Verify(Verify),
    /// Judge a certificate by itself
    VerifyChain(VerifyChain),
    /// Sign a file with the key of a key file
    Sign(Sign),
}

#[derive(Debug, Args)]
pub struct Inspect {
    /// DER, BER, PEM or base64
    pub(crate) file: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What certificates are judged with.
#[derive(Debug, Args)]
pub struct Ground {
    /// Certificates of trusted authorities
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    pub(crate) trust: Vec<PathBuf>,
    /// Revocation lists: complete, delta, indirect
    #[arg(long, num_args = 1.., value_name = "FILE")]
    pub(crate) crl: Vec<PathBuf>,
    /// OCSP answers
    #[arg(long, num_args = 1.., value_name = "FILE")]
    pub(crate) ocsp: Vec<PathBuf>,
    /// The moment to judge for; now, where it is left out
    #[arg(long, value_name = "RFC3339", value_parser = moment)]
    pub(crate) at: Option<DateTime<Utc>>,
    /// Do not ask whether certificates have been revoked
    #[arg(long)]
    pub(crate) no_revocation: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub struct Verify {
    /// The signed document
    #[arg(long, value_name = "FILE")]
    pub(crate) cms: PathBuf,
    /// What was signed, where it is not inside of the document
    #[arg(long, value_name = "FILE")]
    pub(crate) content: Option<PathBuf>,
    /// Further certificates: of authorities, or the signer's
    #[arg(long, num_args = 1.., value_name = "FILE")]
    pub(crate) cert: Vec<PathBuf>,
    /// What the signer's key must be meant for
    #[arg(long, value_enum, default_value_t = Purpose::Any)]
    pub(crate) usage: Purpose,
    #[command(flatten)]
    pub(crate) ground: Ground,
}

#[derive(Debug, Args)]
pub struct VerifyChain {
    /// The certificate
    #[arg(long, value_name = "FILE")]
    pub(crate) cert: PathBuf,
    /// Certificates of authorities in between
    #[arg(long, num_args = 1.., value_name = "FILE")]
    pub(crate) intermediate: Vec<PathBuf>,
    /// Acceptable certificate policies; any, where it is left out
    #[arg(long, num_args = 1.., value_name = "OID", value_parser = policy)]
    pub(crate) policy: Vec<Oid>,
    /// The path must be valid for an acceptable policy
    #[arg(long)]
    pub(crate) explicit_policy: bool,
    /// Policies may not be mapped to others
    #[arg(long)]
    pub(crate) inhibit_policy_mapping: bool,
    /// The policy that stands for all others does not count
    #[arg(long)]
    pub(crate) inhibit_any_policy: bool,
    #[command(flatten)]
    pub(crate) ground: Ground,
}

#[derive(Debug, Args)]
pub struct Sign {
    /// The key file; its password is taken from BALABAQSHA_P12_PASSWORD or asked for
    #[arg(long, value_name = "FILE")]
    pub(crate) p12: PathBuf,
    /// What is to be signed
    #[arg(long, value_name = "FILE")]
    pub(crate) content: PathBuf,
    /// Where the signature goes; standard output, where it is left out
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Put the content inside of the signature
    #[arg(long)]
    pub(crate) attached: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Purpose {
    Login,
    Signing,
    Any,
}

impl From<Purpose> for Usage {
    fn from(purpose: Purpose) -> Self {
        match purpose {
            Purpose::Login => Self::Login,
            Purpose::Signing => Self::Signing,
            Purpose::Any => Self::Any,
        }
    }
}

fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    DateTime::parse_from_rfc3339(text)
        .map(|moment| moment.to_utc())
        .map_err(|error| format!("{error}; a moment looks like 2026-09-01T10:00:00+05:00"))
}

fn policy(text: &str) -> Result<Oid, String> {
    Oid::parse(text).ok_or_else(|| "an object identifier looks like 1.2.398.3.3.2".to_owned())
}
