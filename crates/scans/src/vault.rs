//! Where scans are kept: objects in a folder or an S3 bucket, each sealed.

use crate::{
    keys::Keys,
    sealing::{ScanKey, SealError, SealedKey},
};
use object_store::{
    ObjectStore, ObjectStoreExt, PutPayload, aws::AmazonS3Builder, local::LocalFileSystem,
    path::Path as Key,
};
use std::{
    fmt,
    fs::DirBuilder,
    io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

/// A bucket of S3 or of something that speaks like it.
#[derive(Clone)]
pub struct S3 {
    pub bucket: String,
    /// None: the service of Amazon in the region.
    pub endpoint: Option<String>,
    pub region: String,
    pub access_key_id: String,
    pub secret_access_key: String,
}

impl fmt::Debug for S3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3")
            .field("bucket", &self.bucket)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

/// Where objects are.
#[derive(Clone, Debug)]
pub enum Storage {
    Folder(PathBuf),
    S3(S3),
}

/// A part of a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What was sent.
    Original,
    /// An image that was made of it; counted from 1.
    Page(u16),
}

#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    #[error("the folder of the scans, {}: {source}", path.display())]
    Folder { path: PathBuf, source: io::Error },
    #[error("the storage of the scans: {0}")]
    Store(#[from] object_store::Error),
}

#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error("the storage of the scans: {0}")]
    Store(#[from] object_store::Error),
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Sealed scans.
#[derive(Clone, Debug)]
pub struct Vault {
    objects: Arc<dyn ObjectStore>,
    key_file: PathBuf,
    keys: Arc<RwLock<Arc<Keys>>>,
}

impl Vault {
    /// # Errors
    /// When the storage means nothing, or its folder cannot be made.
    pub fn open(storage: Storage, key_file: &Path, keys: Keys) -> Result<Self, StorageError> {
        let objects: Arc<dyn ObjectStore> = match storage {
            Storage::Folder(path) => Arc::new(folder(&path)?),
            Storage::S3(s3) => Arc::new(bucket(s3)?),
        };
        Ok(Self {
            objects,
            key_file: key_file.to_owned(),
            keys: Arc::new(RwLock::new(Arc::new(keys))),
        })
    }

    fn keys(&self) -> Arc<Keys> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&keys)
    }

    /// The key of a scan. One that is not known may have been added to the file meanwhile.
    fn unsealed(&self, scan: &str, sealed: &SealedKey) -> Result<ScanKey, SealError> {
        match ScanKey::unsealed(&self.keys(), scan, sealed) {
            Err(SealError::KeyLost(lost)) => {
                let keys = Keys::open(&self.key_file).map_err(|_| SealError::KeyLost(lost))?;
                let keys = Arc::new(keys);
                let mut known = self.keys.write().unwrap_or_else(PoisonError::into_inner);
                *known = Arc::clone(&keys);
                drop(known);
                ScanKey::unsealed(&keys, scan, sealed)
            }
            outcome => outcome,
        }
    }

    /// Keeps a scan under its name; what is half-way is never read, because nobody has its key.
    ///
    /// # Errors
    /// When it cannot be sealed or kept.
    pub async fn put(
        &self,
        scan: &str,
        original: &[u8],
        pages: &[Vec<u8>],
    ) -> Result<SealedKey, VaultError> {
        let key = ScanKey::new()?;
        self.put_part(&key, scan, Part::Original, original).await?;
        for (number, page) in (1..).zip(pages) {
            self.put_part(&key, scan, Part::Page(number), page).await?;
        }
        Ok(key.sealed(&self.keys(), scan)?)
    }

    async fn put_part(
        &self,
        key: &ScanKey,
        scan: &str,
        part: Part,
        content: &[u8],
    ) -> Result<(), VaultError> {
        let name = name(scan, part);
        let sealed = key.seal(&name, content)?;
        self.objects
            .put(&Key::from(name), PutPayload::from(sealed))
            .await?;
        Ok(())
    }

    /// # Errors
    /// When it is not there, its key is lost, or it was changed.
    pub async fn get(
        &self,
        scan: &str,
        sealed: &SealedKey,
        part: Part,
    ) -> Result<Vec<u8>, VaultError> {
        let key = self.unsealed(scan, sealed)?;
        let name = name(scan, part);
        let object = self.objects.get(&Key::from(name.as_str())).await?;
        Ok(key.open(&name, &object.bytes().await?)?)
    }

    /// Takes a scan with so many pages away; what is gone already is no failure.
    ///
    /// # Errors
    /// When the storage does not answer.
    pub async fn delete(&self, scan: &str, pages: u16) -> Result<(), VaultError> {
        let parts = (1..=pages).map(Part::Page).chain([Part::Original]);
        for part in parts {
            match self.objects.delete(&Key::from(name(scan, part))).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// The key of a scan, sealed by the newest key of the key file.
    ///
    /// # Errors
    /// When the key that has sealed it is lost.
    pub fn seal_anew(&self, scan: &str, sealed: &SealedKey) -> Result<SealedKey, SealError> {
        let key = self.unsealed(scan, sealed)?;
        key.sealed(&self.keys(), scan)
    }
}

fn name(scan: &str, part: Part) -> String {
    match part {
        Part::Original => format!("scans/{scan}/original"),
        Part::Page(number) => format!("scans/{scan}/{number}"),
    }
}

fn folder(path: &Path) -> Result<LocalFileSystem, StorageError> {
    use std::os::unix::fs::DirBuilderExt;
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|source| StorageError::Folder {
            path: path.to_owned(),
            source,
        })?;
    Ok(LocalFileSystem::new_with_prefix(path)?.with_automatic_cleanup(true))
}

fn bucket(s3: S3) -> Result<impl ObjectStore, StorageError> {
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(s3.bucket)
        .with_region(s3.region)
        .with_access_key_id(s3.access_key_id)
        .with_secret_access_key(s3.secret_access_key);
    if let Some(endpoint) = s3.endpoint {
        let plain = endpoint.starts_with("http://");
        builder = builder.with_endpoint(endpoint).with_allow_http(plain);
    }
    Ok(builder.build()?)
}
