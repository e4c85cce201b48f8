//! Writing results. A file is replaced as a whole or not at all, and never one that is needed: no
//! file that was read for the result, and no key file.

use crate::Error;
use crate::arguments::Output;
use crate::input::{KEY_FILE, STANDARD_INPUT};
use balabaqsha_pki::recognise::{self, DocumentKind};
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Writes a result where it is to go. `read` are the files it was made of.
pub(crate) fn write(
    output: &Output,
    bytes: &[u8],
    read: &[&Path],
    out: &mut dyn io::Write,
) -> Result<(), Error> {
    let Some(path) = &output.out else {
        out.write_all(bytes)?;
        out.flush()?;
        return Ok(());
    };
    may_replace(path, read)?;
    replace(path, bytes).map_err(|source| Error::Write {
        path: path.clone(),
        source,
    })
}

/// Whether nothing is lost by writing to a file.
pub(crate) fn may_replace(path: &Path, read: &[&Path]) -> Result<(), Error> {
    let needed = |reason: &'static str| Error::WouldReplace {
        path: path.to_owned(),
        reason,
    };
    let Ok(metadata) = fs::metadata(path) else {
        return Ok(());
    };
    let is_read = read
        .iter()
        .filter(|read| read.as_os_str() != STANDARD_INPUT)
        .any(|read| same_file::is_same_file(path, read).unwrap_or(false));
    if is_read {
        return Err(needed("it is one of the files given"));
    }
    let small = metadata.is_file() && metadata.len() <= KEY_FILE;
    let holds_keys = small
        && fs::read(path).is_ok_and(|bytes| recognise::kind(&bytes) == Some(DocumentKind::KeyFile));
    if holds_keys {
        return Err(needed("it is a key file"));
    }
    Ok(())
}

/// Writes beside the file first, so that a full disk leaves what was there.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Devices and pipes are written to as they are.
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return fs::write(path, bytes);
    }
    // What a link leads to is replaced, not the link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new()
        .permissions(permissions(&target))
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(&target)?;
    Ok(())
}

/// Those of the file that is replaced, or the usual ones of a new file.
#[cfg(unix)]
fn permissions(target: &Path) -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(target).map_or_else(
        |_| fs::Permissions::from_mode(0o644),
        |metadata| metadata.permissions(),
    )
}
