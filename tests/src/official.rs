//! Officials with appointments, and their calls.

use crate::{Answer, Client, Parent, TestApp};
use balabaqsha_api::service::office::appointments::{self, Period, Wish};
use balabaqsha_shared::{
    appointment::{Capacity, Duty},
    dto,
};
use balabaqsha_store::{appointments::Appointment, localities::Locality};
use reqwest::{Method, RequestBuilder};
use serde::Serialize;

/// A person who has logged in and may act as an official.
#[derive(Debug)]
pub struct Official {
    pub person: Parent,
}

impl Official {
    /// An official with these duties in a locality, appointed at the command line.
    pub async fn new(app: &TestApp, locality: &Locality, duties: &[Duty]) -> Self {
        let person = Parent::new(app).await;
        appoint(app, &person, locality, duties).await;
        Self { person }
    }

    #[must_use]
    pub fn client(&self) -> &Client {
        &self.person.client
    }

    /// A request in the capacity of an official.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client().request(method, path);
        request.header(Capacity::HEADER, Capacity::Official.as_str())
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.client().send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        let request = self.request(Method::POST, path).json(body);
        self.client().send(request).await
    }

    /// What the person may do, as they see it.
    pub async fn capacities(&self) -> Vec<dto::AvailableCapacity> {
        let me: dto::Me = self
            .client()
            .get(balabaqsha_shared::endpoint::ME)
            .await
            .shown();
        me.capacities
    }
}

/// Appoints somebody at the command line.
pub async fn appoint(
    app: &TestApp,
    person: &Parent,
    locality: &Locality,
    duties: &[Duty],
) -> Vec<Appointment> {
    let duties: Vec<String> = duties.iter().map(|duty| duty.as_str().to_owned()).collect();
    let wish = Wish {
        iin: &person.identity.iin,
        localities: std::slice::from_ref(&locality.code),
        duties: &duties,
        period: Period::default(),
        by: "А. Ахметова",
    };
    let made = appointments::appoint_by_operator(&app.app().core, wish).await;
    made.expect("an appointment")
}
