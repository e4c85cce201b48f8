//! The keys that sign access tokens (Ed25519). They are rows of the database, so that every process
//! trusts the tokens of every other.

use crate::{clock, error};
use balabaqsha_store::{self as store, Db, token_keys::TokenKeyRow};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use ed25519_dalek::{SigningKey, pkcs8::EncodePrivateKey};
use jsonwebtoken::{DecodingKey, EncodingKey};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Lifetime of an access token.
pub const ACCESS_TOKEN_LIFE: TimeDelta = TimeDelta::minutes(10);
/// How long a process may go on signing with a key that was retired: more than the beat of the job
/// that looks for new ones.
pub(super) const NOTICING: TimeDelta = TimeDelta::minutes(1);
/// How long tokens of a retired key are believed: until the last one is over.
pub const RETIREMENT: TimeDelta =
    TimeDelta::seconds(NOTICING.num_seconds() + ACCESS_TOKEN_LIFE.num_seconds());

/// The stored signing key is invalid or missing.
#[derive(Debug, thiserror::Error)]
pub enum TokenKeyError {
    #[error("token key {0} is not an Ed25519 seed")]
    Unusable(String),
    #[error("there is no key to sign access tokens with")]
    Missing,
    #[error("signing failed: {0}")]
    Signing(#[from] jsonwebtoken::errors::Error),
}

/// One key as tokens need it.
pub(super) struct Key {
    pub(super) encoding: EncodingKey,
    pub(super) decoding: DecodingKey,
    /// Public key, Base64url.
    pub(super) x: String,
    retired_at: Option<DateTime<Utc>>,
}

impl Key {
    fn read(row: &TokenKeyRow) -> Result<Self, TokenKeyError> {
        let unusable = || TokenKeyError::Unusable(row.kid.clone());
        let seed: [u8; 32] = row.secret.as_slice().try_into().map_err(|_| unusable())?;
        let key = SigningKey::from_bytes(&seed);
        let pkcs8 = key.to_pkcs8_der().map_err(|_| unusable())?;
        let public = key.verifying_key();
        Ok(Self {
            encoding: EncodingKey::from_ed_der(pkcs8.as_bytes()),
            decoding: DecodingKey::from_ed_der(public.as_bytes()),
            x: URL_SAFE_NO_PAD.encode(public.as_bytes()),
            retired_at: row.retired_at,
        })
    }

    /// Whether tokens that it signed may still be on their way.
    pub(super) fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.retired_at.is_none_or(|at| now < at + RETIREMENT)
    }
}

pub(super) struct KeyRing {
    /// Key that signs new tokens.
    pub(super) current: String,
    pub(super) keys: BTreeMap<String, Key>,
}

impl KeyRing {
    /// The newest key that is not retired signs; the rows come newest first.
    pub(super) fn read(rows: &[TokenKeyRow]) -> Result<Self, TokenKeyError> {
        let current = rows
            .iter()
            .find(|row| row.retired_at.is_none())
            .map(|row| row.kid.clone())
            .ok_or(TokenKeyError::Missing)?;
        let keys = rows
            .iter()
            .map(|row| Ok((row.kid.clone(), Key::read(row)?)))
            .collect::<Result<_, TokenKeyError>>()?;
        Ok(Self { current, keys })
    }
}

/// A new key. Its id is its thumbprint (RFC 7638, RFC 8037).
#[must_use]
pub fn new_key(now: DateTime<Utc>) -> TokenKeyRow {
    let seed = clock::random::<32>();
    let public = SigningKey::from_bytes(&seed).verifying_key();
    let x = URL_SAFE_NO_PAD.encode(public.as_bytes());
    let thumbprint = Sha256::digest(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#));
    TokenKeyRow {
        kid: URL_SAFE_NO_PAD.encode(thumbprint),
        secret: seed.to_vec(),
        created_at: now,
        retired_at: None,
    }
}

/// Exchanges the key that signs; the id of the new one. Tokens of the old one are believed until they
/// are over, so nobody is logged out. With `at_once` they are refused as soon as a process has
/// noticed, and whoever has one must renew it: for a key that somebody else may know.
///
/// # Errors
/// When the database does not answer.
pub async fn rotate(db: &Db, now: DateTime<Utc>, at_once: bool) -> error::Result<String> {
    let key = new_key(now);
    let retired_at = if at_once { now - RETIREMENT } else { now };
    db.transact(async |tx| {
        store::token_keys::retire_all(tx, retired_at).await?;
        store::token_keys::insert(tx, &key).await?;
        Ok(key.kid)
    })
    .await
}

/// All keys, the newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(db: &Db) -> error::Result<Vec<TokenKeyRow>> {
    let mut tx = db.read().await?;
    Ok(store::token_keys::load(&mut tx).await?)
}
