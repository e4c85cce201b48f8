//! The command line.

use crate::words::Language;
use balabaqsha_pki::{Oid, Usage};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// What the exit codes mean; `docs/eds.md` has the same table.
const EXIT_CODES: &str = "\
Exit codes:
  0   PASSED; done
  1   FAILED
  2   INDETERMINATE
  64  the command line makes no sense, or there is no password
  65  a file is of no use: it cannot be read as what it should be, is larger than is read, or
      holds no key that may be used
  66  a file cannot be read
  70  the signature could not be made
  73  the result could not be written, or would replace a file that is needed
  74  the result could not be printed

A file named - is standard input.";

/// Look into, judge and make digital signatures (EDS)
#[derive(Debug, Args)]
pub struct Tool {
    /// Language of what is printed for people; JSON is the same in all of them
    #[arg(long, global = true, value_enum, default_value_t = Language::En)]
    pub(crate) lang: Language,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Tell what a file holds: key file, certificate, signed document, CRL, OCSP answer, time stamp
    #[command(after_help = EXIT_CODES)]
    Inspect(Inspect),
    /// Judge a signed document (CMS)
    #[command(after_help = EXIT_CODES)]
    Verify(Verify),
    /// Judge a certificate by itself
    #[command(after_help = EXIT_CODES)]
    VerifyChain(VerifyChain),
    /// Sign a file with the key of a key file
    #[command(after_help = EXIT_CODES)]
    Sign(Sign),
    /// Write out the content of a signed document, unjudged
    #[command(after_help = EXIT_CODES)]
    Extract(Extract),
    /// Make the request for a time stamp over a signature (RFC 3161), to be sent to an authority
    #[command(after_help = EXIT_CODES)]
    StampRequest(StampRequest),
    /// Put the time stamp that an authority gave into the signed document
    #[command(after_help = EXIT_CODES)]
    StampAdd(StampAdd),
}

#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// DER, BER, PEM or base64
    pub(crate) file: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What certificates are judged with.
#[derive(Debug, Args)]
pub(crate) struct Ground {
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
pub(crate) struct Verify {
    /// The signed document
    #[arg(long, value_name = "FILE")]
    pub(crate) cms: PathBuf,
    /// What was signed, where it is not inside of the document
    #[arg(long, value_name = "FILE")]
    pub(crate) content: Option<PathBuf>,
    /// Further certificates: of authorities, or the signer's
    #[arg(long, num_args = 1.., value_name = "FILE")]
    pub(crate) cert: Vec<PathBuf>,
    /// Certificates of authorities trusted for time stamps; those of --trust, where it is left out
    #[arg(long, num_args = 1.., value_name = "FILE")]
    pub(crate) stamp_trust: Vec<PathBuf>,
    /// What the signer's key must be meant for
    #[arg(long, value_enum, default_value_t = Purpose::Any)]
    pub(crate) usage: Purpose,
    #[command(flatten)]
    pub(crate) ground: Ground,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyChain {
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

/// Where a result goes, and how it is written.
#[derive(Debug, Args)]
pub(crate) struct Output {
    /// Where the result goes; standard output, where it is left out
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Sign {
    /// The key file; its password is taken from BALABAQSHA_P12_PASSWORD or asked for
    #[arg(long, value_name = "FILE")]
    pub(crate) p12: PathBuf,
    /// What is to be signed
    #[arg(long, value_name = "FILE")]
    pub(crate) content: PathBuf,
    /// Which key of the file: its serial number, fingerprint or friendly name as `inspect` shows
    /// them; the first that may be used, where it is left out
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// What the key must be meant for
    #[arg(long, value_enum, default_value_t = Purpose::Signing)]
    pub(crate) usage: Purpose,
    /// Put the content inside of the signature
    #[arg(long)]
    pub(crate) attached: bool,
    /// Write PEM instead of DER
    #[arg(long)]
    pub(crate) pem: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct Extract {
    /// The signed document
    #[arg(long, value_name = "FILE")]
    pub(crate) cms: PathBuf,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct StampRequest {
    /// The signed document, with one signature
    #[arg(long, value_name = "FILE")]
    pub(crate) cms: PathBuf,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct StampAdd {
    /// The signed document, with one signature
    #[arg(long, value_name = "FILE")]
    pub(crate) cms: PathBuf,
    /// What the authority answered, or the time stamp alone
    #[arg(long, value_name = "FILE")]
    pub(crate) answer: PathBuf,
    /// Write PEM instead of DER
    #[arg(long)]
    pub(crate) pem: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Purpose {
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
