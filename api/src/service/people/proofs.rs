//! Scans of proofs, for whoever may act for the application (R21): uploaded one by one, then sent with a claim.

use crate::{
    app::App,
    error::{Error, Result},
    service::{
        life::{scans, settle, visibility},
        reading::benefits::scan_view,
    },
};
use balabaqsha_scans::Part;
use balabaqsha_shared::{
    benefit::{MOST_UNSENT_SCANS, VirusCheck},
    code::Code,
    dto,
    id::{ApplicationId, PersonId, ScanId},
    rules::Violation,
};
use balabaqsha_store::{self as store, Tx, scans::Scan};
use sha2::{Digest, Sha256};

/// Keeps a scan. The same content that was sent with no claim yet is known again, so that an upload
/// whose answer was lost can be repeated.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn upload(
    app: &App,
    person: PersonId,
    id: ApplicationId,
    content: Vec<u8>,
) -> Result<dto::Scan> {
    let sha256: [u8; 32] = Sha256::digest(&content).into();
    let mut tx = settle::read(app).await?;
    let application = visibility::visible(&mut tx, person, id).await?;
    if !application.state.is_active() {
        return Err(Error::refused(Code::BenefitImpossible));
    }
    if let Some(known) = unsent(&mut tx, id)
        .await?
        .iter()
        .find(|one| one.sha256 == sha256)
    {
        return Ok(scan_view(known));
    }
    drop(tx);
    let vault = scans::vault(app)?;
    let size = u32::try_from(content.len()).map_err(Error::internal)?;
    let virus_check = app.scans.look(&content).await;
    if virus_check == VirusCheck::Infected {
        return Err(Error::refused(Code::ScanInfected));
    }
    let read = balabaqsha_scans::read(content.clone()).await;
    let read = read.map_err(scans::refused)?;
    let mut scan = Scan {
        id: ScanId::new(app.core.new_id()),
        application_id: id,
        claim_id: None,
        uploaded_by: person,
        uploaded_at: app.core.now(),
        kind: read.kind,
        size,
        sha256,
        pages: u16::try_from(read.pages.len()).map_err(Error::internal)?,
        key: None,
        virus_check,
    };
    app.core
        .db
        .transact(async |tx| begin(tx, person, &scan).await)
        .await?;
    let name = scan.id.to_string();
    let sealed = vault.put(&name, &content, &read.pages).await;
    let key = scans::stored(&sealed.map_err(scans::unavailable)?);
    app.core
        .db
        .transact(async |tx| store::scans::set_key(tx, scan.id, &key).await)
        .await?;
    scan.key = Some(key);
    Ok(scan_view(&scan))
}

async fn unsent(tx: &mut Tx, id: ApplicationId) -> Result<Vec<Scan>> {
    let mut scans = store::scans::of_application(tx, id).await?;
    scans.retain(|scan| scan.claim_id.is_none());
    Ok(scans)
}

async fn begin(tx: &mut Tx, person: PersonId, scan: &Scan) -> Result<()> {
    let application = visibility::locked(tx, person, scan.application_id).await?;
    if unsent(tx, application.id).await?.len() >= MOST_UNSENT_SCANS {
        return Err(Violation::new(Code::ScansTooMany)
            .with("limit", MOST_UNSENT_SCANS)
            .into());
    }
    Ok(store::scans::insert(tx, scan).await?)
}

async fn visible(app: &App, person: PersonId, id: ScanId) -> Result<Scan> {
    let not_found = || Error::refused(Code::NotFound);
    let mut tx = settle::read(app).await?;
    let scan = store::scans::get(&mut tx, id)
        .await?
        .ok_or_else(not_found)?;
    visibility::visible(&mut tx, person, scan.application_id).await?;
    Ok(scan)
}

/// Takes a scan away that was sent with no claim.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn remove(app: &App, person: PersonId, id: ScanId) -> Result<()> {
    let scan = visible(app, person, id).await?;
    if scans::take_away(app, scan.id, scan.pages).await? {
        Ok(())
    } else {
        Err(Error::refused(Code::NotFound))
    }
}

/// The image of a page.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn page(app: &App, person: PersonId, id: ScanId, page: u16) -> Result<Vec<u8>> {
    let scan = visible(app, person, id).await?;
    scans::opened(app, &scan, Part::Page(page)).await
}
