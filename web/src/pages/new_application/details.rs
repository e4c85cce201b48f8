//! The locality, the benefit category and the telephone.

use super::progress;
use crate::{
    clock::use_clock,
    components::{
        fields::{Choice, TextField, radio_field, select_field, submit_button},
        form::{Field, Form, error_summary},
        heading::form_heading,
    },
    dom::{View, effect, form, say, view},
    flows::{Unread, use_queueing},
    i18n::{Text, language, t},
    localities::use_localities,
    pages::back,
    router::use_router,
    routes::{NewApplicationStep, Route},
};
use balabaqsha_shared::{application::Category, time};
use leptos::prelude::*;

pub fn page() -> View {
    let router = use_router();
    let clock = use_clock();
    let flow = use_queueing();
    let localities = use_localities();
    let answers = flow.get_now();
    let locality = Field::new("locality", answers.locality);
    let category = Field::new("category", answers.category.map_or("", value));
    let phone = Field::new("phone", answers.phone);
    let checks = Form::new([locality, category, phone]);
    effect(move || {
        let chosen = category.value.get();
        flow.update(|answers| {
            answers.locality = locality.value.get();
            answers.category = Category::ALL
                .into_iter()
                .find(|category| value(*category) == chosen);
            answers.phone = phone.value.get();
        });
    });
    let submit = move || {
        checks.clear();
        let unread = flow.get_now().unread(time::local_date(clock.now()));
        for unread in unread {
            match unread {
                Unread::Locality(code) => locality.complain(code),
                Unread::Category(code) => category.complain(code),
                Unread::Phone(code) => phone.complain(code),
                _ => {}
            }
        }
        if untrack(|| checks.is_refused()) {
            checks.refuse();
        } else {
            router.go(&Route::NewApplication(NewApplicationStep::Check));
        }
    };
    // The common case first; the order of the queue is another one.
    let choices = [
        Category::General,
        Category::Priority,
        Category::Extraordinary,
    ]
    .map(|category| Choice {
        value: value(category),
        label: say(move || category.name(language()).to_owned()),
        hint: hint(category),
    })
    .into();
    let number = TextField::new(phone, t::queueing::PHONE)
        .hint(t::queueing::PHONE_HINT)
        .kind("tel", "tel", "tel")
        .width("w-20");
    view((
        back(
            &Route::NewApplication(NewApplicationStep::Child),
            t::queueing::CHILD,
        ),
        progress(NewApplicationStep::Details),
        error_summary(checks),
        form_heading(t::queueing::DETAILS, checks),
        form().class("narrow").on_submit(submit).add((
            select_field(
                locality,
                t::common::LOCALITY,
                Some(t::queueing::LOCALITY_HINT),
                Some(t::common::CHOOSE),
                move || localities.options(|locality| locality.code.clone()),
            ),
            radio_field(
                category,
                t::queueing::CATEGORY,
                t::queueing::CATEGORY_HINT,
                choices,
            ),
            number.el(),
            submit_button(t::common::CONTINUE, RwSignal::new(false)),
        )),
    ))
}

const fn value(category: Category) -> &'static str {
    match category {
        Category::Extraordinary => "extraordinary",
        Category::Priority => "priority",
        Category::General => "general",
    }
}

const fn hint(category: Category) -> Option<Text> {
    match category {
        Category::Extraordinary => Some(t::queueing::EXTRAORDINARY_HINT),
        Category::Priority => Some(t::queueing::PRIORITY_HINT),
        Category::General => None,
    }
}
