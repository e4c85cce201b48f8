//! The child: IIN, names, birth date.

use super::progress;
use crate::{
    clock::use_clock,
    components::{
        fields::{TextField, date_field, submit_button},
        form::{Field, Form, error_summary},
        heading::form_heading,
    },
    dom::{View, effect, form, view},
    flows::{Unread, use_queueing},
    i18n::t,
    pages::back,
    router::use_router,
    routes::{NewApplicationStep, Route},
};
use balabaqsha_shared::time;
use leptos::prelude::*;

pub fn page() -> View {
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
    let checks = Form::new([iin, surname, given_name, patronymic, day]);
    // Kept as it is typed, for a reload or a lost network.
    effect(move || {
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
    let submit = move || {
        checks.clear();
        let unread = flow.get_now().unread(time::local_date(clock.now()));
        for unread in unread {
            match unread {
                Unread::Iin(code) => iin.complain(code),
                Unread::Surname(code) => surname.complain(code),
                Unread::GivenName(code) => given_name.complain(code),
                Unread::Patronymic(code) => patronymic.complain(code),
                Unread::BirthDate(code) => day.complain(code),
                Unread::Locality(_) | Unread::Category(_) | Unread::Phone(_) => {}
            }
        }
        if untrack(|| checks.is_refused()) {
            checks.refuse();
        } else {
            router.go(&Route::NewApplication(NewApplicationStep::Details));
        }
    };
    let number = TextField::new(iin, t::queueing::IIN)
        .hint(t::queueing::IIN_HINT)
        .kind("text", "off", "numeric")
        .width("w-12");
    view((
        back(&Route::Applications, t::applications::HEADING),
        progress(NewApplicationStep::Child),
        error_summary(checks),
        form_heading(t::queueing::CHILD, checks),
        form().class("narrow").on_submit(submit).add((
            number.el(),
            TextField::new(surname, t::queueing::SURNAME).el(),
            TextField::new(given_name, t::queueing::GIVEN_NAME).el(),
            TextField::new(patronymic, t::queueing::PATRONYMIC)
                .hint(t::queueing::PATRONYMIC_HINT)
                .el(),
            date_field(
                [day, month, year],
                t::common::BIRTH_DATE,
                t::queueing::BIRTH_DATE_HINT,
            ),
            submit_button(t::common::CONTINUE, RwSignal::new(false)),
        )),
    ))
}
