//! «Сохранить на этом телефоне»: a referral and its paper for the time without a network.

use super::{fields::PlainButton, notice::Inset, trouble::TroubleSlot};
use crate::{
    api::use_api,
    app::groups,
    i18n::{t, t_string, use_i18n},
    lazy::preload,
    remote::failure_of,
    routes::Route,
    saved::{self, Saved},
    state::{use_clock, use_session},
};
use balabaqsha_shared::{dto::Application, endpoint};
use leptos::prelude::*;

#[component]
pub fn SaveOnDevice(application: Application) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let clock = use_clock();
    let session = use_session();
    let id = application.id;
    let state = RwSignal::new(Stored::Unknown);
    leptos::task::spawn_local(async move {
        if let Some(person) = untrack(|| session.person_id()) {
            let there = saved::has(person, id).await;
            state.try_set(if there { Stored::Yes } else { Stored::No });
        }
    });
    let save = Action::new_local(move |(): &()| {
        let application = application.clone();
        let person = untrack(|| session.person_id());
        // The page that shows it has to be there as well.
        preload(groups::SavedThings);
        async move {
            let Some(person) = person else {
                return Ok(());
            };
            let documents = api.documents(id).await?;
            let papers = documents.items.into_iter();
            let Some(paper) = papers.max_by_key(|document| document.signed_at) else {
                return Ok(());
            };
            let paper = api.file(endpoint::document_pdf(paper.id)).await?;
            let saved = Saved {
                at: clock.now(),
                application,
            };
            let done = saved::save(person, &saved, &paper).await;
            state.try_set(if done { Stored::Yes } else { Stored::Refused });
            Ok(())
        }
    });
    let press = move |()| {
        if !save.pending().get_untracked() {
            save.dispatch_local(());
        }
    };
    view! {
        <section class="save">
            {move || match state.get() {
                Stored::Yes => Some(view! {
                    <Inset>
                        <p role="status">
                            {t!(i18n, saved.done)} " "
                            <a href=Route::Saved.path()>{t!(i18n, saved.heading)}</a>
                        </p>
                    </Inset>
                }.into_any()),
                Stored::Refused => Some(view! {
                    <p role="alert">{t!(i18n, saved.refused)}</p>
                }.into_any()),
                Stored::No | Stored::Unknown => None,
            }}
            <PlainButton text=move || t_string!(i18n, saved.save)
                busy=save.pending() on_press=press/>
            <p class="hint">{t!(i18n, saved.hint)}</p>
            <TroubleSlot failure=failure_of(save)/>
        </section>
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stored {
    Unknown,
    No,
    Yes,
    /// The browser does not keep anything.
    Refused,
}
