//! The typed client of the service. Addresses and bodies come from `shared`; what an answer means
//! for a page is not known here.

mod failure;
mod transport;

pub use failure::Failure;

use crate::{clock::Clock, i18n::I18n, session::Session};
use balabaqsha_shared::{dto, endpoint, id};
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use transport::{Call, Method, Proof};

type Answer<T> = Result<T, Failure>;

#[derive(Clone, Copy, Debug)]
pub struct Api {
    i18n: I18n,
    session: Session,
    clock: Clock,
}

impl Api {
    pub fn provide(i18n: I18n, session: Session, clock: Clock) -> Self {
        let api = Self {
            i18n,
            session,
            clock,
        };
        provide_context(api);
        api
    }

    // What everybody may ask

    /// Also brings the page's clock to the service's.
    pub async fn service(self) -> Answer<dto::Service> {
        let service: dto::Service = self.public(endpoint::SERVICE).await?;
        self.clock.set(service.now);
        Ok(service)
    }

    pub async fn localities(self) -> Answer<dto::LocalityList> {
        self.public(endpoint::LOCALITIES).await
    }

    pub async fn vacancies(self) -> Answer<dto::VacancyList> {
        self.public(endpoint::VACANCIES).await
    }

    pub async fn verification(self, token: &str) -> Answer<dto::ReferralVerification> {
        self.public(&endpoint::referral_verification(token)).await
    }

    pub async fn demo_keys(self) -> Answer<dto::DemoKeyList> {
        self.public(endpoint::DEMO_KEYS).await
    }

    // Login

    pub async fn challenge(self) -> Answer<dto::Challenge> {
        let request = dto::ChallengeRequest {
            language: self.i18n.language_now(),
        };
        self.send(Method::Post, endpoint::CHALLENGES, &request, Proof::None)
            .await
    }

    pub async fn log_in(self, request: &dto::SessionRequest) -> Answer<()> {
        let session = self
            .send(Method::Post, endpoint::SESSIONS, request, Proof::None)
            .await?;
        self.session.begin(session);
        Ok(())
    }

    /// Takes up the session that the browser's cookie stands for, if there is one.
    pub async fn resume(self) -> Answer<()> {
        if !self.session.may_resume() {
            self.session.give_up_waiting();
            return Ok(());
        }
        self.renew(None).await
    }

    pub async fn log_out(self) -> Answer<()> {
        let call = Call::new(Method::Delete, endpoint::CURRENT_SESSION);
        transport::exchange(call, self.i18n.language_now(), None).await?;
        self.session.end();
        Ok(())
    }

    // The person

    pub async fn set_email(self, address: String) -> Answer<()> {
        let request = dto::EmailRequest {
            address,
            language: self.i18n.language_now(),
        };
        let session = self
            .send(Method::Put, endpoint::MY_EMAIL, &request, Proof::Token)
            .await?;
        self.session.begin(session);
        Ok(())
    }

    pub async fn confirm_email(self, code: String) -> Answer<()> {
        let request = dto::EmailConfirmation { code };
        let person = self
            .send(
                Method::Post,
                endpoint::MY_EMAIL_CONFIRMATION,
                &request,
                Proof::Token,
            )
            .await?;
        self.session.set_person(person);
        Ok(())
    }

    // Applications

    pub async fn applications(
        self,
        cursor: Option<String>,
    ) -> Answer<dto::Page<dto::ApplicationSummary>> {
        let path = match cursor {
            // Cursors are made of characters that need no escaping.
            Some(cursor) => format!("{}?cursor={cursor}", endpoint::APPLICATIONS),
            None => endpoint::APPLICATIONS.to_owned(),
        };
        self.personal(&path).await
    }

    pub async fn application(self, id: id::ApplicationId) -> Answer<dto::Application> {
        self.personal(&endpoint::application(id)).await
    }

    pub async fn history(self, id: id::ApplicationId) -> Answer<dto::History> {
        self.personal(&endpoint::application_history(id)).await
    }

    pub async fn fitting_vacancies(self, id: id::ApplicationId) -> Answer<dto::VacancyList> {
        self.personal(&endpoint::application_vacancies(id)).await
    }

    pub async fn draft_application(
        self,
        request: &dto::ApplicationDraftRequest,
    ) -> Answer<dto::Draft> {
        self.send(
            Method::Post,
            endpoint::APPLICATION_DRAFTS,
            request,
            Proof::Token,
        )
        .await
    }

