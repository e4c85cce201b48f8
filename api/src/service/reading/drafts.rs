//! What has become of a draft, for whoever lost the answer and the signature with it.

use crate::{
    app::App,
    error::{Error, Result},
};
use balabaqsha_shared::{
    code::Code,
    dto::{self, DocumentKind},
    id::{
        ApplicationId, AttachmentId, BenefitClaimId, DocumentId, DraftId, PersonId, ReferralId,
        SuspensionId,
    },
};
use balabaqsha_store::{self as store, drafts::DraftKind};

/// A draft of one's own.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn get(app: &App, person: PersonId, id: DraftId) -> Result<dto::DraftOutcome> {
    let mut tx = app.core.db.read().await?;
    let draft = store::drafts::get(&mut tx, id)
        .await?
        .filter(|draft| draft.person_id == person)
        .ok_or_else(|| Error::refused(Code::NotFound))?;
    let spent = store::drafts::spent(&mut tx, id).await?;
    let led_to = spent.map(|spent| spent.led_to);
    let mut outcome = dto::DraftOutcome {
        id,
        kind: kind(draft.kind),
        created_at: draft.created_at,
        expires_at: draft.expires_at,
        signed_at: draft.used_at,
        application_id: None,
        referral_id: None,
        attachment_id: None,
        suspension_id: None,
        benefit_claim_id: None,
        document_id: None,
    };
    match draft.kind {
        DraftKind::Application | DraftKind::Withdrawal => {
            outcome.application_id = led_to.map(ApplicationId::new);
        }
        DraftKind::Referral
        | DraftKind::Extension
        | DraftKind::Revocation
        | DraftKind::Annulment => {
            outcome.referral_id = led_to.map(ReferralId::new);
        }
        DraftKind::Attachment | DraftKind::Detachment => {
            outcome.attachment_id = led_to.map(AttachmentId::new);
        }
        DraftKind::Benefit => {
            outcome.benefit_claim_id = led_to.map(BenefitClaimId::new);
        }
        DraftKind::Decision => {
            outcome.document_id = led_to.map(DocumentId::new);
        }
        DraftKind::Suspension | DraftKind::Resumption => {
            outcome.suspension_id = led_to.map(SuspensionId::new);
        }
    }
    Ok(outcome)
}

const fn kind(kind: DraftKind) -> DocumentKind {
    match kind {
        DraftKind::Application => DocumentKind::Application,
        DraftKind::Referral => DocumentKind::Referral,
        DraftKind::Extension => DocumentKind::Extension,
        DraftKind::Revocation => DocumentKind::Revocation,
        DraftKind::Withdrawal => DocumentKind::Withdrawal,
        DraftKind::Attachment => DocumentKind::Attachment,
        DraftKind::Detachment => DocumentKind::Detachment,
        DraftKind::Annulment => DocumentKind::Annulment,
        DraftKind::Suspension => DocumentKind::Suspension,
        DraftKind::Resumption => DocumentKind::Resumption,
        DraftKind::Benefit => DocumentKind::Benefit,
        DraftKind::Decision => DocumentKind::Decision,
    }
}
