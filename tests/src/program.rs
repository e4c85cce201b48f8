//! The program of a kindergarten, with its secret.

use crate::{Answer, Client, TestApp};
use balabaqsha_api::service::programs::clients::{self, NewClient};
use balabaqsha_shared::{
    dto::{ExpectedChild, Page},
    endpoint,
    id::ReferralId,
};
use balabaqsha_store::kindergartens::Kindergarten;
use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

/// A program that an operator has made.
#[derive(Debug)]
pub struct Program {
    pub id: String,
    pub secret: String,
    pub client: Client,
}

impl Program {
    /// A program that has its token.
    pub async fn of(app: &TestApp, kindergarten: &Kindergarten) -> Self {
        Self::with_scope(app, kindergarten, "enrolments").await
    }

    /// The same with other scopes.
    pub async fn with_scope(app: &TestApp, kindergarten: &Kindergarten, scope: &str) -> Self {
        let bin = kindergarten.bin.to_string();
        let wish = NewClient {
            bin: &bin,
            name: "Тобы мен тізімі",
            scope,
        };
        let added = clients::add(app.db(), wish, app.now())
            .await
            .expect("a client");
        let program = Self {
            id: added.id.to_string(),
            secret: added.secret.expose_secret().to_owned(),
            client: app.client(),
        };
        program.log_in().await;
        program
    }

    /// Gets a token, for the first time or again.
    pub async fn log_in(&self) {
        let answer: Value = self
            .ask(
                Some((&self.id, &self.secret)),
                "grant_type=client_credentials",
            )
            .await
            .shown();
        let token = answer["access_token"].as_str().expect("a token");
        self.client.use_token(Some(token.to_owned()));
    }

    /// Asks for a token with a form and perhaps a header.
    pub async fn ask(&self, basic: Option<(&str, &str)>, form: &str) -> Answer {
        let token = self.client.token();
        self.client.use_token(None);
        let request = self
            .client
            .request(Method::POST, endpoint::TOKEN)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.to_owned());
        let request = match basic {
            Some((id, secret)) => request.basic_auth(id, Some(secret)),
            None => request,
        };
        let answer = self.client.send(request).await;
        self.client.use_token(token);
        answer
    }

    pub async fn enrol(&self, referral: ReferralId) -> Answer {
        self.client
            .put(&endpoint::enrolment(referral), &json!({}))
            .await
    }

    pub async fn undo(&self, referral: ReferralId) -> Answer {
        self.client.delete(&endpoint::enrolment(referral)).await
    }

    pub async fn expected(&self, query: &str) -> Page<ExpectedChild> {
        let path = format!("{}{query}", endpoint::REFERRALS);
        self.client.get(&path).await.shown()
    }
}
