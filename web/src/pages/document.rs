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
        facts::{Facts, plain},
        heading::Heading,
        paper::Paper,
        tag::tag,
        trouble::TroubleSlot,
    },
    i18n::{I18n, Text, format, t, use_i18n},
    remote::Remote,
    routes::{ApplicationTab, Route},
};
use balabaqsha_shared::{
    dto::{Document, SignatureVerdict},
    endpoint,
    id::DocumentId,
};
use leptos::prelude::*;
use std::sync::Arc;

pub fn page(id: DocumentId) -> AnyView {
    let api = use_api();
    let i18n = use_i18n();
    let document: Remote<Document> = Remote::new(move || api.document(id));
    document
        .show(move |document| content(document, i18n))
        .into_any()
}

fn content(document: Document, i18n: I18n) -> AnyView {
    let title = document.title.clone();
    let number = document.number.clone();
    let heading = {
        let number = number.clone();
        i18n.say(move |language| format!("{} {number}", title.get(language)))
    };
    let failure = RwSignal::new(None::<Failure>);
    let files = [
        (
            endpoint::document_pdf(document.id),
            "pdf",
            t::documents::DOWNLOAD,
        ),
        (
            endpoint::document_content(document.id),
            "txt",
            t::documents::DOWNLOAD_TEXT,
        ),
        (
            endpoint::document_signature(document.id),
            "p7s",
            t::documents::DOWNLOAD_SIGNATURE,
        ),
    ]
    .map(|(path, extension, label)| {
        let file = Download {
            path,
            name: format!("{number}.{extension}"),
        };
        download(file, label, failure, i18n)
    })
    .into_iter()
    .collect_view();
    let signed_at = document.signed_at;
    let signer = document.signer;
    let facts = vec![
        (t::documents::SIGNER, plain(signer.name)),
        (t::common::IIN, plain(signer.iin_masked)),
        (
            t::documents::SIGNED_AT,
            i18n.say(move |language| format::moment(language, signed_at))
                .into_any(),
        ),
        (t::documents::ALGORITHM, plain(signer.algorithm)),
        (t::documents::CERTIFICATE, plain(signer.certificate_serial)),
        (t::documents::ISSUER, plain(signer.issuer)),
        (
            t::documents::DIGEST,
            view! { <code>{document.sha256}</code> }.into_any(),
        ),
    ];
    view! {
        {back(
            &Route::Application(document.application_id, ApplicationTab::Documents),
            t::application::TAB_DOCUMENTS,
        )}
        <Heading words=heading/>
        <div class="buttons">{files}</div>
        <TroubleSlot failure=failure/>
        <Sheet id=document.id/>
        <div class="two even">
            <section class="card">
                <h2>{i18n.t(t::documents::SIGNATURE)} " " {tag(verdict(&document.verdict), i18n)}</h2>
                <Facts facts=facts/>
                {checks(&document.verdict, i18n)}
            </section>
            <section>
                <h2>{i18n.t(t::documents::TEXT)}</h2>
                <Paper text=document.text/>
            </section>
        </div>
    }
    .into_any()
}

/// The PDF inside the page.
#[component]
fn Sheet(id: DocumentId) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let sheet: Remote<SheetUrl> = Remote::new(move || async move {
        let blob = api.file(&endpoint::document_pdf(id)).await?;
        BlobUrl::new(&blob)
            .map(|url| SheetUrl(Arc::new(url)))
            .ok_or(Failure::Unreadable)
    });
    let view = sheet.show(move |SheetUrl(url)| {
        let source = url.as_str().to_owned();
        // The address lives as long as what shows it.
        let kept = StoredValue::new(url);
        on_cleanup(move || kept.dispose());
        view! { <iframe class="sheet" src=source title=i18n.t(t::documents::SHEET)></iframe> }
            .into_any()
    });
    view! { {view} <p class="muted">{i18n.t(t::documents::SHEET_NOTE)}</p> }.into_any()
}

/// Two sheets are the same only when they are one.
#[derive(Clone, Debug)]
struct SheetUrl(Arc<BlobUrl>);

impl PartialEq for SheetUrl {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// What was checked about the signature, and what was not.
fn checks(verdict: &SignatureVerdict, i18n: I18n) -> AnyView {
    let list = |title: Text, names: &[String]| {
        (!names.is_empty()).then(|| {
            let items = names
                .iter()
                .map(|name| {
                    let name = name.clone();
                    view! { <li>{i18n.say(move |language| check(&name, language))}</li> }
                })
                .collect_view();
            view! { <h3>{i18n.t(title)}</h3><ul>{items}</ul> }
        })
    };
    view! {
        {list(t::documents::CHECKED, &verdict.checked)}
        {list(t::documents::NOT_CHECKED, &verdict.not_checked)}
    }
    .into_any()
}

/// The stable name of a check in words; one that is not known here as it is.
fn check(name: &str, language: balabaqsha_shared::Language) -> String {
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
    text.get(language).to_owned()
}
