//! Being told when a place comes free that fits: asking for it, and taking it back.

use super::{
    card::Card,
    fields::{PlainButton, WorkingButton},
    trouble::TroubleSlot,
};
use crate::{
    api::use_api,
    i18n::{language, t, t_string, use_i18n},
    remote::{Fetched, Remote, failure_of},
    routes::Route,
    state::{use_localities, use_session},
};
use balabaqsha_shared::{
    dto::{VacancySubscription, VacancySubscriptionList},
    vacancy::VacancyFilter,
};
use leptos::prelude::*;

/// The button on the bulletin; `filter` is what the reader looks for there.
#[component]
pub fn Subscribe(#[prop(into)] filter: Signal<VacancyFilter>) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let session = use_session();
    let subscribe = Action::new_local(move |filter: &VacancyFilter| api.subscribe(*filter));
    let ask = move |()| {
        if !subscribe.pending().get_untracked() {
            subscribe.dispatch_local(filter.get_untracked());
        }
    };
    let logged_in = Memo::new(move |_| session.is_logged_in());
    let way = move || {
        if logged_in.get() {
            view! {
                <WorkingButton text=move || t_string!(i18n, subscriptions.subscribe)
                    busy=subscribe.pending() on_press=ask/>
            }
            .into_any()
        } else {
            view! { <a href=Route::Login.path()>{t!(i18n, subscriptions.log_in)}</a> }.into_any()
        }
    };
    let done = move || {
        subscribe
            .value()
            .with(|outcome| matches!(outcome, Some(Ok(()))))
    };
    view! {
        <section>
            <p>{t!(i18n, subscriptions.text)}</p>
            <p>{way}</p>
            <p role="status">{move || done().then(|| t_string!(i18n, subscriptions.done))}</p>
            <TroubleSlot failure=failure_of(subscribe)/>
        </section>
    }
}

/// What the reader has asked to be told of.
#[component]
pub fn SubscriptionList() -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let known: Remote<VacancySubscriptionList> = Remote::new(move || api.subscriptions());
    view! {
        <Fetched data=known let:found>
            {(!found.items.is_empty()).then(|| {
                let rows = found.items.into_iter();
                let rows = rows.map(|subscription| view! { <Row known subscription/> });
                let rows = rows.collect_view();
                view! {
                    <Card title=move || t_string!(i18n, subscriptions.heading)>
                        <ul class="documents">{rows}</ul>
                    </Card>
                }
            })}
        </Fetched>
    }
}

#[component]
fn Row(known: Remote<VacancySubscriptionList>, subscription: VacancySubscription) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let localities = use_localities();
    let VacancySubscription { id, filter, .. } = subscription;
    let unsubscribe = Action::new_local(move |(): &()| async move {
        api.unsubscribe(id).await?;
        known.refresh();
        Ok(())
    });
    let locality = filter.locality_id.map(|id| localities.name(id));
    let words = move || {
        let place = locality.map_or_else(
            || t_string!(i18n, subscriptions.anywhere).to_owned(),
            |name| name.get(),
        );
        let mut parts = vec![place];
        parts.extend(
            filter
                .instruction_language
                .map(|instruction| instruction.name(language(i18n)).to_owned()),
        );
        parts.extend(filter.birth_year.map(|year| year.to_string()));
        parts.join(" · ")
    };
    view! {
        <li class="asked">
            <p>{words}</p>
            <TroubleSlot failure=failure_of(unsubscribe)/>
            <PlainButton text=move || t_string!(i18n, subscriptions.end)
                busy=unsubscribe.pending()
                on_press=move |()| { unsubscribe.dispatch_local(()); }/>
        </li>
    }
}
