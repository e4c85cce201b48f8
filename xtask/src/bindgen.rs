//! From cargo's WebAssembly to what a browser loads: the JavaScript glue and a small module.
//!
//! wasm-bindgen runs as a library of exactly the version in Cargo.lock, so nothing is downloaded
//! and the glue always fits the module.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::assets;
use crate::process;
use crate::tools::WasmOpt;

/// What the optimiser may do, and what rustc's baseline for the browser uses today; anything else is refused by wasm-opt instead
/// of reaching browsers that cannot run it.
const ARGUMENTS: [&str; 8] = [
    "-Oz",
    "--strip-target-features",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// A JavaScript module and the WebAssembly it starts.
#[derive(Debug)]
pub struct Bound {
    pub glue: String,
    pub wasm: Vec<u8>,
}

pub fn bind(input: &Path, name: &str) -> Result<Bound> {
    let mut output = Bindgen::new()
        .input_path(input)
        .out_name(name)
        .web(true)?
        // The page names the module under its hashed name when it starts the glue.
        .omit_default_module_path(true)
        .typescript(false)
        .demangle(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()
        .with_context(|| format!("wasm-bindgen cannot read {}", input.display()))?;
    // A crate without such files has an empty list.
    let snippets = output
        .snippets()
        .iter()
        .filter(|(_, files)| !files.is_empty());
    let brings: Vec<&String> = snippets
        .map(|(place, _)| place)
        .chain(output.local_modules().keys())
        .collect();
    if !brings.is_empty() {
        bail!("{name} brings JavaScript files that the pages have no place for: {brings:?}");
    }
    Ok(Bound {
        glue: output.js().to_owned(),
        wasm: output.wasm_mut().emit_wasm(),
    })
}

/// The module made as small as wasm-opt can. The last result is kept in the folder `kept`: the
/// same module is not worked on twice.
pub fn optimise(wasm_opt: &WasmOpt, wasm: &[u8], kept: &Path) -> Result<Vec<u8>> {
    let mut hasher = Sha256::new();
    hasher.update(wasm);
    hasher.update(&wasm_opt.version);
    hasher.update(ARGUMENTS.concat());
    let key = assets::hex(&hasher.finalize());
    let (key_file, input, output) = (
        kept.join("key"),
        kept.join("bound.wasm"),
        kept.join("small.wasm"),
    );
    if !fs::read_to_string(&key_file).is_ok_and(|found| found == key) {
        fs::create_dir_all(kept).with_context(|| format!("cannot create {}", kept.display()))?;
        let _ = fs::remove_file(&key_file);
        fs::write(&input, wasm)?;
        process::run(
            Command::new(&wasm_opt.program)
                .args(ARGUMENTS)
                .arg(&input)
                .arg("-o")
                .arg(&output),
        )?;
        fs::write(&key_file, &key)?;
    }
    fs::read(&output).context("wasm-opt wrote nothing")
}