    pub async fn submit_application(self, signed: &dto::SignedDraft) -> Answer<dto::Application> {
        self.send(Method::Post, endpoint::APPLICATIONS, signed, Proof::Token)
            .await
    }

    // Referrals

    /// Holds the place.
    pub async fn draft_referral(self, request: &dto::ReferralDraftRequest) -> Answer<dto::Draft> {
        self.send(
            Method::Post,
            endpoint::REFERRAL_DRAFTS,
            request,
            Proof::Token,
        )
        .await
    }

    /// Gives a held place back.
    pub async fn release(self, draft: id::DraftId) -> Answer<()> {
        let path = endpoint::referral_draft(draft);
        self.authorized(Call::new(Method::Delete, &path)).await?;
        Ok(())
    }

    pub async fn issue_referral(self, signed: &dto::SignedDraft) -> Answer<dto::Referral> {
        self.send(Method::Post, endpoint::REFERRALS, signed, Proof::Token)
            .await
    }

    // Documents

    pub async fn documents(self, id: id::ApplicationId) -> Answer<dto::DocumentList> {
        self.personal(&endpoint::application_documents(id)).await
    }

    pub async fn document(self, id: id::DocumentId) -> Answer<dto::Document> {
        self.personal(&endpoint::document(id)).await
    }

    /// A file of a document: the paper, the signed bytes or the signature.
    pub async fn file(self, path: &str) -> Answer<web_sys::Blob> {
        let answer = self.authorized(Call::new(Method::Get, path)).await?;
        transport::blob(&answer).await
    }

    // The ways of a request

    async fn public<T: DeserializeOwned>(self, path: &str) -> Answer<T> {
        let call = Call::new(Method::Get, path);
        let answer = transport::exchange(call, self.i18n.language_now(), None).await?;
        read(&transport::text(&answer).await?)
    }

    async fn personal<T: DeserializeOwned>(self, path: &str) -> Answer<T> {
        let answer = self.authorized(Call::new(Method::Get, path)).await?;
        read(&transport::text(&answer).await?)
    }

    async fn send<B: Serialize, T: DeserializeOwned>(
        self,
        method: Method,
        path: &str,
        body: &B,
        proof: Proof,
    ) -> Answer<T> {
        let body = serde_json::to_string(body).map_err(|_| Failure::Unreadable)?;
        let call = Call::new(method, path).with_body(body);
        let answer = match proof {
            Proof::None => transport::exchange(call, self.i18n.language_now(), None).await?,
            Proof::Token => self.authorized(call).await?,
        };
        read(&transport::text(&answer).await?)
    }

    /// Sends the access token with the call, a fresh one when the present one is about to end or
    /// is not taken any more.
    async fn authorized(self, call: Call) -> Answer<web_sys::Response> {
        if self.session.ends_soon(self.clock.now()) {
            self.renew(self.session.token()).await?;
        }
        let token = self.session.token();
        let language = self.i18n.language_now();
        match transport::exchange(call.clone(), language, token.as_deref()).await {
            Err(failure) if failure.is_unauthenticated() => {
                self.renew(token).await?;
                let token = self.session.token();
                transport::exchange(call, language, token.as_deref()).await
            }
            answer => answer,
        }
    }

    /// Gets a new access token in the place of `old`. Calls that find the same old token wait for
    /// one renewal, since each one changes the cookie.
    async fn renew(self, old: Option<String>) -> Answer<()> {
        let turn = self.session.renewal();
        let _turn = turn.lock().await;
        if self.session.token() != old {
            return Ok(());
        }
        let call = Call::new(Method::Put, endpoint::CURRENT_SESSION);
        match transport::exchange(call, self.i18n.language_now(), None).await {
            Ok(answer) => {
                self.session.begin(read(&transport::text(&answer).await?)?);
                Ok(())
            }
            Err(failure) => {
                if failure.is_unauthenticated() {
                    self.session.end_by_time();
                }
                Err(failure)
            }
        }
    }
}

pub fn use_api() -> Api {
    expect_context()
}

fn read<T: DeserializeOwned>(text: &str) -> Answer<T> {
    serde_json::from_str(text).map_err(|error| {
        leptos::logging::error!("an answer has another shape than expected: {error}");
        Failure::Unreadable
    })
}
