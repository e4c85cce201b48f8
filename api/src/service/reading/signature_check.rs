//! Judging signatures for others: three verdicts, with what was and what was not looked at. Nothing
//! is stored.

use crate::{
    app::App,
    error::Result,
    service::input::Fields,
    trust::{
        judgement::{LONGEST_CMS, Matter, Provided},
        profile,
        verdict::{self, Judged},
    },
};
use balabaqsha_pki::{
    Evidence, Usage,
    certificate::Certificate,
    cms,
    verdict::{ChainLink, Reason, Report, RevocationStatus, SignerFacts, SignerReport},
};
use balabaqsha_shared::{code::Code, dto, rules::Violation};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// Judges a signature.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn verify(
    app: &App,
    request: dto::VerificationRequest,
) -> Result<dto::VerificationReport> {
    let now = app.core.now();
    let matter = read(&request, now)?;
    let usage = matter.usage;
    let form = request
        .detached
        .and_then(|detached| of_other_form(&matter, detached));
    let judged = app.trust.judge(matter).await?;
    let mut report = view(&judged);
    if let Some(refusal) = form {
        refuse(&mut report.decisive, refusal);
    } else if let Some(signer) = judged.report.signer()
        && profile::violation(signer, usage, true).is_some()
    {
        refuse(
            &mut report.decisive,
            (
                "CHAIN_CONSTRAINTS_FAILURE",
                "policy-not-for-usage",
                "the policies of the certificate are for another purpose",
            ),
        );
    }
    Ok(report)
}

fn read(request: &dto::VerificationRequest, now: DateTime<Utc>) -> Result<Matter> {
    let mut fields = Fields::default();
    if request.cms.len() > LONGEST_CMS {
        fields.refuse(
            "/cms",
            Violation::new(Code::FieldTooLong).with("limit", LONGEST_CMS),
        );
    }
    let content = request
        .content
        .as_ref()
        .map(|text| bytes(&mut fields, "/content", text));
    let at = request.at.unwrap_or(now);
    if at > now {
        fields.refuse("/at", Violation::new(Code::MomentInvalid));
    }
    let provided = (request.at.is_some() || request.evidence.is_some())
        .then(|| provided(&mut fields, request.evidence.as_ref()));
    fields.finish()?;
    Ok(Matter {
        cms: request.cms.trim().as_bytes().to_vec(),
        content,
        usage: match request.usage {
            dto::SignatureUsage::Login => Usage::Login,
            dto::SignatureUsage::Signing => Usage::Signing,
            dto::SignatureUsage::Any => Usage::Any,
        },
        single_signer: false,
        at,
        provided,
    })
}

fn bytes(fields: &mut Fields, pointer: &str, text: &str) -> Vec<u8> {
    let compact: String = text.split_ascii_whitespace().collect();
    BASE64_STANDARD.decode(compact).unwrap_or_else(|_| {
        fields.refuse(pointer, Violation::new(Code::EncodingInvalid));
        Vec::new()
    })
}

/// Evidence that cannot be read counts for nothing; the verdict will say what is missing.
fn provided(fields: &mut Fields, given: Option<&dto::GivenEvidence>) -> Provided {
    let mut provided = Provided::default();
    let Some(given) = given else {
        return provided;
    };
    for (place, text) in given.certificates.iter().enumerate() {
        let der = bytes(fields, &format!("/evidence/certificates/{place}"), text);
        provided.certificates.extend(Certificate::parse(&der).ok());
    }
    let mut evidence = Evidence::new();
    for (place, text) in given.crls.iter().enumerate() {
        let der = bytes(fields, &format!("/evidence/crls/{place}"), text);
        let _ = evidence.add_crl(&der);
    }
    for (place, text) in given.ocsp.iter().enumerate() {
        let der = bytes(fields, &format!("/evidence/ocsp/{place}"), text);
        let _ = evidence.add_ocsp(&der, None);
    }
    provided.evidence = evidence;
    provided
}

