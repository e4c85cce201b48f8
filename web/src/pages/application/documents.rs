//! The tab «Общие документы»: the signed acts, to be seen and saved (R17).

use crate::{
    api::{Failure, use_api},
    browser::{self, BlobUrl},
    components::{
        fields::plain_button,
        tag::{Mood, tag},
        trouble::trouble_slot,
    },
    dom::{El, View, a, div, h2, li, p, say, span, ul, view},
    i18n::{self, Text, format, t},
    remote::Remote,
    routes::Route,
};
use balabaqsha_shared::{
    dto::{Document, DocumentList, SignatureVerdict},
    endpoint,
    id::ApplicationId,
};
use leptos::prelude::*;

pub fn tab(id: ApplicationId) -> View {
    let api = use_api();
    let documents: Remote<DocumentList> = Remote::new(move || api.documents(id));
    let failure = RwSignal::new(None::<Failure>);
    let list = documents.show(move |documents| {
        if documents.items.is_empty() {
            return view(p().class("empty").add(t::documents::EMPTY));
        }
        let items: Vec<El> = documents
            .items
            .iter()
            .map(|document| item(document, failure))
            .collect();
        view(ul().class("documents").add(items))
    });
    view((trouble_slot(failure), list))
}

fn item(document: &Document, failure: RwSignal<Option<Failure>>) -> El {
    let signed_at = document.signed_at;
    let number = document.number.as_str();
    let pdf = Download {
        path: endpoint::document_pdf(document.id),
        name: format!("{number}.pdf"),
    };
    let look = a()
        .class("btn")
        .href(&Route::Document(document.id).path())
        .add((
            t::documents::VIEW,
            span().class("visually-hidden").add((" ", number)),
        ));
    li().class("card").add((
        h2().add(i18n::name(&document.title)),
        p().add((
            number,
            " · ",
            say(move || t::documents::signed(&format::moment(signed_at))),
        )),
        p().add(verdict(&document.verdict)),
        div()
            .class("buttons")
            .add((look, download(pdf, t::documents::DOWNLOAD, failure))),
    ))
}

/// What the verification of the signature said.
pub fn verdict(verdict: &SignatureVerdict) -> El {
    match verdict.indication.as_str() {
        "PASSED" => tag(Mood::Good, t::documents::PASSED),
        "FAILED" => tag(Mood::Stop, t::documents::FAILED),
        _ => tag(Mood::Soon, t::documents::INDETERMINATE),
    }
}

/// A file of a document and the name it gets on the disk.
#[derive(Clone, Debug)]
pub struct Download {
    pub path: String,
    pub name: String,
}

/// Files are the person's own: they are fetched with the access token, which a plain link lacks.
pub fn download(file: Download, label: Text, failure: RwSignal<Option<Failure>>) -> El {
    let api = use_api();
    let busy = RwSignal::new(false);
    let save = move || {
        if busy.get_untracked() {
            return;
        }
        let Download { path, name } = file.clone();
        busy.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            let answer = api.file(path).await;
            busy.try_set(false);
            match answer {
                Ok(blob) => {
                    if let Some(url) = BlobUrl::new(&blob) {
                        browser::save(&url, &name);
                    }
                }
                Err(refused) => drop(failure.try_set(Some(refused))),
            }
        });
    };
    plain_button(label, save).busy_when(busy)
}
