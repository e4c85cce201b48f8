//! The pages: from the sources under `web/` to the folder `web/dist` that the server hands out.
//!
//! `web/index.html` is the template, `web/style/*.css` become one style sheet in the order of
//! their names, each `web/static/*.js` becomes an asset, and the rest of `web/static` is copied as
//! it is. Everything the page loads stands under `/assets/` with a hash in its name and with its
//! compressed forms beside it. `manifest.json` lists the files with their weights.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::assets::{self, Assets};
use crate::bindgen::{self, Bound};
use crate::compress;
use crate::process;
use crate::progress::{Progress, note};
use crate::tools::{self, WasmOpt};
use crate::workspace::{SIGNER, WASM_TARGET, WEB, Workspace};

const MANIFEST: &str = "manifest.json";
const STAMP: &str = ".stamp";
const STAGING: &str = ".staging";
/// Brotli bytes of the whole app, signing module included: what the way from the home page to a
/// signed referral may load.
const SIZE_LIMIT: u64 = 600_000;
/// This tool's own part in what the pages become.
const PIPELINE: [&str; 4] = [
    "xtask/src/assets.rs",
    "xtask/src/bindgen.rs",
    "xtask/src/compress.rs",
    "xtask/src/web.rs",
];

/// How the pages are built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// As small as they get, compressed.
    Release,
    /// Soon there: neither optimised nor compressed, with the checks of a debug build.
    Development,
}

impl Mode {
    const fn profile(self) -> &'static str {
        match self {
            Self::Release => "wasm-release",
            Self::Development => "wasm-dev",
        }
    }
}

pub fn command(check_size: bool, development: bool) -> Result<ExitCode> {
    let workspace = Workspace::locate()?;
    let mut progress = Progress::of(1);
    progress.step("pages");
    if development {
        progress.done(build_as(&workspace, Mode::Development)?);
        return Ok(ExitCode::SUCCESS);
    }
    let outcome = build(&workspace)?;
    progress.done(outcome);
    let weights = Weights::read(&workspace)?;
    for line in weights.lines() {
        println!("{line}");
    }
    if check_size {
        weights.check()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds the pages unless they are up to date; says which of the two.
pub fn build(workspace: &Workspace) -> Result<&'static str> {
    build_as(workspace, Mode::Release)
}

fn build_as(workspace: &Workspace, mode: Mode) -> Result<&'static str> {
    tools::ensure_wasm_target()?;
    let wasm_opt = match mode {
        Mode::Release => Some(tools::ensure_wasm_opt(workspace)?),
        Mode::Development => None,
    };
    let wanted = fingerprint(workspace, wasm_opt.as_ref())?;
    let stamp = workspace.dist().join(STAMP);
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok("web/dist is up to date");
    }

    note("compiling to WebAssembly");
    let compiled = compile(workspace, mode)?;
    note("binding the modules and making them small (wasm-bindgen, wasm-opt)");
    let [app, signer] = shrink(workspace, wasm_opt.as_ref(), compiled)?;
    note("naming and compressing the files (brotli, gzip)");
    let files = assemble(workspace, app, signer)?;
    publish(workspace, &files, mode, &wanted)?;
    Ok("web/dist is built")
}

fn compile(workspace: &Workspace, mode: Mode) -> Result<[PathBuf; 2]> {
    process::run(
        workspace
            .cargo()
            .args([
                "build",
                "--profile",
                mode.profile(),
                "--target",
                WASM_TARGET,
            ])
            .args(["-p", WEB, "-p", SIGNER])
            .env("CARGO_ENCODED_RUSTFLAGS", rust_flags(workspace)),
    )?;
    let folder = workspace.target.join(WASM_TARGET).join(mode.profile());
    // Cargo names a library's file after the crate, with underscores.
    Ok([
        folder.join(format!("{WEB}.wasm")),
        folder.join(format!("{}.wasm", SIGNER.replace('-', "_"))),
    ])
}

/// Flags for every crate of the pages, whatever this machine's configuration says: the same
/// sources give the same bytes, and so the same names, on every machine.
fn rust_flags(workspace: &Workspace) -> String {
    let mut flags = vec![
        // Leptos then compiles one view type instead of one per page: an eighth less to load.
        "--cfg=erase_components".to_owned(),
        // The messages of panics name no path of this machine.
        format!(
            "--remap-path-prefix={}=balabaqsha",
            workspace.root.display()
        ),
    ];
    let cargo_home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    flags.extend(cargo_home.map(|home| format!("--remap-path-prefix={}=cargo", home.display())));
    flags.join("\x1f")
}

