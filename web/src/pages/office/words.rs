//! Words that several pages of the office use.

use super::{list::Title, routes::OfficePage};
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

/// A part of the office that links lead to from everywhere.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    pub page: OfficePage,
    pub name: Title,
    /// What one does there.
    pub text: Title,
}

pub const SECTIONS: [Section; 11] = [
    Section {
        page: OfficePage::Start,
        name: |locale| td_string!(locale, office.start),
        text: |locale| td_string!(locale, office.lead),
    },
    Section {
        page: OfficePage::Applications,
        name: |locale| td_string!(locale, search.section),
        text: |locale| td_string!(locale, search.section_text),
    },
    Section {
        page: OfficePage::Waiting,
        name: |locale| td_string!(locale, cases.section),
        text: |locale| td_string!(locale, cases.section_text),
    },
    Section {
        page: OfficePage::Benefits,
        name: |locale| td_string!(locale, benefits.section),
        text: |locale| td_string!(locale, benefits.section_text),
    },
    Section {
        page: OfficePage::Kindergartens,
        name: |locale| td_string!(locale, registry.kindergartens),
        text: |locale| td_string!(locale, registry.kindergartens_text),
    },
    Section {
        page: OfficePage::Localities,
        name: |locale| td_string!(locale, registry.localities),
        text: |locale| td_string!(locale, registry.localities_text),
    },
    Section {
        page: OfficePage::Imports,
        name: |locale| td_string!(locale, imports.section),
        text: |locale| td_string!(locale, imports.section_text),
    },
    Section {
        page: OfficePage::Suspensions,
        name: |locale| td_string!(locale, suspensions.section),
        text: |locale| td_string!(locale, suspensions.section_text),
    },
    Section {
        page: OfficePage::Calendar,
        name: |locale| td_string!(locale, calendar.section),
        text: |locale| td_string!(locale, calendar.section_text),
    },
    Section {
        page: OfficePage::Appointments,
        name: |locale| td_string!(locale, appointments.section),
        text: |locale| td_string!(locale, appointments.section_text),
    },
    Section {
        page: OfficePage::Audit,
        name: |locale| td_string!(locale, audit.section),
        text: |locale| td_string!(locale, audit.section_text),
    },
];

/// What was done or looked at, by the name of the operation; one that is not known, by that name.
pub fn operation(locale: Locale, operation: &str) -> String {
    match operation {
        "search_applications" => td_string!(locale, audit.search_applications),
        "list_office_benefit_claims" | "show_office_benefit_claim" => {
            td_string!(locale, audit.look_at_benefit)
        }
        "get_office_scan_page" | "get_office_scan_original" => {
            td_string!(locale, audit.look_at_proof)
        }
        "create_benefit_decision_draft" | "decide_benefit_claim" => {
            td_string!(locale, audit.decide_benefit)
        }
        "list_waiting_applications" | "show_office_application" => {
            td_string!(locale, audit.look_at_application)
        }
        "create_application_decision_draft" | "decide_application" => {
            td_string!(locale, audit.decide_application)
        }
        "override_virus_check" => td_string!(locale, audit.override_virus_check),
        "set_benefit_grounds" => td_string!(locale, audit.set_benefit_grounds),
        "search_audit_records" => td_string!(locale, audit.search_audit_records),
        "list_appointments" => td_string!(locale, audit.list_appointments),
        "create_appointment" => td_string!(locale, audit.create_appointment),
        "end_appointment" => td_string!(locale, audit.end_appointment),
        "apply_import" => td_string!(locale, audit.apply_import),
        "suspend_issue" => td_string!(locale, audit.suspend_issue),
        "resume_issue" => td_string!(locale, audit.resume_issue),
        "list_expected_children" => td_string!(locale, audit.list_expected_children),
        "enrol_child" => td_string!(locale, audit.enrol_child),
        "find_referral" => td_string!(locale, audit.find_referral),
        "set_free_places" => td_string!(locale, audit.set_free_places),
        "describe_kindergarten" => td_string!(locale, audit.describe_kindergarten),
        "list_staff" => td_string!(locale, audit.list_staff),
        "appoint_staff" => td_string!(locale, audit.appoint_staff),
        "end_staff" => td_string!(locale, audit.end_staff),
        "undo_enrolment" => td_string!(locale, audit.undo_enrolment),
        "change_group" => td_string!(locale, audit.change_group),
        "change_kindergarten" => td_string!(locale, audit.change_kindergarten),
        "change_locality" => td_string!(locale, audit.change_locality),
        "create_group" => td_string!(locale, audit.create_group),
        "create_kindergarten" => td_string!(locale, audit.create_kindergarten),
        "import_table" => td_string!(locale, audit.import_table),
        "discard_import" => td_string!(locale, audit.discard_import),
        "list_import_rows" => td_string!(locale, audit.list_import_rows),
        "list_import_errors" => td_string!(locale, audit.list_import_errors),
        "list_group_referrals" => td_string!(locale, audit.list_group_referrals),
        "preview_group_change" => td_string!(locale, audit.preview_group_change),
        "preview_kindergarten_change" => td_string!(locale, audit.preview_kindergarten_change),
        "switch_child_check" => td_string!(locale, audit.switch_child_check),
        "import_calendar_days" => td_string!(locale, audit.import_calendar_days),
        "take_planned_change_back" => td_string!(locale, audit.take_planned_change_back),
        "lift_limits" => td_string!(locale, audit.lift_limits),
        "restore_limits" => td_string!(locale, audit.restore_limits),
        other => return other.to_owned(),
    }
    .to_owned()
}
