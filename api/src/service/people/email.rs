//! The e-mail address of a person (R1). The first one opens the account; a new one counts from its
//! confirmation on, and the old one stays until then and is told.

use super::{
    account::{holder, view},
    login::{TokenOf, logged_in},
};
use crate::{
    access::caller::SessionAt,
    app::App,
    error::{Error, Result},
    service::{
        input::Fields,
        telling::{
            outbox::{self, Mail},
            texts,
        },
    },
};
use balabaqsha_shared::{
    Language, code::Code, dto, email::Email, id::PersonId, input, rules::Violation,
    text::typed::ungrouped,
};
use balabaqsha_store::{self as store, Tx, persons::Person};
use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

const CODE_LIFETIME: TimeDelta = TimeDelta::hours(24);
/// Wrong codes that may be tried before a new one is needed.
const CODE_ATTEMPTS: i32 = 5;
/// Codes that one recipient is mailed in a span, whoever asks for them.
const MOST_CODES: usize = 3;
pub(super) const SPAN: TimeDelta = TimeDelta::hours(1);

/// Sets the first e-mail address, or notes a new one, and mails a code to it. The answer carries a new
/// access token, because the first address opens the account (R1).
#[tracing::instrument(level = "debug", skip_all)]
pub async fn set(
    app: &App,
    person: PersonId,
    session: SessionAt,
    request: &dto::EmailRequest,
) -> Result<dto::Session> {
    let now = app.core.now();
    let mut fields = Fields::default();
    let email = fields.read("/address", input::email(&request.address));
    fields.finish()?;
    let email = email.ok_or_else(|| Error::internal("the field was accepted without a value"))?;
    let holder = app
        .core
        .db
        .effect(async |tx| {
            // A token is handed out: what was true a second ago is not enough.
            store::sessions::get(tx, session.id)
                .await?
                .filter(|session| session.lives(now))
                .ok_or_else(|| Error::refused(Code::SessionExpired))?;
            let known = store::persons::require(tx, person).await?;
            set_in(tx, app, &known, &email, request.language).await?;
            let known = store::persons::require(tx, person).await?;
            holder(tx, known, session, now).await
        })
        .await?;
    let token = TokenOf {
        holder,
        session,
        now,
    };
    Ok(logged_in(app, token, None)?.session)
}

async fn set_in(
    tx: &mut Tx,
    app: &App,
    person: &Person,
    email: &Email,
    language: Language,
) -> Result<()> {
    let confirmed = person
        .email
        .as_ref()
        .filter(|_| person.email_confirmed_at.is_some());
    match confirmed {
        None => {
            store::persons::set_email(tx, person.id, email, language).await?;
            mail_code(tx, app, person.id, email, language).await
        }
        Some(old) => {
            let told = texts::new_address(person.language, email.as_str());
            tell(tx, app, old, told).await?;
            mail_code(tx, app, person.id, email, language).await?;
            Ok(store::persons::put_new_address(tx, person.id, email, language).await?)
        }
    }
}

async fn mail_code(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    email: &Email,
    language: Language,
) -> Result<()> {
    let now = app.core.now();
    if app.settings.limits.rates.enabled {
        count(tx, app, email, now).await?;
    }
    let code = format!("{:06}", rand::rng().random_range(0..1_000_000));
    let hash = code_hash(person, &code);
    store::persons::put_confirmation(tx, person, &hash, now + CODE_LIFETIME).await?;
    let mail = texts::confirmation_code(language, &code);
    outbox::enqueue(tx, &app.core, email, mail, None).await
}

/// Tells an address of what happens to the account, unless it was told often enough just now.
async fn tell(tx: &mut Tx, app: &App, email: &Email, mail: Mail) -> Result<()> {
    if app.settings.limits.rates.enabled {
        match count(tx, app, email, app.core.now()).await {
            Err(Error::Refused(_)) => return Ok(()),
            counted => counted?,
        }
    }
    outbox::enqueue(tx, &app.core, email, mail, None).await
}

/// Nobody's mailbox is filled by strangers.
async fn count(tx: &mut Tx, app: &App, email: &Email, now: DateTime<Utc>) -> Result<()> {
    let digest = Sha256::digest(email.as_str().to_lowercase());
    let mailed = store::mailed_codes::since(tx, &digest, now - SPAN).await?;
    if let Some(oldest) = mailed.get(MOST_CODES - 1) {
        let wait = (*oldest + SPAN - now).num_seconds().max(0) + 1;
        return Err(Violation::new(Code::RateLimited)
            .with("retry_after", wait)
            .into());
    }
    store::mailed_codes::insert(tx, app.core.new_id(), &digest, now).await?;
    Ok(())
}

/// Confirms the address with the code of the mail.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn confirm(
    app: &App,
    person: PersonId,
    request: &dto::EmailConfirmation,
) -> Result<dto::Person> {
    let confirmed = app
        .core
        .db
        .effect(async |tx| confirm_in(tx, app, person, request).await)
        .await?;
    confirmed.ok_or_else(|| Error::refused(Code::ConfirmationCodeWrong))
}

/// None for a wrong code: the attempt counts even though the request is refused.
async fn confirm_in(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    request: &dto::EmailConfirmation,
) -> Result<Option<dto::Person>> {
    let now = app.core.now();
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
    if let Some((email, language)) = store::persons::new_address(tx, person, now).await? {
        let before = store::persons::require(tx, person).await?;
        if let Some(old) = &before.email {
            let told = texts::replaced_address(before.language, email.as_str());
            tell(tx, app, old, told).await?;
        }
        store::persons::set_email(tx, person, &email, language).await?;
    }
    store::persons::confirm_email(tx, person, now).await?;
    let person = store::persons::require(tx, person).await?;
    Ok(Some(view(tx, person, now).await?))
}

fn code_hash(person: PersonId, code: &str) -> [u8; 32] {
    Sha256::new()
        .chain_update(person.uuid().as_bytes())
        .chain_update(code.as_bytes())
        .finalize()
        .into()
}
