//! The addresses of the API, in one place for the service, the front and the tests.

use crate::appointment::Capacity;
use crate::id::{
    ApplicationId, AppointmentId, AttachmentId, BenefitClaimId, ChallengeId, DocumentId, DraftId,
    GroupId, ImportId, KindergartenId, LocalityId, NoticeId, ReferralId, RegistryChangeId, ScanId,
    SessionId, SigningSessionId, StaffMemberId, SuspensionId, VacancySubscriptionId,
};

pub const SERVICE: &str = "/v1/service";
pub const LOCALITIES: &str = "/v1/localities";
pub const KINDERGARTENS: &str = "/v1/kindergartens";
pub const VACANCIES: &str = "/v1/vacancies";
pub const CHALLENGES: &str = "/v1/challenges";
/// The end of the address of a session for signing a challenge with a phone.
pub const CHALLENGE_SIGNING_SESSION: &str = "/signing-session";
/// Sessions for signing drafts with a phone.
pub const SIGNING_SESSIONS: &str = "/v1/signing-sessions";
const PHONE_INVITATIONS: &str = "/v1/egov-mobile/invitations";
const PHONE_DOCUMENTS: &str = "/v1/egov-mobile/documents";
pub const SESSIONS: &str = "/v1/sessions";
/// Renewed by the refresh cookie (`PUT`), ended by `DELETE`.
pub const CURRENT_SESSION: &str = "/v1/sessions/current";
pub const ME: &str = "/v1/me";
pub const MY_EMAIL: &str = "/v1/me/email";
pub const MY_EMAIL_CONFIRMATION: &str = "/v1/me/email/confirmation";
pub const MY_NOTICE_PREFERENCES: &str = "/v1/me/notice-preferences";
pub const VACANCIES_FEED: &str = "/v1/vacancies/feed.atom";
/// A stream that says when something has changed.
pub const CHANGES: &str = "/v1/changes";
pub const VACANCY_SUBSCRIPTIONS: &str = "/v1/vacancy-subscriptions";
pub const NOTICES: &str = "/v1/notices";
pub const APPLICATION_DRAFTS: &str = "/v1/application-drafts";
pub const APPLICATIONS: &str = "/v1/applications";
pub const REFERRAL_DRAFTS: &str = "/v1/referral-drafts";
pub const REFERRALS: &str = "/v1/referrals";
pub const ATTACHMENT_DRAFTS: &str = "/v1/attachment-drafts";
pub const ATTACHMENTS: &str = "/v1/attachments";
pub const DRAFTS: &str = "/v1/drafts";
pub const DOCUMENTS: &str = "/v1/documents";
/// The verdict on any signature, for integrators.
pub const SIGNATURE_VERIFICATION: &str = "/v1/signatures/verification";
/// Demo mode only.
pub const DEMO_KEYS: &str = "/v1/demo/keys";
/// Demo mode only.
pub const DEMO_CHILD: &str = "/v1/demo/child";
/// Demo mode only.
pub const DEMO_CLOCK: &str = "/v1/demo/clock";
/// The addresses of the office begin so: what officials ask for in that capacity.
pub const OFFICE: &str = "/v1/office/";
/// For officials whose duty is `appointments`.
pub const APPOINTMENTS: &str = "/v1/office/appointments";
/// Applications by number or IIN, for officials whose duty is `queue`: a search has a reason.
pub const APPLICATION_SEARCHES: &str = "/v1/office/application-searches";
/// Those that wait for a decision.
pub const WAITING_APPLICATIONS: &str = "/v1/office/waiting-applications";
const OFFICE_APPLICATIONS: &str = "/v1/office/applications";
/// The audit log, for officials whose duty is `audit`.
pub const AUDIT_RECORDS: &str = "/v1/office/audit-records";
/// Localities of an official with their rules profile.
pub const OFFICE_LOCALITIES: &str = "/v1/office/localities";
/// Kindergartens, for officials whose duty is `registry`.
pub const OFFICE_KINDERGARTENS: &str = "/v1/office/kindergartens";
const OFFICE_GROUPS: &str = "/v1/office/groups";
/// The working calendar: shown by year; `POST` imports days of decrees.
pub const OFFICE_CALENDAR: &str = "/v1/office/calendar";
pub const SUSPENSIONS: &str = "/v1/office/suspensions";
pub const SUSPENSION_DRAFTS: &str = "/v1/office/suspension-drafts";
/// Tables of other systems. `POST` takes the file as its body.
pub const IMPORTS: &str = "/v1/office/imports";
/// Empty tables to fill in.
pub const IMPORT_TEMPLATES: &str = "/v1/office/import-templates";
/// The registry as tables.
pub const EXPORTS: &str = "/v1/office/exports";
/// Sources that can be exported.
pub const REGISTRY_SOURCES: &str = "/v1/office/registry-sources";
const PLANNED_CHANGES: &str = "/v1/office/planned-changes";
const OFFICE_REFERRALS: &str = "/v1/office/referrals";
/// What localities give benefits for.
pub const BENEFIT_GROUNDS: &str = "/v1/benefit-grounds";
const SCANS: &str = "/v1/scans";
/// Claims that wait for officials whose duty is `queue`.
pub const OFFICE_BENEFIT_CLAIMS: &str = "/v1/office/benefit-claims";
const OFFICE_SCANS: &str = "/v1/office/scans";
const DECISIONS: &str = "/v1/office/decisions";
pub const REFERRAL_VERIFICATIONS: &str = "/v1/referral-verifications";
/// A referral by its number or the address in its QR code, for its kindergarten.
pub const REFERRAL_SEARCHES: &str = "/v1/referral-searches";
const ENROLMENT: &str = "/enrolment";
/// What the staff of a kindergarten asks for in that capacity.
const DESK: &str = "/v1/desk/";
/// Access tokens of programs (RFC 6749); not part of the versioned API.
pub const TOKEN: &str = "/oauth/token";

