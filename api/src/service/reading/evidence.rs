//! The evidence of a signed act, for whoever may see the act.

use super::documents;
use crate::{app::App, error::Result, hex::hex, service::signed::record::stored};
use balabaqsha_shared::{
    dto,
    id::{DocumentId, PersonId},
};
use balabaqsha_store as store;
use base64::{Engine, prelude::BASE64_STANDARD};

/// The evidence of a document, for whoever may see the document.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn of_document(
    app: &App,
    person: PersonId,
    id: DocumentId,
) -> Result<dto::DocumentEvidence> {
    let row = documents::load(app, person, id).await?;
    let mut tx = app.core.db.read().await?;
    let pieces = store::evidence::list_of(&mut tx, id).await?;
    drop(tx);
    let stored = stored(&row)?;
    Ok(dto::DocumentEvidence {
        document_id: id,
        judged_at: stored.judged_at().unwrap_or(row.signed_at),
        verdict: stored.verdict,
        items: pieces
            .into_iter()
            .map(|piece| dto::EvidencePiece {
                role: piece.role,
                sha256: hex(&piece.sha256),
                added_at: piece.added_at,
                der: BASE64_STANDARD.encode(&piece.der),
            })
            .collect(),
    })
}
