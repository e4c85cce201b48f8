//! What can be done with an application now: choosing a private kindergarten (R6), and the acts on
//! the application or its referral (R13 to R15). What is not possible says why.

use crate::{
    app::groups,
    components::{
        acts::{RevocationTime, act_name},
        card::Card,
        links::ActionLink,
        reasons::Reasons,
    },
    i18n::{format, t, t_string, use_i18n},
    lazy::preload,
    remote::Remote,
    routes::{Act, ActStep, ChooseStep, Route},
};
use balabaqsha_shared::{
    application::ApplicationState,
    dto::{Application, Possibility},
    id::ApplicationId,
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

/// Whether a private kindergarten can be chosen; nothing where that cannot come any more, or not
/// before the referral is over.
pub fn choosing(application: &Application) -> Option<Possibility> {
    match application.state {
        ApplicationState::Queued | ApplicationState::StopListed { .. } => Some(Possibility {
            allowed: application.choosing.allowed,
            unmet: application.choosing.unmet.clone(),
        }),
        ApplicationState::Referred { .. }
        | ApplicationState::Enrolled { .. }
        | ApplicationState::Left { .. }
        | ApplicationState::Removed { .. }
        | ApplicationState::Withdrawn { .. } => None,
    }
}

/// The button is there exactly when the rule is met; otherwise the reasons are.
#[component]
pub fn ChoosingCard(
    application: Remote<Application>,
    id: ApplicationId,
    possibility: Possibility,
) -> impl IntoView {
    let i18n = use_i18n();
    let content = if possibility.allowed {
        // The numbers change on their own: the link below keeps the focus.
        let free = Memo::new(move |_| {
            application.with(|found| (found.choosing.free_places, found.choosing.kindergartens))
        });
        let free = move || {
            let (places, kindergartens) = free.get()?;
            let locale = i18n.get_locale();
            let places = t_string!(i18n, choosing.places, count = format::count(locale, places));
            let kindergartens = t_string!(
                i18n,
                choosing.kindergartens,
                count = format::count(locale, kindergartens)
            );
            Some(format!("{places} {kindergartens}"))
        };
        // How many tries there are is said before the first of them (R8).
        let left = Memo::new(move |_| application.with(|found| found.choosing.holds_left));
        let left = move || {
            let count = format::number(i18n.get_locale(), left.get()?);
            Some(t_string!(i18n, choosing.holds_left, count = count))
        };
        view! {
            <ul class="check">
                <li>{t!(i18n, choosing.is_queued)}</li>
                <li>{t!(i18n, choosing.is_old_enough)}</li>
                <li>{free}</li>
            </ul>
            <p>
                <ActionLink to=Route::Choose(id, ChooseStep::List)
                    ahead=|| preload(groups::Choose)
                    text=move || t_string!(i18n, choosing.choose)/>
            </p>
            <p class="muted">{t!(i18n, choosing.consequence)} " " {left}</p>
        }
        .into_any()
    } else {
        view! {
            <p>{t!(i18n, choosing.not_yet)}</p>
            <Reasons unmet=possibility.unmet/>
        }
        .into_any()
    };
    view! {
        <Card title=move || t_string!(i18n, choosing.heading) class="card choosing">{content}</Card>
    }
}

/// An act that is possible in principle, and whether it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    act: Act,
    possibility: Possibility,
    /// The first moment at which it is too late.
    until: Option<DateTime<Utc>>,
}

/// The acts that the state of the application has.
pub fn acts(application: &Application) -> Vec<Offer> {
    match (&application.state, &application.referral) {
        (ApplicationState::Referred { .. }, Some(referral)) => vec![
            Offer {
                act: Act::Extension,
                possibility: Possibility {
                    allowed: referral.extending.allowed,
                    unmet: referral.extending.unmet.clone(),
                },
                until: None,
            },
            Offer {
                act: Act::Revocation,
                possibility: referral.revoking.clone(),
                until: Some(referral.revocable_until),
            },
        ],
        (ApplicationState::Queued | ApplicationState::StopListed { .. }, _) => vec![Offer {
            act: Act::Withdrawal,
            possibility: application.withdrawing.clone(),
            until: None,
        }],
        (
            ApplicationState::Referred { .. }
            | ApplicationState::Enrolled { .. }
            | ApplicationState::Left { .. }
            | ApplicationState::Removed { .. }
            | ApplicationState::Withdrawn { .. },
            _,
        ) => Vec::new(),
    }
}

#[component]
pub fn ActsCard(id: ApplicationId, acts: Vec<Offer>) -> impl IntoView {
    let i18n = use_i18n();
    let acts = acts
        .into_iter()
        .map(move |offer| view! { <ActOffer id offer/> });
    view! { <Card title=move || t_string!(i18n, act.heading)>{acts.collect_view()}</Card> }
}

#[component]
fn ActOffer(id: ApplicationId, offer: Offer) -> impl IntoView {
    let i18n = use_i18n();
    let Offer {
        act,
        possibility,
        until,
    } = offer;
    let name = move || act_name(i18n.get_locale(), act);
    if !possibility.allowed {
        return view! { <p><b>{name}</b></p><Reasons unmet=possibility.unmet/> }.into_any();
    }
    let class = match act {
        Act::Extension => "btn",
        Act::Revocation | Act::Withdrawal => "btn ghost",
    };
    let over = RwSignal::new(false);
    view! {
        {until.map(|until| view! { <RevocationTime until over/> })}
        <Show when=move || !over.get()>
            <p>
                <ActionLink to=Route::Act(id, act, ActStep::Start) class text=name
                    ahead=|| preload(groups::Act)/>
            </p>
        </Show>
    }
    .into_any()
}
