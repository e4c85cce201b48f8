//! Login by a signed challenge (R1): the person is whoever the certificate says, never what the
//! client says. A session has a short access token and a refresh token that rotates.

use super::account::view;
use crate::{
    access::{
        keys,
        refresh::{hash_refresh_token, refresh_token},
        tokens::AccessToken,
    },
    app::App,
    clock,
    error::{Error, Result},
};
use balabaqsha_shared::{
    Language,
    code::Code,
    dto,
    id::{ChallengeId, PersonId, SessionId},
    statement::Statement,
};
use balabaqsha_store::{self as store, Tx, persons::Person, sessions::Session};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, TimeDelta, Utc};

/// How long a challenge can be signed.
const CHALLENGE_LIFETIME: TimeDelta = TimeDelta::minutes(5);
/// How long a login lasts without being used.
pub const SESSION_LIFETIME: TimeDelta = TimeDelta::hours(12);
/// Two tabs may ask for a renewal at the same moment: within this time the token before the last
/// rotation still gets an access token. Later its use means that it was stolen.
const ROTATION_GRACE: TimeDelta = TimeDelta::seconds(30);
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
) -> Result<dto::Challenge> {
    let now = app.core.now();
    // The number is all the secrecy a challenge has, so it is wholly random, not a UUIDv7.
    let id = ChallengeId::new(uuid::Builder::from_random_bytes(clock::random()).into_uuid());
    let audience = app.settings.public_url.as_str();
    let text = Statement::Login {
        challenge: id,
        audience,
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

/// Opens a session for whoever signed the challenge.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn log_in(
    app: &App,
    request: dto::SessionRequest,
    language: Language,
) -> Result<LoggedIn> {
    let now = app.core.now();
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
    let signed = app
        .trust
        .judge_login(request.cms, challenge.content, now)
        .await?;

    let refresh = refresh_token();
    let (person, session) = app
        .core
        .db
        .transact(async |tx| {
            if !store::challenges::use_up(tx, request.challenge_id, now).await? {
                return Err(Error::refused(Code::ChallengeUsed));
            }
            let new_id = PersonId::new(app.core.new_id());
            let person =
                store::persons::log_in(tx, new_id, &signed.iin, &signed.name, language, now)
                    .await?;
            let session = Session {
                id: SessionId::new(app.core.new_id()),
                person_id: person.id,
                expires_at: now + SESSION_LIFETIME,
                ended_at: None,
            };
            store::sessions::insert(tx, &session, &hash_refresh_token(&refresh), now).await?;
            Ok((person, session))
        })
        .await?;
    logged_in(
        app,
        &person,
        session.id,
        now,
        Some((refresh, session.expires_at)),
    )
}

/// What a refresh token is good for.
enum Renewal {
    /// An access token for this session, and the next refresh token where this one was its last.
    Granted(Box<Person>, SessionId, Option<(String, DateTime<Utc>)>),
    /// The session is over.
    Expired,
    /// An old token is used again: whoever holds it, this session has been ended.
    Reused(SessionId),
}

/// Renews a session by its refresh token.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn renew(app: &App, refresh: &str) -> Result<LoggedIn> {
    let now = app.core.now();
    let renewal = app
        .core
        .db
        .transact(async |tx| renew_in(tx, refresh, now).await)
        .await?;
    match renewal {
        Renewal::Granted(person, session, next) => logged_in(app, &person, session, now, next),
        Renewal::Expired => Err(Error::refused(Code::SessionExpired)),
        Renewal::Reused(id) => {
            ended(app, id);
            tracing::warn!(session = %id, "a rotated refresh token was used again; the session is ended");
            Err(Error::refused(Code::SessionExpired))
        }
    }
}

async fn renew_in(tx: &mut Tx, refresh: &str, now: DateTime<Utc>) -> Result<Renewal> {
    let hash = hash_refresh_token(refresh);
    if let Some(session) = store::sessions::by_refresh(tx, &hash).await? {
        if !session.lives(now) {
            return Ok(Renewal::Expired);
        }
        let person = Box::new(store::persons::require(tx, session.person_id).await?);
        let next = refresh_token();
        let expires_at = now + SESSION_LIFETIME;
        let next_hash = hash_refresh_token(&next);
        let rotated =
            store::sessions::rotate(tx, session.id, &hash, &next_hash, now, expires_at).await?;
        let next = rotated.then_some((next, expires_at));
        return Ok(Renewal::Granted(person, session.id, next));
    }
    let Some((id, rotated_at)) = store::sessions::by_previous_refresh(tx, &hash).await? else {
        return Ok(Renewal::Expired);
    };
    if now < rotated_at + ROTATION_GRACE {
        let session = store::sessions::get(tx, id).await?;
        return Ok(match session.filter(|session| session.lives(now)) {
            Some(session) => {
                let person = Box::new(store::persons::require(tx, session.person_id).await?);
                Renewal::Granted(person, id, None)
            }
            None => Renewal::Expired,
        });
    }
    store::sessions::end(tx, id, now).await?;
    Ok(Renewal::Reused(id))
}

/// Ends the session of a refresh token, also of the one before the last rotation; an unknown one is
/// as good as ended.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn log_out(app: &App, refresh: &str) -> Result<()> {
    let hash = hash_refresh_token(refresh);
    let over = app
        .core
        .db
        .transact(async |tx| {
            let current = store::sessions::by_refresh(tx, &hash).await?;
            let id = match current {
                Some(session) => Some(session.id),
                None => {
                    let previous = store::sessions::by_previous_refresh(tx, &hash).await?;
                    previous.map(|(id, _)| id)
                }
            };
            if let Some(id) = id {
                store::sessions::end(tx, id, app.core.now()).await?;
            }
            Ok::<_, Error>(id)
        })
        .await?;
    if let Some(id) = over {
        ended(app, id);
    }
    Ok(())
}

/// Other processes find it out within a second, this one at once.
fn ended(app: &App, id: SessionId) {
    app.sessions.ended(id);
    app.changes.end_sessions(&[id]);
}

/// Forgets challenges, drafts and keys that nobody can use any more.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn forget_expired(app: &App) -> Result<()> {
    if !app.core.clock.is_certain() {
        return Ok(());
    }
    let now = app.core.now();
    app.core
        .db
        .transact(async |tx| {
            store::challenges::delete_expired(tx, now - CHALLENGE_LIFETIME).await?;
            store::drafts::delete_expired(tx, now - TimeDelta::days(1)).await?;
            store::token_keys::forget_retired(tx, now - keys::RETIREMENT * 2).await?;
            Ok(())
        })
        .await
}

pub(super) fn logged_in(
    app: &App,
    person: &Person,
    session: SessionId,
    now: DateTime<Utc>,
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
            person: view(person),
        },
        refresh,
    })
}
