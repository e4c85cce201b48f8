//! Beginning a session: for the challenge of a login, bound to the browser, or for drafts, bound to the person.

use super::{Code as InvitationCode, hash_token, offered, watching};
use crate::{
    access::browser::BrowserNumber,
    app::App,
    error::{Error, Result},
    service::signed::drafting,
};
use balabaqsha_documents::qr_svg_of_mobile_signature;
use balabaqsha_shared::{
    Language,
    code::Code,
    dto, endpoint,
    id::{ChallengeId, DraftId, PersonId, SigningSessionId},
    rules::Violation,
    signing_session::Standing,
};
use balabaqsha_store::{
    self as store, Tx,
    signing_sessions::{Beginner, SigningSession, Subject},
};
use chrono::{DateTime, Utc};
use reqwest::Url;
use std::collections::BTreeSet;

/// Opens the application on the phone itself; the numbers are those of eGov Mobile in the shops.
const LAUNCHER: &str = "https://m.egov.kz";
const APP_STORE_ID: &str = "1476128386";
const APP_STORE_BUNDLE: &str = "kz.egov.mobile";
const ANDROID_PACKAGE: &str = "kz.mobile.mgov";
/// The children of one step (R8).
const MOST_DRAFTS: usize = 4;
/// So many sessions of a person may be open at once.
const MOST_OPEN: i64 = 20;
/// After so many seconds one may have ended.
const PATIENCE: u32 = 60;

/// Begins to sign a challenge; good for this browser only.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn for_login(
    app: &App,
    challenge: ChallengeId,
    browser: BrowserNumber,
    language: Language,
) -> Result<dto::BegunSigningSession> {
    check_offered(app)?;
    let now = app.core.now();
    let beginner = Beginner::Browser(browser.hash().to_vec());
    let begun = app
        .core
        .db
        .transact(async |tx| {
            let known = store::challenges::get(tx, challenge)
                .await?
                .ok_or_else(|| Error::refused(Code::NotFound))?;
            if known.used_at.is_some() {
                return Err(Error::refused(Code::ChallengeUsed));
            }
            if now >= known.expires_at {
                return Err(Error::refused(Code::ChallengeExpired));
            }
            // Whoever knows the number of a challenge of another browser does not bind it to theirs.
            if let Some(bound) = store::signing_sessions::browser_of(tx, challenge).await?
                && bound != browser.hash()
            {
                return Err(Error::refused(Code::SigningBrowserDiffers));
            }
            let subjects = [Subject::Challenge(challenge)];
            begin(tx, app, beginner, &subjects, known.expires_at).await
        })
        .await?;
    begun.view(app, language)
}

/// Begins to sign drafts of the person's own.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn for_drafts(
    app: &App,
    person: PersonId,
    request: &dto::SigningSessionRequest,
    language: Language,
) -> Result<dto::BegunSigningSession> {
    check_offered(app)?;
    let ids: BTreeSet<DraftId> = request.draft_ids.iter().copied().collect();
    if ids.is_empty() || ids.len() != request.draft_ids.len() || ids.len() > MOST_DRAFTS {
        return Err(Error::invalid(vec![crate::error::Located {
            pointer: "/draft_ids".to_owned(),
            violation: Violation::new(Code::QuantityInvalid)
                .with("from", 1)
                .with("to", MOST_DRAFTS),
        }]));
    }
    let now = app.core.now();
    let begun = app
        .core
        .db
        .transact(async |tx| {
            if store::signing_sessions::count_open(tx, person, now).await? >= MOST_OPEN {
                return Err(Violation::new(Code::RateLimited)
                    .with("retry_after", PATIENCE)
                    .into());
            }
            let mut expires_at = DateTime::<Utc>::MAX_UTC;
            for id in &request.draft_ids {
                let draft = store::drafts::get(tx, *id)
                    .await?
                    .filter(|draft| draft.person_id == person)
                    .ok_or_else(|| Error::refused(Code::NotFound))?;
                if draft.used_at.is_some() {
                    return Err(Error::refused(Code::DraftUsed));
                }
                if let Some(code) = drafting::expired(&draft, now) {
                    return Err(Error::refused(code));
                }
                expires_at = expires_at.min(draft.expires_at);
            }
            let subjects: Vec<Subject> = request
                .draft_ids
                .iter()
                .copied()
                .map(Subject::Draft)
                .collect();
            begin(tx, app, Beginner::Person(person), &subjects, expires_at).await
        })
        .await?;
    begun.view(app, language)
}

fn check_offered(app: &App) -> Result<()> {
    if offered(&app.settings) {
        Ok(())
    } else {
        Err(Error::refused(Code::PhoneSigningNotOffered))
    }
}

struct Begun {
    session: SigningSession,
    code: InvitationCode,
    documents: Vec<store::signing_sessions::Document>,
}

/// A text has one open session: a new one ends the one before.
async fn begin(
    tx: &mut Tx,
    app: &App,
    beginner: Beginner,
    subjects: &[Subject],
    expires_at: DateTime<Utc>,
) -> Result<Begun> {
    let now = app.core.now();
    let names = subjects.iter().map(|subject| match subject {
        Subject::Challenge(id) => format!("signing session of challenge {id}"),
        Subject::Draft(id) => format!("signing session of draft {id}"),
    });
    store::dialect::lock_names(tx, names.collect()).await?;
    for subject in subjects {
        for id in store::signing_sessions::open_for(tx, *subject, now).await? {
            watching::end(tx, app, id).await?;
        }
    }
    let code = InvitationCode::random();
    let session = SigningSession {
        id: SigningSessionId::new(app.core.new_id()),
        code_hash: code.hash().to_vec(),
        token_hash: hash_token(&code.token()).to_vec(),
        beginner,
        standing: Standing::new(expires_at),
        failure: None,
        answer_digest: None,
        created_at: now,
    };
    store::signing_sessions::insert(tx, &session, subjects, app.core.new_id()).await?;
    let documents = store::signing_sessions::documents(tx, session.id).await?;
    Ok(Begun {
        session,
        code,
        documents,
    })
}

impl Begun {
    fn view(self, app: &App, language: Language) -> Result<dto::BegunSigningSession> {
        let path = endpoint::phone_invitation(&self.code.written());
        let address = format!("{}{path}", app.settings.public_url);
        let launch_link = |kind: &str| -> Result<String> {
            let parameters = [
                ("link", address.as_str()),
                ("isi", APP_STORE_ID),
                ("ibi", APP_STORE_BUNDLE),
                ("apn", ANDROID_PACKAGE),
            ];
            let link = Url::parse_with_params(&format!("{LAUNCHER}/{kind}/"), parameters);
            Ok(link.map_err(Error::internal)?.into())
        };
        let now = app.core.now();
        Ok(dto::BegunSigningSession {
            session: watching::view(&self.session, self.documents, language, now)?,
            qr_svg: qr_svg_of_mobile_signature(&address).map_err(Error::internal)?,
            qr_text: format!("mobileSign:{address}"),
            launch_link: launch_link("mobileSign")?,
            business_launch_link: launch_link("businessSign")?,
        })
    }
}
