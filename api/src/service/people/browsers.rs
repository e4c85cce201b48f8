//! Browsers from which people log in with a phone. One that is new is told by mail: whoever was talked into
//! scanning a code of somebody else learns of it.

use crate::{
    access::browser::BrowserNumber,
    app::App,
    error::Result,
    service::telling::{outbox, texts},
};
use balabaqsha_shared::{device, id::PersonId};
use balabaqsha_store::{self as store, Tx, persons::Person};
use chrono::TimeDelta;

/// How long a browser is known after its last login, and its cookie lives.
pub const LIFETIME: TimeDelta = TimeDelta::days(365);

/// Notes a login with a phone, and tells the person of it when the browser is new.
pub(super) async fn meet(
    tx: &mut Tx,
    app: &App,
    person: &Person,
    browser: BrowserNumber,
    user_agent: &str,
) -> Result<()> {
    let now = app.core.now();
    let known = store::known_browsers::note(tx, person.id, &browser.hash(), now).await?;
    let Some(address) = person.email.as_ref().filter(|_| !known) else {
        return Ok(());
    };
    let device = device::name(user_agent);
    let mail = texts::login_with_phone(person.language, device.as_deref(), now);
    // Only who has the key of the person causes it, so nobody fills the mailbox of another.
    outbox::enqueue(tx, &app.core, address, mail, None).await
}

/// A person has ended other sessions of theirs: other browsers are new again.
pub(super) async fn forget_others(
    tx: &mut Tx,
    person: PersonId,
    kept: Option<BrowserNumber>,
) -> Result<()> {
    let kept = kept.map(BrowserNumber::hash);
    Ok(
        store::known_browsers::forget_others(tx, person, kept.as_ref().map(|hash| &hash[..]))
            .await?,
    )
}
