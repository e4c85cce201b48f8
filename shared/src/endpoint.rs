//! The addresses of the API, in one place for the service, the front and the tests.

use crate::id::{ApplicationId, DocumentId, DraftId, ReferralId};

pub const SERVICE: &str = "/v1/service";
pub const LOCALITIES: &str = "/v1/localities";
pub const KINDERGARTENS: &str = "/v1/kindergartens";
pub const VACANCIES: &str = "/v1/vacancies";
pub const CHALLENGES: &str = "/v1/challenges";
pub const SESSIONS: &str = "/v1/sessions";
/// Renewed by the refresh cookie (`PUT`), ended by `DELETE`.
pub const CURRENT_SESSION: &str = "/v1/sessions/current";
pub const ME: &str = "/v1/me";
pub const MY_EMAIL: &str = "/v1/me/email";
pub const MY_EMAIL_CONFIRMATION: &str = "/v1/me/email/confirmation";
pub const APPLICATION_DRAFTS: &str = "/v1/application-drafts";
pub const APPLICATIONS: &str = "/v1/applications";
pub const REFERRAL_DRAFTS: &str = "/v1/referral-drafts";
pub const REFERRALS: &str = "/v1/referrals";
pub const DOCUMENTS: &str = "/v1/documents";
/// The verdict on any signature, for integrators.
pub const SIGNATURE_VERIFICATION: &str = "/v1/signatures/verification";
/// Demo mode only.
pub const DEMO_KEYS: &str = "/v1/demo/keys";
pub const REFERRAL_VERIFICATIONS: &str = "/v1/referral-verifications";

#[must_use]
pub fn application(id: ApplicationId) -> String {
    format!("{APPLICATIONS}/{id}")
}

#[must_use]
pub fn application_history(id: ApplicationId) -> String {
    format!("{APPLICATIONS}/{id}/history")
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

#[must_use]
pub fn referral(id: ReferralId) -> String {
    format!("{REFERRALS}/{id}")
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
