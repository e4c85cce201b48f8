use super::{Stage, attribute, frame, text, type_into, until};
use crate::{
    api::Failure,
    browser,
    components::{
        fields::TextField,
        form::{Complaint, ErrorSummary, Field, Form},
    },
    i18n::Locale,
};
use balabaqsha_shared::dto::Problem;
use leptos::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

/// A form of two fields with its summary.
#[derive(Clone, Copy)]
struct Parts {
    email: Field,
    phone: Field,
    form: Form,
}

impl Parts {
    fn new() -> Self {
        let (email, phone) = (Field::new("email", ""), Field::new("phone", "87011234567"));
        let form = Form::new([email, phone]);
        Self { email, phone, form }
    }

    fn view(self) -> impl IntoView + use<> {
        view! {
            <ErrorSummary form=self.form/>
            <TextField field=self.email label=move || "Почта" hint=Signal::stored("Подсказка".to_owned())/>
            <TextField field=self.phone label=move || "Телефон"/>
        }
    }

    /// Reads the form as pages do.
    fn send(self) {
        self.form.clear();
        let read = |text: &str| Ok::<_, Complaint>(text.to_owned());
        let email = self.email.read(read);
        let phone = self.phone.read(|text| {
            if text.len() == 12 {
                Ok(text.to_owned())
            } else {
                Err(Complaint::Said("Нужен номер Казахстана".to_owned()))
            }
        });
        if email.is_none() || phone.is_none() {
            self.form.refuse();
        }
    }
}

/// Shows the form; its signals belong to what is on the stage.
async fn show() -> (Stage, Parts, crate::i18n::I18n) {
    let given = std::rc::Rc::new(std::cell::Cell::new(None));
    let taken = given.clone();
    let stage = Stage::show(move |i18n| {
        let parts = Parts::new();
        given.set(Some((parts, i18n)));
        parts.view()
    })
    .await;
    let (parts, i18n) = taken.get().unwrap();
    (stage, parts, i18n)
}

#[wasm_bindgen_test]
async fn a_refused_form_names_its_fields_in_a_summary_that_has_the_focus() {
    let (stage, parts, _) = show().await;
    assert!(stage.all(".error-summary").is_empty());
    parts.send();
    until("focus", || browser::has_focus("error-summary")).await;
    let summary = stage.one(".error-summary");
    assert_eq!(attribute(&summary, "role").as_deref(), Some("alert"));
    assert_eq!(
        stage.texts(".error-summary li"),
        ["Заполните поле «Почта».", "Телефон: Нужен номер Казахстана"]
    );
    // Once more, from somewhere else: the focus comes back.
    browser::focus_id("phone");
    parts.send();
    until("focus again", || browser::has_focus("error-summary")).await;
}

#[wasm_bindgen_test]
async fn a_complaint_is_tied_to_its_control() {
    let (stage, parts, _) = show().await;
    let email = stage.one("#email");
    assert_eq!(attribute(&email, "aria-invalid"), None);
    assert_eq!(
        attribute(&email, "aria-describedby").as_deref(),
        Some("email-hint")
    );
    parts.send();
    frame().await;
    assert_eq!(attribute(&email, "aria-invalid").as_deref(), Some("true"));
    let described = attribute(&email, "aria-describedby").unwrap();
    assert_eq!(described, "email-hint email-error");
    for id in described.split(' ') {
        assert!(!text(&stage.one(&format!("#{id}"))).is_empty(), "{id}");
    }
    let phone = attribute(&stage.one("#phone"), "aria-describedby");
    assert_eq!(phone.as_deref(), Some("phone-error"));
    assert!(text(&stage.one("#phone-error")).ends_with("Нужен номер Казахстана"));
}

#[wasm_bindgen_test]
async fn a_link_of_the_summary_leads_to_its_control_and_not_to_another_address() {
    let (stage, parts, _) = show().await;
    parts.send();
    frame().await;
    let before = location().href().unwrap();
    stage.all(".error-summary a")[1].click();
    until("focus", || browser::has_focus("phone")).await;
    assert_eq!(location().href().unwrap(), before);
}

#[wasm_bindgen_test]
async fn what_was_typed_stays_and_what_is_right_is_no_longer_complained_about() {
    let (stage, parts, _) = show().await;
    parts.send();
    frame().await;
    type_into(&stage.input("email"), " a@example.kz ");
    // Nothing is checked while somebody types.
    frame().await;
    assert_eq!(stage.all(".error-summary li").len(), 2);
    parts.send();
    frame().await;
    assert_eq!(stage.all(".error-summary li").len(), 1);
    assert_eq!(attribute(&stage.one("#email"), "aria-invalid"), None);
    assert_eq!(stage.input("email").value(), " a@example.kz ");
    assert_eq!(parts.email.text(), "a@example.kz");
    assert_eq!(stage.input("phone").value(), "87011234567");
}

#[wasm_bindgen_test]
async fn complaints_follow_the_language() {
    let (stage, parts, i18n) = show().await;
    parts.send();
    frame().await;
    i18n.set_locale(Locale::kk);
    frame().await;
    assert_eq!(
        stage.texts(".error-summary li")[0],
        "«Почта» өрісін толтырыңыз."
    );
    assert!(text(&stage.one("#email-error")).starts_with("Қате"));
}

#[wasm_bindgen_test]
async fn what_the_service_says_of_a_field_stands_beside_it() {
    let (stage, parts, _) = show().await;
    let problem = |pointer: &str| -> Problem {
        serde_json::from_value(serde_json::json!({
            "type": "/errors/validation-failed",
            "title": "В данных есть ошибки",
            "status": 422,
            "instance": "",
            "request_id": "",
            "detail": "Исправьте отмеченные поля.",
            "code": "validation-failed",
            "errors": [{"pointer": pointer, "code": "email-invalid", "detail": "Адрес не подходит"}],
        }))
        .unwrap()
    };
    let pointers = [("/email", parts.email)];
    // What is about something else is given back.
    let other = Failure::Refused(problem("/iin").into());
    assert!(parts.form.take(other, &pointers).is_err());
    frame().await;
    assert!(stage.all(".error-summary").is_empty());
    let own = Failure::Refused(problem("/email").into());
    assert!(parts.form.take(own, &pointers).is_ok());
    until("focus", || browser::has_focus("error-summary")).await;
    assert!(text(&stage.one("#email-error")).ends_with("Адрес не подходит"));
}
