//! From a linked module to what a browser loads: the JavaScript glue and a small module.
//!
//! wasm-bindgen runs as a library of exactly the version in Cargo.lock, so nothing is downloaded
//! and the glue always fits the module.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use walrus::ExportItem;
use wasm_bindgen_cli_support::Bindgen;

use crate::digest;
use crate::process;
use crate::tools::WasmOpt;

/// What the optimiser may do, and what rustc's baseline for the browser uses today; anything else
/// is refused by wasm-opt instead of reaching browsers that cannot run it.
const ARGUMENTS: [&str; 7] = [
    "-Oz",
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
    /// Scripts that crates bring along, by the paths under which the glue imports them.
    pub snippets: BTreeMap<String, String>,
}

/// Binds a module; `name` is the stem of its files. What other modules import from it by name has
/// to be kept: `keep_exports`.
pub fn bind(wasm: Vec<u8>, name: &str, keep_exports: bool) -> Result<Bound> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes(name, wasm)
        .out_name(name)
        .web(true)?
        // The page names the module when it starts the glue.
        .omit_default_module_path(true)
        .typescript(false)
        .demangle(false)
        .keep_lld_exports(keep_exports);
    Bound::of(&mut bindgen, name)
}

/// Binds a module of tests. Its start would run cargo's own harness, which needs threads.
pub fn bind_tests(wasm: Vec<u8>, name: &str) -> Result<Bound> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes(name, wasm)
        .out_name(name)
        .web(true)?
        .omit_default_module_path(true)
        .typescript(false)
        .emit_start(false);
    Bound::of(&mut bindgen, name)
}

impl Bound {
    fn of(bindgen: &mut Bindgen, name: &str) -> Result<Self> {
        let mut output = bindgen
            .generate_output()
            .with_context(|| format!("wasm-bindgen cannot read {name}"))?;
        let inline = output.snippets().iter().flat_map(|(place, scripts)| {
            let path = move |(index, script): (usize, &String)| {
                (format!("snippets/{place}/inline{index}.js"), script.clone())
            };
            scripts.iter().enumerate().map(path)
        });
        let files = output
            .local_modules()
            .iter()
            .map(|(path, script)| (format!("snippets/{path}"), script.clone()));
        Ok(Self {
            glue: output.js().to_owned(),
            snippets: inline.chain(files).collect(),
            wasm: output.wasm_mut().emit_wasm(),
        })
    }

    /// Writes the files into a folder of their own.
    pub fn write(&self, folder: &Path, name: &str) -> Result<()> {
        if folder.exists() {
            fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        let file = |path: &str, bytes: &[u8]| -> Result<()> {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            fs::write(&path, bytes).with_context(|| path.display().to_string())
        };
        for (path, script) in &self.snippets {
            file(path, script.as_bytes())?;
        }
        file(&format!("{name}.js"), self.glue.as_bytes())?;
        file(&format!("{name}.wasm"), &self.wasm)
    }
}

/// The module made as small as wasm-opt can. Results are kept in the folder `kept` under a hash of
/// what they were made from: the same module is not worked on twice.
pub fn optimise(wasm_opt: &WasmOpt, wasm: &[u8], kept: &Path) -> Result<Vec<u8>> {
    let arguments = ARGUMENTS.concat();
    let key = digest::of_files([
        ("module", wasm),
        ("wasm-opt", wasm_opt.version.as_bytes()),
        ("arguments", arguments.as_bytes()),
    ]);
    let result = kept.join(format!("{key}.small.wasm"));
    if !result.is_file() {
        fs::create_dir_all(kept).with_context(|| format!("cannot create {}", kept.display()))?;
        let (input, output) = (
            kept.join(format!("{key}.wasm")),
            kept.join(format!("{key}.part.wasm")),
        );
        fs::write(&input, wasm)?;
        process::run(
            Command::new(&wasm_opt.program)
                .args(ARGUMENTS)
                .arg(&input)
                .arg("-o")
                .arg(&output),
        )?;
        let optimised = fs::read(&output).context("wasm-opt wrote nothing")?;
        fs::write(&output, tables_as_before(wasm, optimised)?)?;
        fs::remove_file(&input)?;
        fs::rename(&output, &result)?;
    }
    Ok(fs::read(&result)?)
}

/// Gives every exported table back to the export that had one of its kind before.
///
/// Binaryen 108, which Debian 12 has, writes the first table's number into every export of a table
/// (mended in 109). The page would then put its objects into the table of functions and not start.
fn tables_as_before(before: &[u8], after: Vec<u8>) -> Result<Vec<u8>> {
    let before = walrus::Module::from_buffer(before)?;
    let mut module = walrus::Module::from_buffer(&after)?;
    let mut wrong = Vec::new();
    for export in module.exports.iter() {
        let kind_before = before
            .exports
            .iter()
            .find(|old| old.name == export.name)
            .and_then(|old| table_kind(&before, old));
        if kind_before != table_kind(&module, export) {
            let kind = kind_before.with_context(|| format!("{} is a new table", export.name))?;
            wrong.push((export.id(), kind));
        }
    }
    if wrong.is_empty() {
        return Ok(after);
    }
    for (export, kind) in wrong {
        let mut candidates = module
            .tables
            .iter()
            .filter(|table| table.element_ty == kind);
        let (Some(table), None) = (candidates.next(), candidates.next()) else {
            bail!("wasm-opt mixed up the tables; a newer binaryen may not");
        };
        let id = table.id();
        module.exports.get_mut(export).item = ExportItem::Table(id);
    }
    Ok(module.emit_wasm())
}

fn table_kind(module: &walrus::Module, export: &walrus::Export) -> Option<walrus::RefType> {
    match export.item {
        ExportItem::Table(id) => Some(module.tables.get(id).element_ty),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use walrus::{Module, RefType};

    use super::*;

    /// A module with a table of functions and one of objects, each exported under its name.
    fn module(functions: usize, objects: usize) -> Vec<u8> {
        let mut module = Module::default();
        let tables = [
            module.tables.add_local(false, 7, Some(7), RefType::FUNCREF),
            module
                .tables
                .add_local(false, 1024, None, RefType::EXTERNREF),
        ];
        module.exports.add("functions", tables[functions]);
        module.exports.add("objects", tables[objects]);
        module.emit_wasm()
    }

    fn exported_kinds(wasm: &[u8]) -> Vec<(String, RefType)> {
        let module = Module::from_buffer(wasm).unwrap();
        let kind = |export| table_kind(&module, export).unwrap();
        module
            .exports
            .iter()
            .map(|export| (export.name.clone(), kind(export)))
            .collect()
    }

    #[test]
    fn an_export_that_lost_its_table_gets_it_back() {
        let mended = tables_as_before(&module(0, 1), module(0, 0)).unwrap();
        assert_eq!(exported_kinds(&mended), exported_kinds(&module(0, 1)));
        assert_ne!(exported_kinds(&module(0, 0)), exported_kinds(&module(0, 1)));
    }

    #[test]
    fn right_tables_are_left_as_they_are() {
        assert_eq!(
            tables_as_before(&module(0, 1), module(0, 1)).unwrap(),
            module(0, 1)
        );
    }

    #[test]
    fn a_table_that_nobody_knew_is_refused() {
        let before = Module::default().emit_wasm();
        assert!(tables_as_before(&before, module(0, 1)).is_err());
    }
}
