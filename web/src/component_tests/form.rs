use super::{focused_id, settle, show};
use crate::{
    api::Failure,
    components::{
        fields::{SubmitButton, TextField},
        form::{ErrorSummary, Field, Form},
    },
};
use balabaqsha_shared::{
    Code,
    dto::{Problem, ProblemError},
};
use leptos::{ev, prelude::*, wasm_bindgen::JsCast};
use std::collections::BTreeMap;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, HtmlInputElement};

/// A form of two fields; `answer` is what the service says when both can be read.
fn form_page(answer: fn(Form, Field)) -> impl IntoView {
    let surname = Field::new("surname", "");
    let number = Field::new("number", "");
    let form = Form::new([surname, number]);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        form.clear();
        let surname = surname.read(|text| Ok::<_, Code>(text.to_owned()));
        let read = number.read(|text| text.parse::<u32>().map_err(|_| Code::IinInvalid));
        match (surname, read) {
            (Some(_), Some(_)) => answer(form, number),
            _ => form.refuse(),
        }
    };
    view! {
        <ErrorSummary form/>
        <form on:submit=submit novalidate>
            <TextField field=surname label=move || "Фамилия"/>
            <TextField field=number label=move || "Номер" hint=move || "Шесть цифр."/>
            <SubmitButton text=move || "Продолжить"/>
        </form>
    }
}

fn fill(input: &HtmlInputElement, text: &str) {
    input.set_value(text);
    input.dispatch_event(&Event::new("input").unwrap()).unwrap();
}

#[wasm_bindgen_test]
async fn refused_form_names_every_field_in_a_summary_that_takes_the_focus() {
    let page = show(|_| form_page(|_, _| {}));
    assert!(page.find(".error-summary").is_none());
    page.one("button").click();
    settle().await;
    assert_eq!(focused_id(), "error-summary");
    let summary = page.text(".error-summary");
    assert!(summary.contains("Заполните поле «Фамилия»."), "{summary}");
    assert!(summary.contains("Заполните поле «Номер»."), "{summary}");
}

#[wasm_bindgen_test]
async fn refused_form_takes_the_focus_again_at_each_refusal() {
    let page = show(|_| form_page(|_, _| {}));
    page.one("button").click();
    settle().await;
    page.one("#surname").focus().unwrap();
    assert_eq!(focused_id(), "surname");
    page.one("button").click();
    settle().await;
    assert_eq!(focused_id(), "error-summary");
}

#[wasm_bindgen_test]
async fn link_of_the_summary_leads_to_its_field() {
    let page = show(|_| form_page(|_, _| {}));
    page.one("button").click();
    settle().await;
    page.one(".error-summary a[href='#number']").click();
    assert_eq!(focused_id(), "number");
}

#[wasm_bindgen_test]
async fn wrong_field_is_invalid_and_described_by_its_hint_and_error() {
    let page = show(|_| form_page(|_, _| {}));
    let number = page.one("#number");
    assert_eq!(number.get_attribute("aria-invalid"), None);
    assert_eq!(
        number.get_attribute("aria-describedby").as_deref(),
        Some("number-hint")
    );
    page.one("button").click();
    settle().await;
    assert_eq!(
        number.get_attribute("aria-invalid").as_deref(),
        Some("true")
    );
    assert_eq!(
        number.get_attribute("aria-describedby").as_deref(),
        Some("number-hint number-error")
    );
    assert!(!page.text("#number-error").is_empty());
}

#[wasm_bindgen_test]
async fn refusal_of_the_service_stands_beside_its_field_and_keeps_what_was_typed() {
    let page = show(|_| {
        form_page(|form, number| {
            let refused = Failure::Refused(Box::new(Problem {
                type_uri: String::new(),
                title: String::new(),
                status: 422,
                detail: String::new(),
                instance: String::new(),
                code: Code::ValidationFailed.as_str().to_owned(),
                request_id: String::new(),
                errors: vec![ProblemError {
                    pointer: "/number".into(),
                    code: String::new(),
                    detail: "Такого номера нет.".into(),
                }],
                members: BTreeMap::new(),
            }));
            form.take(refused, &[("/number", number)]).unwrap();
        })
    });
    let surname: HtmlInputElement = page.one("#surname").unchecked_into();
    let number: HtmlInputElement = page.one("#number").unchecked_into();
    fill(&surname, "Серикова");
    fill(&number, "123456");
    page.one("button").click();
    settle().await;
    assert!(page.text("#number-error").contains("Такого номера нет."));
    assert!(page.find("#surname-error").is_none());
    assert_eq!(surname.value(), "Серикова");
    assert_eq!(number.value(), "123456");
    assert_eq!(focused_id(), "error-summary");
}

#[wasm_bindgen_test]
async fn corrected_form_shows_no_complaint() {
    let page = show(|_| form_page(|_, _| {}));
    page.one("button").click();
    settle().await;
    fill(&page.one("#surname").unchecked_into(), "Серикова");
    fill(&page.one("#number").unchecked_into(), "123456");
    page.one("button").click();
    settle().await;
    assert!(page.find(".error-summary").is_none());
    assert!(page.find("[aria-invalid]").is_none());
}
