//! Appointing an official: whom, for what and where, the check of it, and what follows.

use super::{
    list::day,
    routes::{AppointStep, OfficePage},
    state::use_office,
    words,
};
use crate::{
    api::use_api,
    components::{
        card::Card,
        facts::{Answer, Answers},
        fields::{RadioChoice, RadioField, SelectField, SubmitButton, TextField, WorkingButton},
        form::{ErrorSummary, Field, Form},
        heading::Heading,
        links::{ActionLink, BackLink, Redirect},
        notice::Inset,
        steps::{StepName, Steps},
        trouble::TroubleSlot,
    },
    flows::Kept,
    i18n::{format, t, t_string, td_string, use_i18n},
    navigation::use_navigation,
    remote::failure_of,
    state::use_localities,
};
use balabaqsha_shared::{Code, appointment::Duty, dto::AppointmentRequest, iin::Iin, input};
use leptos::{ev, prelude::*};
use serde::{Deserialize, Serialize};

/// What was typed. It is kept in the tab.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Appointing {
    iin: String,
    locality: String,
    duty: String,
    first_day: String,
    last_day: String,
}

impl Appointing {
    /// What is asked of the service, if all of it can be read.
    fn request(&self) -> Option<AppointmentRequest> {
        let day_of = |typed: &str| match typed.trim() {
            "" => Some(None),
            typed => day(typed).ok().map(Some),
        };
        Some(AppointmentRequest {
            iin: input::iin(&self.iin).ok()?.to_string(),
            locality_id: self.locality.parse().ok()?,
            duty: Duty::from_name(&self.duty)?,
            first_day: day_of(&self.first_day)?,
            last_day: day_of(&self.last_day)?,
        })
    }
}

fn use_appointing() -> Kept<Appointing> {
    Kept::of("appointing")
}

#[component]
pub fn AppointPage(step: AppointStep) -> impl IntoView {
    match step {
        AppointStep::Ask => view! { <AskPage/> }.into_any(),
        AppointStep::Check => match use_appointing().get_now().request() {
            Some(request) => view! { <CheckPage request/> }.into_any(),
            None => {
                let to = OfficePage::Appoint(AppointStep::Ask).route();
                view! { <Redirect to/> }.into_any()
            }
        },
        AppointStep::Done => view! { <DonePage/> }.into_any(),
    }
}

#[component]
fn Progress(current: usize) -> impl IntoView {
    let names: Vec<StepName> = vec![
        |locale| td_string!(locale, appointments.step_ask),
        |locale| td_string!(locale, appointments.step_check),
    ];
    view! { <Steps names current/> }
}