/// Binds both modules and optimises them where there is an optimiser, each on a thread of its own.
fn shrink(
    workspace: &Workspace,
    wasm_opt: Option<&WasmOpt>,
    [app, signer]: [PathBuf; 2],
) -> Result<[Bound; 2]> {
    let scratch = workspace.scratch()?;
    let one = |input: &Path, name: &str| -> Result<Bound> {
        let mut bound = bindgen::bind(input, name)?;
        if let Some(wasm_opt) = wasm_opt {
            bound.wasm = bindgen::optimise(wasm_opt, &bound.wasm, &scratch.join(name))?;
        }
        Ok(bound)
    };
    std::thread::scope(|scope| {
        let app = scope.spawn(|| one(&app, "app"));
        let signer = scope.spawn(|| one(&signer, "signer"));
        Ok([joined(app)?, joined(signer)?])
    })
}

fn joined<T>(thread: std::thread::ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    match thread.join() {
        Ok(result) => result,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// Which weight a file counts towards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    FirstPage,
    Signing,
    /// Copied as it is, not needed to show the page.
    Other,
}

impl Part {
    fn name(self) -> &'static str {
        match self {
            Self::FirstPage => "first-page",
            Self::Signing => "signing",
            Self::Other => "other",
        }
    }
}

/// A file of `web/dist`.
#[derive(Debug)]
struct DistFile {
    /// The name that the sources use.
    name: String,
    /// Where it stands in `web/dist`.
    path: String,
    part: Part,
    content: Vec<u8>,
}

fn assemble(workspace: &Workspace, app: Bound, signer: Bound) -> Result<Vec<DistFile>> {
    let web = workspace.root.join("web");
    let mut assets = Assets::default();
    assets.add("app.wasm", app.wasm);
    assets.add("signer.wasm", signer.wasm);

    let mut texts = BTreeMap::from([
        ("app.js".to_owned(), app.glue),
        ("signer.js".to_owned(), signer.glue),
    ]);
    if let Some(style) = style_sheet(&web.join("style"))? {
        texts.insert("app.css".to_owned(), style);
    }
    let mut files = Vec::new();
    for (name, path) in files_under(&web.join("static"))? {
        if name.ends_with(".js") {
            texts.insert(name, read_text(&path)?);
        } else {
            let content = fs::read(&path)?;
            files.push(DistFile {
                path: name.clone(),
                name,
                part: Part::Other,
                content,
            });
        }
    }
    assets.add_texts(texts)?;

    let template = web.join("index.html");
    let html = assets
        .fill(&read_text(&template)?)
        .with_context(|| template.display().to_string())?;
    if let Some(tag) = assets::inline_code(&html) {
        bail!("web/index.html has inline code, which its own security policy forbids: {tag}");
    }
    files.push(DistFile {
        name: "index.html".to_owned(),
        path: "index.html".to_owned(),
        part: Part::FirstPage,
        content: html.into_bytes(),
    });
    files.extend(assets.iter().map(|(name, asset)| DistFile {
        name: name.to_owned(),
        path: format!("assets/{}", asset.file),
        part: if name.starts_with("signer") {
            Part::Signing
        } else {
            Part::FirstPage
        },
        content: asset.content.clone(),
    }));
    Ok(files)
}

/// All style sheets of the folder as one, in the order of their names.
fn style_sheet(folder: &Path) -> Result<Option<String>> {
    let mut sheet = String::new();
    for (name, path) in files_under(folder)? {
        if name.ends_with(".css") {
            sheet.push_str(&read_text(&path)?);
            sheet.push('\n');
        }
    }
    Ok((!sheet.is_empty()).then_some(sheet))
}

/// Writes everything beside the present pages first and exchanges it at the end: a build that
/// fails or is interrupted leaves either the old pages or none that pass as up to date.
fn publish(workspace: &Workspace, files: &[DistFile], mode: Mode, stamp: &str) -> Result<()> {
    let dist = workspace.dist();
    let staging = dist.join(STAGING);
    if staging.exists() {
        fs::remove_dir_all(&staging)?;
    }
    let entries: Vec<Result<(String, Value)>> = std::thread::scope(|scope| {
        let threads: Vec<_> = files
            .iter()
            .map(|file| scope.spawn(|| write_with_compressed(&staging, file, mode)))
            .collect();
        threads.into_iter().map(joined).collect()
    });
    let manifest: serde_json::Map<String, Value> = entries.into_iter().collect::<Result<_>>()?;
    let text = serde_json::to_string_pretty(&json!({ "files": manifest }))?;
    fs::write(staging.join(MANIFEST), text + "\n")?;
    process::go_on()?;

    let _ = fs::remove_file(dist.join(STAMP));
    for entry in fs::read_dir(&dist)? {
        let path = entry?.path();
        if path == staging {
            continue;
        }
        if path.is_dir() {
            fs::remove_dir_all(&path)?;
        } else {
            fs::remove_file(&path)?;
        }
    }
    for entry in fs::read_dir(&staging)? {
        let entry = entry?;
        fs::rename(entry.path(), dist.join(entry.file_name()))?;
    }
    fs::remove_dir(&staging)?;
    fs::write(dist.join(STAMP), stamp).context("cannot write the stamp")
}

