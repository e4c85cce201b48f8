//! The e-mail address of a person and its confirmation by a code.

use super::{account::view, login::logged_in};
use crate::{
    app::App,
    error::{Error, Result},
    service::{
        input::Fields,
        telling::{outbox, texts},
    },
};
use balabaqsha_shared::{
    code::Code,
    dto,
    id::{PersonId, SessionId},
    input,
    text::typed::ungrouped,
};
use balabaqsha_store::{self as store, Tx};
use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

const CODE_LIFETIME: TimeDelta = TimeDelta::hours(24);

/// Wrong codes that may be tried before a new one is needed.
const CODE_ATTEMPTS: i32 = 5;

/// Sets the e-mail address and mails a code to it. The answer carries a new access token, because
/// the first address opens the account (R1).
#[tracing::instrument(level = "debug", skip_all)]
pub async fn set_email(
    app: &App,
    person: PersonId,
    session: SessionId,
    request: &dto::EmailRequest,
) -> Result<dto::Session> {
    let now = app.core.now();
    let mut fields = Fields::default();
    let email = fields.read("/address", input::email(&request.address));
    fields.finish()?;
    let email = email.ok_or_else(|| Error::internal("the field was accepted without a value"))?;

    let person = app
        .core
        .db
        .transact(async |tx| {
            // A token is handed out: what was true a second ago is not enough.
            store::sessions::get(tx, session)
                .await?
                .filter(|session| session.lives(now))
                .ok_or_else(|| Error::refused(Code::SessionExpired))?;
            store::persons::set_email(tx, person, &email, request.language).await?;
            let code = format!("{:06}", rand::rng().random_range(0..1_000_000));
            let hash = code_hash(person, &code);
            store::persons::put_confirmation(tx, person, &hash, now + CODE_LIFETIME).await?;
            let mail = texts::confirmation_code(request.language, &code);
            outbox::enqueue(tx, &app.core, &email, mail, None).await?;
            Result::Ok(store::persons::require(tx, person).await?)
        })
        .await?;
    Ok(logged_in(app, &person, session, now, None)?.session)
}

/// Confirms the address with the code of the mail.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn confirm_email(
    app: &App,
    person: PersonId,
    request: &dto::EmailConfirmation,
) -> Result<dto::Person> {
    let confirmed = app
        .core
        .db
        .transact(async |tx| confirm_in(tx, person, request, app.core.now()).await)
        .await?;
    confirmed.ok_or_else(|| Error::refused(Code::ConfirmationCodeWrong))
}

/// None for a wrong code: the attempt counts even though the request is refused.
async fn confirm_in(
    tx: &mut Tx,
    person: PersonId,
    request: &dto::EmailConfirmation,
    now: DateTime<Utc>,
) -> Result<Option<dto::Person>> {
    let confirmation = store::persons::attempt_confirmation(tx, person)
        .await?
        .ok_or_else(|| Error::refused(Code::ConfirmationCodeExpired))?;
    if now >= confirmation.expires_at || confirmation.attempts > CODE_ATTEMPTS {
        return Err(Error::refused(Code::ConfirmationCodeExpired));
    }
    let given = code_hash(person, &ungrouped(&request.code));
    if !bool::from(given.ct_eq(&confirmation.code_hash)) {
        return Ok(None);
    }
    store::persons::confirm_email(tx, person, now).await?;
    Ok(Some(view(&store::persons::require(tx, person).await?)))
}

fn code_hash(person: PersonId, code: &str) -> [u8; 32] {
    Sha256::new()
        .chain_update(person.uuid().as_bytes())
        .chain_update(code.as_bytes())
        .finalize()
        .into()
}
