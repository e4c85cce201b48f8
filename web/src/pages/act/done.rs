//! What the act has changed and what happens next.

use crate::{
    api::use_api,
    components::heading::heading,
    dom::{View, b, div, p, say, view},
    i18n::{format, t},
    pages::{action, application::data, card},
    remote::Remote,
    routes::{Act, ApplicationTab, Route},
};
use balabaqsha_shared::{dto::Application, id::ApplicationId};

pub fn page(id: ApplicationId, act: Act) -> View {
    let api = use_api();
    let application: Remote<Application> = Remote::new(move || api.application(id));
    application.show(move |application| confirmation(application, act))
}

fn confirmation(application: &Application, act: Act) -> View {
    let title = match act {
        Act::Extension => t::act::EXTEND_DONE,
        Act::Revocation => t::act::REVOKE_DONE,
        Act::Withdrawal => t::act::WITHDRAW_DONE,
    };
    let next = match act {
        Act::Extension => t::act::EXTEND_NEXT,
        Act::Revocation => t::act::REVOKE_NEXT,
        Act::Withdrawal => t::act::WITHDRAW_NEXT,
    };
    let deadline = application
        .referral
        .as_ref()
        .filter(|_| act == Act::Extension)
        .map(|referral| {
            let (deadline, left) = data::deadline(referral);
            p().class("deadline")
                .add((t::referral::ARRIVE_BY, ": ", b().add(deadline), " ", left))
        });
    let position = application.position.as_ref().map(|position| {
        let (number, year) = (position.number, position.birth_year);
        p().add(say(move || {
            t::queueing::your_number(&format::number(number), &year.to_string())
        }))
    });
    let documents = Route::Application(application.id, ApplicationTab::Documents);
    view((
        div().class("panel").add((
            heading(title),
            p().add((
                t::application::NUMBER,
                " ",
                b().add(application.number.as_str()),
            )),
        )),
        div().class("grid").add((
            card(t::referral::NEXT, (deadline, position, p().add(next))),
            card(
                t::referral::DOCUMENT,
                (
                    p().add(t::act::DOCUMENT),
                    p().class("buttons")
                        .add(action(&documents, t::application::TAB_DOCUMENTS)),
                ),
            ),
        )),
    ))
}
