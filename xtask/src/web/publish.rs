//! Writes a release to `web/dist`, compressed, and keeps the assets of earlier ones for a day: a
//! page that is open in a browser asks for the files of the release that it came from.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

use super::manifest::{self, Entry, Manifest};
use super::release::{ASSETS, DistFile, Release};
use super::{Build, compress, joined};
use crate::process;

pub const STAMP: &str = ".stamp";
const STAGING: &str = ".staging";
/// In the folder of an earlier release: the Unix time at which it was replaced.
const RETIRED: &str = ".retired";
const KEPT_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// Writes everything beside the present pages first and exchanges it at the end, the page itself
/// after the files that it names. A build that fails or is interrupted leaves either the old pages
/// or none that pass as up to date.
pub fn publish(
    dist: &Path,
    release: &Release,
    build: Build,
    stamp: &str,
    now: SystemTime,
) -> Result<()> {
    let staging = dist.join(STAGING);
    if staging.exists() {
        fs::remove_dir_all(&staging)?;
    }
    let files = write_all(&staging, &release.files, build)?;
    let manifest = Manifest {
        release: release.hash.clone(),
        files,
        groups: release.groups.clone(),
        routes: release.routes.clone(),
    };
    let text = serde_json::to_string_pretty(&manifest)?;
    fs::write(staging.join(manifest::FILE), text + "\n")?;
    process::go_on()?;

    let _ = fs::remove_file(dist.join(STAMP));
    exchange_assets(dist, &staging, &release.hash)?;
    exchange_rest(dist, &staging)?;
    retire(&dist.join(ASSETS), &release.hash, now)?;
    fs::write(dist.join(STAMP), stamp).context("cannot write the stamp")
}

fn write_all(folder: &Path, files: &[DistFile], build: Build) -> Result<BTreeMap<String, Entry>> {
    std::thread::scope(|scope| {
        // Brotli of the large modules takes as long as everything else together.
        let threads: Vec<_> = files
            .iter()
            .map(|file| scope.spawn(|| write(folder, file, build)))
            .collect();
        threads.into_iter().map(joined).collect()
    })
}

/// Writes the file, with its compressed forms unless developers alone will load it.
fn write(folder: &Path, file: &DistFile, build: Build) -> Result<(String, Entry)> {
    let path = folder.join(&file.path);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let write = |suffix: &str, content: &[u8]| -> Result<()> {
        let mut name = path.clone().into_os_string();
        name.push(suffix);
        fs::write(&name, content)
            .with_context(|| format!("cannot write {}", name.to_string_lossy()))
    };
    write("", &file.content)?;
    let mut sent = file.content.len();
    if build == Build::Release && compress::worthwhile(&file.path) {
        let brotli = compress::brotli(&file.content)?;
        write(".br", &brotli)?;
        write(".gz", &compress::gzip(&file.content)?)?;
        sent = brotli.len();
    }
    let entry = Entry {
        file: file.path.clone(),
        part: file.part,
        size: u64::try_from(file.content.len())?,
        br: u64::try_from(sent)?,
    };
    Ok((file.name.clone(), entry))
}

/// Puts the new release's folder beside those of the earlier ones.
fn exchange_assets(dist: &Path, staging: &Path, hash: &str) -> Result<()> {
    let assets = dist.join(ASSETS);
    fs::create_dir_all(&assets).with_context(|| format!("cannot create {}", assets.display()))?;
    let place = assets.join(hash);
    if place.exists() {
        fs::remove_dir_all(&place)?;
    }
    fs::rename(staging.join(ASSETS).join(hash), place)?;
    Ok(fs::remove_dir_all(staging.join(ASSETS))?)
}