/// `POST` begins a session for signing the challenge with a phone.
#[must_use]
pub fn challenge_signing_session(id: ChallengeId) -> String {
    format!("{CHALLENGES}/{id}{CHALLENGE_SIGNING_SESSION}")
}

/// `DELETE` cancels it.
#[must_use]
pub fn signing_session(id: SigningSessionId) -> String {
    format!("{SIGNING_SESSIONS}/{id}")
}

/// API №1 of eGov Mobile: the address in the QR code.
#[must_use]
pub fn phone_invitation(code: &str) -> String {
    format!("{PHONE_INVITATIONS}/{code}")
}

/// API №2 of eGov Mobile.
#[must_use]
pub fn phone_documents(id: SigningSessionId) -> String {
    format!("{PHONE_DOCUMENTS}/{id}")
}

/// In which capacity a person asks for what is at an address: what an official or staff asks for, nobody asks for as a
/// parent.
#[must_use]
pub fn capacity(method: &str, path: &str) -> Option<Capacity> {
    let path = path.split('?').next().unwrap_or(path);
    // Parents post there what they have signed.
    let of_referrals = path == REFERRALS && method == "GET"
        || path == REFERRAL_SEARCHES
        || path.starts_with(REFERRALS) && path.ends_with(ENROLMENT);
    if path.starts_with(OFFICE) {
        Some(Capacity::Official)
    } else if path.starts_with(DESK) || of_referrals {
        Some(Capacity::Staff)
    } else {
        None
    }
}

/// A kindergarten with its places, for its staff.
#[must_use]
pub fn desk_kindergarten(id: KindergartenId) -> String {
    format!("{DESK}kindergartens/{id}")
}

/// `PUT` says what parents see of the kindergarten, and needs `If-Match`.
#[must_use]
pub fn kindergarten_description(id: KindergartenId) -> String {
    format!("{DESK}kindergartens/{id}/description")
}

/// `POST` appoints an employee, by the head.
#[must_use]
pub fn staff(id: KindergartenId) -> String {
    format!("{DESK}kindergartens/{id}/staff")
}

#[must_use]
pub fn staff_ending(id: StaffMemberId) -> String {
    format!("{DESK}staff/{id}/ending")
}

#[must_use]
pub fn desk_group(id: GroupId) -> String {
    format!("{DESK}groups/{id}")
}

