//! The tab «Общие документы»: the signed acts, to be seen and saved (R17).

use crate::{
    api::{Failure, use_api},
    components::{
        document::{DownloadButton, VerdictTag},
        trouble::TroubleSlot,
    },
    i18n::{format, localized, t, t_string, use_i18n},
    remote::{Fetched, Remote},
    routes::Route,
    state::Topic,
};
use balabaqsha_shared::{
    dto::{Document, DocumentList},
    endpoint,
    id::ApplicationId,
};
use leptos::prelude::*;

const REFRESH_SECONDS: u32 = 60;

#[component]
pub fn DocumentsTab(id: ApplicationId) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let documents: Remote<DocumentList> =
        Remote::new(move || api.documents(id)).follow(Topic::Account, REFRESH_SECONDS);
    let failure = RwSignal::new(None::<Failure>);
    let list = move |documents: DocumentList| {
        if documents.items.is_empty() {
            return view! { <p class="empty">{t!(i18n, documents.empty)}</p> }.into_any();
        }
        let items = documents.items.into_iter();
        let items = items.map(|document| view! { <Item document failure/> });
        view! { <ul class="documents">{items.collect_view()}</ul> }.into_any()
    };
    view! {
        <TroubleSlot failure/>
        <Fetched data=documents let:found>{list(found)}</Fetched>
    }
}

#[component]
fn Item(document: Document, failure: RwSignal<Option<Failure>>) -> impl IntoView {
    let i18n = use_i18n();
    let Document {
        id,
        title,
        number,
        signed_at,
        verdict,
        ..
    } = document;
    let signed = move || {
        let at = format::moment(i18n.get_locale(), signed_at);
        t_string!(i18n, documents.signed, at = at)
    };
    let file_name = format!("{number}.pdf");
    view! {
        <li class="card">
            <h2>{localized(i18n, &title)}</h2>
            <p>{number.clone()} " · " {signed}</p>
            <p><VerdictTag verdict/></p>
            <div class="buttons">
                <a class="btn" href=Route::Document(id).path()>
                    {t!(i18n, documents.view)}
                    <span class="visually-hidden">" " {number}</span>
                </a>
                <DownloadButton text=move || t_string!(i18n, documents.download)
                    path=endpoint::document_pdf(id) file_name failure/>
            </div>
        </li>
    }
}