/// Writes the file with its compressed forms; returns its line of the manifest.
fn write_with_compressed(folder: &Path, file: &DistFile, mode: Mode) -> Result<(String, Value)> {
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
    let mut brotli_size = file.content.len();
    if mode == Mode::Release && compress::worthwhile(&file.path) {
        let brotli = compress::brotli(&file.content)?;
        write(".br", &brotli)?;
        write(".gz", &compress::gzip(&file.content)?)?;
        brotli_size = brotli.len();
    }
    Ok((
        file.name.clone(),
        json!({
            "file": file.path,
            "part": file.part.name(),
            "size": file.content.len(),
            "br": brotli_size,
        }),
    ))
}

/// A hash over everything that decides what the pages become.
fn fingerprint(workspace: &Workspace, wasm_opt: Option<&WasmOpt>) -> Result<String> {
    let mut sources = Vec::new();
    for folder in workspace.source_folders(&[WEB, SIGNER])? {
        let place = folder
            .strip_prefix(&workspace.root)
            .unwrap_or(&folder)
            .display()
            .to_string();
        for (name, path) in files_under(&folder)? {
            sources.push((format!("{place}/{name}"), fs::read(&path)?));
        }
    }
    for name in ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml"]
        .iter()
        .chain(&PIPELINE)
    {
        sources.push(((*name).to_owned(), fs::read(workspace.root.join(name))?));
    }
    // Pages for development have none, and so another fingerprint.
    let version = wasm_opt.map(|wasm_opt| wasm_opt.version.clone().into_bytes());
    sources.push(("wasm-opt".to_owned(), version.unwrap_or_default()));
    Ok(digest(&sources))
}

fn digest(sources: &[(String, Vec<u8>)]) -> String {
    let mut hasher = Sha256::new();
    for (name, content) in sources {
        // Each part is hashed on its own: moving bytes from one file to the next is a change too.
        hasher.update(Sha256::digest(name));
        hasher.update(Sha256::digest(content));
    }
    assets::hex(&hasher.finalize())
}

/// All files below the folder with their names relative to it, sorted; none if it is absent.
/// What is built or fetched is not a source.
fn files_under(folder: &Path) -> Result<BTreeMap<String, PathBuf>> {
    let mut files = BTreeMap::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(current) = waiting.pop() {
        let Ok(entries) = fs::read_dir(&current) else {
            continue;
        };
        for entry in entries {
            let path = entry?.path();
            let ours = path
                .file_name()
                .is_none_or(|name| name != "dist" && name != "target" && name != "node_modules");
            if path.is_dir() {
                waiting.extend(ours.then_some(path));
            } else {
                let name = path.strip_prefix(folder)?.display().to_string();
                files.insert(name, path);
            }
        }
    }
    Ok(files)
}

fn read_text(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// What the pages weigh on the wire, brotli-compressed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Weights {
    first_page: BTreeMap<String, u64>,
    signing: BTreeMap<String, u64>,
}

impl Weights {
    pub fn read(workspace: &Workspace) -> Result<Self> {
        Self::from_manifest(&read_text(&workspace.dist().join(MANIFEST))?)
    }

    fn from_manifest(text: &str) -> Result<Self> {
        let manifest: Value = serde_json::from_str(text)?;
        let files = manifest
            .get("files")
            .and_then(Value::as_object)
            .context("the manifest of the pages lists no files")?;
        let mut weights = Self::default();
        for (name, entry) in files {
            let field = |key: &str| {
                entry
                    .get(key)
                    .with_context(|| format!("the manifest of the pages lacks {key} of {name}"))
            };
            let size = field("br")?.as_u64().context("a size is a number")?;
            let part = field("part")?;
            let kind = name
                .rsplit_once('.')
                .map_or("", |(_, kind)| kind)
                .to_owned();
            if part == Part::FirstPage.name() {
                *weights.first_page.entry(kind).or_default() += size;
            } else if part == Part::Signing.name() {
                *weights.signing.entry(kind).or_default() += size;
            }
        }
        Ok(weights)
    }

