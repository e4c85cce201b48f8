//! The typed client of the service. Addresses and bodies come from `shared`; what an answer means
//! for a page is not known here.

mod benefits;
mod desk;
mod failure;
mod office;
mod transport;
mod upload;

pub use failure::{Failure, Loss};
pub use office::{AuditQuery, KindergartenQuery};

use crate::{
    browser,
    i18n::{self, I18n},
    state::{Clock, Ending, Session, Signed},
};
use balabaqsha_shared::{Code, dto, endpoint, id, vacancy::VacancyFilter};
use gloo_net::http::{Method, Response};
use gloo_timers::future::sleep;
use leptos::prelude::*;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{
    future::{Future, ready},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use transport::Call;

/// Between two tries to tell the service of a log-out.
const LEAVING_PAUSE: Duration = Duration::from_secs(5);

type Answer<T> = Result<T, Failure>;
/// The ways of a request are the same code for all kinds of answers.
type Sent = Pin<Box<dyn Future<Output = Answer<Response>>>>;

/// The text of an answer that is on its way.
struct Received {
    text: Pin<Box<dyn Future<Output = Answer<String>>>>,
    /// Whether the request was to change something.
    changes: bool,
}

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
        let asked_at = browser::now_ms();
        let answer = self.exchange(Call::new(Method::GET, endpoint::SERVICE), None);
        let answer = answer.await?;
        let date = answer.headers().get("date");
        let service: dto::Service = read(&transport::text(&answer).await?)?;
        self.clock.told(service.now, asked_at);
        if let Some(date) = date.and_then(|date| browser::parse_date(&date)) {
            self.clock.compare(date, asked_at);
        }
        Ok(service)
    }

    pub fn localities(self) -> Asked<dto::LocalityList> {
        asked(self.ask(endpoint::LOCALITIES))
    }

    pub fn vacancies(self) -> Asked<dto::VacancyList> {
        asked(self.ask(endpoint::VACANCIES))
    }

    pub fn kindergarten(self, id: id::KindergartenId) -> Asked<dto::Kindergarten> {
        asked(self.ask(&endpoint::kindergarten(id)))
    }

    pub fn verification(self, token: String) -> Asked<dto::ReferralVerification> {
        asked(self.ask(&endpoint::referral_verification(&token)))
    }

    pub fn demo_keys(self) -> Asked<dto::DemoKeyList> {
        asked(self.ask(endpoint::DEMO_KEYS))
    }

    /// A key of the demo: its file, as its link would save it.
    pub async fn demo_key(self, url: String) -> Answer<Vec<u8>> {
        let answer = self.exchange(Call::new(Method::GET, &url), None).await?;
        transport::bytes(&answer).await
    }

    pub fn demo_child(self) -> Asked<dto::DemoChild> {
        asked(self.ask(endpoint::DEMO_CHILD))
    }

    /// The stream of changes: of a person's own as well, or of what everybody sees.
    pub fn changes(self, own: bool) -> Sent {
        let call = Call::new(Method::GET, endpoint::CHANGES);
        if own {
            self.authorized(call)
        } else {
            self.exchange(call, None)
        }
    }

    /// Why a part of the app was not loaded. The service says whether it still has this release.
    pub async fn why_not_loaded(self) -> Failure {
        let own = browser::own_script().unwrap_or_default();
        match self.exchange(Call::anew(&own), None).await {
            // The release is there: what failed was the way to it.
            Ok(_) => Failure::lost(Loss::Offline),
            Err(failure) => failure,
        }
    }

    // Login

    pub fn challenge(self) -> Asked<dto::Challenge> {
        let request = dto::ChallengeRequest {
            language: i18n::language_now(self.i18n),
        };
        asked(self.tell(endpoint::CHALLENGES, write(&request)))
    }

    // Signing with a phone

    /// Of a login; the browser's cookie makes it this browser's own.
    pub fn begin_to_sign_challenge(self, id: id::ChallengeId) -> Asked<dto::BegunSigningSession> {
        let path = endpoint::challenge_signing_session(id);
        asked(self.tell(&path, Ok("{}".to_owned())))
    }

    /// Of acts of the person.
    pub fn begin_to_sign_drafts(
        self,
        draft_ids: Vec<id::DraftId>,
    ) -> Asked<dto::BegunSigningSession> {
        let request = dto::SigningSessionRequest { draft_ids };
        asked(self.post(endpoint::SIGNING_SESSIONS, write(&request)))
    }

    pub fn signing_session(
        self,
        id: id::SigningSessionId,
        own: bool,
    ) -> Asked<dto::SigningSession> {
        let path = endpoint::signing_session(id);
        asked(if own {
            self.get(&path)
        } else {
            self.ask(&path)
        })
    }

    pub fn cancel_signing_session(
        self,
        id: id::SigningSessionId,
        own: bool,
    ) -> Asked<dto::SigningSession> {
        let call = Call::new(Method::DELETE, &endpoint::signing_session(id));
        let sent = if own {
            self.authorized(call)
        } else {
            self.exchange(call, None)
        };
        asked(changed(sent))
    }

    pub async fn log_in(self, request: dto::SessionRequest) -> Answer<()> {
        let session = asked(self.tell(endpoint::SESSIONS, write(&request))).await?;
        self.session.begin(session);
        Ok(())
    }

    /// Takes up the session that the browser's cookie stands for, if there is one.
    pub async fn resume(self) {
        if let Err(failure) = self.renew(None).await {
            self.session.was_not_reached(failure);
        }
    }

    /// Ends the session: the page forgets the person at once.
    pub fn log_out(self, ending: Ending) {
        self.session.end(ending);
        leptos::task::spawn_local(self.leave());
    }

    /// Tells the service of a log-out, until it has heard or somebody logs in.
    pub async fn leave(self) {
        let call = Call::new(Method::DELETE, endpoint::CURRENT_SESSION);
        while self.exchange(call.clone(), None).await.is_err() {
            sleep(LEAVING_PAUSE).await;
            if !self.session.is_leaving() {
                return;
            }
        }
        self.session.has_left();
    }

    // The person

    pub async fn set_email(self, address: String) -> Answer<()> {
        let request = dto::EmailRequest {
            address,
            language: i18n::language_now(self.i18n),
        };
        let session = asked(self.send(Method::PUT, endpoint::MY_EMAIL, write(&request))).await?;
        self.session.begin(session);
        Ok(())
    }

    pub async fn confirm_email(self, code: String) -> Answer<()> {
        let body = write(&dto::EmailConfirmation { code });
        let person = asked(self.send(Method::POST, endpoint::MY_EMAIL_CONFIRMATION, body)).await?;
        self.session.set_person(person);
        Ok(())
    }

    pub fn sessions(self) -> Asked<dto::SessionList> {
        asked(self.get(endpoint::SESSIONS))
    }

    /// Ends one of the person's sessions, wherever it is.
    pub fn end_session(self, id: id::SessionId) -> Asked<()> {
        let call = Call::new(Method::DELETE, &endpoint::session(id));
        done(changed(self.authorized(call)))
    }

    // Applications

    pub fn applications(self, cursor: Option<String>) -> Asked<dto::Page<dto::ApplicationSummary>> {
        asked(self.get(&paged(endpoint::APPLICATIONS, cursor)))
    }

    pub fn application(self, id: id::ApplicationId) -> Asked<dto::Application> {
        asked(self.get(&endpoint::application(id)))
    }

    pub fn history(self, id: id::ApplicationId) -> Asked<dto::History> {
        asked(self.get(&endpoint::application_history(id)))
    }

    pub fn fitting_vacancies(self, id: id::ApplicationId) -> Asked<dto::VacancyList> {
        asked(self.get(&endpoint::application_vacancies(id)))
    }

    pub fn draft_application(self, request: dto::ApplicationDraftRequest) -> Asked<dto::Draft> {
        asked(self.post(endpoint::APPLICATION_DRAFTS, write(&request)))
    }

    // Referrals

    /// Holds the place.
    pub fn draft_referral(self, request: dto::ReferralDraftRequest) -> Asked<dto::Draft> {
        asked(self.post(endpoint::REFERRAL_DRAFTS, write(&request)))
    }

    /// Holds places for several children in one step.
    pub fn draft_joint_referrals(
        self,
        request: dto::JointReferralDraftRequest,
    ) -> Asked<dto::JointReferralDrafts> {
        asked(self.post(endpoint::JOINT_REFERRAL_DRAFTS, write(&request)))
    }

    /// Gives a held place back, and the others of its joint step.
    pub fn release(self, draft: id::DraftId) -> Asked<()> {
        done(changed(self.authorized(Call::new(
            Method::DELETE,
            &endpoint::referral_draft(draft),
        ))))
    }

    // Acts

    pub fn draft_extension(
        self,
        referral: id::ReferralId,
        request: dto::ExtensionDraftRequest,
    ) -> Asked<dto::Draft> {
        asked(self.post(&endpoint::extension_drafts(referral), write(&request)))
    }

    pub fn draft_revocation(
        self,
        referral: id::ReferralId,
        request: dto::ActDraftRequest,
    ) -> Asked<dto::Draft> {
        asked(self.post(&endpoint::revocation_drafts(referral), write(&request)))
    }

    pub fn draft_withdrawal(
        self,
        application: id::ApplicationId,
        request: dto::ActDraftRequest,
    ) -> Asked<dto::Draft> {
        asked(self.post(&endpoint::withdrawal_drafts(application), write(&request)))
    }

    /// Sends a signed act. What it has made is told by its id; the rest the pages ask for.
    pub fn send_signed(self, path: &str, signed: &Signed) -> Asked<Option<id::ApplicationId>> {
        let text = self.post(path, write(signed));
        Asked {
            text,
            read: |text| Ok(read::<Made>(text).ok().and_then(|made| made.id)),
        }
    }

    pub fn position_history(self, id: id::ApplicationId) -> Asked<dto::PositionHistory> {
        asked(self.get(&endpoint::position_history(id)))
    }

    // Being told of free places

    pub fn subscriptions(self) -> Asked<dto::VacancySubscriptionList> {
        asked(self.get(endpoint::VACANCY_SUBSCRIPTIONS))
    }

    pub fn subscribe(self, filter: VacancyFilter) -> Asked<()> {
        done(self.post(endpoint::VACANCY_SUBSCRIPTIONS, write(&filter)))
    }

    pub fn unsubscribe(self, id: id::VacancySubscriptionId) -> Asked<()> {
        let call = Call::new(Method::DELETE, &endpoint::vacancy_subscription(id));
        done(changed(self.authorized(call)))
    }

    pub fn set_contact_phone(self, id: id::ApplicationId, contact_phone: String) -> Asked<()> {
        let body = write(&dto::ContactPhone { contact_phone });
        done(self.send(Method::PUT, &endpoint::contact_phone(id), body))
    }

    // Attaching

    pub fn attachments(self) -> Asked<dto::AttachmentList> {
        asked(self.get(endpoint::ATTACHMENTS))
    }

    pub fn draft_attachment(self, request: dto::AttachmentDraftRequest) -> Asked<dto::Draft> {
        asked(self.post(endpoint::ATTACHMENT_DRAFTS, write(&request)))
    }

    pub fn decide_attachment(self, id: id::AttachmentId, accept: bool) -> Asked<()> {
        let body = write(&dto::AttachmentDecision { accept });
        done(self.send(Method::PUT, &endpoint::attachment_decision(id), body))
    }

    pub fn draft_detachment(
        self,
        attachment: id::AttachmentId,
        request: dto::ActDraftRequest,
    ) -> Asked<dto::Draft> {
        asked(self.post(&endpoint::detachment_drafts(attachment), write(&request)))
    }

    // Notices

    pub fn notices(self, cursor: Option<String>) -> Asked<dto::NoticePage> {
        asked(self.get(&paged(endpoint::NOTICES, cursor)))
    }

    pub fn read_notice(self, id: id::NoticeId) -> Asked<()> {
        let call = Call::new(Method::PUT, &endpoint::notice_reading(id));
        done(changed(self.authorized(call)))
    }

    pub fn notice_preferences(self) -> Asked<dto::NoticePreferences> {
        asked(self.get(endpoint::MY_NOTICE_PREFERENCES))
    }

    pub fn set_notice_preferences(self, wanted: dto::NoticePreferences) -> Asked<()> {
        done(self.send(Method::PUT, endpoint::MY_NOTICE_PREFERENCES, write(&wanted)))
    }

    // The clock of the demo

    /// Moves it forward.
    pub fn advance_demo_clock(self, seconds: i64) -> Asked<dto::DemoClock> {
        let request = dto::DemoClockRequest {
            advance_seconds: Some(seconds),
            to: None,
        };
        asked(self.tell(endpoint::DEMO_CLOCK, write(&request)))
    }

    // Documents

    pub fn documents(self, id: id::ApplicationId) -> Asked<dto::DocumentList> {
        asked(self.get(&endpoint::application_documents(id)))
    }

    pub fn document(self, id: id::DocumentId) -> Asked<dto::Document> {
        asked(self.get(&endpoint::document(id)))
    }

    /// A file of a document: the paper, the signed bytes or the signature.
    pub async fn file(self, path: String) -> Answer<web_sys::Blob> {
        let answer = self.authorized(Call::new(Method::GET, &path)).await?;
        let kind = answer.headers().get("content-type").unwrap_or_default();
        let bytes = transport::bytes(&answer).await?;
        browser::blob(&bytes, &kind).ok_or(Failure::lost(Loss::Unreadable))
    }

    // The ways of a request

    fn get(self, path: &str) -> Received {
        received(self.authorized(Call::new(Method::GET, path)))
    }

    fn post(self, path: &str, body: Answer<String>) -> Received {
        self.send(Method::POST, path, body)
    }

    fn send(self, method: Method, path: &str, body: Answer<String>) -> Received {
        match body {
            Ok(body) => changed(self.authorized(Call::with_body(method, path, body))),
            Err(failure) => not_sent(failure),
        }
    }

    /// Sends without showing who sends.
    fn tell(self, path: &str, body: Answer<String>) -> Received {
        match body {
            Ok(body) => changed(self.exchange(Call::with_body(Method::POST, path, body), None)),
            Err(failure) => not_sent(failure),
        }
    }

    /// Asks without showing who asks.
    fn ask(self, path: &str) -> Received {
        received(self.exchange(Call::new(Method::GET, path), None))
    }

    fn exchange(self, call: Call, token: Option<String>) -> Sent {
        let language = i18n::language_now(self.i18n);
        Box::pin(transport::exchange(call, language, token))
    }

    /// Sends the access token with the call, a fresh one when the present one is about to end or
    /// is not taken any more.
    fn authorized(self, call: Call) -> Sent {
        Box::pin(async move {
            // Nothing was sent before the renewal.
            let renewed = async |old| {
                let renewed = self.renew(old).await;
                renewed.map_err(|failure| failure.of_change(false))
            };
            if self.clock.is_known() && self.session.ends_soon(self.clock.now()) {
                renewed(self.session.token()).await?;
            }
            let token = self.session.token();
            match self.exchange(call.clone(), token.clone()).await {
                Err(failure) if failure.is_unauthenticated() => {
                    renewed(token).await?;
                    self.exchange(call, self.session.token()).await
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
        let call = Call::new(Method::PUT, endpoint::CURRENT_SESSION);
        match asked(received(self.exchange(call, None))).await {
            Ok(session) => self.session.renew(session),
            Err(failure) => {
                if failure.is(Code::SessionEnded) {
                    self.session.was_ended();
                } else if failure.is_unauthenticated() {
                    self.session.end_by_time();
                }
                Err(failure)
            }
        }
    }
}

/// What a signed act has made.
#[derive(Deserialize)]
struct Made {
    /// Absent where something else than an application was made.
    #[serde(default)]
    id: Option<id::ApplicationId>,
}

pub fn use_api() -> Api {
    expect_context()
}

/// An answer that is on its way. What is done until its text is there is the same code for all
/// kinds of answers.
pub struct Asked<T> {
    text: Received,
    read: fn(&str) -> Answer<T>,
}

impl<T> Future for Asked<T> {
    type Output = Answer<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answer<T>> {
        let asked = self.get_mut();
        let changes = asked.text.changes;
        let text = asked.text.text.as_mut().poll(context);
        text.map(|text| text.and_then(|text| (asked.read)(&text)))
            .map_err(|failure| failure.of_change(changes))
    }
}

fn asked<T: DeserializeOwned>(text: Received) -> Asked<T> {
    Asked { text, read }
}

/// An answer of which it only matters that it came.
fn done(text: Received) -> Asked<()> {
    Asked {
        text,
        read: |_| Ok(()),
    }
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

/// The address of a page of a list. Cursors are made of characters that need no escaping.
fn paged(path: &str, cursor: Option<String>) -> String {
    match cursor {
        Some(cursor) => format!("{path}?cursor={cursor}"),
        None => path.to_owned(),
    }
}

fn received(sent: Sent) -> Received {
    Received {
        text: Box::pin(async move { transport::text(&sent.await?).await }),
        changes: false,
    }
}

/// Of a request that was to change something.
fn changed(sent: Sent) -> Received {
    Received {
        changes: true,
        ..received(sent)
    }
}

fn not_sent(failure: Failure) -> Received {
    Received {
        text: Box::pin(ready(Err(failure))),
        changes: false,
    }
}

fn read<T: DeserializeOwned>(text: &str) -> Answer<T> {
    serde_json::from_str(text).map_err(|error| unreadable(&error))
}

fn write<T: Serialize>(body: &T) -> Answer<String> {
    serde_json::to_string(body).map_err(|error| unreadable(&error))
}

/// The words of the error quote the answer, which is about a person: only the place is told.
fn unreadable(error: &serde_json::Error) -> Failure {
    let (line, column) = (error.line(), error.column());
    leptos::logging::error!("an answer has another shape than expected, at {line}:{column}");
    Failure::lost(Loss::Unreadable)
}
