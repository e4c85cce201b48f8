//! Scans of proofs: what somebody sends is recognised by its content, looked at by a virus scanner, shown
//! only as page images that were made here, and kept encrypted under a key of its own. Knows neither the
//! rules nor HTTP.

mod content;
mod images;
mod keys;
mod pdf;
mod randomness;
mod scanner;
mod sealing;
mod vault;

pub use content::Refusal;
pub use images::MOST_PIXELS;
pub use keys::{KeyFileError, KeyId, Keys};
pub use pdf::MOST_PAGES;
pub use randomness::NoRandomness;
pub use scanner::{Scanner, ScannerAddress, ScannerError, Verdict};
pub use sealing::{SealError, SealedKey};
pub use vault::{Part, S3, Storage, StorageError, Vault, VaultError};

use balabaqsha_shared::benefit::ScanKind;

/// A scan that was recognised: its pages are JPEG images made here, without anything of the original but
/// what is seen.
#[derive(Debug)]
pub struct Read {
    pub kind: ScanKind,
    pub pages: Vec<Vec<u8>>,
}

/// Reads a scan: by content, never by name. Blocks for images, and waits for a child process for PDF.
///
/// # Errors
/// With why it is no scan that can be shown.
pub async fn read(bytes: Vec<u8>) -> Result<Read, Refusal> {
    let kind = content::kind_of(&bytes)?;
    let pages = match kind {
        ScanKind::Jpeg | ScanKind::Png => vec![images::page(kind, bytes).await?],
        ScanKind::Pdf => pdf::pages(bytes).await?,
    };
    Ok(Read { kind, pages })
}
