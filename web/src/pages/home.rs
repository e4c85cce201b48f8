//! The first page: find the locality, see how many places are free and how long the queues are.

use super::paragraph;
use crate::{
    app::use_service,
    browser,
    components::{
        combobox::{Item, combobox},
        form::Field,
        heading::heading,
        trouble::trouble,
    },
    dom::{El, View, a, button, form, h2, h3, li, live, ol, p, say, section, span, ul, view},
    i18n::{Text, format, language, t},
    localities::{shown_name, use_localities},
    router::use_router,
    routes::Route,
};
use balabaqsha_shared::dto::{Figures, Locality};
use leptos::prelude::*;
use std::rc::Rc;

pub fn page() -> View {
    view((find(), figures(), way(), all()))
}

/// The locality, found by its name.
fn find() -> View {
    let router = use_router();
    let localities = use_localities();
    let field = Field::new("locality", "");
    let chosen = RwSignal::new(None::<String>);
    let items = Memo::new(move |_| localities.all(|locality| Some(item(locality))));
    let go = move || match chosen.get_untracked() {
        Some(code) => router.go(&Route::Locality(code)),
        None => {
            field.complain(t::home::CHOOSE_LOCALITY);
            browser::focus_id(field.id);
        }
    };
    let finder = form()
        .class("find")
        .attr("role", "search")
        .on_submit(go)
        .add((
            combobox(
                field,
                t::home::LOCALITY,
                t::home::PLACEHOLDER,
                items,
                chosen,
            ),
            button()
                .attr("type", "submit")
                .class("btn gold")
                .add(t::common::CONTINUE),
        ));
    let failed = live(move || {
        let retry = Rc::new(move || localities.remote().retry());
        localities
            .remote()
            .failure()
            .map(|failure| trouble(failure, Some(retry)))
    });
    view((
        section().class("hero").add((
            heading(t::home::HEADING),
            p().class("lead").add(t::home::LEAD),
            finder,
        )),
        failed,
    ))
}

fn item(locality: &Locality) -> Item {
    let note = if locality.served_here {
        locality.district.get(language())
    } else {
        t::home::SERVED_ELSEWHERE.get()
    };
    // Found by its name in any of the languages, whichever is chosen.
    let names = [&locality.name.kk, &locality.name.ru, &locality.name.en];
    Item {
        value: locality.code.clone(),
        label: shown_name(locality),
        note: note.to_owned(),
        search: names.map(|name| browser::lowercase(name)).join("\n"),
    }
}

/// Sums over all localities, with the way to what stands behind them.
fn figures() -> El {
    let service = use_service();
    let card = |figure: fn(&Figures) -> u32, words: fn(u32) -> String, href: &str, link: Text| {
        let figure = move || service.0.with(|service| figure(&service.figures));
        li().class("card").add((
            p().class("num").add(say(move || {
                figure().map(format::number).unwrap_or_default()
            })),
            p().add(say(move || words(figure().unwrap_or_default()))),
            a().href(href).add(link),
        ))
    };
    ul().class("grid figures").add((
        card(
            |figures| figures.free_places,
            t::home::free_places,
            &Route::Places.path(),
            t::home::SEE_PLACES,
        ),
        card(
            |figures| figures.queued_children,
            t::home::queued_children,
            &format!("{}#queue", Route::Help.path()),
            t::home::SEE_QUEUE,
        ),
        card(
            |figures| figures.referrals_last_seven_days,
            t::home::referrals,
            &Route::VerifyByHand.path(),
            t::home::CHECK_REFERRAL,
        ),
    ))
}

/// From the queue to the kindergarten, in four steps.
fn way() -> El {
    let steps = [
        (t::home::STEP_QUEUE, t::home::STEP_QUEUE_TEXT),
        (t::home::STEP_WAIT, t::home::STEP_WAIT_TEXT),
        (t::home::STEP_CHOOSE, t::home::STEP_CHOOSE_TEXT),
        (t::home::STEP_ARRIVE, t::home::STEP_ARRIVE_TEXT),
    ];
    let steps =
        steps.map(|(title, text)| li().class("card").add((h3().add(title), paragraph(text))));
    section().add((h2().add(t::home::WAY), ol().class("grid way").add(steps)))
}

/// Every locality by name, for those who rather read than type.
fn all() -> El {
    let localities = use_localities();
    let list = live(move || {
        localities.all(|locality| {
            locality.served_here.then(|| {
                let route = Route::Locality(locality.code.clone());
                let note = || span().class("note");
                li().add((
                    a().href(&route.path()).add(shown_name(locality)),
                    note().add(locality.district.get(language())),
                    note().add(t::place::free(locality.free_places)),
                ))
            })
        })
    });
    section().add((
        h2().add(t::home::ALL),
        ul().class("localities").add(list),
        p().class("muted").add(t::home::ELSEWHERE_NOTE),
    ))
}
