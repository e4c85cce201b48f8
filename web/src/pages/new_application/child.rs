//! The child: IIN, names, birth date.

use super::{Progress, unread};
use crate::{
    api::use_api,
    components::{
        fields::{DateField, PlainButton, SubmitButton, TextField},
        form::{ErrorSummary, Field, Form},
        heading::Heading,
        links::BackLink,
        trouble::TroubleSlot,
    },
    flows::{Unread, use_queueing},
    i18n::{t_string, use_i18n},
    navigation::use_navigation,
    remote::failure_of,
    routes::{NewApplicationStep, Route},
    state::{use_clock, use_demo},
};
use chrono::Datelike;
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
    let (demo, api) = (use_demo(), use_api());
    // In the demo anybody may try a child that nobody has queued.
    let make_up = Action::new_local(move |(): &()| async move {
        let child = api.demo_child().await?;
        iin.value.set(child.iin.to_string());
        surname.value.set("Серикова".into());
        given_name.value.set("Айлин".into());
        day.value.set(child.birth_date.day().to_string());
        month.value.set(child.birth_date.month().to_string());
        year.value.set(child.birth_date.year().to_string());
        Ok(())
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
        <Show when=move || demo.get()>
            <TroubleSlot failure=failure_of(make_up)/>
            <p>
                <PlainButton text=move || t_string!(i18n, queueing.made_up)
                    busy=make_up.pending() on_press=move |()| { make_up.dispatch_local(()); }/>
            </p>
        </Show>
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
