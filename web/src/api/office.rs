//! What officials ask for (R18), and what parents see of it (R25).

use super::{Api, Asked, asked, changed, done, paged, transport::Call, with_query, write};
use balabaqsha_shared::{dto, endpoint, id, import::ImportKind};
use chrono::NaiveDate;
use gloo_net::http::Method;

impl Api {
    /// The person and the capacities that they may choose.
    pub fn me(self) -> Asked<dto::Me> {
        asked(self.get(endpoint::ME))
    }

    pub fn looks(self, id: id::ApplicationId) -> Asked<dto::LookList> {
        asked(self.get(&endpoint::application_audit(id)))
    }

    pub fn appointments(self, cursor: Option<String>) -> Asked<dto::Page<dto::Appointment>> {
        asked(self.get(&paged(endpoint::APPOINTMENTS, cursor)))
    }

    pub fn appoint(self, request: &dto::AppointmentRequest) -> Asked<dto::Appointment> {
        asked(self.post(endpoint::APPOINTMENTS, write(request)))
    }

    pub fn end_appointment(self, id: id::AppointmentId) -> Asked<dto::Appointment> {
        let nothing = Ok("{}".to_owned());
        asked(self.send(Method::POST, &endpoint::appointment_ending(id), nothing))
    }

    pub fn search_applications(
        self,
        search: &dto::ApplicationSearch,
    ) -> Asked<dto::FoundApplications> {
        asked(self.post(endpoint::APPLICATION_SEARCHES, write(search)))
    }

    pub fn waiting_applications(self) -> Asked<dto::WaitingApplicationList> {
        asked(self.get(endpoint::WAITING_APPLICATIONS))
    }

    pub fn office_application(self, id: id::ApplicationId) -> Asked<dto::OfficeApplication> {
        asked(self.get(&endpoint::office_application(id)))
    }

    pub fn draft_application_decision(
        self,
        id: id::ApplicationId,
        request: &dto::ApplicationDecisionDraftRequest,
    ) -> Asked<dto::Draft> {
        asked(self.post(&endpoint::application_decision_drafts(id), write(request)))
    }

    pub fn draft_annulment(
        self,
        id: id::ReferralId,
        request: &dto::AnnulmentDraftRequest,
    ) -> Asked<dto::Draft> {
        asked(self.post(&endpoint::annulment_drafts(id), write(request)))
    }

    pub fn audit_records(
        self,
        wanted: &AuditQuery,
        cursor: Option<String>,
    ) -> Asked<dto::Page<dto::AuditRecord>> {
        let parts = [
            ("actor", wanted.actor.clone()),
            (
                "application_id",
                wanted.application.map(|id| id.to_string()),
            ),
            ("since", wanted.since.map(|day| day.to_string())),
            ("until", wanted.until.map(|day| day.to_string())),
            ("cursor", cursor),
        ];
        asked(self.get(&with_query(endpoint::AUDIT_RECORDS, parts)))
    }
}

/// Things of the registry, imports and suspensions.
impl Api {
    pub fn office_localities(self) -> Asked<dto::OfficeLocalityList> {
        asked(self.get(endpoint::OFFICE_LOCALITIES))
    }

    pub fn office_locality(self, id: id::LocalityId) -> Asked<dto::OfficeLocality> {
        asked(self.get(&endpoint::office_locality(id)))
    }

    pub fn office_kindergartens(
        self,
        wanted: &KindergartenQuery,
        cursor: Option<String>,
    ) -> Asked<dto::Page<dto::KindergartenSummary>> {
        let parts = [
            ("locality_id", Some(wanted.locality.clone())),
            ("kind", Some(wanted.kind.clone())),
            ("search", Some(wanted.text.clone())),
            ("sort", Some(wanted.order.clone())),
            ("cursor", cursor),
        ];
        asked(self.get(&with_query(endpoint::OFFICE_KINDERGARTENS, parts)))
    }

    pub fn office_kindergarten(self, id: id::KindergartenId) -> Asked<dto::OfficeKindergarten> {
        asked(self.get(&endpoint::office_kindergarten(id)))
    }

    pub fn office_group(self, id: id::GroupId) -> Asked<dto::OfficeGroup> {
        asked(self.get(&endpoint::office_group(id)))
    }