/// `PUT` publishes places and takes them back, and needs `If-Match`.
#[must_use]
pub fn free_places(id: GroupId) -> String {
    format!("{DESK}groups/{id}/free-places")
}

/// `DELETE` ends a session of the person.
#[must_use]
pub fn session(id: SessionId) -> String {
    format!("{SESSIONS}/{id}")
}

#[must_use]
pub fn kindergarten(id: KindergartenId) -> String {
    format!("{KINDERGARTENS}/{id}")
}

/// `DELETE` ends a subscription.
#[must_use]
pub fn vacancy_subscription(id: VacancySubscriptionId) -> String {
    format!("{VACANCY_SUBSCRIPTIONS}/{id}")
}

#[must_use]
pub fn position_history(id: ApplicationId) -> String {
    format!("{APPLICATIONS}/{id}/position-history")
}

/// `PUT` marks a notice as read.
#[must_use]
pub fn notice_reading(id: NoticeId) -> String {
    format!("{NOTICES}/{id}/reading")
}

#[must_use]
pub fn application(id: ApplicationId) -> String {
    format!("{APPLICATIONS}/{id}")
}

#[must_use]
pub fn contact_phone(id: ApplicationId) -> String {
    format!("{APPLICATIONS}/{id}/contact-phone")
}

#[must_use]
pub fn application_history(id: ApplicationId) -> String {
    format!("{APPLICATIONS}/{id}/history")
}

/// Who has looked at the data of the application (R25).
#[must_use]
pub fn application_audit(id: ApplicationId) -> String {
    format!("{APPLICATIONS}/{id}/audit")
}

#[must_use]
pub fn appointment_ending(id: AppointmentId) -> String {
    format!("{APPOINTMENTS}/{id}/ending")
}

/// `PATCH` changes the rules profile and needs `If-Match`.
#[must_use]
pub fn office_locality(id: LocalityId) -> String {
    format!("{OFFICE_LOCALITIES}/{id}")
}

/// What a change of the rules profile would do.
#[must_use]
pub fn locality_change_previews(id: LocalityId) -> String {
    format!("{OFFICE_LOCALITIES}/{id}/change-previews")
}

#[must_use]
pub fn locality_history(id: LocalityId) -> String {
    format!("{OFFICE_LOCALITIES}/{id}/history")
}

/// `PUT` changes it and needs `If-Match`.
#[must_use]
pub fn office_kindergarten(id: KindergartenId) -> String {
    format!("{OFFICE_KINDERGARTENS}/{id}")
}

#[must_use]
pub fn kindergarten_change_previews(id: KindergartenId) -> String {
    format!("{OFFICE_KINDERGARTENS}/{id}/change-previews")
}

#[must_use]
pub fn kindergarten_history(id: KindergartenId) -> String {
    format!("{OFFICE_KINDERGARTENS}/{id}/history")
}

/// `POST` makes a group.
#[must_use]
pub fn kindergarten_groups(id: KindergartenId) -> String {
    format!("{OFFICE_KINDERGARTENS}/{id}/groups")
}

/// `PUT` changes it and needs `If-Match`.
#[must_use]
pub fn office_group(id: GroupId) -> String {
    format!("{OFFICE_GROUPS}/{id}")
}

#[must_use]
pub fn group_change_previews(id: GroupId) -> String {
    format!("{OFFICE_GROUPS}/{id}/change-previews")
}

#[must_use]
pub fn group_history(id: GroupId) -> String {
    format!("{OFFICE_GROUPS}/{id}/history")
}

/// `DELETE` takes a change back that is to come.
#[must_use]
pub fn planned_change(id: RegistryChangeId) -> String {
    format!("{PLANNED_CHANGES}/{id}")
}

/// Active referrals to a group.
#[must_use]
pub fn group_referrals(id: GroupId) -> String {
    format!("{OFFICE_GROUPS}/{id}/referrals")
}

#[must_use]
pub fn suspension_ending_drafts(id: SuspensionId) -> String {
    format!("{SUSPENSIONS}/{id}/ending-drafts")
}

#[must_use]
pub fn suspension_ending(id: SuspensionId) -> String {
    format!("{SUSPENSIONS}/{id}/ending")
}

