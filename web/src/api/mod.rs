//! The typed client of the service. Addresses and bodies come from `shared`; what an answer means
//! for a page is not known here.

mod failure;
mod transport;

pub use failure::Failure;

use crate::{clock::Clock, i18n, json, session::Session};
use balabaqsha_shared::{dto, endpoint, id};
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use std::{future::Future, pin::Pin};
use transport::{Call, Method};

type Answer<T> = Result<T, Failure>;
/// The ways of a request are the same code for all kinds of answers.
type Sent = Pin<Box<dyn Future<Output = Answer<web_sys::Response>>>>;
type Received = Pin<Box<dyn Future<Output = Answer<String>>>>;

#[derive(Clone, Copy, Debug)]
pub struct Api {
    session: Session,
    clock: Clock,
}

impl Api {
    pub fn provide(session: Session, clock: Clock) -> Self {
        let api = Self { session, clock };
        provide_context(api);
        api
    }

    // What everybody may ask

    /// Also brings the page's clock to the service's.
    pub async fn service(self) -> Answer<dto::Service> {
        let service: dto::Service = read(&get(endpoint::SERVICE).await?)?;
        self.clock.set(service.now);
        Ok(service)
    }

    pub async fn localities(self) -> Answer<dto::LocalityList> {
        read(&get(endpoint::LOCALITIES).await?)
    }

    pub async fn vacancies(self) -> Answer<dto::VacancyList> {
        read(&get(endpoint::VACANCIES).await?)
    }

    pub async fn verification(self, token: String) -> Answer<dto::ReferralVerification> {
        read(&get(&endpoint::referral_verification(&token)).await?)
    }

    pub async fn demo_keys(self) -> Answer<dto::DemoKeyList> {
        read(&get(endpoint::DEMO_KEYS).await?)
    }

    // Login

    pub async fn challenge(self) -> Answer<dto::Challenge> {
        let request = dto::ChallengeRequest {
            language: i18n::language_now(),
        };
        let call = Call::with_body(Method::Post, endpoint::CHALLENGES, write(&request)?);
        read(&received(exchange(call, None)).await?)
    }

    pub async fn log_in(self, request: dto::SessionRequest) -> Answer<()> {
        let call = Call::with_body(Method::Post, endpoint::SESSIONS, write(&request)?);
        let session = read(&received(exchange(call, None)).await?)?;
        self.session.begin(session);
        Ok(())
    }

    /// Takes up the session that the browser's cookie stands for, if there is one.
    pub async fn resume(self) -> Answer<()> {
        self.renew(None).await
    }

    pub async fn log_out(self) -> Answer<()> {
        exchange(Call::new(Method::Delete, endpoint::CURRENT_SESSION), None).await?;
        self.session.end();
        Ok(())
    }

    // The person

    pub async fn set_email(self, address: String) -> Answer<()> {
        let request = dto::EmailRequest {
            address,
            language: i18n::language_now(),
        };
        let session = read(
            &self
                .send(Method::Put, endpoint::MY_EMAIL, write(&request)?)
                .await?,
        )?;
        self.session.begin(session);
        Ok(())
    }

    pub async fn confirm_email(self, code: String) -> Answer<()> {
        let body = write(&dto::EmailConfirmation { code })?;
        let answer = self
            .send(Method::Post, endpoint::MY_EMAIL_CONFIRMATION, body)
            .await?;
        self.session.set_person(read(&answer)?);
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
        read(&self.get(&path).await?)
    }

    pub async fn application(self, id: id::ApplicationId) -> Answer<dto::Application> {
        read(&self.get(&endpoint::application(id)).await?)
    }

    pub async fn history(self, id: id::ApplicationId) -> Answer<dto::History> {
        read(&self.get(&endpoint::application_history(id)).await?)
    }

    pub async fn fitting_vacancies(self, id: id::ApplicationId) -> Answer<dto::VacancyList> {
        read(&self.get(&endpoint::application_vacancies(id)).await?)
    }

    pub async fn draft_application(
        self,
        request: dto::ApplicationDraftRequest,
    ) -> Answer<dto::Draft> {
        let path = endpoint::APPLICATION_DRAFTS;
        read(&self.send(Method::Post, path, write(&request)?).await?)
    }

    pub async fn submit_application(self, signed: dto::SignedDraft) -> Answer<dto::Application> {
        read(
            &self
                .send(Method::Post, endpoint::APPLICATIONS, write(&signed)?)
                .await?,
        )
    }

    // Referrals

    /// Holds the place.
    pub async fn draft_referral(self, request: dto::ReferralDraftRequest) -> Answer<dto::Draft> {
        read(
            &self
                .send(Method::Post, endpoint::REFERRAL_DRAFTS, write(&request)?)
                .await?,
        )
    }

    /// Gives a held place back.
    pub async fn release(self, draft: id::DraftId) -> Answer<()> {
        self.authorized(Call::new(Method::Delete, &endpoint::referral_draft(draft)))
            .await?;
        Ok(())
    }

    /// Issues the referral, which the application then tells of.
    pub async fn issue_referral(self, signed: dto::SignedDraft) -> Answer<()> {
        self.send(Method::Post, endpoint::REFERRALS, write(&signed)?)
            .await?;
        Ok(())
    }

    // Acts on an application or its referral

    pub async fn draft_extension(
        self,
        referral: id::ReferralId,
        request: dto::ExtensionDraftRequest,
    ) -> Answer<dto::Draft> {
        let path = endpoint::extension_drafts(referral);
        read(&self.send(Method::Post, &path, write(&request)?).await?)
    }

