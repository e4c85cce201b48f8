//! The first page: find the locality, see how many places are free and how long the queues are.

use crate::{
    browser,
    components::{
        combobox::{Combobox, Item},
        form::{Complaint, Field},
        heading::Heading,
        matching::skeleton,
        trouble::Trouble,
    },
    i18n::{I18n, Locale, format, language, t, t_string, td_string, use_i18n},
    navigation::use_navigation,
    routes::Route,
    state::{shown_name, use_localities, use_service},
};
use balabaqsha_shared::{
    Localized,
    dto::{Figures, Locality},
};
use leptos::{ev, prelude::*};

#[component]
pub fn HomePage() -> impl IntoView {
    view! {
        <Find/>
        <Services/>
        <Sums/>
        <Way/>
        <AllLocalities/>
    }
}

/// The locality, found by its name.
#[component]
fn Find() -> impl IntoView {
    let i18n = use_i18n();
    let navigation = use_navigation();
    let localities = use_localities();
    let field = Field::new("locality", "");
    let chosen = RwSignal::new(None::<String>);
    let items = Memo::new(move |_| localities.all(|locality| Some(item(i18n, locality))));
    let go_on = move || match chosen.get_untracked() {
        Some(code) => navigation.go(&Route::Locality(code)),
        None => {
            field.complain(Complaint::Text(|locale| {
                td_string!(locale, home.choose_locality)
            }));
            browser::focus_id(field.id);
        }
    };
    // Nobody can choose from a list that has not come: then it is awaited.
    let awaited = RwSignal::new(false);
    Effect::new(move || {
        if awaited.get() && !items.with(Vec::is_empty) {
            awaited.set(false);
            // What was typed is found in the list first.
            browser::soon(go_on);
        }
    });
    let go = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if !items.with_untracked(Vec::is_empty) {
            return go_on();
        }
        awaited.set(true);
        if untrack(|| localities.remote().failure()).is_some() {
            localities.remote().retry();
        }
    };
    let count = move |found: usize| {
        if found == 0 {
            return t_string!(i18n, home.found_none).to_owned();
        }
        let found = u32::try_from(found).unwrap_or(u32::MAX);
        t_string!(
            i18n,
            home.found,
            count = format::count(i18n.get_locale(), found)
        )
    };
    let failed = move || {
        let failure = localities.remote().failure()?;
        Some(view! { <Trouble failure retry=move |()| localities.remote().retry()/> })
    };
    view! {
        <section class="hero">
            <Heading text=move || t_string!(i18n, home.heading)/>
            <p class="lead">{t!(i18n, home.lead)}</p>
            <form class="find" role="search" on:submit=go novalidate>
                <Combobox field label=move || t_string!(i18n, home.locality)
                    placeholder=move || t_string!(i18n, home.placeholder) items chosen count/>
                <button type="submit" class="btn gold">{t!(i18n, common.proceed)}</button>
            </form>
        </section>
        {failed}
    }
}

fn item(i18n: I18n, locality: &Locality) -> Item {
    let note = if locality.served_here {
        locality.district.get(language(i18n)).to_owned()
    } else {
        t_string!(i18n, home.served_elsewhere).to_owned()
    };
    // Found by its name in any of the languages, whichever is chosen.
    let all = |name: &Localized| {
        [&name.kk, &name.ru, &name.en]
            .map(|name| skeleton(name))
            .into()
    };
    Item {
        value: locality.code.clone(),
        label: shown_name(i18n, locality),
        note,
        names: all(&locality.name),
        belongs_to: all(&locality.district),
    }
}

/// Both instructions begin with one of these names; both lead to the same account.
#[component]
fn Services() -> impl IntoView {
    let i18n = use_i18n();
    let path = Route::Applications.path();
    view! {
        <section aria-labelledby="services">
            <h2 id="services">{t!(i18n, home.services)}</h2>
            <ul class="grid services">
                <li class="card">
                    <h3><a href=path.clone()>{t!(i18n, locality.service)}</a></h3>
                    <p>{t!(i18n, locality.service_text)}</p>
                </li>
                <li class="card">
                    <h3><a href=path>{t!(i18n, home.service_extension)}</a></h3>
                    <p>{t!(i18n, home.service_extension_text)}</p>
                </li>
            </ul>
        </section>
    }
}

/// Sums over all localities, with the way to what stands behind them.
#[component]
fn Sums() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <ul class="grid figures">
            <Sum of=|figures| figures.free_places
                words=|locale, count| td_string!(locale, home.free_places, count = count)
                href=Route::Places.path() link=move || t_string!(i18n, home.see_places)/>
            <Sum of=|figures| figures.queued_children
                words=|locale, count| td_string!(locale, home.queued_children, count = count)
                href=format!("{}#queue", Route::Help.path())
                link=move || t_string!(i18n, home.see_queue)/>
            <Sum of=|figures| figures.referrals_last_seven_days
                words=|locale, count| td_string!(locale, home.referrals, count = count)
                href=Route::VerifyByHand.path()
                link=move || t_string!(i18n, home.check_referral)/>
        </ul>
    }
}

#[component]
fn Sum(
    of: fn(&Figures) -> u32,
    /// Behind the number.
    words: fn(Locale, format::Count) -> String,
    href: String,
    #[prop(into)] link: Signal<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let service = use_service();
    let sum = Memo::new(move |_| service.with(|service| of(&service.figures)));
    let number = move || sum.get().map(|sum| format::number(i18n.get_locale(), sum));
    let words = move || {
        let locale = i18n.get_locale();
        words(locale, format::count(locale, sum.get().unwrap_or_default()))
    };
    view! {
        <li class="card">
            <p class="num">{number}</p>
            <p>{words}</p>
            <a href=href>{link}</a>
        </li>
    }
}

/// From the queue to the kindergarten, in four steps.
#[component]
fn Way() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section>
            <h2>{t!(i18n, home.way)}</h2>
            <ol class="grid way">
                <li class="card">
                    <h3>{t!(i18n, home.step_queue)}</h3>
                    <p>{t!(i18n, home.step_queue_text)}</p>
                </li>
                <li class="card">
                    <h3>{t!(i18n, home.step_wait)}</h3>
                    <p>{t!(i18n, home.step_wait_text)}</p>
                </li>
                <li class="card">
                    <h3>{t!(i18n, home.step_choose)}</h3>
                    <p>{t!(i18n, home.step_choose_text)}</p>
                </li>
                <li class="card">
                    <h3>{t!(i18n, home.step_arrive)}</h3>
                    <p>{t!(i18n, home.step_arrive_text)}</p>
                </li>
            </ol>
        </section>
    }
}

/// Every locality by name, for those who rather read than type.
#[component]
fn AllLocalities() -> impl IntoView {
    let i18n = use_i18n();
    let localities = use_localities();
    let row = move |locality: &Locality| {
        locality.served_here.then(|| {
            let free = format::count(i18n.get_locale(), locality.free_places);
            view! {
                <li>
                    <a href=Route::Locality(locality.code.clone()).path()>
                        {shown_name(i18n, locality)}
                    </a>
                    <span class="note">{locality.district.get(language(i18n)).to_owned()}</span>
                    <span class="note">{t_string!(i18n, place.free, count = free)}</span>
                </li>
            }
        })
    };
    view! {
        <section>
            <h2>{t!(i18n, home.all)}</h2>
            <ul class="localities">{move || localities.all(row)}</ul>
            <p class="muted">{t!(i18n, home.elsewhere_note)}</p>
        </section>
    }
}
