//! A child whom the kindergarten expects: who it is, until when, and what can be done.

use super::{
    pressed::{self, Press, What},
    state::use_desk,
};
use crate::{
    api::{Failure, use_api},
    components::{
        fields::{PlainButton, WorkingButton},
        links::PhoneLink,
        trouble::TroubleSlot,
    },
    i18n::{format, t, t_string, use_i18n},
    remote::failure_of,
    state::use_clock,
};
use balabaqsha_shared::{
    dto::ExpectedChild, id::ReferralId, number::ReferralNumber, referral::ReferralState, time,
};
use chrono::NaiveDate;
use leptos::prelude::*;

#[component]
pub fn ChildCard(
    child: ExpectedChild,
    /// Something was done with it.
    changed: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let ExpectedChild {
        referral_id,
        number,
        state,
        child_name,
        birth_date,
        contact_phone,
        group_name,
        issued_at,
        deadline,
        late_until,
        undoable_until,
        ..
    } = child;
    let issued_on = time::local_date(issued_at);
    let desk = use_desk();
    let waits = move || desk.pressed.waits(referral_id);
    let born = birth_date.map(|day| {
        view! { <p>{move || t_string!(i18n, desk.born, day = format::day(i18n.get_locale(), day))}</p> }
    });
    let phone = contact_phone.map(|phone| {
        view! { <p>{t!(i18n, desk.parents)} " " <PhoneLink number=phone.to_string()/></p> }
    });
    let until = move || {
        let day = format::day(i18n.get_locale(), deadline);
        match state {
            ReferralState::Active { .. } => t_string!(i18n, desk.until, day = day),
            ReferralState::Enrolled { at } => {
                t_string!(
                    i18n,
                    desk.came,
                    moment = format::moment(i18n.get_locale(), at)
                )
            }
            ReferralState::Lapsed { .. } => t_string!(i18n, desk.lapsed, day = day),
            ReferralState::Ended { .. } => t_string!(i18n, desk.ended).to_owned(),
            ReferralState::Revoked { .. } => t_string!(i18n, desk.revoked).to_owned(),
            ReferralState::Annulled { .. } => t_string!(i18n, desk.annulled).to_owned(),
        }
    };
    let buttons = match state {
        ReferralState::Active { .. } => {
            let number = number.clone();
            view! { <Arrival id=referral_id number changed/> }.into_any()
        }
        ReferralState::Enrolled { .. } if undoable_until.is_some() => {
            let number = number.clone();
            view! { <Undo id=referral_id number changed/> }.into_any()
        }
        ReferralState::Lapsed { .. } if late_until.is_some() => {
            let number = number.clone();
            view! { <LateArrival id=referral_id number issued_on deadline changed/> }.into_any()
        }
        ReferralState::Lapsed { .. } => {
            view! { <p class="hint">{t!(i18n, desk.official_decides)}</p> }.into_any()
        }
        _ => ().into_any(),
    };
    view! {
        <article class="card desk-child" aria-label=child_name.clone()>
            <h3 translate="no">{child_name.clone()}</h3>
            <p class="desk-until">{until}</p>
            {born}
            <p translate="no">{number.as_str().to_owned()} ", " {group_name}</p>
            {phone}
            <Show when=waits>
                <p class="inset" role="status">{t!(i18n, desk.waits)}</p>
            </Show>
            <div hidden=waits>{buttons}</div>
        </article>
    }
}

/// Does at once what was pressed, or keeps it for later.
fn doing(changed: Callback<()>) -> Action<Press, Result<(), Failure>> {
    let (api, desk) = (use_api(), use_desk());
    Action::new_local(move |press: &Press| {
        let press = press.clone();
        async move {
            match desk.watch(pressed::send(api, &press, None)).await {
                Err(failure) if failure.leaves_open() && !failure.is_decision() => {
                    desk.pressed.keep(press);
                    changed.run(());
                    Ok(())
                }
                answer => {
                    changed.run(());
                    answer
                }
            }
        }
    })
}

#[component]
fn Arrival(id: ReferralId, number: ReferralNumber, changed: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let clock = use_clock();
    let does = doing(changed);
    let press = move |()| {
        if !does.pending().get_untracked() {
            does.dispatch_local(Press {
                what: What::Arrived(None),
                referral: id,
                number: number.clone(),
                at: clock.now(),
                refused: None,
            });
        }
    };
    view! {
        <TroubleSlot failure=failure_of(does)/>
        <WorkingButton text=move || t_string!(i18n, desk.arrived) busy=does.pending()
            on_press=press/>
    }
}

#[component]
fn Undo(id: ReferralId, number: ReferralNumber, changed: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let clock = use_clock();
    let does = doing(changed);
    let press = move |()| {
        if !does.pending().get_untracked() {
            does.dispatch_local(Press {
                what: What::Undo,
                referral: id,
                number: number.clone(),
                at: clock.now(),
                refused: None,
            });
        }
    };
    view! {
        <TroubleSlot failure=failure_of(does)/>
        <PlainButton text=move || t_string!(i18n, desk.undo) busy=does.pending() on_press=press/>
    }
}

/// R10: the child had come in time, and the kindergarten says so late, with the day.
#[component]
fn LateArrival(
    id: ReferralId,
    number: ReferralNumber,
    issued_on: NaiveDate,
    deadline: NaiveDate,
    changed: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let clock = use_clock();
    let does = doing(changed);
    let control = format!("arrived-{id}");
    let day = RwSignal::new(deadline.to_string());
    let days: Vec<NaiveDate> = deadline
        .iter_days()
        .rev()
        .take_while(|day| *day >= issued_on)
        .collect();
    let options = days.into_iter().map(|day| {
        view! {
            <option value=day.to_string()>
                {move || format::weekday(i18n.get_locale(), day)}
            </option>
        }
    });
    let press = move |()| {
        let chosen = day.get_untracked().parse();
        if let (Ok(arrived_on), false) = (chosen, does.pending().get_untracked()) {
            does.dispatch_local(Press {
                what: What::Arrived(Some(arrived_on)),
                referral: id,
                number: number.clone(),
                at: clock.now(),
                refused: None,
            });
        }
    };
    view! {
        <p>{t!(i18n, desk.late)}</p>
        <div class="field">
            <label for=control.clone()>{t!(i18n, desk.arrived_on)}</label>
            <select id=control prop:value=move || day.get()
                on:change=move |event| day.set(event_target_value(&event))>
                {options.collect_view()}
            </select>
        </div>
        <TroubleSlot failure=failure_of(does)/>
        <WorkingButton text=move || t_string!(i18n, desk.confirm_late) busy=does.pending()
            on_press=press/>
    }
}
