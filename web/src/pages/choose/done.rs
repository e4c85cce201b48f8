//! The confirmation: the number, until when to arrive and with what, the document.

use crate::{
    api::use_api,
    components::heading::Heading,
    flows::use_choosing,
    i18n::{I18n, format, t, use_i18n},
    pages::words,
    remote::Remote,
    routes::{ApplicationTab, Route},
};
use balabaqsha_shared::{
    dto::{Application, Referral},
    id::ApplicationId,
};
use leptos::prelude::*;

pub fn page(id: ApplicationId) -> AnyView {
    let i18n = use_i18n();
    let issued = use_choosing().get_now().issued(id).cloned();
    if let Some(referral) = issued {
        return confirmation(referral, i18n);
    }
    // Come back to later: the service knows.
    let api = use_api();
    let application: Remote<Application> = Remote::new(move || api.application(id));
    let view = application.show(move |application| match application.referral {
        Some(referral) => confirmation(referral, i18n),
        None => crate::pages::not_found::page(),
    });
    view.into_any()
}

fn confirmation(referral: Referral, i18n: I18n) -> AnyView {
    let id = referral.application_id;
    let (deadline, left) = (referral.deadline, u32::from(referral.working_days_left));
    let (name, address) = (referral.kindergarten_name, referral.address);
    let phone = referral.phone;
    let bring = [
        t::referral::BRING_REFERRAL,
        t::referral::BRING_IDENTITY,
        t::referral::BRING_BIRTH,
    ]
    .map(|text| view! { <li>{i18n.t(text)}</li> })
    .into_iter()
    .collect_view();
    let next = [
        t::referral::NEXT_DOCUMENT,
        t::referral::NEXT_ENROLMENT,
        t::referral::NEXT_LAPSE,
    ]
    .map(|text| view! { <li>{i18n.t(text)}</li> })
    .into_iter()
    .collect_view();
    view! {
        <div class="panel">
            <Heading words=words(t::referral::DONE)/>
            <p>
                {i18n.t(t::referral::NUMBER)}
                <strong class="num">{referral.number.to_string()}</strong>
            </p>
        </div>
        <div class="grid">
            <section class="card">
                <h2>{i18n.t(t::referral::ARRIVE_BY)}</h2>
                <p><b>{i18n.say(move |language| format::weekday(language, deadline))}</b></p>
                <p>
                    <span class="tag soon">
                        {i18n.say(move |language| t::referral::days_left(language, left))}
                    </span>
                </p>
                <p>
                    <b>{i18n.say(move |language| name.get(language).to_owned())}</b><br/>
                    {i18n.say(move |language| address.get(language).to_owned())}<br/>
                    <a href=format!("tel:{phone}")>{phone.clone()}</a>
                </p>
            </section>
            <section class="card">
                <h2>{i18n.t(t::referral::BRING)}</h2>
                <ul>{bring}</ul>
            </section>
            <section class="card">
                <h2>{i18n.t(t::referral::DOCUMENT)}</h2>
                <p>{i18n.t(t::referral::DOCUMENT_TEXT)}</p>
                <p class="buttons">
                    <a class="btn" href=Route::Application(id, ApplicationTab::Documents).path()>
                        {i18n.t(t::application::TAB_DOCUMENTS)}
                    </a>
                </p>
            </section>
        </div>
        <section>
            <h2>{i18n.t(t::referral::NEXT)}</h2>
            <ul>{next}</ul>
        </section>
    }
    .into_any()
}