#[must_use]
pub fn annulment_drafts(id: ReferralId) -> String {
    format!("{OFFICE_REFERRALS}/{id}/annulment-drafts")
}

#[must_use]
pub fn annulment(id: ReferralId) -> String {
    format!("{OFFICE_REFERRALS}/{id}/annulment")
}

/// Everything about an application, for officials.
#[must_use]
pub fn office_application(id: ApplicationId) -> String {
    format!("{OFFICE_APPLICATIONS}/{id}")
}

#[must_use]
pub fn application_decision_drafts(id: ApplicationId) -> String {
    format!("{OFFICE_APPLICATIONS}/{id}/decision-drafts")
}

#[must_use]
pub fn application_decision(id: ApplicationId) -> String {
    format!("{OFFICE_APPLICATIONS}/{id}/decision")
}

/// `POST` claims a benefit with scans that were uploaded before.
#[must_use]
pub fn benefit_claims(id: ApplicationId) -> String {
    format!("{APPLICATIONS}/{id}/benefit-claims")
}

/// `POST` takes a scan as its body.
#[must_use]
pub fn scans(id: ApplicationId) -> String {
    format!("{APPLICATIONS}/{id}/scans")
}

/// `DELETE` takes a scan away that was sent with no claim.
#[must_use]
pub fn scan(id: ScanId) -> String {
    format!("{SCANS}/{id}")
}

/// An image of a page, counted from 1.
#[must_use]
pub fn scan_page(id: ScanId, page: u16) -> String {
    format!("{SCANS}/{id}/pages/{page}")
}

#[must_use]
pub fn office_benefit_claim(id: BenefitClaimId) -> String {
    format!("{OFFICE_BENEFIT_CLAIMS}/{id}")
}

#[must_use]
pub fn benefit_decision_drafts(id: BenefitClaimId) -> String {
    format!("{OFFICE_BENEFIT_CLAIMS}/{id}/decision-drafts")
}

#[must_use]
pub fn benefit_decision(id: BenefitClaimId) -> String {
    format!("{OFFICE_BENEFIT_CLAIMS}/{id}/decision")
}

/// An image of a page, counted from 1.
#[must_use]
pub fn office_scan_page(id: ScanId, page: u16) -> String {
    format!("{OFFICE_SCANS}/{id}/pages/{page}")
}

/// What was sent, as a file.
#[must_use]
pub fn office_scan_original(id: ScanId) -> String {
    format!("{OFFICE_SCANS}/{id}/original")
}

/// `POST` lets a scan open that no virus scanner has looked at.
#[must_use]
pub fn virus_check_override(id: ScanId) -> String {
    format!("{OFFICE_SCANS}/{id}/virus-check-override")
}

/// A signed decision of an official.
#[must_use]
pub fn decision(id: DocumentId) -> String {
    format!("{DECISIONS}/{id}")
}

#[must_use]
pub fn decision_pdf(id: DocumentId) -> String {
    format!("{DECISIONS}/{id}/pdf")
}

#[must_use]
pub fn import(id: ImportId) -> String {
    format!("{IMPORTS}/{id}")
}

/// What would become, or has become, of the rows.
#[must_use]
pub fn import_rows(id: ImportId) -> String {
    format!("{IMPORTS}/{id}/rows")
}

#[must_use]
pub fn import_errors(id: ImportId) -> String {
    format!("{IMPORTS}/{id}/errors")
}

#[must_use]
pub fn import_applying(id: ImportId) -> String {
    format!("{IMPORTS}/{id}/applying")
}

#[must_use]
pub fn import_discarding(id: ImportId) -> String {
    format!("{IMPORTS}/{id}/discarding")
}

/// Free places that fit the application.
#[must_use]
pub fn application_vacancies(id: ApplicationId) -> String {
    format!("{APPLICATIONS}/{id}/vacancies")
}

#[must_use]
pub fn application_documents(id: ApplicationId) -> String {
    format!("{APPLICATIONS}/{id}/documents")
}

/// `DELETE` gives the held place back.
#[must_use]
pub fn referral_draft(id: DraftId) -> String {
    format!("{REFERRAL_DRAFTS}/{id}")
}

