//! R24: the localities in which no referrals are issued for a time, until when and why.

use super::notice::Inset;
use crate::{
    i18n::{format, t_string, use_i18n},
    state::{shown_name, use_localities},
};
use balabaqsha_shared::dto::{Locality, Suspension};
use chrono::TimeDelta;
use leptos::prelude::*;

/// What is suspended among the localities that `shown` names; nothing while none is.
#[component]
pub fn Suspended(shown: Callback<Locality, bool>) -> impl IntoView {
    let i18n = use_i18n();
    let localities = use_localities();
    let suspended = Memo::new(move |_| {
        localities.all(|locality| {
            let suspension = locality.suspension.clone()?;
            let is_shown = shown.run(locality.clone());
            is_shown.then(|| (locality.clone(), suspension))
        })
    });
    let sentence = move |locality: &Locality, suspension: &Suspension| {
        let last = suspension.ends_at - TimeDelta::seconds(1);
        t_string!(
            i18n,
            places.suspended,
            locality = shown_name(i18n, locality),
            day = format::day_of(i18n.get_locale(), last),
            reason = suspension.reason.clone()
        )
    };
    move || {
        let sentences = suspended.with(|suspended| {
            let lines = suspended.iter();
            lines
                .map(|(locality, suspension)| sentence(locality, suspension))
                .collect::<Vec<_>>()
        });
        (!sentences.is_empty()).then(|| {
            let lines = sentences.into_iter();
            let lines = lines.map(|line| view! { <p role="status">{line}</p> });
            view! { <Inset>{lines.collect_view()}</Inset> }
        })
    }
}
