//! The confirmation: the number, what happens next, the document.

use crate::{
    api::use_api,
    components::heading::heading,
    dom::{View, a, div, p, say, strong, view},
    i18n::{format, t},
    pages::{action, card},
    remote::Remote,
    routes::{ApplicationTab, Route},
};
use balabaqsha_shared::{dto::Application, id::ApplicationId};

pub fn page(id: ApplicationId) -> View {
    let api = use_api();
    let application: Remote<Application> = Remote::new(move || api.application(id));
    application.show(confirmation)
}

fn confirmation(application: &Application) -> View {
    let id = application.id;
    let submitted_at = application.submitted_at;
    let position = application.position.as_ref().map(|position| {
        let (year, number) = (position.birth_year, position.number);
        p().add(say(move || {
            t::queueing::your_number(&format::number(number), &year.to_string())
        }))
    });
    let open = Route::Application(id, ApplicationTab::Data);
    view((
        div().class("panel").add((
            heading(t::queueing::DONE),
            p().add((
                t::application::NUMBER,
                strong().class("num").add(application.number.as_str()),
            )),
            p().add(say(move || format::moment(submitted_at))),
        )),
        div().class("grid").add((
            card(
                t::queue::HEADING,
                (position, p().add(t::queueing::DONE_NEXT)),
            ),
            card(
                t::queueing::DONE_DOCUMENT,
                (
                    p().add(t::queueing::DONE_DOCUMENT_TEXT),
                    p().class("buttons").add((
                        action(
                            &Route::Application(id, ApplicationTab::Documents),
                            t::application::TAB_DOCUMENTS,
                        ),
                        a().class("btn ghost")
                            .href(&open.path())
                            .add(t::queueing::OPEN),
                    )),
                ),
            ),
        )),
    ))
}
