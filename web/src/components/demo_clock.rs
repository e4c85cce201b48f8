//! The clock of the demo: anybody may move it forward and watch what falls due.

use super::{fields::working_button, trouble::trouble_slot};
use crate::{
    api::{Failure, use_api},
    changes::use_changes,
    clock::use_clock,
    dom::{El, form, label, option, select, view},
    i18n::{Text, t},
};
use leptos::prelude::*;

const HOUR: i64 = 3_600;
/// How far one press goes, in seconds.
const STEPS: [(i64, Text); 5] = [
    (HOUR, t::demo_clock::HOUR),
    (24 * HOUR, t::demo_clock::DAY),
    (7 * 24 * HOUR, t::demo_clock::WEEK),
    (14 * 24 * HOUR, t::demo_clock::FORTNIGHT),
    (30 * 24 * HOUR, t::demo_clock::MONTH),
];

pub fn demo_clock() -> El {
    let api = use_api();
    let clock = use_clock();
    let changes = use_changes();
    let chosen = RwSignal::new((24 * HOUR).to_string());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let advance = move || {
        let (Ok(seconds), false) = (chosen.get_untracked().parse(), busy.get_untracked()) else {
            return;
        };
        busy.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            changes.pause(true);
            let outcome = api.advance_demo_clock(seconds).await;
            busy.set(false);
            match outcome {
                Ok(moved) => clock.moved_to(moved.now),
                Err(refused) => failure.set(Some(refused)),
            }
            changes.pause(false);
        });
    };
    let steps = STEPS.map(|(seconds, words)| {
        option()
            .attr("value", &seconds.to_string())
            .flag("selected", seconds == 24 * HOUR)
            .add(words)
    });
    form().class("demo-clock").on_submit(advance).add((
        label().attr("for", "demo-clock").add(t::demo_clock::LABEL),
        select().id("demo-clock").bind_choice(chosen).add(steps),
        working_button("submit", t::demo_clock::MOVE, t::common::WORKING, busy).class("btn small"),
        view(trouble_slot(failure)),
    ))
}
