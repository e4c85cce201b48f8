//! Answers, as JSON for programs and as lines for people.

use crate::input::Unusable;
use balabaqsha_pki::verdict::{ChainLink, Report, RevocationStatus, Role, SignerReport};
use balabaqsha_pki::{Purpose, verdict::SignerFacts};
use serde::Serialize;
use std::fmt::Display;
use std::io::{self, Write};

pub(crate) fn json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)?;
    out.flush()
}

/// `name: value`, in a column.
pub(crate) fn line(out: &mut dyn Write, name: &str, value: impl Display) -> io::Result<()> {
    writeln!(out, "{:<16}{value}", format!("{name}:"))
}

pub(crate) fn document(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    if let [] | [_] = report.signers.as_slice() {
        return signer(report, out);
    }
    line(out, "verdict", report.verdict)?;
    line(out, "signatures", report.signers.len())?;
    for each in &report.signers {
        writeln!(out)?;
        signer(each, out)?;
    }
    Ok(())
}

pub(crate) fn signer(report: &SignerReport, out: &mut dyn Write) -> io::Result<()> {
    line(out, "verdict", report.verdict)?;
    if let Some(sub_indication) = report.sub_indication {
        line(out, "sub-indication", sub_indication)?;
    }
    if let Some(reason) = &report.reason {
        line(
            out,
            "reason",
            format!("{} ({})", reason.detail, reason.code),
        )?;
    }
    if let Some(facts) = &report.signer {
        certificate(facts, out)?;
    }
    if let Some(scheme) = &report.scheme {
        line(out, "scheme", scheme)?;
    }
    if let Some(moment) = report.signing_time {
        line(out, "claimed time", moment.to_rfc3339())?;
    }
    if let Some(moment) = report.timestamp {
        line(out, "stamped", moment.to_rfc3339())?;
    }
    if let Some(problem) = &report.timestamp_problem {
        line(
            out,
            "stamp refused",
            format!("{} ({})", problem.detail, problem.code),
        )?;
    }
    line(out, "judged at", report.judged_at.to_rfc3339())?;
    for each in &report.chain {
        line(out, "chain", link(each))?;
    }
    line(out, "checked", names(&report.checked))?;
    line(out, "not checked", names(&report.not_checked))
}

pub(crate) fn certificate(facts: &SignerFacts, out: &mut dyn Write) -> io::Result<()> {
    line(out, "subject", &facts.subject)?;
    line(out, "issuer", &facts.issuer)?;
    line(out, "serial", &facts.serial)?;
    if let Some(iin) = &facts.owner.iin {
        line(out, "IIN", iin)?;
    }
    if let Some(bin) = &facts.owner.bin {
        line(out, "BIN", bin)?;
    }
    let algorithm = facts.algorithm.map(|algorithm| algorithm.to_string());
    line(out, "key", algorithm.as_deref().unwrap_or("not supported"))?;
    line(out, "purpose", purpose(facts.purpose))?;
    line(
        out,
        "valid",
        format!(
            "{} … {}",
            facts.not_before.to_rfc3339(),
            facts.not_after.to_rfc3339()
        ),
    )?;
    if !facts.policies.is_empty() {
        line(out, "policies", facts.policies.join(", "))?;
    }
    line(out, "SHA-256", &facts.fingerprint)
}

pub(crate) fn unusable(files: &[Unusable], out: &mut dyn Write) -> io::Result<()> {
    for each in files {
        let what = format!("{}: {}", each.file.display(), each.reason);
        line(out, "unusable", what)?;
    }
    out.flush()
}

pub(crate) fn purpose(purpose: Purpose) -> String {
    match purpose {
        Purpose::Login => "login".to_owned(),
        Purpose::Signing => "signing".to_owned(),
        Purpose::LoginAndSigning => "login and signing".to_owned(),
        Purpose::Unfit(reason) => format!("none here: {reason}"),
    }
}

fn link(link: &ChainLink) -> String {
    let status = match link.revocation {
        RevocationStatus::NotChecked => "revocation not checked".to_owned(),
        RevocationStatus::Good { source } => format!("not revoked, by {source:?}"),
        RevocationStatus::Revoked { source, at } => {
            format!("REVOKED on {}, by {source:?}", at.to_rfc3339())
        }
        RevocationStatus::Held { source, at } => {
            format!("on hold since {}, by {source:?}", at.to_rfc3339())
        }
        RevocationStatus::NeverIssued { source } => format!("never issued, by {source:?}"),
        RevocationStatus::Unknown => "revocation unknown".to_owned(),
        RevocationStatus::Trusted => "trusted".to_owned(),
    };
    let role = match link.role {
        Role::Signer => "signer",
        Role::Authority => "authority",
        Role::Anchor => "anchor",
    };
    format!("{} [{role}; {status}]", link.subject)
}

/// The names of checks, spelled as in JSON.
fn names(checks: &[impl Serialize]) -> String {
    let names: Vec<String> = checks
        .iter()
        .filter_map(|check| serde_json::to_value(check).ok())
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    if names.is_empty() {
        "nothing".to_owned()
    } else {
        names.join(", ")
    }
}
