//! The first page: find the locality, see how many places are free and how long the queues are.

use super::words;
use crate::{
    app::use_service,
    browser,
    components::{
        combobox::{Combobox, Item},
        form::Field,
        heading::Heading,
        trouble::Trouble,
    },
    i18n::{Text, format, t, use_i18n},
    localities::use_localities,
    remote::Load,
    router::use_router,
    routes::Route,
};
use balabaqsha_shared::{Language, dto::Locality};
use leptos::{ev, prelude::*};

pub fn page() -> AnyView {
    view! {
        <Find/>
        <Figures/>
        <Way/>
        <All/>
    }
    .into_any()
}

/// The locality, found by its name.
#[component]
fn Find() -> impl IntoView {
    let i18n = use_i18n();
    let router = use_router();
    let localities = use_localities();
    let field = Field::new("locality", "");
    let chosen = RwSignal::new(None::<String>);
    let items = Signal::derive(move || {
        let language = i18n.language();
        let list = localities
            .remote()
            .get()
            .map(|list| list.items)
            .unwrap_or_default();
        list.iter()
            .map(|locality| item(locality, language))
            .collect::<Vec<_>>()
    });
    let go = move |event: ev::SubmitEvent| {
        event.prevent_default();
        match chosen.get_untracked() {
            Some(code) => router.go(&Route::Locality(code)),
            None => {
                field.complain(t::home::CHOOSE_LOCALITY);
                browser::focus_id(field.id);
            }
        }
    };
    let failed = move || match localities.remote().state() {
        Load::Failed(failure) => {
            let retry = Callback::new(move |()| localities.remote().retry());
            Some(view! { <Trouble failure=failure retry=retry/> })
        }
        _ => None,
    };
    view! {
        <section class="hero">
            <Heading words=words(t::home::HEADING)/>
            <p class="lead">{i18n.t(t::home::LEAD)}</p>
            <form class="find" role="search" on:submit=go novalidate>
                <Combobox field=field label=t::home::LOCALITY placeholder=t::home::PLACEHOLDER
                    items=items chosen=chosen/>
                <button type="submit" class="btn gold">{i18n.t(t::common::CONTINUE)}</button>
            </form>
        </section>
        {failed}
    }
    .into_any()
}

fn item(locality: &Locality, language: Language) -> Item {
    let note = if locality.served_here {
        locality.district.get(language).to_owned()
    } else {
        t::home::SERVED_ELSEWHERE.get(language).to_owned()
    };
    // Found by its name in any of the languages, whichever is chosen.
    let names = [&locality.name.kk, &locality.name.ru, &locality.name.en];
    let search = names.map(|name| browser::lowercase(name)).join("\n");
    Item {
        value: locality.code.clone(),
        label: locality.name.get(language).to_owned(),
        note,
        search,
    }
}

/// Sums over all localities, with the way to what stands behind them.
#[component]
fn Figures() -> impl IntoView {
    let i18n = use_i18n();
    let service = use_service();
    let card = move |count: fn(&balabaqsha_shared::dto::Figures) -> u32,
                     text: fn(Language, u32) -> String,
                     target: String,
                     link: Text| {
        let figure = move || service.get().map(|service| count(&service.figures));
        view! {
            <li class="card">
                <p class="num">
                    {move || figure().map(|figure| format::number(i18n.language(), figure))}
                </p>
                <p>{move || text(i18n.language(), figure().unwrap_or_default())}</p>
                <a href=target>{i18n.t(link)}</a>
            </li>
        }
    };
    view! {
        <ul class="grid figures">
            {card(|figures| figures.free_places, t::home::free_places, Route::Places.path(), t::home::SEE_PLACES)}
            {card(|figures| figures.queued_children, t::home::queued_children, format!("{}#queue", Route::Help.path()), t::home::SEE_QUEUE)}
            {card(
                |figures| figures.referrals_last_seven_days,
                t::home::referrals,
                Route::VerifyByHand.path(),
                t::home::CHECK_REFERRAL,
            )}
        </ul>
    }
    .into_any()
}

/// From the queue to the kindergarten, in four steps.
#[component]
fn Way() -> impl IntoView {
    let i18n = use_i18n();
    let steps = [
        (t::home::STEP_QUEUE, t::home::STEP_QUEUE_TEXT),
        (t::home::STEP_WAIT, t::home::STEP_WAIT_TEXT),
        (t::home::STEP_CHOOSE, t::home::STEP_CHOOSE_TEXT),
        (t::home::STEP_ARRIVE, t::home::STEP_ARRIVE_TEXT),
    ];
    let items = steps
        .into_iter()
        .map(|(title, text)| {
            view! { <li class="card"><h3>{i18n.t(title)}</h3><p>{i18n.t(text)}</p></li> }
        })
        .collect_view();
    view! {
        <section>
            <h2>{i18n.t(t::home::WAY)}</h2>
            <ol class="grid way">{items}</ol>
        </section>
    }
    .into_any()
}

/// Every locality by name, for those who rather read than type.
#[component]
fn All() -> impl IntoView {
    let i18n = use_i18n();
    let localities = use_localities();
    let items = move || {
        let language = i18n.language();
        let list = localities
            .remote()
            .get()
            .map(|list| list.items)
            .unwrap_or_default();
        list.into_iter()
            .filter(|locality| locality.served_here)
            .map(|locality| {
                let free = t::place::free(language, locality.free_places);
                view! {
                    <li>
                        <a href=Route::Locality(locality.code).path()>
                            {locality.name.get(language).to_owned()}
                        </a>
                        <span class="note">{locality.district.get(language).to_owned()}</span>
                        <span class="note">{free}</span>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <section>
            <h2>{i18n.t(t::home::ALL)}</h2>
            <ul class="localities">{items}</ul>
            <p class="muted">{i18n.t(t::home::ELSEWHERE_NOTE)}</p>
        </section>
    }
    .into_any()
}
