//! R7: before the list a window tells that choosing takes the child off the queue, and what to look
//! at. «ОК» opens the list.

use crate::{
    components::dialog::Dialog,
    flows::use_choosing,
    i18n::{t, use_i18n},
    pages::words,
    router::use_router,
    routes::{ApplicationTab, Route},
};
use balabaqsha_shared::id::ApplicationId;
use leptos::prelude::*;

#[component]
pub fn Notice(id: ApplicationId, open: Signal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let router = use_router();
    let flow = use_choosing();
    let agree = move |_| flow.update(|choosing| choosing.notice(id));
    let leave = move || router.go(&Route::Application(id, ApplicationTab::Data));
    view! {
        <Dialog id="notice" title=words(t::choosing::NOTICE) open=open
            on_cancel=Callback::new(move |()| leave())>
            <p><strong>{i18n.t(t::choosing::NOTICE_QUEUE)}</strong></p>
            <p>{i18n.t(t::choosing::NOTICE_LOOK)}</p>
            <p>{i18n.t(t::choosing::NOTICE_LATER)}</p>
            <div class="buttons">
                <button type="button" class="btn" on:click=agree>{i18n.t(t::choosing::OK)}</button>
                <button type="button" class="btn ghost" on:click=move |_| leave()>
                    {i18n.t(t::common::CANCEL)}
                </button>
            </div>
        </Dialog>
    }
    .into_any()
}
