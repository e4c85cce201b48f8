use super::{Stage, frame, text};
use crate::{browser, components::hold::Countdown, state::Clock};
use chrono::{DateTime, TimeDelta, Utc};
use leptos::prelude::*;
use std::{cell::Cell, rc::Rc};
use wasm_bindgen_test::wasm_bindgen_test;

/// Far from the clock of any computer.
fn noon() -> DateTime<Utc> {
    "2031-05-06T07:00:00Z".parse().unwrap()
}

struct Running {
    stage: Stage,
    clock: Clock,
    over: RwSignal<u32>,
}

impl Running {
    /// Ten minutes that end ten minutes after noon, by the service's clock at noon.
    async fn show() -> Self {
        let given = Rc::new(Cell::new(None));
        let taken = given.clone();
        let stage = Stage::show(move |_| {
            let (clock, over) = (Clock::provide(), RwSignal::new(0_u32));
            clock.told(noon(), browser::now_ms());
            given.set(Some((clock, over)));
            view! {
                <Countdown text=move || "Место придержано" ends_at=noon() + TimeDelta::minutes(10)
                    urgent_below=60 on_over=move |()| over.update(|count| *count += 1)/>
            }
        })
        .await;
        let (clock, over) = taken.get().unwrap();
        Self { stage, clock, over }
    }

    /// The service says that it is so many seconds after noon, and half a second.
    async fn at(&self, seconds: i64) {
        let now = noon() + TimeDelta::seconds(seconds) + TimeDelta::milliseconds(500);
        self.clock.told(now, browser::now_ms());
        frame().await;
    }

    /// The seconds that are shown. Those of the computer run on: a slow one shows some less.
    fn shown(&self) -> u32 {
        let time = text(&self.stage.one(".time"));
        let (minutes, seconds) = time.split_once(':').unwrap();
        minutes.parse::<u32>().unwrap() * 60 + seconds.parse::<u32>().unwrap()
    }

    fn spoken(&self) -> String {
        text(&self.stage.one("[role=status]"))
    }

    fn is_urgent(&self) -> bool {
        self.stage.one(".hold").class_list().contains("urgent")
    }
}

#[wasm_bindgen_test]
async fn the_time_that_is_left_is_that_of_the_service() {
    let running = Running::show().await;
    // A clock of the computer that is years away would show 00:00 or days.
    assert!(
        (570..=600).contains(&running.shown()),
        "{}",
        running.shown()
    );
    running.at(300).await;
    assert!(
        (270..=300).contains(&running.shown()),
        "{}",
        running.shown()
    );
    assert!(!running.is_urgent());
    // The service's clock was moved back: there is more again.
    running.at(120).await;
    assert!(
        (450..=480).contains(&running.shown()),
        "{}",
        running.shown()
    );
    assert_eq!(running.over.get_untracked(), 0);
}

#[wasm_bindgen_test]
async fn the_last_minute_is_urgent_and_readers_hear_minutes() {
    let running = Running::show().await;
    running.at(8 * 60 + 10).await;
    assert_eq!(running.spoken(), "Осталось 2 минуты");
    running.at(9 * 60 + 20).await;
    assert!(running.is_urgent());
    assert_eq!(running.spoken(), "Осталась 1 минута");
}

#[wasm_bindgen_test]
async fn the_end_is_told_once_and_nothing_is_below_zero() {
    let running = Running::show().await;
    running.at(10 * 60).await;
    assert_eq!(running.shown(), 0);
    assert_eq!(running.over.get_untracked(), 1);
    running.at(3_600).await;
    assert_eq!(running.shown(), 0);
    assert_eq!(running.over.get_untracked(), 1);
    assert_eq!(running.spoken(), "Осталось 0 минут");
}
