//! The confirmation: the number, what happens next, the document.

use crate::{
    api::use_api,
    components::heading::Heading,
    i18n::{format, t, use_i18n},
    pages::words,
    remote::Remote,
    routes::{ApplicationTab, Route},
};
use balabaqsha_shared::{dto::Application, id::ApplicationId};
use leptos::prelude::*;

pub fn page(id: ApplicationId) -> AnyView {
    let i18n = use_i18n();
    let api = use_api();
    let application: Remote<Application> = Remote::new(move || api.application(id));
    let view = application.show(move |application| {
        let number = application.number.to_string();
        let submitted_at = application.submitted_at;
        let position = application.position.map(|position| {
            i18n.say(move |language| {
                t::queueing::your_number(
                    language,
                    &format::number(language, position.number),
                    &position.birth_year.to_string(),
                )
            })
        });
        view! {
            <div class="panel">
                <Heading words=words(t::queueing::DONE)/>
                <p>
                    {i18n.t(t::application::NUMBER)}
                    <strong class="num">{number}</strong>
                </p>
                <p>{i18n.say(move |language| format::moment(language, submitted_at))}</p>
            </div>
            <div class="grid">
                <section class="card">
                    <h2>{i18n.t(t::queue::HEADING)}</h2>
                    <p>{position}</p>
                    <p>{i18n.t(t::queueing::DONE_NEXT)}</p>
                </section>
                <section class="card">
                    <h2>{i18n.t(t::queueing::DONE_DOCUMENT)}</h2>
                    <p>{i18n.t(t::queueing::DONE_DOCUMENT_TEXT)}</p>
                    <p class="buttons">
                        <a class="btn" href=Route::Application(id, ApplicationTab::Documents).path()>
                            {i18n.t(t::application::TAB_DOCUMENTS)}
                        </a>
                        <a class="btn ghost" href=Route::Application(id, ApplicationTab::Data).path()>
                            {i18n.t(t::queueing::OPEN)}
                        </a>
                    </p>
                </section>
            </div>
        }
        .into_any()
    });
    view.into_any()
}
