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
    email::Email,
    id::{PersonId, SessionId},
    rules::Violation,
};
use balabaqsha_store as store;
use chrono::TimeDelta;
use rand::Rng;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

const CODE_LIFETIME: TimeDelta = TimeDelta::hours(24);

/// Wrong codes that may be tried before a new one is needed.
const CODE_ATTEMPTS: i32 = 5;

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
    outbox::enqueue(
        &mut tx,
        app,
        &email,
        texts::confirmation_code(request.language, &code),
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

fn code_hash(person: PersonId, code: &str) -> [u8; 32] {
    Sha256::new()
        .chain_update(person.uuid().as_bytes())
        .chain_update(code.as_bytes())
        .finalize()
        .into()
}
