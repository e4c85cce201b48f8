//! The very text that the act signs.

use super::Progress;
use crate::{
    components::{
        acts::act_name,
        fields::PlainButton,
        heading::Heading,
        links::{BackLink, Redirect},
        notice::Paper,
    },
    flows::use_acting,
    i18n::{t, t_string, use_i18n},
    navigation::use_navigation,
    routes::{Act, ActStep, Route},
};
use balabaqsha_shared::{dto::Draft, id::ApplicationId};
use leptos::prelude::*;

#[component]
pub fn CheckPage(id: ApplicationId, act: Act) -> impl IntoView {
    match use_acting().get_now().draft(id, act).cloned() {
        Some(draft) => view! { <Check id act draft/> }.into_any(),
        None => view! { <Redirect to=Route::Act(id, act, ActStep::Start)/> }.into_any(),
    }
}

#[component]
fn Check(id: ApplicationId, act: Act, draft: Draft) -> impl IntoView {
    let i18n = use_i18n();
    let navigation = use_navigation();
    let go_on = move |()| navigation.go(&Route::Act(id, act, ActStep::Sign));
    view! {
        <BackLink to=Route::Act(id, act, ActStep::Start)
            text=move || act_name(i18n.get_locale(), act)/>
        <Progress act current=1/>
        <Heading text=move || t_string!(i18n, act.check)/>
        <div class="narrow">
            <p>{t!(i18n, sign.text_hint)}</p>
            <Paper text=draft.text/>
            <PlainButton text=move || t_string!(i18n, sign.sign_and_send) on_press=go_on
                class="btn"/>
        </div>
    }
}
