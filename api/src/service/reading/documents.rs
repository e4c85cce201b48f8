//! Signed acts for those who may see them.

use crate::{
    app::App,
    error::{Error, Result},
    hex::hex,
    service::{
        life::{
            settle,
            visibility::{self, visible},
        },
        signed::{papers::title, record::stored},
    },
};
use balabaqsha_documents as paper;
use balabaqsha_shared::{
    code::Code,
    dto::{self, DocumentKind},
    id::{ApplicationId, DocumentId, PersonId},
};
use balabaqsha_store::{self as store, Tx, applications::Application};
use sha2::{Digest, Sha256};
use std::{num::NonZeroUsize, sync::LazyLock, time::Duration};
use tokio::{sync::Semaphore, time::timeout};

/// Papers that are drawn at once. Each takes a core, and half of them are for everybody else.
static DRAWING: LazyLock<Semaphore> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    Semaphore::new((cores / 2).max(1))
});
/// How long somebody waits for a paper to be begun.
const PATIENCE: Duration = Duration::from_secs(20);

/// The documents of an application, the newest first.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn list(app: &App, person: PersonId, id: ApplicationId) -> Result<dto::DocumentList> {
    let mut tx = settle::read(app).await?;
    let application = visible(&mut tx, person, id).await?;
    let mut items = Vec::new();
    for row in store::documents::list_of(&mut tx, id).await? {
        if may_show(&mut tx, person, &application, &row).await? {
            items.push(view(row, id)?);
        }
    }
    Ok(dto::DocumentList { items })
}

/// The signed request of a second parent names them in full; until it is accepted only they see it.
async fn may_show(
    tx: &mut Tx,
    person: PersonId,
    application: &Application,
    row: &store::documents::Document,
) -> Result<bool> {
    if row.kind != DocumentKind::Attachment || row.signer_id == person {
        return Ok(true);
    }
    visibility::permits(tx, row.signer_id, application).await
}

#[tracing::instrument(level = "debug", skip_all)]
pub async fn get(app: &App, person: PersonId, id: DocumentId) -> Result<dto::Document> {
    let row = load(app, person, id).await?;
    let application = row
        .application_id
        .ok_or_else(|| Error::refused(Code::NotFound))?;
    view(row, application)
}

/// The exact bytes that were signed.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn content(app: &App, person: PersonId, id: DocumentId) -> Result<Vec<u8>> {
    Ok(load(app, person, id).await?.content)
}

/// The detached CMS, DER.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn signature(app: &App, person: PersonId, id: DocumentId) -> Result<Vec<u8>> {
    Ok(load(app, person, id).await?.cms)
}

/// The paper, with its file name.
#[derive(Debug)]
pub struct Pdf {
    pub bytes: Vec<u8>,
    pub file_name: String,
}

#[tracing::instrument(level = "debug", skip_all)]
pub async fn pdf(app: &App, person: PersonId, id: DocumentId) -> Result<Pdf> {
    paper_of(app, load(app, person, id).await?).await
}

/// The paper of an act that somebody may see.
pub(in crate::service) async fn paper_of(
    app: &App,
    row: store::documents::Document,
) -> Result<Pdf> {
    let id = row.id;
    let bytes = match drawn(app, id).await? {
        Some(bytes) => bytes,
        None => draw(app, id, row.facts).await?,
    };
    Ok(Pdf {
        bytes,
        file_name: format!("{}.pdf", row.number),
    })
}

async fn drawn(app: &App, id: DocumentId) -> Result<Option<Vec<u8>>> {
    let mut tx = app.core.db.read().await?;
    Ok(store::papers::get(&mut tx, id).await?)
}

/// Draws a paper, unless somebody else has drawn it meanwhile, and keeps it. Only so many are drawn at
/// once: whoever asks for many waits for their own, and nobody else does.
async fn draw(app: &App, id: DocumentId, facts: serde_json::Value) -> Result<Vec<u8>> {
    let place = timeout(PATIENCE, DRAWING.acquire())
        .await
        .map_err(|_| Error::refused(Code::Unavailable))?
        .map_err(Error::internal)?;
    if let Some(bytes) = drawn(app, id).await? {
        return Ok(bytes);
    }
    let facts: paper::Document = serde_json::from_value(facts)
        .map_err(|error| store::Error::inconsistent("documents", id, error))?;
    let renderer = app.renderer.clone();
    let bytes = tokio::task::spawn_blocking(move || renderer.render(&facts))
        .await
        .map_err(Error::internal)?
        .map_err(Error::internal)?;
    drop(place);
    // A paper that cannot be kept is shown all the same, and drawn again the next time.
    let kept = app
        .core
        .db
        .transact(async |tx| store::papers::put(tx, id, &bytes).await)
        .await;
    if let Err(error) = kept {
        tracing::warn!(%error, "a paper could not be kept");
    }
    Ok(bytes)
}

pub(super) async fn load(
    app: &App,
    person: PersonId,
    id: DocumentId,
) -> Result<store::documents::Document> {
    let mut tx = settle::read(app).await?;
    let row = store::documents::get(&mut tx, id)
        .await?
        .ok_or_else(|| Error::refused(Code::NotFound))?;
    // What is about no application is a decision of officials.
    let application = row
        .application_id
        .ok_or_else(|| Error::refused(Code::NotFound))?;
    let application = visible(&mut tx, person, application).await?;
    if may_show(&mut tx, person, &application, &row).await? {
        Ok(row)
    } else {
        Err(Error::refused(Code::NotFound))
    }
}

fn view(row: store::documents::Document, application: ApplicationId) -> Result<dto::Document> {
    let report = stored(&row)?;
    Ok(dto::Document {
        id: row.id,
        kind: row.kind,
        title: title(row.kind),
        number: row.number,
        application_id: application,
        referral_id: row.referral_id,
        signed_at: row.signed_at,
        sha256: hex(&Sha256::digest(&row.content)),
        text: String::from_utf8_lossy(&row.content).into_owned(),
        signer: report.signer,
        verdict: report.verdict,
    })
}
