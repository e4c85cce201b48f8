//! The key file: one key a line, its id and its bytes in Base64. New scans are sealed by the last one; the
//! others open what they have sealed. Nobody but the user of the service may read it.

use crate::randomness::{NoRandomness, random};
use base64::{Engine, prelude::BASE64_STANDARD};
use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Bytes of a key.
pub(crate) const KEY: usize = 32;
const MODE: u32 = 0o600;
const OF_OTHERS: u32 = 0o077;
const ID_BYTES: usize = 6;
const ID_CHARS: usize = 2 * ID_BYTES;

/// The name of a key; it tells nothing of the key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(String);

impl KeyId {
    /// # Errors
    /// When it has another form.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == ID_CHARS && text.bytes().all(|b| b.is_ascii_hexdigit());
        fits.then(|| Self(text.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

pub(crate) struct FileKey {
    pub id: KeyId,
    pub bytes: Zeroizing<[u8; KEY]>,
}

impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FileKey").field(&self.id).finish()
    }
}

/// The keys of a key file, at least one.
#[derive(Debug)]
pub struct Keys {
    older: Vec<FileKey>,
    newest: FileKey,
}

#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    #[error("the key file {}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("others can read the key file {}: give it the mode 0600", .0.display())]
    ReadableByOthers(PathBuf),
    #[error("the key file {} belongs to another user", .0.display())]
    Foreign(PathBuf),
    #[error("line {line} of the key file {} is no key", path.display())]
    Line { path: PathBuf, line: usize },
    #[error("the key file {} has no key", .0.display())]
    Empty(PathBuf),
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl Keys {
    /// # Errors
    /// When it cannot be read, is not private, or has something else in it.
    pub fn open(path: &Path) -> Result<Self, KeyFileError> {
        let failed = |source| KeyFileError::Io {
            path: path.to_owned(),
            source,
        };
        let known = fs::metadata(path).map_err(failed)?;
        if known.permissions().mode() & OF_OTHERS != 0 {
            return Err(KeyFileError::ReadableByOthers(path.to_owned()));
        }
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        let folder = fs::metadata(folder.unwrap_or_else(|| Path::new("."))).map_err(failed)?;
        // Whoever owns neither the file nor its folder cannot have put it there.
        if known.uid() != folder.uid() && known.uid() != 0 {
            return Err(KeyFileError::Foreign(path.to_owned()));
        }
        let text = Zeroizing::new(fs::read_to_string(path).map_err(failed)?);
        let mut keys = Vec::new();
        for (n, line) in text.lines().enumerate() {
            let no_key = || KeyFileError::Line {
                path: path.to_owned(),
                line: n + 1,
            };
            keys.push(read_line(line).ok_or_else(no_key)?);
        }
        let newest = keys
            .pop()
            .ok_or_else(|| KeyFileError::Empty(path.to_owned()))?;
        Ok(Self {
            older: keys,
            newest,
        })
    }

    /// Makes a key file with one key; one that is there is never written over.
    ///
    /// # Errors
    /// When it is there already, or cannot be written.
    pub fn create(path: &Path) -> Result<Self, KeyFileError> {
        let mut new = OpenOptions::new();
        let new = new.write(true).create_new(true).mode(MODE);
        append(path, new)?;
        Self::open(path)
    }

    /// Adds a key, which seals from now on.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn add(path: &Path) -> Result<Self, KeyFileError> {
        Self::open(path)?;
        append(path, OpenOptions::new().append(true))?;
        Self::open(path)
    }

    #[must_use]
    pub fn knows(&self, id: &KeyId) -> bool {
        self.get(id).is_some()
    }

    /// The key by which new scans are sealed.
    #[must_use]
    pub fn newest_id(&self) -> &KeyId {
        &self.newest.id
    }

    pub(crate) const fn newest(&self) -> &FileKey {
        &self.newest
    }

    pub(crate) fn get(&self, id: &KeyId) -> Option<&FileKey> {
        let mut all = self.older.iter().chain([&self.newest]);
        all.find(|key| key.id == *id)
    }
}

fn read_line(line: &str) -> Option<FileKey> {
    let (id, key) = line.split_once(' ')?;
    let decoded = Zeroizing::new(BASE64_STANDARD.decode(key).ok()?);
    let mut bytes = Zeroizing::new([0; KEY]);
    if decoded.len() != KEY {
        return None;
    }
    bytes.copy_from_slice(&decoded);
    Some(FileKey {
        id: KeyId::parse(id)?,
        bytes,
    })
}

fn append(path: &Path, options: &OpenOptions) -> Result<(), KeyFileError> {
    let id: String = random::<ID_BYTES>()?
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let key = Zeroizing::new(BASE64_STANDARD.encode(random::<KEY>()?.as_slice()));
    let line = Zeroizing::new(format!("{id} {}\n", *key));
    let write = |mut file: File| {
        file.write_all(line.as_bytes())?;
        file.sync_all()
    };
    options
        .open(path)
        .and_then(write)
        .map_err(|source| KeyFileError::Io {
            path: path.to_owned(),
            source,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_private_and_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scans.key");
        let made = Keys::create(&path).unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            MODE
        );
        assert!(matches!(Keys::create(&path), Err(KeyFileError::Io { .. })));
        let opened = Keys::open(&path).unwrap();
        assert_eq!(opened.newest_id(), made.newest_id());
        let added = Keys::add(&path).unwrap();
        assert!(added.knows(made.newest_id()) && added.newest_id() != made.newest_id());
        assert!(!format!("{added:?}").contains("bytes"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(
            Keys::open(&path),
            Err(KeyFileError::ReadableByOthers(_))
        ));
    }

    #[test]
    fn what_is_no_key_is_named_by_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scans.key");
        Keys::create(&path).unwrap();
        let mut text = fs::read_to_string(&path).unwrap();
        text += "zz short\n";
        fs::write(&path, text).unwrap();
        let refused = Keys::open(&path).unwrap_err();
        assert!(matches!(refused, KeyFileError::Line { line: 2, .. }));
        fs::write(&path, "").unwrap();
        assert!(matches!(Keys::open(&path), Err(KeyFileError::Empty(_))));
    }
}
