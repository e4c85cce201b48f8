//! Login by a signed challenge (R1): the person is whoever the certificate says, never what the
//! client says. A session has a short access token and a refresh token that rotates.

use super::{
    email,
    error::{Error, Result},
    renewal,
    tokens::{self, AccessToken, hash_refresh_token},
};
use crate::{clock, state::App};
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
/// More than anybody has browsers.
const SESSIONS_SHOWN: i64 = 100;
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
pub async fn create_challenge(
    app: &App,
    request: &dto::ChallengeRequest,
) -> Result<dto::Challenge> {
    let now = app.now();
    // The number is all the secrecy a challenge has, so it is wholly random, not a UUIDv7.
    let id = ChallengeId::new(uuid::Builder::from_random_bytes(clock::random()).into_uuid());
    let audience = app.settings.public_url.as_str();
    let text = Statement::Login {
        challenge: id,
        audience,
    }
    .text(request.language, now);
    let expires_at = now + CHALLENGE_LIFETIME;
    let mut tx = app.db.begin().await?;
    store::challenges::insert(&mut tx, id, text.as_bytes(), expires_at).await?;
    tx.commit().await?;
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
}

// The refresh token is a secret.
impl std::fmt::Debug for Browser<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Browser").finish_non_exhaustive()
    }
}

/// Opens a session for whoever signed the challenge.
pub async fn log_in(
    app: &App,
    request: dto::SessionRequest,
    browser: Browser<'_>,
) -> Result<LoggedIn> {
    let now = app.now();
    let mut tx = app.db.read().await?;
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
        .await
        .inspect_err(log_refusal)?;

    let mut tx = app.db.begin().await?;
    if !store::challenges::use_up(&mut tx, request.challenge_id, now).await? {
        return Err(Error::refused(Code::ChallengeUsed));
    }
    let new_id = PersonId::new(app.new_id());
    let person = store::persons::log_in(
        &mut tx,
        new_id,
        &signed.iin,
        &signed.name,
        browser.language,
        now,
    )
    .await?;
    let session = Session {
        id: SessionId::new(app.new_id()),
        person_id: person.id,
        expires_at: now + renewal::SESSION_LIFETIME,
        ended_at: None,
    };
    let device = browser.device.chars().filter(|one| !one.is_control());
    let device = device.take(DEVICE_LIMIT).collect();
    let (beginning, refresh) = renewal::begin(app, session.id, now, device);
    store::sessions::insert(&mut tx, &session, &hash_refresh_token(&refresh), now).await?;
    store::renewals::begin(&mut tx, session.id, &beginning).await?;
    let before = match browser.refresh {
        Some(refresh) => renewal::session_of(&mut tx, refresh).await?,
        None => None,
    };
    if let Some(before) = before {
        store::sessions::end(&mut tx, before, now).await?;
    }
    let person = view(&mut tx, person, now).await?;
    tx.commit().await?;
    if let Some(before) = before {
        ended(app, before);
    }
    logged_in(
        app,
        person,
        (session.id, 0),
        now,
        Some((refresh, session.expires_at)),
    )
}

/// Why a signature did not log anybody in: the code and what the verification said, nothing of the
/// certificate.
fn log_refusal(error: &Error) {
    if let Error::Refused(refusal) = error {
        let sub_indication = refusal.params.get("sub_indication").map(String::as_str);
        tracing::info!(code = %refusal.code, sub_indication, "a login was refused");
    }
}

/// Renews a session by its refresh token.
pub async fn renew(app: &App, refresh: &str) -> Result<LoggedIn> {
    let renewed = renewal::renew(app, refresh).await?;
    let mut tx = app.db.read().await?;
    let now = app.now();
    let person = store::persons::require(&mut tx, renewed.person).await?;
    let person = view(&mut tx, person, now).await?;
    drop(tx);
    let session = (renewed.session, renewed.generation);
    logged_in(app, person, session, now, renewed.refresh)
}

/// Ends the session of a refresh token, whichever of its tokens it is; an unknown one is as good as
/// ended.
pub async fn log_out(app: &App, refresh: &str) -> Result<()> {
    let over = app
        .db
        .transact(async |tx| {
            let id = renewal::session_of(tx, refresh).await?;
            if let Some(id) = id {
                store::sessions::end(tx, id, app.now()).await?;
            }
            Ok::<_, Error>(id)
        })
        .await?;
    if let Some(id) = over {
        ended(app, id);
    }
    Ok(())
}

/// Where somebody is logged in, the latest used first.
pub async fn sessions(app: &App, person: PersonId, current: SessionId) -> Result<dto::SessionList> {
    let mut tx = app.db.read().await?;
    let living = store::renewals::living_of(&mut tx, person, app.now(), SESSIONS_SHOWN).await?;
    let items = living.into_iter().map(|session| dto::LiveSession {
        id: session.id,
        current: session.id == current,
        started_at: session.beginning.as_ref().map(|known| known.started_at),
        renewed_at: session.rotated_at,
        expires_at: session.expires_at,
        device: session.beginning.map(|known| known.device),
    });
    Ok(dto::SessionList {
        items: items.collect(),
    })
}

/// Ends a session of the person's own.
pub async fn end_session(app: &App, person: PersonId, id: SessionId) -> Result<()> {
    let now = app.now();
    app.db
        .transact(async |tx| {
            store::renewals::get(tx, id)
                .await?
                .filter(|session| session.person_id == person && session.lives(now))
                .ok_or_else(|| Error::refused(Code::NotFound))?;
            store::sessions::end(tx, id, now).await?;
            Ok::<_, Error>(())
        })
        .await?;
    ended(app, id);
    Ok(())
}

/// Other processes find it out within a second, this one at once.
pub(super) fn ended(app: &App, id: SessionId) {
    app.sessions.ended(id);
    app.changes.end_sessions(&[id]);
}

/// The person of a session.
pub async fn me(app: &App, id: PersonId) -> Result<dto::Person> {
    let mut tx = app.db.read().await?;
    let person = store::persons::require(&mut tx, id).await?;
    view(&mut tx, person, app.now()).await
}

/// Forgets challenges, drafts and keys that nobody can use any more.
pub async fn forget_expired(app: &App) -> Result<()> {
    if !app.clock.is_certain() {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    let now = app.now();
    store::challenges::delete_expired(&mut tx, now - CHALLENGE_LIFETIME).await?;
    store::drafts::delete_expired(&mut tx, now - TimeDelta::days(1)).await?;
    store::mailed_codes::forget(&mut tx, now - email::SPAN).await?;
    store::token_keys::forget_retired(&mut tx, now - tokens::RETIREMENT * 2).await?;
    tx.commit().await?;
    Ok(())
}

pub(super) fn logged_in(
    app: &App,
    person: dto::Person,
    session: (SessionId, i64),
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
            person,
        },
        refresh,
    })
}

/// The person as everybody who is them sees it.
pub(super) async fn view(tx: &mut Tx, person: Person, now: DateTime<Utc>) -> Result<dto::Person> {
    let waiting = store::persons::new_address(tx, person.id, now).await?;
    let email = person.email.map(|address| dto::EmailState {
        address,
        confirmed: person.email_confirmed_at.is_some(),
        new_address: waiting.map(|(address, _)| address),
        refused: person.email_refused_at.is_some(),
    });
    Ok(dto::Person {
        id: person.id,
        iin: person.iin,
        full_name: person.full_name,
        email,
        language: person.language,
    })
}
