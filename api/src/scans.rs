//! The scans of proofs as the process has them: where they are kept, and who looks at them for viruses.

use crate::config::Settings;
use balabaqsha_scans::{KeyFileError, Keys, S3, Scanner, Storage, StorageError, Vault};
use balabaqsha_shared::benefit::VirusCheck;
use secrecy::{ExposeSecret, SecretString};
use std::{io, path::PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum ScansError {
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

#[derive(Debug)]
pub struct Scans {
    /// None where the key file is lost: nothing can be kept or opened.
    vault: Option<Vault>,
    scanner: Option<Scanner>,
}

/// What is looked for, or made, in the key file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Scans were sealed before: a key file that is not there is lost.
    Some,
    /// A key file is made when there is none.
    None,
}

impl Scans {
    /// # Errors
    /// When the key file or the storage cannot be used.
    pub fn open(settings: &Settings, known: Known) -> Result<Self, ScansError> {
        let keys = match (Keys::open(&key_file(settings)), known) {
            (Err(KeyFileError::Io { source, .. }), Known::None)
                if source.kind() == io::ErrorKind::NotFound =>
            {
                Some(make_or_open(settings)?)
            }
            (Err(KeyFileError::Io { path, source }), Known::Some)
                if source.kind() == io::ErrorKind::NotFound =>
            {
                let path = path.display();
                tracing::error!(%path, "the key file of the scans is lost: no scan can be opened");
                None
            }
            (keys, _) => Some(keys?),
        };
        let storage = storage(settings);
        let vault = keys
            .map(|keys| Vault::open(storage, &key_file(settings), keys))
            .transpose()?;
        Ok(Self {
            vault,
            scanner: scanner(settings),
        })
    }

    #[must_use]
    pub const fn vault(&self) -> Option<&Vault> {
        self.vault.as_ref()
    }

    /// Looks for viruses; a scanner that does not answer leaves a file unchecked.
    pub async fn look(&self, file: &[u8]) -> VirusCheck {
        let Some(scanner) = &self.scanner else {
            return VirusCheck::Off;
        };
        match scanner.look(file).await {
            Ok(balabaqsha_scans::Verdict::Clean) => VirusCheck::Clean,
            Ok(balabaqsha_scans::Verdict::Infected) => VirusCheck::Infected,
            Err(error) => {
                tracing::warn!(%error, "a scan was not looked at for viruses");
                VirusCheck::Unchecked
            }
        }
    }
}

/// Of processes that start at once one makes the file.
fn make_or_open(settings: &Settings) -> Result<Keys, KeyFileError> {
    let path = key_file(settings);
    match Keys::create(&path) {
        Err(KeyFileError::Io { source, .. }) if source.kind() == io::ErrorKind::AlreadyExists => {
            Keys::open(&path)
        }
        made => made,
    }
}

#[must_use]
pub fn key_file(settings: &Settings) -> PathBuf {
    let named = settings.scans.key_file.clone();
    named.unwrap_or_else(|| settings.data_dir.join("scans.key"))
}

fn storage(settings: &Settings) -> Storage {
    let of = &settings.scans;
    let Some(bucket) = of.bucket.clone() else {
        let folder = of.folder.clone();
        return Storage::Folder(folder.unwrap_or_else(|| settings.data_dir.join("scans")));
    };
    let secret = of.secret_access_key.as_ref();
    Storage::S3(S3 {
        bucket,
        endpoint: of.endpoint.clone(),
        region: of.region.clone(),
        access_key_id: of.access_key_id.clone().unwrap_or_default(),
        secret_access_key: secret
            .map(SecretString::expose_secret)
            .unwrap_or_default()
            .to_owned(),
    })
}

fn scanner(settings: &Settings) -> Option<Scanner> {
    let address = settings.scans.virus_scanner.as_ref()?;
    // What is no address was refused with the settings.
    address.parse().ok().map(Scanner::new)
}
