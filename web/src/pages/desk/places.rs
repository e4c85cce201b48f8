//! Free places with − and +, inside of the capacity.

use super::state::use_desk;
use crate::{
    api::{Failure, use_api},
    components::{heading::Heading, trouble::TroubleSlot},
    i18n::{format, t, t_string, use_i18n},
    remote::{Fetched, Remote},
};
use balabaqsha_shared::{Code, dto::DeskGroup, id::KindergartenId};
use leptos::prelude::*;

#[component]
pub fn PlacesPage(id: KindergartenId) -> impl IntoView {
    let i18n = use_i18n();
    let (api, desk) = (use_api(), use_desk());
    let shown = Remote::new(move || desk.watch(api.desk_kindergarten(id)));
    let changed = Callback::new(move |()| shown.refresh());
    let rows = move |groups: Vec<DeskGroup>| {
        let rows = groups.into_iter();
        rows.map(|group| view! { <GroupCard group changed/> })
            .collect_view()
    };
    view! {
        <Heading text=move || t_string!(i18n, desk.places)/>
        <p>{t!(i18n, desk.places_text)}</p>
        <Fetched data=shown let:kindergarten>{rows(kindergarten.groups)}</Fetched>
    }
}

#[component]
fn GroupCard(group: DeskGroup, changed: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let (api, desk) = (use_api(), use_desk());
    let places = group.places;
    let offered = places.free + places.resting;
    let name = group.name.clone();
    let before = StoredValue::new(group);
    // The group is looked at again first: what a parent has taken meanwhile is not published anew.
    let set = Action::new_local(move |free: &u32| {
        let (free, before) = (*free, before.get_value());
        async move {
            let seen = desk.watch(api.desk_group(before.id)).await?;
            if seen.group != before {
                changed.run(());
                return Err(Changed::Meanwhile);
            }
            let answer = desk.watch(api.set_free_places(&seen, free)).await;
            changed.run(());
            answer.map(|_| ()).map_err(|failure| {
                if failure.is(Code::PreconditionFailed) {
                    Changed::Meanwhile
                } else {
                    Changed::Failed(failure)
                }
            })
        }
    });
    let press = move |free: Option<u32>| {
        if let (Some(free), false) = (free, set.pending().get_untracked()) {
            set.dispatch_local(free);
        }
    };
    let failed = Signal::derive(move || match set.value().get() {
        Some(Err(Changed::Failed(failure))) => Some(failure),
        _ => None,
    });
    let meanwhile = move || matches!(set.value().get(), Some(Err(Changed::Meanwhile)));
    let none_free = places.free + places.resting == 0;
    let none_left = places.unpublished == 0;
    let label = name.clone();
    let card = name.clone();
    let of = move |value: u32| format::number(i18n.get_locale(), value);
    view! {
        <section class="card" aria-label=card>
            <h2 translate="no">{name}</h2>
            <div class="desk-stepper" role="group"
                aria-label=move || t_string!(i18n, desk.free_in, name = label.clone())>
                <button type="button" class="btn" disabled=none_free
                    aria-label=move || t_string!(i18n, desk.fewer)
                    on:click=move |_| press(offered.checked_sub(1))>"−"</button>
                <output class="desk-number" aria-live="polite">{move || of(offered)}</output>
                <button type="button" class="btn" disabled=none_left
                    aria-label=move || t_string!(i18n, desk.more)
                    on:click=move |_| press(offered.checked_add(1))>"+"</button>
            </div>
            <p>{move || t_string!(
                i18n, desk.of_capacity, capacity = of(places.capacity),
                taken = of(places.taken), held = of(places.held), closed = of(places.unpublished)
            )}</p>
            <Show when=move || { places.resting > 0 }>
                <p class="hint">{move || t_string!(i18n, desk.resting, count = of(places.resting))}</p>
            </Show>
            <Show when=meanwhile><p role="alert">{t!(i18n, desk.changed_meanwhile)}</p></Show>
            <TroubleSlot failure=failed/>
        </section>
    }
}

#[derive(Clone, Debug)]
enum Changed {
    /// Somebody else has changed the places since they were shown.
    Meanwhile,
    Failed(Failure),
}

impl From<Failure> for Changed {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}
