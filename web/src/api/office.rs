//! What officials ask for (R18), and what parents see of it (R25).

use super::{Api, Asked, asked, paged, write};
use balabaqsha_shared::{dto, endpoint, id};
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
            ("cursor", cursor),
        ];
        asked(self.get(&with_query(endpoint::AUDIT_RECORDS, parts)))
    }
}

/// What is looked for in the audit log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditQuery {
    pub actor: Option<String>,
    pub application: Option<id::ApplicationId>,
}

/// An address with the parts of its query that are there.
fn with_query<const N: usize>(path: &str, parts: [(&str, Option<String>); N]) -> String {
    let mut address = path.to_owned();
    let mut mark = '?';
    for (name, value) in parts {
        let Some(value) = value.filter(|value| !value.is_empty()) else {
            continue;
        };
        address.push(mark);
        address.push_str(name);
        address.push('=');
        address.push_str(&String::from(js_sys::encode_uri_component(&value)));
        mark = '&';
    }
    address
}
