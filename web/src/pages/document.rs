//! A signed act: the paper in the page, its files, the text, the signer and the verdict on the
//! signature.

use super::not_found::NotFoundPage;
use crate::{
    api::{Failure, Loss, use_api},
    browser::BlobUrl,
    components::{
        document::{DownloadButton, VerdictTag},
        facts::{Fact, Facts},
        heading::Heading,
        links::BackLink,
        notice::Paper,
        trouble::TroubleSlot,
    },
    i18n::{Locale, format, language, t, t_string, td_string, use_i18n},
    remote::{Fetched, Remote},
    routes::{ApplicationTab, Route},
};
use balabaqsha_shared::{
    Code,
    dto::{Document, SignatureVerdict, Signer},
    endpoint,
    id::DocumentId,
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn DocumentPage(id: DocumentId) -> impl IntoView {
    let api = use_api();
    let document: Remote<Document> = Remote::new(move || api.document(id));
    let unknown = Memo::new(move |_| {
        let failure = document.failure();
        failure.is_some_and(|failure| failure.is(Code::NotFound))
    });
    move || {
        if unknown.get() {
            view! { <NotFoundPage/> }.into_any()
        } else {
            view! { <Fetched data=document page=true let:document><Content document/></Fetched> }
                .into_any()
        }
    }
}

#[component]
fn Content(document: Document) -> impl IntoView {
    let i18n = use_i18n();
    let Document {
        id,
        title,
        number,
        application_id,
        ..
    } = document;
    let heading = {
        let number = number.clone();
        move || format!("{} {number}", title.get(language(i18n)))
    };
    view! {
        <BackLink to=Route::Application(application_id, ApplicationTab::Documents)
            text=move || t_string!(i18n, application.tab_documents)/>
        <Heading text=heading/>
        <Files id number/>
        <Sheet id/>
        <p class="muted">{t!(i18n, documents.sheet_note)}</p>
        <div class="two even">
            <Signature signer=document.signer verdict=document.verdict
                signed_at=document.signed_at sha256=document.sha256/>
            <section>
                <h2>{t!(i18n, documents.text)}</h2>
                <Paper text=document.text/>
            </section>
        </div>
    }
}

/// The document as files: the paper, the signed bytes, the signature.
#[component]
fn Files(id: DocumentId, number: String) -> impl IntoView {
    let i18n = use_i18n();
    let failure = RwSignal::new(None::<Failure>);
    let named = move |extension: &str| format!("{number}.{extension}");
    view! {
        <div class="buttons">
            <DownloadButton text=move || t_string!(i18n, documents.download)
                path=endpoint::document_pdf(id) file_name=named("pdf") failure/>
            <DownloadButton text=move || t_string!(i18n, documents.download_text)
                path=endpoint::document_content(id) file_name=named("txt") failure/>
            <DownloadButton text=move || t_string!(i18n, documents.download_signature)
                path=endpoint::document_signature(id) file_name=named("p7s") failure/>
        </div>
        <TroubleSlot failure/>
    }
}

/// The PDF inside the page.
#[component]
fn Sheet(id: DocumentId) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    // The address lives as long as the page that shows it.
    let url: Remote<Arc<BlobUrl>> = Remote::new(move || async move {
        let blob = api.file(endpoint::document_pdf(id)).await?;
        let url = BlobUrl::new(&blob).ok_or(Failure::lost(Loss::Unreadable))?;
        Ok(Arc::new(url))
    });
    view! {
        <Fetched data=url let:url>
            <iframe class="sheet" src=url.as_str().to_owned()
                title=move || t_string!(i18n, documents.sheet)></iframe>
        </Fetched>
    }
}

/// Who signed, and what the verification said.
#[component]
fn Signature(
    signer: Signer,
    verdict: SignatureVerdict,
    signed_at: DateTime<Utc>,
    sha256: String,
) -> impl IntoView {
    let i18n = use_i18n();
    let test_authority = verdict.test_authority.then(|| {
        view! { <p>{t!(i18n, documents.test_authority)}</p> }
    });
    view! {
        <section class="card">
            <h2>{t!(i18n, documents.signature)} " " <VerdictTag verdict=verdict.clone()/></h2>
            {test_authority}
            <Facts>
                <Fact name=move || t_string!(i18n, documents.signer)>{signer.name}</Fact>
                <Fact name=move || t_string!(i18n, common.iin)>{signer.iin_masked}</Fact>
                <Fact name=move || t_string!(i18n, documents.signed_at)>
                    {move || format::moment(i18n.get_locale(), signed_at)}
                </Fact>
                <Fact name=move || t_string!(i18n, documents.algorithm)>{signer.algorithm}</Fact>
                <Fact name=move || t_string!(i18n, documents.certificate)>
                    {signer.certificate_serial}
                </Fact>
                <Fact name=move || t_string!(i18n, documents.issuer)>{signer.issuer}</Fact>
                <Fact name=move || t_string!(i18n, documents.digest)>
                    <code>{sha256}</code>
                </Fact>
            </Facts>
            <Checks title=move || t_string!(i18n, documents.checked) names=verdict.checked/>
            <Checks title=move || t_string!(i18n, documents.not_checked)
                names=verdict.not_checked/>
        </section>
    }
}

/// What was checked about the signature, or what was not.
#[component]
fn Checks(#[prop(into)] title: Signal<String>, names: Vec<String>) -> impl IntoView {
    let i18n = use_i18n();
    (!names.is_empty()).then(|| {
        let items = names
            .into_iter()
            .map(|name| view! { <li>{move || check(i18n.get_locale(), &name)}</li> });
        view! {
            <h3>{title}</h3>
            <ul>{items.collect_view()}</ul>
        }
    })
}

/// The stable name of a check in words; one that is not known here as it is.
fn check(locale: Locale, name: &str) -> String {
    let words = match name {
        "format" => td_string!(locale, checks.format),
        "signing-certificate" => td_string!(locale, checks.signing_certificate),
        "content-type" => td_string!(locale, checks.content_type),
        "message-digest" => td_string!(locale, checks.message_digest),
        "signature" => td_string!(locale, checks.signature),
        "signing-certificate-attribute" => {
            td_string!(locale, checks.signing_certificate_attribute)
        }
        "algorithms" => td_string!(locale, checks.algorithms),
        "chain" => td_string!(locale, checks.chain),
        "revocation" => td_string!(locale, checks.revocation),
        "purpose" => td_string!(locale, checks.purpose),
        "timestamp" => td_string!(locale, checks.timestamp),
        other => return other.replace(['-', '_'], " "),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_named_in_words() {
        assert_eq!(
            check(Locale::ru, "chain"),
            td_string!(Locale::ru, checks.chain)
        );
    }

    #[test]
    fn an_unknown_check_is_shown_by_its_own_name() {
        assert_eq!(
            check(Locale::ru, "archive-time_stamp"),
            "archive time stamp"
        );
    }
}
