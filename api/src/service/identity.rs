//! Login by a signed challenge (R1): the person is whoever the certificate says, never what the
//! client says. A session has a short access token and a refresh token that rotates.

use super::{
    error::{Error, Result},
    input::Fields,
    mails,
    tokens::{self, AccessToken, hash_refresh_token, refresh_token},
};
use crate::{clock, state::App};
use balabaqsha_shared::{
    Language,
    code::Code,
    dto,
    email::Email,
    id::{ChallengeId, PersonId, SessionId},
    rules::Violation,
    statement::Statement,
};
use balabaqsha_store::{self as store, persons::Person, sessions::Session};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// How long a challenge can be signed.
const CHALLENGE_LIFETIME: TimeDelta = TimeDelta::minutes(5);
/// How long a login lasts without being used.
pub const SESSION_LIFETIME: TimeDelta = TimeDelta::hours(12);
/// Two tabs may ask for a renewal at the same moment: within this time the token before the last
/// rotation still gets an access token. Later its use means that it was stolen.
const ROTATION_GRACE: TimeDelta = TimeDelta::seconds(30);
const CODE_LIFETIME: TimeDelta = TimeDelta::hours(24);
/// Wrong codes that may be tried before a new one is needed.
const CODE_ATTEMPTS: i32 = 5;

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

/// Opens a session for whoever signed the challenge.
pub async fn log_in(
    app: &App,
    request: dto::SessionRequest,
    language: Language,
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
        .await?;

    let mut tx = app.db.begin().await?;
    if !store::challenges::use_up(&mut tx, request.challenge_id, now).await? {
        return Err(Error::refused(Code::ChallengeUsed));
    }
    let new_id = PersonId::new(app.new_id());
    let person =
        store::persons::log_in(&mut tx, new_id, &signed.iin, &signed.name, language, now).await?;
    let session = Session {
        id: SessionId::new(app.new_id()),
        person_id: person.id,
        expires_at: now + SESSION_LIFETIME,
        ended_at: None,
    };
    let refresh = refresh_token();
    store::sessions::insert(&mut tx, &session, &hash_refresh_token(&refresh), now).await?;
    tx.commit().await?;
    logged_in(
        app,
        &person,
        session.id,
        now,
        Some((refresh, session.expires_at)),
    )
}

/// Renews a session by its refresh token.
pub async fn renew(app: &App, refresh: &str) -> Result<LoggedIn> {
    let now = app.now();
    let expired = || Error::refused(Code::SessionExpired);
    let hash = hash_refresh_token(refresh);
    let mut tx = app.db.begin().await?;
    if let Some(session) = store::sessions::by_refresh(&mut tx, &hash).await? {
        if !session.lives(now) {
            return Err(expired());
        }
        let person = store::persons::require(&mut tx, session.person_id).await?;
        let next = refresh_token();
        let expires_at = now + SESSION_LIFETIME;
        let rotated = store::sessions::rotate(
            &mut tx,
            session.id,
            &hash,
            &hash_refresh_token(&next),
            now,
            expires_at,
        )
        .await?;
        tx.commit().await?;
        return if rotated {
            logged_in(app, &person, session.id, now, Some((next, expires_at)))
        } else {
            logged_in(app, &person, session.id, now, None)
        };
    }
    let Some((id, rotated_at)) = store::sessions::by_previous_refresh(&mut tx, &hash).await? else {
        return Err(expired());
    };
    if now < rotated_at + ROTATION_GRACE {
        let session = store::sessions::get(&mut tx, id)
            .await?
            .filter(|session| session.lives(now))
            .ok_or_else(expired)?;
        let person = store::persons::require(&mut tx, session.person_id).await?;
        return logged_in(app, &person, id, now, None);
    }
    // An old token is used again: whoever holds it, this session is over.
    store::sessions::end(&mut tx, id, now).await?;
    tx.commit().await?;
    ended(app, id);
    tracing::warn!(session = %id, "a rotated refresh token was used again; the session is ended");
    Err(expired())
}