/// Puts the other files in the place of the earlier ones and removes what is no longer there.
fn exchange_rest(dist: &Path, staging: &Path) -> Result<()> {
    let mut present = BTreeSet::from([ASSETS.into(), STAGING.into()]);
    for entry in fs::read_dir(staging)? {
        let entry = entry?;
        let place = dist.join(entry.file_name());
        if place.is_dir() {
            fs::remove_dir_all(&place)?;
        }
        fs::rename(entry.path(), place)?;
        present.insert(entry.file_name());
    }
    fs::remove_dir(staging)?;
    for entry in fs::read_dir(dist)? {
        let entry = entry?;
        if present.contains(&entry.file_name()) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Notes when earlier releases were replaced, and removes those whose day is over.
fn retire(assets: &Path, current: &str, now: SystemTime) -> Result<()> {
    let seconds = now.duration_since(UNIX_EPOCH)?.as_secs();
    for entry in fs::read_dir(assets)? {
        let entry = entry?;
        if entry.file_name() == current {
            continue;
        }
        if !entry.file_type()?.is_dir() {
            fs::remove_file(entry.path())?;
            continue;
        }
        let note = entry.path().join(RETIRED);
        match fs::read_to_string(&note) {
            Ok(retired) => {
                // A note that cannot be read says nothing: the folder goes.
                let retired = retired.trim().parse().unwrap_or(0);
                if seconds.saturating_sub(retired) > KEPT_FOR.as_secs() {
                    fs::remove_dir_all(entry.path())?;
                }
            }
            Err(_) => fs::write(&note, seconds.to_string())
                .with_context(|| format!("cannot write {}", note.display()))?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::manifest::Part;
    use super::*;

    const HOUR: Duration = Duration::from_secs(60 * 60);

    fn file(path: &str, content: &str) -> DistFile {
        DistFile {
            name: path.rsplit('/').next().unwrap().to_owned(),
            path: path.to_owned(),
            part: Part::FirstPage,
            content: content.as_bytes().to_vec(),
        }
    }

    fn release(hash: &str) -> Release {
        Release {
            hash: hash.to_owned(),
            files: vec![
                file("index.html", hash),
                file(&format!("assets/{hash}/app.js"), hash),
            ],
            groups: BTreeMap::new(),
            routes: BTreeMap::new(),
        }
    }

    fn at(hours: u32) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_800_000_000) + HOUR * hours
    }

    fn publish_at(dist: &Path, hash: &str, hours: u32) {
        publish(dist, &release(hash), Build::Release, hash, at(hours)).unwrap();
    }

    fn releases(dist: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(dist.join(ASSETS))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn assets_of_a_replaced_release_stay_for_a_day() {
        let folder = tempfile::tempdir().unwrap();
        let dist = folder.path();
        publish_at(dist, "a", 0);
        publish_at(dist, "b", 1);
        assert_eq!(fs::read_to_string(dist.join("index.html")).unwrap(), "b");
        publish_at(dist, "c", 25);
        // Replaced 24 hours ago: its day is just over at the next publication.
        assert_eq!(releases(dist), ["a", "b", "c"]);
        assert_eq!(
            fs::read_to_string(dist.join("assets/a/app.js")).unwrap(),
            "a"
        );
        publish_at(dist, "d", 26);
        assert_eq!(releases(dist), ["b", "c", "d"]);
    }

    #[test]
    fn release_that_comes_back_is_current_again() {
        let folder = tempfile::tempdir().unwrap();
        let dist = folder.path();
        publish_at(dist, "a", 0);
        publish_at(dist, "b", 1);
        publish_at(dist, "a", 2);
        publish_at(dist, "b", 40);
        // `a` was replaced at hour 40, not at hour 1.
        publish_at(dist, "c", 50);
        assert_eq!(releases(dist), ["a", "b", "c"]);
    }

    #[test]
    fn what_no_release_names_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let dist = folder.path();
        fs::create_dir_all(dist.join("assets")).unwrap();
        fs::create_dir_all(dist.join("old")).unwrap();
        for name in ["assets/app.0f.js", "old/page.html", "about.html", STAMP] {
            fs::write(dist.join(name), "old").unwrap();
        }
        publish_at(dist, "a", 0);
        let mut names: Vec<_> = fs::read_dir(dist)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(
            names,
            [
                STAMP,
                "assets",
                "index.html",
                "index.html.br",
                "index.html.gz",
                "manifest.json"
            ]
        );
        assert_eq!(releases(dist), ["a"]);
        assert_eq!(fs::read_to_string(dist.join(STAMP)).unwrap(), "a");
    }

    #[test]
    fn manifest_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        publish_at(folder.path(), "a", 0);
        let manifest = Manifest::read(folder.path()).unwrap();
        assert_eq!(manifest.release, "a");
        let entry = &manifest.files["app.js"];
        assert_eq!((entry.file.as_str(), entry.size), ("assets/a/app.js", 1));
        let compressed = folder.path().join("assets/a/app.js.br");
        assert_eq!(entry.br, fs::metadata(compressed).unwrap().len());
    }

    #[test]
    fn build_for_developers_is_not_compressed() {
        let folder = tempfile::tempdir().unwrap();
        publish(folder.path(), &release("a"), Build::Dev, "a", at(0)).unwrap();
        assert!(folder.path().join("assets/a/app.js").is_file());
        assert!(!folder.path().join("assets/a/app.js.br").exists());
    }
}
