//! The choice and the very text, while the place is held.

use super::{ChooseAnother, HoldOver, Holding, Progress};
use crate::{
    components::{
        facts::{Fact, Facts},
        fields::PlainButton,
        heading::Heading,
        kindergarten::plain_years,
        links::Redirect,
        notice::{Papers, Warning},
    },
    flows::{Held, use_choosing},
    i18n::{language, localized, t, t_string, use_i18n},
    navigation::use_navigation,
    routes::{ChooseStep, Route},
};
use balabaqsha_shared::{dto::Vacancy, id::ApplicationId};
use leptos::prelude::*;

#[component]
pub fn CheckPage(id: ApplicationId) -> impl IntoView {
    let held = use_choosing().get_now().held(id).to_vec();
    match held.first().cloned() {
        Some(first) => view! { <Check id first held/> }.into_any(),
        None => view! { <Redirect to=Route::Choose(id, ChooseStep::List)/> }.into_any(),
    }
}

#[component]
fn Check(id: ApplicationId, first: Held, held: Vec<Held>) -> impl IntoView {
    let i18n = use_i18n();
    let over = RwSignal::new(false);
    let vacancy = first.vacancy.clone();
    let content = move || {
        if over.get() {
            view! { <HoldOver id/> }.into_any()
        } else {
            view! { <Choice id vacancy=vacancy.clone() held=held.clone()/> }.into_any()
        }
    };
    view! {
        <Progress current=2/>
        <Holding held=first over/>
        <Heading text=move || t_string!(i18n, choosing.check)/>
        {content}
    }
}

#[component]
fn Choice(id: ApplicationId, vacancy: Vacancy, held: Vec<Held>) -> impl IntoView {
    let i18n = use_i18n();
    let navigation = use_navigation();
    let go_on = move |()| navigation.go(&Route::Choose(id, ChooseStep::Sign));
    let together = held.len() > 1;
    let texts = held.iter().map(|held| held.draft.text.clone()).collect();
    let children = held
        .into_iter()
        .map(|held| {
            let name = together.then(|| held.child.clone());
            view! { <Group name vacancy=held.vacancy/> }
        })
        .collect_view();
    view! {
        <div class="narrow">
            <Facts>
                <Fact name=move || t_string!(i18n, referral.kindergarten)>
                    {localized(i18n, &vacancy.kindergarten_name)}
                </Fact>
                <Fact name=move || t_string!(i18n, referral.address)>
                    {localized(i18n, &vacancy.address)}
                </Fact>
            </Facts>
            {children}
            <p><ChooseAnother id class="link"/></p>
            <h2>{t!(i18n, sign.text)}</h2>
            <p>{t!(i18n, sign.text_hint)}</p>
            <Papers texts/>
            <Warning text=move || t_string!(i18n, choosing.notice_queue)/>
            <PlainButton text=move || t_string!(i18n, sign.sign_and_send) on_press=go_on
                class="btn"/>
        </div>
    }
}

/// The group of one child.
#[component]
fn Group(
    /// Of the child, where there are several.
    name: Option<String>,
    vacancy: Vacancy,
) -> impl IntoView {
    let i18n = use_i18n();
    let taught = vacancy.instruction_language;
    view! {
        {name.map(|name| view! { <h2>{name}</h2> })}
        <Facts>
            <Fact name=move || t_string!(i18n, place.language)>
                {move || taught.name(language(i18n))}
            </Fact>
            <Fact name=move || t_string!(i18n, referral.group)>{vacancy.group_name}</Fact>
            <Fact name=move || t_string!(i18n, place.years)>
                {plain_years(vacancy.birth_years)}
            </Fact>
        </Facts>
    }
}
