//! A card per child after the login: how it stands, the number with a forecast, the deadline with the
//! days that are left, the next step, and the paper.

use crate::{
    api::{Api, use_api},
    app::groups,
    components::{
        calendar_file::DeadlineFile,
        deadline::{DaysLeft, LastDay},
        links::ActionLink,
        tag::ApplicationTag,
    },
    i18n::{Locale, format, localized, t, t_string, td_string, use_i18n},
    lazy::preload,
    remote::Remote,
    routes::{ApplicationTab, ChooseStep, Route},
    state::Topic,
};
use balabaqsha_shared::{
    application::ApplicationState,
    dto::{Application, ApplicationSummary, PositionHistory, Referral},
    forecast::{FAR_WEEKS, Outcome},
    id::ApplicationId,
};
use leptos::prelude::*;
use std::collections::BTreeMap;

const REFRESH_SECONDS: u32 = 60;
/// More children than these are in the journal below.
const MOST_CARDS: usize = 4;

/// The applications of the list as they are now: each is asked for once, for its card and its row.
#[derive(Clone, Copy)]
pub struct Known {
    api: Api,
    /// They live as long as the page, not as long as the card that asked first.
    owner: StoredValue<Owner>,
    asked: StoredValue<BTreeMap<ApplicationId, Remote<Application>>>,
}

impl Known {
    pub fn new() -> Self {
        Self {
            api: use_api(),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            asked: StoredValue::new(BTreeMap::new()),
        }
    }

    fn get(self, id: ApplicationId) -> Remote<Application> {
        if let Some(known) = self.asked.with_value(|asked| asked.get(&id).copied()) {
            return known;
        }
        let api = self.api;
        let ask = move || {
            Remote::new(move || api.application(id))
                .in_language()
                .follow(Topic::Both, REFRESH_SECONDS)
        };
        let known = self.owner.with_value(|owner| owner.with(ask));
        self.asked.update_value(|asked| {
            asked.insert(id, known);
        });
        known
    }
}

/// The number in the queue and the next step of one that goes on, for its row.
#[component]
pub fn NextStep(application: ApplicationSummary, known: Known) -> impl IntoView {
    let i18n = use_i18n();
    goes_on(&application.state).then(|| {
        let known = known.get(application.id);
        let number = move || {
            let number = known.with(|found| found.position.as_ref().map(|at| at.number))??;
            let number = format::number(i18n.get_locale(), number);
            Some(t_string!(i18n, children.number, number = number))
        };
        let next = move || {
            let step = known.with(|found| next_step(i18n.get_locale(), found))?;
            Some(t_string!(i18n, children.next, step = step))
        };
        view! {
            <span class="next">
                <span translate="no">{number}</span> " " <span>{next}</span>
            </span>
        }
    })
}

/// What the parent does next.
fn next_step(locale: Locale, found: &Application) -> String {
    match (&found.state, &found.referral) {
        (ApplicationState::Referred { .. }, Some(referral)) => {
            let day = format::day(locale, referral.deadline);
            td_string!(locale, children.next_arrive, day = day)
        }
        (ApplicationState::StopListed { until }, _) => {
            let day = format::day(locale, *until);
            td_string!(locale, children.next_wait, day = day)
        }
        _ if found.choosing.allowed => td_string!(locale, choosing.choose).to_owned(),
        _ => {
            let reasons = found.choosing.unmet.iter();
            let reasons: Vec<_> = reasons.map(|reason| reason.detail.as_str()).collect();
            reasons.join(" ")
        }
    }
}

#[component]
pub fn Children(applications: Vec<ApplicationSummary>, known: Known) -> impl IntoView {
    let i18n = use_i18n();
    let cards: Vec<_> = applications
        .into_iter()
        .filter(|application| goes_on(&application.state))
        .take(MOST_CARDS)
        .map(|application| view! { <ChildCard application known/> })
        .collect();
    (!cards.is_empty()).then(|| {
        view! {
            <section class="children" aria-labelledby="children">
                <h2 id="children">{t!(i18n, children.heading)}</h2>
                <div class="grid">{cards}</div>
                <h2>{t!(i18n, children.all)}</h2>
            </section>
        }
    })
}

/// Whether something is still to come.
const fn goes_on(state: &ApplicationState) -> bool {
    match state {
        ApplicationState::Queued
        | ApplicationState::StopListed { .. }
        | ApplicationState::Referred { .. } => true,
        ApplicationState::Enrolled { .. }
        | ApplicationState::Left { .. }
        | ApplicationState::Removed { .. }
        | ApplicationState::Withdrawn { .. } => false,
    }
}

