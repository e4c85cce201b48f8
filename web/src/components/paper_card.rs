//! The paper of the act that was just signed, on its confirmation: to be seen and saved.

use super::{card::Card, document::DownloadButton, links::ActionLink, trouble::TroubleSlot};
use crate::{
    api::{Failure, use_api},
    i18n::{t, t_string, use_i18n},
    remote::{Fetched, Remote},
    routes::{ApplicationTab, Route},
};
use balabaqsha_shared::{
    dto::{Document, DocumentList},
    endpoint,
    id::ApplicationId,
};
use leptos::prelude::*;

#[component]
pub fn PaperCard(id: ApplicationId, #[prop(into)] text: Signal<String>) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let documents: Remote<DocumentList> = Remote::new(move || api.documents(id));
    let all = Route::Application(id, ApplicationTab::Documents);
    view! {
        <Card title=move || t_string!(i18n, referral.document)>
            <p>{text}</p>
            <Fetched data=documents let:documents>
                {newest(documents).map(|document| view! { <Paper document/> })}
            </Fetched>
            <p><a href=all.path()>{t!(i18n, application.tab_documents)}</a></p>
        </Card>
    }
}

/// The one that was signed last.
fn newest(documents: DocumentList) -> Option<Document> {
    let items = documents.items.into_iter();
    items.max_by_key(|document| document.signed_at)
}

#[component]
fn Paper(document: Document) -> impl IntoView {
    let i18n = use_i18n();
    let failure = RwSignal::new(None::<Failure>);
    let Document { id, number, .. } = document;
    view! {
        <div class="buttons">
            <ActionLink to=Route::Document(id) text=move || t_string!(i18n, documents.view)/>
            <DownloadButton text=move || t_string!(i18n, documents.download)
                path=endpoint::document_pdf(id) file_name=format!("{number}.pdf") failure/>
        </div>
        <TroubleSlot failure/>
    }
}