    pub async fn draft_revocation(
        self,
        referral: id::ReferralId,
        request: dto::ActDraftRequest,
    ) -> Answer<dto::Draft> {
        let path = endpoint::revocation_drafts(referral);
        read(&self.send(Method::Post, &path, write(&request)?).await?)
    }

    pub async fn draft_withdrawal(
        self,
        application: id::ApplicationId,
        request: dto::ActDraftRequest,
    ) -> Answer<dto::Draft> {
        let path = endpoint::withdrawal_drafts(application);
        read(&self.send(Method::Post, &path, write(&request)?).await?)
    }

    /// Sends a signed act; what it changed, the application then tells.
    pub async fn act(self, path: String, signed: dto::SignedDraft) -> Answer<()> {
        self.send(Method::Post, &path, write(&signed)?).await?;
        Ok(())
    }

    // Attaching

    pub async fn attachments(self) -> Answer<dto::AttachmentList> {
        read(&self.get(endpoint::ATTACHMENTS).await?)
    }

    pub async fn draft_attachment(
        self,
        request: dto::AttachmentDraftRequest,
    ) -> Answer<dto::Draft> {
        let path = endpoint::ATTACHMENT_DRAFTS;
        read(&self.send(Method::Post, path, write(&request)?).await?)
    }

    pub async fn decide_attachment(self, id: id::AttachmentId, accept: bool) -> Answer<()> {
        let path = endpoint::attachment_decision(id);
        let body = write(&dto::AttachmentDecision { accept })?;
        self.send(Method::Put, &path, body).await?;
        Ok(())
    }

    // Notices

    pub async fn notices(self, cursor: Option<String>) -> Answer<dto::NoticePage> {
        let path = match cursor {
            Some(cursor) => format!("{}?cursor={cursor}", endpoint::NOTICES),
            None => endpoint::NOTICES.to_owned(),
        };
        read(&self.get(&path).await?)
    }

    pub async fn read_notice(self, id: id::NoticeId) -> Answer<()> {
        self.authorized(Call::new(Method::Put, &endpoint::notice_reading(id)))
            .await?;
        Ok(())
    }

    pub async fn notice_preferences(self) -> Answer<dto::NoticePreferences> {
        read(&self.get(endpoint::MY_NOTICE_PREFERENCES).await?)
    }

    pub async fn set_notice_preferences(self, wanted: dto::NoticePreferences) -> Answer<()> {
        let path = endpoint::MY_NOTICE_PREFERENCES;
        self.send(Method::Put, path, write(&wanted)?).await?;
        Ok(())
    }

    // The clock of the demo

    /// Moves it forward; answers with the moment by it.
    pub async fn advance_demo_clock(self, seconds: i64) -> Answer<chrono::DateTime<chrono::Utc>> {
        let request = dto::DemoClockRequest {
            advance_seconds: Some(seconds),
            to: None,
        };
        let call = Call::with_body(Method::Post, endpoint::DEMO_CLOCK, write(&request)?);
        let clock: dto::DemoClock = read(&received(exchange(call, None)).await?)?;
        Ok(clock.now)
    }

    // Documents

    pub async fn documents(self, id: id::ApplicationId) -> Answer<dto::DocumentList> {
        read(&self.get(&endpoint::application_documents(id)).await?)
    }

    pub async fn document(self, id: id::DocumentId) -> Answer<dto::Document> {
        read(&self.get(&endpoint::document(id)).await?)
    }

    /// A file of a document: the paper, the signed bytes or the signature.
    pub async fn file(self, path: String) -> Answer<web_sys::Blob> {
        let answer = self.authorized(Call::new(Method::Get, &path)).await?;
        transport::blob(&answer).await
    }

    // The ways of a request

    fn get(self, path: &str) -> Received {
        received(self.authorized(Call::new(Method::Get, path)))
    }

    fn send(self, method: Method, path: &str, body: String) -> Received {
        received(self.authorized(Call::with_body(method, path, body)))
    }

    /// Sends the access token with the call, a fresh one when the present one is about to end or
    /// is not taken any more.
    fn authorized(self, call: Call) -> Sent {
        Box::pin(async move {
            if self.session.ends_soon(self.clock.now()) {
                self.renew(self.session.token()).await?;
            }
            let token = self.session.token();
            match exchange(call.clone(), token.clone()).await {
                Err(failure) if failure.is_unauthenticated() => {
                    self.renew(token).await?;
                    exchange(call, self.session.token()).await
                }
                answer => answer,
            }
        })
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
        match received(exchange(call, None)).await {
            Ok(answer) => {
                self.session.begin(read(&answer)?);
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

/// Asks without showing who asks.
fn get(path: &str) -> Received {
    received(exchange(Call::new(Method::Get, path), None))
}

fn exchange(call: Call, token: Option<String>) -> Sent {
    Box::pin(transport::exchange(call, i18n::language_now(), token))
}

fn received(sent: Sent) -> Received {
    Box::pin(async move { transport::text(&sent.await?).await })
}

fn read<T: DeserializeOwned>(text: &str) -> Answer<T> {
    json::read(text).map_err(|error| unreadable(&error))
}

fn write<T: Serialize>(body: &T) -> Answer<String> {
    serde_json::to_string(body).map_err(|error| unreadable(&error.to_string()))
}

fn unreadable(error: &str) -> Failure {
    leptos::logging::error!("an answer has another shape than expected: {error}");
    Failure::Unreadable
}
