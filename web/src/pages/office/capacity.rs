//! The choice of the capacity, and what says on every page which one it is.

use super::{
    routes::OfficePage,
    state::{Office, use_office},
    words::{self, SECTIONS, Section},
};
use crate::{
    browser,
    components::{
        fields::{PlainButton, RadioChoice, RadioField, SubmitButton},
        form::{Complaint, ErrorSummary, Field, Form},
        heading::Heading,
    },
    i18n::{t_string, td_string, use_i18n},
    navigation::use_navigation,
    remote::{Fetched, Ready},
    routes::Route,
    state::{use_acting, use_session},
};
use balabaqsha_shared::{appointment::Capacity, dto::Me};
use leptos::{ev, prelude::*};

/// Stands in the place of a page until the person has chosen the capacity that it is for.
#[component]
pub fn CapacityPage(
    /// For whom the page is.
    here: Capacity,
) -> impl IntoView {
    let i18n = use_i18n();
    let acting = use_acting();
    let navigation = use_navigation();
    let office = use_office();
    let before = untrack(|| acting.chosen());
    let field = Field::new("capacity", here.as_str());
    let form = Form::new([field]);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        form.clear();
        let Some(chosen) = Capacity::from_name(&field.text()) else {
            field.complain(Complaint::Text(|locale| {
                td_string!(locale, capacity.choose)
            }));
            return form.refuse();
        };
        acting.choose(chosen);
        if chosen != here {
            navigation.replace(&start_of(chosen));
        }
    };
    let session = use_session();
    let why = before.filter(|before| *before != here).map(|before| {
        let words = move || match before {
            Capacity::Parent => t_string!(i18n, capacity.page_of_office),
            Capacity::Official => t_string!(i18n, capacity.page_of_parents),
            Capacity::Staff => t_string!(i18n, capacity.page_of_desk),
        };
        view! { <p class="lead">{words}</p> }
    });
    let staff = untrack(|| session.is_staff()).then(|| RadioChoice {
        value: Capacity::Staff.as_str(),
        label: Signal::derive(move || t_string!(i18n, capacity.staff).to_owned()),
        hint: None,
    });
    let choices: Vec<RadioChoice> = [
        RadioChoice {
            value: Capacity::Parent.as_str(),
            label: Signal::derive(move || t_string!(i18n, capacity.parent).to_owned()),
            hint: Some(Signal::derive(move || {
                t_string!(i18n, capacity.parent_hint).to_owned()
            })),
        },
        RadioChoice {
            value: Capacity::Official.as_str(),
            label: Signal::derive(move || {
                t_string!(i18n, capacity.official, places = office.places())
            }),
            hint: Some(Signal::derive(move || duties_in_words(office, i18n))),
        },
    ]
    .into_iter()
    .chain(staff)
    .collect();
    view! {
        <ErrorSummary form/>
        <Heading text=move || t_string!(i18n, capacity.heading) form/>
        <div class="narrow">
            {why}
            <Ready data=office.me>
                <form on:submit=submit novalidate>
                    <RadioField field label=move || t_string!(i18n, capacity.label)
                        choices=choices.clone()/>
                    <SubmitButton text=move || t_string!(i18n, common.proceed)/>
                </form>
            </Ready>
        </div>
    }
}

/// «назначения и журнал просмотров».
fn duties_in_words(office: Office, i18n: crate::i18n::I18n) -> String {
    let mut names: Vec<&str> = Vec::new();
    for held in office.duties() {
        let name = words::duty(i18n.get_locale(), held.duty);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}

fn start_of(capacity: Capacity) -> Route {
    match capacity {
        Capacity::Parent => Route::Applications,
        Capacity::Official => OfficePage::Start.route(),
        Capacity::Staff => Route::Desk(String::new()),
    }
}

/// «Вы работаете как специалист …», the way to change it, and the sections of the office.
#[component]
pub fn CapacityBar() -> impl IntoView {
    let i18n = use_i18n();
    let acting = use_acting();
    let navigation = use_navigation();
    let office = use_office();
    let official = Memo::new(move |_| acting.chosen() == Some(Capacity::Official));
    let other = move || match official.get_untracked() {
        true => Capacity::Parent,
        false => Capacity::Official,
    };
    let change = move |()| {
        let other = other();
        acting.choose(other);
        navigation.announce();
        navigation.go(&start_of(other));
    };
    let said = move || {
        if official.get() {
            t_string!(i18n, capacity.works_as_official, places = office.places())
        } else {
            t_string!(i18n, capacity.works_as_parent).to_owned()
        }
    };
    let button = move || {
        if official.get() {
            t_string!(i18n, capacity.to_parent)
        } else {
            t_string!(i18n, capacity.to_official)
        }
    };
    let sheet = browser::own_asset("office.css");
    view! {
        {sheet.map(|sheet| view! { <link rel="stylesheet" href=sheet/> })}
        <section class="capacity" class:official=move || official.get()
            aria-label=move || t_string!(i18n, capacity.label)>
            <div class="wrap">
                <p>{said}</p>
                <PlainButton text=button on_press=change class="btn small ghost"/>
            </div>
        </section>
        <Show when=move || official.get()>
            <Fetched data=office.me let:me><Sections me/></Fetched>
        </Show>
    }
}

/// The sections that the person has a duty for.
#[component]
fn Sections(me: Me) -> impl IntoView {
    let i18n = use_i18n();
    let navigation = use_navigation();
    let held = super::state::duties_of(&me);
    let link = move |section: Section| {
        let path = section.page.path();
        let current = {
            let path = path.clone();
            move || {
                let here = navigation.pathname();
                if here == path {
                    Some("page")
                } else {
                    let inside = OfficePage::section(&here) == OfficePage::section(&path);
                    inside.then_some("true")
                }
            }
        };
        view! {
            <a href=path aria-current=current>{move || (section.name)(i18n.get_locale())}</a>
        }
    };
    let links: Vec<_> = SECTIONS
        .into_iter()
        .filter(|section| section.page.is_for(&held))
        .map(link)
        .collect();
    view! {
        <nav class="office-sections" aria-label=move || t_string!(i18n, office.sections)>
            <div class="wrap">{links}</div>
        </nav>
    }
}
