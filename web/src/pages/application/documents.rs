//! The tab «Общие документы»: the signed acts, to be seen and saved (R17).

use crate::{
    api::{Failure, use_api},
    browser::{self, BlobUrl},
    components::{
        tag::{Mood, tag},
        trouble::TroubleSlot,
    },
    i18n::{I18n, Text, format, t, use_i18n},
    remote::Remote,
    routes::Route,
};
use balabaqsha_shared::{
    dto::{Document, DocumentList, SignatureVerdict},
    endpoint,
    id::ApplicationId,
};
use leptos::prelude::*;

pub fn tab(id: ApplicationId) -> AnyView {
    let api = use_api();
    let i18n = use_i18n();
    let documents: Remote<DocumentList> = Remote::new(move || api.documents(id));
    let failure = RwSignal::new(None::<Failure>);
    let view = documents.show(move |documents| {
        if documents.items.is_empty() {
            return view! { <p class="empty">{i18n.t(t::documents::EMPTY)}</p> }.into_any();
        }
        let items = documents
            .items
            .into_iter()
            .map(|document| item(document, failure, i18n))
            .collect_view();
        view! { <ul class="documents">{items}</ul> }.into_any()
    });
    view! { <TroubleSlot failure=failure/> {view} }.into_any()
}

fn item(document: Document, failure: RwSignal<Option<Failure>>, i18n: I18n) -> AnyView {
    let (title, signed_at) = (document.title, document.signed_at);
    let number = document.number;
    let file = Download {
        path: endpoint::document_pdf(document.id),
        name: format!("{number}.pdf"),
    };
    view! {
        <li class="card">
            <h2>{i18n.say(move |language| title.get(language).to_owned())}</h2>
            <p>
                {number.clone()} " · "
                {i18n.say(move |language| {
                    t::documents::signed(language, &format::moment(language, signed_at))
                })}
            </p>
            <p>{tag(verdict(&document.verdict), i18n)}</p>
            <div class="buttons">
                <a class="btn" href=Route::Document(document.id).path()>
                    {i18n.t(t::documents::VIEW)}
                    <span class="visually-hidden">" " {number}</span>
                </a>
                {download(file, t::documents::DOWNLOAD, failure, i18n)}
            </div>
        </li>
    }
    .into_any()
}

/// What the verification of the signature said.
pub fn verdict(verdict: &SignatureVerdict) -> (Mood, Text) {
    match verdict.indication.as_str() {
        "PASSED" => (Mood::Good, t::documents::PASSED),
        "FAILED" => (Mood::Stop, t::documents::FAILED),
        _ => (Mood::Soon, t::documents::INDETERMINATE),
    }
}

/// A file of a document and the name it gets on the disk.
#[derive(Clone, Debug)]
pub struct Download {
    pub path: String,
    pub name: String,
}

/// Files are the person's own: they are fetched with the access token, which a plain link lacks.
pub fn download(
    file: Download,
    label: Text,
    failure: RwSignal<Option<Failure>>,
    i18n: I18n,
) -> AnyView {
    let api = use_api();
    let busy = RwSignal::new(false);
    let save = move |_| {
        if busy.get_untracked() {
            return;
        }
        let file = file.clone();
        busy.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            let answer = api.file(&file.path).await;
            busy.try_set(false);
            match answer {
                Ok(blob) => {
                    if let Some(url) = BlobUrl::new(&blob) {
                        browser::save(&url, &file.name);
                    }
                }
                Err(refused) => {
                    failure.try_set(Some(refused));
                }
            }
        });
    };
    view! {
        <button type="button" class="btn ghost" on:click=save
            aria-disabled=move || busy.get().then_some("true")>
            {i18n.t(label)}
        </button>
    }
    .into_any()
}
