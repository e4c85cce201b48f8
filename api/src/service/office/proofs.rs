//! Scans of proofs for officials with the duty `queue` (R21). Each look is recorded.

use super::doors::{self, Authority, Official, Queue};
use crate::{
    app::App,
    error::{Error, Result},
    service::{
        audit::{Done, Entry},
        input::Fields,
        life::scans,
        reading::benefits::scan_view,
    },
};
use balabaqsha_scans::Part;
use balabaqsha_shared::{
    benefit::ScanKind, code::Code, comment::Comment, dto, id::ScanId, rules::Violation,
};
use balabaqsha_store::{self as store, Tx, applications::Application, scans::Scan};
use serde_json::json;

/// A file as it was sent.
#[derive(Debug)]
pub struct Original {
    pub bytes: Vec<u8>,
    pub media_type: &'static str,
    pub file_name: String,
}

/// A scan that was sent with a claim; what was only uploaded is the parent's.
async fn known(tx: &mut Tx, authority: &Authority, id: ScanId) -> Result<(Scan, Application)> {
    let scan = store::scans::get(tx, id).await?;
    let scan = scan.filter(|scan| scan.claim_id.is_some());
    let scan = scan.ok_or_else(|| Error::refused(Code::NotFound))?;
    let application = store::applications::require(tx, scan.application_id).await?;
    authority.require(application.locality_id)?;
    Ok((scan, application))
}

async fn looked_at(
    app: &App,
    official: &Official<Queue>,
    id: ScanId,
    operation: &'static str,
) -> Result<Scan> {
    doors::look(app, official, async |tx, authority| {
        let (scan, application) = known(tx, authority, id).await?;
        let entry = Entry::look(operation)
            .in_locality(application.locality_id)
            .about([application.id])
            .with(json!({"scan_id": id}));
        Ok((scan, entry))
    })
    .await
}

/// The image of a page.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn page(app: &App, official: &Official<Queue>, id: ScanId, page: u16) -> Result<Vec<u8>> {
    let scan = looked_at(app, official, id, "get_office_scan_page").await?;
    scans::opened(app, &scan, Part::Page(page)).await
}

/// What was sent.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn original(app: &App, official: &Official<Queue>, id: ScanId) -> Result<Original> {
    let scan = looked_at(app, official, id, "get_office_scan_original").await?;
    let bytes = scans::opened(app, &scan, Part::Original).await?;
    let (media_type, extension) = match scan.kind {
        ScanKind::Jpeg => ("image/jpeg", "jpg"),
        ScanKind::Png => ("image/png", "png"),
        ScanKind::Pdf => ("application/pdf", "pdf"),
    };
    Ok(Original {
        bytes,
        media_type,
        file_name: format!("{id}.{extension}"),
    })
}

/// Lets a scan open that no virus scanner has looked at.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn override_virus_check(
    app: &App,
    official: &Official<Queue>,
    id: ScanId,
    request: &dto::VirusCheckOverride,
) -> Result<dto::Scan> {
    let mut fields = Fields::default();
    let read = Comment::parse(&request.reason).map_err(|_| Violation::new(Code::TextInvalid));
    let reason = fields.read("/reason", read);
    fields.finish()?;
    let reason = reason.ok_or_else(|| Error::internal("a reason that was read is absent"))?;
    doors::act(app, official, async |tx, authority| {
        let (scan, application) = known(tx, authority, id).await?;
        let name = Comment::parse(&authority.person.full_name).map_err(Error::internal)?;
        let changed = store::scans::override_virus_check(tx, id, &name, &reason).await?;
        let scan = store::scans::get(tx, id).await?.unwrap_or(scan);
        if !changed {
            return Ok(Done::Unchanged(scan_view(&scan)));
        }
        let entry = Entry::act("override_virus_check")
            .in_locality(application.locality_id)
            .about([application.id])
            .with(json!({"scan_id": id, "reason": reason.as_str()}));
        Ok(Done::Recorded(scan_view(&scan), entry))
    })
    .await
}