/// Ends the session of a refresh token, also of the one before the last rotation; an unknown one is
/// as good as ended.
pub async fn log_out(app: &App, refresh: &str) -> Result<()> {
    let hash = hash_refresh_token(refresh);
    let over = app
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

/// Other processes find it out within a second, this one at once.
fn ended(app: &App, id: SessionId) {
    app.sessions.ended(id);
    app.changes.end_sessions(&[id]);
}

/// The person of a session.
pub async fn me(app: &App, id: PersonId) -> Result<dto::Person> {
    let mut tx = app.db.read().await?;
    Ok(view(&store::persons::require(&mut tx, id).await?))
}

/// Sets the e-mail address and mails a code to it. The answer carries a new access token, because
/// the first address opens the account (R1).
pub async fn set_email(
    app: &App,
    person: PersonId,
    session: SessionId,
    request: &dto::EmailRequest,
) -> Result<dto::Session> {
    let now = app.now();
    let mut fields = Fields::default();
    let email = Email::parse(&request.address);
    if email.is_err() {
        let code = if request.address.trim().is_empty() {
            Code::FieldRequired
        } else {
            Code::EmailInvalid
        };
        fields.refuse("/address", Violation::new(code));
    }
    fields.finish()?;
    let email = email.map_err(Error::internal)?;

    let mut tx = app.db.begin().await?;
    // A token is handed out: what was true a second ago is not enough.
    store::sessions::get(&mut tx, session)
        .await?
        .filter(|session| session.lives(now))
        .ok_or_else(|| Error::refused(Code::SessionExpired))?;
    store::persons::set_email(&mut tx, person, &email, request.language).await?;
    let code = format!("{:06}", rand::rng().random_range(0..1_000_000));
    store::persons::put_confirmation(
        &mut tx,
        person,
        &code_hash(person, &code),
        now + CODE_LIFETIME,
    )
    .await?;
    mails::enqueue(
        &mut tx,
        app,
        &email,
        mails::texts::confirmation_code(request.language, &code),
        None,
    )
    .await?;
    let person = store::persons::require(&mut tx, person).await?;
    tx.commit().await?;
    Ok(logged_in(app, &person, session, now, None)?.session)
}

/// Confirms the address with the code of the mail.
pub async fn confirm_email(
    app: &App,
    person: PersonId,
    request: &dto::EmailConfirmation,
) -> Result<dto::Person> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let confirmation = store::persons::attempt_confirmation(&mut tx, person)
        .await?
        .ok_or_else(|| Error::refused(Code::ConfirmationCodeExpired))?;
    if now >= confirmation.expires_at || confirmation.attempts > CODE_ATTEMPTS {
        return Err(Error::refused(Code::ConfirmationCodeExpired));
    }
    let given = code_hash(person, request.code.trim());
    if !bool::from(given.ct_eq(&confirmation.code_hash)) {
        // The attempt counts even though the request is refused.
        tx.commit().await?;
        return Err(Error::refused(Code::ConfirmationCodeWrong));
    }
    store::persons::confirm_email(&mut tx, person, now).await?;
    let person = store::persons::require(&mut tx, person).await?;
    tx.commit().await?;
    Ok(view(&person))
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
    store::token_keys::forget_retired(&mut tx, now - tokens::RETIREMENT * 2).await?;
    tx.commit().await?;
    Ok(())
}

fn code_hash(person: PersonId, code: &str) -> [u8; 32] {
    Sha256::new()
        .chain_update(person.uuid().as_bytes())
        .chain_update(code.as_bytes())
        .finalize()
        .into()
}

fn logged_in(
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

fn view(person: &Person) -> dto::Person {
    dto::Person {
        id: person.id,
        iin: person.iin.clone(),
        full_name: person.full_name.clone(),
        email: person.email.clone().map(|address| dto::EmailState {
            address,
            confirmed: person.email_confirmed_at.is_some(),
        }),
        language: person.language,
    }
}
