//! Login by a signed challenge (R1): the person is whoever the certificate says, never what the
//! client says. A session has a short access token and a refresh token that rotates.

use super::{
    account::{Holder, holder},
    browsers, organisation_key, renewal,
};
use crate::{
    access::{
        browser::BrowserNumber, caller::SessionAt, refresh::hash_refresh_token, tokens::AccessToken,
    },
    app::App,
    clock,
    error::{Error, Result},
    trust::verdict::Signed,
};
use balabaqsha_shared::{
    Language,
    code::Code,
    device, dto,
    id::{ChallengeId, PersonId, SessionId},
    statement::Statement,
};
use balabaqsha_store::{self as store, Tx, sessions::Session};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, TimeDelta, Utc};

/// How long a challenge can be signed.
pub(super) const CHALLENGE_LIFETIME: TimeDelta = TimeDelta::minutes(5);
/// What a browser calls itself may be a short story.
const DEVICE_LIMIT: usize = 200;

/// A session for the client, and the refresh token for its cookie where it changed.
pub struct LoggedIn {
    pub session: dto::Session,
    /// The token and the end of its session.
    pub refresh: Option<(String, DateTime<Utc>)>,
}

// The refresh token is a secret.
impl std::fmt::Debug for LoggedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoggedIn").finish_non_exhaustive()
    }
}

/// A one-time text to sign.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn create_challenge(
    app: &App,
    request: &dto::ChallengeRequest,
    user_agent: &str,
) -> Result<dto::Challenge> {
    let now = app.core.now();
    // The number is all the secrecy a challenge has, so it is wholly random, not a UUIDv7.
    let id = ChallengeId::new(uuid::Builder::from_random_bytes(clock::random()).into_uuid());
    let audience = app.settings.public_url.as_str();
    let browser = device::name(user_agent);
    let text = Statement::Login {
        challenge: id,
        audience,
        browser: browser.as_deref(),
    }
    .text(request.language, now);
    let expires_at = now + CHALLENGE_LIFETIME;
    app.core
        .db
        .transact(async |tx| store::challenges::insert(tx, id, text.as_bytes(), expires_at).await)
        .await?;
    Ok(dto::Challenge {
        id,
        content: BASE64_STANDARD.encode(&text),
        text,
        expires_at,
    })
}

/// From where somebody logs in.
#[derive(Clone, Copy, Default)]
pub struct Browser<'a> {
    pub language: Language,
    /// What it calls itself.
    pub device: &'a str,
    /// The refresh token that it has already: its session ends with the new login.
    pub refresh: Option<&'a str>,
    /// The number in its cookie.
    pub number: Option<BrowserNumber>,
}

// The refresh token is a secret.
impl std::fmt::Debug for Browser<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Browser").finish_non_exhaustive()
    }
}

/// Opens a session for whoever signed the challenge.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn log_in(
    app: &App,
    request: dto::SessionRequest,
    browser: Browser<'_>,
) -> Result<LoggedIn> {
    let now = app.core.now();
    let signed = judge(app, &request, now).await.inspect_err(log_refusal)?;
    let device = browser.device.chars().filter(|one| !one.is_control());
    let device: String = device.take(DEVICE_LIMIT).collect();

    let opened = app
        .core
        .db
        .transact(async |tx| {
            let by_phone = by_phone(tx, request.challenge_id, browser).await?;
            if !store::challenges::use_up(tx, request.challenge_id, now).await? {
                return Err(Error::refused(Code::ChallengeUsed));
            }
            let staff = match &signed.organisation {
                Some(organisation) => {
                    organisation_key::accept(tx, app, &signed.iin, organisation).await?
                }
                None => None,
            };
            let new_id = PersonId::new(app.core.new_id());
            let (iin, name) = (&signed.iin, &signed.name);
            let person =
                store::persons::log_in(tx, new_id, iin, name, browser.language, now).await?;
            let session = Session {
                id: SessionId::new(app.core.new_id()),
                person_id: person.id,
                expires_at: now + renewal::SESSION_LIFETIME,
                ended_at: None,
            };
            if let Some(number) = by_phone {
                browsers::meet(tx, app, &person, number, browser.device).await?;
            }
            let (beginning, refresh) = renewal::begin(app, session.id, now, device);
            store::sessions::insert(tx, &session, &hash_refresh_token(&refresh), now).await?;
            store::renewals::begin(tx, session.id, &beginning).await?;
            let before = match browser.refresh {
                Some(refresh) => renewal::session_of(tx, refresh).await?,
                None => None,
            };
            if let Some(before) = before {
                store::sessions::end(tx, before, now).await?;
            }
            let at = SessionAt {
                only_staff: staff.is_some() && !app.settings.legal_entity_keys,
                ..SessionAt::login(session.id)
            };
            if let Some(staff) = staff {
                store::staff::begin_session(tx, session.id, staff).await?;
            }
            let holder = holder(tx, person, at, now).await?;
            Ok(Opened {
                holder,
                session,
                at,
                refresh,
                before,
            })
        })
        .await?;
    if let Some(before) = opened.before {
        renewal::ended(app, before);
    }
    let token = TokenOf {
        holder: opened.holder,
        session: opened.at,
        now,
    };
    logged_in(
        app,
        token,
        Some((opened.refresh, opened.session.expires_at)),
    )
}