    pub fn group_referrals(self, id: id::GroupId) -> Asked<dto::OpenReferralList> {
        asked(self.get(&endpoint::group_referrals(id)))
    }

    pub fn registry_history(
        self,
        path: &str,
        cursor: Option<String>,
    ) -> Asked<dto::Page<dto::RegistryChange>> {
        asked(self.get(&paged(path, cursor)))
    }

    /// What a change would do.
    pub fn change_preview(self, path: &str, change: String) -> Asked<dto::ChangePreview> {
        asked(self.send(Method::POST, path, Ok(change)))
    }

    /// Changes the version of a thing that the person has seen.
    pub fn change(self, method: Method, path: &str, change: String, version: u32) -> Asked<()> {
        let call = Call::with_body(method, path, change).if_match(version);
        done(changed(self.authorized(call)))
    }

    /// Makes a thing, of which it only matters that it is there.
    pub fn make(self, path: &str, thing: String) -> Asked<()> {
        done(self.send(Method::POST, path, Ok(thing)))
    }

    /// Gives up a change that was to take effect later.
    pub fn take_back(self, id: id::RegistryChangeId) -> Asked<()> {
        let call = Call::new(Method::DELETE, &endpoint::planned_change(id));
        done(changed(self.authorized(call)))
    }

    pub fn calendar(self, year: i32) -> Asked<dto::CalendarYear> {
        let parts = [("year", Some(year.to_string()))];
        asked(self.get(&with_query(endpoint::OFFICE_CALENDAR, parts)))
    }

    pub fn imports(self, cursor: Option<String>) -> Asked<dto::Page<dto::Import>> {
        asked(self.get(&paged(endpoint::IMPORTS, cursor)))
    }

    pub fn import(self, id: id::ImportId) -> Asked<dto::Import> {
        asked(self.get(&endpoint::import(id)))
    }

    pub fn import_rows(
        self,
        id: id::ImportId,
        cursor: Option<String>,
    ) -> Asked<dto::Page<dto::ImportRow>> {
        asked(self.get(&paged(&endpoint::import_rows(id), cursor)))
    }

    pub fn import_errors(
        self,
        id: id::ImportId,
        cursor: Option<String>,
    ) -> Asked<dto::Page<dto::ImportRowError>> {
        asked(self.get(&paged(&endpoint::import_errors(id), cursor)))
    }

    /// Sends a table to be read.
    pub fn upload(
        self,
        kind: ImportKind,
        source: String,
        media_type: &'static str,
        file: web_sys::File,
    ) -> Asked<dto::Import> {
        let parts = [
            ("kind", Some(kind.as_str().to_owned())),
            ("source", Some(source)),
            ("file_name", Some(file.name())),
        ];
        let path = with_query(endpoint::IMPORTS, parts);
        asked(changed(
            self.authorized(Call::with_file(&path, media_type, file)),
        ))
    }

    pub fn apply_import(self, id: id::ImportId) -> Asked<()> {
        self.make(&endpoint::import_applying(id), "{}".to_owned())
    }

    pub fn discard_import(self, id: id::ImportId) -> Asked<()> {
        self.make(&endpoint::import_discarding(id), "{}".to_owned())
    }

    /// Systems of which something can be exported.
    pub fn registry_sources(self) -> Asked<dto::RegistrySourceList> {
        asked(self.get(endpoint::REGISTRY_SOURCES))
    }

    pub fn suspensions(self) -> Asked<dto::OfficeSuspensionList> {
        asked(self.get(endpoint::SUSPENSIONS))
    }

    pub fn draft_suspension(self, request: &dto::SuspensionDraftRequest) -> Asked<dto::Draft> {
        asked(self.post(endpoint::SUSPENSION_DRAFTS, write(request)))
    }

    pub fn draft_suspension_ending(
        self,
        id: id::SuspensionId,
        request: &dto::ActDraftRequest,
    ) -> Asked<dto::Draft> {
        asked(self.post(&endpoint::suspension_ending_drafts(id), write(request)))
    }
}

/// Which kindergartens are wanted; what is empty does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KindergartenQuery {
    pub locality: String,
    pub kind: String,
    pub text: String,
    pub order: String,
}

/// What is looked for in the audit log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditQuery {
    pub actor: Option<String>,
    pub application: Option<id::ApplicationId>,
    pub since: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
}
