//! The pages: from the sources under `web/` to the folder `web/dist` that the server hands out.
//!
//! Cargo compiles (`compile`), the splitter takes the lazily loaded pages out (`split`),
//! wasm-bindgen and wasm-opt make modules for browsers of the rest (`bindgen`), everything gets its
//! place and name (`release`) and is written to `web/dist` beside the releases before it
//! (`publish`). `budget` weighs what came of it.

pub mod bindgen;
mod budget;
mod compile;
mod compress;
mod manifest;
mod office;
mod pack;
mod publish;
mod release;
mod sections;
mod split;
mod template;
mod words;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::SystemTime;

use anyhow::Result;

use crate::digest;
use crate::progress::{Progress, note};
use crate::tools::{self, WasmOpt};
use crate::workspace::{SIGNER, WEB, Workspace};
use bindgen::Bound;
pub use budget::Weights;
use compile::Compiled;
use release::{Modules, Release};

/// Modules below this size gain less from the optimiser than its start takes.
const WORTH_OPTIMISING: usize = 3_000;
/// This tool's own part in what the pages become.
const PIPELINE: &str = "xtask/src/web";

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Builds fast, for developers: not optimised, not compressed.
    #[arg(long)]
    dev: bool,
    /// Fails when a page weighs more than it may.
    #[arg(long, conflicts_with = "dev")]
    check_size: bool,
}

/// For whom the pages are built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Build {
    Release,
    /// Fast to build, heavy to load.
    Dev,
}

pub fn command(args: &Args) -> Result<ExitCode> {
    let workspace = Workspace::locate()?;
    let mut progress = Progress::of(1);
    progress.step("pages");
    if args.dev {
        progress.done(build_as(&workspace, Build::Dev)?);
        return Ok(ExitCode::SUCCESS);
    }
    progress.done(build(&workspace)?);
    let weights = Weights::read(&workspace)?;
    for line in weights.lines()? {
        println!("{line}");
    }
    if args.check_size {
        check(&workspace, &weights)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Nothing weighs more than it may, and parents load nothing of the office.
pub fn check(workspace: &Workspace, weights: &Weights) -> Result<()> {
    weights.check()?;
    office::check(workspace)
}

/// Builds the pages as visitors get them, unless they are up to date; says which of the two.
pub fn build(workspace: &Workspace) -> Result<&'static str> {
    build_as(workspace, Build::Release)
}

pub fn build_as(workspace: &Workspace, build: Build) -> Result<&'static str> {
    tools::ensure_wasm_target()?;
    let wasm_opt = match build {
        Build::Release => Some(tools::ensure_wasm_opt(workspace)?),
        Build::Dev => None,
    };
    let wanted = fingerprint(workspace, wasm_opt.as_ref())?;
    let dist = workspace.dist();
    if fs::read_to_string(dist.join(publish::STAMP)).is_ok_and(|found| found == wanted) {
        return Ok("web/dist is up to date");
    }

    note("compiling to WebAssembly");
    let compiled = compile::compile(workspace, build)?;
    note("splitting, binding and optimising the modules");
    let modules = modules(&workspace.scratch()?, wasm_opt.as_ref(), &compiled)?;
    note("naming, compressing and publishing the files");
    let release = Release::assemble(&workspace.root.join("web"), modules)?;
    publish::publish(&dist, &release, build, &wanted, SystemTime::now())?;
    Ok("web/dist is built")
}

/// Makes the app and the signing module ready for browsers, each on a thread of its own.
fn modules(scratch: &Path, wasm_opt: Option<&WasmOpt>, compiled: &Compiled) -> Result<Modules> {
    std::thread::scope(|scope| {
        let app = scope.spawn(|| app(scratch, wasm_opt, &compiled.app));
        let signer = scope.spawn(|| signer(scratch, wasm_opt, &compiled.signer));
        let (app, signer) = (joined(app)?, joined(signer)?);
        Ok(app.with_signer(signer))
    })
}

struct App {
    bound: Bound,
    split: split::Split,
}

impl App {
    fn with_signer(self, signer: Bound) -> Modules {
        Modules {
            app: self.bound,
            loader: self.split.loader,
            chunks: self.split.chunks,
            groups: self.split.groups,
            routes: self.split.routes,
            signer,
        }
    }
}

fn app(scratch: &Path, wasm_opt: Option<&WasmOpt>, linked: &Path) -> Result<App> {
    let mut split = split::split(linked, &scratch.join("split"))?;
    // The lazily loaded modules import from the main one by name.
    let mut bound = bindgen::bind(std::mem::take(&mut split.main), "app", true)?;
    bound.wasm = small(scratch, wasm_opt, &bound.wasm)?;
    split.chunks = split
        .chunks
        .iter()
        .map(|(name, wasm)| Ok((name.clone(), small(scratch, wasm_opt, wasm)?)))
        .collect::<Result<BTreeMap<_, _>>>()?;
    pack::pack(&mut split)?;
    Ok(App { bound, split })
}

fn signer(scratch: &Path, wasm_opt: Option<&WasmOpt>, linked: &Path) -> Result<Bound> {
    let mut bound = bindgen::bind(fs::read(linked)?, "signer", false)?;
    bound.wasm = small(scratch, wasm_opt, &bound.wasm)?;
    Ok(bound)
}

/// The module without what only linkers and debuggers read, and optimised if there is an optimiser.
fn small(scratch: &Path, wasm_opt: Option<&WasmOpt>, wasm: &[u8]) -> Result<Vec<u8>> {
    let Some(wasm_opt) = wasm_opt else {
        return Ok(wasm.to_vec());
    };
    let wasm = sections::without_custom(wasm)?;
    if wasm.len() < WORTH_OPTIMISING {
        return Ok(wasm);
    }
    bindgen::optimise(wasm_opt, &wasm, &scratch.join("optimised"))
}

fn joined<T>(thread: std::thread::ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    match thread.join() {
        Ok(result) => result,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// A hash over everything that decides what the pages become.
fn fingerprint(workspace: &Workspace, wasm_opt: Option<&WasmOpt>) -> Result<String> {
    let mut sources = BTreeMap::new();
    let mut folders = workspace.source_folders(&[WEB, SIGNER])?;
    folders.insert(workspace.root.join(PIPELINE));
    for folder in folders {
        let place = folder
            .strip_prefix(&workspace.root)
            .unwrap_or(&folder)
            .display()
            .to_string();
        for (name, path) in release::files_under(&folder)? {
            sources.insert(format!("{place}/{name}"), fs::read(&path)?);
        }
    }
    for name in ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml"] {
        sources.insert(name.to_owned(), fs::read(workspace.root.join(name))?);
    }
    let optimiser = wasm_opt.map_or("none", |wasm_opt| wasm_opt.version.as_str());
    sources.insert("wasm-opt".to_owned(), optimiser.as_bytes().to_vec());
    Ok(digest::of_files(sources.iter().map(|(name, content)| {
        (name.as_str(), content.as_slice())
    })))
}
