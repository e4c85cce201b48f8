//! Lists of the office: a table that scrolls by itself where it is wider than its page, the way through the pages
//! of a list, and days as officials type them.

use crate::{
    api::Failure,
    components::{fields::PlainButton, form::Complaint},
    i18n::{Locale, t_string, td_string, use_i18n},
};
use balabaqsha_shared::{date, dto::Page};
use chrono::NaiveDate;
use leptos::prelude::*;
use std::future::Future;

/// The heading of a column: `|locale| td_string!(locale, …)`.
pub type Title = fn(Locale) -> &'static str;

/// So many pages of a list are fetched for an export or a whole list.
const MOST_PAGES: usize = 500;

#[component]
pub fn Table(
    #[prop(into)] caption: Signal<String>,
    head: Vec<Title>,
    children: Children,
) -> impl IntoView {
    let i18n = use_i18n();
    let titles = head
        .into_iter()
        .map(|title| view! { <th scope="col">{move || title(i18n.get_locale())}</th> })
        .collect_view();
    view! {
        <div class="table" role="region" tabindex="0" aria-label=caption>
            <table>
                <caption class="visually-hidden">{caption}</caption>
                <thead><tr>{titles}</tr></thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}

/// Where one is in a list that the service gives page by page.
#[derive(Clone, Copy, Debug)]
pub struct Paged {
    /// The cursors that lead to the present page, one for each page behind the first.
    cursors: RwSignal<Vec<String>>,
}

impl Paged {
    pub fn new() -> Self {
        Self {
            cursors: RwSignal::new(Vec::new()),
        }
    }

    /// That of the present page; none is the first.
    pub fn cursor(self) -> Option<String> {
        self.cursors.with(|cursors| cursors.last().cloned())
    }
}

/// The way to the page before and to the next one.
#[component]
pub fn Pager(paged: Paged, next: Option<String>) -> impl IntoView {
    let i18n = use_i18n();
    let number = paged.cursors.with_untracked(Vec::len) + 1;
    if number == 1 && next.is_none() {
        return ().into_any();
    }
    let back = (number > 1).then(|| {
        let press = move |()| drop(paged.cursors.try_update(Vec::pop));
        view! { <PlainButton text=move || t_string!(i18n, list.back) on_press=press/> }
    });
    let forward = next.map(|next| {
        let press = move |()| paged.cursors.update(|cursors| cursors.push(next.clone()));
        view! { <PlainButton text=move || t_string!(i18n, list.forward) on_press=press/> }
    });
    view! {
        <nav class="pager" aria-label=move || t_string!(i18n, list.pages)>
            {back}
            <span>{move || t_string!(i18n, list.page, number = number.to_string())}</span>
            {forward}
        </nav>
    }
    .into_any()
}

/// All items of a list, page by page.
pub async fn all<T, F>(fetch: impl Fn(Option<String>) -> F) -> Result<Vec<T>, Failure>
where
    F: Future<Output = Result<Page<T>, Failure>>,
{
    let mut found = Vec::new();
    let mut cursor = None;
    for _ in 0..MOST_PAGES {
        let page = fetch(cursor).await?;
        found.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    Ok(found)
}

/// A day, in any of the ways in which people write one.
pub fn day(typed: &str) -> Result<NaiveDate, Complaint> {
    date::read(typed).map_err(|_| Complaint::Text(|locale| td_string!(locale, list.no_day)))
}