/// The browser of a challenge that is signed with a phone, which alone may log in by it.
async fn by_phone(
    tx: &mut Tx,
    challenge: ChallengeId,
    browser: Browser<'_>,
) -> Result<Option<BrowserNumber>> {
    let Some(begun) = store::signing_sessions::browser_of(tx, challenge).await? else {
        return Ok(None);
    };
    let same = browser
        .number
        .filter(|number| number.hash()[..] == begun[..]);
    same.map(Some)
        .ok_or_else(|| Error::refused(Code::SigningBrowserDiffers))
}

/// A new session, and the one of the same browser that it has ended.
struct Opened {
    holder: Holder,
    session: Session,
    at: SessionAt,
    refresh: String,
    before: Option<SessionId>,
}

/// Who has signed the challenge; outside of transactions, since judging takes long.
async fn judge(app: &App, request: &dto::SessionRequest, now: DateTime<Utc>) -> Result<Signed> {
    let mut tx = app.core.db.read().await?;
    let challenge = store::challenges::get(&mut tx, request.challenge_id)
        .await?
        .ok_or_else(|| Error::refused(Code::NotFound))?;
    drop(tx);
    if challenge.used_at.is_some() {
        return Err(Error::refused(Code::ChallengeUsed));
    }
    if now >= challenge.expires_at {
        return Err(Error::refused(Code::ChallengeExpired));
    }
    app.trust
        .judge_login(request.cms.clone(), challenge.content, now)
        .await
}

/// Why a signature did not log anybody in: the code and what the verification said, nothing of the
/// certificate.
fn log_refusal(error: &Error) {
    if let Error::Refused(refusal) = error {
        let sub_indication = refusal.params.get("sub_indication").map(String::as_str);
        tracing::info!(code = %refusal.code, sub_indication, "a login was refused");
    }
}

/// For whom a session has a new access token.
#[derive(Debug)]
pub(super) struct TokenOf {
    pub holder: Holder,
    pub session: SessionAt,
    pub now: DateTime<Utc>,
}

pub(super) fn logged_in(
    app: &App,
    TokenOf {
        holder: Holder {
            person,
            official,
            staff,
        },
        session,
        now,
    }: TokenOf,
    refresh: Option<(String, DateTime<Utc>)>,
) -> Result<LoggedIn> {
    let AccessToken { token, expires_at } = app
        .tokens
        .issue(person.id, session, person.email.is_some(), now)
        .map_err(Error::internal)?;
    Ok(LoggedIn {
        session: dto::Session {
            access_token: token,
            expires_at,
            person,
            official,
            staff,
            only_staff: session.only_staff,
        },
        refresh,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use balabaqsha_shared::rules::Violation;
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_log_says_why_a_login_was_refused_and_of_whom_nothing() {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        let refusal = Violation::new(Code::SignatureInvalid)
            .with("sub_indication", "HASH_FAILURE")
            .with("signer", "СЕРИКОВ ДАНИЯР 850715300013")
            .into();
        tracing::subscriber::with_default(subscriber, || {
            log_refusal(&refusal);
            // A failure of the service is told elsewhere.
            log_refusal(&Error::internal("a secret"));
        });
        let told = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert_eq!(told.lines().count(), 1, "{told}");
        assert!(
            told.contains("signature-invalid") && told.contains("HASH_FAILURE"),
            "{told}"
        );
        assert!(
            !told.contains("СЕРИКОВ") && !told.contains("850715300013"),
            "{told}"
        );
    }
}
