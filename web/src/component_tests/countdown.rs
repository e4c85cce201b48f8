use super::{settle, show};
use crate::components::hold::Countdown;
use chrono::{DateTime, TimeDelta, Utc};
use leptos::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

/// Not the time of any computer: only the service's clock counts.
fn end() -> DateTime<Utc> {
    "2031-05-01T12:00:00Z".parse().unwrap()
}

#[wasm_bindgen_test]
async fn countdown_follows_the_clock_of_the_service() {
    let page = show(|clock| {
        clock.moved_to(end() - TimeDelta::minutes(20));
        let write = |seconds: i64| if seconds > 600 { "long" } else { "short" }.to_owned();
        view! { <Countdown text=move || "Место" ends_at=end() urgent_below=60 write/> }
    });
    settle().await;
    assert_eq!(page.text(".time"), "long");
    assert!(page.find(".hold.urgent").is_none());
    page.clock.moved_to(end() - TimeDelta::seconds(30));
    settle().await;
    assert_eq!(page.text(".time"), "short");
    assert!(page.find(".hold.urgent").is_some());
}

#[wasm_bindgen_test]
async fn reader_hears_minutes_and_not_the_running_time() {
    let page = show(|clock| {
        clock.moved_to(end() - TimeDelta::seconds(150));
        view! { <Countdown text=move || "Место" ends_at=end() urgent_below=60/> }
    });
    settle().await;
    let time = page.one(".time");
    assert_eq!(time.get_attribute("aria-hidden").as_deref(), Some("true"));
    assert!(
        page.text("[role=status]").contains('3'),
        "a started minute counts"
    );
}

#[wasm_bindgen_test]
async fn end_is_told_once_and_the_time_stays_at_zero() {
    let told = RwSignal::new(0);
    let page = show(move |clock| {
        clock.moved_to(end() - TimeDelta::minutes(1));
        let on_over = move |()| told.update(|times| *times += 1);
        view! { <Countdown text=move || "Место" ends_at=end() urgent_below=60 on_over/> }
    });
    settle().await;
    assert_eq!(told.get_untracked(), 0);
    for seconds in [0, 5] {
        page.clock.moved_to(end() + TimeDelta::seconds(seconds));
        settle().await;
        assert_eq!(page.text(".time"), "00:00");
    }
    assert_eq!(told.get_untracked(), 1);
}
