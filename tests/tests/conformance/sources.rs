//! The project's own sources, to be read by tests.

use std::{
    fs,
    path::{Path, PathBuf},
};

#[derive(Debug)]
pub struct Source {
    /// Path inside the folder that was asked for.
    pub name: String,
    pub text: String,
}

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// All Rust files of a folder and of those below it.
pub fn of(folder: &str) -> Vec<Source> {
    let folder = root().join(folder);
    let mut sources = Vec::new();
    read(&folder, &folder, &mut sources);
    assert!(!sources.is_empty(), "{} has no sources", folder.display());
    sources
}

fn read(root: &Path, folder: &Path, sources: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(root, &path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root).unwrap().display().to_string();
            sources.push(Source {
                name,
                text: fs::read_to_string(&path).unwrap(),
            });
        }
    }
}

impl Source {
    /// The lines that are neither comments nor part of the unit tests at the end of the file.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .take_while(|line| line.trim() != "#[cfg(test)]")
            .enumerate()
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
            .map(|(index, line)| (index + 1, line))
    }
}
