//! The locality, the benefit category and the telephone.

use super::{Progress, unread};
use crate::{
    components::{
        fields::{RadioChoice, RadioField, SelectField, SubmitButton, TextField},
        form::{ErrorSummary, Field, Form},
        heading::Heading,
        links::BackLink,
    },
    flows::{Unread, use_queueing},
    i18n::{I18n, language, t_string, use_i18n},
    navigation::use_navigation,
    routes::{NewApplicationStep, Route},
    state::{use_clock, use_localities},
};
use balabaqsha_shared::application::Category;
use leptos::{ev, prelude::*};

#[component]
pub fn DetailsPage() -> impl IntoView {
    let i18n = use_i18n();
    let navigation = use_navigation();
    let clock = use_clock();
    let flow = use_queueing();
    let localities = use_localities();
    let answers = flow.get_now();
    let locality = Field::new("locality", answers.locality);
    let category = Field::new("category", answers.category.map_or("", value));
    let phone = Field::new("phone", answers.phone);
    let form = Form::new([locality, category, phone]);
    // Kept as it is typed, for a reload or a lost network.
    Effect::new(move || {
        flow.update(|answers| {
            answers.locality = locality.value.get();
            answers.category = category.value.with(|chosen| of_value(chosen));
            answers.phone = phone.value.get();
        });
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        form.clear();
        for unread in unread(&flow.get_now(), clock) {
            match unread {
                Unread::Locality(code) => locality.complain(code),
                Unread::Category(code) => category.complain(code),
                Unread::Phone(code) => phone.complain(code),
                Unread::Iin(_)
                | Unread::Surname(_)
                | Unread::GivenName(_)
                | Unread::Patronymic(_)
                | Unread::BirthDate(_) => {}
            }
        }
        if untrack(|| form.is_refused()) {
            form.refuse();
        } else {
            navigation.go(&Route::NewApplication(NewApplicationStep::Check));
        }
    };
    let categories = SHOWN_CATEGORIES.map(|category| RadioChoice {
        value: value(category),
        label: Signal::derive(move || category.name(language(i18n)).to_owned()),
        hint: hint(i18n, category),
    });
    view! {
        <BackLink to=Route::NewApplication(NewApplicationStep::Child)
            text=move || t_string!(i18n, queueing.child)/>
        <Progress step=NewApplicationStep::Details/>
        <ErrorSummary form/>
        <Heading text=move || t_string!(i18n, queueing.details) form/>
        <form class="narrow" on:submit=submit novalidate>
            <SelectField field=locality label=move || t_string!(i18n, common.locality)
                hint=move || t_string!(i18n, queueing.locality_hint)
                empty=move || t_string!(i18n, common.choose)
                choices=move || localities.choices(|locality| locality.code.clone())/>
            <RadioField field=category label=move || t_string!(i18n, queueing.category)
                hint=move || t_string!(i18n, queueing.category_hint)
                choices=categories.to_vec()/>
            <TextField field=phone label=move || t_string!(i18n, queueing.phone)
                hint=move || t_string!(i18n, queueing.phone_hint)
                kind="tel" autocomplete="tel" inputmode="tel" width="w-20"/>
            <SubmitButton text=move || t_string!(i18n, common.proceed)/>
        </form>
    }
}

/// The common case first; the order of the queue is another one.
const SHOWN_CATEGORIES: [Category; 3] = [
    Category::General,
    Category::Priority,
    Category::Extraordinary,
];

const fn value(category: Category) -> &'static str {
    match category {
        Category::Extraordinary => "extraordinary",
        Category::Priority => "priority",
        Category::General => "general",
    }
}

fn of_value(chosen: &str) -> Option<Category> {
    Category::ALL
        .into_iter()
        .find(|category| value(*category) == chosen)
}

fn hint(i18n: I18n, category: Category) -> Option<Signal<String>> {
    let words = move || match category {
        Category::Extraordinary => Some(t_string!(i18n, queueing.extraordinary_hint)),
        Category::Priority => Some(t_string!(i18n, queueing.priority_hint)),
        Category::General => None,
    };
    untrack(words)?;
    Some(Signal::derive(move || {
        words().unwrap_or_default().to_owned()
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_is_offered_and_read_again() {
        for category in Category::ALL {
            assert!(SHOWN_CATEGORIES.contains(&category));
            assert_eq!(of_value(value(category)), Some(category));
        }
        assert_eq!(of_value(""), None);
    }
}
