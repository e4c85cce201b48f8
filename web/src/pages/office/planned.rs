//! Changes of a thing of the registry that take effect on a day to come.

use super::{editor::Column, registry::Data, state::use_office};
use crate::{
    api::use_api,
    components::{
        card::Card,
        facts::{Fact, Facts},
        fields::PlainButton,
        trouble::TroubleSlot,
    },
    i18n::{I18n, format, t, t_string, use_i18n},
    remote::failure_of,
};
use balabaqsha_shared::{dto::PlannedChange, id::RegistryChangeId, import::ImportKind};
use leptos::prelude::*;
use serde_json::Value;

/// Changes that take effect on a day to come.
#[component]
pub fn Planned(
    planned: Vec<PlannedChange>,
    kind: ImportKind,
    /// Of the members that change, where not all are said anew.
    #[prop(optional)]
    columns: Vec<Column>,
    /// After one of them was taken back.
    #[prop(into)]
    on_change: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let take_back = Action::new_local(move |id: &RegistryChangeId| {
        let asked = api.take_back(*id);
        async move {
            let taken = office.watch(asked).await;
            // Whatever the answer is, it may be another list now.
            on_change.run(());
            taken
        }
    });
    (!planned.is_empty()).then(|| {
        let item = move |change: PlannedChange| {
            let refused = change.refused.map(|error| {
                view! { <p class="error">{t!(i18n, registry.not_taken)} " " {error.detail}</p> }
            });
            let words = move || {
                let day = format::day(i18n.get_locale(), change.effective_on);
                t_string!(i18n, registry.planned_on, day = day, by = change.by.clone())
            };
            let data = if columns.is_empty() {
                view! { <Data data=change.data kind/> }.into_any()
            } else {
                let facts = members(i18n, &columns, &change.data);
                view! { <Facts>{facts}</Facts> }.into_any()
            };
            let id = change.id;
            let press = move |()| {
                if !take_back.pending().get_untracked() {
                    take_back.dispatch_local(id);
                }
            };
            view! {
                <li>
                    <p>{words}</p>
                    {refused}
                    {data}
                    <PlainButton text=move || t_string!(i18n, registry.take_back)
                        busy=take_back.pending() on_press=press class="btn small ghost"/>
                </li>
            }
        };
        view! {
            <Card title=move || t_string!(i18n, registry.planned)>
                <TroubleSlot failure=failure_of(take_back)/>
                <ul>{planned.into_iter().map(item).collect_view()}</ul>
            </Card>
        }
    })
}

/// The columns that a change has.
fn members(i18n: I18n, columns: &[Column], data: &Value) -> impl IntoView + use<> {
    let there = |column: &&Column| data.pointer(column.pointer).is_some();
    let fact = |column: &Column| {
        let (column, text) = (*column, column.text(data));
        view! {
            <Fact name=move || (column.label)(i18n.get_locale())>
                {move || column.shown(i18n.get_locale(), &text)}
            </Fact>
        }
    };
    columns.iter().filter(there).map(fact).collect_view()
}
