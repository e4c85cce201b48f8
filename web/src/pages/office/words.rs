//! Words that several pages of the office use.

use super::routes::OfficePage;
use crate::i18n::{Locale, td_string};
use balabaqsha_shared::appointment::Duty;

pub fn duty(locale: Locale, duty: Duty) -> &'static str {
    match duty {
        Duty::Registry => td_string!(locale, office.duty_registry),
        Duty::Queue => td_string!(locale, office.duty_queue),
        Duty::Audit => td_string!(locale, office.duty_audit),
        Duty::Appointments => td_string!(locale, office.duty_appointments),
    }
}

/// What an official with the duty may do.
pub fn duty_hint(locale: Locale, duty: Duty) -> &'static str {
    match duty {
        Duty::Registry => td_string!(locale, office.duty_registry_hint),
        Duty::Queue => td_string!(locale, office.duty_queue_hint),
        Duty::Audit => td_string!(locale, office.duty_audit_hint),
        Duty::Appointments => td_string!(locale, office.duty_appointments_hint),
    }
}

pub fn section(locale: Locale, page: OfficePage) -> &'static str {
    match page {
        OfficePage::Start => td_string!(locale, office.start),
        OfficePage::Applications => td_string!(locale, search.section),
        OfficePage::Kindergartens => td_string!(locale, registry.kindergartens),
        OfficePage::Localities => td_string!(locale, registry.localities),
        OfficePage::Imports => td_string!(locale, imports.section),
        OfficePage::Suspensions => td_string!(locale, suspensions.section),
        OfficePage::Calendar => td_string!(locale, calendar.section),
        OfficePage::Appointments => td_string!(locale, appointments.section),
        OfficePage::Audit => td_string!(locale, audit.section),
        // Pages of these sections have headings of their own.
        _ => "",
    }
}

/// What one does there.
pub fn section_text(locale: Locale, page: OfficePage) -> &'static str {
    match page {
        OfficePage::Start => td_string!(locale, office.lead),
        OfficePage::Applications => td_string!(locale, search.section_text),
        OfficePage::Kindergartens => td_string!(locale, registry.kindergartens_text),
        OfficePage::Localities => td_string!(locale, registry.localities_text),
        OfficePage::Imports => td_string!(locale, imports.section_text),
        OfficePage::Suspensions => td_string!(locale, suspensions.section_text),
        OfficePage::Calendar => td_string!(locale, calendar.section_text),
        OfficePage::Appointments => td_string!(locale, appointments.section_text),
        OfficePage::Audit => td_string!(locale, audit.section_text),
        _ => "",
    }
}

/// What was done or looked at, by the name of the operation; one that is not known, by that name.
pub fn operation(locale: Locale, operation: &str) -> String {
    match operation {
        "search_applications" => td_string!(locale, audit.search_applications),
        "search_audit_records" => td_string!(locale, audit.search_audit_records),
        "list_appointments" => td_string!(locale, audit.list_appointments),
        "create_appointment" => td_string!(locale, audit.create_appointment),
        "end_appointment" => td_string!(locale, audit.end_appointment),
        "apply_import" => td_string!(locale, audit.apply_import),
        "suspend_issue" => td_string!(locale, audit.suspend_issue),
        "resume_issue" => td_string!(locale, audit.resume_issue),
        "list_expected_children" => td_string!(locale, audit.list_expected_children),
        "enrol_child" => td_string!(locale, audit.enrol_child),
        "undo_enrolment" => td_string!(locale, audit.undo_enrolment),
        other => return other.to_owned(),
    }
    .to_owned()
}
