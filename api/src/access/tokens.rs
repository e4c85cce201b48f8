//! Access tokens (JWT, RFC 7519, typed as in RFC 9068) signed with Ed25519.
//!
//! The moment is always an argument: a token expires by the service's clock.

use super::{
    caller::{Caller, Claims, Scopes, SessionAt},
    keys::{self, ACCESS_TOKEN_LIFE, KeyRing, TokenKeyError, new_key},
    sessions::LivingSessions,
};
use crate::{clock::Clock, error};
use balabaqsha_shared::id::{ClientId, PersonId, SessionId};
use balabaqsha_store::{self as store, Db, token_keys::TokenKeyRow};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    fmt,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
};
use uuid::Uuid;

/// RFC 9068, section 2.1.
const TOKEN_TYPE: &str = "at+jwt";
/// Longer tokens are rejected unread; the service issues about 500 bytes.
const LONGEST_TOKEN: usize = 2048;
/// A token with an unknown key makes the keys be loaded again, but not more often than this.
const RELOAD_PAUSE: TimeDelta = TimeDelta::seconds(5);

/// A signed access token.
#[derive(Clone)]
pub struct AccessToken {
    pub token: String,
    pub expires_at: DateTime<Utc>,
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("not a token of this service")]
    Malformed,
    #[error("signed with a key that is not known here")]
    UnknownKey,
    #[error("signature, issuer or audience is wrong")]
    Untrusted,
    #[error("expired")]
    Expired,
    #[error("its session is over")]
    SessionOver,
}

#[derive(Serialize, Deserialize)]
struct Wire {
    iss: String,
    aud: String,
    sub: Uuid,
    iat: i64,
    exp: i64,
    #[serde(flatten)]
    who: Who,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Who {
    Person {
        sid: SessionId,
        eml: bool,
        /// Absent in tokens issued by earlier releases.
        #[serde(default, rename = "gen")]
        generation: i64,
        /// Whether the session was begun with the key of an organisation.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        org: bool,
    },
    /// RFC 9068, sections 2.2 and 2.2.3.
    Client { client_id: ClientId, scope: String },
}

impl Wire {
    fn caller(&self) -> Result<Caller, TokenError> {
        match &self.who {
            Who::Person {
                sid,
                eml,
                generation,
                org,
            } => Ok(Caller::Person {
                person_id: PersonId::new(self.sub),
                session: SessionAt {
                    id: *sid,
                    generation: *generation,
                    only_staff: *org,
                },
                has_email: *eml,
            }),
            Who::Client { client_id, scope } => Ok(Caller::Client {
                client_id: *client_id,
                scopes: Scopes::parse(scope).ok_or(TokenError::Untrusted)?,
            }),
        }
    }
}

/// Issues and verifies access tokens.
pub struct TokenSigner {
    issuer: String,
    ring: RwLock<Arc<KeyRing>>,
    /// First moment at which the keys may be loaded again, in microseconds.
    next_reload: AtomicI64,
}

impl fmt::Debug for TokenSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSigner")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

impl TokenSigner {
    /// A signer with the keys of the database, the newest first. The issuer is the public URL.
    ///
    /// # Errors
    /// When a key is none, or all are retired.
    pub fn new(issuer: &str, rows: &[TokenKeyRow]) -> Result<Self, TokenKeyError> {
        Ok(Self {
            issuer: issuer.to_owned(),
            ring: RwLock::new(Arc::new(KeyRing::read(rows)?)),
            next_reload: AtomicI64::new(i64::MIN),
        })
    }

    fn ring(&self) -> Arc<KeyRing> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A token for a session of a person.
    ///
    /// # Errors
    /// When signing fails, which is a fault of the service.
    pub fn issue(
        &self,
        person: PersonId,
        session: SessionAt,
        has_email: bool,
        now: DateTime<Utc>,
    ) -> Result<AccessToken, TokenKeyError> {
        let who = Who::Person {
            sid: session.id,
            eml: has_email,
            generation: session.generation,
            org: session.only_staff,
        };
        self.sign(person.uuid(), who, now)
    }

