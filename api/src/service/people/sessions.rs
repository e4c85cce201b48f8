//! The sessions of a person: renewing, seeing and ending them.

use super::{
    account::holder,
    browsers,
    login::{LoggedIn, TokenOf, logged_in},
    renewal::{self, ended},
};
use crate::{
    access::browser::BrowserNumber,
    app::App,
    error::{Error, Result},
};
use balabaqsha_shared::{
    code::Code,
    dto,
    id::{PersonId, SessionId},
};
use balabaqsha_store as store;

/// More than anybody has browsers.
const SHOWN: i64 = 100;

/// Renews a session by its refresh token.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn renew(app: &App, refresh: &str) -> Result<LoggedIn> {
    let renewed = renewal::renew(app, refresh).await?;
    let mut tx = app.core.db.read().await?;
    let now = app.core.now();
    let person = store::persons::require(&mut tx, renewed.person).await?;
    let holder = holder(&mut tx, person, renewed.session, now).await?;
    drop(tx);
    let token = TokenOf {
        holder,
        session: renewed.session,
        now,
    };
    logged_in(app, token, renewed.refresh)
}

/// Ends the session of a refresh token, whichever of its tokens it is; an unknown one is as good as
/// ended.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn log_out(app: &App, refresh: &str) -> Result<()> {
    let over = app
        .core
        .db
        .transact(async |tx| {
            let id = renewal::session_of(tx, refresh).await?;
            if let Some(id) = id {
                store::sessions::end(tx, id, app.core.now()).await?;
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
#[tracing::instrument(level = "debug", skip_all)]
pub async fn list(app: &App, person: PersonId, current: SessionId) -> Result<dto::SessionList> {
    let mut tx = app.core.db.read().await?;
    let living = store::renewals::living_of(&mut tx, person, app.core.now(), SHOWN).await?;
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

/// From where a person ends a session.
#[derive(Clone, Copy, Debug)]
pub struct EndedFrom {
    pub session: SessionId,
    pub browser: Option<BrowserNumber>,
}

/// Ends a session of the person's own.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn end(app: &App, person: PersonId, at: EndedFrom, id: SessionId) -> Result<()> {
    let now = app.core.now();
    app.core
        .db
        .transact(async |tx| {
            store::renewals::get(tx, id)
                .await?
                .filter(|session| session.person_id == person && session.lives(now))
                .ok_or_else(|| Error::refused(Code::NotFound))?;
            store::sessions::end(tx, id, now).await?;
            if id != at.session {
                browsers::forget_others(tx, person, at.browser).await?;
            }
            Ok::<_, Error>(())
        })
        .await?;
    ended(app, id);
    Ok(())
}
