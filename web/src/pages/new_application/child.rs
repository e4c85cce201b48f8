//! The child: IIN, names, birth date.

use super::{Progress, unread};
use crate::{
    components::{
        fields::{DateField, SubmitButton, TextField},
        form::{ErrorSummary, Field, Form},
        heading::Heading,
        links::BackLink,
    },
    flows::{Unread, use_queueing},
    i18n::{t_string, use_i18n},
    navigation::use_navigation,
    routes::{NewApplicationStep, Route},
    state::use_clock,
};
use leptos::{ev, prelude::*};

#[component]
pub fn ChildPage() -> impl IntoView {
    let i18n = use_i18n();
    let navigation = use_navigation();
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
        for unread in unread(&flow.get_now(), clock) {
            match unread {
                Unread::Iin(code) => iin.complain(code),
                Unread::Surname(code) => surname.complain(code),
                Unread::GivenName(code) => given_name.complain(code),
                Unread::Patronymic(code) => patronymic.complain(code),
                Unread::BirthDate(code) => day.complain(code),
                Unread::Locality(_) | Unread::Category(_) | Unread::Phone(_) => {}
            }
        }
        if untrack(|| form.is_refused()) {
            form.refuse();
        } else {
            navigation.go(&Route::NewApplication(NewApplicationStep::Details));
        }
    };
    view! {
        <BackLink to=Route::Applications text=move || t_string!(i18n, applications.heading)/>
        <Progress step=NewApplicationStep::Child/>
        <ErrorSummary form/>
        <Heading text=move || t_string!(i18n, queueing.child) form/>
        <form class="narrow" on:submit=submit novalidate>
            <TextField field=iin label=move || t_string!(i18n, queueing.iin)
                hint=move || t_string!(i18n, queueing.iin_hint)
                inputmode="numeric" width="w-12"/>
            <TextField field=surname label=move || t_string!(i18n, queueing.surname)/>
            <TextField field=given_name label=move || t_string!(i18n, queueing.given_name)/>
            <TextField field=patronymic label=move || t_string!(i18n, queueing.patronymic)
                hint=move || t_string!(i18n, queueing.patronymic_hint)/>
            <DateField day month year label=move || t_string!(i18n, common.birth_date)
                hint=move || t_string!(i18n, queueing.birth_date_hint)/>
            <SubmitButton text=move || t_string!(i18n, common.proceed)/>
        </form>
    }
}
