//! What was saved on this device: shown to whoever holds it, also without a network.

use crate::{
    browser::BlobUrl,
    components::{
        deadline::LastDay,
        facts::{Fact, Facts},
        fields::PlainButton,
        heading::Heading,
        links::PhoneLink,
        loading::Loading,
        tag::ApplicationTag,
    },
    i18n::{format, localized, t, t_string, use_i18n},
    saved::{self, Saved},
};
use balabaqsha_shared::dto::Referral;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn SavedPage() -> impl IntoView {
    let i18n = use_i18n();
    let found = LocalResource::new(saved::all);
    let forget = move |()| {
        leptos::task::spawn_local(async move {
            saved::forget(None).await;
            found.refetch();
        });
    };
    let list = move || match found.get() {
        None => view! { <Loading/> }.into_any(),
        Some(found) if found.is_empty() => {
            view! { <p class="empty">{t!(i18n, saved.empty)}</p> }.into_any()
        }
        Some(found) => view! {
            {found.into_iter().map(|(saved, paper)| view! { <Item saved paper/> }).collect_view()}
            <PlainButton text=move || t_string!(i18n, saved.forget) on_press=forget/>
        }
        .into_any(),
    };
    view! {
        <Heading text=move || t_string!(i18n, saved.heading)/>
        <p>{t!(i18n, saved.text)}</p>
        {list}
    }
}

#[component]
fn Item(saved: Saved, paper: String) -> impl IntoView {
    let i18n = use_i18n();
    let Saved { at, application } = saved;
    let as_of = move || {
        let at = format::moment(i18n.get_locale(), at);
        t_string!(i18n, saved.at, at = at)
    };
    let referral = application
        .referral
        .map(|referral| view! { <ReferralFacts referral/> });
    view! {
        <section class="card">
            <h2>
                {application.child.full_name()} " " <ApplicationTag state=application.state/>
            </h2>
            <p class="muted">{as_of}</p>
            {referral}
            <PaperOnDevice path=paper/>
        </section>
    }
}

#[component]
fn ReferralFacts(referral: Referral) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <p class="deadline">{t!(i18n, referral.arrive_by)} " " <LastDay day=referral.deadline/></p>
        <Facts>
            <Fact name=move || t_string!(i18n, referral.number)>
                {referral.number.as_str().to_owned()}
            </Fact>
            <Fact name=move || t_string!(i18n, referral.kindergarten)>
                {localized(i18n, &referral.kindergarten_name)}
            </Fact>
            <Fact name=move || t_string!(i18n, referral.address)>
                {localized(i18n, &referral.address)}
            </Fact>
            <Fact name=move || t_string!(i18n, referral.phone)>
                <PhoneLink number=referral.phone/>
            </Fact>
        </Facts>
    }
}

/// The paper, to be opened by what the device shows papers with.
#[component]
fn PaperOnDevice(path: String) -> impl IntoView {
    let i18n = use_i18n();
    // The address lives as long as the page that shows it.
    let url = LocalResource::new(move || {
        let path = path.clone();
        async move {
            let paper = saved::paper(&path).await?;
            Some(Arc::new(BlobUrl::new(&paper)?))
        }
    });
    move || {
        url.get().flatten().map(|url| {
            view! {
                <p>
                    <a class="btn" href=url.as_str().to_owned() target="_blank">
                        {t!(i18n, saved.paper)}
                    </a>
                </p>
            }
        })
    }
}
