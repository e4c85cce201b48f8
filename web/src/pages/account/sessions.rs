//! Where the person is logged in, and the way to end the others (R1).

use crate::{
    api::use_api,
    components::{
        card::Card,
        fields::PlainButton,
        tag::{Mood, Tag},
        trouble::TroubleSlot,
    },
    i18n::{format, t, t_string, use_i18n},
    remote::{Fetched, Remote, failure_of},
};
use balabaqsha_shared::{
    device,
    dto::{LiveSession, SessionList},
    id::SessionId,
};
use leptos::prelude::*;

#[component]
pub fn Sessions() -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let known: Remote<SessionList> = Remote::new(move || api.sessions());
    // One after another: what was not ended stays in the list.
    let end = Action::new_local(move |ids: &Vec<SessionId>| {
        let ids = ids.clone();
        async move {
            let mut outcome = Ok(());
            for id in ids {
                outcome = outcome.and(api.end_session(id).await);
            }
            known.refresh();
            outcome
        }
    });
    let others = move || {
        let others = known.with(|list| {
            let others = list.items.iter().filter(|session| !session.current);
            others.map(|session| session.id).collect::<Vec<_>>()
        });
        others.unwrap_or_default()
    };
    let press = move |()| {
        if !end.pending().get_untracked() {
            end.dispatch_local(untrack(others));
        }
    };
    let ended = move || end.value().with(|outcome| matches!(outcome, Some(Ok(()))));
    let said = move || (ended() && !end.pending().get()).then(|| t_string!(i18n, sessions.ended));
    view! {
        <Card title=move || t_string!(i18n, sessions.heading)>
            <p class="muted">{t!(i18n, sessions.text)}</p>
            <Fetched data=known let:list>
                <ul class="sessions">
                    {list.items.into_iter().map(|session| view! { <Row session/> }).collect_view()}
                </ul>
            </Fetched>
            <TroubleSlot failure=failure_of(end)/>
            <Show when=move || !others().is_empty()>
                <PlainButton text=move || t_string!(i18n, sessions.end_others)
                    busy=end.pending() on_press=press/>
            </Show>
            <p role="status">{said}</p>
        </Card>
    }
}

#[component]
fn Row(session: LiveSession) -> impl IntoView {
    let i18n = use_i18n();
    let LiveSession {
        current,
        started_at,
        renewed_at,
        device,
        ..
    } = session;
    let device = device.as_deref().and_then(device::name);
    let name = move || {
        let device = device.clone();
        device.unwrap_or_else(|| t_string!(i18n, sessions.unknown_device).to_owned())
    };
    let here = current.then(|| {
        view! { " " <Tag mood=Mood::Good text=move || t_string!(i18n, sessions.here)/> }
    });
    let used = move || {
        let at = format::moment(i18n.get_locale(), renewed_at);
        t_string!(i18n, sessions.used, at = at)
    };
    let started = started_at.map(|at| {
        let words = move || {
            let at = format::moment(i18n.get_locale(), at);
            t_string!(i18n, sessions.started, at = at)
        };
        view! { <br/><span class="muted">{words}</span> }
    });
    view! {
        <li>
            <b>{name}</b> {here}
            <br/>
            <span class="muted">{used}</span>
            {started}
        </li>
    }
}
