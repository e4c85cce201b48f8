//! Signed decisions of officials (R17, R18), for those who have the duty where they count.

use super::doors::{self, Authority, Decisions, Official};
use crate::{
    app::App,
    error::{Error, Result},
    hex::hex,
    service::{
        audit::Entry,
        reading::documents::{self, Pdf},
        signed::{papers::title, record::stored},
    },
};
use balabaqsha_shared::{
    appointment::Duty,
    code::Code,
    dto::{self, DocumentKind},
    id::{DocumentId, LocalityId},
};
use balabaqsha_store::{self as store, Tx, documents::Document};
use sha2::{Digest, Sha256};

/// A decision, and where it counts. What parents have signed is none.
async fn known(
    tx: &mut Tx,
    authority: &Authority,
    id: DocumentId,
) -> Result<(Document, LocalityId)> {
    let not_found = || Error::refused(Code::NotFound);
    let row = store::documents::get(tx, id).await?.ok_or_else(not_found)?;
    let (duty, locality) = match (row.kind, row.application_id) {
        (
            DocumentKind::Annulment | DocumentKind::Benefit | DocumentKind::Decision,
            Some(application),
        ) => {
            let application = store::applications::require(tx, application).await?;
            (Duty::Queue, application.locality_id)
        }
        (DocumentKind::Suspension | DocumentKind::Resumption, _) => {
            let suspension = store::suspensions::of_document(tx, id).await?;
            let suspension = suspension.ok_or_else(not_found)?;
            (Duty::Registry, suspension.locality_id)
        }
        _ => return Err(not_found()),
    };
    let places = authority.with(duty).map_err(|_| not_found())?;
    if places.contains(&locality) {
        Ok((row, locality))
    } else {
        Err(not_found())
    }
}

#[tracing::instrument(level = "debug", skip_all)]
pub async fn get(
    app: &App,
    official: &Official<Decisions>,
    id: DocumentId,
) -> Result<dto::Decision> {
    doors::look(app, official, async |tx, authority| {
        let (row, locality) = known(tx, authority, id).await?;
        let report = stored(&row)?;
        let entry = Entry::look("show_decision")
            .in_locality(locality)
            .about(row.application_id);
        let decision = dto::Decision {
            id: row.id,
            kind: row.kind,
            title: title(row.kind),
            application_id: row.application_id,
            referral_id: row.referral_id,
            signed_at: row.signed_at,
            sha256: hex(&Sha256::digest(&row.content)),
            text: String::from_utf8_lossy(&row.content).into_owned(),
            signer: report.signer,
            verdict: report.verdict,
        };
        Ok((decision, entry))
    })
    .await
}

/// The paper.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn pdf(app: &App, official: &Official<Decisions>, id: DocumentId) -> Result<Pdf> {
    let row = doors::look(app, official, async |tx, authority| {
        let (row, locality) = known(tx, authority, id).await?;
        let entry = Entry::look("get_decision_pdf")
            .in_locality(locality)
            .about(row.application_id);
        Ok((row, entry))
    })
    .await?;
    documents::paper_of(app, row).await
}
