//! The locality, the benefit category and the telephone.

use super::steps;
use crate::{
    clock::use_clock,
    components::{
        fields::{Choice, RadioField, SelectField, SubmitButton, TextField},
        form::{ErrorSummary, Field, Form},
        heading::Heading,
    },
    flows::{Unread, use_queueing},
    i18n::{Text, t, use_i18n},
    localities::use_localities,
    pages::{back, words},
    router::use_router,
    routes::{NewApplicationStep, Route},
};
use balabaqsha_shared::{application::Category, time};
use leptos::{ev, prelude::*};

pub fn page() -> AnyView {
    let i18n = use_i18n();
    let router = use_router();
    let clock = use_clock();
    let flow = use_queueing();
    let localities = use_localities();
    let answers = flow.get_now();
    let locality = Field::new("locality", answers.locality);
    let category = Field::new("category", answers.category.map_or("", value));
    let phone = Field::new("phone", answers.phone);
    let form = Form::new([locality, category, phone]);
    Effect::new(move || {
        flow.update(|answers| {
            answers.locality = locality.value.get();
            answers.category = category.value.with(|chosen| {
                Category::ALL
                    .into_iter()
                    .find(|category| value(*category) == chosen)
            });
            answers.phone = phone.value.get();
        });
    });
    let options = Signal::derive(move || {
        let list = localities
            .remote()
            .get()
            .map(|list| list.items)
            .unwrap_or_default();
        list.into_iter()
            .filter(|locality| locality.served_here)
            .map(|locality| {
                let name = locality.name.get(i18n.language()).to_owned();
                (locality.code, name)
            })
            .collect::<Vec<_>>()
    });
    // The common case first; the order of the queue is another one.
    let choices = [
        Category::General,
        Category::Priority,
        Category::Extraordinary,
    ]
    .map(|category| Choice {
        value: value(category),
        label: i18n.say(move |language| category.name(language).to_owned()),
        hint: hint(category),
    })
    .to_vec();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        form.clear();
        let mut refused = false;
        for unread in flow.get_now().unread(time::local_date(clock.now())) {
            let (field, code) = match unread {
                Unread::Locality(code) => (locality, code),
                Unread::Category(code) => (category, code),
                Unread::Phone(code) => (phone, code),
                _ => continue,
            };
            field.complain(code);
            refused = true;
        }
        if refused {
            form.refuse();
        } else {
            router.go(&Route::NewApplication(NewApplicationStep::Check));
        }
    };
    view! {
        {back(&Route::NewApplication(NewApplicationStep::Child), t::queueing::CHILD)}
        {steps(NewApplicationStep::Details)}
        <ErrorSummary form=form/>
        <Heading words=words(t::queueing::DETAILS) form=form/>
        <form class="narrow" on:submit=submit novalidate>
            <SelectField field=locality label=t::common::LOCALITY hint=t::queueing::LOCALITY_HINT
                options=options empty=t::common::CHOOSE/>
            <RadioField field=category legend=t::queueing::CATEGORY hint=t::queueing::CATEGORY_HINT
                choices=choices/>
            <TextField field=phone label=t::queueing::PHONE hint=t::queueing::PHONE_HINT kind="tel"
                autocomplete="tel" inputmode="tel" width="w-20"/>
            <SubmitButton label=t::common::CONTINUE busy=Signal::stored(false)/>
        </form>
    }
    .into_any()
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
