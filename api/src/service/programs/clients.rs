//! Programs of organisations: made by an operator, each bound to one BIN. Their secrets are shown
//! once and kept as hashes; a revoked one is refused at once, whatever tokens it still has.

use crate::{
    access::{caller::Scopes, keys::TokenKeyError},
    app::App,
    clock,
    error::{Error, Result},
};
use balabaqsha_shared::{code::Code, id::ClientId, iin::Bin, text};
use balabaqsha_store::{self as store, Db, Tx, clients::Client};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

const GRANT_TYPE: &str = "client_credentials";
const NAME_LIMIT: usize = 200;

/// A request for a token.
#[derive(Debug)]
pub struct Grant {
    pub grant_type: String,
    /// Absent means everything the program may do.
    pub scope: Option<String>,
    pub client_id: String,
    pub client_secret: SecretString,
}

/// A token for a program.
#[derive(Clone)]
pub struct Issued {
    pub token: String,
    pub seconds: i64,
    pub scope: &'static str,
}

impl std::fmt::Debug for Issued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issued").finish_non_exhaustive()
    }
}

/// Why there is no token, in the words of RFC 6749, section 5.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    Client,
    Scope,
    GrantType,
}

/// Gives a token for the right secret. Who does not know it learns nothing else.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn issue_token(app: &App, grant: &Grant) -> Result<std::result::Result<Issued, Refused>> {
    let now = app.core.now();
    let granted = app
        .core
        .db
        .transact(async |tx| grant_in(tx, grant, now).await)
        .await?;
    let (client, scopes) = match granted {
        Ok(granted) => granted,
        Err(refused) => return Ok(Err(refused)),
    };
    let issued = app
        .tokens
        .issue_to_client(client, scopes, now)
        .map_err(|error: TokenKeyError| Error::internal(error))?;
    Ok(Ok(Issued {
        token: issued.token,
        seconds: (issued.expires_at - now).num_seconds(),
        scope: scopes.words(),
    }))
}

/// The program with this secret, and what its token is to allow.
async fn grant_in(
    tx: &mut Tx,
    grant: &Grant,
    now: DateTime<Utc>,
) -> Result<std::result::Result<(ClientId, Scopes), Refused>> {
    let known = match grant.client_id.parse::<ClientId>() {
        Ok(id) => store::clients::get(tx, id).await?,
        Err(_) => None,
    };
    let presented = hash(grant.client_secret.expose_secret());
    let Some(client) = known.filter(|client| {
        client.revoked_at.is_none() && bool::from(client.secret_hash.ct_eq(&presented))
    }) else {
        return Ok(Err(Refused::Client));
    };
    if grant.grant_type != GRANT_TYPE {
        return Ok(Err(Refused::GrantType));
    }
    let allowed = scopes_of(&client)?;
    let asked = grant.scope.as_deref().map_or(Some(allowed), Scopes::parse);
    let Some(scopes) = asked.filter(|asked| allowed.cover(*asked)) else {
        return Ok(Err(Refused::Scope));
    };
    store::clients::touch(tx, client.id, now).await?;
    Ok(Ok((client.id, scopes)))
}

/// The program that calls, if it was not revoked since it got its token.
pub(in crate::service) async fn require(tx: &mut Tx, id: ClientId) -> Result<Client> {
    store::clients::get(tx, id)
        .await?
        .filter(|client| client.revoked_at.is_none())
        .ok_or_else(|| Error::refused(Code::NotAuthenticated))
}

fn scopes_of(client: &Client) -> Result<Scopes> {
    Scopes::parse(&client.scopes)
        .ok_or_else(|| store::Error::inconsistent("clients", client.id, "scopes").into())
}

fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}

/// Why an operator's command was refused; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    #[error("{0:?} is not a BIN: twelve digits with a right control digit")]
    Bin(String),
    #[error("no kindergarten has the BIN {0}")]
    UnknownBin(Bin),
    #[error("the name must have 1 to {NAME_LIMIT} characters and no control characters")]
    Name,
    #[error("unknown scope {0:?}; known are: {enrolments}, {places}", enrolments = Scopes::ENROLMENTS, places = Scopes::PLACES)]
    Scope(String),
    #[error("there is no client {0} that could be revoked")]
    Unknown(String),
    #[error(transparent)]
    Service(#[from] Error),
}

impl From<store::Error> for ClientError {
    fn from(error: store::Error) -> Self {
        Self::Service(error.into())
    }
}

/// A new program with the secret that is shown this once.
#[derive(Debug)]
pub struct Added {
    pub id: ClientId,
    pub secret: SecretString,
}

/// What an operator says of a new program.
#[derive(Clone, Copy, Debug)]
pub struct NewClient<'a> {
    /// Of its organisation.
    pub bin: &'a str,
    pub name: &'a str,
    pub scope: &'a str,
}

/// Makes a program of the organisation with this BIN.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn add(
    db: &Db,
    wish: NewClient<'_>,
    now: DateTime<Utc>,
) -> std::result::Result<Added, ClientError> {
    let bin = Bin::parse(wish.bin).map_err(|_| ClientError::Bin(wish.bin.to_owned()))?;
    let name = wish.name.trim();
    if name.is_empty() || name.chars().count() > NAME_LIMIT || text::has_hidden(name) {
        return Err(ClientError::Name);
    }
    let scopes = Scopes::parse(wish.scope)
        .filter(|scopes| *scopes != Scopes::default())
        .ok_or_else(|| ClientError::Scope(wish.scope.to_owned()))?;
    // 256 random bits need no slow hash.
    let secret = BASE64_URL_SAFE_NO_PAD.encode(clock::random::<32>());
    let client = Client {
        id: ClientId::new(clock::new_id(now)),
        bin,
        name: name.to_owned(),
        scopes: scopes.words().to_owned(),
        secret_hash: hash(&secret),
        created_at: now,
        last_used_at: None,
        revoked_at: None,
    };
    db.transact(async |tx| {
        if !store::kindergartens::is_known(tx, &client.bin).await? {
            return Err(ClientError::UnknownBin(client.bin.clone()));
        }
        Ok(store::clients::insert(tx, &client).await?)
    })
    .await?;
    Ok(Added {
        id: client.id,
        secret: secret.into(),
    })
}

/// All programs, by organisation.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn list(db: &Db) -> Result<Vec<Client>> {
    let mut tx = db.read().await?;
    Ok(store::clients::list(&mut tx).await?)
}

/// Ends a program.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn revoke(db: &Db, id: &str, now: DateTime<Utc>) -> std::result::Result<(), ClientError> {
    let unknown = || ClientError::Unknown(id.to_owned());
    let known: ClientId = id.parse().map_err(|_| unknown())?;
    db.transact(async |tx| {
        if store::clients::revoke(tx, known, now).await? {
            Ok(())
        } else {
            Err(unknown())
        }
    })
    .await
}
