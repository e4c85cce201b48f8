//! `verify` and `verify-chain`: a verdict, with what it stands on.

use crate::arguments::{Ground, Verify, VerifyChain};
use crate::input::{self, Given, Unusable};
use crate::{Error, Exit, Surroundings, show};
use balabaqsha_pki::cms::{self, VerifyPolicy};
use balabaqsha_pki::verdict::SignerReport;
use balabaqsha_pki::{ChainPolicy, PathPolicy, RevocationMode, Verdict, chain as chains};
use serde::Serialize;
use std::io;

/// A report, and what of the given files was of no use for it.
#[derive(Debug, Serialize)]
struct Answer<'a, R> {
    #[serde(flatten)]
    report: &'a R,
    unusable: &'a [Unusable],
}

pub(crate) fn document(
    arguments: &Verify,
    surroundings: &dyn Surroundings,
    out: &mut dyn io::Write,
) -> Result<Exit, Error> {
    let given = Given::read(&arguments.ground, &arguments.cert)?;
    let signed = input::bytes(&arguments.cms)?;
    let content = arguments.content.as_deref().map(input::bytes).transpose()?;
    let at = arguments.ground.at.unwrap_or_else(|| surroundings.now());
    let policy = VerifyPolicy::new(&given.anchors, at)
        .usage(arguments.usage.into())
        .revocation(revocation(&arguments.ground))
        .evidence(&given.evidence)
        .intermediates(&given.further);
    let report = cms::verify(&signed, content.as_deref(), &policy);
    if arguments.ground.json {
        let answer = Answer {
            report: &report,
            unusable: &given.unusable,
        };
        show::json(&answer, out)?;
    } else {
        show::document(&report, out)?;
        show::unusable(&given.unusable, out)?;
    }
    Ok(exit(&report))
}

pub(crate) fn chain(
    arguments: &VerifyChain,
    surroundings: &dyn Surroundings,
    out: &mut dyn io::Write,
) -> Result<Exit, Error> {
    let mut given = Given::read(&arguments.ground, &arguments.intermediate)?;
    let file = input::bytes(&arguments.cert)?;
    // A file with several certificates begins with the one in question.
    let mut documents = input::documents(&file).into_iter();
    let certificate = documents.next().unwrap_or_default();
    given.further.extend(
        documents.filter_map(|document| balabaqsha_pki::Certificate::parse(&document).ok()),
    );
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
        show::signer(&report, out)?;
        show::unusable(&given.unusable, out)?;
    }
    Ok(exit(&report))
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
