//! Renewing a session (R1): a refresh token leads to one successor. Who lost the answer gets the same
//! again, as long as nobody has used it; a token that was left behind longer ago was stolen, and ends
//! the session.

use crate::{
    access::caller::SessionAt,
    access::refresh::{hash_refresh_token, refresh_token},
    app::App,
    clock,
    error::{Error, Result},
};
use balabaqsha_shared::{
    code::Code,
    id::{PersonId, SessionId},
};
use balabaqsha_store::{
    self as store, Tx,
    renewals::{Beginning, Renewal},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;

/// How long a login lasts without being used.
pub const SESSION_LIFETIME: TimeDelta = TimeDelta::hours(12);
/// How long it lasts however much it is used.
const LONGEST_SESSION: TimeDelta = TimeDelta::days(7);
/// Two tabs may ask at the same moment, and one of them uses the answer before the other has asked.
const GRACE: TimeDelta = TimeDelta::seconds(30);
const ID_BYTES: usize = 16;
const GENERATION_BYTES: usize = 8;

/// A session as its client has it from now on.
pub struct Renewed {
    pub session: SessionAt,
    pub person: PersonId,
    /// The refresh token and the end of the session; none where it cannot be told again.
    pub refresh: Option<(String, DateTime<Utc>)>,
}

// The refresh token is a secret.
impl std::fmt::Debug for Renewed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Renewed")
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}

enum Outcome {
    Renewed(Renewed),
    Expired,
    /// Somebody has ended it before its time.
    Ended,
    Stolen(SessionId),
}

/// What a session has from its login on, and its first refresh token.
pub fn begin(app: &App, id: SessionId, now: DateTime<Utc>, device: String) -> (Beginning, String) {
    let secret = clock::random::<32>().to_vec();
    let token = token(&secret, id, 0);
    let beginning = Beginning {
        secret,
        started_at: now,
        last_end: now - lead(app) + LONGEST_SESSION,
        device,
    };
    (beginning, token)
}

/// How far a demo's clock is ahead; sessions do not grow older by it.
fn lead(app: &App) -> TimeDelta {
    let lead = app.test_clock.as_ref().map(|clock| clock.ahead());
    lead.unwrap_or_default()
}

/// When a session ends that is renewed now. One of before ends when it would have.
fn end(app: &App, known: &Renewal, now: DateTime<Utc>) -> DateTime<Utc> {
    match &known.beginning {
        Some(beginning) => (now + SESSION_LIFETIME).min(beginning.last_end + lead(app)),
        None => known.expires_at,
    }
}

/// Renews the session of a refresh token.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn renew(app: &App, refresh: &str) -> Result<Renewed> {
    let outcome = app
        .core
        .db
        .transact(async |tx| renew_in(tx, app, refresh).await)
        .await?;
    match outcome {
        Outcome::Renewed(renewed) => Ok(renewed),
        Outcome::Expired => Err(Error::refused(Code::SessionExpired)),
        Outcome::Ended => Err(Error::refused(Code::SessionEnded)),
        Outcome::Stolen(id) => {
            tracing::warn!(session = %id, "a refresh token was used again; the session is ended");
            ended(app, id);
            Err(Error::refused(Code::SessionEnded))
        }
    }
}

async fn renew_in(tx: &mut Tx, app: &App, refresh: &str) -> Result<Outcome> {
    let now = app.core.now();
    let hash = hash_refresh_token(refresh);
    let Some(known) = store::renewals::by_token(tx, &hash).await? else {
        return left_behind(tx, refresh, now).await;
    };
    if !known.lives(now) {
        return Ok(over(&known));
    }
    if known.refresh_hash == hash {
        let generation = known.generation + 1;
        let next = match &known.beginning {
            Some(beginning) => token(&beginning.secret, known.id, generation),
            None => refresh_token(),
        };
        let expires_at = end(app, &known, now);
        let new = hash_refresh_token(&next);
        if store::sessions::rotate(tx, known.id, &hash, &new, now, expires_at).await? {
            return Ok(Outcome::Renewed(Renewed {
                session: SessionAt {
                    generation,
                    ..session_at(app, &known)
                },
                person: known.person_id,
                refresh: Some((next, expires_at)),
            }));
        }
        // Another request with the same token was faster.
        return match store::renewals::get(tx, known.id).await? {
            Some(known) if known.lives(now) => Ok(again(app, &known)),
            Some(known) => Ok(over(&known)),
            None => Ok(Outcome::Expired),
        };
    }
    let lost = known.arrived < known.generation && known.beginning.is_some();
    if lost || now < known.rotated_at + GRACE {
        return Ok(again(app, &known));
    }
    store::sessions::end(tx, known.id, now).await?;
    Ok(Outcome::Stolen(known.id))
}

