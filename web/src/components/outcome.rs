//! The pages of a way that ends with a signature. While nobody knows what has become of one that was
//! sent, they make room for a page that says so and asks.

use super::{fields::PlainButton, heading::Heading, waiting::Waiting};
use crate::{
    i18n::{t, t_string, use_i18n},
    state::{Stage, Way, use_outcome},
};
use leptos::prelude::*;

/// Which page of the way it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    BeforeSigning,
    Signing,
    Result,
}

/// What stands in the place of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Page,
    /// The outcome is open.
    Open,
    /// The result is about to be shown.
    Leaving,
}

#[component]
pub fn SignedWay(way: Way, step: Step, children: ChildrenFn) -> impl IntoView {
    let outcome = use_outcome();
    if step == Step::Result {
        outcome.shown();
    }
    let shown = Memo::new(move |_| shown(&outcome.stage(), way, step));
    move || match shown.get() {
        Shown::Page => untrack(|| children()).into_any(),
        Shown::Open => view! { <OpenOutcome/> }.into_any(),
        Shown::Leaving => view! { <Waiting/> }.into_any(),
    }
}

fn shown(stage: &Stage, way: Way, step: Step) -> Shown {
    match (stage, step) {
        (_, Step::Result) => Shown::Page,
        (Stage::Asking(of) | Stage::Waiting(of, _), _) if *of == way => Shown::Open,
        // The page of the signature says itself that it is being sent.
        (Stage::Sending(of), Step::BeforeSigning) if *of == way => Shown::Open,
        (Stage::Done(of, _), _) if *of == way => Shown::Leaving,
        _ => Shown::Page,
    }
}

#[component]
fn OpenOutcome() -> impl IntoView {
    let i18n = use_i18n();
    let outcome = use_outcome();
    let why = move || match outcome.stage() {
        Stage::Waiting(_, failure) => Some(format!("{}.", failure.title(i18n.get_locale()))),
        _ => None,
    };
    let waiting = Memo::new(move |_| matches!(outcome.stage(), Stage::Waiting(..)));
    let doing = move || {
        if waiting.get() {
            t_string!(i18n, outcome.waiting)
        } else {
            t_string!(i18n, outcome.asking)
        }
    };
    view! {
        <Heading text=move || t_string!(i18n, outcome.heading)/>
        <div class="narrow">
            <p class="lead">{t!(i18n, outcome.text)}</p>
            <p>{t!(i18n, outcome.no_second)}</p>
            <p role="status">{doing} " " {why}</p>
            <PlainButton text=move || t_string!(i18n, outcome.ask_now)
                busy=Signal::derive(move || !waiting.get())
                on_press=move |()| outcome.ask_now()/>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        api::{Failure, Loss},
        routes::{Act, Route},
    };
    use rstest::rstest;

    const STEPS: [Step; 3] = [Step::BeforeSigning, Step::Signing, Step::Result];

    fn ways() -> [Way; 2] {
        let id = "0198a0b0-0000-7000-8000-000000000001".parse().unwrap();
        [Way::Choosing(id), Way::Acting(id, Act::Extension)]
    }

    #[rstest]
    #[case(Stage::Nothing, [Shown::Page; 3])]
    #[case(Stage::Sending(ways()[0]), [Shown::Open, Shown::Page, Shown::Page])]
    #[case(Stage::Asking(ways()[0]), [Shown::Open, Shown::Open, Shown::Page])]
    #[case(
        Stage::Waiting(ways()[0], Failure::lost(Loss::Offline)),
        [Shown::Open, Shown::Open, Shown::Page]
    )]
    #[case(
        Stage::Done(ways()[0], Route::Applications),
        [Shown::Leaving, Shown::Leaving, Shown::Page]
    )]
    fn no_step_of_a_way_can_be_repeated_while_its_outcome_is_open(
        #[case] stage: Stage,
        #[case] expected: [Shown; 3],
    ) {
        let [way, another] = ways();
        assert_eq!(STEPS.map(|step| shown(&stage, way, step)), expected);
        assert_eq!(
            STEPS.map(|step| shown(&stage, another, step)),
            [Shown::Page; 3]
        );
    }
}