/// What has become of a draft of any kind.
#[must_use]
pub fn draft(id: DraftId) -> String {
    format!("{DRAFTS}/{id}")
}

#[must_use]
pub fn referral(id: ReferralId) -> String {
    format!("{REFERRALS}/{id}")
}

/// The last day to arrive, for a calendar.
#[must_use]
pub fn calendar_event(id: ReferralId) -> String {
    format!("{REFERRALS}/{id}/calendar-event")
}

#[must_use]
pub fn withdrawal_drafts(id: ApplicationId) -> String {
    format!("{APPLICATIONS}/{id}/withdrawal-drafts")
}

#[must_use]
pub fn withdrawal(id: ApplicationId) -> String {
    format!("{APPLICATIONS}/{id}/withdrawal")
}

#[must_use]
pub fn extension_drafts(id: ReferralId) -> String {
    format!("{REFERRALS}/{id}/extension-drafts")
}

#[must_use]
pub fn extension(id: ReferralId) -> String {
    format!("{REFERRALS}/{id}/extension")
}

#[must_use]
pub fn revocation_drafts(id: ReferralId) -> String {
    format!("{REFERRALS}/{id}/revocation-drafts")
}

#[must_use]
pub fn revocation(id: ReferralId) -> String {
    format!("{REFERRALS}/{id}/revocation")
}

/// `PUT` by the kindergarten; `DELETE` undoes it.
#[must_use]
pub fn enrolment(id: ReferralId) -> String {
    format!("{REFERRALS}/{id}{ENROLMENT}")
}

#[must_use]
pub fn attachment_decision(id: AttachmentId) -> String {
    format!("{ATTACHMENTS}/{id}/decision")
}

#[must_use]
pub fn detachment_drafts(id: AttachmentId) -> String {
    format!("{ATTACHMENTS}/{id}/detachment-drafts")
}

#[must_use]
pub fn detachment(id: AttachmentId) -> String {
    format!("{ATTACHMENTS}/{id}/detachment")
}

#[must_use]
pub fn document(id: DocumentId) -> String {
    format!("{DOCUMENTS}/{id}")
}

/// The exact bytes that were signed.
#[must_use]
pub fn document_content(id: DocumentId) -> String {
    format!("{DOCUMENTS}/{id}/content")
}

/// The detached CMS, DER.
#[must_use]
pub fn document_signature(id: DocumentId) -> String {
    format!("{DOCUMENTS}/{id}/signature")
}

#[must_use]
pub fn document_pdf(id: DocumentId) -> String {
    format!("{DOCUMENTS}/{id}/pdf")
}

/// What proves the signature years later: certificates, answers about revocation, time stamp.
#[must_use]
pub fn document_evidence(id: DocumentId) -> String {
    format!("{DOCUMENTS}/{id}/evidence")
}

#[must_use]
pub fn referral_verification(token: &str) -> String {
    format!("{REFERRAL_VERIFICATIONS}/{token}")
}

/// The page that the QR code of a referral leads to; not part of the API.
#[must_use]
pub fn verification_page(token: &str) -> String {
    format!("/r/{token}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn an_address_says_in_which_capacity_it_is_asked_for() {
        let id = ReferralId::new(Uuid::from_u128(7));
        let group = GroupId::new(Uuid::from_u128(8));
        assert_eq!(capacity("GET", APPOINTMENTS), Some(Capacity::Official));
        assert_eq!(capacity("POST", REFERRALS), None, "of parents");
        for of_staff in [
            enrolment(id),
            free_places(group),
            REFERRAL_SEARCHES.to_owned(),
            format!("{REFERRALS}?choice=overdue"),
            format!("{}?pressed_at=1", enrolment(id)),
        ] {
            assert_eq!(
                capacity("GET", &of_staff),
                Some(Capacity::Staff),
                "{of_staff}"
            );
        }
        for of_parents in [
            referral(id),
            revocation(id),
            ME.to_owned(),
            referral_verification("a"),
        ] {
            assert_eq!(capacity("GET", &of_parents), None, "{of_parents}");
        }
    }
}