    /// A token for the program of an organisation.
    ///
    /// # Errors
    /// When signing fails, which is a fault of the service.
    pub fn issue_to_client(
        &self,
        client_id: ClientId,
        scopes: Scopes,
        now: DateTime<Utc>,
    ) -> Result<AccessToken, TokenKeyError> {
        let who = Who::Client {
            client_id,
            scope: scopes.words().to_owned(),
        };
        self.sign(client_id.uuid(), who, now)
    }

    fn sign(&self, sub: Uuid, who: Who, now: DateTime<Utc>) -> Result<AccessToken, TokenKeyError> {
        let ring = self.ring();
        let key = ring.keys.get(&ring.current).ok_or(TokenKeyError::Missing)?;
        let exp = (now + ACCESS_TOKEN_LIFE).timestamp();
        let claims = Wire {
            iss: self.issuer.clone(),
            aud: self.issuer.clone(),
            sub,
            iat: now.timestamp(),
            exp,
            who,
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TOKEN_TYPE.to_owned());
        header.kid = Some(ring.current.clone());
        Ok(AccessToken {
            token: jsonwebtoken::encode(&header, &claims, &key.encoding)?,
            expires_at: DateTime::from_timestamp(exp, 0).unwrap_or(now),
        })
    }

    /// What the token says, if it is ours and not expired at the moment.
    ///
    /// # Errors
    /// With the reason; the token's text is in none of them.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, TokenError> {
        if token.len() > LONGEST_TOKEN {
            return Err(TokenError::Malformed);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Malformed)?;
        if header.alg != Algorithm::EdDSA || header.typ.as_deref() != Some(TOKEN_TYPE) {
            return Err(TokenError::Malformed);
        }
        let ring = self.ring();
        let kid = header.kid.ok_or(TokenError::Malformed)?;
        let key = ring
            .keys
            .get(&kid)
            .filter(|key| key.is_live(now))
            .ok_or(TokenError::UnknownKey)?;
        let wire = jsonwebtoken::decode::<Wire>(token, &key.decoding, &self.validation())
            .map_err(|_| TokenError::Untrusted)?
            .claims;
        let expires_at = DateTime::from_timestamp(wire.exp, 0).ok_or(TokenError::Malformed)?;
        if now >= expires_at {
            return Err(TokenError::Expired);
        }
        Ok(Claims {
            caller: wire.caller()?,
            expires_at,
        })
    }

    fn validation(&self) -> Validation {
        let mut validation = Validation::new(Algorithm::EdDSA);
        // The library would ask the machine's clock; `verify` compares with its argument.
        validation.validate_exp = false;
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.issuer]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation
    }

    /// The public keys, as a JWK Set (RFC 7517).
    #[must_use]
    pub fn jwks(&self, now: DateTime<Utc>) -> Value {
        let ring = self.ring();
        let keys: Vec<Value> = ring
            .keys
            .iter()
            .filter(|(_, key)| key.is_live(now))
            .map(|(kid, key)| {
                json!({
                    "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig",
                    "kid": kid, "x": key.x,
                })
            })
            .collect();
        json!({ "keys": keys })
    }

    /// Whether the keys may be loaded again; true for one of concurrent callers.
    fn may_reload(&self, now: DateTime<Utc>) -> bool {
        let moment = now.timestamp_micros();
        let next = (now + RELOAD_PAUSE).timestamp_micros();
        self.next_reload
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |due| {
                (moment >= due).then_some(next)
            })
            .is_ok()
    }

    fn replace(&self, rows: &[TokenKeyRow]) -> Result<(), TokenKeyError> {
        let ring = Arc::new(KeyRing::read(rows)?);
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = ring;
        Ok(())
    }
}

/// A signer with the keys of the database; the first process to come makes the first key.
///
/// # Errors
/// When the database does not answer or holds a key that is none.
pub async fn load_or_create(
    db: &Db,
    issuer: &str,
    now: DateTime<Utc>,
) -> error::Result<TokenSigner> {
    let rows = db
        .transact(async |tx| {
            let mut rows = store::token_keys::load(tx).await?;
            if rows.iter().all(|row| row.retired_at.is_some()) {
                let key = new_key(now);
                store::token_keys::insert(tx, &key).await?;
                rows.insert(0, key);
            }
            error::Result::Ok(rows)
        })
        .await?;
    TokenSigner::new(issuer, &rows).map_err(error::Error::internal)
}

