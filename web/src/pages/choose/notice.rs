//! R7: before the list a window tells that choosing takes the child off the queue, and what to look
//! at. «ОК» opens the list.

use crate::{
    components::{dialog::modal, fields::plain_button},
    dom::{El, button, div, p, strong},
    flows::use_choosing,
    i18n::t,
    router::use_router,
    routes::{ApplicationTab, Route},
};
use balabaqsha_shared::id::ApplicationId;

pub fn notice(id: ApplicationId, open: impl Fn() -> bool + 'static) -> El {
    let router = use_router();
    let flow = use_choosing();
    let agree = move || flow.update(|choosing| choosing.notice(id));
    let leave = move || router.go(&Route::Application(id, ApplicationTab::Data));
    let ok = button()
        .attr("type", "button")
        .class("btn")
        .on_click(agree)
        .add(t::choosing::OK);
    modal(
        "notice",
        t::choosing::NOTICE,
        open,
        leave,
        (
            p().add(strong().add(t::choosing::NOTICE_QUEUE)),
            p().add(t::choosing::NOTICE_LOOK),
            p().add(t::choosing::NOTICE_LATER),
            div()
                .class("buttons")
                .add((ok, plain_button(t::common::CANCEL, leave))),
        ),
    )
}
