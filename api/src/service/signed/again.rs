//! A signed draft that is sent again because the first answer was lost: the same draft with the same
//! signature leads the same person to what it has led to, and does nothing a second time.

use crate::{
    app::App,
    error::{Error, Result},
};
use balabaqsha_shared::{
    code::Code,
    dto::SignedDraft,
    id::{DraftId, PersonId},
    rules::Violation,
};
use balabaqsha_store::{
    self as store, Tx,
    drafts::{Draft, DraftKind},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Somebody sends a signature over a draft.
pub(in crate::service) struct Sending {
    person: PersonId,
    draft: DraftId,
    kind: DraftKind,
    signature: Option<[u8; 32]>,
}

impl Sending {
    pub fn of(person: PersonId, kind: DraftKind, request: &SignedDraft) -> Self {
        Self {
            person,
            draft: request.draft_id,
            kind,
            signature: digest(&request.cms),
        }
    }

    /// Acts once, or shows what acting has led to. `about` is what the request is about, where its
    /// address names something.
    pub async fn once<T>(
        &self,
        app: &App,
        about: Option<Uuid>,
        act: impl AsyncFnOnce() -> Result<T>,
        show: impl AsyncFnOnce(Uuid) -> Result<T>,
    ) -> Result<T> {
        match act().await {
            // An earlier request with the same signature has used it, or was faster.
            Err(Error::Refused(refusal)) if refusal.code == Code::DraftUsed => {
                let fits = |led_to: &Uuid| about.is_none_or(|about| about == *led_to);
                match self.led_to(app).await?.filter(fits) {
                    Some(led_to) => show(led_to).await,
                    None => Err(Error::Refused(refusal)),
                }
            }
            outcome => outcome,
        }
    }

    async fn led_to(&self, app: &App) -> Result<Option<Uuid>> {
        let Some(signature) = self.signature else {
            return Ok(None);
        };
        let mut tx = app.core.db.read().await?;
        let draft = store::drafts::get(&mut tx, self.draft).await?;
        let own = draft.is_some_and(|draft| {
            draft.person_id == self.person && draft.kind == self.kind && draft.used_at.is_some()
        });
        if !own {
            return Ok(None);
        }
        let spent = store::drafts::spent(&mut tx, self.draft).await?;
        Ok(spent
            .filter(|spent| spent.signature_digest == signature)
            .map(|spent| spent.led_to))
    }
}

/// By what a signature is known again; none where it cannot be read, which judging says.
pub(super) fn digest(cms: &str) -> Option<[u8; 32]> {
    let compact: String = cms.split_ascii_whitespace().collect();
    let signature = BASE64_STANDARD.decode(compact).ok();
    signature.map(|der| Sha256::digest(der).into())
}

/// The refusal of a draft that was used, with what was made of it.
pub(super) async fn used(tx: &mut Tx, draft: &Draft) -> Result<Error> {
    let violation = Violation::new(Code::DraftUsed);
    let Some(spent) = store::drafts::spent(tx, draft.id).await? else {
        return Ok(violation.into());
    };
    let name = match draft.kind {
        DraftKind::Application | DraftKind::Withdrawal => "application_id",
        DraftKind::Referral
        | DraftKind::Extension
        | DraftKind::Revocation
        | DraftKind::Annulment => "referral_id",
        DraftKind::Attachment | DraftKind::Detachment => "attachment_id",
        DraftKind::Suspension | DraftKind::Resumption => "suspension_id",
        DraftKind::Benefit => "benefit_claim_id",
        DraftKind::Decision => "document_id",
    };
    Ok(violation.with(name, spent.led_to).into())
}
