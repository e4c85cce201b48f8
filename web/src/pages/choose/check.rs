//! The choice and the very text, while the place is held.

use super::{ChooseAnother, HoldOver, Holding, Progress};
use crate::{
    components::{
        facts::{Fact, Facts},
        fields::PlainButton,
        heading::Heading,
        kindergarten::plain_years,
        links::Redirect,
        notice::{Paper, Warning},
    },
    flows::{Held, use_choosing},
    i18n::{language, localized, t, t_string, use_i18n},
    navigation::use_navigation,
    routes::{ChooseStep, Route},
};
use balabaqsha_shared::id::ApplicationId;
use leptos::prelude::*;

#[component]
pub fn CheckPage(id: ApplicationId) -> impl IntoView {
    match use_choosing().get_now().held(id).cloned() {
        Some(held) => view! { <Check id held/> }.into_any(),
        None => view! { <Redirect to=Route::Choose(id, ChooseStep::List)/> }.into_any(),
    }
}

#[component]
fn Check(id: ApplicationId, held: Held) -> impl IntoView {
    let i18n = use_i18n();
    let over = RwSignal::new(false);
    let content = {
        let held = held.clone();
        move || {
            if over.get() {
                view! { <HoldOver id/> }.into_any()
            } else {
                view! { <Choice id held=held.clone()/> }.into_any()
            }
        }
    };
    view! {
        <Progress current=2/>
        <Holding held over/>
        <Heading text=move || t_string!(i18n, choosing.check)/>
        {content}
    }
}

#[component]
fn Choice(id: ApplicationId, held: Held) -> impl IntoView {
    let i18n = use_i18n();
    let navigation = use_navigation();
    let go_on = move |()| navigation.go(&Route::Choose(id, ChooseStep::Sign));
    let Held { vacancy, draft } = held;
    let taught = vacancy.instruction_language;
    view! {
        <div class="narrow">
            <Facts>
                <Fact name=move || t_string!(i18n, referral.kindergarten)>
                    {localized(i18n, &vacancy.kindergarten_name)}
                </Fact>
                <Fact name=move || t_string!(i18n, referral.address)>
                    {localized(i18n, &vacancy.address)}
                </Fact>
                <Fact name=move || t_string!(i18n, place.language)>
                    {move || taught.name(language(i18n))}
                </Fact>
                <Fact name=move || t_string!(i18n, referral.group)>{vacancy.group_name}</Fact>
                <Fact name=move || t_string!(i18n, place.years)>
                    {plain_years(vacancy.birth_years)}
                </Fact>
            </Facts>
            <p><ChooseAnother id class="link"/></p>
            <h2>{t!(i18n, sign.text)}</h2>
            <p>{t!(i18n, sign.text_hint)}</p>
            <Paper text=draft.text/>
            <Warning text=move || t_string!(i18n, choosing.notice_queue)/>
            <PlainButton text=move || t_string!(i18n, sign.sign_and_send) on_press=go_on
                class="btn"/>
        </div>
    }
}
