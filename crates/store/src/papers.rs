//! Papers of documents as they were drawn.

use super::{Result, Tx, on_conn};
use balabaqsha_shared::id::DocumentId;

pub async fn get(tx: &mut Tx, id: DocumentId) -> Result<Option<Vec<u8>>> {
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT pdf FROM papers WHERE document_id = $1"
    )
    .bind(id.uuid())
    .fetch_optional(conn)
    .await)?)
}

/// Keeps a paper; the first one counts.
pub async fn put(tx: &mut Tx, id: DocumentId, pdf: &[u8]) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO papers (document_id, pdf) VALUES ($1, $2) ON CONFLICT (document_id) DO NOTHING"
    )
    .bind(id.uuid())
    .bind(pdf)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}
