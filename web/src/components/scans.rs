//! Scans of proofs (R21): images of their pages, which are fetched with the access token when somebody wants to
//! see them.

use super::{
    fields::PlainButton,
    tag::{Mood, Tag},
    trouble::TroubleSlot,
};
use crate::{
    api::{Failure, Loss, use_api},
    browser::BlobUrl,
    i18n::{Locale, format, t_string, td_string, use_i18n},
};
use balabaqsha_shared::{benefit::VirusCheck, dto::Scan, id::ScanId};
use leptos::prelude::*;
use std::sync::Arc;

/// Whether somebody has looked for viruses, where that needs saying.
#[component]
pub fn VirusTag(check: VirusCheck) -> impl IntoView {
    let i18n = use_i18n();
    let mood = match check {
        VirusCheck::Off | VirusCheck::Clean => return None,
        VirusCheck::Unchecked | VirusCheck::Overridden => Mood::Soon,
        VirusCheck::Infected => Mood::Stop,
    };
    Some(view! { <Tag mood text=move || check_words(i18n.get_locale(), check)/> })
}

fn check_words(locale: Locale, check: VirusCheck) -> &'static str {
    match check {
        VirusCheck::Off | VirusCheck::Clean => "",
        VirusCheck::Unchecked => td_string!(locale, benefit.unchecked),
        VirusCheck::Overridden => td_string!(locale, benefit.overridden),
        VirusCheck::Infected => td_string!(locale, benefit.infected),
    }
}

/// What a scan is, in words.
pub fn scan_words(locale: Locale, scan: &Scan) -> String {
    let kind = scan.kind.as_str().to_uppercase();
    let kilobytes = format::number(locale, scan.size.div_ceil(1024));
    let pages = u32::from(scan.pages);
    let count = format::number(locale, pages);
    td_string!(
        locale,
        benefit.scan,
        kind = kind,
        pages = count,
        size = kilobytes
    )
}

/// The pages of a scan one by one. The first is shown at once where `open`.
#[component]
pub fn ScanPages(
    scan: Scan,
    /// The address of a page.
    path: fn(ScanId, u16) -> String,
    #[prop(optional)] open: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let shown = RwSignal::new(None::<(u16, Arc<BlobUrl>)>);
    let failure = RwSignal::new(None::<Failure>);
    let (id, last, opens) = (scan.id, scan.pages, scan.virus_check.opens());
    let look = Action::new_local(move |page: &u16| {
        let page = *page;
        failure.set(None);
        async move {
            let image = match api.file(path(id, page)).await {
                Ok(blob) => BlobUrl::new(&blob).ok_or(Failure::lost(Loss::Unreadable)),
                Err(refused) => Err(refused),
            };
            match image {
                Ok(url) => drop(shown.try_set(Some((page, Arc::new(url))))),
                Err(refused) => drop(failure.try_set(Some(refused))),
            }
        }
    });
    let go = move |page: u16| {
        if !look.pending().get_untracked() && (1..=last).contains(&page) {
            look.dispatch_local(page);
        }
    };
    if open && opens {
        look.dispatch_local(1);
    }
    let words = {
        let scan = scan.clone();
        move || scan_words(i18n.get_locale(), &scan)
    };
    let image = move || {
        let (page, url) = shown.get()?;
        let text = move || {
            let locale = i18n.get_locale();
            let of = format::number(locale, last.into());
            let page = format::number(locale, page.into());
            t_string!(i18n, benefit.page_of, page = page, of = of)
        };
        let turns = (last > 1).then(|| {
            view! {
                <div class="buttons">
                    <PlainButton text=move || t_string!(i18n, benefit.previous_page)
                        class="btn small ghost" on_press=move |()| go(page.saturating_sub(1))/>
                    <PlainButton text=move || t_string!(i18n, benefit.next_page)
                        class="btn small ghost" on_press=move |()| go(page.saturating_add(1))/>
                </div>
            }
        });
        let source = url.as_str().to_owned();
        Some(view! {
            <figure class="scan">
                <img src=source alt=text/>
                <figcaption>{text}</figcaption>
            </figure>
            {turns}
        })
    };
    let button = (opens && !open).then(|| {
        view! {
            <PlainButton text=move || t_string!(i18n, benefit.look) busy=look.pending()
                class="btn small ghost" on_press=move |()| go(1)/>
        }
    });
    view! {
        <p>{words} " " <VirusTag check=scan.virus_check/> " " {button}</p>
        <TroubleSlot failure/>
        {image}
    }
}
