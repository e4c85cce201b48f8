//! `inspect`: what a file holds. Nothing is judged.

use crate::arguments::Inspect;
use crate::input::Files;
use crate::show::{self, Printer};
use crate::words::{self, Language};
use crate::{Error, Exit, Surroundings};
use balabaqsha_pki::armour;
use balabaqsha_pki::certificate::Certificate;
use balabaqsha_pki::cms::{self, Inspection};
use balabaqsha_pki::keystore::{self, KeyDescription};
use balabaqsha_pki::recognise::{self, DocumentKind};
use balabaqsha_pki::revocation::{Crl, CrlInspection, OcspError, OcspInspection, OcspResponse};
use balabaqsha_pki::tsp::{self, StampInspection};
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
    TimeStamp(StampInspection),
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
    language: Language,
    surroundings: &dyn Surroundings,
    out: &mut dyn Write,
) -> Result<Exit, Error> {
    let path = &arguments.file;
    let file = Files::new(surroundings).any(path)?;
    let mut all = Vec::new();
    let contents = armour::read(&file);
    for document in &contents.documents {
        let document = &document.bytes;
        let kind = recognise::kind(document).ok_or_else(|| {
            let known = "neither a key file nor a certificate, a signed document, a revocation \
                         list, an OCSP answer or a time stamp";
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
        let mut print = Printer::new(out, language);
        for (place, found) in all.iter().enumerate() {
            if place > 0 {
                print.blank()?;
            }
            show_found(found, &mut print)?;
        }
        print.flush()?;
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
        DocumentKind::TimeStampAnswer => {
            let token = tsp::token(document).map_err(|error| text(&error))?;
            let stamp = tsp::inspect(&token).ok_or("there is no time stamp in the answer")?;
            Ok(Found::TimeStamp(stamp))
        }
        DocumentKind::SignedDocument | DocumentKind::KeyFile => cms::inspect(document)
            .map(|document| match document.timestamp {
                Some(stamp) => Found::TimeStamp(stamp),
                None => Found::SignedDocument(document),
            })
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

fn show_found(found: &Found, print: &mut Printer<'_>) -> io::Result<()> {
    match found {
        Found::KeyFile(file) => show_key_file(file, print),
        Found::Certificate(certificate) => show_certificate(certificate, print),
        Found::SignedDocument(document) => show_document(document, print),
        Found::RevocationList(list) => show_list(list, print),
        Found::OcspAnswer(answer) => show_answer(answer, print),
        Found::TimeStamp(stamp) => {
            kind("time stamp", print)?;
            show_stamp(stamp, print)
        }
    }
}

fn kind(name: &'static str, print: &mut Printer<'_>) -> io::Result<()> {
    let name = words::value(name, print.language);
    print.line("kind", name)
}

fn show_key_file(file: &KeyFile, print: &mut Printer<'_>) -> io::Result<()> {
    kind("key file (PKCS#12)", print)?;
    for key in &file.keys {
        print.line("key of", &key.owner.full_name)?;
        if let Some(iin) = &key.owner.iin {
            print.line("IIN", iin)?;
        }
        print.line("purpose", show::purpose(key.purpose, print.language))?;
        print.line("serial", &key.serial)?;
        if let Some(name) = &key.friendly_name {
            print.line("name of key", name)?;
        }
    }
    for refused in &file.refused {
        print.line("refused", refused)?;
    }
    for certificate in &file.certificates {
        print.blank()?;
        show::certificate(certificate, print)?;
    }
    Ok(())
}

fn show_certificate(certificate: &CertificateFacts, print: &mut Printer<'_>) -> io::Result<()> {
    kind("certificate", print)?;
    show::certificate(&certificate.facts, print)?;
    if let Some(identifier) = &certificate.key_identifier {
        print.line("key identifier", identifier)?;
    }
    if let Some(usages) = &certificate.key_usage {
        print.line("key usage", usages.join(", "))?;
    }
    if let Some(usages) = &certificate.extended_key_usage {
        print.line("extended usage", usages.join(", "))?;
    }
    for address in &certificate.ocsp_addresses {
        print.line("OCSP", address)?;
    }
    for address in &certificate.crl_addresses {
        print.line("CRL", address)?;
    }
    for address in &certificate.issuer_addresses {
        print.line("issuer at", address)?;
    }
    Ok(())
}

fn show_document(document: &Inspection, print: &mut Printer<'_>) -> io::Result<()> {
    let language = print.language;
    kind("signed document (CMS)", print)?;
    print.line("content type", &document.content_type)?;
    match document.content_length {
        Some(length) => {
            let inside = words::value("bytes inside", language);
            print.line("content", format!("{length} {inside}"))?;
        }
        None => print.line("content", words::value("kept apart", language))?,
    }
    for certificate in &document.certificates {
        print.line("certificate", certificate)?;
    }
    print.line("lists", document.revocation_lists)?;
    print.line("OCSP answers", document.ocsp_answers)?;
    for unread in &document.unread {
        print.line("not read", unread)?;
    }
    print.line("signatures", document.signers.len())?;
    for signer in &document.signers {
        print.blank()?;
        print.line("signed by", &signer.identifier)?;
        print.line("digest", &signer.digest)?;
        print.line("algorithm", &signer.signature_algorithm)?;
        print.line("attributes", signer.signed_attributes.join(", "))?;
        print.line("unsigned", signer.unsigned_attributes.join(", "))?;
        for stamp in &signer.timestamps {
            show_stamp(stamp, print)?;
        }
    }
    Ok(())
}

fn show_stamp(stamp: &StampInspection, print: &mut Printer<'_>) -> io::Result<()> {
    print.line("stamped", stamp.time.to_rfc3339())?;
    print.line("stamp serial", &stamp.serial)?;
    print.line("stamp policy", &stamp.policy)?;
    let unsupported = words::value("not supported", print.language);
    let digest = stamp.digest.as_deref().unwrap_or(unsupported);
    print.line("stamp over", format!("{digest} {}", stamp.imprint))
}

fn show_list(list: &CrlInspection, print: &mut Printer<'_>) -> io::Result<()> {
    kind("revocation list (CRL)", print)?;
    print.line("issuer", &list.issuer)?;
    print.line("this update", list.this_update.to_rfc3339())?;
    if let Some(moment) = list.next_update {
        print.line("next update", moment.to_rfc3339())?;
    }
    if let Some(number) = &list.number {
        print.line("number", number)?;
    }
    if let Some(base) = &list.delta_since {
        print.line("delta since", base)?;
    }
    let indirect = if list.indirect { "yes" } else { "no" };
    print.line("indirect", words::value(indirect, print.language))?;
    print.line("revoked", list.revoked)
}

fn show_answer(answered: &Answered, print: &mut Printer<'_>) -> io::Result<()> {
    let language = print.language;
    kind("OCSP answer", print)?;
    print.line("status", words::value(answered.status, language))?;
    let Some(answer) = &answered.answer else {
        return Ok(());
    };
    print.line("produced at", answer.produced_at.to_rfc3339())?;
    print.line("responder", &answer.responder)?;
    for each in &answer.answers {
        let next = each.next_update.map_or_else(
            || words::value("open", language).to_owned(),
            |moment| moment.to_rfc3339(),
        );
        let dates = format!("{} … {next}", each.this_update.to_rfc3339());
        let status = words::value(each.status, language);
        print.line("answer", format!("{}: {status} ({dates})", each.serial))?;
    }
    Ok(())
}
