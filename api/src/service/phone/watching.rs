//! Following a session: whoever has begun it sees how it stands, collects the signatures, and may end it.

use crate::{
    access::browser::BrowserNumber,
    app::App,
    error::{Error, Result},
};
use balabaqsha_shared::{
    Language,
    code::{Code, Params},
    dto,
    id::{PersonId, SigningSessionId},
    rules::Violation,
};
use balabaqsha_store::{
    self as store, Tx,
    signing_sessions::{Beginner, Document, SigningSession, Subject},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Who asks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Watcher {
    pub person: Option<PersonId>,
    pub browser: Option<BrowserNumber>,
}

impl Watcher {
    /// For others a session does not exist.
    fn has_begun(&self, session: &SigningSession) -> bool {
        match &session.beginner {
            Beginner::Person(person) => self.person == Some(*person),
            Beginner::Browser(hash) => self
                .browser
                .is_some_and(|browser| browser.hash()[..] == hash[..]),
        }
    }
}

#[tracing::instrument(level = "debug", skip_all)]
pub async fn show(
    app: &App,
    watcher: Watcher,
    id: SigningSessionId,
    language: Language,
) -> Result<dto::SigningSession> {
    let mut tx = app.core.db.read().await?;
    let session = store::signing_sessions::get(&mut tx, id)
        .await?
        .filter(|session| watcher.has_begun(session))
        .ok_or_else(|| Error::refused(Code::NotFound))?;
    let documents = store::signing_sessions::documents(&mut tx, id).await?;
    view(&session, documents, language, app.core.now())
}

/// Ends a session that is still open; one that is over stays what it is, and is shown.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn cancel(
    app: &App,
    watcher: Watcher,
    id: SigningSessionId,
    language: Language,
) -> Result<dto::SigningSession> {
    app.core
        .db
        .transact(async |tx| {
            store::signing_sessions::get(tx, id)
                .await?
                .filter(|session| watcher.has_begun(session))
                .ok_or_else(|| Error::refused(Code::NotFound))?;
            let session = end(tx, app, id).await?;
            let documents = store::signing_sessions::documents(tx, id).await?;
            view(&session, documents, language, app.core.now())
        })
        .await
}

/// Cancels a session that is still open.
pub(super) async fn end(tx: &mut Tx, app: &App, id: SigningSessionId) -> Result<SigningSession> {
    let mut session = lock(tx, id).await?;
    if let Ok(standing) = session.standing.cancel(app.core.now()) {
        session.standing = standing;
        store::signing_sessions::save(tx, &session, app.core.new_id()).await?;
    }
    Ok(session)
}

pub(super) async fn lock(tx: &mut Tx, id: SigningSessionId) -> Result<SigningSession> {
    store::signing_sessions::lock(tx, id)
        .await?
        .ok_or_else(|| Error::refused(Code::NotFound))
}

pub(super) fn view(
    session: &SigningSession,
    documents: Vec<Document>,
    language: Language,
    now: DateTime<Utc>,
) -> Result<dto::SigningSession> {
    let failure = session.failure.as_ref().map(|kept| -> Result<_> {
        let kept: Failure = serde_json::from_value(kept.clone()).map_err(Error::internal)?;
        kept.view(language)
    });
    let documents = documents.into_iter().map(|document| {
        let (challenge_id, draft_id) = match document.subject {
            Subject::Challenge(id) => (Some(id), None),
            Subject::Draft(id) => (None, Some(id)),
        };
        dto::SigningDocument {
            challenge_id,
            draft_id,
            cms: document.cms.map(|cms| BASE64_STANDARD.encode(cms)),
        }
    });
    Ok(dto::SigningSession {
        id: session.id,
        state: session.standing.at(now).state,
        expires_at: session.standing.expires_at,
        failure: failure.transpose()?,
        documents: documents.collect(),
    })
}

/// Why a signature did not pass, as it is kept.
#[derive(Serialize, Deserialize)]
pub(super) struct Failure {
    code: String,
    params: BTreeMap<String, String>,
}

impl Failure {
    pub fn of(code: Code, params: &Params) -> Self {
        let params = params.iter();
        Self {
            code: code.as_str().to_owned(),
            params: params
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
        }
    }

    fn view(&self, language: Language) -> Result<dto::SigningFailure> {
        let code = Code::from_code(&self.code)
            .ok_or_else(|| Error::internal("a failure with an unknown code"))?;
        let mut violation = Violation::new(code);
        for name in FAILURE_PARAMS {
            if let Some(value) = self.params.get(name) {
                violation = violation.with(name, value);
            }
        }
        Ok(dto::SigningFailure {
            code: self.code.clone(),
            detail: violation.sentence(language),
        })
    }
}

/// What the sentences about signatures name.
const FAILURE_PARAMS: [&str; 4] = ["sub_indication", "reason", "until", "issuer"];
