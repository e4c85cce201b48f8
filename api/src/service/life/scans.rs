//! Scans of proofs (R21): read and kept when they come, opened for those who may, looked at again while the
//! virus scanner had no answer, and forgotten when they were sent with no claim.

use crate::{
    app::App,
    error::{Error, Result},
    scans::Scans,
};
use balabaqsha_scans::{KeyId, MOST_PAGES, MOST_PIXELS, Part, Refusal, SealedKey, Vault};
use balabaqsha_shared::{
    benefit::{LARGEST_SCAN, VirusCheck},
    code::Code,
    id::ScanId,
    rules::Violation,
};
use balabaqsha_store::{self as store, Db, Tx, scans::Scan};
use chrono::TimeDelta;

/// Scans that a job works on in one run.
const BATCH: i64 = 20;
/// R26: how long a scan is kept that was sent with no claim.
const UNSENT: TimeDelta = TimeDelta::days(30);

/// Where scans are kept.
pub(in crate::service) fn vault(app: &App) -> Result<&Vault> {
    let vault = app.scans.vault();
    vault.ok_or_else(|| Error::refused(Code::ScansUnavailable))
}

/// What went wrong is the service's matter; what was kept before is not touched by it.
pub(in crate::service) fn unavailable(error: impl std::fmt::Display) -> Error {
    tracing::error!(%error, "scans are unavailable");
    Error::refused(Code::ScansUnavailable)
}

/// Why something that was sent is no scan.
pub(in crate::service) fn refused(refusal: Refusal) -> Error {
    let violation = match refusal {
        Refusal::Unknown => Violation::new(Code::ScanFormatUnknown),
        Refusal::Heic => Violation::new(Code::ScanHeic),
        Refusal::Size => Violation::new(Code::ScanTooLarge).with("limit", LARGEST_SCAN),
        Refusal::Pixels => Violation::new(Code::ScanTooManyPixels).with("limit", MOST_PIXELS),
        Refusal::Pages => Violation::new(Code::ScanTooManyPages).with("limit", MOST_PAGES),
        Refusal::Encrypted => Violation::new(Code::ScanEncrypted),
        Refusal::Broken => Violation::new(Code::ScanBroken),
        Refusal::NoRenderer => return unavailable(refusal),
    };
    violation.into()
}

/// The key of a scan as the storage has it.
pub(in crate::service) fn stored(key: &SealedKey) -> store::scans::SealedKey {
    store::scans::SealedKey {
        by: key.by.to_string(),
        bytes: key.bytes.clone(),
    }
}

fn key_of(scan: &Scan) -> Result<SealedKey> {
    let wrong = |reason| store::Error::inconsistent("scans", scan.id, reason);
    let key = scan.key.as_ref().ok_or_else(|| wrong("key_id"))?;
    Ok(SealedKey {
        by: KeyId::parse(&key.by).ok_or_else(|| wrong("key_id"))?,
        bytes: key.bytes.clone(),
    })
}

/// A part of a scan, for somebody who may see it: nobody opens what no scanner has looked at.
pub(in crate::service) async fn opened(app: &App, scan: &Scan, part: Part) -> Result<Vec<u8>> {
    match scan.virus_check {
        VirusCheck::Unchecked => return Err(Error::refused(Code::ScanUnchecked)),
        VirusCheck::Infected => return Err(Error::refused(Code::ScanInfected)),
        VirusCheck::Off | VirusCheck::Clean | VirusCheck::Overridden => {}
    }
    if matches!(part, Part::Page(number) if !(1..=scan.pages).contains(&number)) {
        return Err(Error::refused(Code::NotFound));
    }
    let sealed = key_of(scan)?;
    let name = scan.id.to_string();
    vault(app)?
        .get(&name, &sealed, part)
        .await
        .map_err(unavailable)
}

/// Looks again at what the scanner had no answer for. What has a virus is taken away; that it was there stays
/// known.
pub async fn look_again(app: &App) -> Result<()> {
    let mut tx = app.core.db.read().await?;
    let waiting = store::scans::unchecked(&mut tx, BATCH).await?;
    drop(tx);
    for scan in waiting {
        let name = scan.id.to_string();
        let original = vault(app)?
            .get(&name, &key_of(&scan)?, Part::Original)
            .await;
        let original = match original {
            Ok(original) => original,
            Err(error) => {
                tracing::error!(%error, scan = %scan.id, "a scan cannot be opened");
                continue;
            }
        };
        let check = app.scans.look(&original).await;
        if check == VirusCheck::Unchecked {
            // Nor will it answer about the next one.
            return Ok(());
        }
        let changed = app
            .core
            .db
            .transact(async |tx| store::scans::set_virus_check(tx, scan.id, check).await)
            .await?;
        if changed && check == VirusCheck::Infected {
            let gone = vault(app)?.delete(&name, scan.pages).await;
            gone.map_err(unavailable)?;
        }
    }
    Ok(())
}

/// Forgets scans that were sent with no claim for long, and those that never came to be kept.
pub async fn forget_unsent(app: &App) -> Result<()> {
    if !app.core.clock.is_certain() {
        return Ok(());
    }
    let mut tx = app.core.db.read().await?;
    let forgotten = store::scans::forgotten(&mut tx, app.core.now() - UNSENT, BATCH).await?;
    drop(tx);
    for scan in forgotten {
        take_away(app, scan.id, scan.pages).await?;
    }
    Ok(())
}

/// The row goes first: what has no row is not to be found any more.
pub(in crate::service) async fn take_away(app: &App, id: ScanId, pages: u16) -> Result<bool> {
    let gone = app
        .core
        .db
        .transact(async |tx| store::scans::delete_unsent(tx, id).await)
        .await?;
    if gone {
        let deleted = vault(app)?.delete(&id.to_string(), pages).await;
        deleted.map_err(unavailable)?;
    }
    Ok(gone)
}

/// Seals the keys of all scans that another key than this one seals by the newest one; says how many there
/// were.
///
/// # Errors
/// When a key is lost, or the database does not answer; what was done stays.
pub async fn seal_anew(db: &Db, scans: &Scans, newest: &str) -> Result<usize> {
    let vault = scans
        .vault()
        .ok_or_else(|| Error::internal("the key file of the scans is lost"))?;
    let mut count = 0;
    loop {
        let sealed = db
            .transact(async |tx| seal_batch(tx, vault, newest).await)
            .await?;
        if sealed == 0 {
            return Ok(count);
        }
        count += sealed;
    }
}

async fn seal_batch(tx: &mut Tx, vault: &Vault, newest: &str) -> Result<usize> {
    let batch = store::scans::sealed_by_others(tx, newest, BATCH).await?;
    for scan in &batch {
        let sealed = vault.seal_anew(&scan.id.to_string(), &key_of(scan)?);
        let sealed = sealed.map_err(Error::internal)?;
        store::scans::set_key(tx, scan.id, &stored(&sealed)).await?;
    }
    Ok(batch.len())
}
