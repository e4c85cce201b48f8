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
    Usage,
    armour::{self, Contents},
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
    let (matter, unusable) = read(&request, now)?;
    let usage = matter.usage;
    let form = request
        .detached
        .and_then(|detached| of_other_form(&matter, detached));
    let judged = app.trust.judge(matter).await?;
    let mut report = view(&judged, unusable);
    if let Some(refusal) = form {
        refuse(&mut report.decisive, refusal);
    } else if let Some(signer) = judged.report.signer()
        && profile::violation(&signer, usage, true).is_some()
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

fn read(
    request: &dto::VerificationRequest,
    now: DateTime<Utc>,
) -> Result<(Matter, Vec<dto::UnusableEvidence>)> {
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
    let mut unusable = Vec::new();
    let provided = (request.at.is_some() || request.evidence.is_some())
        .then(|| provided(&mut fields, request.evidence.as_ref(), &mut unusable));
    fields.finish()?;
    let matter = Matter {
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
    };
    Ok((matter, unusable))
}

fn bytes(fields: &mut Fields, pointer: &str, text: &str) -> Vec<u8> {
    let compact: String = text.split_ascii_whitespace().collect();
    BASE64_STANDARD.decode(compact).unwrap_or_else(|_| {
        fields.refuse(pointer, Violation::new(Code::EncodingInvalid));
        Vec::new()
    })
}

/// Evidence that cannot be read is named. A list or an answer among it is noted, because it may say
/// that something is revoked.
fn provided(
    fields: &mut Fields,
    given: Option<&dto::GivenEvidence>,
    unusable: &mut Vec<dto::UnusableEvidence>,
) -> Provided {
    let mut provided = Provided::default();
    let Some(given) = given else {
        return provided;
    };
    let (certificates, evidence) = (&mut provided.certificates, &mut provided.evidence);
    for (kind, texts) in [
        ("certificates", &given.certificates),
        ("crls", &given.crls),
        ("ocsp", &given.ocsp),
    ] {
        for (place, text) in texts.iter().enumerate() {
            let pointer = format!("/evidence/{kind}/{place}");
            let file = bytes(fields, &pointer, text);
            let Contents { documents, unread } = armour::read(&file);
            let mut refused: Vec<String> = unread.iter().map(ToString::to_string).collect();
            if !refused.is_empty() && kind != "certificates" {
                evidence.note_unread();
            }
            for document in documents {
                let der = &document.bytes;
                let taken = match kind {
                    "certificates" => Certificate::parse(der)
                        .map(|certificate| certificates.push(certificate))
                        .map_err(|error| error.to_string()),
                    "crls" => evidence.add_crl(der).map_err(|error| error.to_string()),
                    _ => evidence
                        .add_ocsp(der, None)
                        .map_err(|error| error.to_string()),
                };
                refused.extend(taken.err());
            }
            unusable.extend(refused.into_iter().map(|reason| dto::UnusableEvidence {
                pointer: pointer.clone(),
                reason,
            }));
        }
    }
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

fn view(judged: &Judged, unusable: Vec<dto::UnusableEvidence>) -> dto::VerificationReport {
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
            signer: signature.signer().as_ref().map(signer),
            chain: signature.chain.iter().map(link).collect(),
            signing_time: signature.signing_time,
            timestamp: signature.timestamp,
            timestamp_problem: signature.timestamp_problem.as_ref().map(reason),
            judged_at: signature.judged_at,
            checked: verdict.checked,
            not_checked: verdict.not_checked,
            test_authority: verdict.test_authority,
            remarks: signature.remarks.iter().map(reason).collect(),
        }
    };
    dto::VerificationReport {
        decisive: signature(&report.decisive),
        signatures: report.signers.iter().map(|one| signature(one)).collect(),
        unusable,
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
        RevocationStatus::Revoked { source, at } | RevocationStatus::Held { source, at } => {
            (Some(source), Some(at))
        }
        RevocationStatus::NeverIssued { source } => (Some(source), None),
        RevocationStatus::NotChecked | RevocationStatus::Unknown | RevocationStatus::Trusted => {
            (None, None)
        }
    };
    dto::VerifiedLink {
        role: name(&link.role),
        subject: link.certificate.subject().to_string(),
        issuer: link.certificate.issuer().to_string(),
        serial: link.certificate.serial_hex(),
        not_before: link.certificate.not_before(),
        not_after: link.certificate.not_after(),
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
