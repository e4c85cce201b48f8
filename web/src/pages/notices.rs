//! «Уведомления»: what has happened and what must be done until when, the newest first.

use crate::{
    api::use_api,
    browser,
    components::{
        card::Card,
        fields::PlainButton,
        heading::Heading,
        subscriptions::SubscriptionList,
        tag::{Mood, Tag},
        trouble::TroubleSlot,
    },
    i18n::{Locale, format, t, t_string, use_i18n},
    remote::{Ready, Remote, failure_of},
    routes::{ApplicationTab, Route},
    state::{Topic, use_clock, use_unread},
};
use balabaqsha_shared::{
    dto::{Notice, NoticePage},
    id::NoticeId,
};
use leptos::prelude::*;

const REFRESH_SECONDS: u32 = 15;

#[component]
pub fn NoticesPage() -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let first: Remote<NoticePage> = Remote::new(move || api.notices(None))
        .in_language()
        .follow(Topic::Account, REFRESH_SECONDS);
    let empty = Memo::new(move |_| first.with(|page| page.items.is_empty()) == Some(true));
    view! {
        <Heading text=move || t_string!(i18n, notices.heading)/>
        <SubscriptionList/>
        <Ready data=first>
            <Show when=move || empty.get()>
                <Card title=move || t_string!(i18n, notices.empty)>
                    <p>{t!(i18n, notices.empty_text)}</p>
                </Card>
            </Show>
            <Rows first/>
        </Ready>
    }
}

/// The notices that are shown, and where the next page begins.
#[derive(Clone, Debug)]
struct Shown {
    /// The language of their sentences.
    locale: Locale,
    notices: Vec<Notice>,
    next_cursor: Option<String>,
}

impl Shown {
    const fn new(locale: Locale) -> Self {
        Self {
            locale,
            notices: Vec::new(),
            next_cursor: None,
        }
    }

    /// Takes the newest page as it is now. What is known behind it stays, also what newer notices
    /// have pushed off it; in another language all begins anew.
    fn renew(&mut self, locale: Locale, page: NoticePage) {
        if self.locale != locale {
            *self = Self::new(locale);
        }
        if self.notices.is_empty() {
            self.next_cursor = page.next_cursor;
        }
        let known = std::mem::replace(&mut self.notices, page.items);
        self.append(known);
    }

    /// Takes the page that was asked for by the cursor.
    fn extend(&mut self, page: NoticePage) {
        self.append(page.items);
        self.next_cursor = page.next_cursor;
    }

    fn append(&mut self, notices: Vec<Notice>) {
        for notice in notices {
            if self.notices.iter().all(|shown| shown.id != notice.id) {
                self.notices.push(notice);
            }
        }
    }
}

#[component]
fn Rows(first: Remote<NoticePage>) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let clock = use_clock();
    let unread = use_unread();
    let shown = RwSignal::new(Shown::new(i18n.get_locale_untracked()));
    Effect::new(move || {
        if let Some(page) = first.with(NoticePage::clone) {
            unread.set(page.unread);
            shown.update(|shown| shown.renew(i18n.get_locale_untracked(), page));
        }
    });
    let load_more = Action::new_local(move |next: &String| {
        let next = next.clone();
        let locale = i18n.get_locale_untracked();
        async move {
            let page = api.notices(Some(next)).await?;
            shown.try_update(|shown| {
                // Whoever has changed the language meanwhile sees the first page of that one.
                if shown.locale == locale {
                    shown.extend(page);
                }
            });
            Ok(())
        }
    });
    let press = move |()| {
        let next = shown.with_untracked(|shown| shown.next_cursor.clone());
        if let (Some(next), false) = (next, load_more.pending().get_untracked()) {
            load_more.dispatch_local(next);
        }
    };
    let read = Action::new_local(move |id: &NoticeId| {
        let id = *id;
        async move {
            api.read_notice(id).await?;
            shown.try_update(|shown| {
                let read = shown.notices.iter_mut().filter(|notice| notice.id == id);
                read.for_each(|notice| notice.read_at = Some(clock.now()));
            });
            // The button is gone: the focus goes on to the notice.
            browser::soon(move || browser::focus_id(&title_id(id)));
            first.refresh();
            Ok(())
        }
    });
    let notices = move || shown.with(|shown| shown.notices.clone());
    let key = |notice: &Notice| (notice.id, notice.read_at.is_some(), notice.title.clone());
    view! {
        <ul class="notices">
            <For each=notices key let:notice>
                <Row notice read=move |id| { read.dispatch_local(id); }/>
            </For>
        </ul>
        <TroubleSlot failure=failure_of(read)/>
        <TroubleSlot failure=failure_of(load_more)/>
        <Show when=move || shown.with(|shown| shown.next_cursor.is_some())>
            <PlainButton text=move || t_string!(i18n, applications.more)
                busy=load_more.pending() on_press=press/>
        </Show>
    }
}

