//! The choice between parent and staff, and what says on every page that somebody works for a kindergarten.

use super::{
    routes::DeskPage,
    state::{Desk, use_desk},
};
use crate::{
    browser,
    components::{
        fields::{PlainButton, RadioChoice, RadioField, SubmitButton},
        form::{Complaint, ErrorSummary, Field, Form},
        heading::Heading,
        links::Redirect,
    },
    i18n::{language, t, t_string, td_string, use_i18n},
    navigation::use_navigation,
    remote::Ready,
    routes::Route,
    state::{use_acting, use_session},
};
use balabaqsha_shared::{appointment::Capacity, id::KindergartenId};
use leptos::{ev, prelude::*};

/// Stands in the place of a page until the person has chosen the capacity that it is for.
#[component]
pub fn StaffChoice(
    /// For whom the page is.
    here: Capacity,
) -> impl IntoView {
    let only_staff = untrack(|| use_session().is_only_staff());
    if only_staff {
        return view! { <Redirect to=DeskPage::Start.route()/> }.into_any();
    }
    view! { <Choice here/> }.into_any()
}

#[component]
fn Choice(here: Capacity) -> impl IntoView {
    let i18n = use_i18n();
    let acting = use_acting();
    let navigation = use_navigation();
    let desk = use_desk();
    let field = Field::new("capacity", here.as_str());
    let form = Form::new([field]);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        form.clear();
        let Some(chosen) = Capacity::from_name(&field.text()) else {
            field.complain(Complaint::Text(|locale| {
                td_string!(locale, desk.choose_capacity)
            }));
            return form.refuse();
        };
        acting.choose(chosen);
        if chosen != here {
            navigation.replace(&start_of(chosen));
        }
    };
    let choices = vec![
        RadioChoice {
            value: Capacity::Parent.as_str(),
            label: Signal::derive(move || t_string!(i18n, desk.parent).to_owned()),
            hint: None,
        },
        RadioChoice {
            value: Capacity::Staff.as_str(),
            label: Signal::derive(move || t_string!(i18n, desk.staff).to_owned()),
            hint: Some(Signal::derive(move || names(desk, i18n))),
        },
    ];
    view! {
        <ErrorSummary form/>
        <Heading text=move || t_string!(i18n, desk.capacity) form/>
        <div class="narrow">
            <Ready data=desk.me>
                <form on:submit=submit novalidate>
                    <RadioField field label=move || t_string!(i18n, desk.capacity)
                        choices=choices.clone()/>
                    <SubmitButton text=move || t_string!(i18n, common.proceed)/>
                </form>
            </Ready>
        </div>
    }
}

fn start_of(capacity: Capacity) -> Route {
    match capacity {
        Capacity::Staff => DeskPage::Start.route(),
        Capacity::Parent | Capacity::Official => Route::Applications,
    }
}

fn names(desk: Desk, i18n: crate::i18n::I18n) -> String {
    let language = language(i18n);
    let names = desk.kindergartens().into_iter();
    let names: Vec<String> = names
        .map(|of| of.kindergarten_name.get(language).to_owned())
        .collect();
    names.join(", ")
}

/// «Вы работаете от имени детского сада …», the way to change it, and the sections of the desk.
#[component]
pub fn DeskBar() -> impl IntoView {
    let i18n = use_i18n();
    let acting = use_acting();
    let session = use_session();
    let navigation = use_navigation();
    let desk = use_desk();
    let here = Memo::new(move |_| acting.chosen() == Some(Capacity::Staff));
    let change = move |()| {
        let other = match here.get_untracked() {
            true => Capacity::Parent,
            false => Capacity::Staff,
        };
        acting.choose(other);
        navigation.announce();
        navigation.go(&start_of(other));
    };
    let said = move || {
        if !here.get() {
            return t_string!(i18n, desk.works_as_parent).to_owned();
        }
        let language = language(i18n);
        let of = desk.kindergarten();
        let name = of.map(|of| of.kindergarten_name.get(language).to_owned());
        t_string!(i18n, desk.works_as_staff, name = name.unwrap_or_default())
    };
    let button = move || {
        if here.get() {
            t_string!(i18n, desk.to_parent)
        } else {
            t_string!(i18n, desk.to_desk)
        }
    };
    let several = move || desk.kindergartens().len() > 1;
    let sheet = browser::own_asset("office.css");
    view! {
        {sheet.map(|sheet| view! { <link rel="stylesheet" href=sheet/> })}
        <section class="capacity" class:official=move || here.get()
            aria-label=move || t_string!(i18n, desk.capacity)>
            <div class="wrap">
                <p>{said}</p>
                <Show when=move || !session.is_only_staff()>
                    <PlainButton text=button on_press=change class="btn small ghost"/>
                </Show>
                <Show when=several><Several desk/></Show>
            </div>
        </section>
        <Show when=move || here.get()><Sections desk/></Show>
    }
}

/// For whoever works for more than one.
#[component]
fn Several(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let options = move || {
        let language = language(i18n);
        let present = desk.kindergarten().map(|of| of.kindergarten_id);
        let option = move |of: balabaqsha_shared::dto::StaffOf| {
            view! {
                <option value=of.kindergarten_id.to_string()
                    selected=Some(of.kindergarten_id) == present>
                    {of.kindergarten_name.get(language).to_owned()}
                </option>
            }
        };
        desk.kindergartens().into_iter().map(option).collect_view()
    };
    let choose = move |event: ev::Event| {
        if let Ok(id) = event_target_value(&event).parse::<KindergartenId>() {
            desk.choose(id);
        }
    };
    view! {
        <label>
            {t!(i18n, desk.kindergarten)} " "
            <select on:change=choose>{options}</select>
        </label>
    }
}

#[component]
fn Sections(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let navigation = use_navigation();
    let link = move |page: DeskPage| {
        let path = page.route().path();
        let current = {
            let path = path.clone();
            move || (navigation.pathname() == path).then_some("page")
        };
        let words = move || match page {
            DeskPage::Start => t_string!(i18n, desk.children),
            DeskPage::Places => t_string!(i18n, desk.places),
            DeskPage::About => t_string!(i18n, desk.about),
            DeskPage::Colleagues => t_string!(i18n, desk.colleagues),
        };
        view! { <a href=path aria-current=current>{words}</a> }
    };
    let links = move || {
        let is_head = desk.is_head();
        DeskPage::ALL
            .into_iter()
            .filter(|page| is_head || *page != DeskPage::Colleagues)
            .map(link)
            .collect_view()
    };
    view! {
        <nav class="office-sections" aria-label=move || t_string!(i18n, desk.sections)>
            <div class="wrap">{links}</div>
        </nav>
    }
}