/// How a session is over that lives no more. Whoever shows a token of it is told: its browser has to
/// forget what it keeps of the person when the session did not end by its time.
const fn over(known: &Renewal) -> Outcome {
    if known.ended_at.is_some() {
        Outcome::Ended
    } else {
        Outcome::Expired
    }
}

/// A session as its present tokens have it.
fn session_at(app: &App, known: &Renewal) -> SessionAt {
    SessionAt {
        id: known.id,
        generation: known.generation,
        only_staff: known.of_organisation && !app.settings.legal_entity_keys,
    }
}

/// The same successor once more.
fn again(app: &App, known: &Renewal) -> Outcome {
    let next = known
        .beginning
        .as_ref()
        .map(|beginning| token(&beginning.secret, known.id, known.generation))
        // One that an earlier release has given is known by its hash alone.
        .filter(|next| hash_refresh_token(next).as_slice() == known.refresh_hash);
    Outcome::Renewed(Renewed {
        session: session_at(app, known),
        person: known.person_id,
        refresh: next.map(|next| (next, known.expires_at)),
    })
}

/// A token that is neither the present one nor the last: if it was ever given, somebody has kept it.
async fn left_behind(tx: &mut Tx, refresh: &str, now: DateTime<Utc>) -> Result<Outcome> {
    let Some((id, generation)) = read(refresh) else {
        return Ok(Outcome::Expired);
    };
    let Some(known) = store::renewals::get(tx, id).await? else {
        return Ok(Outcome::Expired);
    };
    let given = known.beginning.as_ref().is_some_and(|beginning| {
        generation < known.generation && is_token(&beginning.secret, id, generation, refresh)
    });
    if !given {
        return Ok(Outcome::Expired);
    }
    if !known.lives(now) {
        return Ok(over(&known));
    }
    store::sessions::end(tx, id, now).await?;
    Ok(Outcome::Stolen(id))
}

/// A session is over. Other processes find it out within a second, this one at once.
pub(super) fn ended(app: &App, id: SessionId) {
    app.sessions.ended(id);
    app.changes.end_sessions(&[id]);
}

/// The session of a refresh token, whichever of its tokens it is.
pub async fn session_of(tx: &mut Tx, refresh: &str) -> Result<Option<SessionId>> {
    let hash = hash_refresh_token(refresh);
    if let Some(known) = store::renewals::by_token(tx, &hash).await? {
        return Ok(Some(known.id));
    }
    let Some((id, generation)) = read(refresh) else {
        return Ok(None);
    };
    let known = store::renewals::get(tx, id).await?;
    let beginning = known.and_then(|known| known.beginning);
    Ok(beginning
        .filter(|beginning| is_token(&beginning.secret, id, generation, refresh))
        .map(|_| id))
}

fn mac(secret: &[u8], id: SessionId, generation: i64) -> Option<Hmac<Sha256>> {
    // A key of any length is taken.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(id.uuid().as_bytes());
    mac.update(&generation.to_be_bytes());
    Some(mac)
}

/// The session, the number of the token, and what only somebody with the secret can put behind them.
fn token(secret: &[u8], id: SessionId, generation: i64) -> String {
    let mut bytes = id.uuid().as_bytes().to_vec();
    bytes.extend_from_slice(&generation.to_be_bytes());
    if let Some(mac) = mac(secret, id, generation) {
        bytes.extend_from_slice(&mac.finalize().into_bytes());
    }
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn read(token: &str) -> Option<(SessionId, i64)> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?;
    let (id, rest) = bytes.split_first_chunk::<ID_BYTES>()?;
    let (generation, _) = rest.split_first_chunk::<GENERATION_BYTES>()?;
    let id = SessionId::new(Uuid::from_bytes(*id));
    Some((id, i64::from_be_bytes(*generation)))
}

fn is_token(secret: &[u8], id: SessionId, generation: i64, presented: &str) -> bool {
    let Ok(bytes) = BASE64_URL_SAFE_NO_PAD.decode(presented) else {
        return false;
    };
    match (
        bytes.get(ID_BYTES + GENERATION_BYTES..),
        mac(secret, id, generation),
    ) {
        (Some(tag), Some(mac)) => mac.verify_slice(tag).is_ok(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_by_the_secret_of_its_session_alone() {
        let id = SessionId::new(Uuid::from_u128(7));
        let first = token(b"secret", id, 0);
        assert_eq!(first, token(b"secret", id, 0));
        assert_ne!(first, token(b"secret", id, 1));
        assert_eq!(read(&first), Some((id, 0)));
        assert!(is_token(b"secret", id, 0, &first));
        assert!(!is_token(b"secret", id, 1, &first));
        assert!(!is_token(b"another", id, 0, &first));
        assert!(!is_token(
            b"secret",
            SessionId::new(Uuid::from_u128(8)),
            0,
            &first
        ));
        for none in ["", "x", "AAAA", "!", &first[..20]] {
            assert!(!is_token(b"secret", id, 0, none), "{none}");
        }
    }
}
