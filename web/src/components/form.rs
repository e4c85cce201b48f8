//! What is typed into a form and what is wrong with it. Checked when it is sent, never while
//! somebody types; what was typed stays.

use crate::{
    api::Failure,
    browser,
    i18n::{Locale, t, td_string, use_i18n},
};
use balabaqsha_shared::{Code, rules::Violation};
use leptos::{ev, prelude::*};

/// What is wrong with a field, in any language.
#[derive(Clone, Debug)]
pub enum Complaint {
    /// With the function that has the words: a page that never breaks a rule is built without.
    Rule(Violation, fn(&Violation, Locale) -> String),
    /// A sentence of ours: `Complaint::Text(|locale| td_string!(locale, …))`.
    Text(fn(Locale) -> &'static str),
    /// A sentence of ours with one name in it.
    Naming(fn(Locale, &str) -> String, String),
    /// A sentence of the service, in the language it was asked in.
    Said(String),
}

impl Complaint {
    #[must_use]
    pub fn sentence(&self, locale: Locale) -> String {
        match self {
            Self::Rule(violation, sentence) => sentence(violation, locale),
            Self::Text(text) => text(locale).to_owned(),
            Self::Naming(sentence, name) => sentence(locale, name),
            Self::Said(sentence) => sentence.clone(),
        }
    }
}

impl From<Violation> for Complaint {
    fn from(violation: Violation) -> Self {
        Self::Rule(violation, |violation, locale| {
            violation.sentence(locale.into())
        })
    }
}

impl From<Code> for Complaint {
    fn from(code: Code) -> Self {
        Violation::new(code).into()
    }
}

/// One thing that is typed or chosen.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Of the control, so that the summary can lead to it.
    pub id: &'static str,
    pub value: RwSignal<String>,
    /// What stands above the control, once it is shown.
    pub label: RwSignal<Option<Signal<String>>>,
    pub complaint: RwSignal<Option<Complaint>>,
}

impl Field {
    pub fn new(id: &'static str, value: impl Into<String>) -> Self {
        Self {
            id,
            value: RwSignal::new(value.into()),
            label: RwSignal::new(None),
            complaint: RwSignal::new(None),
        }
    }

    /// The value without outer spaces.
    pub fn text(self) -> String {
        self.value.with_untracked(|value| value.trim().to_owned())
    }

    /// Reads the value, or complains: of an empty field in one way for all.
    pub fn read<T, C: Into<Complaint>>(
        self,
        parse: impl FnOnce(&str) -> Result<T, C>,
    ) -> Option<T> {
        let text = self.text();
        let complaint = if text.is_empty() {
            Code::FieldRequired.into()
        } else {
            match parse(&text) {
                Ok(value) => return Some(value),
                Err(complaint) => complaint.into(),
            }
        };
        self.complain(complaint);
        None
    }

    pub fn complain(self, complaint: impl Into<Complaint>) {
        self.complaint.try_set(Some(complaint.into()));
    }

    pub fn is_wrong(self) -> bool {
        self.complaint.with(Option::is_some)
    }

    /// The complaint away from the field, so with the name of the field.
    fn summed_up(self, complaint: &Complaint, locale: Locale) -> String {
        let Some(label) = self.label.get() else {
            return complaint.sentence(locale);
        };
        match complaint {
            Complaint::Rule(violation, _) if violation.code == Code::FieldRequired => {
                td_string!(locale, common.fill_in, name = label.get())
            }
            _ => format!("{}: {}", label.get(), complaint.sentence(locale)),
        }
    }
}

/// The fields of one page.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    fields: StoredValue<Vec<Field>>,
    /// Counts the refusals, so that each one moves the focus to the summary.
    refusals: RwSignal<u32>,
}

impl Form {
    pub fn new(fields: impl Into<Vec<Field>>) -> Self {
        Self {
            fields: StoredValue::new(fields.into()),
            refusals: RwSignal::new(0),
        }
    }

    /// Forgets what was wrong, before the form is read again.
    pub fn clear(self) {
        for field in self.fields.get_value() {
            if field.complaint.with_untracked(Option::is_some) {
                field.complaint.set(None);
            }
        }
    }

    pub fn is_refused(self) -> bool {
        // All of them are read, so that a change of any is followed.
        self.fields.with_value(|fields| {
            fields
                .iter()
                .fold(false, |refused, field| refused | field.is_wrong())
        })
    }

    /// Shows the summary.
    pub fn refuse(self) {
        self.refusals.try_update(|count| *count += 1);
    }

    /// Puts what the service says of single fields beside them. Gives back a failure that is
    /// about something else.
    pub fn take(self, failure: Failure, pointers: &[(&str, Field)]) -> Result<(), Failure> {
        let Failure::Refused(problem) = &failure else {
            return Err(failure);
        };
        let mut taken = false;
        for error in &problem.errors {
            let known = pointers
                .iter()
                .find(|(pointer, _)| *pointer == error.pointer);
            if let Some((_, field)) = known {
                field.complain(Complaint::Said(error.detail.clone()));
                taken = true;
            }
        }
        if !taken {
            return Err(failure);
        }
        self.refuse();
        Ok(())
    }

    fn complaints(self) -> Vec<(Field, Complaint)> {
        self.fields.with_value(|fields| {
            fields
                .iter()
                .filter_map(|field| Some((*field, field.complaint.get()?)))
                .collect()
        })
    }
}

const SUMMARY: &str = "error-summary";
const SUMMARY_TITLE: &str = "error-summary-title";

/// What is wrong, above the heading, with links to the fields. Takes the focus when it appears.
#[component]
pub fn ErrorSummary(form: Form) -> impl IntoView {
    let i18n = use_i18n();
    Effect::new(move || {
        if form.refusals.get() > 0 {
            browser::soon(|| browser::focus_id(SUMMARY));
        }
    });
    let item = move |(field, complaint): (Field, Complaint)| {
        let jump = move |event: ev::MouseEvent| {
            // The browser's own jump would leave the focus on the link.
            event.prevent_default();
            browser::focus_id(field.id);
        };
        let sentence = move || field.summed_up(&complaint, i18n.get_locale());
        view! { <li><a href=format!("#{}", field.id) on:click=jump>{sentence}</a></li> }
    };
    move || {
        let complaints = form.complaints();
        (!complaints.is_empty()).then(|| {
            view! {
                <div class="error-summary" id=SUMMARY tabindex="-1" role="alert"
                    aria-labelledby=SUMMARY_TITLE>
                    <h2 id=SUMMARY_TITLE>{t!(i18n, common.problem)}</h2>
                    <ul>{complaints.into_iter().map(item).collect_view()}</ul>
                </div>
            }
        })
    }
}
