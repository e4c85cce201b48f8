//! Officials with appointments, and their calls.

use crate::{Answer, Client, Parent, TestApp};
use balabaqsha_api::service::office::appointments::{self, Period, Wish};
use balabaqsha_shared::{
    appointment::{Capacity, Duty},
    dto,
    id::ImportId,
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

    /// A change of a thing in the version that was seen.
    pub async fn change(
        &self,
        method: Method,
        path: &str,
        version: u32,
        body: &impl Serialize,
    ) -> Answer {
        let request = self.request(method, path).json(body);
        let request = request.header("if-match", format!("\"{version}\""));
        self.client().send(request).await
    }

    /// Sends a table as the body of a request.
    pub async fn upload(&self, query: &str, kind: &str, table: impl Into<Vec<u8>>) -> Answer {
        let path = format!("{}?{query}", balabaqsha_shared::endpoint::IMPORTS);
        let request = self.request(Method::POST, &path);
        let request = request.header("content-type", kind).body(table.into());
        self.client().send(request).await
    }

    /// An import whose file has been read to its end.
    ///
    /// # Panics
    /// When it is not read within half a minute.
    pub async fn checked(&self, id: ImportId) -> dto::Import {
        for _ in 0..600 {
            let path = balabaqsha_shared::endpoint::import(id);
            let import: dto::Import = self.get(&path).await.shown();
            if import.state != dto::ImportState::Staging {
                return import;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("import {id} is still being read");
    }

    /// Signs a draft with the key of the person.
    #[must_use]
    pub fn signed(&self, draft: &dto::Draft) -> dto::SignedDraft {
        self.person.signed(draft)
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
