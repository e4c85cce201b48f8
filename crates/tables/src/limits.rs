//! How much is read of a file from outside.

use crate::TableError;
use std::io::{self, Read, Seek, SeekFrom};

/// Of a file as it lies there.
pub const LARGEST_FILE: u64 = 128 * 1024 * 1024;
/// A workbook has some ten entries.
const MOST_ENTRIES: usize = 200;
/// Of all entries together, counted while inflating.
const LARGEST_INFLATED: u64 = 1024 * 1024 * 1024;
/// Inflated to deflated: sheets of tables have 5 to 20.
const LARGEST_RATIO: u64 = 250;
/// Small entries may have any ratio.
const SMALL: u64 = 1024 * 1024;

/// The file from its beginning, when it is not too large.
pub(crate) fn measured<F: Read + Seek>(mut file: F) -> Result<F, TableError> {
    let length = file.seek(SeekFrom::End(0))?;
    if length > LARGEST_FILE {
        return Err(TableError::TooLarge);
    }
    file.rewind()?;
    Ok(file)
}

/// Inflates the whole archive once, counting, before anything keeps what is in it.
pub(crate) fn harmless<F: Read + Seek>(file: F) -> Result<F, TableError> {
    let broken = |error: zip::result::ZipError| TableError::Workbook(error.to_string());
    let mut archive = zip::ZipArchive::new(file).map_err(broken)?;
    if archive.len() > MOST_ENTRIES {
        return Err(TableError::Archive("too many entries"));
    }
    let mut total = 0;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(broken)?;
        let deflated = entry.compressed_size();
        let budget = LARGEST_INFLATED.saturating_sub(total).saturating_add(1);
        let inflated = io::copy(&mut entry.take(budget), &mut io::sink())?;
        total = total.saturating_add(inflated);
        if total > LARGEST_INFLATED {
            return Err(TableError::Archive("it inflates to too much"));
        }
        if inflated > SMALL && inflated / LARGEST_RATIO > deflated {
            return Err(TableError::Archive("an entry inflates too far"));
        }
    }
    let mut file = archive.into_inner();
    file.rewind()?;
    Ok(file)
}