fn title_id(id: NoticeId) -> String {
    format!("notice-{id}")
}

#[component]
fn Row(notice: Notice, #[prop(into)] read: Callback<NoticeId>) -> impl IntoView {
    let i18n = use_i18n();
    let Notice {
        id,
        at,
        application_id,
        title,
        text,
        read_at,
        ..
    } = notice;
    let is_new = read_at.is_none();
    let new = is_new.then(|| {
        view! { " " <Tag mood=Mood::Soon text=move || t_string!(i18n, notices.new)/> }
    });
    let way = application_id.map(|id| {
        let application = Route::Application(id, ApplicationTab::Data);
        view! { <a href=application.path()>{t!(i18n, queueing.open)}</a> }
    });
    let mark = is_new.then(|| {
        view! {
            <PlainButton text=move || t_string!(i18n, notices.read)
                on_press=move |()| read.run(id)/>
        }
    });
    view! {
        <li class="card">
            <h2 id=title_id(id) tabindex="-1">{title} {new}</h2>
            <time class="muted" datetime=at.to_rfc3339()>
                {move || format::moment(i18n.get_locale(), at)}
            </time>
            <p>{text}</p>
            <p class="buttons">{way} {mark}</p>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(numbers: &[u8], title: &str, next_cursor: Option<&str>) -> NoticePage {
        let items = numbers.iter().map(|number| {
            serde_json::from_value(serde_json::json!({
                "id": format!("0198a0b0-0000-7000-8000-0000000000{number:02}"),
                "kind": "referral_issued",
                "at": "2026-11-30T05:00:00Z",
                "title": format!("{title} {number}"),
                "text": "",
            }))
            .unwrap()
        });
        NoticePage {
            unread: 0,
            items: items.collect(),
            next_cursor: next_cursor.map(str::to_owned),
        }
    }

    fn titles(shown: &Shown) -> Vec<&str> {
        shown
            .notices
            .iter()
            .map(|notice| notice.title.as_str())
            .collect()
    }

    #[test]
    fn a_notice_that_newer_ones_push_off_the_first_page_stays() {
        let mut shown = Shown::new(Locale::ru);
        shown.renew(Locale::ru, page(&[4, 3], "n", Some("after-3")));
        shown.extend(page(&[2, 1], "n", None));
        shown.renew(Locale::ru, page(&[5, 4], "n", Some("after-4")));
        assert_eq!(titles(&shown), ["n 5", "n 4", "n 3", "n 2", "n 1"]);
        assert_eq!(shown.next_cursor, None);
    }

    #[test]
    fn the_newest_answer_replaces_what_it_tells_anew() {
        let mut shown = Shown::new(Locale::ru);
        shown.renew(Locale::ru, page(&[1], "old", None));
        shown.renew(Locale::ru, page(&[1], "new", None));
        assert_eq!(titles(&shown), ["new 1"]);
    }

    #[test]
    fn another_language_begins_with_its_first_page() {
        let mut shown = Shown::new(Locale::ru);
        shown.renew(Locale::ru, page(&[4, 3], "ru", Some("after-3")));
        shown.extend(page(&[2, 1], "ru", None));
        shown.renew(Locale::kk, page(&[4, 3], "kk", Some("after-3")));
        assert_eq!(titles(&shown), ["kk 4", "kk 3"]);
        assert_eq!(shown.next_cursor.as_deref(), Some("after-3"));
    }
}