/// Sub-indication, code and words.
type Refusal = (&'static str, &'static str, &'static str);

/// Whether the content is inside although it must be beside, or the other way round.
fn of_other_form(matter: &Matter, detached: bool) -> Option<Refusal> {
    let inside = cms::inspect(&matter.cms).ok()?.content_length.is_some();
    match (detached, inside) {
        (true, true) => Some((
            "SIG_CONSTRAINTS_FAILURE",
            "content-attached",
            "the signature carries its content and was to be detached",
        )),
        (false, false) => Some((
            "SIG_CONSTRAINTS_FAILURE",
            "content-detached",
            "the signature is detached and was to carry its content",
        )),
        _ => None,
    }
}

/// Takes PASSED away; a verdict that is worse stays.
fn refuse(report: &mut dto::VerifiedSignature, (sub_indication, code, detail): Refusal) {
    if report.verdict == "PASSED" {
        report.verdict = "INDETERMINATE".to_owned();
        report.sub_indication = Some(sub_indication.to_owned());
        report.reason = Some(dto::VerificationReason {
            code: code.to_owned(),
            detail: detail.to_owned(),
        });
    }
}

fn view(judged: &Judged) -> dto::VerificationReport {
    let Judged { report, rules, .. } = judged;
    let signature = |signature: &SignerReport| {
        let of_one = Report {
            decisive: std::sync::Arc::new(signature.clone()),
            signers: Vec::new(),
        };
        let verdict = verdict::verdict_of(&of_one, *rules);
        dto::VerifiedSignature {
            verdict: verdict.indication,
            sub_indication: verdict.sub_indication,
            reason: signature.reason.as_ref().map(reason),
            signer: signature.signer.as_ref().map(signer),
            chain: signature.chain.iter().map(link).collect(),
            signing_time: signature.signing_time,
            timestamp: signature.timestamp,
            timestamp_problem: signature.timestamp_problem.as_ref().map(reason),
            judged_at: signature.judged_at,
            checked: verdict.checked,
            not_checked: verdict.not_checked,
            test_authority: verdict.test_authority,
        }
    };
    dto::VerificationReport {
        decisive: signature(&report.decisive),
        signatures: report.signers.iter().map(|one| signature(one)).collect(),
    }
}

fn reason(reason: &Reason) -> dto::VerificationReason {
    dto::VerificationReason {
        code: reason.code.to_owned(),
        detail: reason.detail.clone(),
    }
}

fn signer(facts: &SignerFacts) -> dto::VerifiedSigner {
    let owner = &facts.owner;
    dto::VerifiedSigner {
        full_name: owner.full_name.clone(),
        iin: owner.iin.clone(),
        bin: owner.bin.clone(),
        organisation: owner.organisation.clone(),
        kinds: verdict::names(&owner.kinds),
        purpose: member(&facts.purpose, "kind"),
        algorithm: facts
            .algorithm
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        subject: facts.subject.clone(),
        issuer: facts.issuer.clone(),
        serial: facts.serial.clone(),
        not_before: facts.not_before,
        not_after: facts.not_after,
        policies: facts.policies.clone(),
        fingerprint: facts.fingerprint.clone(),
    }
}

fn link(link: &ChainLink) -> dto::VerifiedLink {
    let (source, revoked_at) = match link.revocation {
        RevocationStatus::Good { source } => (Some(source), None),
        RevocationStatus::Revoked { source, at } => (Some(source), Some(at)),
        RevocationStatus::NotChecked | RevocationStatus::Unknown | RevocationStatus::Trusted => {
            (None, None)
        }
    };
    dto::VerifiedLink {
        role: name(&link.role),
        subject: link.subject.clone(),
        issuer: link.issuer.clone(),
        serial: link.serial.clone(),
        not_before: link.not_before,
        not_after: link.not_after,
        revocation: member(&link.revocation, "status"),
        revocation_source: source.as_ref().map(name),
        revoked_at,
        test: link.test,
    }
}

/// The one spelling of a name is that of its serialised form.
fn name(value: &impl Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// The same for a name that is a member of an object.
fn member(value: &impl Serialize, member: &str) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.get(member)?.as_str().map(str::to_owned))
        .unwrap_or_default()
}