#[component]
fn ChildCard(application: ApplicationSummary, known: Known) -> impl IntoView {
    let known = known.get(application.id);
    // What the list says stands there at once.
    let state = Memo::new(move |_| known.with(|found| found.state).unwrap_or(application.state));
    let details = move || known.with(|found| untrack(|| view! { <Details found=found.clone()/> }));
    view! {
        <article class="card">
            <h3>
                {application.child_name} " "
                {move || view! { <ApplicationTag state=state.get()/> }}
            </h3>
            {details}
        </article>
    }
}

#[component]
fn Details(found: Application) -> impl IntoView {
    match (&found.state, found.referral.clone()) {
        (ApplicationState::Referred { .. }, Some(referral)) => {
            view! { <Referred referral/> }.into_any()
        }
        (ApplicationState::StopListed { until }, _) => {
            let until = *until;
            let i18n = use_i18n();
            let words = move || {
                let until = format::day(i18n.get_locale(), until);
                t_string!(i18n, application.stop_listed, until = until)
            };
            view! { <p>{words}</p><Open id=found.id/> }.into_any()
        }
        _ => view! { <Queued found/> }.into_any(),
    }
}

/// The way into the application.
#[component]
fn Open(id: ApplicationId) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <p class="buttons">
            <ActionLink to=Route::Application(id, ApplicationTab::Data) class="btn ghost"
                ahead=|| preload(groups::Application)
                text=move || t_string!(i18n, queueing.open)/>
        </p>
    }
}

#[component]
fn Queued(found: Application) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let id = found.id;
    let history: Remote<PositionHistory> = Remote::new(move || api.position_history(id));
    let forecast = move || {
        let outcome = history.with(|history| Some(history.forecast.as_ref()?.outcome))??;
        let words = expected(i18n.get_locale(), outcome)?;
        Some(view! { <p class="muted">{words}</p> })
    };
    let number = found.position.map(|position| {
        let of = move || {
            let count = format::count(i18n.get_locale(), position.total);
            t_string!(
                i18n,
                queue.of,
                count = count,
                year = position.birth_year.to_string()
            )
        };
        view! {
            <p class="position">
                <span class="num" translate="no">
                    {move || format::number(i18n.get_locale(), position.number)}
                </span>
                " " <span>{of}</span>
            </p>
        }
    });
    let next = if found.choosing.allowed {
        view! {
            <p class="buttons">
                <ActionLink to=Route::Choose(id, ChooseStep::List)
                    ahead=|| preload(groups::Choose)
                    text=move || t_string!(i18n, choosing.choose)/>
            </p>
        }
        .into_any()
    } else {
        let reasons = found.choosing.unmet.into_iter();
        let reasons = reasons.map(|reason| view! { <p>{reason.detail}</p> });
        view! { {reasons.collect_view()} <Open id/> }.into_any()
    };
    view! { {number} {forecast} {next} }
}

/// The likely time in few words; where nothing is known nothing is said.
fn expected(locale: Locale, outcome: Outcome) -> Option<String> {
    match outcome {
        Outcome::First => Some(td_string!(locale, position.first).to_owned()),
        Outcome::Estimate { median_weeks, .. } if median_weeks > FAR_WEEKS => {
            Some(td_string!(locale, children.far).to_owned())
        }
        Outcome::Estimate { median_weeks, .. } => {
            let middle = format::rounded_up(locale, median_weeks.max(1.0));
            Some(td_string!(locale, children.expected, middle = middle))
        }
        Outcome::NotEnoughData | Outcome::NotMoving => None,
    }
}

#[component]
fn Referred(referral: Referral) -> impl IntoView {
    let i18n = use_i18n();
    let documents = Route::Application(referral.application_id, ApplicationTab::Documents);
    let id = referral.application_id;
    view! {
        <p><b>{localized(i18n, &referral.kindergarten_name)}</b></p>
        <p class="deadline">
            {t!(i18n, referral.arrive_by)} " " <LastDay day=referral.deadline/> " "
            <DaysLeft count=referral.working_days_left/>
        </p>
        <p class="buttons">
            <ActionLink to=documents text=move || t_string!(i18n, children.paper)
                ahead=|| preload(groups::Documents)/>
            <DeadlineFile referral/>
        </p>
        <Open id/>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use balabaqsha_shared::forecast::Interval;

    #[test]
    fn a_card_says_nothing_where_nothing_is_known() {
        assert_eq!(expected(Locale::ru, Outcome::NotEnoughData), None);
        assert_eq!(expected(Locale::ru, Outcome::NotMoving), None);
        assert!(expected(Locale::ru, Outcome::First).is_some());
    }

    #[test]
    fn a_card_names_no_number_beyond_a_year() {
        let interval = Interval {
            from_weeks: 1.0,
            to_weeks: None,
        };
        let outcome = Outcome::Estimate {
            median_weeks: 353.0,
            half: interval,
            ninety: interval,
        };
        let words = td_string!(Locale::ru, children.far);
        assert_eq!(expected(Locale::ru, outcome).as_deref(), Some(words));
    }
}
