//! The confirmation: the number, until when to arrive and with what, the document.

use crate::{
    api::use_api,
    components::{
        calendar_file::DeadlineFile,
        card::Card,
        deadline::{DaysLeft, LastDay},
        hand_over::HandOver,
        heading::Heading,
        links::PhoneLink,
        paper_card::PaperCard,
    },
    flows::use_together,
    i18n::{format, localized, t, t_string, use_i18n},
    pages::not_found::NotFoundPage,
    remote::{Fetched, Remote},
    routes::{ApplicationTab, Route},
};
use balabaqsha_shared::{
    dto::{Application, Referral},
    id::ApplicationId,
};
use leptos::prelude::*;

#[component]
pub fn DonePage(id: ApplicationId) -> impl IntoView {
    let api = use_api();
    let application: Remote<Application> = Remote::new(move || api.application(id));
    view! {
        <Fetched data=application page=true let:application>
            {match application.referral {
                Some(referral) => view! { <Confirmation referral/> }.into_any(),
                None => view! { <NotFoundPage/> }.into_any(),
            }}
        </Fetched>
        {use_together()
            .get_now()
            .with(id)
            .into_iter()
            .map(|other| view! { <OtherChild id=other/> })
            .collect_view()}
    }
}

/// The referral of another child of the same step.
#[component]
fn OtherChild(id: ApplicationId) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let application: Remote<Application> = Remote::new(move || api.application(id));
    let details = Route::Application(id, ApplicationTab::Data).path();
    view! {
        <Fetched data=application let:application>
            {application.referral.map(|referral| view! {
                <section>
                    <h2>{application.child.full_name()}</h2>
                    <p>
                        {t!(i18n, referral.number)} " "
                        <b translate="no">{referral.number.as_str().to_owned()}</b>
                    </p>
                    <p>{t!(i18n, referral.arrive_by)} ": " <LastDay day=referral.deadline/></p>
                    <p><a href=details.clone()>{t!(i18n, choosing.to_application)}</a></p>
                </section>
            })}
        </Fetched>
    }
}

#[component]
fn Confirmation(referral: Referral) -> impl IntoView {
    let i18n = use_i18n();
    let calendar = referral.clone();
    let (revocable_until, deadline) = (referral.revocable_until, referral.deadline);
    let revocable = move || {
        let at = format::moment(i18n.get_locale(), revocable_until);
        t_string!(i18n, act.revoke_until, at = at)
    };
    let extendable = move || {
        let day = format::day(i18n.get_locale(), deadline);
        t_string!(i18n, referral.next_extension, day = day)
    };
    let number = referral.number.as_str().to_owned();
    view! {
        <div class="panel">
            <Heading text=move || t_string!(i18n, referral.done)/>
            <p>{t!(i18n, referral.number)} " " <strong class="num">{number}</strong></p>
        </div>
        <div class="grid">
            <Card title=move || t_string!(i18n, referral.arrive_by)>
                <p><LastDay day=referral.deadline/></p>
                <p><DaysLeft count=referral.working_days_left/></p>
                <p class="buttons">
                    <DeadlineFile referral=calendar.clone()/>
                    <HandOver referral=calendar/>
                </p>
                <p>
                    <b>{localized(i18n, &referral.kindergarten_name)}</b>
                    <br/>
                    {localized(i18n, &referral.address)}
                    <br/>
                    <PhoneLink number=referral.phone/>
                </p>
            </Card>
            <Card title=move || t_string!(i18n, referral.bring)>
                <ul>
                    <li>{t!(i18n, referral.bring_referral)}</li>
                    <li>{t!(i18n, referral.bring_identity)}</li>
                    <li>{t!(i18n, referral.bring_birth)}</li>
                </ul>
            </Card>
            <PaperCard id=referral.application_id
                text=move || t_string!(i18n, referral.document_text)/>
        </div>
        <section>
            <h2>{t!(i18n, referral.next)}</h2>
            <ul>
                <li>{t!(i18n, referral.next_document)}</li>
                <li>{t!(i18n, referral.next_enrolment)}</li>
                <li>{extendable}</li>
                <li>{revocable} "."</li>
                <li>{t!(i18n, referral.next_lapse)}</li>
            </ul>
        </section>
    }
}
