//! R7: before the list a window tells that choosing takes the child off the queue, and what to look
//! at. «ОК» opens the list.

use crate::{
    browser,
    components::{dialog::Dialog, fields::PlainButton, heading},
    flows::use_choosing,
    i18n::{t, t_string, use_i18n},
    navigation::use_navigation,
    routes::{ApplicationTab, Route},
};
use balabaqsha_shared::id::ApplicationId;
use leptos::prelude::*;

#[component]
pub fn Notice(id: ApplicationId, #[prop(into)] open: Signal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let navigation = use_navigation();
    let flow = use_choosing();
    let agree = move |()| {
        flow.update(|choosing| choosing.notice(id));
        // The dialog was open from the start, so there is nothing it could give the focus back to; and
        // nothing outside of it takes the focus before it is closed.
        browser::soon(heading::focus);
    };
    let leave = move |()| navigation.go(&Route::Application(id, ApplicationTab::Data));
    view! {
        <Dialog id="notice" title=move || t_string!(i18n, choosing.notice) open on_cancel=leave>
            <p><strong>{t!(i18n, choosing.notice_queue)}</strong></p>
            <p>{t!(i18n, choosing.notice_look)}</p>
            <p>{t!(i18n, choosing.notice_later)}</p>
            <div class="buttons">
                <PlainButton text=move || t_string!(i18n, choosing.ok) on_press=agree class="btn"/>
                <PlainButton text=move || t_string!(i18n, common.cancel) on_press=leave/>
            </div>
        </Dialog>
    }
}