/// Loads the keys that an operator has rotated.
///
/// # Errors
/// When the database does not answer or holds a key that is none.
pub async fn follow(db: &Db, tokens: &TokenSigner) -> error::Result<()> {
    let rows = keys::list(db).await?;
    tokens.replace(&rows).map_err(error::Error::internal)
}

/// Verifies bearer tokens.
#[derive(Clone, Debug)]
pub struct Authenticator {
    tokens: Arc<TokenSigner>,
    sessions: Arc<LivingSessions>,
    db: Db,
    clock: Arc<dyn Clock>,
}

impl Authenticator {
    #[must_use]
    pub fn new(
        tokens: Arc<TokenSigner>,
        sessions: Arc<LivingSessions>,
        db: Db,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            tokens,
            sessions,
            db,
            clock,
        }
    }

    /// Verifies; a key that is not known yet may be the new one of another process. The token of a
    /// session that is over is worth nothing, whatever time it has left.
    ///
    /// # Errors
    /// The inner one says what is wrong with the token, the outer one that the database does not
    /// answer.
    pub async fn authenticate(&self, token: &str) -> error::Result<Result<Claims, TokenError>> {
        let now = self.clock.now();
        let mut verified = self.tokens.verify(token, now);
        if verified == Err(TokenError::UnknownKey) && self.tokens.may_reload(now) {
            follow(&self.db, &self.tokens).await?;
            verified = self.tokens.verify(token, now);
        }
        let claims = match verified {
            Ok(claims) => claims,
            Err(error) => return Ok(Err(error)),
        };
        if let Caller::Person { session, .. } = claims.caller
            && !self.sessions.lives(&self.db, session, now).await?
        {
            return Ok(Err(TokenError::SessionOver));
        }
        Ok(Ok(claims))
    }
}

/// Parts of a service for tests of what stands in front of it.
#[cfg(test)]
pub mod testing {
    use super::*;
    use crate::clock::ManualClock;
    use balabaqsha_shared::{Language, iin::Iin};
    use store::sessions::Session;

    const PEOPLE: [&str; 4] = [
        "850715300013",
        "880229400023",
        "911201300035",
        "951010300054",
    ];

    /// A person of the database.
    pub fn person(number: u128) -> PersonId {
        PersonId::new(Uuid::from_u128(number))
    }

    /// The session of that person.
    pub fn session_of(number: u128) -> SessionId {
        SessionId::new(Uuid::from_u128(100 + number))
    }

    /// A database with one key, four people who have logged in, a clock that stands still, and who signs and verifies with them.
    #[derive(Debug)]
    pub struct Keys {
        pub authenticator: Authenticator,
        pub tokens: Arc<TokenSigner>,
        pub clock: Arc<ManualClock>,
        _folder: tempfile::TempDir,
    }

