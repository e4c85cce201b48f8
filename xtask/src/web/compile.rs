//! Cargo's part: the pages and the signing module as WebAssembly, by the stable toolchain.

use std::path::PathBuf;

use anyhow::Result;

use super::Build;
use crate::process;
use crate::workspace::{SIGNER, WASM_TARGET, WEB, Workspace};

/// The modules as the linker left them.
#[derive(Debug)]
pub struct Compiled {
    pub app: PathBuf,
    pub signer: PathBuf,
}

pub fn compile(workspace: &Workspace, build: Build) -> Result<Compiled> {
    let profile = match build {
        Build::Release => "wasm-release",
        Build::Dev => "wasm-dev",
    };
    process::run(
        workspace
            .cargo()
            .args(["build", "--profile", profile, "--target", WASM_TARGET])
            .args(["-p", WEB, "-p", SIGNER])
            .env("CARGO_ENCODED_RUSTFLAGS", rust_flags(workspace)),
    )?;
    let folder = workspace.target.join(WASM_TARGET).join(profile);
    Ok(Compiled {
        app: folder.join(format!("{WEB}.wasm")),
        // Cargo names a library's file after the crate, with underscores.
        signer: folder.join(format!("{}.wasm", SIGNER.replace('-', "_"))),
    })
}

/// Flags for every crate of the pages, whatever this machine's configuration says: the same
/// sources give the same bytes, and so the same names, on every machine.
fn rust_flags(workspace: &Workspace) -> String {
    let mut flags = vec![
        // Leptos then compiles one view type instead of one per page: an eighth less to load.
        "--cfg=erase_components".to_owned(),
        // The splitter has to know which function refers to which.
        "-Clink-args=--emit-relocs".to_owned(),
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
