//! «Уведомления»: what has happened and what must be done until when, the newest first.

use super::card;
use crate::{
    api::{Failure, use_api},
    changes::Topic,
    components::{
        fields::plain_button,
        heading::heading,
        subscriptions,
        tag::{Mood, tag},
        trouble::trouble_slot,
    },
    dom::{El, View, a, each, h2, li, live, p, say, time, ul, view},
    i18n::{format, t},
    notices::use_unread,
    remote::Remote,
    routes::{ApplicationTab, Route},
};
use balabaqsha_shared::dto::{Notice, NoticePage};
use leptos::prelude::*;

const REFRESH_SECONDS: u32 = 15;

pub fn page() -> View {
    let api = use_api();
    let first: Remote<NoticePage> = Remote::new(move || api.notices(None))
        .in_language()
        .follow(Topic::Account, REFRESH_SECONDS);
    let list = first.show_once(move || {
        let empty = live(move || {
            let empty = first.with(|page| page.items.is_empty()) == Some(true);
            empty.then(|| card(t::notices::EMPTY, p().add(t::notices::EMPTY_TEXT)))
        });
        view((empty, rows(first)))
    });
    view((heading(t::notices::HEADING), subscriptions::list(), list))
}

fn rows(first: Remote<NoticePage>) -> View {
    let api = use_api();
    let unread = use_unread();
    let more = RwSignal::new(Vec::<Notice>::new());
    let cursor = RwSignal::new(first.now(|page| page.next_cursor.clone()).flatten());
    let failure = RwSignal::new(None::<Failure>);
    crate::dom::effect(move || {
        if let Some(count) = first.with(|page| page.unread) {
            unread.set(count);
        }
    });
    let load_more = move || {
        let Some(next) = cursor.get_untracked() else {
            return;
        };
        failure.set(None);
        leptos::task::spawn_local(async move {
            match api.notices(Some(next)).await {
                Ok(page) => {
                    more.try_update(|more| more.extend(page.items));
                    cursor.try_set(page.next_cursor);
                }
                Err(refused) => drop(failure.try_set(Some(refused))),
            }
        });
    };
    let all = move || {
        let mut notices = first.with(|page| page.items.clone()).unwrap_or_default();
        let known: Vec<_> = notices.iter().map(|notice| notice.id).collect();
        notices.extend(
            more.get()
                .into_iter()
                .filter(|notice| !known.contains(&notice.id)),
        );
        notices
    };
    let key =
        |notice: &Notice| format!("{}{}{}", notice.id, notice.read_at.is_some(), notice.title);
    let read = move |notice: &Notice| {
        let id = notice.id;
        failure.set(None);
        leptos::task::spawn_local(async move {
            match api.read_notice(id).await {
                Ok(()) => {
                    more.try_update(|more| {
                        for seen in more.iter_mut().filter(|notice| notice.id == id) {
                            seen.read_at = Some(seen.at);
                        }
                    });
                    first.refresh();
                }
                Err(refused) => drop(failure.try_set(Some(refused))),
            }
        });
    };
    let button = live(move || {
        cursor
            .with(Option::is_some)
            .then(|| plain_button(t::applications::MORE, load_more))
    });
    view((
        ul().class("notices")
            .add(each(all, key, move |notice| row(notice, read))),
        trouble_slot(failure),
        button,
    ))
}

fn row(notice: Notice, read: impl Fn(&Notice) + 'static) -> El {
    let at = notice.at;
    let fresh = notice.read_at.is_none();
    let way = notice.application_id.map(|id| {
        a().href(&Route::Application(id, ApplicationTab::Data).path())
            .add(t::queueing::OPEN)
    });
    let title = h2().add((
        notice.title.as_str(),
        " ",
        fresh.then(|| tag(Mood::Soon, t::notices::NEW)),
    ));
    let text = notice.text.clone();
    let mark = fresh.then(|| plain_button(t::notices::READ, move || read(&notice)));
    li().class("card").add((
        title,
        time()
            .class("muted")
            .attr("datetime", &at.to_rfc3339())
            .add(say(move || format::moment(at))),
        p().add(text),
        p().class("buttons").add((way, mark)),
    ))
}
