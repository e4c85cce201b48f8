//! What signed decisions of officials about an application have in common (R18): about whom they may decide, the
//! text that waits for the signature, and the document that is kept.

use super::doors::{Authority, Official};
use crate::{
    app::App,
    error::{Error, Result},
    service::{
        input::Fields,
        life::{locking::lock_all_of, visibility},
        signed::{
            drafting::{self, Author, DRAFT_LIFETIME, Drafting, Judged},
            papers::{self, Lines, Paper},
        },
    },
};
use balabaqsha_shared::{
    Language,
    code::Code,
    comment::Comment,
    dto,
    id::{ApplicationId, DocumentId, DraftId},
    rules::Violation,
    statement::Statement,
};
use balabaqsha_store::{self as store, Tx, applications::Application, drafts::DraftKind};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

/// An application that this official may decide about, locked with everything about its child. What lies elsewhere
/// does not exist, and about their own nobody decides.
pub(super) async fn mine_to_decide(
    tx: &mut Tx,
    authority: &Authority,
    id: ApplicationId,
) -> Result<Application> {
    let not_found = || Error::refused(Code::NotFound);
    let known = store::applications::get(tx, id).await?;
    let known = known.ok_or_else(not_found)?;
    authority.require(known.locality_id)?;
    lock_all_of(tx, &known.child.iin).await?;
    let application = store::applications::lock(tx, id).await?;
    let application = application.ok_or_else(not_found)?;
    if visibility::permits(tx, authority.person.id, &application).await? {
        return Err(Error::refused(Code::OwnApplication));
    }
    if !store::upgrade::finished(tx).await? {
        return Err(Error::refused(Code::UpgradeUnfinished));
    }
    Ok(application)
}

/// The name under which the journal and the paper know who has decided.
pub(super) fn name(authority: &Authority) -> Result<Comment> {
    Comment::parse(&authority.person.full_name).map_err(Error::internal)
}

/// Words that parents read.
pub(super) fn reason(words: &str) -> Result<Comment> {
    let mut fields = Fields::default();
    let code = if words.trim().is_empty() {
        Code::FieldRequired
    } else {
        Code::TextInvalid
    };
    let read = Comment::parse(words).map_err(|_| Violation::new(code));
    let reason = fields.read("/reason", read);
    fields.finish()?;
    reason.ok_or_else(|| Error::internal("a reason that was read is absent"))
}

/// A decision that waits for its signature.
pub(super) struct Wish<P> {
    pub kind: DraftKind,
    pub payload: P,
    pub language: Language,
}

/// Fixes the text and keeps it until it is signed.
pub(super) async fn draft<'a, P: Serialize>(
    tx: &mut Tx,
    app: &App,
    authority: &Authority,
    application: ApplicationId,
    wish: Wish<P>,
    statement: impl FnOnce(DraftId) -> Statement<'a>,
) -> Result<dto::Draft> {
    let by = Author {
        person: authority.person.id,
        kind: wish.kind,
        now: authority.now,
    };
    let drafting = Drafting {
        application: Some(application),
        payload: wish.payload,
        language: wish.language,
        expires_at: authority.now + DRAFT_LIFETIME,
    };
    let draft = drafting::keep(tx, app, by, drafting, statement).await?;
    Ok(drafting::view(&draft))
}

/// Judges the signature under a draft, outside of transactions.
pub(super) async fn judge<D, P: DeserializeOwned>(
    app: &App,
    official: &Official<D>,
    kind: DraftKind,
    request: dto::SignedDraft,
    fits: impl FnOnce(&P) -> bool,
) -> Result<Judged<P>> {
    let by = Author {
        person: official.person(),
        kind,
        now: app.core.now(),
    };
    drafting::judge(app, by, request, fits, drafting::expired).await
}

/// Uses the draft up; whoever comes second with it is refused.
pub(super) async fn use_up<P>(tx: &mut Tx, judged: &Judged<P>) -> Result<()> {
    drafting::use_up(tx, judged.draft.id, judged.now).await
}

/// Keeps the signed decision with its paper. A draft leads to its document where it leads to nothing else.
pub(super) async fn keep<P>(
    tx: &mut Tx,
    app: &App,
    judged: &Judged<P>,
    lines: Lines<'_>,
    led_to: Option<Uuid>,
) -> Result<DocumentId> {
    let document = papers::keep(tx, app, &judged.signed, Paper::Lines(lines)).await?;
    drafting::spend(
        tx,
        judged.draft.id,
        led_to.unwrap_or_else(|| document.uuid()),
        &judged.signature,
        &judged.signed,
    )
    .await?;
    Ok(document)
}
