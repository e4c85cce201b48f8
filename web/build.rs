//! Makes the module of words out of `locales/` with the generator of `leptos_i18n`, so that a key
//! or an argument that does not exist does not compile. A key that a language lacks ends the build.
//!
//! The parts of `leptos_i18n_build` that are needed here, without its download of ICU data.

use leptos_i18n_codegen::gen_code;
use leptos_i18n_parser::parse_locales::{
    options::{Config, ParseOptions},
    parse_locales,
};
use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=locales");
    let folder = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo names no OUT_DIR")?);
    let options = ParseOptions::new().interpolate_display(true);
    let config = Config::new("ru")?
        .add_locales(["kk", "en"])?
        .parse_options(options);
    let locales = parse_locales(None, config)?;
    let complaints: Vec<String> = locales
        .diag
        .errors()
        .iter()
        .map(ToString::to_string)
        .chain(locales.diag.warnings().iter().map(ToString::to_string))
        .collect();
    if !complaints.is_empty() {
        return Err(complaints.join("\n").into());
    }
    let module = gen_code(&locales, None, false, None, false)?;
    fs::write(folder.join("words.rs"), module.to_string())?;
    Ok(())
}
