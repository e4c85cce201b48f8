//! The confirmation: the number, until when to arrive and with what, the document.

use crate::{
    api::use_api,
    components::heading::heading,
    dom::{View, b, div, el, h2, p, section, strong, ul, view},
    i18n::{name, t},
    pages::{action, application::data, card, items, not_found},
    remote::Remote,
    routes::{ApplicationTab, Route},
};
use balabaqsha_shared::{
    dto::{Application, Referral},
    id::ApplicationId,
};

pub fn page(id: ApplicationId) -> View {
    let api = use_api();
    let application: Remote<Application> = Remote::new(move || api.application(id));
    application.show(|application| match &application.referral {
        Some(referral) => confirmation(referral),
        None => not_found::page(),
    })
}

fn confirmation(referral: &Referral) -> View {
    let documents = Route::Application(referral.application_id, ApplicationTab::Documents);
    let (deadline, left) = data::deadline(referral);
    let bring = [
        t::referral::BRING_REFERRAL,
        t::referral::BRING_IDENTITY,
        t::referral::BRING_BIRTH,
    ];
    let next = [
        t::referral::NEXT_DOCUMENT,
        t::referral::NEXT_ENROLMENT,
        t::referral::NEXT_LAPSE,
    ];
    let arrive = (
        p().add(b().add(deadline)),
        p().add(left),
        p().add((
            b().add(name(&referral.kindergarten_name)),
            el("br"),
            name(&referral.address),
            el("br"),
            data::phone(&referral.phone),
        )),
    );
    view((
        div().class("panel").add((
            heading(t::referral::DONE),
            p().add((
                t::referral::NUMBER,
                strong().class("num").add(referral.number.as_str()),
            )),
        )),
        div().class("grid").add((
            card(t::referral::ARRIVE_BY, arrive),
            card(t::referral::BRING, ul().add(items(&bring))),
            card(
                t::referral::DOCUMENT,
                (
                    p().add(t::referral::DOCUMENT_TEXT),
                    p().class("buttons")
                        .add(action(&documents, t::application::TAB_DOCUMENTS)),
                ),
            ),
        )),
        section().add((h2().add(t::referral::NEXT), ul().add(items(&next)))),
    ))
}
