//! «Кто смотрел данные моего ребёнка» (R25): in what capacity, of which organisation, when and why.

use crate::{
    api::use_api,
    components::{heading::Heading, links::BackLink},
    i18n::{Locale, format, localized, t, t_string, td_string, use_i18n},
    remote::{Fetched, Remote},
    routes::{ApplicationTab, Route},
};
use balabaqsha_shared::{
    audit::{AuditCapacity, AuditKind, SearchReason},
    dto::{Look, LookList},
    id::ApplicationId,
};
use leptos::prelude::*;

#[component]
pub fn LooksPage(id: ApplicationId) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let looks: Remote<LookList> = Remote::new(move || api.looks(id));
    let list = move |looks: LookList| {
        if looks.items.is_empty() {
            return view! { <p class="empty">{t!(i18n, looks.empty)}</p> }.into_any();
        }
        let rows = looks
            .items
            .into_iter()
            .map(|look| view! { <LookLine look/> });
        view! { <ol class="line">{rows.collect_view()}</ol> }.into_any()
    };
    view! {
        <BackLink to=Route::Application(id, ApplicationTab::Data)
            text=move || t_string!(i18n, looks.back)/>
        <Heading text=move || t_string!(i18n, looks.heading)/>
        <p>{t!(i18n, looks.text)}</p>
        <Fetched data=looks let:found>{list(found)}</Fetched>
    }
}

#[component]
pub fn LookLine(look: Look) -> impl IntoView {
    let i18n = use_i18n();
    let Look {
        at,
        capacity,
        kind,
        reason,
        ..
    } = look;
    let reason = reason.map(|reason| {
        view! { <p>{move || reason_words(i18n.get_locale(), reason)}</p> }
    });
    view! {
        <li>
            <time datetime=at.to_rfc3339()>{move || format::moment(i18n.get_locale(), at)}</time>
            <p>
                {move || capacity_words(i18n.get_locale(), capacity)} ", "
                {localized(i18n, &look.organisation)} ": "
                {move || kind_words(i18n.get_locale(), kind)}
            </p>
            {reason}
        </li>
    }
}

pub fn capacity_words(locale: Locale, capacity: AuditCapacity) -> &'static str {
    match capacity {
        AuditCapacity::Official => td_string!(locale, looks.official),
        AuditCapacity::Staff => td_string!(locale, looks.staff),
        AuditCapacity::Program => td_string!(locale, looks.program),
        AuditCapacity::Operator => td_string!(locale, looks.operator),
    }
}

pub fn kind_words(locale: Locale, kind: AuditKind) -> &'static str {
    match kind {
        AuditKind::Look => td_string!(locale, looks.look),
        AuditKind::Act => td_string!(locale, looks.act),
    }
}

pub fn reason_words(locale: Locale, reason: SearchReason) -> &'static str {
    match reason {
        SearchReason::RequestOfParent => td_string!(locale, looks.request_of_parent),
        SearchReason::Decision => td_string!(locale, looks.decision),
        SearchReason::Complaint => td_string!(locale, looks.complaint),
        SearchReason::RequestOfKindergarten => {
            td_string!(locale, looks.request_of_kindergarten)
        }
    }
}
