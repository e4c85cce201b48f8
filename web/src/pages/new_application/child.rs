//! The child: IIN, names, birth date.

use super::steps;
use crate::{
    clock::use_clock,
    components::{
        fields::{DateField, SubmitButton, TextField},
        form::{ErrorSummary, Field, Form},
        heading::Heading,
    },
    flows::{Unread, use_queueing},
    i18n::t,
    pages::{back, words},
    router::use_router,
    routes::{NewApplicationStep, Route},
};
use balabaqsha_shared::time;
use leptos::{ev, prelude::*};

pub fn page() -> AnyView {
    let router = use_router();
    let clock = use_clock();
    let flow = use_queueing();
    let answers = flow.get_now();
    let iin = Field::new("iin", answers.iin);
    let surname = Field::new("surname", answers.surname);
    let given_name = Field::new("given-name", answers.given_name);
    let patronymic = Field::new("patronymic", answers.patronymic);
    let day = Field::new("birth-day", answers.day);
    let month = Field::new("birth-month", answers.month);
    let year = Field::new("birth-year", answers.year);
    let form = Form::new([iin, surname, given_name, patronymic, day]);
    // Kept as it is typed, for a reload or a lost network.
    Effect::new(move || {
        flow.update(|answers| {
            answers.iin = iin.value.get();
            answers.surname = surname.value.get();
            answers.given_name = given_name.value.get();
            answers.patronymic = patronymic.value.get();
            answers.day = day.value.get();
            answers.month = month.value.get();
            answers.year = year.value.get();
        });
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        form.clear();
        let mut refused = false;
        for unread in flow.get_now().unread(time::local_date(clock.now())) {
            let (field, code) = match unread {
                Unread::Iin(code) => (iin, code),
                Unread::Surname(code) => (surname, code),
                Unread::GivenName(code) => (given_name, code),
                Unread::Patronymic(code) => (patronymic, code),
                Unread::BirthDate(code) => (day, code),
                Unread::Locality(_) | Unread::Category(_) | Unread::Phone(_) => continue,
            };
            field.complain(code);
            refused = true;
        }
        if refused {
            form.refuse();
        } else {
            router.go(&Route::NewApplication(NewApplicationStep::Details));
        }
    };
    view! {
        {back(&Route::Applications, t::applications::HEADING)}
        {steps(NewApplicationStep::Child)}
        <ErrorSummary form=form/>
        <Heading words=words(t::queueing::CHILD) form=form/>
        <form class="narrow" on:submit=submit novalidate>
            <TextField field=iin label=t::queueing::IIN hint=t::queueing::IIN_HINT
                inputmode="numeric" width="w-12"/>
            <TextField field=surname label=t::queueing::SURNAME/>
            <TextField field=given_name label=t::queueing::GIVEN_NAME/>
            <TextField field=patronymic label=t::queueing::PATRONYMIC
                hint=t::queueing::PATRONYMIC_HINT/>
            <DateField day=day month=month year=year legend=t::common::BIRTH_DATE
                hint=t::queueing::BIRTH_DATE_HINT/>
            <SubmitButton label=t::common::CONTINUE busy=Signal::stored(false)/>
        </form>
    }
    .into_any()
}
