//! `verify` and `verify-chain`: a verdict, with what it stands on.

use crate::arguments::{Ground, Verify, VerifyChain};
use crate::input::{self, Files, Given, Unusable};
use crate::show::Printer;
use crate::words::Language;
use crate::{Error, Exit, Surroundings, show};
use balabaqsha_pki::armour::Document;
use balabaqsha_pki::cms::{self, VerifyPolicy};
use balabaqsha_pki::recognise::{self, DocumentKind};
use balabaqsha_pki::verdict::SignerReport;
use balabaqsha_pki::{ChainPolicy, PathPolicy, RevocationMode, Verdict, chain as chains};
use serde::Serialize;
use std::borrow::Cow;
use std::io;
use std::path::Path;

/// A report, and what of the given files was of no use for it.
#[derive(Debug, Serialize)]
struct Answer<'a, R> {
    #[serde(flatten)]
    report: &'a R,
    unusable: &'a [Unusable],
}

pub(crate) fn document(
    arguments: &Verify,
    language: Language,
    surroundings: &dyn Surroundings,
    out: &mut dyn io::Write,
) -> Result<Exit, Error> {
    let files = Files::new(surroundings);
    let mut given = Given::read(&files, &arguments.ground, &arguments.cert)?;
    let stamp_anchors = input::anchors(&files, &arguments.stamp_trust)?;
    let file = files.document(&arguments.cms)?;
    let signed = signed_document(&arguments.cms, &file, &mut given)?;
    let content = arguments
        .content
        .as_deref()
        .map(|path| files.content(path))
        .transpose()?;
    let at = arguments.ground.at.unwrap_or_else(|| surroundings.now());
    let policy = VerifyPolicy::new(&given.anchors, at)
        .usage(arguments.usage.into())
        .revocation(revocation(&arguments.ground))
        .evidence(&given.evidence)
        .intermediates(&given.further);
    let policy = if stamp_anchors.is_empty() {
        policy
    } else {
        policy.stamp_anchors(&stamp_anchors)
    };
    let report = cms::verify(&signed, content.as_deref(), &policy);
    if arguments.ground.json {
        let answer = Answer {
            report: &report,
            unusable: &given.unusable,
        };
        show::json(&answer, out)?;
    } else {
        let mut print = Printer::new(out, language);
        show::document(&report, &mut print)?;
        show::unusable(&given.unusable, &mut print)?;
    }
    Ok(exit(&report))
}

pub(crate) fn chain(
    arguments: &VerifyChain,
    language: Language,
    surroundings: &dyn Surroundings,
    out: &mut dyn io::Write,
) -> Result<Exit, Error> {
    let files = Files::new(surroundings);
    let mut given = Given::read(&files, &arguments.ground, &arguments.intermediate)?;
    let file = files.certificates(&arguments.cert)?;
    // A file with several certificates begins with the one in question.
    let mut documents = input::whole(&arguments.cert, &file)?.documents.into_iter();
    let certificate = documents.next().map(|document| document.bytes);
    let certificate = certificate.unwrap_or_default();
    for document in documents {
        given.add_certificate(&arguments.cert, document.place, &document.bytes);
    }
    let path = PathPolicy {
        initial_policies: (!arguments.policy.is_empty()).then(|| arguments.policy.clone()),
        explicit_policy: arguments.explicit_policy,
        inhibit_policy_mapping: arguments.inhibit_policy_mapping,
        inhibit_any_policy: arguments.inhibit_any_policy,
        ..PathPolicy::at(arguments.ground.at.unwrap_or_else(|| surroundings.now()))
    };
    let policy = ChainPolicy::new(&given.anchors, path)
        .revocation(revocation(&arguments.ground))
        .evidence(&given.evidence)
        .intermediates(&given.further);
    let report = chains::verify_bytes(&certificate, &policy);
    if arguments.ground.json {
        let answer = Answer {
            report: &report,
            unusable: &given.unusable,
        };
        show::json(&answer, out)?;
    } else {
        let mut print = Printer::new(out, language);
        show::signer(&report, &mut print)?;
        show::unusable(&given.unusable, &mut print)?;
    }
    Ok(exit(&report))
}

/// The one signed document of a file. Certificates beside it are taken as those of `--cert` are, and
/// everything else is named. Of several signed documents none is picked: the whole file is judged,
/// which is never PASSED.
fn signed_document<'a>(
    path: &Path,
    file: &'a [u8],
    given: &mut Given,
) -> Result<Cow<'a, [u8]>, Error> {
    let mut documents = input::whole(path, file)?.documents;
    if documents.len() < 2 {
        return Ok(documents
            .pop()
            .map_or(Cow::Borrowed(file), |only| only.bytes));
    }
    let is_signed = |document: &Document<'_>| {
        recognise::kind(&document.bytes) == Some(DocumentKind::SignedDocument)
    };
    let (mut signed, others): (Vec<_>, Vec<_>) = documents.into_iter().partition(is_signed);
    for document in others {
        if recognise::kind(&document.bytes) == Some(DocumentKind::Certificate) {
            given.add_certificate(path, document.place, &document.bytes);
        } else {
            let reason = format!("{}: no signed document; not looked at", document.place);
            given.unusable.push(Unusable::new(path, reason));
        }
    }
    if signed.len() == 1 {
        return Ok(signed.pop().map_or(Cow::Borrowed(file), |only| only.bytes));
    }
    for document in signed {
        let reason = format!(
            "{}: one of several signed documents; not judged",
            document.place
        );
        given.unusable.push(Unusable::new(path, reason));
    }
    Ok(Cow::Borrowed(file))
}

fn revocation(ground: &Ground) -> RevocationMode {
    if ground.no_revocation {
        RevocationMode::NotRequired
    } else {
        RevocationMode::Required
    }
}

fn exit(report: &SignerReport) -> Exit {
    match report.verdict {
        Verdict::Passed => Exit::Passed,
        Verdict::Failed => Exit::Failed,
        Verdict::Indeterminate => Exit::Indeterminate,
    }
}
