//! `inspect`: what a file holds. Nothing is judged.

use crate::arguments::Inspect;
use crate::show::{self, line};
use crate::{Error, Exit, Surroundings, input};
use balabaqsha_pki::armour;
use balabaqsha_pki::certificate::Certificate;
use balabaqsha_pki::cms::{self, Inspection};
use balabaqsha_pki::keystore::{self, KeyDescription};
use balabaqsha_pki::recognise::{self, DocumentKind};
use balabaqsha_pki::revocation::{Crl, CrlInspection, OcspError, OcspInspection, OcspResponse};
use balabaqsha_pki::verdict::SignerFacts;
use serde::Serialize;
use std::io::{self, Write};
use std::path::Path;

/// What a file holds.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Found {
    KeyFile(KeyFile),
    Certificate(Box<CertificateFacts>),
    SignedDocument(Inspection),
    RevocationList(CrlInspection),
    OcspAnswer(Answered),
}

#[derive(Debug, Serialize)]
struct KeyFile {
    keys: Vec<KeyDescription>,
    certificates: Vec<SignerFacts>,
    /// Algorithms of keys that cannot be used here.
    refused: Vec<String>,
}

#[derive(Debug, Serialize)]
struct CertificateFacts {
    #[serde(flatten)]
    facts: SignerFacts,
    key_identifier: Option<String>,
    key_usage: Option<Vec<&'static str>>,
    extended_key_usage: Option<Vec<String>>,
    ocsp_addresses: Vec<String>,
    crl_addresses: Vec<String>,
    issuer_addresses: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Answered {
    /// What the responder answered as a whole.
    status: &'static str,
    #[serde(flatten)]
    answer: Option<OcspInspection>,
}

pub(crate) fn run(
    arguments: &Inspect,
    surroundings: &dyn Surroundings,
    out: &mut dyn Write,
) -> Result<Exit, Error> {
    let path = &arguments.file;
    let file = input::bytes(path)?;
    let mut all = Vec::new();
    let contents = armour::read(&file);
    for document in &contents.documents {
        let document = &document.bytes;
        let kind = recognise::kind(document).ok_or_else(|| {
            let known = "neither a key file nor a certificate, a signed document, a revocation \
                         list or an OCSP answer";
            Error::unusable(path, known)
        })?;
        let unusable = |reason: String| Error::unusable(path, reason);
        all.push(match kind {
            DocumentKind::KeyFile => {
                let password = surroundings.password().map_err(Error::NoPassword)?;
                Found::KeyFile(key_file(document, &password).map_err(unusable)?)
            }
            _ => look(kind, document).map_err(unusable)?,
        });
    }
    if all.is_empty() {
        return unread(path, &contents);
    }
    if arguments.json {
        match all.as_slice() {
            [one] => show::json(one, out)?,
            several => show::json(&several, out)?,
        }
    } else {
        for (place, found) in all.iter().enumerate() {
            if place > 0 {
                writeln!(out)?;
            }
            print(found, out)?;
        }
        out.flush()?;
    }
    unread(path, &contents)
}

/// Names the first part that could not be read, after everything that could.
fn unread(path: &Path, contents: &armour::Contents<'_>) -> Result<Exit, Error> {
    match contents.unread.first() {
        Some(part) => Err(Error::unusable(path, format!("cannot be read: {part}"))),
        None => Ok(Exit::Passed),
    }
}

fn key_file(document: &[u8], password: &str) -> Result<KeyFile, String> {
    let store = keystore::open(document, password)
        .map_err(|error| format!("{error} ({})", error.code()))?;
    Ok(KeyFile {
        keys: store
            .entries()
            .iter()
            .map(keystore::KeyEntry::description)
            .collect(),
        certificates: store.certificates().iter().map(SignerFacts::of).collect(),
        refused: store.refused().iter().map(ToString::to_string).collect(),
    })
}

fn look(kind: DocumentKind, document: &[u8]) -> Result<Found, String> {
    let text = |error: &dyn std::error::Error| error.to_string();
    match kind {
        DocumentKind::Certificate => Certificate::parse(document)
            .map(|certificate| Found::Certificate(Box::new(CertificateFacts::of(&certificate))))
            .map_err(|error| text(&error)),
        DocumentKind::RevocationList => Crl::parse(document)
            .map(|list| Found::RevocationList(list.inspect()))
            .map_err(|error| text(&error)),
        DocumentKind::OcspAnswer => answered(document).map(Found::OcspAnswer),
        DocumentKind::SignedDocument | DocumentKind::KeyFile => cms::inspect(document)
            .map(Found::SignedDocument)
            .map_err(|error| text(&error)),
    }
}

fn answered(document: &[u8]) -> Result<Answered, String> {
    match OcspResponse::parse(document) {
        Ok(response) => Ok(Answered {
            status: "successful",
            answer: Some(response.inspect()),
        }),
        Err(OcspError::TryLater) => Ok(Answered {
            status: "try-later",
            answer: None,
        }),
        Err(OcspError::Refused(_)) => Ok(Answered {
            status: "refused",
            answer: None,
        }),
        Err(error) => Err(error.to_string()),
    }
}

impl CertificateFacts {
    fn of(certificate: &Certificate) -> Self {
        let hex = |octets: &[u8]| octets.iter().map(|octet| format!("{octet:02x}")).collect();
        let usage = certificate.key_usage();
        Self {
            facts: SignerFacts::of(certificate),
            key_identifier: certificate.subject_key_identifier().map(hex),
            key_usage: usage.map(|usage| {
                [
                    ("digitalSignature", usage.digital_signature()),
                    ("nonRepudiation", usage.non_repudiation()),
                    ("keyEncipherment", usage.key_encipherment()),
                    ("keyCertSign", usage.certificate_signing()),
                    ("cRLSign", usage.crl_signing()),
                ]
                .into_iter()
                .filter_map(|(name, set)| set.then_some(name))
                .collect()
            }),
            extended_key_usage: certificate
                .extended_key_usage()
                .map(|usages| usages.iter().map(ToString::to_string).collect()),
            ocsp_addresses: certificate.ocsp_addresses().to_vec(),
            crl_addresses: certificate
                .crl_addresses()
                .into_iter()
                .map(str::to_owned)
                .collect(),
            issuer_addresses: certificate.issuer_addresses().to_vec(),
        }
    }
}

fn print(found: &Found, out: &mut dyn Write) -> io::Result<()> {
    match found {
        Found::KeyFile(file) => print_key_file(file, out),
        Found::Certificate(certificate) => print_certificate(certificate, out),
        Found::SignedDocument(document) => print_document(document, out),
        Found::RevocationList(list) => print_list(list, out),
        Found::OcspAnswer(answer) => print_answer(answer, out),
    }
}

fn print_key_file(file: &KeyFile, out: &mut dyn Write) -> io::Result<()> {
    line(out, "kind", "key file (PKCS#12)")?;
    for key in &file.keys {
        line(out, "key of", &key.owner.full_name)?;
        if let Some(iin) = &key.owner.iin {
            line(out, "IIN", iin)?;
        }
        line(out, "purpose", show::purpose(key.purpose))?;
        line(out, "serial", &key.serial)?;
    }
    for refused in &file.refused {
        line(out, "refused", refused)?;
    }
    for certificate in &file.certificates {
        writeln!(out)?;
        show::certificate(certificate, out)?;
    }
    Ok(())
}

fn print_certificate(certificate: &CertificateFacts, out: &mut dyn Write) -> io::Result<()> {
    line(out, "kind", "certificate")?;
    show::certificate(&certificate.facts, out)?;
    if let Some(identifier) = &certificate.key_identifier {
        line(out, "key identifier", identifier)?;
    }
    if let Some(usage) = &certificate.key_usage {
        line(out, "key usage", usage.join(", "))?;
    }
    if let Some(usages) = &certificate.extended_key_usage {
        line(out, "extended usage", usages.join(", "))?;
    }
    for (name, addresses) in [
        ("OCSP", &certificate.ocsp_addresses),
        ("CRL", &certificate.crl_addresses),
        ("issuer at", &certificate.issuer_addresses),
    ] {
        for address in addresses {
            line(out, name, address)?;
        }
    }
    Ok(())
}

fn print_document(document: &Inspection, out: &mut dyn Write) -> io::Result<()> {
    line(out, "kind", "signed document (CMS)")?;
    line(out, "content type", &document.content_type)?;
    match document.content_length {
        Some(length) => line(out, "content", format!("{length} bytes inside"))?,
        None => line(out, "content", "kept apart")?,
    }
    for certificate in &document.certificates {
        line(out, "certificate", certificate)?;
    }
    line(out, "lists", document.revocation_lists)?;
    line(out, "signatures", document.signers.len())?;
    for signer in &document.signers {
        writeln!(out)?;
        line(out, "signed by", &signer.identifier)?;
        line(out, "digest", &signer.digest)?;
        line(out, "algorithm", &signer.signature_algorithm)?;
        line(out, "attributes", signer.signed_attributes.join(", "))?;
        line(out, "unsigned", signer.unsigned_attributes.join(", "))?;
    }
    Ok(())
}

fn print_list(list: &CrlInspection, out: &mut dyn Write) -> io::Result<()> {
    line(out, "kind", "revocation list (CRL)")?;
    line(out, "issuer", &list.issuer)?;
    line(out, "this update", list.this_update.to_rfc3339())?;
    if let Some(moment) = list.next_update {
        line(out, "next update", moment.to_rfc3339())?;
    }
    if let Some(number) = &list.number {
        line(out, "number", number)?;
    }
    if let Some(base) = &list.delta_since {
        line(out, "delta since", base)?;
    }
    line(out, "indirect", list.indirect)?;
    line(out, "revoked", list.revoked)
}

fn print_answer(answered: &Answered, out: &mut dyn Write) -> io::Result<()> {
    line(out, "kind", "OCSP answer")?;
    line(out, "status", answered.status)?;
    let Some(answer) = &answered.answer else {
        return Ok(());
    };
    line(out, "produced at", answer.produced_at.to_rfc3339())?;
    line(out, "responder", &answer.responder)?;
    for each in &answer.answers {
        let next = each
            .next_update
            .map_or("open".to_owned(), |moment| moment.to_rfc3339());
        let dates = format!("{} … {next}", each.this_update.to_rfc3339());
        line(
            out,
            "answer",
            format!("{}: {} ({dates})", each.serial, each.status),
        )?;
    }
    Ok(())
}
