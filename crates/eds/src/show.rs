//! Answers, as JSON for programs and as lines for people.

use crate::input::Unusable;
use crate::words::{self, Language};
use balabaqsha_pki::Purpose;
use balabaqsha_pki::verdict::{
    ChainLink, Reason, Report, RevocationSource, RevocationStatus, Role, SignerFacts, SignerReport,
};
use balabaqsha_text as text;
use serde::Serialize;
use std::fmt::Display;
use std::io::{self, Write};

/// The column in which values begin.
const COLUMN: usize = 16;

pub(crate) fn json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let json = serde_json::to_string_pretty(value)?;
    writeln!(out, "{}", text::escape_json(&json))?;
    out.flush()
}

/// Prints lines in a language.
pub(crate) struct Printer<'a> {
    out: &'a mut dyn Write,
    pub(crate) language: Language,
}

impl<'a> Printer<'a> {
    pub(crate) fn new(out: &'a mut dyn Write, language: Language) -> Self {
        Self { out, language }
    }

    /// `name: value`, in a column. Values come from files and names of others: what would drive the
    /// terminal or hide something is not printed.
    pub(crate) fn line(&mut self, name: &'static str, value: impl Display) -> io::Result<()> {
        let name = format!("{}:", words::label(name, self.language));
        // Letters are counted, not octets; a name that is longer gets a space all the same.
        let gap = COLUMN.saturating_sub(name.chars().count()).max(1);
        let value = value.to_string();
        writeln!(self.out, "{name}{:gap$}{}", "", text::visible(&value))
    }

    pub(crate) fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

pub(crate) fn document(report: &Report, print: &mut Printer<'_>) -> io::Result<()> {
    if let [] | [_] = report.signers.as_slice() {
        return signer(report, print);
    }
    print.line("verdict", report.verdict)?;
    print.line("signatures", report.signers.len())?;
    for each in &report.signers {
        print.blank()?;
        signer(each, print)?;
    }
    Ok(())
}

pub(crate) fn signer(report: &SignerReport, print: &mut Printer<'_>) -> io::Result<()> {
    print.line("verdict", report.verdict)?;
    if let Some(sub_indication) = report.sub_indication {
        print.line("sub-indication", sub_indication)?;
    }
    if let Some(told) = &report.reason {
        print.line("reason", reason(told, print.language))?;
    }
    if let Some(facts) = report.signer() {
        certificate(&facts, print)?;
    }
    if let Some(scheme) = &report.scheme {
        print.line("scheme", scheme)?;
    }
    if let Some(moment) = report.signing_time {
        print.line("claimed time", moment.to_rfc3339())?;
    }
    if let Some(moment) = report.timestamp {
        print.line("stamped", moment.to_rfc3339())?;
    }
    if let Some(problem) = &report.timestamp_problem {
        print.line("stamp refused", reason(problem, print.language))?;
    }
    print.line("judged at", report.judged_at.to_rfc3339())?;
    for each in &report.chain {
        print.line("chain", link(each, print.language))?;
    }
    print.line("checked", names(&report.checked, print.language))?;
    print.line("not checked", names(&report.not_checked, print.language))?;
    for remark in &report.remarks {
        print.line("remark", reason(remark, print.language))?;
    }
    Ok(())
}

/// In English with all details; in other languages the sentence that belongs to the code, and the
/// details as they are.
fn reason(reason: &Reason, language: Language) -> String {
    let (code, detail) = (reason.code, &reason.detail);
    match words::reason(code, language) {
        Some(sentence) => format!("{sentence} ({code}: {detail})"),
        None => format!("{detail} ({code})"),
    }
}

pub(crate) fn certificate(facts: &SignerFacts, print: &mut Printer<'_>) -> io::Result<()> {
    let language = print.language;
    print.line("subject", &facts.subject)?;
    print.line("issuer", &facts.issuer)?;
    print.line("serial", &facts.serial)?;
    if let Some(iin) = &facts.owner.iin {
        print.line("IIN", iin)?;
    }
    if let Some(bin) = &facts.owner.bin {
        print.line("BIN", bin)?;
    }
    let algorithm = facts.algorithm.map(|algorithm| algorithm.to_string());
    let unsupported = words::value("not supported", language);
    print.line("key", algorithm.as_deref().unwrap_or(unsupported))?;
    print.line("purpose", purpose(facts.purpose, language))?;
    print.line(
        "valid",
        format!(
            "{} … {}",
            facts.not_before.to_rfc3339(),
            facts.not_after.to_rfc3339()
        ),
    )?;
    if !facts.policies.is_empty() {
        print.line("policies", facts.policies.join(", "))?;
    }
    print.line("SHA-256", &facts.fingerprint)
}

pub(crate) fn unusable(files: &[Unusable], print: &mut Printer<'_>) -> io::Result<()> {
    for each in files {
        let what = format!("{}: {}", each.file, each.reason);
        print.line("unusable", what)?;
    }
    print.flush()
}

pub(crate) fn purpose(purpose: Purpose, language: Language) -> String {
    let value = |value| words::value(value, language).to_owned();
    match purpose {
        Purpose::Login => value("login"),
        Purpose::Signing => value("signing"),
        Purpose::LoginAndSigning => value("login and signing"),
        Purpose::Unfit(reason) => {
            let none = value("none here");
            match words::reason(reason.code(), language) {
                Some(sentence) => format!("{none}: {sentence}"),
                None => format!("{none}: {reason}"),
            }
        }
    }
}

fn link(link: &ChainLink, language: Language) -> String {
    let value = |value| words::value(value, language);
    let by = |source| match source {
        RevocationSource::Ocsp => "OCSP",
        RevocationSource::Crl => "CRL",
        RevocationSource::NoCheck => value("its own word"),
    };
    let status = match link.revocation {
        RevocationStatus::NotChecked => value("revocation not checked").to_owned(),
        RevocationStatus::Good { source } => format!("{} ({})", value("not revoked"), by(source)),
        RevocationStatus::Revoked { source, at } => {
            format!(
                "{} {} ({})",
                value("REVOKED since"),
                at.to_rfc3339(),
                by(source)
            )
        }
        RevocationStatus::Held { source, at } => {
            format!(
                "{} {} ({})",
                value("on hold since"),
                at.to_rfc3339(),
                by(source)
            )
        }
        RevocationStatus::NeverIssued { source } => {
            format!("{} ({})", value("never issued"), by(source))
        }
        RevocationStatus::Unknown => value("revocation unknown").to_owned(),
        RevocationStatus::Trusted => value("trusted").to_owned(),
    };
    let role = match link.role {
        Role::Signer => value("signer"),
        Role::Authority => value("authority"),
        Role::Anchor => value("anchor"),
    };
    let test = if link.test {
        value("; a test authority")
    } else {
        ""
    };
    format!("{} [{role}; {status}{test}]", link.certificate.subject())
}

/// The names of checks.
fn names(checks: &[impl Serialize], language: Language) -> String {
    let names: Vec<String> = checks
        .iter()
        .filter_map(|check| serde_json::to_value(check).ok())
        .filter_map(|name| {
            name.as_str()
                .map(|name| words::check(name, language).to_owned())
        })
        .collect();
    if names.is_empty() {
        words::value("nothing", language).to_owned()
    } else {
        names.join(", ")
    }
}