    /// An error when the whole app is heavier than it may be.
    pub fn check(&self) -> Result<()> {
        let total = self.total();
        if total > SIZE_LIMIT {
            bail!(
                "the whole app weighs {} in brotli, more than {}",
                kilobytes(total),
                kilobytes(SIZE_LIMIT)
            );
        }
        Ok(())
    }

    fn total(&self) -> u64 {
        self.first_page.values().chain(self.signing.values()).sum()
    }

    pub fn lines(&self) -> Vec<String> {
        let line = |what: &str, parts: &BTreeMap<String, u64>| {
            let detail: Vec<String> = parts
                .iter()
                .map(|(kind, size)| format!("{kind} {}", kilobytes(*size)))
                .collect();
            let sum = parts.values().sum();
            format!("{what:<28}{:>10}  ({})", kilobytes(sum), detail.join(", "))
        };
        vec![
            line("first page, brotli:", &self.first_page),
            line("signing module, brotli:", &self.signing),
            format!(
                "{:<28}{:>10}  (limit {})",
                "whole app, brotli:",
                kilobytes(self.total()),
                kilobytes(SIZE_LIMIT)
            ),
        ]
    }
}

fn kilobytes(bytes: u64) -> String {
    format!("{}.{} kB", bytes / 1000, bytes % 1000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(list: &[(&str, &str)]) -> Vec<(String, Vec<u8>)> {
        list.iter()
            .map(|(name, content)| ((*name).to_owned(), content.as_bytes().to_vec()))
            .collect()
    }

    #[test]
    fn the_fingerprint_sees_content_names_and_borders() {
        let digests = [
            digest(&sources(&[("a", "1"), ("b", "2")])),
            digest(&sources(&[("a", "1"), ("b", "3")])),
            digest(&sources(&[("a", "1"), ("c", "2")])),
            digest(&sources(&[("a", "1b"), ("", "2")])),
            digest(&sources(&[("a", "1")])),
        ];
        for (i, one) in digests.iter().enumerate() {
            assert!(!digests[i + 1..].contains(one), "{i}");
        }
        assert_eq!(digests[0], digest(&sources(&[("a", "1"), ("b", "2")])));
    }

    #[test]
    fn built_and_fetched_folders_are_no_sources() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "src/main.rs",
            "dist/index.html",
            "node_modules/x.js",
            "a.css",
        ] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, name).unwrap();
        }
        let names: Vec<_> = files_under(folder.path()).unwrap().into_keys().collect();
        assert_eq!(names, ["a.css", "src/main.rs"]);
    }

    #[test]
    fn style_sheets_are_joined_by_name() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(style_sheet(&folder.path().join("none")).unwrap(), None);
        fs::write(folder.path().join("20-page.css"), "p{}").unwrap();
        fs::write(folder.path().join("10-tokens.css"), ":root{}").unwrap();
        assert_eq!(
            style_sheet(folder.path()).unwrap().unwrap(),
            ":root{}\np{}\n"
        );
    }

    #[test]
    fn weights_add_up_by_part_and_kind() {
        let manifest = json!({"files": {
            "index.html": {"file": "index.html", "part": "first-page", "size": 900, "br": 400},
            "app.js": {"file": "assets/app.0.js", "part": "first-page", "size": 9000, "br": 3000},
            "boot.js": {"file": "assets/boot.0.js", "part": "first-page", "size": 90, "br": 50},
            "signer.wasm": {"file": "assets/s.wasm", "part": "signing", "size": 9, "br": 96_550},
            "favicon.svg": {"file": "favicon.svg", "part": "other", "size": 9, "br": 7},
        }});
        let weights = Weights::from_manifest(&manifest.to_string()).unwrap();
        assert_eq!(weights.total(), 100_000);
        assert!(weights.check().is_ok());
        let lines = weights.lines();
        assert!(
            lines[0].contains("3.4 kB  (html 0.4 kB, js 3.0 kB)"),
            "{lines:?}"
        );
        assert!(lines[1].contains("96.5 kB  (wasm 96.5 kB)"), "{lines:?}");
    }

    #[test]
    fn one_byte_over_the_limit_is_too_much() {
        for (size, fits) in [(SIZE_LIMIT, true), (SIZE_LIMIT + 1, false)] {
            let manifest = json!({"files": {"app.wasm": {"part": "first-page", "br": size}}});
            let weights = Weights::from_manifest(&manifest.to_string()).unwrap();
            assert_eq!(weights.check().is_ok(), fits);
        }
    }

    #[test]
    fn a_manifest_without_sizes_is_refused() {
        assert!(Weights::from_manifest(r#"{"files":{"a.js":{"part":"signing"}}}"#).is_err());
        assert!(Weights::from_manifest("{}").is_err());
    }
}