    pub async fn keys(issuer: &str, now: DateTime<Utc>) -> Keys {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("keys.sqlite").display());
        let db = Db::connect(&url).await.unwrap();
        db.migrate().await.unwrap();
        let tokens = Arc::new(load_or_create(&db, issuer, now).await.unwrap());
        let mut tx = db.begin().await.unwrap();
        for (number, iin) in (0..).zip(PEOPLE) {
            let iin = Iin::parse(iin).unwrap();
            let language = Language::Kk;
            store::persons::log_in(&mut tx, person(number), &iin, "СЕРИКОВ", language, now)
                .await
                .unwrap();
            let session = Session {
                id: session_of(number),
                person_id: person(number),
                expires_at: now + TimeDelta::hours(12),
                ended_at: None,
            };
            let refresh = crate::access::refresh::hash_refresh_token(&number.to_string());
            store::sessions::insert(&mut tx, &session, &refresh, now)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        let clock = Arc::new(ManualClock::new(now));
        let shared: Arc<dyn Clock> = clock.clone();
        let authenticator = Authenticator {
            tokens: Arc::clone(&tokens),
            sessions: Arc::default(),
            db,
            clock: shared,
        };
        Keys {
            authenticator,
            tokens,
            clock,
            _folder: folder,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::keys::{NOTICING, RETIREMENT};
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use jsonwebtoken::EncodingKey;

    const ISSUER: &str = "https://queue.example.kz";

    fn now() -> DateTime<Utc> {
        "2026-11-23T09:00:00.5Z".parse().unwrap()
    }

    fn person() -> PersonId {
        PersonId::new(Uuid::from_u128(1))
    }

    fn session() -> SessionId {
        SessionId::new(Uuid::from_u128(2))
    }

    fn signer(keys: &[TokenKeyRow]) -> TokenSigner {
        TokenSigner::new(ISSUER, keys).unwrap()
    }

    fn wire() -> Wire {
        Wire {
            iss: ISSUER.into(),
            aud: ISSUER.into(),
            sub: person().uuid(),
            iat: now().timestamp(),
            exp: now().timestamp() + 600,
            who: Who::Person {
                sid: session(),
                eml: true,
                generation: 0,
                org: false,
            },
        }
    }

    fn forged(header: &Value, claims: &Value, signature: &[u8]) -> String {
        [
            header.to_string().as_bytes(),
            claims.to_string().as_bytes(),
            signature,
        ]
        .map(|part| URL_SAFE_NO_PAD.encode(part))
        .join(".")
    }

    /// A token that a holder of the key makes by other means.
    fn signed_by(key: &TokenKeyRow, header: &Value, claims: &Value) -> String {
        use ed25519_dalek::{Signer, SigningKey};
        let seed: [u8; 32] = key.secret.as_slice().try_into().unwrap();
        let message = [header, claims]
            .map(|part| URL_SAFE_NO_PAD.encode(part.to_string()))
            .join(".");
        let signature = SigningKey::from_bytes(&seed).sign(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    #[test]
    fn issued_token_carries_the_person() {
        let signer = signer(&[new_key(now())]);
        for has_email in [false, true] {
            let at = SessionAt {
                only_staff: !has_email,
                ..SessionAt::login(session())
            };
            let issued = signer.issue(person(), at, has_email, now()).unwrap();
            let claims = signer.verify(&issued.token, now()).unwrap();
            let caller = Caller::Person {
                person_id: person(),
                session: at,
                has_email,
            };
            let expected = Claims {
                caller,
                expires_at: issued.expires_at,
            };
            assert_eq!(claims, expected);
        }
    }

    #[test]
    fn issued_client_token_carries_its_scopes() {
        let signer = signer(&[new_key(now())]);
        let client_id = ClientId::new(Uuid::from_u128(3));
        let enrolments = Scopes {
            enrolments: true,
            places: false,
        };
        for scopes in [Scopes::default(), enrolments] {
            let issued = signer.issue_to_client(client_id, scopes, now()).unwrap();
            let claims = signer.verify(&issued.token, now()).unwrap();
            assert_eq!(claims.caller, Caller::Client { client_id, scopes });
        }
    }

    #[test]
    fn unknown_scopes_are_rejected() {
        let enrolments = Scopes {
            enrolments: true,
            places: false,
        };
        assert_eq!(Scopes::parse("enrolments"), Some(enrolments));
        assert_eq!(Scopes::parse(""), Some(Scopes::default()));
        for unknown in ["all", "enrolments all", "Enrolments"] {
            assert_eq!(Scopes::parse(unknown), None, "{unknown}");
        }
        assert!(enrolments.cover(enrolments) && enrolments.cover(Scopes::default()));
        assert!(!Scopes::default().cover(enrolments));
    }

    #[test]
    fn token_expires_by_the_given_clock() {
        let signer = signer(&[new_key(now())]);
        let issued = signer
            .issue(person(), SessionAt::login(session()), true, now())
            .unwrap();
        let last = issued.expires_at - TimeDelta::microseconds(1);
        assert!(signer.verify(&issued.token, last).is_ok());
        assert_eq!(
            signer.verify(&issued.token, issued.expires_at),
            Err(TokenError::Expired)
        );
    }

    #[test]
    fn token_with_a_changed_byte_is_rejected() {
        let signer = signer(&[new_key(now())]);
        let token = signer
            .issue(person(), SessionAt::login(session()), false, now())
            .unwrap()
            .token;
        for position in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            if changed != token {
                assert!(signer.verify(&changed, now()).is_err(), "byte {position}");
            }
        }
    }

    #[test]
    fn token_of_another_algorithm_is_rejected() {
        let key = new_key(now());
        let signer = signer(std::slice::from_ref(&key));
        let claims = serde_json::to_value(wire()).unwrap();
        for algorithm in ["none", "None", "HS256", "RS256", "ES256"] {
            let header = json!({ "alg": algorithm, "typ": TOKEN_TYPE, "kid": key.kid });
            let token = forged(&header, &claims, b"");
            assert_eq!(
                signer.verify(&token, now()),
                Err(TokenError::Malformed),
                "{algorithm}"
            );
        }
    }

    #[test]
    fn hmac_token_keyed_by_the_public_key_is_rejected() {
        let key = new_key(now());
        let signer = signer(std::slice::from_ref(&key));
        let public = signer.ring().keys[&key.kid].x.clone();
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(TOKEN_TYPE.into());
        header.kid = Some(key.kid);
        let secret = URL_SAFE_NO_PAD.decode(public).unwrap();
        let token =
            jsonwebtoken::encode(&header, &wire(), &EncodingKey::from_secret(&secret)).unwrap();
        assert_eq!(signer.verify(&token, now()), Err(TokenError::Malformed));
    }

    #[test]
    fn token_of_a_foreign_key_is_rejected_even_under_our_kid() {
        let (ours, theirs) = (new_key(now()), new_key(now()));
        let signer = signer(std::slice::from_ref(&ours));
        let stranger = self::signer(std::slice::from_ref(&theirs));
        let token = stranger
            .issue(person(), SessionAt::login(session()), true, now())
            .unwrap()
            .token;
        assert_eq!(signer.verify(&token, now()), Err(TokenError::UnknownKey));

        let header = json!({ "alg": "EdDSA", "typ": TOKEN_TYPE, "kid": ours.kid });
        let token = signed_by(&theirs, &header, &serde_json::to_value(wire()).unwrap());
        assert_eq!(signer.verify(&token, now()), Err(TokenError::Untrusted));
    }

    #[rstest::rstest]
    #[case("iss", json!("https://other.example.kz"))]
    #[case("iss", Value::Null)]
    #[case("aud", json!("https://other.example.kz"))]
    #[case("aud", Value::Null)]
    #[case("exp", Value::Null)]
    #[case("exp", json!("soon"))]
    #[case("sub", json!("somebody"))]
    #[case("sid", Value::Null)]
    fn claims_must_be_ours(#[case] name: &str, #[case] value: Value) {
        let key = new_key(now());
        let signer = signer(std::slice::from_ref(&key));
        let header = json!({ "alg": "EdDSA", "typ": TOKEN_TYPE, "kid": key.kid });
        let mut claims = serde_json::to_value(wire()).unwrap();
        assert!(
            signer
                .verify(&signed_by(&key, &header, &claims), now())
                .is_ok()
        );
        claims[name] = value;
        let token = signed_by(&key, &header, &claims);
        assert_eq!(signer.verify(&token, now()), Err(TokenError::Untrusted));
    }

    #[test]
    fn token_of_another_typ_is_rejected() {
        let key = new_key(now());
        let signer = signer(std::slice::from_ref(&key));
        let header = json!({ "alg": "EdDSA", "typ": "JWT", "kid": key.kid });
        let token = signed_by(&key, &header, &serde_json::to_value(wire()).unwrap());
        assert_eq!(signer.verify(&token, now()), Err(TokenError::Malformed));
    }

    #[rstest::rstest]
    fn malformed_token_is_rejected(
        #[values("", ".", "..", "a.b.c", "🗝.🗝.🗝")] token: &str
    ) {
        let signer = signer(&[new_key(now())]);
        assert_eq!(signer.verify(token, now()), Err(TokenError::Malformed));
        assert_eq!(
            signer.verify(&"a".repeat(1_000_000), now()),
            Err(TokenError::Malformed)
        );
    }

    #[test]
    fn a_retired_key_verifies_until_its_last_token_is_over() {
        let mut old = new_key(now());
        let token = signer(std::slice::from_ref(&old))
            .issue(person(), SessionAt::login(session()), true, now())
            .unwrap()
            .token;
        // A process that has not noticed yet goes on with it for a while.
        let last = now() + NOTICING - TimeDelta::seconds(1);
        let late = signer(std::slice::from_ref(&old))
            .issue(person(), SessionAt::login(session()), true, last)
            .unwrap()
            .token;
        old.retired_at = Some(now());
        let new = new_key(now());
        let signer = signer(&[new.clone(), old.clone()]);
        let end = |at| DateTime::from_timestamp(at, 0).unwrap() - TimeDelta::microseconds(1);
        let life = ACCESS_TOKEN_LIFE.num_seconds();
        for (token, at) in [(&token, now()), (&late, last)] {
            let end = end(at.timestamp() + life);
            assert!(signer.verify(token, end).is_ok(), "{end}");
        }
        let later = now() + RETIREMENT;
        assert_eq!(signer.verify(&late, later), Err(TokenError::UnknownKey));

        let kids = |at| {
            let jwks = signer.jwks(at);
            let keys = jwks["keys"].as_array().unwrap().clone();
            assert!(keys.iter().all(|key| key.get("d").is_none()), "{keys:?}");
            keys.len()
        };
        assert_eq!((kids(now()), kids(later)), (2, 1));
        let issued = signer
            .issue(person(), SessionAt::login(session()), true, now())
            .unwrap()
            .token;
        let header = jsonwebtoken::decode_header(&issued).unwrap();
        assert_eq!(header.kid.as_deref(), Some(new.kid.as_str()));
    }

    #[test]
    fn without_a_live_key_there_is_no_signer() {
        let mut key = new_key(now());
        key.retired_at = Some(now());
        assert!(matches!(
            TokenSigner::new(ISSUER, &[key]),
            Err(TokenKeyError::Missing)
        ));
        let mut key = new_key(now());
        key.secret.pop();
        assert!(matches!(
            TokenSigner::new(ISSUER, &[key]),
            Err(TokenKeyError::Unusable(_))
        ));
    }

    #[tokio::test]
    async fn key_made_by_another_process_is_loaded() {
        let here = testing::keys(ISSUER, now()).await;
        let db = &here.authenticator.db;
        let again = load_or_create(db, ISSUER, now()).await.unwrap();
        assert_eq!(
            here.tokens.jwks(now()),
            again.jwks(now()),
            "a second start makes no new key"
        );

        let newer = new_key(now() + TimeDelta::seconds(1));
        let mut tx = db.begin().await.unwrap();
        store::token_keys::insert(&mut tx, &newer).await.unwrap();
        tx.commit().await.unwrap();
        let there = load_or_create(db, ISSUER, now()).await.unwrap();
        let live = testing::session_of(1);
        let token = there
            .issue(person(), SessionAt::login(live), true, now())
            .unwrap()
            .token;
        assert_eq!(
            here.tokens.verify(&token, now()),
            Err(TokenError::UnknownKey)
        );
        let found = here.authenticator.authenticate(&token).await.unwrap();
        let caller = found.map(|claims| claims.caller);
        let person_id = person();
        assert!(
            matches!(caller, Ok(Caller::Person { person_id: known, .. }) if known == person_id),
            "{caller:?}"
        );
    }

    #[tokio::test]
    async fn token_of_an_ended_or_unknown_session_is_rejected() {
        let keys = testing::keys(ISSUER, now()).await;
        let token_of = |session| {
            let issued = keys
                .tokens
                .issue(person(), SessionAt::login(session), true, now());
            issued.unwrap().token
        };
        let who = async |token: &str| keys.authenticator.authenticate(token).await.unwrap();
        let live = token_of(testing::session_of(1));
        assert!(who(&live).await.is_ok());
        keys.authenticator.sessions.ended(testing::session_of(1));
        assert_eq!(who(&live).await, Err(TokenError::SessionOver));
        let unknown = token_of(session());
        assert_eq!(who(&unknown).await, Err(TokenError::SessionOver));
    }

    #[test]
    fn reloading_of_keys_is_throttled() {
        let signer = signer(&[new_key(now())]);
        assert!(signer.may_reload(now()));
        assert!(!signer.may_reload(now() + TimeDelta::seconds(4)));
        assert!(signer.may_reload(now() + RELOAD_PAUSE));
    }
}
