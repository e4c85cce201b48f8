//! Parts of the pages about signed documents: the verdict on a signature, and the download of a
//! file.

use super::{
    fields::PlainButton,
    tag::{Mood, Tag},
    trouble::TroubleSlot,
};
use crate::{
    api::{Failure, Loss, use_api},
    browser::{self, BlobUrl},
    i18n::{t_string, use_i18n},
    remote::Remote,
};
use balabaqsha_shared::{
    dto::{Document, DocumentKind, DocumentList, SignatureVerdict},
    endpoint,
    id::ApplicationId,
};
use leptos::prelude::*;

/// What the verification of the signature said.
#[component]
pub fn VerdictTag(verdict: SignatureVerdict) -> impl IntoView {
    let i18n = use_i18n();
    match verdict.indication.as_str() {
        "PASSED" => view! {
            <Tag mood=Mood::Good text=move || t_string!(i18n, documents.passed)/>
        },
        "FAILED" => view! {
            <Tag mood=Mood::Stop text=move || t_string!(i18n, documents.failed)/>
        },
        _ => view! {
            <Tag mood=Mood::Soon text=move || t_string!(i18n, documents.indeterminate)/>
        },
    }
}

/// A file of a document, which is the person's own: it is fetched with the access token, which a
/// plain link lacks.
#[component]
pub fn DownloadButton(
    #[prop(into)] text: Signal<String>,
    path: String,
    /// The name that it gets on the disk.
    file_name: String,
    /// Takes what goes wrong, for a place outside of the row of buttons.
    failure: RwSignal<Option<Failure>>,
    #[prop(default = "btn ghost")] class: &'static str,
) -> impl IntoView {
    let api = use_api();
    let download = Action::new_local(move |(): &()| {
        let (path, file_name) = (path.clone(), file_name.clone());
        failure.set(None);
        async move {
            let saved = match api.file(path).await {
                Ok(blob) => match BlobUrl::new(&blob) {
                    Some(url) => {
                        browser::save(&url, &file_name);
                        Ok(())
                    }
                    None => Err(Failure::lost(Loss::Unreadable)),
                },
                Err(refused) => Err(refused),
            };
            if let Err(refused) = saved {
                failure.try_set(Some(refused));
            }
        }
    });
    let press = move |()| {
        if !download.pending().get_untracked() {
            download.dispatch_local(());
        }
    };
    view! { <PlainButton text busy=download.pending() on_press=press class/> }
}

/// The paper of the latest referral of an application, with its newest deadline, to be saved.
#[component]
pub fn ReferralPaper(application: ApplicationId) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let documents: Remote<DocumentList> = Remote::new(move || api.documents(application));
    let failure = RwSignal::new(None::<Failure>);
    let paper = move || {
        let paper = documents.with(|list| {
            let is_paper = |document: &&Document| document.kind == DocumentKind::Referral;
            list.items.iter().find(is_paper).cloned()
        })??;
        let file_name = format!("{}.pdf", paper.number);
        Some(view! {
            <p class="main-action">
                <DownloadButton text=move || t_string!(i18n, referral.download)
                    path=endpoint::document_pdf(paper.id) file_name failure class="btn"/>
            </p>
        })
    };
    view! {
        {paper}
        <TroubleSlot failure/>
    }
}
