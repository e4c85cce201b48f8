//! `web/dist/manifest.json`: what the pages are made of. The server reads `release`, `groups` and
//! `routes`; this tool weighs the files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

pub const FILE: &str = "manifest.json";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The folder below `assets/`: a hash of everything in it.
    pub release: String,
    /// By the names that the sources use.
    pub files: BTreeMap<String, Entry>,
    /// The files of each group of lazily loaded pages.
    pub groups: BTreeMap<String, Vec<String>>,
    /// The group that shows an address; an address that is not here is shown by the main module.
    pub routes: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Where it stands in `web/dist`.
    pub file: String,
    pub part: Part,
    pub size: u64,
    /// Bytes on the wire: compressed with brotli where that helps.
    pub br: u64,
}

/// When a file is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Before the first page shows.
    FirstPage,
    /// With the first page of its group.
    Lazy,
    /// When somebody opens a key file.
    Signing,
    /// Not needed to show a page.
    Other,
}

impl Manifest {
    pub fn read(dist: &Path) -> Result<Self> {
        let path = dist.join(FILE);
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_str(&text).with_context(|| path.display().to_string())
    }
}