#[component]
fn AskPage() -> impl IntoView {
    let i18n = use_i18n();
    let office = use_office();
    let navigation = use_navigation();
    let flow = use_appointing();
    let typed = flow.get_now();
    let only = office.only_locality(Duty::Appointments);
    let locality = if typed.locality.is_empty() {
        only.map(|id| id.to_string()).unwrap_or_default()
    } else {
        typed.locality
    };
    let iin = Field::new("iin", typed.iin);
    let locality = Field::new("locality", locality);
    let duty = Field::new("duty", typed.duty);
    let first_day = Field::new("first-day", typed.first_day);
    let last_day = Field::new("last-day", typed.last_day);
    let form = Form::new([iin, locality, duty, first_day, last_day]);
    // Kept as it is typed, for a reload or a lost network.
    Effect::new(move || {
        flow.update(|kept| {
            kept.iin = iin.value.get();
            kept.locality = locality.value.get();
            kept.duty = duty.value.get();
            kept.first_day = first_day.value.get();
            kept.last_day = last_day.value.get();
        });
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        form.clear();
        let whom: Option<Iin> = iin.read(input::iin);
        let own = untrack(|| office.me.with(|me| me.person.iin.clone()));
        if whom.is_some() && whom == own {
            iin.complain(Code::OwnAppointment);
        }
        let chosen = |text: &str| -> Result<(), Code> {
            (!text.is_empty()).then_some(()).ok_or(Code::FieldRequired)
        };
        let _ = locality.read(chosen);
        let _ = duty.read(chosen);
        let first = (!first_day.text().is_empty())
            .then(|| first_day.read(day))
            .flatten();
        let last = (!last_day.text().is_empty())
            .then(|| last_day.read(day))
            .flatten();
        if first.zip(last).is_some_and(|(first, last)| last < first) {
            last_day.complain(Code::PeriodInvalid);
        }
        if untrack(|| form.is_refused()) {
            form.refuse();
        } else {
            navigation.go(&OfficePage::Appoint(AppointStep::Check).route());
        }
    };
    let duties = Duty::ALL
        .map(|duty| RadioChoice {
            value: duty.as_str(),
            label: Signal::derive(move || words::duty(i18n.get_locale(), duty).to_owned()),
            hint: Some(Signal::derive(move || {
                words::duty_hint(i18n.get_locale(), duty).to_owned()
            })),
        })
        .to_vec();
    view! {
        <BackLink to=OfficePage::Appointments.route()
            text=move || t_string!(i18n, appointments.heading)/>
        <Progress current=0/>
        <ErrorSummary form/>
        <Heading text=move || t_string!(i18n, appointments.appoint) form/>
        <form class="narrow" on:submit=submit novalidate>
            <TextField field=iin label=move || t_string!(i18n, appointments.iin)
                hint=move || t_string!(i18n, appointments.iin_hint)
                inputmode="numeric" width="w-20"/>
            <SelectField field=locality label=move || t_string!(i18n, common.locality)
                empty=move || t_string!(i18n, common.choose)
                choices=Signal::derive(move || office.localities(Duty::Appointments))/>
            <RadioField field=duty label=move || t_string!(i18n, appointments.duty)
                choices=duties/>
            <TextField field=first_day label=move || t_string!(i18n, appointments.first_day)
                hint=move || t_string!(i18n, appointments.first_day_hint) width="w-12"/>
            <TextField field=last_day label=move || t_string!(i18n, appointments.last_day)
                hint=move || t_string!(i18n, appointments.last_day_hint) width="w-12"/>
            <SubmitButton text=move || t_string!(i18n, common.proceed)/>
        </form>
    }
}

#[component]
fn CheckPage(request: AppointmentRequest) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let localities = use_localities();
    let navigation = use_navigation();
    let flow = use_appointing();
    let ask = || OfficePage::Appoint(AppointStep::Ask).route();
    let appoint = {
        let request = request.clone();
        Action::new_local(move |(): &()| {
            let asked = api.appoint(&request);
            async move {
                office.watch(asked).await.map(|_| {
                    flow.clear();
                    navigation.go(&OfficePage::Appoint(AppointStep::Done).route());
                })
            }
        })
    };
    let press = move |()| {
        if !appoint.pending().get_untracked() {
            appoint.dispatch_local(());
        }
    };
    let (duty, first, last) = (request.duty, request.first_day, request.last_day);
    let first_words = move || match first {
        Some(day) => format::day(i18n.get_locale(), day),
        None => t_string!(i18n, appointments.at_once).to_owned(),
    };
    let last_words = move || match last {
        Some(day) => format::day(i18n.get_locale(), day),
        None => t_string!(i18n, appointments.without_end).to_owned(),
    };
    view! {
        <BackLink to=ask() text=move || t_string!(i18n, appointments.appoint)/>
        <Progress current=1/>
        <Heading text=move || t_string!(i18n, appointments.check)/>
        <div class="narrow">
            <Answers>
                <Answer name=move || t_string!(i18n, common.iin) change=ask()>
                    {request.iin.clone()}
                </Answer>
                <Answer name=move || t_string!(i18n, common.locality) change=ask()>
                    {localities.name(request.locality_id)}
                </Answer>
                <Answer name=move || t_string!(i18n, appointments.duty) change=ask()>
                    {move || words::duty(i18n.get_locale(), duty)}
                    <p class="muted">{move || words::duty_hint(i18n.get_locale(), duty)}</p>
                </Answer>
                <Answer name=move || t_string!(i18n, appointments.first_day) change=ask()>
                    {first_words}
                </Answer>
                <Answer name=move || t_string!(i18n, appointments.last_day) change=ask()>
                    {last_words}
                </Answer>
            </Answers>
            <Inset><p>{t!(i18n, appointments.consequence)}</p></Inset>
            <TroubleSlot failure=failure_of(appoint)/>
            <WorkingButton text=move || t_string!(i18n, appointments.appoint)
                busy=appoint.pending() on_press=press/>
        </div>
    }
}

#[component]
fn DonePage() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="panel">
            <Heading text=move || t_string!(i18n, appointments.done)/>
        </div>
        <Card title=move || t_string!(i18n, referral.next)>
            <p>{t!(i18n, appointments.done_text)}</p>
            <p>
                <ActionLink to=OfficePage::Appointments.route()
                    text=move || t_string!(i18n, appointments.heading)/>
            </p>
        </Card>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> Appointing {
        Appointing {
            iin: "850715 300013".into(),
            locality: "0198a0b0-0000-7000-8000-000000000001".into(),
            duty: "audit".into(),
            first_day: String::new(),
            last_day: "31.12.2027".into(),
        }
    }

    #[test]
    fn what_can_be_read_is_asked_for() {
        let request = typed().request().unwrap();
        assert_eq!(request.iin, "850715300013");
        assert_eq!(request.duty, Duty::Audit);
        assert_eq!(request.first_day, None);
        assert_eq!(request.last_day, Some("2027-12-31".parse().unwrap()));
    }

    #[test]
    fn what_cannot_be_read_leads_back_to_the_form() {
        let wrong = [
            Appointing {
                iin: "1".into(),
                ..typed()
            },
            Appointing {
                locality: String::new(),
                ..typed()
            },
            Appointing {
                duty: "boss".into(),
                ..typed()
            },
            Appointing {
                last_day: "31.02.2027".into(),
                ..typed()
            },
        ];
        for typed in wrong {
            assert_eq!(typed.request(), None, "{typed:?}");
        }
    }
}
