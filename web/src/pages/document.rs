//! A signed act: the paper in the page, its files, the text, the signer and the verdict on the
//! signature.

use super::{
    application::documents::{Download, download, verdict},
    back,
};
use crate::{
    api::{Failure, use_api},
    browser::BlobUrl,
    components::{
        facts::{fact, facts},
        heading::heading,
        notice::paper,
        trouble::trouble_slot,
    },
    dom::{Content, El, View, code, div, h2, h3, iframe, li, p, say, section, ul, view},
    i18n::{Text, format, language, t},
    remote::Remote,
    routes::{ApplicationTab, Route},
};
use balabaqsha_shared::{
    dto::{Document, SignatureVerdict},
    endpoint,
    id::DocumentId,
};
use leptos::prelude::*;

pub fn page(id: DocumentId) -> View {
    let api = use_api();
    let document: Remote<Document> = Remote::new(move || api.document(id));
    document.show(content)
}

fn content(document: &Document) -> View {
    let title = document.title.clone();
    let number = document.number.clone();
    let failure = RwSignal::new(None::<Failure>);
    let file = |path: String, extension: &str, label: Text| {
        let name = format!("{}.{extension}", document.number);
        download(Download { path, name }, label, failure)
    };
    let id = document.id;
    let files = div().class("buttons").add((
        file(endpoint::document_pdf(id), "pdf", t::documents::DOWNLOAD),
        file(
            endpoint::document_content(id),
            "txt",
            t::documents::DOWNLOAD_TEXT,
        ),
        file(
            endpoint::document_signature(id),
            "p7s",
            t::documents::DOWNLOAD_SIGNATURE,
        ),
    ));
    let text = section().add((h2().add(t::documents::TEXT), paper(&document.text)));
    view((
        back(
            &Route::Application(document.application_id, ApplicationTab::Documents),
            t::application::TAB_DOCUMENTS,
        ),
        heading(say(move || format!("{} {number}", title.get(language())))),
        files,
        trouble_slot(failure),
        sheet(id),
        p().class("muted").add(t::documents::SHEET_NOTE),
        div().class("two even").add((signature(document), text)),
    ))
}

/// Who signed, and what the verification said.
fn signature(document: &Document) -> El {
    let signed_at = document.signed_at;
    let signer = &document.signer;
    section().class("card").add((
        h2().add((t::documents::SIGNATURE, " ", verdict(&document.verdict))),
        facts((
            fact(t::documents::SIGNER, signer.name.as_str()),
            fact(t::common::IIN, signer.iin_masked.as_str()),
            fact(
                t::documents::SIGNED_AT,
                say(move || format::moment(signed_at)),
            ),
            fact(t::documents::ALGORITHM, signer.algorithm.as_str()),
            fact(
                t::documents::CERTIFICATE,
                signer.certificate_serial.as_str(),
            ),
            fact(t::documents::ISSUER, signer.issuer.as_str()),
            fact(t::documents::DIGEST, code().add(document.sha256.as_str())),
        )),
        checks(&document.verdict),
    ))
}

/// The PDF inside the page.
fn sheet(id: DocumentId) -> View {
    let api = use_api();
    // The address lives as long as the page that shows it.
    let url: Remote<BlobUrl> = Remote::new(move || async move {
        let blob = api.file(endpoint::document_pdf(id)).await?;
        BlobUrl::new(&blob).ok_or(Failure::Unreadable)
    });
    url.show(|url| {
        iframe()
            .class("sheet")
            .attr("src", url.as_str())
            .words_attr("title", t::documents::SHEET)
    })
}

/// What was checked about the signature, and what was not.
fn checks(verdict: &SignatureVerdict) -> impl Content {
    let list = |title: Text, names: &[String]| {
        let items: Vec<El> = names
            .iter()
            .map(|name| {
                let name = name.clone();
                li().add(say(move || check(&name)))
            })
            .collect();
        (!items.is_empty()).then(|| (h3().add(title), ul().add(items)))
    };
    (
        list(t::documents::CHECKED, &verdict.checked),
        list(t::documents::NOT_CHECKED, &verdict.not_checked),
    )
}

/// The stable name of a check in words; one that is not known here as it is.
fn check(name: &str) -> String {
    use t::checks as words;
    let text = match name {
        "format" => words::FORMAT,
        "signing-certificate" => words::SIGNING_CERTIFICATE,
        "content-type" => words::CONTENT_TYPE,
        "message-digest" => words::MESSAGE_DIGEST,
        "signature" => words::SIGNATURE,
        "signing-certificate-attribute" => words::SIGNING_CERTIFICATE_ATTRIBUTE,
        "algorithms" => words::ALGORITHMS,
        "chain" => words::CHAIN,
        "revocation" => words::REVOCATION,
        "purpose" => words::PURPOSE,
        "timestamp" => words::TIMESTAMP,
        other => return other.replace(['-', '_'], " "),
    };
    text.get().to_owned()
}
