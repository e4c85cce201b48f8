//! Files with the data of parents are for the user of the service alone.

use balabaqsha_store::backup;
use rustix::{
    fs::Mode,
    process::{geteuid, umask},
};
use std::{
    fs::{self, Permissions},
    io,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

/// What group and others may do.
const OF_OTHERS: u32 = 0o077;

#[derive(Debug, thiserror::Error)]
pub enum PrivateFilesError {
    #[error(
        "the folder {} belongs to another user, who could exchange the files in it: give the \
         service a folder of its own", .0.display()
    )]
    ForeignFolder(PathBuf),
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Url(#[from] balabaqsha_store::Error),
}

/// From now on this process makes files that nobody else can open.
pub fn by_default() {
    umask(Mode::from_raw_mode(OF_OTHERS));
}

/// Takes the rights of others from the files of an SQLite database that is there already. Nothing is
/// done for a server.
///
/// # Errors
/// When the folder is somebody else's, or the rights cannot be changed.
pub fn of_database(url: &str) -> Result<(), PrivateFilesError> {
    let Some(file) = backup::file_of(url)? else {
        return Ok(());
    };
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    own(folder)?;
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut name = file.clone().into_os_string();
        name.push(suffix);
        tighten(Path::new(&name))?;
    }
    Ok(())
}

/// The same for a folder of which all that is in it is private.
///
/// # Errors
/// When it is somebody else's, or the rights cannot be changed.
pub fn of_folder(folder: &Path) -> Result<(), PrivateFilesError> {
    own(folder)?;
    tighten(folder)
}

fn own(folder: &Path) -> Result<(), PrivateFilesError> {
    match fs::metadata(folder) {
        Ok(known) if known.uid() != geteuid().as_raw() => {
            Err(PrivateFilesError::ForeignFolder(folder.to_owned()))
        }
        Ok(_) => Ok(()),
        // Whoever opens the database says so.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed(folder)(error)),
    }
}

fn tighten(path: &Path) -> Result<(), PrivateFilesError> {
    let known = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        known => known.map_err(failed(path))?,
    };
    let mode = known.permissions().mode();
    if mode & OF_OTHERS == 0 {
        return Ok(());
    }
    fs::set_permissions(path, Permissions::from_mode(mode & !OF_OTHERS)).map_err(failed(path))?;
    tracing::warn!(path = %path.display(), "others could open this; now they cannot");
    Ok(())
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> PrivateFilesError {
    let path = path.to_owned();
    |source| PrivateFilesError::Io { path, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn files_that_others_could_open_are_tightened() {
        let folder = tempfile::tempdir().unwrap();
        let names = ["b.sqlite", "b.sqlite-wal", "b.sqlite-shm", "another"];
        for name in names {
            let path = folder.path().join(name);
            fs::write(&path, "x").unwrap();
            fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        }
        let url = format!("sqlite://{}", folder.path().join("b.sqlite").display());
        of_database(&url).unwrap();
        let modes = names.map(|name| mode(&folder.path().join(name)));
        assert_eq!(modes, [0o600, 0o600, 0o600, 0o644]);
        let mail = folder.path().join("mail");
        fs::create_dir(&mail).unwrap();
        fs::set_permissions(&mail, Permissions::from_mode(0o755)).unwrap();
        of_folder(&mail).unwrap();
        assert_eq!(mode(&mail), 0o700);
    }

    #[test]
    fn a_folder_of_another_user_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        if !geteuid().is_root() {
            println!("skipped: only root can give a folder away");
            return;
        }
        std::os::unix::fs::chown(folder.path(), Some(12_345), None).unwrap();
        let url = format!("sqlite://{}", folder.path().join("b.sqlite").display());
        let refused = of_database(&url).unwrap_err();
        assert!(
            matches!(refused, PrivateFilesError::ForeignFolder(_)),
            "{refused}"
        );
        assert!(of_folder(folder.path()).is_err());
    }

    #[test]
    fn a_server_and_a_file_that_is_not_there_yet_are_nobodys_matter() {
        let folder = tempfile::tempdir().unwrap();
        of_database("postgres://u:p@h/b").unwrap();
        of_database(&format!("sqlite://{}", folder.path().join("b").display())).unwrap();
        of_folder(&folder.path().join("mail")).unwrap();
    }
}
