//! The confirmation: the number, what happens next, the document.

use crate::{
    api::use_api,
    components::{card::Card, heading::Heading, links::ActionLink, paper_card::PaperCard},
    i18n::{format, t, t_string, use_i18n},
    remote::{Fetched, Remote},
    routes::{ApplicationTab, Route},
    state::use_outcome,
};
use balabaqsha_shared::{dto::Application, id::ApplicationId};
use leptos::prelude::*;

#[component]
pub fn SubmittedPage(id: ApplicationId) -> impl IntoView {
    let api = use_api();
    use_outcome().shown();
    let application: Remote<Application> = Remote::new(move || api.application(id)).in_language();
    view! {
        <Fetched data=application page=true let:application><Confirmation application/></Fetched>
    }
}

#[component]
fn Confirmation(application: Application) -> impl IntoView {
    let i18n = use_i18n();
    let Application {
        id,
        number,
        submitted_at,
        position,
        choosing,
        ..
    } = application;
    // What choosing waits for, and until when.
    let reasons = choosing.unmet.into_iter();
    let reasons = reasons
        .map(|reason| view! { <p>{reason.detail}</p> })
        .collect_view();
    let position = position.map(|position| {
        let (year, number) = (position.birth_year, position.number);
        let words = move || {
            t_string!(
                i18n,
                queueing.your_number,
                number = format::number(i18n.get_locale(), number),
                year = year.to_string()
            )
        };
        view! { <p>{words}</p> }
    });
    view! {
        <div class="panel">
            <Heading text=move || t_string!(i18n, queueing.done)/>
            <p>
                {t!(i18n, application.number)}
                <strong class="num">{number.as_str().to_owned()}</strong>
            </p>
            <p>{move || format::moment(i18n.get_locale(), submitted_at)}</p>
        </div>
        <div class="grid">
            <Card title=move || t_string!(i18n, queue.heading)>
                {position}
                <p>{t!(i18n, queueing.done_next)}</p>
                {reasons}
                <p class="buttons">
                    <ActionLink to=Route::Application(id, ApplicationTab::Data)
                        text=move || t_string!(i18n, queueing.open)/>
                </p>
            </Card>
            <PaperCard id text=move || t_string!(i18n, queueing.done_document_text)/>
        </div>
    }
}
